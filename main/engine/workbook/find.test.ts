import { beforeAll, expect, test } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import type { Change } from '../../../shared/change.ts';
import { say } from '../../../shared/messages.ts';
import type { Args } from '../../../shared/protocol.ts';
import { parseTarget } from '../../../shared/goto.ts';
import { typedInto } from '../../../shared/typed-entry.ts';
import { startBackend } from '../backend/backend.ts';
import { createRandom } from '../../../shared/random.ts';
import { lesson3 } from '../../../shared/templates.ts';
import { valuesFor } from '../oracle/example-network.ts';
import { findCells, findReplacements } from './find.ts';
import { createSession, type Session } from './session.ts';

let session: Session;
const between = () => Promise.resolve();

function type(address: string, text: string): void {
  const { sheet, sheets, written } = session;
  const place = parseTarget({ sheets, sheet, names: written.names }, address)!;
  const read = typedInto({ sheet, sheets, names: written.names }, place, text);
  if (read.refusal !== undefined) throw new Error(say(read.refusal));
  session.change({ label: 'type', changes: read.changes });
}
const query = (text: string, more: Partial<Args<'findCells'>> = {}): Args<'findCells'> => ({
  text,
  look: 'formulas',
  matchCase: false,
  whole: false,
  language: 'en',
  decimal: '.',
  ...more,
});
async function found(text: string, more: Partial<Args<'findCells'>> = {}): Promise<string[]> {
  const { cells } = await findCells(session, query(text, more), between);
  return cells.flatMap(({ sheet, at }) =>
    Array.from(
      { length: at.length / 2 },
      (_, i) => `${sheet === 'network' ? '' : `${sheet}!`}${formatAddress({ row: at[2 * i], column: at[2 * i + 1] })}`,
    ),
  );
}

/** The address of an element by its name. */
const at = (name: string): string =>
  formatAddress(parseTarget({ sheets: session.sheets, sheet: session.sheet }, name)!);

beforeAll(async () => {
  await startBackend();
  const network = lesson3([10, 10, 1], 3);
  const values = valuesFor(network, createRandom(1));
  session = createSession({ network, classes: [], source: { kind: 'typed' }, values });
  const sheet = { id: 'notes', name: 'Notes', cells: [], widths: [] };
  session.change({ label: 'add', changes: [{ kind: 'addSheet', sheet, at: 1 }] });
  type('conv1/kernel[0,0,0,0]', '1');
  type('relu1/output[1,1,0]', '=A3*1.75');
  type('relu1/output[2,2,0]', '0.37512');
  type('A40', 'Edge of the seven');
  type('Notes!A1', 'The edges');
  type('Notes!B2', '=Network!A3*0+0.37512');
  type('Notes!B3', '25%');
});

test('texts are found on all sheets or one, formulas in the network and elsewhere, in the order of cells', async () => {
  expect(await found('edge')).toEqual(['A40', 'notes!A1']);
  expect(await found('edge', { sheet: 'notes' })).toEqual(['notes!A1']);
  expect(await found('Edge', { matchCase: true })).toEqual(['A40']);
  expect(await found('A3*1.75')).toEqual([at('relu1/output[1,1,0]')]);
  expect(await found('the edges', { whole: true })).toEqual(['notes!A1']);
  // What the network computes has formulas too.
  expect(await found('EXP(')).toHaveLength(3);
  const german = await found('SUMMENPRODUKT(A2:C4;', { language: 'de', decimal: ',' });
  expect(german).toContain(at('conv1/output[0,0,0]'));
});

test('numbers are found by what is shown, in tensors that nobody looks at as well', async () => {
  type('conv2/output[0,0,0]', '7.98765');
  const place = at('conv2/output[0,0,0]');
  expect(await found('7.99', { look: 'values', whole: true })).toContain(place);
  expect(await found('7,98765', { look: 'values', language: 'de', decimal: ',' })).toContain(place);
  expect(await found('25%', { look: 'values' })).toEqual(['notes!B3']);
  expect(await found('#DIV/0!', { look: 'values' })).toEqual([]);
});

test('cells that the array of a formula fills are found', async () => {
  type('Notes!D1', '3.75');
  type('Notes!E1', '8.75');
  type('Notes!D4', '=TRANSPOSE(D1:E1)');
  expect(await found('8.75', { look: 'values' })).toEqual(['notes!E1', 'notes!D5']);
  expect(await found('8.75', { look: 'values', sheet: 'network' })).toEqual([]);
  session.undo();
  expect(await found('8.75', { look: 'values' })).toEqual(['notes!E1']);
});

test('what is typed is replaced, overrides and parameters too; what is computed is counted and stays', async () => {
  const replaced = await findReplacements(session, { ...query('0.37512'), replacement: '0.25' }, between);
  expect(replaced.count).toBe(2);
  session.change({ label: 'replace', changes: replaced.changes });
  expect(await found('0.37512')).toEqual([]);
  expect(session.contentAt({ sheet: 'notes', row: 1, column: 1 })).toBe(0.25);
  session.undo();
  expect(await found('0.37512')).toEqual([at('relu1/output[2,2,0]'), 'notes!B2']);

  const computed = await findReplacements(session, { ...query('EXP('), replacement: 'SIN(' }, between);
  expect(computed).toMatchObject({ changes: [], count: 0, computed: 3 });

  const { sheets, sheet } = session;
  const kernel = parseTarget({ sheets, sheet }, 'conv1/kernel[0,0,0,0]')!;
  const one = await findReplacements(session, { ...query('1'), replacement: '2', at: kernel }, between);
  expect(one.count).toBe(1);
  expect((one.changes[0] as Change & { kind: 'values' }).edits[0].values).toEqual(Float32Array.of(2));
});

test('a cell that can not take its new text is named, and nothing is replaced', async () => {
  const wrong = findReplacements(session, { ...query('A3*1.75'), replacement: 'A3*' }, between);
  await expect(wrong).rejects.toMatchObject({
    sentence: expect.objectContaining({ id: 'written.formula' }) as unknown,
  });
});

test('a long search lets others go first, and can be ended', async () => {
  const stop = () => Promise.reject(new Error('ended'));
  // On this clock every look takes 10 ms.
  let time = 0;
  const clock = () => (time += 10);
  await expect(findCells(session, query('no such text'), stop, clock)).rejects.toThrow('ended');
});

test('a search that finds very many cells ends, and tells that there are more', async () => {
  const edits = [{ at: Uint32Array.from({ length: 12_000 }, (_, i) => (i % 2 === 0 ? i : 5)), cell: { content: 'x' } }];
  session.change({ label: 'fill', changes: [{ kind: 'cells', sheet: 'notes', edits }] });
  const { cells, texts, more } = await findCells(session, query('x', { look: 'values', sheet: 'notes' }), between);
  expect(more).toBe(true);
  expect(cells[0].at.length).toBe(10_000);
  expect(texts).toHaveLength(200);
});
