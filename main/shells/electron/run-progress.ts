import type { BrowserWindow } from 'electron';
import { messages, say } from '../../../shared/messages.ts';
import type { RunState } from '../../../shared/training.ts';
import type { ElectronApi } from './electron-api.ts';

/** Takes the bar off the task bar. */
const NO_BAR = -1;

/** Shows outside the window how far a run is: by a bar on the app's icon in the task bar or dock, and at its end, where
 *  nobody looks at the window, by a notification that leads to it. */
export function createRunProgress(
  { Notification }: Pick<ElectronApi, 'Notification'>,
  window: BrowserWindow,
): (run: RunState | undefined) => void {
  const text = messages.views.notification;
  /** The run that is followed: one that had ended before it was heard of is no news. */
  let running: string | undefined;
  let shown = '';

  const showBar = (fraction: number, mode: 'normal' | 'paused') => {
    // Ten times a second a run has gone on by less than can be seen.
    const next = `${fraction} ${mode}`;
    if (next === shown) return;
    shown = next;
    window.setProgressBar(fraction, { mode });
  };
  const announce = ({ name, end, sentence }: RunState) => {
    if (window.isFocused() || !Notification.isSupported()) return;
    const notification = new Notification({
      title: text.title(name),
      body: say(sentence) ?? text.ends[end ?? 'finished'],
    });
    notification.on('click', () => {
      if (window.isDestroyed()) return;
      window.show();
      window.focus();
    });
    notification.show();
  };

  return run => {
    if (window.isDestroyed()) return;
    if (run && run.status !== 'ended') {
      running = run.id;
      const percent = Math.floor((100 * run.step) / Math.max(1, run.steps));
      showBar(percent / 100, run.status === 'paused' ? 'paused' : 'normal');
      return;
    }
    showBar(NO_BAR, 'normal');
    if (run && run.id === running) announce(run);
    running = undefined;
  };
}
