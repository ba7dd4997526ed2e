/** The value that is being typed, from the first key to Enter or Escape, and how each intent of the user changes it.
 *  The cell's editor, the formula bar and the pointer send intents. `grid/typing.ts` does what each step says. */
import { formatRange } from '../../shared/address.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';

export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Positions in the text between which it is selected; the same twice is a caret. */
type Caret = { start: number; end: number };

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
  /** The reference that is being pointed at, in mode `point`: where it stands in the text, and the last cell of it. */
  pointed?: Caret & { at: CellPlace };
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
  /** Cells were clicked, or dragged over to `at`. */
  | { kind: 'click'; range: RangePlace; at: CellPlace }
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
 *  - walk: point at the next cell. */
export type Left =
  | { do: 'nothing' | 'field' | 'show' | 'focus' | 'explain' | 'newline' }
  | { do: 'enter'; again: boolean; press?: KeyPress }
  | { do: 'move'; press: KeyPress; field: EditSession['field'] }
  | { do: 'fill'; again: boolean }
  | { do: 'walk'; from: CellPlace; press: KeyPress };

export type Step = { session: EditSession | undefined; left: Left };

const NOTHING: Left = { do: 'nothing' };

/** The next state after an intent. `session` is undefined while nobody types. */
export function step(session: EditSession | undefined, intent: Intent): Step {
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
      return stay({ ...pointing(session, intent), text: intent.text, caret: intent.caret, refused: false });
    case 'composed': {
      if (session.field !== 'sheet') return stay();
      const at = intent.text.length;
      if (at === 0) return end();
      return stay({ text: intent.text, caret: { start: at, end: at }, field: 'cell' }, { do: 'show' });
    }
    case 'caret': {
      const moved = intent.caret.start !== session.caret.start || intent.caret.end !== session.caret.end;
      const change = { ...(moved && { caret: intent.caret }), ...(intent.pressed && edited(session)) };
      return stay(change);
    }
    case 'key':
      return intent.composing ? stay({}, { do: 'field' }) : press(session, intent.press);
    case 'click':
      return session.mode === 'point' ? stay(point(session, intent)) : step(session, { kind: 'leave' });
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

function press(session: EditSession, key: KeyPress): Step {
  const stay = (left: Left, change?: Partial<EditSession>): Step => ({
    session: change ? { ...session, ...change } : session,
    left,
  });
  const { mode } = session;
  const control = key.ctrlKey || key.metaKey;
  const name = key.key;
  if (name === 'Escape') return { session: undefined, left: { do: 'focus' } };
  // In a field of one line, these keys move its caret.
  if (session.field === 'bar') {
    return name === 'Enter' || name === 'Tab' ? enter(session, true, key) : stay({ do: 'field' });
  }
  if (name === 'Enter' && key.altKey) return stay({ do: 'newline' });
  if (name === 'Enter' && control) return stay({ do: 'fill', again: session.refused === true });
  if (name === 'Enter' || (name === 'Tab' && !control && !key.altKey)) return enter(session, true, key);
  if (name === 'F2' && !key.shiftKey) return stay(NOTHING, toggled(session));
  if (name === 'F2' || name === 'F4') return stay(NOTHING);
  const arrow = name.startsWith('Arrow');
  const moves = arrow || name === 'PageUp' || name === 'PageDown';
  if (arrow && mode === 'point' && !key.altKey)
    return stay({ do: 'walk', from: session.pointed?.at ?? session.place, press: key });
  if (moves && mode === 'enter' && !key.shiftKey && !key.altKey) return enter(session, true, key);
  // The user has moved the caret. From now on the arrows move it further.
  if (moves || name === 'Home' || name === 'End') return stay({ do: 'field' }, edited(session));
  return stay({ do: 'field' });
}

const edited = ({ mode }: EditSession): Partial<EditSession> =>
  mode === 'edit' ? {} : { mode: 'edit', pointed: undefined };

/** F2 switches between moving the caret with the arrows and what they did before. */
function toggled(session: EditSession): Partial<EditSession> {
  if (session.mode !== 'edit') return { mode: 'edit', pointed: undefined };
  return { mode: mayPoint(session) ? 'point' : 'enter' };
}

/** Pointing begins after a character that a reference may follow. Any other character ends it. */
function pointing(session: EditSession, typed: Pick<EditSession, 'text' | 'caret'>): Partial<EditSession> {
  if (session.mode === 'edit') return {};
  return { mode: mayPoint({ ...session, ...typed }) ? 'point' : 'enter', pointed: undefined };
}

/** Whether a reference can follow at the caret. */
function mayPoint({ formula, text, caret }: EditSession): boolean {
  if (!formula || !text.startsWith('=') || caret.start !== caret.end) return false;
  return /[=(,;:+\-*/^&<>]\s*$/.test(text.slice(0, caret.start));
}

/** Replaces the reference that was pointed at before. */
function point(session: EditSession, { range, at }: { range: RangePlace; at: CellPlace }): Partial<EditSession> {
  const { text, caret, pointed = caret } = session;
  const reference = formatRange(range);
  const end = pointed.start + reference.length;
  return {
    text: text.slice(0, pointed.start) + reference + text.slice(pointed.end),
    caret: { start: end, end },
    pointed: { start: pointed.start, end, at },
    refused: false,
  };
}
