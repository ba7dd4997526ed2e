/** Finds cells by what is in them, on all sheets, and makes the changes that replace it. The window looks for labels,
 *  because they are in its reader's language. */
import { formatAddress } from '../../../shared/address.ts';
import { isError } from '../../../shared/cell-content.ts';
import { writtenNumber } from '../../../shared/cell-entry.ts';
import { type Cell, cellAt, sheetOf } from '../../../shared/cells.ts';
import { type Change, editsOf, type TensorEdit } from '../../../shared/change.ts';
import { columnOf, placesIn, rowOf } from '../../../shared/changes/edits.ts';
import { cellText, elementText } from '../../../shared/content-text.ts';
import { UserError } from '../../../shared/errors.ts';
import { matcherOf, replacedIn, shownInFormat, shownOfElement } from '../../../shared/find.ts';
import { formulasIn } from '../../../shared/formula/language.ts';
import type { FormulaLanguage } from '../../../shared/formula/print.ts';
import type { Value } from '../../../shared/formula/value.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import { elementAt } from '../../../shared/layout/sheet.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { TensorId } from '../../../shared/network.ts';
import { formatFloat32 } from '../../../shared/numbers.ts';
import type { CellPlace, SheetId } from '../../../shared/places.ts';
import type { Args, Replies } from '../../../shared/protocol.ts';
import { typedInto } from '../../../shared/typed-entry.ts';
import type { Session } from './session.ts';

/** Reports progress and lets other requests through. */
type Between = (fraction: number) => Promise<void>;
/** Gives the time in milliseconds. */
type Clock = () => number;
const realTime: Clock = () => performance.now();
type Search = Args<'findCells'>;
type Found = CellPlace & { text: string };

/** The most cells that are found, and the most whose texts are told. */
const MOST = 5_000;
const MOST_TEXTS = 200;
const LONGEST_TEXT = 200;
/** Milliseconds of searching without a pause, and the cells between two looks at the clock. */
const TURN = 8;
const CELLS_PER_LOOK = 128;

/** The cells that match, in the order of sheets, rows and columns. */
export async function findCells(
  session: Session,
  search: Search,
  between: Between,
  clock = realTime,
): Promise<Replies['findCells']> {
  const { found, more } = await gather(session, search, between, clock);
  const bySheet = new Map<SheetId, number[]>();
  for (const { sheet, row, column } of found) {
    const own = bySheet.get(sheet);
    if (own) own.push(row, column);
    else bySheet.set(sheet, [row, column]);
  }
  return {
    cells: [...bySheet].map(([sheet, at]) => ({ sheet, at: Uint32Array.from(at) })),
    texts: found.slice(0, MOST_TEXTS).map(({ text }) => text.slice(0, LONGEST_TEXT)),
    more,
  };
}

/** The changes that replace what was found in what is typed: all of it, or in one cell. What the network computes is
 *  counted and left as it is. Throws UserError if one cell can't take its new text; then there is no change. */
export async function findReplacements(
  session: Session,
  { replacement, at, ...search }: Args<'findReplacements'>,
  between: Between,
): Promise<Replies['findReplacements']> {
  const language = languageOf(search);
  const { found, more } = at
    ? { found: [at], more: false }
    : await gather(session, { ...search, look: 'formulas' }, between, realTime);
  const { sheet, sheets, written } = session;
  const changes: Change[] = [];
  let [count, computed] = [0, 0];
  for (const place of found) {
    const typed = typedAt(session, place, language);
    if (typed === undefined) {
      computed++;
      continue;
    }
    const text = replacedIn(typed, search, replacement);
    if (text === undefined) continue;
    const notation = { decimalComma: language.decimal === ',' };
    const read = typedInto({ sheet, sheets, names: written.names }, place, text, { notation, language });
    if (read.refusal !== undefined)
      throw new UserError(
        read.start === undefined ? read.refusal : sentences.written.formula(formatAddress(place), read.refusal),
      );
    changes.push(...read.changes);
    count++;
  }
  return { changes: together(changes), count, computed, more };
}

async function gather(
  session: Session,
  search: Search,
  between: Between,
  clock: Clock,
): Promise<{ found: Found[]; more: boolean }> {
  const { sheet, sheets } = session;
  const found: Found[] = [];
  const look = looks(session, search);
  let [looked, began] = [0, clock()];
  for (let next = look.next(); !next.done && found.length < MOST; next = look.next()) {
    const { cell, done } = next.value;
    if (cell) found.push(cell);
    if (++looked % CELLS_PER_LOOK !== 0 || clock() - began < TURN) continue;
    await between(done);
    began = clock();
    // Another network has other cells.
    if (session.sheet !== sheet) throw new UserError(sentences.engine.otherStructure);
  }
  const order = new Map(sheets.map(({ id }, i) => [id, i]));
  const tab = ({ sheet: id }: Found) => order.get(id) ?? 0;
  found.sort((a, b) => tab(a) - tab(b) || a.row - b.row || a.column - b.column);
  return { found, more: found.length === MOST };
}

/** Looks at each cell. `cell` is there if it matches, `done` is the part of the cells that was looked at. */
function* looks(session: Session, search: Search): Generator<{ cell: Found | undefined; done: number }> {
  const language = languageOf(search);
  const notation = { decimalComma: language.decimal === ',' };
  const matches = matcherOf(search, notation);
  const { sheet, sheets } = session;
  const wanted = sheets.filter(({ id }) => search.sheet === undefined || id === search.sheet);
  const inNetwork = wanted.some(({ id }) => id === sheet.id);
  const shown = [...new Set(inNetwork ? sheet.layout.regions.map(({ tensor }) => tensor) : [])];
  const all = shown.reduce((sum, id) => sum + sheet.tensors.get(id)!.size, 1);
  let before = 0;

  const textOf = (value: Value, full: (value: number) => string, shownAs: (value: number) => string) => {
    if (value === null) return undefined;
    if (typeof value === 'number') {
      const text = full(value);
      return matches.number(value, text, shownAs(value)) ? localNumber(text, language) : undefined;
    }
    const { words } = language;
    const text = isError(value) ? errorIn(value.error, language) : typeof value === 'string' ? value : truth(value);
    return matches.text(text) ? text : undefined;
    function truth(is: boolean) {
      return (words?.truth ?? { true: 'TRUE', false: 'FALSE' })[is ? 'true' : 'false'];
    }
  };
  const typed = (text: string | undefined) => (text !== undefined && matches.text(text) ? text : undefined);

  for (const tensor of shown) {
    const { size } = sheet.tensors.get(tensor)!;
    for (let index = 0; index < size; index++) {
      const element = { tensor, index };
      const text =
        search.look === 'values'
          ? textOf(valueOf(session, tensor, index), formatFloat32, shownOfElement)
          : typed(elementTextIn(session, element, language));
      const cell = text === undefined ? undefined : { sheet: sheet.id, ...sheet.layout.cellOf(tensor, index), text };
      yield { cell, done: (before + index) / all };
    }
    before += size;
  }
  // A formula that gives an array fills cells in which nothing is typed.
  if (search.look === 'values') {
    for (const place of session.filledCells()) {
      if (!wanted.some(({ id }) => id === place.sheet)) continue;
      const text = textOf(session.contentAt(place), String, value => shownInFormat(value, undefined));
      yield { cell: text === undefined ? undefined : { ...place, text }, done: 1 };
    }
  }
  for (const { id, cells } of wanted)
    for (const [key, own] of placesIn(cells)) {
      const place = { sheet: id, row: rowOf(key), column: columnOf(key) };
      const shownAs = (value: number) => shownInFormat(value, own.format?.number);
      const text =
        search.look === 'values'
          ? textOf(session.contentAt(place), String, shownAs)
          : typed(cellText(workbookOf(session), place, own, language));
      yield { cell: text === undefined ? undefined : { ...place, text }, done: 1 };
    }
}

const languageOf = ({ language, decimal }: Pick<Search, 'language' | 'decimal'>) => formulasIn(language, decimal);
const localNumber = (text: string, { decimal }: FormulaLanguage) => text.replace('.', decimal);
const errorIn = (name: string, { words }: FormulaLanguage) =>
  (words?.errors as Record<string, string> | undefined)?.[name] ?? name;
const workbookOf = ({ sheet, sheets, written }: Session) => ({ sheet, sheets, names: written.names });

function valueOf(session: Session, tensor: TensorId, index: number): Value {
  const value = session.value(tensor)[index];
  return Number.isFinite(value) ? value : session.otherAt(tensor, index);
}

/** What one would edit in an element: what is typed over it, the network's formula, or its number. */
function elementTextIn(session: Session, element: ElementIndex, language: FormulaLanguage): string | undefined {
  const { tensor, index } = element;
  const content = session.written.formulas.get(tensor)?.get(index);
  const text = elementText(workbookOf(session), element, content, language);
  if (text !== undefined) return text;
  const value = session.value(tensor)[index];
  return Number.isFinite(value) ? writtenNumber(value, { decimalComma: language.decimal === ',' }) : undefined;
}

/** What is typed in a cell. undefined where the network computes it. */
function typedAt(session: Session, place: CellPlace, language: FormulaLanguage): string | undefined {
  const { sheet, sheets, written } = session;
  const element = elementAt(sheet, place);
  if (!element) {
    const own = sheetOf(sheets, place.sheet);
    const cell: Cell | undefined = own && cellAt(own.cells, place);
    return cell ? cellText(workbookOf(session), place, cell, language) : '';
  }
  const isComputed = sheet.tensors.get(element.tensor)!.role === 'computed';
  const content = written.formulas.get(element.tensor)?.get(element.index);
  return isComputed && content === undefined ? undefined : elementTextIn(session, element, language);
}

/** The same changes in as few as possible. */
function together(changes: readonly Change[]): Change[] {
  const merged: Change[] = [];
  const values = new Map<TensorId, TensorEdit[]>();
  for (const edit of editsOf(changes)) values.set(edit.tensor, [...(values.get(edit.tensor) ?? []), edit]);
  const edits = [...values].map(([tensor, own]) => ({
    tensor,
    indices: Uint32Array.from(own.flatMap(({ indices }) => [...indices!])),
    values: Float32Array.from(own.flatMap(edit => [...edit.values])),
  }));
  if (edits.length > 0) merged.push({ kind: 'values', edits });
  const formulas = changes.flatMap(change => (change.kind === 'formulas' ? change.edits : []));
  if (formulas.length > 0) merged.push({ kind: 'formulas', edits: formulas });
  const sheets = new Set(changes.flatMap(change => (change.kind === 'cells' ? [change.sheet] : [])));
  for (const sheet of sheets) {
    const own = changes.flatMap(change => (change.kind === 'cells' && change.sheet === sheet ? change.edits : []));
    merged.push({ kind: 'cells', sheet, edits: own });
  }
  return merged;
}
