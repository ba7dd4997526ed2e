/** The bar of the recording under way: what is recorded, how loud, and what can be done. While the pointer rests, only
 *  the time stays in the picture. */
import { clock } from '../../../shared/messages/format.ts';
import { messages } from '../../../shared/messages.ts';
import { readable } from '../../core/accelerators.ts';
import { destroyAll, element, icon, type IconName, setAttributes } from '../../core/element.ts';
import type { State, View } from '../../core/store.ts';
import { createLevelMeter } from '../level-meter.ts';
import { restWithPointer } from '../presenter-bar.ts';
import type { Recorder } from './recorder.ts';

export const RECORDING_KEYS = { record: 'CmdOrCtrl+F7', pause: 'CmdOrCtrl+Shift+F7', mark: 'Alt+M' } as const;

export type RecordBar = View & { root: HTMLElement };
type Acts = Record<keyof typeof RECORDING_KEYS, () => void>;

/** How often the time is looked at, in milliseconds. */
const LOOK_EVERY = 200;

export function createRecordBar(
  parent: Element,
  recorder: Recorder,
  { microphone, capabilities }: { microphone: MediaStream | undefined; capabilities: State['capabilities'] },
  acts: Acts,
): RecordBar {
  const text = messages.live;
  const { platform, nativeMenu } = capabilities;
  const time = element('span', { class: 'live-time', role: 'timer', 'aria-label': text.time });
  const state = element('span', { class: 'unseen', role: 'status' });
  const make = (name: IconName, act: keyof Acts) => {
    const made = element('button', { type: 'button', class: 'button quiet small' }, icon(name));
    made.addEventListener('click', () => acts[act]());
    return made;
  };
  const label = (made: HTMLElement, word: string, act: keyof Acts) =>
    setAttributes(made, {
      'aria-label': word,
      title: messages.present.withKey(word, readable(RECORDING_KEYS[act], platform)),
    });
  const pause = make('pause', 'pause');
  const mark = make('marker', 'mark');
  const stop = make('stop', 'record');
  const level = element('div', { class: 'live-level' });
  const root = element(
    'section',
    { class: 'live-bar', 'aria-label': text.bar, 'data-place': nativeMenu ? 'middle' : 'corner' },
    element('i', { class: 'live-dot', 'aria-hidden': true }),
    time,
    state,
    level,
    pause,
    mark,
    stop,
  );
  // The keyboard stays where it is, as a presenter's next key is meant for the picture.
  root.addEventListener('mousedown', event => event.preventDefault());
  label(mark, text.mark, 'mark');
  label(stop, text.stop, 'record');
  let shown = '';
  const show = () => {
    const now = clock(Math.floor(recorder.seconds()));
    if (time.textContent !== now) time.textContent = now;
    if (recorder.state === shown) return;
    shown = recorder.state;
    root.dataset.state = shown;
    const isPaused = shown === 'paused';
    state.textContent = isPaused ? text.paused : text.recording;
    pause.replaceChildren(icon(isPaused ? 'play' : 'pause'));
    label(pause, isPaused ? text.resume : text.pause, 'pause');
  };
  parent.append(root);
  show();
  const timer = setInterval(show, LOOK_EVERY);
  const meter = microphone && createLevelMeter(level, microphone);
  return {
    root,
    ...destroyAll(root, [
      recorder.onChange(show),
      restWithPointer(document.documentElement, root),
      () => clearInterval(timer),
      () => meter?.destroy(),
    ]),
  };
}
