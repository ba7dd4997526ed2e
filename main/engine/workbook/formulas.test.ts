import { beforeAll, expect, test, vi } from 'vitest';
import { formatAddress, parseRange } from '../../../shared/address.ts';
import type { Change } from '../../../shared/change.ts';
import { ERRORS } from '../../../shared/formula/value.ts';
import { readFormula } from '../../../shared/formula/typed.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { say } from '../../../shared/messages.ts';
import type { TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { loadHyperFormula } from '../formulas/hyperformula.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import { createSession, type Session } from './session.ts';

beforeAll(startBackend);

function open(): Session {
  const network = digitNetwork(2, 2);
  const values = valuesFor(network, createRandom(4));
  return createSession({ network, classes: [], source: { kind: 'typed' }, values });
}

const cellOf = ({ sheet }: Session, tensor: TensorId, index = 0) => formatAddress(sheet.layout.cellOf(tensor, index));

function expressionOf(session: Session, text: string) {
  const read = readFormula(text, { ...session.written, sheet: session.sheet, on: session.sheet.id });
  if (read.problem !== undefined) throw new Error(text);
  return read.expression;
}

/** Typing a formula over an element, or clearing it. */
function over(session: Session, tensor: TensorId, index: number, text?: string): Change {
  const content = text === undefined ? undefined : { formula: expressionOf(session, text), from: index };
  const edit = { tensor, indices: Uint32Array.of(index), ...(content && { content }) };
  return { kind: 'formulas', edits: [edit] };
}

const label = { id: 'test' } as never;
const tensorsOf = (session: Session) =>
  new Map([...session.sheet.tensors.keys()].map(id => [id, session.value(id).slice()]));

test('formulas are calculated with their command; undo brings every bit back', () => {
  const session = open();
  const before = tensorsOf(session);
  session.change({ label, changes: [over(session, 'conv2d1/output', 5, `=${cellOf(session, 'input0/output')}*0+7`)] });
  session.change({ label, changes: [over(session, 'conv2d1/kernel', 2, `=-${cellOf(session, 'conv2d1/kernel')}`)] });
  expect(session.value('relu2/output')[5]).toBe(7);
  expect(session.value('conv2d1/kernel')[2]).toBe(-session.value('conv2d1/kernel')[0]);
  const edit = { tensor: 'conv2d1/kernel' as TensorId, indices: Uint32Array.of(0), values: Float32Array.of(0.5) };
  session.change({ label, changes: [{ kind: 'values', edits: [edit] }] });
  expect(session.value('conv2d1/kernel')[2]).toBe(-0.5);
  const after = tensorsOf(session);
  for (let n = 0; n < 3; n++) session.undo();
  for (const [id, values] of tensorsOf(session)) expect(values, id).toEqual(before.get(id));
  for (let n = 0; n < 3; n++) session.redo();
  for (const [id, values] of tensorsOf(session)) expect(values, id).toEqual(after.get(id));
  session.dispose();
});

test('elements that are filled again and again, also by functions of the library, hold what was filled last', () => {
  const session = open();
  const tensor: TensorId = 'relu2/output';
  const from = cellOf(session, 'input0/output');
  const texts = [`=${from}+1`, `=DELTA(${from},0)+2`, `=${from}+3`, '=DELTA(1,1)+3', '=1/0', `=${from}*0+5`];
  const indices = Uint32Array.from({ length: 40 }, (_, i) => 3 * i);
  const filled: Map<TensorId, Float32Array>[] = [tensorsOf(session)];
  for (const text of texts) {
    const content = { formula: expressionOf(session, text), from: 0 };
    session.change({ label, changes: [{ kind: 'formulas', edits: [{ tensor, indices, content }] }] });
    const anew = createSession(session.workbook());
    filled.push(tensorsOf(session));
    expect(filled.at(-1)).toEqual(tensorsOf(anew));
    anew.dispose();
  }
  expect(filled.map(values => values.get(tensor)![117])).toEqual([
    filled[0].get(tensor)![117],
    1,
    3,
    3,
    4,
    Number.NaN,
    5,
  ]);
  for (const values of filled.slice(0, -1).toReversed()) {
    session.undo();
    expect(tensorsOf(session)).toEqual(values);
  }
  session.dispose();
});

test('a copy of a workbook with formulas has the same values', () => {
  const session = open();
  const cells = { row: 900, column: 1 };
  session.change({ label, changes: [over(session, 'relu4/output', 3, '=B901+1')] });
  const cell = { content: { formula: expressionOf(session, '=1/0'), from: cells } };
  const at = Uint32Array.of(cells.row, cells.column);
  session.change({ label, changes: [{ kind: 'cells', sheet: session.sheet.id, edits: [{ at, cell }] }] });
  expect(session.contentAt({ sheet: session.sheet.id, ...cells })).toBe(ERRORS['#DIV/0!']);
  expect(session.otherAt('softmax8/output', 0)).toBe(ERRORS['#DIV/0!']);
  expect([...session.takeChangedSheets()]).toEqual([session.sheet.id]);
  const copy = createSession(session.workbook());
  for (const [id, values] of tensorsOf(copy)) expect(values, id).toEqual(session.value(id));
  expect(copy.otherAt('softmax8/output', 0)).toBe(ERRORS['#DIV/0!']);
  session.dispose();
  copy.dispose();
});

test('a tie that fails keeps the number from before it; undo and opening anew give the same bits', () => {
  const session = open();
  const before = session.value('conv2d1/kernel').slice();
  session.change({ label, changes: [over(session, 'conv2d1/kernel', 2, `=1/${cellOf(session, 'conv2d1/bias')}`)] });
  const set = (value: number): Change => {
    const edit = { tensor: 'conv2d1/bias' as TensorId, indices: Uint32Array.of(0), values: Float32Array.of(value) };
    return { kind: 'values', edits: [edit] };
  };
  session.change({ label, changes: [set(4)] });
  session.change({ label, changes: [set(0)] });
  expect(session.otherAt('conv2d1/kernel', 2)).toBe(ERRORS['#DIV/0!']);
  const failed = session.workbook().values.get('conv2d1/kernel')!;
  expect(failed[2]).toBe(0.25);
  session.change({ label, changes: [set(8)] });
  session.undo();
  expect(session.workbook().values.get('conv2d1/kernel')).toEqual(failed);
  const copy = createSession(session.workbook());
  expect(copy.workbook().values.get('conv2d1/kernel')).toEqual(failed);
  for (let n = 0; n < 3; n++) session.undo();
  expect(session.value('conv2d1/kernel')).toEqual(before);
  copy.dispose();
  session.dispose();
});

test('where the expected class is an error, so is its cross-entropy', () => {
  const session = open();
  session.change({ label, changes: [over(session, 'softmax8/actual', 3, '=1/0')] });
  expect(session.otherAt('softmax8/crossEntropy', 3)).toBe(ERRORS['#DIV/0!']);
  expect(session.value('softmax8/crossEntropy')[3]).toBeNaN();
  expect(session.value('softmax8/crossEntropy')[4]).not.toBeNaN();
  session.undo();
  expect(session.value('softmax8/crossEntropy')[3]).not.toBeNaN();
  session.dispose();
});

test('without overrides everything is exact, also ties that read them; what differs is told whole', () => {
  const session = open();
  const [first] = session.sheet.network.layers.filter(({ kind }) => kind === 'conv2d');
  const output: TensorId = `${first.id}/output`;
  const bias: TensorId = `${session.sheet.network.layers.at(-2)!.id}/bias`;
  const before = tensorsOf(session);
  // A tie reads the element that is overridden.
  session.change({ label, changes: [over(session, bias, 0, `=${cellOf(session, output)}*2`)] });
  const tied = tensorsOf(session);
  expect(tied.get(bias)![0]).toBe(Math.fround(before.get(output)![0] * 2));
  const predicted = session.state().predicted;
  expect(session.alone()).toEqual({ predicted, tensors: [] });
  session.change({
    label,
    changes: [{ kind: 'formulas', edits: [{ tensor: output, indices: Uint32Array.of(0), content: 50 }] }],
  });
  expect(session.value(bias)[0]).toBe(100);
  const alone = session.alone();
  expect(alone.predicted).toEqual(predicted);
  const differing = new Map(alone.tensors.map(({ tensor, values }) => [tensor, values]));
  for (const [tensor, now] of tensorsOf(session))
    expect(differing.get(tensor) ?? now, tensor).toEqual(tied.get(tensor));
  expect([...differing.keys()]).toEqual(expect.arrayContaining([output, bias]));
  // Nothing of the workbook has changed.
  expect(session.value(bias)[0]).toBe(100);
});

test('a formula is tried without changing anything', () => {
  const session = open();
  const place = { sheet: session.sheet.id, row: 60, column: 2 };
  const [bias, output] = [cellOf(session, 'conv2d1/bias'), cellOf(session, 'conv2d1/output')];
  const text = `=${bias}+${output}*2`;
  const expected = session.value('conv2d1/bias')[0] + session.value('conv2d1/output')[0] * 2;
  expect(session.tryOut(expressionOf(session, text), place)).toBe(expected);
  // The library's engine stays for the next formula, and reads the numbers as they are then.
  const build = vi.spyOn(loadHyperFormula().HyperFormula, 'buildEmpty');
  const bright = expressionOf(session, `=COUNTIF(${output}:${cellOf(session, 'conv2d1/output', 8)},">0")&ROMAN(4)`);
  const first = session.tryOut(bright, place);
  build.mockClear();
  const set = (index: number, value: number) => {
    const edit = { tensor: 'conv2d1/bias' as const, indices: Uint32Array.of(index), values: Float32Array.of(value) };
    session.change({ label, changes: [{ kind: 'values', edits: [edit] }] });
  };
  set(0, -1000);
  expect(session.tryOut(bright, place)).toBe('0IV');
  set(0, 1000);
  expect(session.tryOut(bright, place)).not.toBe('0IV');
  session.undo();
  session.undo();
  expect(session.tryOut(bright, place)).toBe(first);
  expect(build).not.toHaveBeenCalled();
  build.mockRestore();
  session.change({ label, changes: [over(session, 'conv2d1/output', 0, '=2')] });
  expect(session.tryOut(expressionOf(session, `=${output}*2`), place)).toBe(4);
  expect(session.tryOut(expressionOf(session, '=1/0'), place)).toBe(ERRORS['#DIV/0!']);
  // So are those that only the library knows, unless they read very many cells.
  expect(session.tryOut(expressionOf(session, '=ROMAN(14)&LOWER("A")'), place)).toBe('XIVa');
  expect(session.tryOut(expressionOf(session, '=TRANSPOSE({3,4})'), place)).toBe(3);
  expect(session.tryOut(expressionOf(session, '=SUBTOTAL(9,A1:ZZ2000)'), place)).toBeUndefined();
  expect(session.contentAt(place)).toBeNull();
  session.dispose();
});

const typed = (session: Session, row: number, column: number, text: string | undefined): Change => {
  const { id } = session.sheet;
  const isFormula = text?.startsWith('=');
  const content = isFormula ? { formula: expressionOf(session, text!), from: { row, column } } : text;
  const cell = content === undefined ? {} : { cell: { content } };
  return { kind: 'cells', sheet: id, edits: [{ at: Uint32Array.of(row, column), ...cell }] };
};

test('after each of many edits of cells, every cell holds what a calculation from scratch gives it', () => {
  const session = open();
  const random = createRandom(11);
  const texts = ['12', 'a', '=A901+1', '=SUM(A900:C905)', '=B902&"x"', '=MAX(A1:C3)*A903', '=C901', undefined];
  for (let n = 0; n < 150; n++) {
    const action = n % 9 === 7 ? 'undo' : n % 9 === 8 ? 'redo' : 'change';
    if (action === 'undo') session.undo();
    else if (action === 'redo') session.redo();
    else {
      const edits = Array.from({ length: 1 + random.integer(3) }, () =>
        typed(session, 899 + random.integer(6), random.integer(3), texts[random.integer(texts.length)]),
      );
      session.change({ label, changes: edits });
    }
    if (n % 5 > 0) continue;
    const again = createSession(session.workbook());
    for (let row = 899; row < 906; row++)
      for (let column = 0; column < 4; column++) {
        const place = { sheet: session.sheet.id, row, column };
        expect(session.contentAt(place), `${formatAddress(place)} after ${n} edits`).toEqual(again.contentAt(place));
      }
    again.dispose();
  }
  session.dispose();
});

test('a free cell that a larger network covers moves to the nearest free place, and what reads it goes on', () => {
  const session = open();
  const { rows } = session.sheet.layout;
  const larger = digitNetwork(6, 6);
  const covered = buildSheet(larger).layout;
  const isFree = (row: number, column: number) => session.sheet.layout.elementAt(row, column) === undefined;
  const places = Array.from({ length: covered.rows }, (_, row) => ({ row, column: 40 }));
  const at = places.find(({ row, column }) => isFree(row, column) && covered.elementAt(row, column) !== undefined)!;
  const address = formatAddress(at);
  const looks = { format: { bold: true as const }, comment: 'seven' };
  const cell = { content: 7, ...looks };
  const note = { kind: 'cells' as const, sheet: 'network', edits: [{ at: Uint32Array.of(at.row, at.column), cell }] };
  session.change({ label, changes: [note, typed(session, rows + 900, 0, `=${address}*2`)] });
  session.takeWritten();
  const values = [...valuesFor(larger, createRandom(4))].map(([tensor, own]) => ({ tensor, values: own }));
  session.change({ label, changes: [{ kind: 'network', network: larger, values }] });
  const { told } = session.takeWritten();
  const said = told.map(sentence => say(sentence)).join(' ');
  expect(said).toMatch(/^The network needs the place of 1 cell of your own\. Moved: [A-Z]+\d+ → [A-Z]+\d+\.$/);
  const to = parseRange(said.match(/→ ([A-Z]+\d+)/)![1])!;
  const cells = session.sheets[0].cells;
  expect(cells.get(to.row)?.get(to.column)).toEqual(cell);
  expect(
    session.sheet.layout.elementAt(at.row, at.column) ?? session.sheet.layout.labelAt(at.row, at.column),
  ).toBeDefined();
  expect(session.contentAt({ sheet: 'network', ...to })).toBe(7);
  expect(session.contentAt({ sheet: 'network', row: rows + 900, column: 0 })).toBe(14);
  session.undo();
  expect(session.sheets[0].cells.get(at.row)?.get(at.column)).toEqual(cell);
  expect(session.contentAt({ sheet: 'network', row: rows + 900, column: 0 })).toBe(14);
  session.dispose();
});

test('an error by another name is told and spreads, though the numbers are the same', () => {
  const session = open();
  const type = (text: string) => session.change({ label, changes: [over(session, 'conv2d1/output', 5, text)] });
  const at = Uint32Array.of(900, 0);
  const note = {
    content: {
      formula: expressionOf(session, `=ISNA(${cellOf(session, 'softmax8/output')})`),
      from: { row: 900, column: 0 },
    },
  };
  session.change({ label, changes: [{ kind: 'cells', sheet: session.sheet.id, edits: [{ at, cell: note }] }] });
  const read = () => session.contentAt({ sheet: session.sheet.id, row: 900, column: 0 });
  type('=1/0');
  expect(read()).toBe(false);
  const changed = type('=NA()');
  expect(session.otherAt('softmax8/output', 0)).toBe(ERRORS['#N/A']);
  expect(changed).toContain('softmax8/output');
  expect(read()).toBe(true);
  session.dispose();
});
