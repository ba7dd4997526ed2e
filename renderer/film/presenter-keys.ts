/** What a key means while something is presented. Remote controls send page keys, F5, "." and Escape. */
import type { PresentedStep } from './presented.ts';

/** What lies over the picture and follows the pointer. */
export const presenterTools = ['spotlight', 'laser', 'pen', 'zoom'] as const;
export type PresenterTool = (typeof presenterTools)[number];

/** What a presenter can do besides steps. colour, fade, undo, clear: of the pen. keys: shows the pressed keys. voice:
 *  the narration is heard. */
export type PresenterAct =
  | PresenterTool
  | 'colour'
  | 'fade'
  | 'undo'
  | 'clear'
  | 'larger'
  | 'smaller'
  | 'keys'
  | 'contrast'
  | 'voice'
  | 'notes'
  | 'help'
  | 'fullScreen'
  | 'leave';

export const isTool = (act: PresenterAct): act is PresenterTool => (presenterTools as readonly string[]).includes(act);

export type PresenterKey =
  | { step: PresentedStep }
  | { act: PresenterAct }
  /** The digits that are typed so far, of a scene's number. */
  | { typed: string }
  /** The pointer goes so far, in steps. */
  | { move: readonly [x: number, y: number] };

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The letter of each act. Over a sheet they are pressed with Alt, because the sheet takes the letters. */
export const ACT_KEYS = {
  spotlight: 'S',
  laser: 'L',
  pen: 'D',
  zoom: 'Z',
  colour: 'C',
  fade: 'F',
  undo: 'U',
  clear: 'E',
  keys: 'K',
  contrast: 'H',
  voice: 'V',
  notes: 'N',
} as const satisfies Partial<Record<PresenterAct, string>>;

const STEPS: Readonly<Record<string, PresentedStep>> = {
  ArrowRight: 'next',
  ArrowDown: 'next',
  PageDown: 'next',
  ' ': 'next',
  Enter: 'next',
  ArrowLeft: 'back',
  ArrowUp: 'back',
  PageUp: 'back',
  Backspace: 'back',
  Home: 'first',
  End: 'last',
  '.': 'black',
  ',': 'white',
};
const STEP_LETTERS: Readonly<Record<string, PresentedStep>> = { B: 'black', W: 'white', P: 'pause', R: 'again' };
const OTHERS: Readonly<Record<string, PresenterAct>> = {
  Escape: 'leave',
  '?': 'help',
  F1: 'help',
  F11: 'fullScreen',
  '+': 'larger',
  '=': 'larger',
  '-': 'smaller',
};
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** The letter of a key in capitals: by its place where the keyboard has no Latin letters or Alt changes them. */
function letterOf({ key, code, altKey }: KeyPress): string {
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  return place !== undefined && (altKey || !/^[a-z]$/i.test(key)) ? place : key.toUpperCase();
}

const actOf = (letter: string) =>
  (Object.keys(ACT_KEYS) as (keyof typeof ACT_KEYS)[]).find(act => ACT_KEYS[act] === letter);

/** What a key does while scenes are presented. `typed`: digits that were typed before it. undefined if it does
 *  nothing. */
export function keyOfScenes(press: KeyPress, typed = ''): PresenterKey | undefined {
  const { key, shiftKey } = press;
  if (press.ctrlKey || press.metaKey) return key.toLowerCase() === 'z' && !shiftKey ? { act: 'undo' } : undefined;
  if (press.altKey) return undefined;
  if (/^\d$/.test(key)) return { typed: (typed + key).slice(-4) };
  if (typed !== '') {
    if (key === 'Enter') return { step: { go: Number(typed) - 1 } };
    if (key === 'Escape') return { typed: '' };
    if (key === 'Backspace') return { typed: typed.slice(0, -1) };
  }
  if (shiftKey && MOVES[key]) return { move: MOVES[key] };
  const other = OTHERS[key];
  if (other) return { act: other };
  const letter = letterOf(press);
  const step = STEPS[key] ?? STEP_LETTERS[letter];
  if (step) return { step };
  const act = actOf(letter);
  return act && { act };
}

/** What a key does while a sheet is presented. All other keys are the sheet's. `typing`: whether somebody types in a
 *  cell. */
export function keyOfSheet(press: KeyPress, typing: boolean): PresenterKey | undefined {
  const { key, altKey, shiftKey } = press;
  if (press.ctrlKey || press.metaKey) return undefined;
  if (!altKey) return key === 'Escape' && !typing ? { act: 'leave' } : undefined;
  if (shiftKey && MOVES[key]) return { move: MOVES[key] };
  if (key === '?') return { act: 'help' };
  const letter = letterOf(press);
  if (letter === 'B' || letter === 'W') return { step: STEP_LETTERS[letter] };
  const act = actOf(letter);
  // A sheet has no narration.
  return act && act !== 'voice' ? { act } : undefined;
}
