import { beforeAll, expect, test } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import { ERRORS } from '../../../shared/formula/value.ts';
import type { TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { manyChannelsExample } from '../../../shared/testing/random-network.ts';
import { startBackend } from '../backend/backend.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import { createForward } from '../show/forward.ts';
import { openWritten, type WrittenNetwork } from './testing/written-network.ts';

beforeAll(startBackend);

function open(): WrittenNetwork {
  const network = digitNetwork(2, 2);
  return openWritten(network, valuesFor(network, createRandom(3)));
}

const cellOf = ({ sheet }: WrittenNetwork, tensor: TensorId, index = 0) =>
  formatAddress(sheet.layout.cellOf(tensor, index));

/** All tensors as the network has them where nothing is written. */
function plain({ sheet, forward }: WrittenNetwork, change: (values: Map<TensorId, Float32Array>) => void = () => {}) {
  const stored = new Map(
    [...sheet.tensors.values()].flatMap(({ id, role }) =>
      role === 'computed' ? [] : [[id, forward.value(id).slice()] as const],
    ),
  );
  change(stored);
  const other = createForward(sheet.network, stored);
  other.update(stored.keys());
  const values = new Map([...sheet.tensors.keys()].map(id => [id, other.value(id)]));
  other.dispose();
  return values;
}

test('a free cell reads the network, and follows it', () => {
  const own = open();
  const pixel = cellOf(own, 'input0/output');
  own.type({
    'Notes!A1': `=network!${pixel}*2`,
    'Notes!A2': '=A1+1',
    'Notes!A3': `=MAX(network!${cellOf(own, 'softmax8/output')}:${cellOf(own, 'softmax8/output', 9)})`,
  });
  expect(own.read('Notes!A1')).toBe(2 * own.forward.value('input0/output')[0]);
  own.edit('input0/output', 0, 0.25);
  expect(own.read('Notes!A1')).toBe(0.5);
  expect(own.read('Notes!A2')).toBe(1.5);
  expect(own.read('Notes!A3')).toBe(Math.max(...own.forward.value('softmax8/output')));
  own.close();
});

test('two sheets that hold the same formula each read their own cells', () => {
  const own = open();
  own.type({ 'Notes!A1': '=A2+1', 'Notes!A2': 5 });
  const formula = own.written.sheets
    .find(({ id }) => id === 'Notes')!
    .cells.get(0)!
    .get(0)!;
  const copy = { id: 'Copy', name: 'Copy', cells: new Map([[0, new Map([[0, formula]])]]), widths: new Map() };
  own.written.sheets = [copy, ...own.written.sheets];
  own.type({ 'Copy!A2': 8 });
  expect(['Notes!A1', 'Copy!A1'].map(cell => own.read(cell))).toEqual([6, 9]);
  own.close();
});

test('a formula over an activation is what the next layer reads; without it everything is as before', () => {
  const own = open();
  const before = new Map([...own.sheet.tensors.keys()].map(id => [id, own.forward.value(id)]));
  const over = cellOf(own, 'conv2d1/output', 7);
  own.type({ [over]: '=1000+Notes!A1', 'Notes!A1': 5 });
  expect(own.forward.value('conv2d1/output')[7]).toBe(1005);
  expect(own.forward.value('relu2/output')[7]).toBe(1005);
  expect(own.forward.value('softmax8/output')).not.toEqual(before.get('softmax8/output'));
  expect(own.calculation.derivedAt('conv2d1/output', 7)).toBe(before.get('conv2d1/output')![7]);
  const changed = own.type({ 'Notes!A1': 6 });
  expect(own.forward.value('relu2/output')[7]).toBe(1006);
  expect(changed.has('conv2d1/output')).toBe(true);
  own.edit('conv2d1/bias', 1, 3);
  expect(own.forward.value('conv2d1/output')[7]).toBe(1006);
  expect(own.calculation.derivedAt('conv2d1/output', 7)).toBe(plain(own).get('conv2d1/output')![7]);
  own.type({ [over]: undefined });
  const after = plain(own);
  for (const [id, values] of after) expect(own.forward.value(id), id).toEqual(values);
  own.close();
});

test('formulas over one layer are calculated in the order of what they read', () => {
  const own = open();
  const [a, b, c] = [0, 2, 4].map(index => cellOf(own, 'conv2d1/output', index));
  own.type({ [a]: `=${b}+1`, [b]: `=${c}*2`, [c]: '=Notes!A1', 'Notes!A1': 10 });
  const values = () => [0, 2, 4].map(index => own.forward.value('conv2d1/output')[index]);
  expect(values()).toEqual([21, 20, 10]);
  own.type({ 'Notes!A1': 11 });
  expect(values()).toEqual([23, 22, 11]);
  own.type({ [b]: undefined });
  const derived = plain(own).get('conv2d1/output')![2];
  expect(values()).toEqual([Math.fround(derived + 1), derived, 11]);
  own.close();
});

test('a formula ties a parameter to others, also through other sheets, and is applied before the pass', () => {
  const own = open();
  const [first, second] = [0, 2].map(index => cellOf(own, 'conv2d1/kernel', index));
  own.type({ [second]: '=-Notes!B2', 'Notes!B2': `=network!${first}` });
  const kernel = own.forward.value('conv2d1/kernel');
  expect(kernel[2]).toBe(-kernel[0]);
  const changed = own.edit('conv2d1/kernel', 0, 0.75);
  expect(own.forward.value('conv2d1/kernel')[2]).toBe(-0.75);
  expect(changed.has('conv2d1/output')).toBe(true);
  for (const [id, values] of plain(own)) expect(own.forward.value(id), id).toEqual(values);
  own.close();
});

test('a formula over a softmax column changes what the layer makes of that column', () => {
  const own = open();
  own.type({ [cellOf(own, 'softmax8/exp', 3)]: 2 });
  const exp = own.forward.value('softmax8/exp');
  expect(exp[3]).toBe(2);
  const sum = exp.reduce((total, value) => total + value, 0);
  for (const [i, value] of own.forward.value('softmax8/output').entries()) expect(value).toBeCloseTo(exp[i] / sum, 6);
  own.type({ [cellOf(own, 'softmax8/exp', 3)]: undefined });
  for (const [id, values] of plain(own)) expect(own.forward.value(id), id).toEqual(values);
  own.close();
});

test('a softmax whose exponentials are all typed as 0 divides by 0', () => {
  const own = open();
  const { size } = own.sheet.tensors.get('softmax8/exp')!;
  const zeros = Array.from({ length: size }, (_, index) => [cellOf(own, 'softmax8/exp', index), 0] as const);
  own.type(Object.fromEntries(zeros));
  expect(own.read(cellOf(own, 'softmax8/output', 3))).toBe(ERRORS['#DIV/0!']);
  own.type({ [cellOf(own, 'softmax8/exp')]: '=1/0+SQRT(-1)', [cellOf(own, 'softmax8/exp', 1)]: '=SQRT(-1)' });
  expect(own.read(cellOf(own, 'softmax8/output', 3))).toBe(ERRORS['#DIV/0!']);
  own.type({ [cellOf(own, 'softmax8/exp')]: 4, [cellOf(own, 'softmax8/exp', 1)]: 1 });
  expect(own.read(cellOf(own, 'softmax8/output', 1))).toBeCloseTo(0.2, 6);
  own.close();
});

test('an error spreads through the layers by its name, and heals', () => {
  const own = open();
  const over = cellOf(own, 'relu2/output', 9);
  own.type({ [over]: '=1/Notes!A1', 'Notes!A2': `=network!${cellOf(own, 'softmax8/output')}` });
  expect(own.read(over)).toBe(ERRORS['#DIV/0!']);
  expect(own.read(cellOf(own, 'dense7/output'))).toBe(ERRORS['#DIV/0!']);
  expect(own.read('Notes!A2')).toBe(ERRORS['#DIV/0!']);
  own.type({ 'Notes!A1': 4 });
  expect(own.read(over)).toBe(0.25);
  expect(own.read('Notes!A2')).toBe(own.forward.value('softmax8/output')[0]);
  own.close();
});

test('a parameter with an error keeps its number, and shows the error', () => {
  const own = open();
  const cell = cellOf(own, 'dense7/bias', 1);
  const before = own.forward.value('dense7/bias')[1];
  own.type({ [cell]: '=Notes!A1', 'Notes!A1': '=NA()' });
  expect(own.read(cell)).toBe(ERRORS['#N/A']);
  expect(own.read(cellOf(own, 'dense7/output', 1))).toBe(ERRORS['#N/A']);
  own.type({ [cell]: undefined });
  expect(own.forward.value('dense7/bias')[1]).toBe(before);
  for (const [id, values] of plain(own)) expect(own.forward.value(id), id).toEqual(values);
  own.close();
});

test('what depends on itself, also through later layers, is #CYCLE! and heals', () => {
  const own = open();
  own.type({ 'Notes!A1': '=B1', 'Notes!B1': '=A1+1', 'Notes!C1': '=IFERROR(A1,7)', 'Notes!D1': 3 });
  expect(['A1', 'B1', 'C1', 'D1'].map(cell => own.read(`Notes!${cell}`))).toEqual([
    ERRORS['#CYCLE!'],
    ERRORS['#CYCLE!'],
    7,
    3,
  ]);
  const loop = own.calculation.loopAt({ sheet: 'Notes', row: 0, column: 0 });
  expect(loop.map(cell => formatAddress(cell))).toEqual(['A1', 'B1']);
  expect(own.calculation.loopAt({ sheet: 'Notes', row: 0, column: 2 })).toEqual([]);
  own.type({ 'Notes!B1': 1 });
  expect(['A1', 'C1'].map(cell => own.read(`Notes!${cell}`))).toEqual([1, 1]);
  const over = cellOf(own, 'conv2d1/output', 30);
  own.type({ [over]: `=${cellOf(own, 'softmax8/output')}` });
  expect(own.read(over)).toBe(ERRORS['#CYCLE!']);
  expect(own.read(cellOf(own, 'softmax8/output'))).toBe(ERRORS['#CYCLE!']);
  // The loop goes through the layers in between, from the last one back to the first.
  const { sheet, calculation } = own;
  const long = calculation.loopAt({ sheet: sheet.id, ...sheet.layout.cellOf('conv2d1/output', 30) });
  const tensors = long.map(({ row, column }) => sheet.layout.elementAt(row, column)!.tensor);
  expect([tensors[0], tensors[1], tensors.at(-1)]).toEqual(['conv2d1/output', 'softmax8/output', 'relu2/output']);
  own.type({ [over]: undefined });
  for (const [id, values] of plain(own)) expect(own.forward.value(id), id).toEqual(values);
  own.close();
});

test('a formula may read a later layer where that does not depend on its own element', () => {
  const own = open();
  // The first convolution's last element is not in the window of the second one's first element.
  const last = own.sheet.tensors.get('conv2d1/output')!.size - 1;
  const over = cellOf(own, 'conv2d1/output', last);
  own.type({ [over]: `=${cellOf(own, 'conv2d3/output')}+Notes!A1`, 'Notes!A1': 1 });
  const expected = () => Math.fround(own.forward.value('conv2d3/output')[0] + Number(own.read('Notes!A1')));
  expect(own.read(over)).toBe(expected());
  own.edit('conv2d1/kernel', 0, 0.5);
  expect(own.read(over)).toBe(expected());
  expect(own.forward.value('relu2/output')[last]).toBe(Math.max(0, expected()));
  own.close();
});

test('pixels and the expected class take formulas', () => {
  const own = open();
  own.type({
    [cellOf(own, 'input0/output', 5)]: '=Notes!A1/4',
    'Notes!A1': 3,
    [cellOf(own, 'softmax8/actual', 2)]: '=Notes!A1-2',
  });
  expect(own.forward.value('input0/output')[5]).toBe(0.75);
  expect(own.forward.value('softmax8/actual')[2]).toBe(1);
  for (const [id, values] of plain(own)) expect(own.forward.value(id), id).toEqual(values);
  own.close();
});

test('a formula over a partial sum changes the sum, and nothing is left when it goes', () => {
  const { sheet, stored } = manyChannelsExample();
  const own = openWritten(sheet.network, stored);
  const before = new Map([...own.sheet.tensors.keys()].map(id => [id, own.forward.value(id)]));
  const over = cellOf(own, 'a/partial', 5);
  own.type({ [over]: 100 });
  const derived = before.get('a/partial')![5];
  expect(own.forward.value('a/partial')[5]).toBe(100);
  expect(own.forward.value('a/output')[5]).toBeCloseTo(before.get('a/output')![5] + 100 - derived, 4);
  own.type({ [over]: '=Notes!A1', 'Notes!A1': 50 });
  expect(own.forward.value('a/output')[5]).toBeCloseTo(before.get('a/output')![5] + 50 - derived, 4);
  own.type({ [over]: undefined });
  for (const [id, values] of before) expect(own.forward.value(id), id).toEqual(values);
  own.close();
});

test('an expected class that reads the softmax itself reaches the cross-entropy', () => {
  const own = open();
  own.type({ [cellOf(own, 'softmax8/actual')]: `=${cellOf(own, 'softmax8/output', 3)}` });
  own.edit('conv2d1/kernel', 0, 0.25);
  expect(own.forward.value('softmax8/actual')[0]).toBe(own.forward.value('softmax8/output')[3]);
  for (const [id, values] of plain(own)) expect(own.forward.value(id), id).toEqual(values);
  own.close();
});
