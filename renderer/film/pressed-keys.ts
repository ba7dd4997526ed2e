/** Shows the keys that the presenter presses, one beside the other, until they are a while ago. */
import { readable } from '../core/accelerators.ts';
import { destroyAll, element } from '../core/element.ts';
import type { State, View } from '../core/store.ts';

export type PressedKeys = View & { isShown(): boolean; toggle(): void; press(event: KeyboardEvent): void };

/** Milliseconds that a key stays, and how many stand beside each other. */
const STAYS = 1800;
const MOST = 8;
const MODIFIERS = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead', 'Process']);
const NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowRight: 'Right',
  ArrowLeft: 'Left',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
};

/** How a key press is written; Shift alone only where it changes no letter. undefined for Shift, Ctrl and the like. */
export function writtenKey(
  {
    key,
    ctrlKey,
    metaKey,
    altKey,
    shiftKey,
  }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
  platform: State['capabilities']['platform'],
  space: string,
): string | undefined {
  if (MODIFIERS.has(key)) return undefined;
  const isMain = platform === 'mac' ? metaKey : ctrlKey;
  const isCharacter = Array.from(key).length === 1 && key !== ' ';
  const name = key === ' ' ? space : isCharacter && (isMain || altKey) ? key.toUpperCase() : (NAMES[key] ?? key);
  const shift = shiftKey && (!isCharacter || isMain || altKey);
  // Accelerators are divided by "+".
  const plain = name === '+' ? '＋' : name;
  return readable(
    [isMain && 'CmdOrCtrl', altKey && 'Alt', shift && 'Shift', plain].filter(Boolean).join('+'),
    platform,
  );
}

export function createPressedKeys(
  parent: HTMLElement,
  platform: State['capabilities']['platform'],
  space: string,
): PressedKeys {
  const root = element('div', { class: 'pressed-keys', 'aria-hidden': true, hidden: true });
  parent.append(root);
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const view = destroyAll(root, [
    () => {
      for (const timer of timers) clearTimeout(timer);
    },
  ]);
  return {
    ...view,
    isShown: () => !root.hidden,
    toggle() {
      root.hidden = !root.hidden;
      root.replaceChildren();
    },
    press(event) {
      const written = root.hidden ? undefined : writtenKey(event, platform, space);
      if (written === undefined) return;
      const key = element('kbd', {}, written);
      root.append(key);
      if (root.childElementCount > MOST) root.firstElementChild!.remove();
      const timer = setTimeout(() => {
        timers.delete(timer);
        key.remove();
      }, STAYS);
      timers.add(timer);
    },
  };
}
