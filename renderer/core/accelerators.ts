import { messages } from '../../shared/messages.ts';
import type { Capabilities } from '../../shared/protocol.ts';

/** Keys as the menu template writes them ("CmdOrCtrl+Shift+S"), as a person reads them, and as events bring them. */
type Platform = Capabilities['platform'];
type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;
type Accelerator = { command: boolean; alt: boolean; shift: boolean; key: string };

/** Keys whose event name differs from the accelerator's. */
const EVENT_KEYS: Record<string, string> = {
  Right: 'ArrowRight',
  Left: 'ArrowLeft',
  Up: 'ArrowUp',
  Down: 'ArrowDown',
};
/** Keys that many keyboards lack, or that change under Shift, go by their place as well. */
const CODES: Record<string, string> = { '[': 'BracketLeft', ']': 'BracketRight', '`': 'Backquote' };
const SIGNS: Record<string, string> = { Right: '→', Left: '←', Up: '↑', Down: '↓', Enter: '↵' };

function parse(accelerator: string): Accelerator {
  const parts = accelerator.split('+');
  return {
    command: parts.includes('CmdOrCtrl'),
    alt: parts.includes('Alt'),
    shift: parts.includes('Shift'),
    key: parts.at(-1)!,
  };
}

/** Whether a key press is this accelerator. Ctrl is ⌘ on a Mac. */
export function matches(event: KeyPress, accelerator: string, platform: Platform): boolean {
  const { command, alt, shift, key } = parse(accelerator);
  const [main, other] = platform === 'mac' ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (main !== command || other || event.altKey !== alt) return false;
  // On many keyboards, "+" needs Shift. Here it means the same as "=", wherever the key is.
  if (event.key === '+' || event.key === '=') return key === '=';
  if (CODES[key] && event.code === CODES[key]) return event.shiftKey === shift;
  if (event.shiftKey !== shift) return false;
  const wanted = EVENT_KEYS[key] ?? key;
  return latinKey(event) === wanted.toLowerCase() || event.code === `Digit${key}`;
}

/** The key in lower case. On keyboards of other scripts (Cyrillic, Greek, Hebrew, Arabic …), and while an input method
 *  takes the keys, it is the Latin letter at the key's place. A Latin keyboard (also AZERTY or Dvorak) gives its own
 *  letter. */
function latinKey({ key, code }: KeyPress): string {
  const foreign = /^[\p{L}\p{M}]+$/u.test(key) && !/\p{Script=Latin}/u.test(key);
  const place = /^Key([A-Z])$/.exec(code)?.[1].toLowerCase();
  if (place !== undefined && (foreign || key === 'Process' || key === 'Unidentified')) return place;
  // The Turkish I without a dot.
  return key === 'ı' ? 'i' : key.toLowerCase();
}

/** Keys with which a browser searches, prints, saves, marks or reloads the page, or leaves it for its own tools. */
const BROWSER_LETTERS = /^[bdefghjkoprsu`]$/;
const BROWSER_KEYS = /^F[357]$/;

/** Whether a key would make the browser do something of its own, although it means something else in a spreadsheet. The
 *  keys of the developer tools don't count. */
export function isBrowserKey(event: KeyPress, platform: Platform): boolean {
  if (BROWSER_KEYS.test(event.key)) return true;
  const main = platform === 'mac' ? event.metaKey : event.ctrlKey;
  if (!main || event.altKey) return false;
  const letter = event.code === CODES['`'] ? '`' : latinKey(event);
  return BROWSER_LETTERS.test(letter) && !(event.shiftKey && letter === 'j');
}

/** The accelerator for people: "Ctrl+Shift+S", on a Mac "⇧⌘S"; in German "Strg+Umschalt+S". */
export function readable(accelerator: string, platform: Platform): string {
  const { command, alt, shift, key } = parse(accelerator);
  const names = messages.menu.keyNames;
  const named: Record<string, string> = {
    Delete: names.delete,
    Backspace: names.backspace,
    PageUp: names.pageUp,
    PageDown: names.pageDown,
  };
  const name = SIGNS[key] ?? named[key] ?? key;
  if (platform === 'mac') return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${command ? '⌘' : ''}${name}`;
  return [command && names.control, alt && names.alt, shift && names.shift, name].filter(Boolean).join('+');
}

/** The accelerator for aria-keyshortcuts: "Control+Shift+S". */
export function ariaShortcut(accelerator: string, platform: Platform): string {
  const { command, alt, shift, key } = parse(accelerator);
  const main = platform === 'mac' ? 'Meta' : 'Control';
  return [command && main, alt && 'Alt', shift && 'Shift', EVENT_KEYS[key] ?? key].filter(Boolean).join('+');
}
