/** The buttons of a presentation: what can be laid over the picture, and more. They fade while the pointer rests. */
import { messages } from '../../shared/messages.ts';
import { readable } from '../core/accelerators.ts';
import { element, icon, type IconName, setAttributes } from '../core/element.ts';
import type { State } from '../core/store.ts';
import { ACT_KEYS, isTool, type PresenterAct, type PresenterTool, presenterTools } from './presenter-keys.ts';

const ICONS: Readonly<Partial<Record<PresenterAct, IconName>>> = {
  spotlight: 'spotlight',
  laser: 'laser',
  pen: 'edit',
  zoom: 'zoom',
  colour: 'colour',
  fade: 'fade',
  undo: 'undo',
  clear: 'eraser',
  keys: 'keyboard',
  contrast: 'contrast',
  voice: 'sound',
  notes: 'notes',
  help: 'help',
  fullScreen: 'fit',
  leave: 'close',
};
/** These are for the pen, and are there while it is on. */
const FOR_PEN: ReadonlySet<PresenterAct> = new Set(['colour', 'fade', 'undo', 'clear']);
const ORDER = [
  ...presenterTools,
  'colour',
  'fade',
  'undo',
  'clear',
  'keys',
  'contrast',
  'voice',
  'notes',
  'fullScreen',
  'help',
  'leave',
] as const satisfies readonly PresenterAct[];

export type Pressed = {
  tool: PresenterTool | undefined;
  zoomed: boolean;
  pen: { colour: number; fades: boolean };
  keys: boolean;
  contrast: boolean;
  /** Only over scenes. */
  voice?: boolean;
  help: boolean;
};

export type PresenterBar = { root: HTMLElement; update(pressed: Pressed): void };

/** `what`: over a sheet the keys need Alt. */
export function createPresenterBar(
  what: 'scenes' | 'sheet',
  platform: State['capabilities']['platform'],
  act: (act: PresenterAct) => void,
): PresenterBar {
  const text = messages.present;
  const keyOf = (each: PresenterAct): string | undefined => {
    if (each === 'leave') return text.keyNames.escape;
    if (each === 'fullScreen') return 'F11';
    const letter = each === 'help' ? '?' : ACT_KEYS[each as keyof typeof ACT_KEYS];
    return what === 'sheet' ? readable(`Alt+${letter}`, platform) : letter;
  };
  const buttons = ORDER.filter(each => what === 'scenes' || each !== 'voice').map(each => {
    const name = isTool(each) ? text.tools[each] : text.acts[each];
    const key = keyOf(each);
    const button = element(
      'button',
      {
        type: 'button',
        class: 'button quiet presenter-button',
        'aria-label': name,
        title: key === undefined ? name : text.withKey(name, key),
      },
      icon(ICONS[each]!),
    );
    button.addEventListener('click', () => act(each));
    return { each, button };
  });
  const root = element(
    'div',
    { class: 'presenter-tools', role: 'toolbar', 'aria-label': text.toolsName },
    ...buttons.map(({ button }) => button),
  );
  const update = ({ tool, zoomed, pen, keys, contrast, voice, help }: Pressed) => {
    for (const { each, button } of buttons) {
      if (FOR_PEN.has(each)) button.hidden = tool !== 'pen';
      const isOn =
        each === 'zoom'
          ? tool === 'zoom' || zoomed
          : isTool(each)
            ? tool === each
            : { fade: pen.fades, keys, contrast, voice, help }[each as 'fade' | 'keys' | 'contrast' | 'voice' | 'help'];
      if (isOn !== undefined) setAttributes(button, { 'aria-pressed': isOn });
      if (each === 'colour') button.dataset.colour = String(pen.colour);
    }
  };
  return { root, update };
}

/** Marks an element as resting while the pointer hasn't moved for a while, and no control in it has the keyboard. */
export function restWithPointer(area: HTMLElement, root: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = () => root.classList.add('resting');
  const wake = () => {
    root.classList.remove('resting');
    clearTimeout(timer);
    timer = setTimeout(rest, RESTS_AFTER);
  };
  wake();
  area.addEventListener('pointermove', wake);
  area.addEventListener('focusin', wake);
  return () => {
    clearTimeout(timer);
    area.removeEventListener('pointermove', wake);
    area.removeEventListener('focusin', wake);
  };
}
const RESTS_AFTER = 2500;
