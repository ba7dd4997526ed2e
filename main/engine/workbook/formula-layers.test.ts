/** Formulas on an open workbook that become layers: what the cells hold then, and the way back. */
import { beforeAll, describe, expect, test } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import type { Change } from '../../../shared/change.ts';
import { filledOver } from '../../../shared/formula/fill.ts';
import { readFormula } from '../../../shared/formula/typed.ts';
import { english } from '../../../shared/messages/render.ts';
import type { TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import { createSession, type Session } from './session.ts';

beforeAll(startBackend);

const label = { id: 'test' } as never;
const lifts = { lifts: true };
function open(): Session {
  const network = digitNetwork(2, 2);
  const values = valuesFor(network, createRandom(4));
  return createSession({ network, classes: [], source: { kind: 'typed' }, values });
}
const cellOf = ({ sheet }: Session, tensor: TensorId, index = 0) => formatAddress(sheet.layout.cellOf(tensor, index));

/** A formula of the first cell, filled over elements of a tensor. */
function fill(session: Session, tensor: TensorId, text: string, only?: (index: number) => boolean): Change {
  const read = readFormula(text, { ...session.written, sheet: session.sheet, on: session.sheet.id });
  if (read.problem !== undefined) throw new Error(english(read.problem));
  const all = [...Array(session.sheet.tensors.get(tensor)!.size).keys()];
  const over = only ? all.filter(only) : all;
  return { kind: 'formulas', edits: filledOver(session.sheet, tensor, 0, read.expression, over) };
}
const leaky = (session: Session, only?: (index: number) => boolean) => {
  const x = cellOf(session, 'conv2d1/output');
  return fill(session, 'relu2/output', `=MAX(0.1*${x},${x})`, only);
};
const tensorsOf = (session: Session) =>
  new Map([...session.sheet.tensors.keys()].map(id => [id, session.value(id).slice()]));
const kindOf = (session: Session, id: string) => session.sheet.layers.get(id)!.kind;

test('a filled band is a layer in one step, with the values of the overrides; undo and redo bring every bit', () => {
  const [session, other] = [open(), open()];
  const before = tensorsOf(session);
  session.change({ label, changes: [leaky(session)] }, lifts);
  other.change({ label, changes: [leaky(other)] });
  expect([kindOf(session, 'relu2'), kindOf(other, 'relu2')]).toEqual(['formula', 'relu']);
  expect(session.lifted()).toEqual([{ kind: 'layer', layer: 'relu2' }]);
  expect(session.written.formulas.size).toBe(0);
  const after = tensorsOf(session);
  for (const [id, values] of tensorsOf(other))
    for (const [i, value] of values.entries()) {
      const now = after.get(id)![i];
      // The expected class is blank in both.
      if (!Number.isNaN(value) || !Number.isNaN(now)) expect(Math.abs(value - now)).toBeLessThanOrEqual(1e-5);
    }
  session.undo();
  expect([kindOf(session, 'relu2'), session.state().undo]).toEqual(['relu', undefined]);
  expect(tensorsOf(session)).toEqual(before);
  session.redo();
  expect(kindOf(session, 'relu2')).toBe('formula');
  expect(tensorsOf(session)).toEqual(after);
});

test('two patterns in two changes of one command are two layers', () => {
  const session = open();
  const own = cellOf(session, 'conv2d3/output');
  const changes = [leaky(session), fill(session, 'relu4/output', `=ABS(${own})`)];
  session.change({ label, changes }, lifts);
  expect(session.lifted()).toEqual(['relu2', 'relu4'].map(layer => ({ kind: 'layer', layer })));
  expect(['relu2', 'relu4'].map(id => kindOf(session, id))).toEqual(['formula', 'formula']);
  expect(session.value('relu4/output')).toEqual(session.value('conv2d3/output').map(Math.abs));
});

test('the last cell completes the pattern, and a differing cell stands over the layer', () => {
  const session = open();
  session.change({ label, changes: [leaky(session, index => index !== 7)] }, lifts);
  expect(session.lifted()).toMatchObject([{ kind: 'almost', differing: [7], count: 1 }]);
  expect(kindOf(session, 'relu2')).toBe('relu');
  session.change({ label, changes: [leaky(session, index => index === 7)] }, lifts);
  expect(kindOf(session, 'relu2')).toBe('formula');
  const number = { tensor: 'relu2/output' as const, indices: Uint32Array.of(3), content: 5 };
  session.change({ label, changes: [{ kind: 'formulas', edits: [number] }] }, lifts);
  expect(kindOf(session, 'relu2')).toBe('formula');
  expect(session.value('relu2/output')[3]).toBe(5);
});

describe('another whole pattern', () => {
  test('changes the formula, and the layer can be the built-in one again', () => {
    const session = open();
    const before = tensorsOf(session);
    session.change({ label, changes: [leaky(session)] }, lifts);
    session.change(
      { label, changes: [fill(session, 'relu2/output', `=MAX(0,${cellOf(session, 'conv2d1/output')})`)] },
      lifts,
    );
    expect(session.sheet.layers.get('relu2')).toMatchObject({ kind: 'formula', instead: { kind: 'relu' } });
    expect(tensorsOf(session)).toEqual(before);
  });

  test('is refused during a run', () => {
    const session = open();
    const change = () => session.change({ label, changes: [leaky(session)] }, { ...lifts, running: true });
    expect(change).toThrow('would make relu2 a formula layer');
    expect(session.written.formulas.size).toBe(0);
  });
});

test('a number over a cell that learns goes to the weight; a cell that is marked later completes the pattern', () => {
  const session = open();
  const sheet = {
    id: 'notes',
    name: 'Notes',
    cells: [{ at: Uint32Array.of(0, 0), cell: { content: 0.25 } }],
    widths: [],
  };
  session.change({ label, changes: [{ kind: 'addSheet', sheet, at: 1 }] });
  const x = cellOf(session, 'conv2d1/output');
  session.change({ label, changes: [fill(session, 'relu2/output', `=MAX(Notes!$A$1*${x},${x})`)] }, lifts);
  const [told] = session.lifted();
  expect(told.kind === 'overrides' && english(told.reason)).toContain('They read Notes!A1.');
  const cell = { content: 0.25, learns: true as const };
  session.change(
    { label, changes: [{ kind: 'cells', sheet: 'notes', edits: [{ at: Uint32Array.of(0, 0), cell }] }] },
    lifts,
  );
  expect(kindOf(session, 'relu2')).toBe('formula');
  expect([...session.value('relu2/weights')]).toEqual([0.25]);
  expect(session.contentAt({ sheet: 'notes', row: 0, column: 0 })).toBe(0.25);
  const values = { tensor: 'relu2/weights' as const, indices: Uint32Array.of(0), values: Float32Array.of(-1) };
  session.change({ label, changes: [{ kind: 'values', edits: [values] }] });
  expect(session.contentAt({ sheet: 'notes', row: 0, column: 0 })).toBe(-1);
  session.undo();
  session.undo();
  expect([kindOf(session, 'relu2'), session.contentAt({ sheet: 'notes', row: 0, column: 0 })]).toEqual(['relu', 0.25]);
});
