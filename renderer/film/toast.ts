/** A line that says what the presenter has just done, for a moment. Screen readers are told it too. */
import { messages } from '../../shared/messages.ts';
import { destroyAll, element } from '../core/element.ts';
import type { View } from '../core/store.ts';
import { PEN_COLOURS } from './ink.ts';
import type { OverPicture } from './over-picture.ts';
import { isTool, type PresenterAct } from './presenter-keys.ts';

export type Toast = View & { say(words: string): void };

/** In milliseconds. */
const STAYS = 3000;

export function createToast(parent: HTMLElement): Toast {
  const root = element('p', { class: 'presenter-toast', role: 'status' });
  parent.append(root);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    ...destroyAll(root, [() => clearTimeout(timer)]),
    say(words) {
      root.textContent = words;
      clearTimeout(timer);
      timer = setTimeout(() => (root.textContent = ''), STAYS);
    },
  };
}

/** What is said of a tool, after something was done with it. */
export function toldOf(act: PresenterAct, over: Pick<OverPicture, 'tool' | 'pen'>): string {
  const { tools, acts, strokes, penColour, dragZoom, on, off } = messages.present;
  const { colour, fades } = over.pen();
  if (act === 'zoom') return over.tool() === 'zoom' ? dragZoom : '';
  if (isTool(act)) return (over.tool() === act ? on : off)(tools[act]);
  if (act === 'fade') return fades ? strokes.fade : strokes.stay;
  if (act === 'colour') return penColour(colour + 1, PEN_COLOURS);
  return act === 'undo' || act === 'clear' ? acts[act] : '';
}
