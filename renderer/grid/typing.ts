import { messages } from '../../shared/messages.ts';
import { type CellPlace, only, type Plane, type RangePlace, type SheetId } from '../../shared/places.ts';
import { selected } from '../core/selection.ts';
import { showSheet } from '../core/show-sheet.ts';
import type { Store } from '../core/store.ts';
import {
  type EditSession,
  type Formulas,
  type Intent,
  isFormula,
  type KeyPress,
  type Left,
  step,
  takesCells,
} from '../core/edit-session.ts';
import type { Entry } from './entry.ts';

export type TypingCallbacks = {
  /** The text that the editor starts with. */
  editText(place: CellPlace): string;
  /** Scrolls a cell into view, because typing begins there or it is pointed at. */
  reveal(place: CellPlace): void;
  /** Whether a formula can be typed in a cell. */
  formulaAllowed(place: CellPlace): boolean;
  formulas(): Formulas;
  /** Why typing isn't possible now. undefined if it is. */
  locked(): string | undefined;
  /** Makes the entry of a text for a cell. `foreign`: its number may be written as in another language. */
  enter(place: CellPlace, text: string, foreign: boolean): () => Entry;
  /** Makes the entry of a text for every selected cell. */
  fill(text: string, foreign: boolean): () => Entry;
  /** Sends an entry, or tells why there is nothing to send. Returns false if nothing changes. `again` makes the entry
   *  once more, if earlier edits must be answered first. */
  run(entry: Entry, again: () => Entry): boolean;
  /** Moves the active cell after entering, as this key does. */
  move(press: KeyPress): boolean;
  /** The cell that an arrow leads to from another one; with Ctrl, the end of what is filled. */
  stepFrom(place: CellPlace, press: KeyPress): CellPlace;
  /** Shows the next sheet, or the one before it. */
  changeSheet(by: 1 | -1): void;
  /** Gives the keyboard focus to the cells, or to the editor if it is open. */
  focus(): void;
  /** Ends the composition of an input method in the active cell. Its text so far is typed. */
  endComposition(): void;
};

/** The owner of typing. It acts on intents, and keeps the typed text in the store's `editing`. */
export type Typing = {
  /** Acts on an intent. Returns whether a key belongs to the text field, so that the browser acts on it. */
  send(intent: Intent): boolean;
  /** Puts a reference to cells into the formula that is being typed. Returns false if none can stand at the caret, or
   *  no formula is typed. `at` and `how` as in Intent. */
  point(range: RangePlace, at: CellPlace, how?: 'extend' | 'add'): boolean;
  /** Opens the editor on the active cell, with the cell's text or with `text`. With `field` 'sheet', an input method
   *  composes in the cell first. */
  begin(mode: 'enter' | 'edit', text?: string, field?: 'cell' | 'sheet'): void;
  /** Enters the typed text. Returns false if it is refused, and the text stays. `byKey`: entered by a key, which also
   *  answers a question. */
  finish(byKey?: boolean): boolean;
  /** Like `finish`, before the user goes elsewhere. A text that was refused once before is dropped, and the old value
   *  stays. */
  leave(): boolean;
  /** Shows another sheet. A formula that is being typed can then point at its cells; any other text is entered first.
   *  Returns false if that is refused. */
  turnTo(sheet: SheetId, plane: Plane): boolean;
};

export function createTyping(store: Store, callbacks: TypingCallbacks): Typing {
  /** Whether the user has confirmed once that numbers in the other notation are meant as they are written. */
  let foreignMeant = false;

  /** Sends a text. Entering the same text again answers a question with yes. */
  const runMeant = (again: boolean, entryOf: (foreign: boolean) => () => Entry): boolean => {
    const make = entryOf(foreignMeant || again);
    const entry = make();
    if (entry.foreign) return callbacks.run({ refusal: `${entry.refusal} ${messages.grid.enterAgain}` }, make);
    foreignMeant ||= again && entryOf(false)().foreign === true;
    return callbacks.run(entry, make);
  };

  /** When the cell's editor closes, it gives the keyboard back by itself. */
  const move = (press: KeyPress, field: EditSession['field']) => {
    if (press.key === 'PageUp' || press.key === 'PageDown') {
      if (press.ctrlKey || press.metaKey) callbacks.changeSheet(press.key === 'PageDown' ? 1 : -1);
    }
    callbacks.move(press);
    if (field === 'bar') callbacks.focus();
  };

  const perform = (left: Left): void => {
    if (left.do === 'show') callbacks.reveal(store.get().active);
    if (left.do === 'show' || left.do === 'focus') callbacks.focus();
    // An empty entry makes `run` tell the reason.
    else if (left.do === 'explain') callbacks.run({}, () => ({}));
    else if (left.do === 'newline') document.execCommand('insertText', false, '\n');
    else if (left.do === 'move') move(left.press, left.field);
    else if (left.do === 'walk') {
      const { active } = store.get();
      const at = callbacks.stepFrom(left.from.sheet === active.sheet ? left.from : active, left.press);
      send({ kind: 'click', range: only(at), at, how: left.press.shiftKey ? 'extend' : undefined });
      callbacks.reveal(at);
    } else if (left.do === 'turn') callbacks.changeSheet(left.by);
  };

  /** A formula may have pointed at another sheet. Its end shows its own cell again. */
  const goHome = (place: CellPlace) => {
    if (store.get().active.sheet !== place.sheet) store.set({ plane: 'value', ...selected(place) });
  };

  const send = (intent: Intent): boolean => {
    const { editing } = store.get();
    const { session, left } = step(editing, intent, callbacks.formulas());
    if (session !== editing) store.set({ editing: session });
    if (editing && !session && intent.kind !== 'entered') goHome(editing.place);
    if (session && (left.do === 'enter' || left.do === 'fill')) {
      const { place, text, field } = session;
      goHome(place);
      const entryOf = (foreign: boolean) =>
        left.do === 'fill' ? callbacks.fill(text, foreign) : callbacks.enter(place, text, foreign);
      const done = runMeant(left.again, entryOf);
      send({ kind: done ? 'entered' : 'refused' });
      if (done && left.do === 'enter' && left.press) move(left.press, field);
    } else perform(left);
    return left.do === 'field';
  };
  const ended = () => store.get().editing === undefined;
  const composing = () => store.get().editing?.field === 'sheet';
  const finish = (byKey = false) => {
    // The composed text then becomes text in the editor.
    if (composing()) callbacks.endComposition();
    send({ kind: 'finish', byKey });
    return ended();
  };

  const leave = () => {
    // The editor may lose the keyboard when the composition ends, which enters the text. If that is refused, the text
    // isn't dropped yet.
    if (composing()) return finish();
    send({ kind: 'leave' });
    return ended();
  };

  return {
    send,
    point(range, at, how) {
      if (!takesCells(store.get().editing, how, callbacks.formulas())) return false;
      send({ kind: 'click', range, at, how });
      return true;
    },
    begin(mode, text, field = 'cell') {
      // A text in the formula bar is entered first.
      if (store.get().editing?.field === 'bar' && !finish()) return;
      const { active } = store.get();
      const before = callbacks.editText(active);
      const session = {
        place: active,
        text: text ?? before,
        before,
        mode,
        field,
        formula: callbacks.formulaAllowed(active),
      };
      send({ kind: 'begin', session, locked: callbacks.locked() !== undefined });
    },
    finish,
    leave,
    turnTo(sheet, plane) {
      const { editing } = store.get();
      if (editing && isFormula(editing) && plane === 'value') send({ kind: 'turn' });
      else if (!leave()) return false;
      showSheet(store, sheet, plane);
      return true;
    },
  };
}

/** Sends the keys, the text and the caret of a text field, and when it loses the keyboard. */
export function listenToField(
  element: HTMLTextAreaElement | HTMLInputElement,
  field: EditSession['field'],
  send: (intent: Intent) => boolean,
): void {
  const caret = () => ({ start: element.selectionStart ?? 0, end: element.selectionEnd ?? 0 });
  const on = element.addEventListener.bind(element) as HTMLElement['addEventListener'];
  on('keydown', event => {
    // The sheet and Handsontable listen on the document, and would act on these keys too.
    event.stopPropagation();
    // An Enter that chooses a word of an input method doesn't enter the text.
    const composing = event.isComposing || event.keyCode === 229;
    if (!send({ kind: 'key', press: event, composing })) event.preventDefault();
  });
  on('input', () => send({ kind: 'type', text: element.value, caret: caret() }));
  on('pointerdown', () => send({ kind: 'caret', caret: caret(), pressed: true }));
  for (const moved of ['keyup', 'pointerup'] as const)
    on(moved, () => send({ kind: 'caret', caret: caret(), pressed: false }));
  on('blur', ({ relatedTarget }) => {
    // The formula bar takes over the typed text. If the whole window loses the focus, the text stays as it is.
    const bar = relatedTarget instanceof Element && relatedTarget.closest('.formula');
    if (!bar && document.hasFocus()) send({ kind: 'blur', field });
  });
}
