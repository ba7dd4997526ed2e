/** Sequences of random edits, each held against a calculation from scratch. */
import { formatAddress } from '../../shared/address.ts';
import { isError } from '../../shared/cell-content.ts';
import { writeFormula } from '../../shared/formula/typed.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { CellPlace } from '../../shared/places.ts';
import { createRandomFor, type Random } from '../../shared/random.ts';
import { randomExample } from '../../shared/testing/random-network.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { type Approximate, bitOf, namesOf } from '../engine/oracle/approximate.ts';
import { createOracle, type Oracle } from '../engine/oracle/cell-oracle.ts';
import { computeReference } from '../engine/oracle/reference.ts';
import { createSession, type Session } from '../engine/workbook/session.ts';
import { readWorkbook, writeWorkbook } from '../files/convsheet.ts';
import { countFormulas, doAtRandom } from './cell-commands.ts';

/** What was compared. `left`: cells of which nothing certain can be said, near a jump of IF or ROUND or where float32
 *  overflows. */
export type Counts = {
  edits: number;
  refused: number;
  formulas: number;
  cells: number;
  numbers: number;
  errors: number;
  cycles: number;
  left: number;
  largest: number;
};
export const noCounts = (): Counts => ({
  edits: 0,
  refused: 0,
  formulas: 0,
  cells: 0,
  numbers: 0,
  errors: 0,
  cycles: 0,
  left: 0,
  largest: 0,
});

/** The most edits of a sequence. */
const MOST_EDITS = 12;

/** `fault`: what was wrong first, with the edits before it. `saved`: the file after the edits. */
export type Sequence = { fault?: string; saved: Uint8Array };

/** Edits a workbook at random. Then everything has the values of the oracle and of the saved file opened anew, and
 *  undoing everything gives the first file back. */
export function editAtRandom(bytes: Uint8Array, random: Random, counts: Counts, edits?: number): Sequence {
  const session = createSession(readWorkbook(bytes, 'first'));
  const shown = valuesIn(session);
  const done: string[] = [];
  const fault = (what: string | undefined): string | undefined => what && `${what} after\n  ${done.join('\n  ')}`;
  try {
    for (let count = edits ?? 3 + random.integer(MOST_EDITS - 2); count > 0; count--) {
      const what = doAtRandom(session, random);
      done.push(what);
      counts.edits++;
      if (what.endsWith('(refused)')) counts.refused++;
    }
    const saved = writeWorkbook(session.workbook());
    counts.formulas += countFormulas(session);
    const found =
      faultOfValues(session, counts) ??
      faultOfOpening(session, saved) ??
      faultOfUndoing(session, { bytes, shown }, { bytes: saved, shown: valuesIn(session) });
    return { saved, ...(found !== undefined && { fault: fault(found) }) };
  } catch (error) {
    return { saved: bytes, fault: fault(error instanceof Error ? (error.stack ?? error.message) : String(error)) };
  } finally {
    session.dispose();
  }
}

/** Every cell of a workbook with what it shows. */
export function* shownIn(session: Session): Generator<{ place: CellPlace; value: Value; read: Reader }> {
  const { sheet, sheets } = session;
  for (const { id, size } of sheet.tensors.values()) {
    const values = session.value(id);
    for (let index = 0; index < size; index++) {
      const value = Number.isFinite(values[index]) ? values[index] : session.otherAt(id, index);
      const place = { sheet: sheet.id, ...sheet.layout.cellOf(id, index) };
      yield { place, value, read: oracle => oracle.element(id, index) };
    }
  }
  for (const { id, cells } of sheets) {
    for (const [row, line] of cells) {
      for (const column of line.keys()) {
        const place = { sheet: id, row, column };
        yield { place, value: session.contentAt(place), read: oracle => oracle.cell(place) };
      }
    }
  }
}
type Reader = (oracle: Oracle) => Approximate;

function faultOfValues(session: Session, counts: Counts): string | undefined {
  const stored = session.workbook().values;
  const oracle = createOracle({ sheet: session.sheet, written: session.written, stored }, { truthsAreNumbers: false });
  for (const { place, value, read } of shownIn(session)) {
    const expected = read(oracle);
    const wrong = difference(value, expected, counts);
    if (wrong === undefined) continue;
    const formula = oracle.formula(place);
    const at = { sheet: session.sheet, sheets: session.sheets, names: session.written.names, on: place.sheet };
    const text = formula === undefined ? '' : writeFormula(formula, at).text;
    return `${place.sheet}!${formatAddress(place)} ${text}: ${wrong}`;
  }
  return undefined;
}

/** How a value differs from what is expected. Counts it. */
export function difference(value: Value, expected: Approximate, counts: Counts): string | undefined {
  counts.cells++;
  if (expected.unsure || expected.jump) {
    counts.left++;
    return undefined;
  }
  const shown = isError(value) ? value.error : JSON.stringify(value);
  if (expected.errors !== 0) {
    counts.errors++;
    if ((expected.errors & bitOf('#CYCLE!')) !== 0) counts.cycles++;
    if (isError(value) && (expected.errors & bitOf(value.error)) !== 0) return undefined;
    return `${shown} is not ${namesOf(expected.errors).join(' or ')}`;
  }
  if (typeof value !== 'number' || typeof expected.value !== 'number')
    return value === expected.value ? undefined : `${shown} is not ${JSON.stringify(expected.value)}`;
  counts.numbers++;
  const error = Math.abs(value - expected.value);
  const room = Math.max(1e-6 * Math.max(1, expected.size), expected.off);
  counts.largest = Math.max(counts.largest, error / Math.max(1, expected.size, expected.off * 1e6));
  return error <= room ? undefined : `${value} is not ${expected.value} ± ${room}`;
}

function faultOfOpening(session: Session, saved: Uint8Array): string | undefined {
  const other = createSession(readWorkbook(saved, 'saved'));
  try {
    const again = writeWorkbook(other.workbook());
    if (!isSame(again, saved)) return 'The file is another one after it was opened';
    const different = differenceIn(valuesIn(session), valuesIn(other));
    if (different !== undefined) return `Opened anew, ${different}`;
    return undefined;
  } finally {
    other.dispose();
  }
}

type State = { bytes: Uint8Array; shown: Shown };

function faultOfUndoing(session: Session, first: State, saved: State): string | undefined {
  let steps = 0;
  for (; session.state().undo; steps++) session.undo();
  const undone = faultOfState(session, first);
  if (undone !== undefined) return `Undoing everything gives ${undone}`;
  for (; steps > 0; steps--) session.redo();
  const redone = faultOfState(session, saved);
  return redone === undefined ? undefined : `Redoing everything gives ${redone}`;
}

function faultOfState(session: Session, { bytes, shown }: State): string | undefined {
  return isSame(writeWorkbook(session.workbook()), bytes) ? differenceIn(shown, valuesIn(session)) : 'another file';
}

/** What every cell shows, by its place. */
type Shown = ReadonlyMap<string, Value>;
const valuesIn = (session: Session): Shown =>
  new Map([...shownIn(session)].map(({ place, value }) => [`${place.sheet}!${formatAddress(place)}`, value]));

/** The first cell that shows something else: another value, or where two errors meet, no error. */
function differenceIn(before: Shown, after: Shown): string | undefined {
  for (const [cell, value] of before) {
    const other = after.get(cell) ?? null;
    if (isError(value) ? isError(other) : Object.is(value, other)) continue;
    return `${cell} as ${[other, value].map(each => JSON.stringify(each)).join(' and not ')}`;
  }
  return undefined;
}

const isSame = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

/** A random network with an own sheet, as a file. Its numbers are finite. */
export function randomWorkbook(seed: number, number: number): Uint8Array {
  const random = createRandomFor(seed, number, 21);
  for (;;) {
    const { sheet, stored } = randomExample(random.integer(2 ** 31), 'plain');
    const computed = [...computeReference(sheet.network, stored).values()];
    if (computed.some(({ values }) => values.some(value => Math.abs(value) > 1e6))) continue;
    return withNotes({ network: sheet.network, classes: [], source: { kind: 'typed' }, values: stored });
  }
}

/** The file of a workbook that has an own sheet. */
export function withNotes(workbook: Workbook): Uint8Array {
  const session = createSession(workbook);
  const sheet = { id: 'notes', name: 'Notes', cells: [], widths: [] };
  session.change({ label: { id: 'grid.paste' }, changes: [{ kind: 'addSheet', sheet, at: 1 }] });
  const bytes = writeWorkbook(session.workbook());
  session.dispose();
  return bytes;
}
