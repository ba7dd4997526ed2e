import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../address.ts';
import { UserError } from '../errors.ts';
import { elementOf } from './lattice.ts';
import { parseNetwork } from '../network.ts';
import type { TensorId } from '../network.ts';
import { createRandom } from '../random.ts';
import type { Random } from '../random.ts';
import { buildSheet } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import { chain, input, conv, pool, dense, only, blocks, labels } from './testing/chains.ts';
import { faults } from './testing/faults.ts';

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

  test('leaves cells free around its bands, and between kernels, but none that a range of a formula spans', () => {
    const isFree = (cell: string) => {
      const { row, column } = parseAddress(cell)!;
      return lesson.layout.isFree(row, column);
    };
    expect(['A30', 'C34', 'AD20', 'AE15', 'AC5', 'AG900', 'GZ3'].map(isFree)).toEqual(Array(7).fill(true));
    // The dense layer reads EL4:EW15 and EL33:EW44 apart, but its kernels' rows lie close together.
    expect(['A2', 'AD11', 'AD15', 'AH3', 'AH1', 'EY15', 'EL20'].map(isFree)).toEqual(Array(7).fill(false));
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
  test('shows each element in one cell, each cell at most one element, labels in blanks (250 random networks)', () => {
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

  test('puts a stack of dense weights level with its maps, so that one range of each spans all channels', () => {
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

  test('puts a bias under the last slice of its kernel where it just fits, else beside the kernel', () => {
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
