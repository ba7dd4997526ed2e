import { describe, expect, test } from 'vitest';
import { formatAddress, formatRange, intersect, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import type { CellRange } from '../address.ts';
import { UserError } from '../errors.ts';
import { boundsOf, elementOf, extent } from './lattice.ts';
import type { Layout, Region } from './layout.ts';
import { parseNetwork } from '../network.ts';
import type { TensorId } from '../network.ts';
import { createRandom } from '../random.ts';
import type { Random } from '../random.ts';
import { buildSheet } from './sheet.ts';
import type { Sheet } from './sheet.ts';

type Settings = Record<string, unknown> & { kind: string };

/** A chain of layers named after their kinds: input, conv2d1, relu2 … */
function chain(...settings: Settings[]): Sheet {
  const layers = settings.map((layer, i) => {
    const id = i === 0 ? 'input' : `${layer.kind}${i}`;
    const before = i === 1 ? 'input' : `${settings[i - 1]?.kind}${i - 1}`;
    return { id, name: id, inputs: i === 0 ? [] : [before], ...layer };
  });
  return buildSheet(parseNetwork({ version: 1, layers }));
}
const input = (...shape: number[]): Settings => ({ kind: 'input', shape });
const conv = (filters: number, size: number, more: object = {}): Settings => ({
  kind: 'conv2d',
  filters,
  kernelSize: [size, size],
  strides: [1, 1],
  padding: 'valid',
  useBias: true,
  ...more,
});
const pool = (size: number, more: object = {}): Settings => ({
  kind: 'maxPool2d',
  poolSize: [size, size],
  strides: [size, size],
  padding: 'valid',
  ...more,
});
const dense = (units: number, useBias = true): Settings => ({ kind: 'dense', units, useBias });
const only = (kind: string): Settings => ({ kind });

const lesson = buildSheet(
  parseNetwork({
    version: 1,
    layers: [
      { id: 'input', name: 'input', inputs: [], ...input(28, 28, 1) },
      { id: 'a', name: 'conv1', inputs: ['input'], ...conv(2, 3) },
      { id: 'b', name: 'relu1', inputs: ['a'], kind: 'relu' },
      { id: 'c', name: 'conv2', inputs: ['b'], ...conv(2, 3) },
      { id: 'd', name: 'relu2', inputs: ['c'], kind: 'relu' },
      { id: 'e', name: 'pool', inputs: ['d'], ...pool(2) },
      { id: 'f', name: 'flatten', inputs: ['e'], kind: 'flatten' },
      { id: 'g', name: 'dense', inputs: ['f'], ...dense(10) },
      { id: 'h', name: 'softmax', inputs: ['g'], kind: 'softmax' },
    ],
  }),
  '0123456789'.split(''),
);

/** The ranges of a tensor's blocks, in the order of the sheet's columns and rows. */
function blocks({ layout }: Sheet, tensor: TensorId): string[] {
  return layout
    .blocksIn({ row: 0, column: 0, height: layout.rows, width: layout.columns })
    .filter(block => block.view.tensor === tensor)
    .sort((a, b) => a.column - b.column || a.row - b.row)
    .map(block => formatRange(block.whole));
}

function labels({ layout }: Sheet): Map<string, string> {
  const all = { row: 0, column: 0, height: layout.rows, width: layout.columns };
  return new Map(layout.labelsIn(all).map(label => [formatAddress(label), label.text]));
}

describe("the lesson's sheet", () => {
  test('has the picture at A2, kernels beside the maps they make, and maps level with what they see', () => {
    expect(blocks(lesson, 'input/output')).toEqual(['A2:AB29']);
    expect(blocks(lesson, 'a/kernel')).toEqual(['AD11:AF13', 'AD40:AF42']);
    expect(blocks(lesson, 'a/bias')).toEqual(['AD15', 'AD44']);
    expect(blocks(lesson, 'a/output')).toEqual(['AH3:BG28', 'AH32:BG57']);
    expect(blocks(lesson, 'b/output')).toEqual(['BI3:CH28', 'BI32:CH57']);
    expect(blocks(lesson, 'c/kernel')).toEqual(['CJ11:CL13', 'CJ15:CL17', 'CJ40:CL42', 'CJ44:CL46']);
    expect(blocks(lesson, 'c/bias')).toEqual(['CJ19', 'CJ48']);
    expect(blocks(lesson, 'c/output')).toEqual(['CN4:DK27', 'CN33:DK56']);
    expect(blocks(lesson, 'e/output')).toEqual(['EL4:EW15', 'EL33:EW44']);
  });

  test('has one row of weight maps for each class, and the scores with what is made of them as columns', () => {
    expect(blocks(lesson, 'g/kernel').slice(0, 2)).toEqual(['EY3:FJ14', 'EY16:FJ27']);
    expect(blocks(lesson, 'g/kernel').slice(10, 12)).toEqual(['FL3:FW14', 'FL16:FW27']);
    const vectors = ['g/bias', 'g/output', 'h/shifted', 'h/exp', 'h/output', 'h/actual', 'h/crossEntropy'] as const;
    expect(vectors.flatMap(tensor => blocks(lesson, tensor))).toEqual([
      'FZ4:FZ13',
      'GA4:GA13',
      'GC4:GC13',
      'GD4:GD13',
      'GE4:GE13',
      'GF4:GF13',
      'GG4:GG13',
    ]);
  });

  test('keeps the second slice of a kernel and the second channel of a map apart in the tensor', () => {
    const { layout } = lesson;
    const kernel = layout.cellOf('c/kernel', ((2 * 3 + 1) * 2 + 1) * 2 + 0);
    expect(formatAddress(kernel)).toBe('CK17');
    expect(layout.elementAt(kernel.row, kernel.column)).toEqual({ tensor: 'c/kernel', index: 30 });
    expect(layout.elementAt(11, 94)).toEqual({ tensor: 'c/output', index: (8 * 24 + 3) * 2 });
  });

  test('says over each band what it is', () => {
    const text = labels(lesson);
    expect(text.get('A1')).toBe('input · 28×28 · pixels 0…1');
    expect(text.get('AH1')).toBe('conv1 · 2 × 26×26 · 2 kernels 3×3');
    expect(text.get('CN1')).toBe('conv2 · 2 × 24×24 · 2 kernels 2×3×3');
    expect(text.get('BI1')).toBe('relu1 · 2 × 26×26');
    expect(text.get('EL1')).toBe('pool · 2 × 12×12 · max 2×2');
    expect(text.get('EY1')).toBe('dense · 10 × 288 weights');
  });

  test('names kernels, slices, maps, classes and columns', () => {
    const text = labels(lesson);
    const at = [
      'AD10',
      'AD14',
      'AD39',
      'AH2',
      'AH31',
      'CJ10',
      'CJ14',
      'EY2',
      'FL2',
      'EY15',
      'FY4',
      'FY11',
      'FZ3',
      'GC3',
      'GG3',
    ];
    expect(at.map(address => text.get(address))).toEqual([
      'kernel 1',
      'bias',
      'kernel 2',
      'map 1',
      'map 2',
      'kernel 1',
      '× map 2',
      'class 0',
      '× map 2',
      'class 1',
      'class 0',
      'class 7',
      'bias',
      'output−max',
      'cross-entropy',
    ]);
  });

  test('ends after its last row and column', () => {
    expect([lesson.layout.rows, lesson.layout.columns]).toEqual([131, 189]);
  });
});

describe('the parameters of batchNorm and dropout', () => {
  const norm = { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.99 };
  const sheet = buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'input', inputs: [], kind: 'input', shape: [4, 5, 2] },
        { id: 'n', name: 'norm', inputs: ['in'], ...norm },
        { id: 'd', name: 'drop', inputs: ['n'], kind: 'dropout' },
        { id: 's', name: 'sum', inputs: ['d', 'in'], kind: 'add' },
        { id: 'l', name: 'leaky', inputs: ['s'], kind: 'leakyRelu', negativeSlope: 0.1 },
        { id: 'm', name: 'mean', inputs: ['l'], kind: 'globalAveragePool2d' },
        { id: 'v', name: 'norm2', inputs: ['m'], ...norm },
        { id: 'w', name: 'drop2', inputs: ['v'], kind: 'dropout' },
      ],
    }),
  );
  const place = (tensor: TensorId, index = 0) => formatAddress(sheet.layout.cellOf(tensor, index));

  test('stand below their names, in the first row of each map they act on', () => {
    const names = ['gamma', 'beta', 'movingMean', 'movingVariance'] as const;
    expect(names.map(name => place(`n/${name}`))).toEqual(['G3', 'H3', 'I3', 'J3']);
    expect(names.map(name => place(`n/${name}`, 1))).toEqual(['G8', 'H8', 'I8', 'J8']);
    expect(place('n/output')).toBe('L3');
    expect(place('n/output', 1)).toBe('L8');
    const text = labels(sheet);
    expect(['G2', 'H2', 'I2', 'J2', 'G7', 'L2', 'L7'].map(address => text.get(address))).toEqual([
      'gamma',
      'beta',
      'mean',
      'var',
      'gamma',
      'map 1',
      'map 2',
    ]);
  });

  test('count for all maps where they are one: a rate stands beside the first', () => {
    expect(place('d/rate')).toBe('R3');
    expect(labels(sheet).get('R2')).toBe('p');
    expect(labels(sheet).get('R7')).toBeUndefined();
    expect(place('d/output')).toBe('T3');
  });

  test('stand beside a vector as columns', () => {
    const cells = ['v/gamma', 'v/beta', 'v/movingMean', 'v/movingVariance', 'v/output'] as const;
    expect(cells.map(tensor => place(tensor, 1))).toEqual(['AO4', 'AP4', 'AQ4', 'AR4', 'AS4']);
    expect([place('w/rate'), place('w/output', 1)]).toEqual(['AU3', 'AV4']);
    expect([labels(sheet).get('AU2'), labels(sheet).get('AV2')]).toEqual(['p', 'output']);
  });

  test('go on in further columns with the stack of maps they act on', () => {
    const tall = buildSheet(
      parseNetwork({
        version: 1,
        layers: [
          { id: 'in', name: 'input', inputs: [], kind: 'input', shape: [8000, 3, 300] },
          { id: 'n', name: 'norm', inputs: ['in'], ...norm },
        ],
      }),
    );
    for (const name of ['gamma', 'movingVariance'] as const) {
      for (const channel of [0, 130, 131, 299]) {
        const beside = tall.layout.cellOf(`n/${name}`, channel);
        expect(beside.row).toBe(tall.layout.cellOf('n/output', channel).row);
        expect(tall.layout.elementAt(beside.row, beside.column)).toEqual({ tensor: `n/${name}`, index: channel });
      }
    }
    const [first, second] = [0, 131].map(channel => tall.layout.cellOf('n/gamma', channel));
    expect(second).toEqual({ row: first.row, column: first.column + 5 });
  });

  test('are named in captions, like what is added and how much a leak lets through', () => {
    const text = [...labels(sheet)].filter(([address]) => /^[A-Z]+1$/.test(address)).map(([, caption]) => caption);
    expect(text).toEqual([
      'input · 2 × 4×5 · pixels 0…1',
      'norm · 2 × 4×5',
      'drop · 2 × 4×5 · only in training',
      'sum · 2 × 4×5 · drop + input',
      'leaky · 2 × 4×5 · 0.1·x below 0',
      'mean · 2 · mean of each map',
      'norm2 · 2',
      'drop2 · 2 · only in training',
    ]);
  });
});

/** Everything the layout promises, for a sheet small enough to look at each cell; a sentence for each broken
 *  promise. */
function faults({ layout, tensors }: Sheet, random: Random): string[] {
  const found: string[] = [];
  const fault = (sentence: string) => found.push(sentence);
  const cells = new Map<string, string>();
  const key = (row: number, column: number) => `${row},${column}`;
  for (const { id, size } of tensors.values()) {
    for (let index = 0; index < size; index++) {
      const { row, column } = layout.cellOf(id, index);
      const before = cells.get(key(row, column));
      if (before) fault(`${formatAddress({ row, column })} shows ${before} and ${id}[${index}]`);
      cells.set(key(row, column), `${id}[${index}]`);
      if (row >= layout.rows || column >= layout.columns) fault(`${id}[${index}] is outside`);
    }
  }
  const all: CellRange = { row: 0, column: 0, height: layout.rows, width: layout.columns };
  const texts = new Map(layout.labelsIn(all).map(label => [key(label.row, label.column), label.text]));
  if (texts.size !== layout.labelsIn(all).length) fault('two labels share a cell');
  for (let row = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) {
      const element = layout.elementAt(row, column);
      const shown = element && `${element.tensor}[${element.index}]`;
      if (shown !== cells.get(key(row, column))) fault(`${formatAddress({ row, column })} shows ${shown}`);
      const label = layout.labelAt(row, column)?.text;
      if (label !== texts.get(key(row, column))) fault(`${formatAddress({ row, column })} is labelled ${label}`);
      if (label !== undefined && shown) fault(`the label ${label} stands on ${shown}`);
      if (label !== undefined && element === undefined && label.trim() === '') fault('a label is blank');
    }
  }
  for (const range of [all, ...Array.from({ length: 5 }, () => randomRange(layout, random))]) {
    for (const sentence of windowFaults(layout, range)) fault(sentence);
  }
  for (const [i, band] of layout.bands.entries()) {
    const next = layout.bands[i + 1];
    if (next && next.column <= band.column + band.width) fault(`no gap between bands ${i} and ${i + 1}`);
  }
  for (const region of layout.regions) for (const sentence of latticeFaults(layout, region)) fault(sentence);
  return found;
}

/** Whether blocksIn and labelsIn say of a range what elementAt and labelAt say of its cells. */
function windowFaults(layout: Layout, range: CellRange): string[] {
  const found: string[] = [];
  const shown = new Map<string, string>();
  for (const block of layout.blocksIn(range)) {
    const { view, whole, region } = block;
    if (!intersect(block, range) || formatRange(intersect(whole, range)!) !== formatRange(block))
      found.push('a part is not what is visible');
    if (region.tensor !== view.tensor || view.height !== block.height || view.width !== block.width)
      found.push('a view has another size');
    for (let y = 0; y < block.height; y++) {
      for (let x = 0; x < block.width; x++) {
        const address = formatAddress({ row: block.row + y, column: block.column + x });
        if (shown.has(address)) found.push(`two blocks show ${address}`);
        shown.set(address, `${view.tensor}[${view.offset + y * view.rowStride + x * view.columnStride}]`);
      }
    }
  }
  const texts = new Map(layout.labelsIn(range).map(label => [formatAddress(label), label.text]));
  for (let row = range.row; row < range.row + range.height; row++) {
    for (let column = range.column; column < range.column + range.width; column++) {
      const address = formatAddress({ row, column });
      const element = layout.elementAt(row, column);
      if (shown.get(address) !== (element && `${element.tensor}[${element.index}]`))
        found.push(`blocks and cell differ at ${address}`);
      if (texts.get(address) !== layout.labelAt(row, column)?.text) found.push(`labels and cell differ at ${address}`);
      shown.delete(address);
    }
  }
  if (shown.size > 0) found.push('blocks reach out of the range');
  return found;
}

/** A region stays in the columns of one band of its layer, and its repetitions keep clear of each other. */
function latticeFaults(layout: Layout, region: Region): string[] {
  const found: string[] = [];
  const bounds = boundsOf(region);
  const band = layout.bands.find(
    ({ column, width }) => bounds.column >= column && bounds.column + bounds.width <= column + width,
  );
  if (!band || !region.tensor.startsWith(`${band.layer}/`)) found.push(`${region.tensor} stands in no band of its own`);
  if (bounds.row + bounds.height > MAX_ROWS || bounds.column + bounds.width > MAX_COLUMNS)
    found.push(`${region.tensor} leaves the sheet`);
  for (const [size, repeats] of [
    [region.height, region.down],
    [region.width, region.across],
  ] as const) {
    for (const [i, { pitch, count }] of repeats.entries()) {
      if (pitch < extent(size, repeats.slice(i + 1))) found.push(`${region.tensor} overlaps itself`);
      if (count < 2) found.push(`${region.tensor} repeats nothing`);
    }
  }
  return found;
}

function randomRange({ rows, columns }: Layout, random: Random): CellRange {
  const row = random.integer(rows);
  const column = random.integer(columns);
  return {
    row,
    column,
    height: 1 + random.integer(Math.min(60, rows)),
    width: 1 + random.integer(Math.min(60, columns)),
  };
}

/** One or two branches of maps, vectors and activations in any order a network allows; most have few channels, some
 *  more than four. */
function randomSheet(random: Random): Sheet {
  const pick = <T>(...choices: T[]): T => choices[random.integer(choices.length)];
  const padding = () => pick('valid', 'same');
  const strides = () => [1 + random.integer(3), 1 + random.integer(3)];
  const window = () => [1 + random.integer(5), 1 + random.integer(5)];
  const shape = [1 + random.integer(14), 1 + random.integer(14), pick(1, 1, 2, 3, 4, 6)];
  const layers: object[] = [{ id: 'input', name: 'input', inputs: [], kind: 'input', shape }];
  let from = 'input';
  for (let i = 0; i < 3 + random.integer(8); i++) {
    const kinds = [
      'conv2d',
      'conv2d',
      'pool',
      'relu',
      'sigmoid',
      'flatten',
      'flatten',
      'dense',
      'dense',
      'tanh',
      'softmax',
      'global',
    ];
    const common = { id: `l${i}`, name: `layer ${i}`, inputs: [random.integer(12) === 0 ? 'input' : from] };
    const settings = {
      conv2d: {
        kind: 'conv2d',
        filters: pick(1, 2, 3, 5, 9),
        kernelSize: window(),
        strides: strides(),
        padding: padding(),
        useBias: random.integer(4) > 0,
      },
      pool: { kind: pick('maxPool2d', 'averagePool2d'), poolSize: window(), strides: strides(), padding: padding() },
      dense: { kind: 'dense', units: pick(1, 2, 7, 12), useBias: random.integer(4) > 0 },
      global: { kind: pick('globalMaxPool2d', 'globalAveragePool2d') },
    };
    const kind = pick(...kinds);
    const layer = { ...common, ...(settings[kind as keyof typeof settings] ?? { kind }) };
    try {
      parseNetwork({ version: 1, layers: [...layers, layer] });
    } catch (error) {
      if (error instanceof UserError) continue;
      throw error;
    }
    layers.push(layer);
    from = common.id;
  }
  return buildSheet(parseNetwork({ version: 1, layers }));
}

describe('every sheet', () => {
  test('shows each element in exactly one cell, each cell at most one element, and labels only in blanks (250 random networks)', () => {
    const random = createRandom(20);
    const kinds = new Set<string>();
    for (let round = 0; round < 250; round++) {
      const sheet = randomSheet(random);
      for (const layer of sheet.network.layers) kinds.add(layer.kind);
      expect(faults(sheet, random), JSON.stringify(sheet.network)).toEqual([]);
    }
    expect(kinds.size).toBe(12);
  });

  test('keeps these promises for three hundred channels with partial sums', () => {
    const sheet = chain(
      input(6, 5, 300),
      conv(3, 3),
      pool(2, { padding: 'same' }),
      only('flatten'),
      dense(4),
      only('softmax'),
    );
    expect(blocks(sheet, 'conv2d1/partial')).toHaveLength(9);
    expect(faults(sheet, createRandom(1))).toEqual([]);
  });

  test('would be caught with two bands on each other', () => {
    const [first, second] = lesson.layout.regions.filter(
      region => region.tensor === 'a/output' || region.tensor === 'b/output',
    );
    const shifted = { ...second, column: first.column + first.width - 1 };
    const clash = lesson.layout.cellOf('a/output', 25 * 2);
    expect(elementOf(shifted, clash.row, clash.column)).toBe(0);
    const regions = lesson.layout.regions.map(region => (region === second ? shifted : region));
    const broken = {
      ...lesson.layout,
      regions,
      cellOf: (tensor: TensorId, index: number) => {
        const cell = lesson.layout.cellOf(tensor, index);
        return tensor === 'b/output' ? { ...cell, column: cell.column - (second.column - shifted.column) } : cell;
      },
    };
    expect(faults({ ...lesson, layout: broken }, createRandom(1))).toContain('BG3 shows a/output[50] and b/output[0]');
  });

  test('puts a stack of dense weights level with the maps it multiplies, so that one range of each spans all channels', () => {
    const sheet = chain(input(12, 12, 1), conv(6, 3), pool(2), only('flatten'), dense(3));
    const maps = blocks(sheet, 'maxPool2d2/output');
    const weights = blocks(sheet, 'dense4/kernel');
    expect(maps).toHaveLength(6);
    expect(weights).toHaveLength(18);
    const rows = (range: string) => range.replaceAll(/[A-Z]/g, '');
    for (let unit = 0; unit < 3; unit++)
      expect(weights.slice(unit * 6, unit * 6 + 6).map(rows)).toEqual(maps.map(rows));
    const { layout } = sheet;
    const inFirst = layout.cellOf('dense4/kernel', 0);
    const inLast = layout.cellOf('dense4/kernel', (24 * 6 + 5) * 3);
    for (let row = inFirst.row; row <= inLast.row; row++) {
      const element = layout.elementAt(row, inFirst.column);
      const map = layout.elementAt(row, layout.cellOf('maxPool2d2/output', 0).column);
      expect(element === undefined).toBe(map === undefined);
      const label = layout.labelAt(row, inFirst.column);
      if (label && row >= inFirst.row) expect(Number(label.text)).toBeNaN();
    }
  });

  test('puts a bias under the last slice of its kernel where it just fits, and beside the kernel where it does not', () => {
    const fits = chain(input(13, 13, 3), conv(2, 3));
    expect(blocks(fits, 'conv2d1/kernel').slice(0, 3)).toEqual(['O4:Q6', 'O8:Q10', 'O12:Q14']);
    expect(blocks(fits, 'conv2d1/bias')).toEqual(['O16', 'O30']);
    const beside = chain(input(12, 13, 3), conv(2, 3));
    expect(blocks(beside, 'conv2d1/kernel').slice(0, 3)).toEqual(['O4:Q6', 'O8:Q10', 'O12:Q14']);
    expect(blocks(beside, 'conv2d1/bias')).toEqual(['S4', 'S17']);
  });

  test('goes on with slices in further columns, the bias under the last', () => {
    const sheet = chain(input(13, 13, 5), conv(1, 3));
    expect(blocks(sheet, 'conv2d1/kernel')).toEqual(['O5:Q7', 'O9:Q11', 'O13:Q15', 'S5:U7', 'S9:U11']);
    expect(blocks(sheet, 'conv2d1/bias')).toEqual(['S13']);
    expect(blocks(sheet, 'conv2d1/output')).toEqual(['W4:AG14']);
  });

  test('closes ranks where many maps shrink, and stands the next kernels beside them', () => {
    const sheet = chain(input(28, 28, 1), conv(8, 5, { padding: 'same' }), pool(2), conv(6, 5));
    expect(blocks(sheet, 'input/output')).toEqual(['A3:AB30']);
    expect(blocks(sheet, 'conv2d1/output').slice(0, 2)).toEqual(['AJ3:BK30', 'AJ32:BK59']);
    expect(blocks(sheet, 'maxPool2d2/output').slice(0, 2)).toEqual(['BM3:BZ16', 'BM20:BZ33']);
    expect(blocks(sheet, 'conv2d3/kernel').slice(0, 4)).toEqual(['CB4:CF8', 'CB10:CF14', 'CB21:CF25', 'CB27:CF31']);
    expect(blocks(sheet, 'conv2d3/bias').slice(0, 2)).toEqual(['CT16', 'CT33']);
    expect(blocks(sheet, 'conv2d3/output').slice(0, 2)).toEqual(['CZ5:DI14', 'CZ22:DI31']);
  });

  test('stands weights of a vector level with it, a column for each unit', () => {
    const sheet = chain(input(4, 4, 1), only('flatten'), dense(5), only('relu'), dense(2));
    expect(blocks(sheet, 'dense2/output')).toEqual(['L3:L7']);
    expect(blocks(sheet, 'relu3/output')).toEqual(['N3:N7']);
    expect(blocks(sheet, 'dense4/kernel')).toEqual(['P3:Q7']);
    expect(labels(sheet).get('Q2')).toBe('2');
  });
});

/** What can be checked of a sheet too large to look at: samples from all over it, and every region's corners. */
function sampledFaults({ layout, tensors }: Sheet, random: Random): string[] {
  const found: string[] = [];
  const look = (tensor: TensorId, index: number) => {
    const { row, column } = layout.cellOf(tensor, index);
    const claims = layout.regions.flatMap(region => {
      const element = elementOf(region, row, column);
      return element < 0 ? [] : [`${region.tensor}[${element}]`];
    });
    if (claims.join() !== `${tensor}[${index}]`) found.push(`${tensor}[${index}] shares its cell: ${claims.join()}`);
    if (row >= layout.rows || column >= layout.columns) found.push(`${tensor}[${index}] is outside`);
    const shown = layout.elementAt(row, column);
    if (shown?.tensor !== tensor || shown.index !== index) found.push(`${tensor}[${index}] is not found again`);
    if (layout.labelAt(row, column)) found.push(`a label stands on ${tensor}[${index}]`);
    const [{ whole }] = layout.blocksIn({ row, column, height: 1, width: 1 });
    const around = { ...whole, row: whole.row - 1, height: whole.height + 2 };
    for (const label of layout.labelsIn(around)) {
      if (layout.elementAt(label.row, label.column)) found.push(`the label ${label.text} stands on an element`);
    }
    const near = { row: Math.max(0, row - 3), column: Math.max(0, column - 3), height: 7, width: 7 };
    found.push(...windowFaults(layout, near));
  };
  for (const { id, size } of tensors.values()) {
    for (const index of [0, size - 1, ...Array.from({ length: 20 }, () => Math.floor(random.uniform() * size))])
      look(id, index);
    const cells = layout.regions.filter(region => region.tensor === id).map(cellCount);
    if (cells.reduce((sum, count) => sum + count, 0) !== size) found.push(`the regions of ${id} don't have its size`);
  }
  for (const region of layout.regions) found.push(...latticeFaults(layout, region));
  for (const [i, one] of layout.regions.entries()) {
    const bounds = boundsOf(one);
    for (const y of [bounds.row, bounds.row + bounds.height - 1]) {
      for (const x of [bounds.column, bounds.column + bounds.width - 1]) {
        const claims = layout.regions.filter(region => elementOf(region, y, x) >= 0);
        if (claims.length !== 1)
          found.push(`the corner ${formatAddress({ row: y, column: x })} of region ${i} belongs to ${claims.length}`);
      }
    }
  }
  if (layout.rows > MAX_ROWS || layout.columns > MAX_COLUMNS) found.push('the sheet is too large');
  return found;
}

function cellCount({ height, width, down, across }: Region): number {
  return [...down, ...across].reduce((product, repeat) => product * repeat.count, height * width);
}

describe('large sheets', () => {
  test('300 channels of 350×350 pixels, 184 million cells, are a handful of regions', () => {
    const sheet = chain(input(350, 350, 300), conv(300, 1));
    const cells = [...sheet.tensors.values()].reduce((sum, tensor) => sum + tensor.size, 0);
    expect(cells).toBeGreaterThan(180e6);
    expect(sheet.layout.regions.length).toBeLessThan(10);
    expect(sampledFaults(sheet, createRandom(2))).toEqual([]);
  });

  test('a stack taller than the sheet goes on in further columns, with its kernels, weights and what follows', () => {
    const sheet = chain(
      input(1000, 6, 2),
      conv(2500, 3),
      only('relu'),
      conv(3, 1, { strides: [9, 1], padding: 'same' }),
      only('flatten'),
      dense(4),
      only('softmax'),
    );
    expect(sheet.layout.rows).toBeGreaterThan(1_000_000);
    const maps = blocks(sheet, 'relu2/output');
    expect(maps).toHaveLength(2500);
    expect([maps[0], maps[1046], maps[1047], maps[2499]]).toEqual([
      'AI4:AL1001',
      'AI1047050:AL1048047',
      'AN4:AQ1001',
      'AS405409:AV406406',
    ]);
    expect(sampledFaults(sheet, createRandom(3))).toEqual([]);
  });

  test('the dense weights of a wrapped stack are wrapped like it', () => {
    const sheet = chain(input(1000, 6, 2), conv(2500, 3), only('flatten'), dense(3));
    const rowsOf = (tensor: TensorId) =>
      sheet.layout.regions
        .filter(region => region.tensor === tensor)
        .map(({ row, down }) => JSON.stringify([row, down.map(repeat => repeat.count)]));
    expect(rowsOf('dense3/kernel')).toEqual(rowsOf('conv2d1/output'));
    expect(sampledFaults(sheet, createRandom(4))).toEqual([]);
  });

  test('a vector longer than the sheet goes on in further columns, with its weights', () => {
    const sheet = chain(input(1500, 1000, 1), only('flatten'), only('relu'), dense(3));
    expect(blocks(sheet, 'relu2/output')).toEqual(['ALN3:ALN1048576', 'ALO3:ALO451428']);
    expect(sampledFaults(sheet, createRandom(5))).toEqual([]);
  });

  test('more units than fit side by side stand in further rows', () => {
    const wide = chain(input(8, 8, 20), only('flatten'), dense(3000), only('relu'), dense(2500), only('softmax'));
    expect(wide.layout.columns).toBeLessThan(6000);
    expect(sampledFaults(wide, createRandom(6))).toEqual([]);
    const few = chain(input(40, 20, 3), only('flatten'), dense(50_000));
    expect(sampledFaults(few, createRandom(7))).toEqual([]);
  });

  test('a deep network as large as those for photographs fits', () => {
    const blocksOf = (filters: number, count: number) =>
      Array.from({ length: count }, () => [conv(filters, 3, { padding: 'same' }), only('relu')]).flat();
    const sheet = chain(
      input(224, 224, 3),
      ...blocksOf(64, 2),
      pool(2),
      ...blocksOf(128, 2),
      pool(2),
      ...blocksOf(256, 2),
      pool(2),
      ...blocksOf(512, 2),
      pool(2),
      only('globalAveragePool2d'),
      dense(1000),
      only('softmax'),
    );
    expect(sheet.layout.columns).toBeLessThan(MAX_COLUMNS);
    expect(sampledFaults(sheet, createRandom(8))).toEqual([]);
  });
});

describe('a network too large for a sheet', () => {
  test('is one column wider than one that just fits', () => {
    expect(chain(input(2, 8191, 1), only('relu')).layout.columns).toBe(16_383);
    expect(() => chain(input(2, 8192, 1), only('relu'))).toThrow(UserError);
  });

  const cases: [name: string, build: () => Sheet, sentence: string][] = [
    [
      'too wide',
      () => chain(input(2, 9000, 1), only('relu')),
      "relu1 doesn't fit the sheet's 16,384 columns. Use fewer layers, filters or units, or smaller maps.",
    ],
    [
      'too wide for its kernels',
      () => chain(input(1, 1, 65_536), conv(1, 1)),
      "conv2d1 doesn't fit the sheet's 16,384 columns. Use fewer layers, filters or units, or smaller maps.",
    ],
    [
      'too tall for its kernels',
      () => chain(input(1_048_574, 1, 1), conv(1, 1)),
      "conv2d1 doesn't fit the sheet's 1,048,576 rows. Use fewer filters or units, or smaller maps.",
    ],
  ];
  test.each(cases)('is refused with its layer: %s', (_name, build, sentence) => {
    expect(build).toThrow(new UserError(sentence));
  });
});
