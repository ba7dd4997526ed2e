/** The value that is being typed, from the first key to Enter or Escape, and how each intent of the user changes it.
 *  The cell's editor, the formula bar and the pointer send intents. `grid/typing.ts` does what each step says. */
import { functionNamed } from '../../shared/formula/language.ts';
import { RELATIVE } from '../../shared/formula/expression.ts';
import { ENGLISH, type FormulaLanguage } from '../../shared/formula/print.ts';
import { type CellName, fitsAt, type Proposals, proposalsAt, taken } from '../../shared/formula/proposals.ts';
import {
  beginsFormula,
  callAt,
  cycled,
  mayReferAt,
  referenceAt,
  referenceText,
  typedFormula,
  typedReferences,
} from '../../shared/formula/tokens.ts';
import { between, type CellPlace, only, type RangePlace, type SheetId } from '../../shared/places.ts';

export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Positions in the text between which it is selected; the same twice is a caret. */
type Caret = { start: number; end: number };

/** A reference that is being pointed at. `extends`: its first cell and a colon were typed, so that every cell that is
 *  pointed at is the other corner. */
type Pointed = Caret & { range: RangePlace; at: CellPlace; extends?: boolean };

export type EditSession = {
  /** The cell that gets the value, even if the selection has moved. */
  place: CellPlace;
  text: string;
  caret: Caret;
  /** What arrow keys do. enter: enter the text and move on. edit: move the caret. point: choose the cells of a
   *  reference. */
  mode: 'enter' | 'edit' | 'point';
  /** What has the keyboard: the editor in the cell, the formula bar, or the sheet itself. The sheet has it while an
   *  input method composes before the editor opens. */
  field: 'cell' | 'bar' | 'sheet';
  /** The cell's text when typing began. If the text is still the same, nothing is entered, even if the cell has
   *  changed. */
  before: string;
  /** Whether the text may be a formula, whose references can be pointed at. */
  formula: boolean;
  /** The reference that is being pointed at, in mode `point`: where it stands in the text, its cells, and the one that
   *  Shift and the arrows move. */
  pointed?: Pointed;
  /** Whether the arrows moved the caret before pointing began. What is typed next makes them do so again. */
  movesCaret?: boolean;
  /** What can complete the typed word, and the number of the chosen proposal. */
  proposals?: Proposals & { chosen: number };
  /** Whether the user has closed the help with functions. It opens again when something is typed. */
  helpClosed?: boolean;
  /** Whether this text was refused before. */
  refused?: boolean;
};

export type Intent =
  | { kind: 'begin'; session: Omit<EditSession, 'caret'>; locked: boolean }
  /** The user continues in the other text field. */
  | { kind: 'focus'; field: EditSession['field'] }
  | { kind: 'type'; text: string; caret: Caret }
  /** The text that an input method composed on the sheet; empty if it was cancelled. */
  | { kind: 'composed'; text: string }
  /** The caret has moved. `pressed`: the pointer moved it. */
  | { kind: 'caret'; caret: Caret; pressed: boolean }
  /** A key was pressed. `composing`: an input method takes the key. */
  | { kind: 'key'; press: KeyPress; composing: boolean }
  /** Cells were clicked, or dragged over to `at`. extend: up to these cells (Shift). add: these cells too (Ctrl). */
  | { kind: 'click'; range: RangePlace; at: CellPlace; how?: 'extend' | 'add' }
  /** Another sheet is shown, whose cells the formula may point at. Typing goes on in the formula bar, because the
   *  editor stays with its cell. */
  | { kind: 'turn' }
  /** The frame of the reference that begins at `start` was dragged to other cells. */
  | { kind: 'refer'; start: number; range: RangePlace }
  /** A proposal was clicked. */
  | { kind: 'take'; chosen: number }
  /** The user wants to enter the text. `byKey`: by a key, which also answers a question with yes. */
  | { kind: 'finish'; byKey: boolean }
  /** The text field has lost the keyboard. */
  | { kind: 'blur'; field: EditSession['field'] }
  /** The user goes elsewhere. */
  | { kind: 'leave' }
  | { kind: 'cancel' }
  /** The result of entering the text. */
  | { kind: 'entered' }
  | { kind: 'refused' };

/** What is left to do.
 *  - field: the key is the text field's own.
 *  - show: scroll to the cell and give the editor the keyboard.
 *  - focus: give the keyboard to the editor where it is open, else to the cells.
 *  - explain: say why nothing may be typed.
 *  - newline: put a line break where the caret is.
 *  - enter: put the text into its cell, then move as the key does. With `again`, the same text was refused just now,
 *    and entering it once more answers a question with yes.
 *  - fill: put the text into all selected cells.
 *  - walk: point at the next cell.
 *  - turn: show the next sheet, or the one before it. */
export type Left =
  | { do: 'nothing' | 'field' | 'show' | 'focus' | 'explain' | 'newline' }
  | { do: 'enter'; again: boolean; press?: KeyPress }
  | { do: 'move'; press: KeyPress; field: EditSession['field'] }
  | { do: 'fill'; again: boolean }
  | { do: 'walk'; from: CellPlace; press: KeyPress }
  | { do: 'turn'; by: 1 | -1 };

/** What a formula's text depends on besides itself. `prefix` is a sheet's name as it stands before an address, and
 *  `sheet` finds a sheet by its name. */
export type Formulas = {
  language: FormulaLanguage;
  names: readonly CellName[];
  prefix: (sheet: SheetId) => string;
  sheet: (name: string) => SheetId | undefined;
  /** Blocks of weights of a size, as a formula on a sheet names them. */
  blocks?: (size: { height: number; width: number }, most: number, on: SheetId) => readonly CellName[];
};
const ONE_SHEET: Formulas = { language: ENGLISH, names: [], prefix: () => '', sheet: () => undefined };

export type Step = { session: EditSession | undefined; left: Left };

const NOTHING: Left = { do: 'nothing' };

/** The next state after an intent. `session` is undefined while nobody types. */
export function step(session: EditSession | undefined, intent: Intent, formulas: Formulas = ONE_SHEET): Step {
  if (intent.kind === 'begin') return begin(session, intent);
  if (!session) return { session, left: intent.kind === 'key' ? keyInReadOnlyBar(intent) : NOTHING };
  const stay = (change: Partial<EditSession> = {}, left = NOTHING): Step => ({
    session: Object.keys(change).length > 0 ? { ...session, ...change } : session,
    left,
  });
  const end = (left = NOTHING): Step => ({ session: undefined, left });
  switch (intent.kind) {
    case 'focus':
      return session.field === intent.field ? stay() : stay({ field: intent.field, mode: 'edit', pointed: undefined });
    case 'type':
      return stay({ ...edit(intent.text, intent.caret), ...afterTyping({ ...session, ...intent }, formulas) });
    case 'composed': {
      if (session.field !== 'sheet') return stay();
      const at = intent.text.length;
      if (at === 0) return end();
      return stay({ text: intent.text, caret: { start: at, end: at }, field: 'cell' }, { do: 'show' });
    }
    case 'caret': {
      const moved = intent.caret.start !== session.caret.start || intent.caret.end !== session.caret.end;
      const change = {
        ...(moved && { caret: intent.caret, proposals: undefined }),
        ...(intent.pressed && edited(session)),
      };
      return stay(change);
    }
    case 'key':
      return intent.composing ? stay({}, { do: 'field' }) : press(session, intent.press, formulas);
    case 'click': {
      const pointed = point(session, intent, formulas);
      return pointed ? stay(pointed) : step(session, { kind: 'leave' });
    }
    case 'turn':
      return stay({ field: 'bar', proposals: undefined });
    case 'refer':
      return stay(refer(session, intent, formulas));
    case 'take':
      return stay(take(session, intent.chosen, formulas));
    case 'finish':
      return enter(session, intent.byKey);
    case 'blur':
      return session.refused || session.field !== intent.field ? stay() : enter(session, false);
    case 'leave':
      // A text that was refused before is dropped, and the cell keeps its content.
      return session.refused ? end() : enter(session, false);
    case 'cancel':
    case 'entered':
      return end();
    default:
      return stay({ refused: true });
  }
}

function begin(session: EditSession | undefined, { session: begun, locked }: Intent & { kind: 'begin' }): Step {
  if (session) return { session, left: { do: 'focus' } };
  if (locked) return { session, left: { do: 'explain' } };
  const end = begun.text.length;
  const left: Left = { do: begun.field === 'cell' ? 'show' : 'nothing' };
  return { session: { ...begun, caret: { start: end, end } }, left };
}

/** While nobody types (as in a window that only shows the workbook), keys can still leave the formula bar. */
function keyInReadOnlyBar({ press: key, composing }: Intent & { kind: 'key' }): Left {
  if (!composing && (key.key === 'Enter' || key.key === 'Tab')) return { do: 'move', press: key, field: 'bar' };
  return { do: !composing && key.key === 'Escape' ? 'focus' : 'field' };
}

/** Enters the text, if it has changed. */
function enter(session: EditSession, byKey: boolean, key?: KeyPress): Step {
  if (session.text === session.before)
    return { session: undefined, left: key ? { do: 'move', press: key, field: session.field } : NOTHING };
  return { session, left: { do: 'enter', again: byKey && session.refused === true, ...(key && { press: key }) } };
}

function press(session: EditSession, key: KeyPress, formulas: Formulas): Step {
  const stay = (left: Left, change?: Partial<EditSession>): Step => ({
    session: change ? { ...session, ...change } : session,
    left,
  });
  const { mode } = session;
  const control = key.ctrlKey || key.metaKey;
  const name = key.key;
  const plain = !control && !key.altKey && !key.shiftKey;
  if (name === 'Escape') {
    if (helpOf(session, formulas)) return stay(NOTHING, { helpClosed: true, proposals: undefined });
    return { session: undefined, left: { do: 'focus' } };
  }
  const { proposals } = session;
  if (proposals && plain) {
    const { chosen, items } = proposals;
    if (name === 'Tab') return stay(NOTHING, take(session, chosen, formulas));
    const by = proposals.fits ? 0 : name === 'ArrowDown' ? 1 : name === 'ArrowUp' ? -1 : 0;
    const next = (chosen + by + items.length) % items.length;
    if (by !== 0) return stay(NOTHING, { proposals: { ...proposals, chosen: next } });
  }
  const formula = isFormula(session);
  if (formula && name === 'F4' && plain) return stay(NOTHING, fixed(session, formulas));
  if (formula && name === 'F2' && plain) return stay(NOTHING, toggled(session, formulas));
  const arrow = name.startsWith('Arrow');
  if (arrow && mode === 'point' && !key.altKey)
    return stay({ do: 'walk', from: session.pointed?.at ?? session.place, press: key });
  const pages = name === 'PageUp' || name === 'PageDown';
  if (formula && control && pages) return stay({ do: 'turn', by: name === 'PageDown' ? 1 : -1 });
  const moves = arrow || pages;
  const leads = moves || name === 'Home' || name === 'End';
  // In a field of one line, these keys move its caret.
  if (session.field === 'bar') {
    if (name === 'Enter' || name === 'Tab') return enter(session, true, key);
    return stay({ do: 'field' }, leads ? edited(session) : {});
  }
  if (name === 'Enter' && key.altKey) return stay({ do: 'newline' });
  if (name === 'Enter' && control) return stay({ do: 'fill', again: session.refused === true });
  if (name === 'Enter' || (name === 'Tab' && !control && !key.altKey)) return enter(session, true, key);
  if (name === 'F2' && !key.shiftKey) return stay(NOTHING, toggled(session, formulas));
  if (name === 'F2' || name === 'F4') return stay(NOTHING);
  if (moves && mode === 'enter' && !key.shiftKey && !key.altKey) return enter(session, true, key);
  // The user has moved the caret. From now on the arrows move it further.
  if (leads) return stay({ do: 'field' }, edited(session));
  return stay({ do: 'field' });
}

const edited = ({ mode }: EditSession): Partial<EditSession> =>
  mode === 'edit' ? {} : { mode: 'edit', pointed: undefined };

/** A changed text with its caret. What was proposed for the earlier text is over. */
const edit = (text: string, caret: Caret): Partial<EditSession> => ({
  text,
  caret,
  refused: false,
  proposals: undefined,
});

export const isFormula = ({ formula, text }: EditSession): boolean => formula && beginsFormula(text);

/** The word of the status bar for what arrows do. */
export function modeOf(session: EditSession | undefined): 'ready' | 'enter' | 'edit' | 'point' {
  if (!session) return 'ready';
  if (session.mode === 'point') return session.pointed ? 'point' : 'enter';
  return session.mode;
}

/** The help that the typed formula needs. undefined if there is none, or the user has closed it.
 *  - proposals: for the typed word.
 *  - called: the function around the caret by its English name, and the number of the argument there, from 0.
 *  - unknown: its name as it was typed, if there is no such function. */
export function helpOf(
  session: EditSession,
  { language }: Pick<Formulas, 'language'>,
): { proposals?: EditSession['proposals']; called?: string; unknown?: string; argument: number } | undefined {
  if (!isFormula(session) || session.helpClosed) return undefined;
  const { proposals, text, caret } = session;
  const call = callAt(typedFormula(text, language), caret.end);
  const called = call && functionNamed(call.name, language);
  const unknown = called === undefined ? call?.name : undefined;
  return proposals || call ? { proposals, called, unknown, argument: call?.argument ?? 0 } : undefined;
}

/** F2 switches between moving the caret with the arrows and what they did before. At a reference, they then move
 *  that. */
function toggled(session: EditSession, formulas: Formulas): Partial<EditSession> {
  if (session.mode !== 'edit') return { mode: 'edit', pointed: undefined, proposals: undefined };
  const change = { movesCaret: false, proposals: undefined };
  if (mayPoint(session, formulas)) return { ...change, mode: 'point' };
  const { text, caret, place } = session;
  const found = isFormula(session) ? referenceAt(typedFormula(text, formulas.language), caret.end) : undefined;
  const sheet = found && (found.sheet === undefined ? place.sheet : formulas.sheet(found.sheet));
  if (!found || sheet === undefined) return { ...change, mode: 'enter' };
  const range = { sheet, ...found.range };
  return { ...change, mode: 'point', pointed: { start: found.start, end: found.end, range, at: lastOf(range) } };
}

const lastOf = ({ sheet, row, column, height, width }: RangePlace): CellPlace => ({
  sheet,
  row: row + height - 1,
  column: column + width - 1,
});

/** The corner of a range opposite to one of its cells. */
const opposite = (range: RangePlace, { row, column }: CellPlace): CellPlace => {
  const last = lastOf(range);
  return {
    sheet: range.sheet,
    row: row === range.row ? last.row : range.row,
    column: column === range.column ? last.column : range.column,
  };
};

/** What typing does to the mode and to the proposals. Pointing begins after a character that a reference may follow.
 *  Any other character ends it. */
function afterTyping(session: EditSession, formulas: Formulas): Partial<EditSession> {
  const { mode, movesCaret } = session;
  const caretMoves = mode === 'edit' || (mode === 'point' && movesCaret === true);
  const found = isFormula(session) ? proposalsIn(session, formulas) : undefined;
  return {
    mode: caretMoves ? 'edit' : mayPoint(session, formulas) ? 'point' : 'enter',
    pointed: undefined,
    helpClosed: false,
    proposals: found && { ...found, chosen: 0 },
  };
}

/** What can complete the typed word, or what fits where nothing is typed yet. */
function proposalsIn({ text, caret, place }: EditSession, { language, names, blocks }: Formulas) {
  const formula = typedFormula(text, language);
  return (
    proposalsAt(formula, caret.end, language, names) ??
    fitsAt(formula, caret.end, language, names, (size, most) => blocks?.(size, most, place.sheet) ?? [])
  );
}

/** Whether a reference, or its other corner, can follow at the caret. */
function mayPoint(session: EditSession, formulas: Formulas): boolean {
  const { text, caret } = session;
  if (!isFormula(session) || caret.start !== caret.end) return false;
  return mayReferAt(typedFormula(text, formulas.language), caret.start) || behindColon(session, formulas) !== undefined;
}

/** The cell before the caret whose colon waits for the other corner of a range. */
function behindColon({ text, caret, place }: EditSession, { language, sheet }: Formulas): Pointed | undefined {
  const { start, end } = caret;
  if (start !== end || text[end - 1] !== ':') return undefined;
  const cell = typedReferences(typedFormula(text, language)).find(each => each.end === end - 1);
  const on = cell && (cell.sheet === undefined ? place.sheet : sheet(cell.sheet));
  if (!cell || on === undefined || cell.range.height > 1 || cell.range.width > 1) return undefined;
  const { row, column } = cell.range;
  const at = { sheet: on, row, column };
  return { start: cell.start, end, range: only(at), at, extends: true };
}

/** Puts the reference to clicked cells into the formula. It replaces the one that was pointed at before. undefined if
 *  no reference can stand there. */
function point(
  session: EditSession,
  { range, at, how }: Intent & { kind: 'click' },
  formulas: Formulas,
): Partial<EditSession> | undefined {
  const { text, caret, place, mode, movesCaret } = session;
  if (!isFormula(session)) return undefined;
  const formula = typedFormula(text, formulas.language);
  const corner = behindColon(session, formulas);
  if (!session.pointed && corner && corner.at.sheet !== at.sheet) return undefined;
  const pointed = session.pointed ?? corner;
  const before = pointed ?? (how === 'add' ? referenceAt(formula, caret.end) : undefined);
  // Only as arguments, references can stand side by side.
  const adds = how === 'add' && before !== undefined && callAt(formula, before.end) !== undefined;
  if (!adds && !pointed && !mayPoint(session, formulas)) return undefined;
  const start = adds ? before.end : (pointed?.start ?? caret.end);
  const end = adds ? before.end : (pointed?.end ?? caret.end);
  const anchor = pointed ? opposite(pointed.range, pointed.at) : place;
  const extending = anchor.sheet === at.sheet && (how === 'extend' || (pointed?.extends === true && !adds));
  const cells = extending ? between(anchor, at) : range;
  const prefix = cells.sheet === place.sheet ? '' : formulas.prefix(cells.sheet);
  const separator = adds ? formulas.language.list : '';
  const written = typedReferences(formula).find(each => pointed?.extends && each.start === start);
  const anchors = { ...RELATIVE, ...(written && { first: written.anchors.first }) };
  const reference = referenceText({ prefix, range: cells, anchors });
  const from = start + separator.length;
  const to = from + reference.length;
  return {
    ...edit(text.slice(0, start) + separator + reference + text.slice(end), { start: to, end: to }),
    mode: 'point',
    movesCaret: mode === 'edit' || (mode === 'point' && movesCaret === true),
    pointed: { start: from, end: to, range: cells, at, ...(extending && pointed?.extends && { extends: true }) },
  };
}

/** Whether a click on cells puts a reference to them into the formula. `how` as in the intent. */
export function takesCells(
  session: EditSession | undefined,
  how: 'extend' | 'add' | undefined,
  formulas: Formulas,
): boolean {
  if (!session) return false;
  const cell = session.place;
  return point(session, { kind: 'click', range: only(cell), at: cell, how }, formulas) !== undefined;
}

/** The formula with one piece replaced. The caret stands behind it. */
function replaced({ text }: EditSession, start: number, end: number, piece: string): Partial<EditSession> {
  const caret = start + piece.length;
  return edit(text.slice(0, start) + piece + text.slice(end), { start: caret, end: caret });
}

/** Goes round the dollars of the reference at the caret. */
function fixed(session: EditSession, { language }: Formulas): Partial<EditSession> {
  const reference = referenceAt(typedFormula(session.text, language), session.caret.end);
  if (!reference) return {};
  const { start, end } = reference;
  const written = cycled(reference);
  const { pointed } = session;
  return {
    ...replaced(session, start, end, written),
    ...(pointed?.start === start && { pointed: { ...pointed, end: start + written.length } }),
  };
}

/** Makes a reference mean other cells of its sheet. Its dollars stay. */
function refer(
  session: EditSession,
  { start, range }: Intent & { kind: 'refer' },
  { language }: Formulas,
): Partial<EditSession> {
  const reference = typedReferences(typedFormula(session.text, language)).find(each => each.start === start);
  if (!reference) return {};
  return { ...replaced(session, start, reference.end, referenceText({ ...reference, range })), ...edited(session) };
}

/** Completes the typed word. */
function take(session: EditSession, chosen: number, { language }: Formulas): Partial<EditSession> {
  const { proposals, text } = session;
  const item = proposals?.items[chosen];
  if (!proposals || !item) return {};
  const { text: written, caret } = taken(typedFormula(text, language), proposals, item);
  const change = { ...edit(written, { start: caret, end: caret }), helpClosed: false };
  // In a function's brackets, cells can be pointed at.
  const points =
    session.mode !== 'edit' && item.kind === 'function' && mayReferAt(typedFormula(written, language), caret);
  return { ...change, ...(points && { mode: 'point' }) };
}
