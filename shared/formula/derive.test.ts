import { describe, expect, it } from 'vitest';
import { contains, formatRange, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { type Layer, type LayerSettings, parseNetwork, type TensorId } from '../network.ts';
import { createRandom } from '../random.ts';
import { manyChannelsExample, randomNetwork } from '../testing/random-network.ts';
import { buildSheet, type Sheet } from '../layout/sheet.ts';
import { derive } from './derive.ts';
import { type Formula, isAbsolute } from './formula.ts';

/** Layers one after the other, named by their kind and position: conv2d1, relu2, … */
function chain(...settings: LayerSettings[]): Sheet {
  const name = (position: number) => `${settings[position].kind}${position}`;
  const layers = settings.map(
    (setting, i): Layer => ({ id: name(i), name: name(i), inputs: i === 0 ? [] : [name(i - 1)], ...setting }),
  );
  return buildSheet(parseNetwork({ version: 1, layers }));
}

const conv = (filters: number, padding: 'valid' | 'same' = 'valid', useBias = true): LayerSettings => ({
  kind: 'conv2d',
  filters,
  kernelSize: [3, 3],
  strides: [1, 1],
  padding,
  useBias,
});
const pool = (kind: 'maxPool2d' | 'averagePool2d', padding: 'valid' | 'same' = 'valid'): LayerSettings => ({
  kind,
  poolSize: [2, 2],
  strides: [2, 2],
  padding,
});

const textOf = (sheet: Sheet, tensor: TensorId, index: number) => derive(sheet, { tensor, index })?.text;

/** A formula with the tensors' elements instead of cells, so that this test doesn't depend on the layout. */
function explain(sheet: Sheet, tensor: TensorId, index: number): string {
  const { text, references } = derive(sheet, { tensor, index })!;
  const name = (row: number, column: number) => {
    const element = sheet.layout.elementAt(row, column)!;
    return `${element.tensor}[${element.index}]`;
  };
  let explained = '';
  let end = 0;
  for (const { start, end: next, range } of references) {
    const last = { row: range.row + range.height - 1, column: range.column + range.width - 1 };
    const one = range.height === 1 && range.width === 1;
    explained += text.slice(end, start) + name(range.row, range.column);
    if (!one) explained += `:${name(last.row, last.column)}`;
    end = next;
  }
  return explained + text.slice(end);
}

describe("the lesson's network", () => {
  const sheet = chain(
    { kind: 'input', shape: [28, 28, 1] },
    conv(2),
    { kind: 'relu' },
    conv(2),
    { kind: 'relu' },
    pool('maxPool2d'),
    { kind: 'flatten' },
    { kind: 'dense', units: 10, useBias: true },
    { kind: 'softmax' },
  );

  it('has formulas a learner can read', () => {
    expect(textOf(sheet, 'conv2d1/output', 0)).toBe('=SUMPRODUCT(A2:C4,$AD$11:$AF$13)+$AD$15');
    expect(textOf(sheet, 'relu2/output', 0)).toBe('=MAX(0,AH3)');
    expect(explain(sheet, 'conv2d3/output', 1)).toBe(
      '=SUMPRODUCT(relu2/output[0]:relu2/output[108],conv2d3/kernel[1]:conv2d3/kernel[33])' +
        '+SUMPRODUCT(relu2/output[1]:relu2/output[109],conv2d3/kernel[3]:conv2d3/kernel[35])+conv2d3/bias[1]',
    );
    expect(explain(sheet, 'maxPool2d5/output', 3)).toBe('=MAX(relu4/output[5]:relu4/output[55])');
    expect(explain(sheet, 'dense7/output', 4)).toBe(
      '=SUMPRODUCT(maxPool2d5/output[0]:maxPool2d5/output[286],dense7/kernel[4]:dense7/kernel[2864])' +
        '+SUMPRODUCT(maxPool2d5/output[1]:maxPool2d5/output[287],dense7/kernel[14]:dense7/kernel[2874])+dense7/bias[4]',
    );
    expect(explain(sheet, 'softmax8/shifted', 3)).toBe('=dense7/output[3]-MAX(dense7/output[0]:dense7/output[9])');
    expect(explain(sheet, 'softmax8/exp', 3)).toBe('=EXP(softmax8/shifted[3])');
    expect(explain(sheet, 'softmax8/output', 3)).toBe('=softmax8/exp[3]/SUM(softmax8/exp[0]:softmax8/exp[9])');
    expect(explain(sheet, 'softmax8/crossEntropy', 3)).toBe(
      '=IF(softmax8/actual[3]=0,0,softmax8/actual[3]*(LN(SUM(softmax8/exp[0]:softmax8/exp[9]))-softmax8/shifted[3]))',
    );
  });

  it('has none for pixels, parameters, the expected class, and tensors it has not', () => {
    for (const tensor of ['input0/output', 'conv2d1/kernel', 'conv2d1/bias', 'softmax8/actual'] as const) {
      expect(textOf(sheet, tensor, 0)).toBeUndefined();
    }
    expect(textOf(sheet, 'flatten6/output', 0)).toBeUndefined();
    expect(textOf(sheet, 'nowhere/output', 0)).toBeUndefined();
  });

  it('says what each reference is', () => {
    const roles = (tensor: TensorId) => derive(sheet, { tensor, index: 0 })!.references.map(({ role }) => role);
    expect(roles('conv2d3/output')).toEqual(['activation', 'kernel', 'activation', 'kernel', 'bias']);
    expect(roles('softmax8/crossEntropy')).toEqual(['actual', 'actual', 'activation', 'activation']);
  });

  it('has the same formula in R1C1 in all cells of one map', () => {
    for (const tensor of ['conv2d1/output', 'relu2/output', 'conv2d3/output'] as const) {
      const { size, shape } = sheet.tensors.get(tensor)!;
      const texts = Array.from({ length: size / shape[2] }, (_, i) => relativeText(sheet, tensor, i * shape[2]));
      expect(new Set(texts).size).toBe(1);
    }
  });
});

/** A formula in which relative references are distances from the cell. */
function relativeText(sheet: Sheet, tensor: TensorId, index: number): string {
  const { text, references } = derive(sheet, { tensor, index })!;
  const cell = sheet.layout.cellOf(tensor, index);
  let relative = text;
  for (const { start, end, range } of [...references].reverse()) {
    if (text[start] === '$') continue;
    const distance = `R[${range.row - cell.row}]C[${range.column - cell.column}]:${range.height}×${range.width}`;
    relative = relative.slice(0, start) + distance + relative.slice(end);
  }
  return relative;
}

describe('other layers', () => {
  it('have the formulas one would write by hand', () => {
    const sheet = chain(
      { kind: 'input', shape: [6, 6, 1] },
      conv(1, 'same', false),
      { kind: 'sigmoid' },
      pool('averagePool2d', 'same'),
      { kind: 'tanh' },
      { kind: 'globalAveragePool2d' },
      { kind: 'dense', units: 1, useBias: false },
    );
    const x = formatRange({ ...sheet.layout.cellOf('conv2d1/output', 7), height: 1, width: 1 });
    expect(textOf(sheet, 'sigmoid2/output', 7)).toBe(`=IF(${x}<0,EXP(${x})/(1+EXP(${x})),1/(1+EXP(-${x})))`);
    expect(explain(sheet, 'averagePool2d3/output', 4)).toBe('=AVERAGE(sigmoid2/output[14]:sigmoid2/output[21])');
    expect(explain(sheet, 'tanh4/output', 4)).toBe('=TANH(averagePool2d3/output[4])');
    expect(explain(sheet, 'globalAveragePool2d5/output', 0)).toBe('=AVERAGE(tanh4/output[0]:tanh4/output[8])');
    expect(explain(sheet, 'dense6/output', 0)).toBe('=SUMPRODUCT(globalAveragePool2d5/output[0],dense6/kernel[0])');
  });

  it('normalise with the parameters of their channel, and multiply by a slope below zero', () => {
    const sheet = chain(
      { kind: 'input', shape: [6, 6, 1] },
      conv(2, 'same', false),
      { kind: 'batchNorm', epsilon: 1e-7, momentum: 0.99 },
      { kind: 'leakyRelu', negativeSlope: 0.25 },
      { kind: 'dropout' },
      { kind: 'globalAveragePool2d' },
      { kind: 'batchNorm', epsilon: 0.001, momentum: 0.99 },
    );
    expect(explain(sheet, 'batchNorm2/output', 7)).toBe(
      '=batchNorm2/gamma[1]*(conv2d1/output[7]-batchNorm2/movingMean[1])' +
        '/SQRT(batchNorm2/movingVariance[1]+0.0000001)+batchNorm2/beta[1]',
    );
    const roles = derive(sheet, { tensor: 'batchNorm2/output', index: 7 })!.references.map(({ role }) => role);
    expect(roles).toEqual(['parameter', 'activation', 'parameter', 'parameter', 'parameter']);
    expect(explain(sheet, 'leakyRelu3/output', 7)).toBe(
      '=IF(batchNorm2/output[7]<0,0.25*batchNorm2/output[7],batchNorm2/output[7])',
    );
    expect(explain(sheet, 'dropout4/output', 7)).toBe('=leakyRelu3/output[7]');
    expect(explain(sheet, 'batchNorm6/output', 1)).toBe(
      '=batchNorm6/gamma[1]*(globalAveragePool2d5/output[1]-batchNorm6/movingMean[1])' +
        '/SQRT(batchNorm6/movingVariance[1]+0.001)+batchNorm6/beta[1]',
    );
    // batchNorm reads only its own cell and parameters, so every cell of a map has the same formula in R1C1.
    const texts = Array.from({ length: 36 }, (_, i) => relativeText(sheet, 'batchNorm2/output', 2 * i));
    expect(new Set(texts).size).toBe(1);
  });

  it('add what their inputs have at the same place, through flatten as well', () => {
    const sheet = buildSheet(
      parseNetwork({
        version: 1,
        layers: [
          { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [2, 3, 1] },
          { id: 'flat', name: 'flat', inputs: ['in'], kind: 'flatten' },
          { id: 'dense', name: 'dense', inputs: ['flat'], kind: 'dense', units: 6, useBias: true },
          { id: 'sum', name: 'sum', inputs: ['dense', 'flat', 'dense'], kind: 'add' },
        ],
      }),
    );
    expect(explain(sheet, 'sum/output', 4)).toBe('=dense/output[4]+in/output[4]+dense/output[4]');
  });

  it("crop windows and kernels at the map's border under 'same' padding", () => {
    const sheet = chain({ kind: 'input', shape: [4, 5, 1] }, conv(1, 'same', false), {
      ...pool('averagePool2d', 'same'),
      poolSize: [3, 3],
    } as LayerSettings);
    const expected: [number, string][] = [
      [0, '=SUMPRODUCT(input0/output[0]:input0/output[6],conv2d1/kernel[4]:conv2d1/kernel[8])'],
      [2, '=SUMPRODUCT(input0/output[1]:input0/output[8],conv2d1/kernel[3]:conv2d1/kernel[8])'],
      [19, '=SUMPRODUCT(input0/output[13]:input0/output[19],conv2d1/kernel[0]:conv2d1/kernel[4])'],
    ];
    for (const [index, text] of expected) expect(explain(sheet, 'conv2d1/output', index)).toBe(text);
    // 4 rows in two windows of 3: one row of padding, at the end.
    expect(explain(sheet, 'averagePool2d2/output', 3)).toBe('=AVERAGE(conv2d1/output[10]:conv2d1/output[16])');
  });

  it('add partial sums where a formula cannot hold all input channels', () => {
    const { sheet } = manyChannelsExample();
    const partial = derive(sheet, { tensor: 'a/partial', index: 2 * 40 })!;
    expect(partial.references).toHaveLength(2 * (300 - 256));
    expect(partial.references.some(({ role }) => role === 'bias')).toBe(false);
    expect(explain(sheet, 'a/output', 39)).toBe('=a/partial[39]+a/partial[79]+a/partial[119]+a/bias[1]');
  });

  it('span a stack of many maps with one product, where its weights stand at the same pitch', () => {
    const sheet = chain(
      { kind: 'input', shape: [7, 7, 64] },
      { kind: 'flatten' },
      { kind: 'dense', units: 3, useBias: true },
    );
    expect(explain(sheet, 'dense2/output', 2)).toBe(
      '=SUMPRODUCT(input0/output[0]:input0/output[3135],dense2/kernel[2]:dense2/kernel[9407])+dense2/bias[2]',
    );
  });
});

/** Checks Excel's limits for the length of formulas and the number of arguments. */
function expectWithinLimits({ text, references }: Formula): void {
  expect(text.length).toBeLessThanOrEqual(8192);
  for (const [, inside] of text.matchAll(/[A-Z]\(([^()]*)\)/g))
    expect(inside.split(',').length).toBeLessThanOrEqual(255);
  for (const { start, end, range, role } of references) {
    expect(text.slice(start, end)).toBe(formatRange(range, isAbsolute(role)));
    expect(range.row + range.height).toBeLessThanOrEqual(MAX_ROWS);
    expect(range.column + range.width).toBeLessThanOrEqual(MAX_COLUMNS);
  }
}

/** The same sheet, moved so that its last cell is the last one of a spreadsheet. */
function moveToLastCell(sheet: Sheet): Sheet {
  const { layout } = sheet;
  const [down, right] = [MAX_ROWS - layout.rows, MAX_COLUMNS - layout.columns];
  return {
    ...sheet,
    layout: {
      ...layout,
      cellOf(tensor, index) {
        const { row, column } = layout.cellOf(tensor, index);
        return { row: row + down, column: column + right };
      },
      blocksIn: range => layout.blocksIn({ ...range, row: range.row - down, column: range.column - right }),
    },
  };
}

describe("Excel's limits", () => {
  it('hold in random networks, where every reference stands in the text as it is told', () => {
    for (let seed = 0; seed < 40; seed++) {
      const sheet = buildSheet(parseNetwork(randomNetwork(createRandom(seed))));
      for (const { id, role, size } of sheet.tensors.values()) {
        if (role !== 'computed') continue;
        for (const index of [0, size >> 1, size - 1]) expectWithinLimits(derive(sheet, { tensor: id, index })!);
      }
    }
  });

  it('hold for 128 channels in the last columns and rows of a sheet', () => {
    const sheet = moveToLastCell(chain({ kind: 'input', shape: [9, 9, 300] }, conv(2, 'same'), conv(128), conv(1)));
    const lengths: number[] = [];
    for (const { id, role, size } of sheet.tensors.values()) {
      if (role !== 'computed') continue;
      for (const index of [0, size >> 1, size - 1]) {
        const formula = derive(sheet, { tensor: id, index })!;
        expectWithinLimits(formula);
        lengths.push(formula.text.length);
      }
    }
    // The addresses are nearly as long as addresses get.
    expect(Math.max(...lengths)).toBeGreaterThan(7600);
  });

  it('hold where maps and vectors go on in further columns: one product for each of their sections', () => {
    const maps = chain(
      { kind: 'input', shape: [8000, 3, 300] },
      { kind: 'flatten' },
      { kind: 'dense', units: 2, useBias: true },
      { kind: 'softmax' },
    );
    const vector = chain(
      { kind: 'input', shape: [1100, 1000, 1] },
      { kind: 'flatten' },
      { kind: 'relu' },
      { kind: 'softmax' },
      { kind: 'dense', units: 1, useBias: true },
    );
    const dense = derive(maps, { tensor: 'dense2/output', index: 1 })!;
    expectWithinLimits(dense);
    expect(dense.references.map(({ role }) => role)).toEqual([
      ...Array.from({ length: 3 }, () => ['activation', 'kernel']).flat(),
      'bias',
    ]);
    const random = createRandom(1);
    for (let count = 0; count < 200; count++) {
      const index = random.integer(8000 * 3 * 300);
      const places = [maps.layout.cellOf('input0/output', index), maps.layout.cellOf('dense2/kernel', index * 2 + 1)];
      const holding = places.map((place, of) =>
        dense.references.findIndex(({ range, role }) => (role === 'kernel') === (of === 1) && contains(range, place)),
      );
      expect(holding[1]).toBe(holding[0] + 1);
    }
    const softmax = derive(vector, { tensor: 'softmax3/shifted', index: 0 })!;
    expect(softmax.references).toHaveLength(3);
    expectWithinLimits(softmax);
    const sum = derive(vector, { tensor: 'dense4/output', index: 0 })!;
    expect(sum.references).toHaveLength(5);
    expectWithinLimits(sum);
  });
});
