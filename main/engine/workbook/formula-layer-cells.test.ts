/** Formula layers in an open workbook: what their cells show, what comes back by undo, how they are kept and learn. */
import { describe, expect, test } from 'vitest';
import { derive, expressionOf } from '../../../shared/formula/derive.ts';
import { dependents } from '../../../shared/formula/trace.ts';
import { formatAddress } from '../../../shared/address.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import type { FormulaSettings } from '../../../shared/layers/formula.ts';
import type { LayerFormula } from '../../../shared/layers/layer-formula.ts';
import { initialValues } from '../../../shared/initial-values.ts';
import { duplicateLayer, removeLayer } from '../../../shared/layer-edits/edits.ts';
import { english } from '../../../shared/messages/render.ts';
import { UserError } from '../../../shared/errors.ts';
import {
  describeTensors,
  type NetworkSpec,
  parseNetwork,
  type TensorId,
  type TensorInfo,
} from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { decodeFrame, encodeFrame, REQUEST_LIMITS } from '../../../shared/rpc.ts';
import { fx, op, ownWeight, sameElementIn } from '../../../shared/testing/formula-layers.ts';
import { readWorkbook, writeWorkbook } from '../../files/convsheet.ts';
import { startBackend } from '../backend/backend.ts';
import { valuesFor } from '../oracle/example-network.ts';
import { noiseImages, tiedNetwork, tiedWorkbook, type as typeInto } from '../training/testing/tied-network.ts';
import { createTrainer } from '../training/trainer.ts';
import type { DataChoice } from '../../../shared/data.ts';
import { defaultConfig } from '../../../shared/training-defaults.ts';
import { tiesOf } from '../training/tied-weights.ts';
import { createSession, type Session } from './session.ts';

await startBackend();

const replaced = (network: NetworkSpec, id: string, settings: FormulaSettings, others: readonly string[] = []) =>
  parseNetwork({
    version: 1,
    layers: network.layers.map(layer =>
      layer.id === id ? { id, name: layer.name, inputs: [...layer.inputs, ...others], ...settings } : layer,
    ),
  });
const settingsOf = (network: NetworkSpec, id: string): FormulaSettings['instead'] => {
  const { id: _id, name: _name, inputs: _inputs, ...own } = network.layers.find(layer => layer.id === id)!;
  return own as FormulaSettings['instead'];
};
const x = sameElementIn([4, 4, 2]);
const layersChange = (network: NetworkSpec) => ({
  label: 'Fill',
  changes: [{ kind: 'layers' as const, network, beginning: 'identity' as const, seed: 1 }],
});
const stored = (session: Session) =>
  new Map(
    [...session.sheet.tensors.values()]
      .filter(({ role }) => role !== 'computed')
      .map(({ id }) => [id, session.value(id).slice()]),
  );
const instead = settingsOf(tiedNetwork, 'tanh');
/** tanh of the tied network as a formula. */
const withFormula = (formula: LayerFormula, weights?: readonly number[]) =>
  replaced(tiedNetwork, 'tanh', { kind: 'formula', instead, formulas: [formula], ...(weights && { weights }) });

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return english(error.sentence);
    throw error;
  }
  return '';
}

describe('on the sheet', () => {
  test('every element keeps its cell, and the layer’s own weights are below its output', () => {
    const before = buildSheet(tiedNetwork);
    const after = buildSheet(withFormula(fx('MAX', op('*', ownWeight(0), x), x), [0.25, 0.5]));
    for (const { id, size } of before.tensors.values())
      for (const index of [0, size - 1])
        expect(after.layout.cellOf(id, index)).toEqual(before.layout.cellOf(id, index));
    const bottom = after.layout.cellOf('tanh/output', after.tensors.get('tanh/output')!.size - 1);
    const top = after.layout.cellOf('tanh/output', 0);
    const [first, second] = [0, 1].map(index => after.layout.cellOf('tanh/weights', index));
    expect(first).toEqual({ row: bottom.row + 3, column: top.column });
    expect(second.row).toBe(first.row + 1);
    expect(after.layout.labelAt(first.row - 1, first.column)?.text).toBe('w');
    expect(after.layout.labelAt(0, top.column)?.text).toBe('tanh · 2 × 4×4 · fx');
  });

  test('cells of a parameter that no formula reads are blank, and come back with their values by undo', () => {
    const session = createSession(tiedWorkbook());
    const before = stored(session);
    const kernel = session.sheet.layout.cellOf('conv/kernel', 0);
    const own = replaced(tiedNetwork, 'conv', {
      kind: 'formula',
      instead: settingsOf(tiedNetwork, 'conv'),
      formulas: [
        fx('AVERAGE', {
          kind: 'read',
          of: 0,
          axes: [
            { first: 0, size: 3, along: { axis: 0, step: 1 } },
            { first: 0, size: 3, along: { axis: 1, step: 1 } },
            { first: 0, size: 1 },
          ],
        }),
      ],
    });
    session.change(layersChange(own));
    expect(session.sheet.tensors.has('conv/kernel')).toBe(false);
    expect(session.sheet.layout.elementAt(kernel.row, kernel.column)).toBeUndefined();
    expect(session.sheet.layout.labelAt(kernel.row - 1, kernel.column)).toBeUndefined();
    expect([...session.value('conv/output')]).toEqual(Array.from({ length: 32 }, () => 0.5));
    session.undo();
    expect(stored(session)).toEqual(before);
  });

  test('each cell has the formula that was written there, and is a dependent of what it reads', () => {
    const sheet = buildSheet(withFormula(fx('MAX', op('*', ownWeight(0), x), x), [0.25]));
    const read = formatAddress(sheet.layout.cellOf('norm/output', 9));
    const weight = sheet.layout.cellOf('tanh/weights', 0);
    const absolute = `$${formatAddress(weight).replace(/\d/, '$$$&')}`;
    const element = { tensor: 'tanh/output' as TensorId, index: 9 };
    expect(derive(sheet, element)!.text).toBe(`=MAX(${absolute}*${read},${read})`);
    const ranges = dependents(sheet, { tensor: 'tanh/weights', index: 0 });
    expect(ranges.reduce((sum, { height, width }) => sum + height * width, 0)).toBe(32);
    expect(expressionOf(sheet, { tensor: 'tanh/weights', index: 0 })).toBeUndefined();
  });

  test('a cell whose formula gives an error shows that error, and so do the cells that read it', () => {
    const walk = (axis: number) => ({ first: 0, size: 1, along: { axis, step: 1 } });
    const pixel: LayerFormula = { kind: 'read', of: 0, axes: [walk(0), walk(1), { first: 0, size: 1 }] };
    const network = replaced(tiedNetwork, 'conv', {
      kind: 'formula',
      instead: settingsOf(tiedNetwork, 'conv'),
      formulas: [op('/', 1, pixel), fx('LN', pixel)],
    });
    const values = valuesFor(network, createRandom(1), () => 0);
    const session = createSession({ network, classes: [], source: { kind: 'typed' }, values });
    expect(session.value('conv/output').every(Number.isNaN)).toBe(true);
    expect([0, 1].map(index => session.otherAt('conv/output', index))).toEqual([
      { error: '#DIV/0!' },
      { error: '#NUM!' },
    ]);
    expect(session.otherAt('tanh/output', 0)).toEqual({ error: '#DIV/0!' });
    const edits = [{ tensor: 'input/output' as const, indices: Uint32Array.of(0), values: Float32Array.of(4) }];
    session.change({ label: 'Type', changes: [{ kind: 'values', edits }] });
    expect(session.value('conv/output').slice(0, 2)).toEqual(Float32Array.of(0.25, Math.log(4)));
  });
});

test('a file brings back the formulas and the weights, also of the deepest formula, and so does a message', () => {
  const deep = Array.from({ length: 138 }).reduce<LayerFormula>(sum => op('+', sum, ownWeight(1)), x);
  const network = withFormula(deep, [0.25, 0.5]);
  const values = new Map([...tiedWorkbook().values, ...initialValues(network, createRandom(3))]);
  expect([...values.get('tanh/weights')!]).toEqual([0.25, 0.5]);
  values.get('tanh/weights')![1] = -3;
  const read = readWorkbook(writeWorkbook({ ...tiedWorkbook(), network, values }), 'file');
  expect(read.network).toEqual(network);
  expect([...read.values.get('tanh/weights')!]).toEqual([0.25, -3]);
  const request = { type: 'request', id: 1, kind: 'change', args: layersChange(network) } as const;
  expect(decodeFrame(encodeFrame(request), REQUEST_LIMITS)).toEqual(request);
});

describe('a formula layer that can’t be is refused with a sentence', () => {
  const axes = (first: number) =>
    [0, 1, 2].map(axis => ({ first: axis === 0 ? first : 0, size: 1, along: { axis, step: 1 } }));
  const own = (settings: Partial<FormulaSettings>, others?: readonly string[]) =>
    refusalOf(() => replaced(tiedNetwork, 'tanh', { kind: 'formula', instead, formulas: [x], ...settings }, others));
  test('that names the layer', () => {
    expect(own({ formulas: [{ kind: 'read', of: 0, axes: axes(1) }] })).toBe(
      'A formula of tanh reads what isn’t there for all of its cells. Undo the change, or remove the formula.'.replace(
        '’',
        "'",
      ),
    );
    expect(own({ formulas: [ownWeight(0)] })).toContain('reads what');
    expect(own({ formulas: [ownWeight(2)], weights: [1, 2] })).toContain('reads what');
    expect(own({ formulas: [sameElementIn([4, 4, 2], 1)] })).toContain('reads what');
    expect(own({ formulas: [x, x, x] })).toBe(
      'tanh has 3 formulas, but 2 maps or units. Give it one formula for all of them, or one for each.',
    );
    expect(own({}, ['conv'])).toBe('tanh reads 2 layers. Connect it to exactly one.');
    expect(own({ besides: 1 }, ['conv'])).toBe('');
    expect(own({ instead: { kind: 'softmax' } as never })).toContain('instead');
    expect(own({ formulas: ['=A1' as never] })).toContain('The setting formulas of tanh');
    const long = Array.from({ length: 130 }).reduce<LayerFormula>(
      sum => fx('IF', op('<', sum, x), fx('EXP', sum), x),
      x,
    );
    expect(refusalOf(() => replaced(tiedNetwork, 'tanh', { kind: 'formula', instead, formulas: [long] }))).not.toBe('');
  });
});

test('a copy of a formula layer begins with its weights, and a layer that it reads can be removed', () => {
  const network = withFormula(op('*', ownWeight(0), x), [0.25]);
  const values = new Map([...tiedWorkbook().values, ['tanh/weights' as TensorId, Float32Array.of(7)]]);
  const session = createSession({ ...tiedWorkbook(), network, values });
  const { network: twice, layer } = duplicateLayer(network, 'tanh');
  const [change] = layersChange(twice).changes;
  session.change({ label: 'Duplicate', changes: [{ ...change, copies: [[layer, 'tanh']] }] });
  expect([...session.value(`${layer}/weights`)]).toEqual([7]);
  session.undo();
  session.change(layersChange(removeLayer(network, 'norm')));
  expect([...session.value('tanh/weights')]).toEqual([7]);
  expect(session.sheet.network.layers.find(({ id }) => id === 'tanh')!.inputs).toEqual(['conv']);
});

test('own weights learn, also one that is tied to a weight of another layer', () => {
  const network = withFormula(op('*', ownWeight(0), fx('TANH', x)), [0.25]);
  const values = new Map([...tiedWorkbook().values, ['tanh/weights' as TensorId, Float32Array.of(0.25)]]);
  const data = noiseImages(6);
  const source = { kind: 'named', name: 'digits' } as const;
  const choice: DataChoice = { source, shape: [6, 6, 1], fit: 'stretch', validation: 0, test: 0, seed: 1 };
  const config = { ...defaultConfig(choice), batchSize: 3, epochs: 1 };
  const isParameter = ({ role }: TensorInfo) => role === 'parameter';
  const parameters = new Map(
    describeTensors(network)
      .filter(isParameter)
      .map(({ id }) => [id, values.get(id)!]),
  );
  const trainer = createTrainer({ network, parameters, data, config });
  trainer.advance();
  expect(trainer.parameters().get('tanh/weights')![0]).not.toBe(0.25);
  trainer.dispose();

  const session = createSession({ ...tiedWorkbook(), network, values });
  typeInto(session, 'tanh/weights[0]', '=2*{conv/kernel[3]}');
  expect(session.value('tanh/weights')[0]).toBe(Math.fround(2 * session.value('conv/kernel')[3]));
  const gradients = new Map<TensorId, Float32Array>([
    ['tanh/weights', Float32Array.of(5)],
    ['conv/kernel', new Float32Array(18)],
  ]);
  const ties = tiesOf(session, session.parameters(), config)!;
  ties.apply();
  ties.chain(gradients);
  expect(gradients.get('conv/kernel')![3]).toBe(10);
});
