import { describe, expect, test } from 'vitest';
import { formatAddress } from '../address.ts';
import type { FormulaEdit, Written } from '../cells.ts';
import { changesFor, type Content, applyChange, inverseOf, type Change, sheetIn } from '../change.ts';
import { NOTHING_FILMED } from '../changes/storyboard.ts';
import { nothingWritten } from '../changes/written.ts';
import { derive, expressionOf } from '../formula/derive.ts';
import { call } from '../formula/expression.ts';
import { filledOver } from '../formula/fill.ts';
import { readFormula } from '../formula/typed.ts';
import type { Sheet } from '../layout/sheet.ts';
import { english } from '../messages/render.ts';
import { sentences } from '../messages/sentences.ts';
import { describeTensors, parseNetwork, type TensorId } from '../network.ts';
import { createRandom } from '../random.ts';
import { conv, dense, input, network, plain } from '../testing/plain-layers.ts';
import type { Lifted } from './lift.ts';

const spec = parseNetwork(
  network({ ...input, shape: [8, 8, 1] }, conv, plain('relu', 'conv1'), plain('flatten', 'relu'), dense, {
    ...plain('softmax', 'dense'),
  }),
);
function workbook(written: Partial<Written> = {}, network = spec): Content {
  const random = createRandom(1);
  const stored = describeTensors(network).filter(({ role }) => role !== 'computed');
  const values = new Map(
    stored.map(({ id, size }) => [id, Float32Array.from({ length: size }, () => random.normal())]),
  );
  const around = { ...nothingWritten(), ...written };
  return {
    network,
    classes: [],
    source: { kind: 'typed' },
    values,
    runs: [],
    memory: undefined,
    fit: undefined,
    ...NOTHING_FILMED,
    ...around,
  };
}

const at = (sheet: Sheet, tensor: TensorId, index: number) => formatAddress(sheet.layout.cellOf(tensor, index));
const fixed = (address: string) => address.replace(/([A-Z]+)(\d+)/, '$$$1$$$2');

/** The edits of a formula that is filled from the first of these elements over all of them. */
function fill(content: Content, tensor: TensorId, text: string, over?: readonly number[]): FormulaEdit[] {
  const sheet = sheetIn(content);
  const read = readFormula(text, { sheet, sheets: content.sheets, names: content.names, on: sheet.id });
  if (read.problem !== undefined) throw new Error(english(read.problem));
  const all = over ?? [...Array(sheet.tensors.get(tensor)!.size).keys()];
  return filledOver(sheet, tensor, all[0], read.expression, all);
}

/** Makes the changes, and gives what takes them back. */
function make(content: Content, edits: readonly FormulaEdit[]): { lifted: Lifted[]; back: Change[] } {
  const lifted: Lifted[] = [];
  const back: Change[] = [];
  for (const change of changesFor(content, { kind: 'formulas', edits }, { sheet: sheetIn(content), lifted })) {
    back.unshift(inverseOf(content, change));
    applyChange(content, change);
  }
  return { lifted, back };
}
const copy = (content: Content) => structuredClone({ ...content });
const layerOf = (content: Content, id: string) => content.network.layers.find(layer => layer.id === id)!;
const reasonFor = (content: Content, edits: readonly FormulaEdit[]) => {
  const [found] = make(content, edits).lifted;
  return found?.kind === 'overrides' ? english(found.reason) : found?.kind;
};

describe('a formula filled over a whole band', () => {
  test('becomes a layer, and back to the first bytes', () => {
    const content = workbook();
    const before = copy(content);
    const x = at(sheetIn(content), 'conv1/output', 0);
    const { lifted, back } = make(content, fill(content, 'relu/output', `=MAX(0.1*${x},${x})`));
    expect(lifted).toEqual([{ kind: 'layer', layer: 'relu' }]);
    expect(layerOf(content, 'relu')).toMatchObject({ kind: 'formula', instead: { kind: 'relu' }, inputs: ['conv1'] });
    expect(content.formulas.size).toBe(0);
    const sheet = sheetIn(content);
    const cell = at(sheet, 'conv1/output', 35);
    expect(derive(sheet, { tensor: 'relu/output', index: 35 })!.text).toBe(`=MAX(0.1*${cell},${cell})`);
    for (const change of back) applyChange(content, change);
    expect(content).toEqual(before);
  });

  test('in two steps is one layer, too: first a cell, then all others', () => {
    const content = workbook();
    const x = at(sheetIn(content), 'conv1/output', 0);
    const edits = fill(content, 'relu/output', `=ABS(${x})`);
    const [first] = edits.map(edit => ({ ...edit, indices: edit.indices.slice(0, 1) }));
    expect(make(content, [first]).lifted).toEqual([]);
    const rest = edits.map(edit => ({ ...edit, indices: edit.indices.filter(index => index !== 0) }));
    expect(make(content, rest).lifted).toEqual([{ kind: 'layer', layer: 'relu' }]);
    expect(content.formulas.size).toBe(0);
  });

  test('over one map leaves the other as it was, until that map follows', () => {
    const content = workbook();
    const maps = [0, 1].map(map => [...Array(72).keys()].filter(index => index % 2 === map));
    const text = (map: number, name: string) => `=${name}(${at(sheetIn(content), 'conv1/output', map)})`;
    make(content, fill(content, 'relu/output', text(1, 'ABS'), maps[1]));
    expect(layerOf(content, 'relu')).toMatchObject({ formulas: [{ name: 'MAX' }, { name: 'ABS' }] });
    make(content, fill(content, 'relu/output', text(0, 'ABS'), maps[0]));
    expect(layerOf(content, 'relu')).toMatchObject({ formulas: [{ name: 'ABS' }] });
  });

  test('reads earlier layers besides its input, and single weights of others, which stay tied', () => {
    const content = workbook();
    const sheet = sheetIn(content);
    const [x, y] = [at(sheet, 'conv1/output', 0), at(sheet, 'input/output', 0)];
    const bias = fixed(at(sheet, 'conv1/bias', 1));
    make(content, fill(content, 'relu/output', `=SQRT(${x}^2+${y}^2)*${bias}`));
    expect(layerOf(content, 'relu')).toMatchObject({ inputs: ['conv1', 'input'], besides: 1 });
    expect([...content.values.get('relu/weights')!]).toEqual([content.values.get('conv1/bias')![1]]);
    expect(content.formulas.get('relu/weights')?.get(0)).toMatchObject({
      formula: { tensor: 'conv1/bias', first: 1, last: 1 },
    });
  });

  test('of the convolution by hand keeps the kernel, and loses the bias that it doesn’t read', () => {
    const content = workbook();
    const before = copy(content);
    const sheet = sheetIn(content);
    const cells = (tensor: TensorId, a: number, b: number) => `${at(sheet, tensor, a)}:${at(sheet, tensor, b)}`;
    const kernel = (filter: number) => cells('conv1/kernel', filter, 16 + filter).replace(/[A-Z]+/g, '$$$&$$');
    const edits = [0, 1].flatMap(map => {
      const over = [...Array(72).keys()].filter(index => index % 2 === map);
      return fill(content, 'conv1/output', `=SUMPRODUCT(${cells('input/output', 0, 18)},${kernel(map)})`, over);
    });
    const { back } = make(content, edits);
    expect(layerOf(content, 'conv1')).toMatchObject({ kind: 'formula', formulas: [{ name: 'SUMPRODUCT' }] });
    expect(content.values.get('conv1/kernel')).toEqual(before.values.get('conv1/kernel'));
    expect(content.values.has('conv1/bias')).toBe(false);
    for (const change of back) applyChange(content, change);
    expect(content).toEqual(before);
  });
});

describe('a cell that learns', () => {
  const notes = { id: 'notes', name: 'Notes', widths: new Map() };
  const withCell = (learns: boolean) =>
    workbook({
      sheets: [
        ...nothingWritten().sheets,
        {
          ...notes,
          cells: new Map([[0, new Map([[0, { content: 0.25, ...(learns && { learns: true as const }) }]])]]),
        },
      ],
    });
  const leaky = (content: Content) => {
    const x = at(sheetIn(content), 'conv1/output', 0);
    return fill(content, 'relu/output', `=MAX(Notes!$A$1*${x},${x})`);
  };

  test('becomes a weight, which the cell shows', () => {
    const content = withCell(true);
    const before = copy(content);
    const { back } = make(content, leaky(content));
    expect([...content.values.get('relu/weights')!]).toEqual([0.25]);
    expect(content.sheets[1].cells.get(0)!.get(0)).toEqual({
      content: {
        formula: { kind: 'elements', tensor: 'relu/weights', first: 0, last: 0, anchors: expect.anything() },
        from: { row: 0, column: 0 },
      },
      learns: true,
    });
    for (const change of back) applyChange(content, change);
    expect(content).toEqual(before);
  });

  test('has its number again when the layer goes back to the built-in one', () => {
    const content = withCell(true);
    make(content, leaky(content));
    content.values.get('relu/weights')![0] = 0.5;
    for (const change of changesFor(content, { kind: 'layers', network: spec, beginning: 'identity', seed: 1 }))
      applyChange(content, change);
    expect(content.sheets[1].cells.get(0)!.get(0)).toEqual({ content: 0.5, learns: true });
  });

  test('that isn’t marked keeps the formulas as overrides', () => {
    const content = withCell(false);
    expect(reasonFor(content, leaky(content))).toContain('They read Notes!A1.');
    expect(content.formulas.get('relu/output')?.size).toBe(72);
  });
});

test('what no layer can calculate stays as overrides, with the reason', () => {
  const cases: readonly [text: (x: string, sheet: Sheet) => string, reason: string][] = [
    [x => `=ROMAN(${x})`, "A layer can't calculate ROMAN."],
    [x => `=${x}*ROW()`, english(sentences.formulaLayers.position('ROW'))],
    [x => `=COLUMN(${x})`, english(sentences.formulaLayers.position('COLUMN'))],
    [x => `=${x}${'+1'.repeat(4000)}`, english(sentences.formulaLayers.shape)],
    [x => `=${x}${'%'.repeat(8000)}`, english(sentences.formulaLayers.shape)],
    [x => `=${x}&"!"`, 'They make texts, and a layer calculates with numbers.'],
    [(x, sheet) => `=${x}+${at(sheet, 'dense/output', 0)}`, 'They read dense, which comes later.'],
    [
      (x, sheet) => `=${x}+SUM(${at(sheet, 'softmax/exp', 0)})`,
      'They read columns beside softmax, which belong to the loss.',
    ],
  ];
  for (const [text, reason] of cases) {
    const content = workbook();
    const sheet = sheetIn(content);
    const x = at(sheet, 'conv1/output', 0);
    const formula = text(x, sheet).replace(/(\+|\()([A-Z]+)(\d+)\)?$/, '$1$$$2$$$3');
    expect(reasonFor(content, fill(content, 'relu/output', formula.replace(/\(\$[^)]*$/, '$&)')))).toBe(reason);
  }
});

test('where a few cells differ, they are named, and nothing becomes a layer', () => {
  const content = workbook();
  const x = at(sheetIn(content), 'conv1/output', 0);
  const over = [...Array(72).keys()].filter(index => index !== 10);
  expect(make(content, fill(content, 'relu/output', `=ABS(${x})`, over)).lifted).toEqual([
    { kind: 'almost', tensor: 'relu/output', differing: [10], count: 1, of: 36 },
  ]);
  expect(layerOf(content, 'relu').kind).toBe('relu');
});

describe('formulas over a whole layer stay overrides, with the reason,', () => {
  test('where they would be a dense layer by hand', () => {
    const content = workbook();
    const sheet = sheetIn(content);
    const edits = [...Array(10).keys()].map((index): FormulaEdit => {
      const formula = call('MAX', 0, expressionOf(sheet, { tensor: 'dense/output', index })!);
      return { tensor: 'dense/output', indices: Uint32Array.of(index), content: { formula, from: index } };
    });
    expect(reasonFor(content, edits)).toBe(english(sentences.formulaLayers.denseRange('dense')));
  });

  test('where the loss needs the layer’s own', () => {
    const content = workbook();
    const score = at(sheetIn(content), 'dense/output', 0);
    const edits = fill(content, 'softmax/output', `=EXP(${score})/9`);
    expect(reasonFor(content, edits)).toBe(english(sentences.formulaLayers.probabilities('softmax')));
  });

  test('where the loss needs a sigmoid, which inside a network may be a formula layer', () => {
    const sigmoids = network(
      { ...input, shape: [6, 6, 1] },
      plain('sigmoid', 'input', 'a'),
      plain('sigmoid', 'a', 'b'),
    );
    const content = workbook({}, parseNetwork(sigmoids));
    const cell = (tensor: TensorId) => at(sheetIn(content), tensor, 0);
    const last = fill(content, 'b/output', `=1/(1+EXP(-${cell('a/output')}))`);
    expect(reasonFor(content, last)).toBe(english(sentences.formulaLayers.probabilities('b')));
    expect(reasonFor(content, fill(content, 'a/output', `=1/(1+EXP(-${cell('input/output')}))`))).toBe('layer');
  });

  test('where the layer adds up partial sums', () => {
    const many = parseNetwork(
      network(
        { ...input, shape: [4, 4, 1] },
        { ...conv, filters: 130 },
        { ...conv, id: 'conv2', name: 'conv2', inputs: ['conv1'], kernelSize: [1, 1] },
      ),
    );
    const content = workbook({}, many);
    const edits = fill(content, 'conv2/output', `=ABS(${at(sheetIn(content), 'conv1/output', 0)})`);
    expect(reasonFor(content, edits)).toBe(english(sentences.layers.formulaWithPartials('conv2')));
  });
});

test('a formula over a dropout layer takes its place, and drops nothing', () => {
  const dropping = parseNetwork(network({ ...input, shape: [8, 8, 1] }, conv, plain('dropout', 'conv1')));
  const content = workbook({}, dropping);
  const before = copy(content);
  const { lifted, back } = make(
    content,
    fill(content, 'dropout/output', `=2*${at(sheetIn(content), 'conv1/output', 0)}`),
  );
  expect(lifted).toEqual([{ kind: 'layer', layer: 'dropout' }]);
  expect(content.values.has('dropout/rate')).toBe(false);
  for (const change of back) applyChange(content, change);
  expect(content).toEqual(before);
});
