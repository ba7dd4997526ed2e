import { messages } from '../../shared/messages.ts';
import { between, type CellPlace } from '../../shared/places.ts';
import type { Store } from '../core/store.ts';
import { type EditSession, type Intent, type KeyPress, type Left, step } from '../core/edit-session.ts';
import type { Entry } from './entry.ts';

export type TypingCallbacks = {
  /** What the editor starts with. */
  editText(place: CellPlace): string;
  /** Scrolls the active cell into view, because typing begins there. */
  reveal(): void;
  /** Why nothing may be typed now; undefined where it may. */
  locked(): string | undefined;
  /** What entering a text into a cell comes to. `foreign`: its number may be written as in another language. */
  enter(place: CellPlace, text: string, foreign: boolean): Entry;
  /** The same into every selected cell. */
  fill(text: string, foreign: boolean): Entry;
  /** Sends what an entry came to, or says why there is nothing; false where nothing is changed. */
  run(entry: Entry): boolean;
  /** Moves on as a key does after entering. */
  move(press: KeyPress): boolean;
  /** The cell that an arrow leads to from another one. */
  stepFrom(place: CellPlace, press: KeyPress): CellPlace;
  /** Gives the keyboard to the cells, or to the editor while it is open. */
  focus(): void;
  /** Ends what an input method composes in the active cell: what there is of it is typed. */
  endComposition(): void;
};

/** The owner of typing: does what intents come to, and keeps what is typed in the store's `editing`. */
export type Typing = {
  /** Returns whether a key is the text field's own, which the browser then acts on. */
  send(intent: Intent): boolean;
  /** Opens the editor on the active cell with its own text or, in its place, this one. On the field `sheet` an input
   *  method composes first. */
  begin(mode: 'enter' | 'edit', text?: string, field?: 'cell' | 'sheet'): void;
  /** Enters what is typed; false where it is refused: it stays as it is. `byKey`: by a key, which also answers a
   *  question. */
  finish(byKey?: boolean): boolean;
  /** The same before the user goes elsewhere. Refused once already, the text is given up and the old value stays. */
  leave(): boolean;
};

export function createTyping(store: Store, callbacks: TypingCallbacks): Typing {
  /** Whether the user has once answered that numbers of the other notation are meant as they are written there. */
  let foreignMeant = false;

  /** What a text comes to. A question is answered by entering the same again. */
  const meant = (again: boolean, entryOf: (foreign: boolean) => Entry): Entry => {
    const entry = entryOf(foreignMeant || again);
    if (entry.foreign) return { refusal: `${entry.refusal} ${messages.grid.enterAgain}` };
    foreignMeant ||= again && entryOf(false).foreign === true;
    return entry;
  };

  /** The cell's editor gives the keyboard back by itself when it closes. */
  const move = (press: KeyPress, field: EditSession['field']) => {
    callbacks.move(press);
    if (field === 'bar') callbacks.focus();
  };

  const perform = (left: Left): void => {
    if (left.do === 'show') callbacks.reveal();
    if (left.do === 'show' || left.do === 'focus') callbacks.focus();
    // Nothing to run: it says why.
    else if (left.do === 'explain') callbacks.run({});
    else if (left.do === 'newline') document.execCommand('insertText', false, '\n');
    else if (left.do === 'move') move(left.press, left.field);
    else if (left.do === 'walk') {
      const at = callbacks.stepFrom(left.from, left.press);
      send({ kind: 'click', range: between(left.press.shiftKey ? left.from : at, at), at });
    }
  };

  const send = (intent: Intent): boolean => {
    const { editing } = store.get();
    const { session, left } = step(editing, intent);
    if (session !== editing) store.set({ editing: session });
    if (session && (left.do === 'enter' || left.do === 'fill')) {
      const { place, text, field } = session;
      const entryOf = (foreign: boolean) =>
        left.do === 'fill' ? callbacks.fill(text, foreign) : callbacks.enter(place, text, foreign);
      const done = callbacks.run(meant(left.again, entryOf));
      send({ kind: done ? 'entered' : 'refused' });
      if (done && left.do === 'enter' && left.press) move(left.press, field);
    } else perform(left);
    return left.do === 'field';
  };
  const ended = () => store.get().editing === undefined;
  const composing = () => store.get().editing?.field === 'sheet';
  const finish = (byKey = false) => {
    // What is composed is text in the editor then.
    if (composing()) callbacks.endComposition();
    send({ kind: 'finish', byKey });
    return ended();
  };

  return {
    send,
    begin(mode, text, field = 'cell') {
      // What is typed in the formula bar is entered first.
      if (store.get().editing?.field === 'bar' && !finish()) return;
      const { active } = store.get();
      const before = callbacks.editText(active);
      const session = { place: active, text: text ?? before, before, mode, field, formula: false };
      send({ kind: 'begin', session, locked: callbacks.locked() !== undefined });
    },
    finish,
    leave() {
      // The editor may lose the keyboard as this ends, which enters the text: refused then, it isn't given up yet.
      if (composing()) return finish();
      send({ kind: 'leave' });
      return ended();
    },
  };
}

/** Sends the keys, the text and the caret of a text field, and that it lost the keyboard. */
export function listenToField(
  element: HTMLTextAreaElement | HTMLInputElement,
  field: EditSession['field'],
  send: (intent: Intent) => boolean,
): void {
  const caret = () => ({ start: element.selectionStart ?? 0, end: element.selectionEnd ?? 0 });
  const on = element.addEventListener.bind(element) as HTMLElement['addEventListener'];
  on('keydown', event => {
    // The sheet, and Handsontable, listen on the document and would take these for their own.
    event.stopPropagation();
    // Enter that chooses a word of an input method is no Enter.
    const composing = event.isComposing || event.keyCode === 229;
    if (!send({ kind: 'key', press: event, composing })) event.preventDefault();
  });
  on('input', () => send({ kind: 'type', text: element.value, caret: caret() }));
  on('pointerdown', () => send({ kind: 'caret', caret: caret(), pressed: true }));
  for (const moved of ['keyup', 'pointerup'] as const)
    on(moved, () => send({ kind: 'caret', caret: caret(), pressed: false }));
  on('blur', ({ relatedTarget }) => {
    // The formula bar takes over what is typed. A window that is left keeps it as it is.
    const bar = relatedTarget instanceof Element && relatedTarget.closest('.formula');
    if (!bar && document.hasFocus()) send({ kind: 'blur', field });
  });
}
