import type { BrowserWindow } from 'electron';
import { messages, say } from '../../../shared/messages.ts';
import type { RunState } from '../../../shared/training.ts';
import type { ElectronApi } from './electron-api.ts';

/** The value that removes the progress bar. */
const NO_BAR = -1;

/** Shows the progress of a run outside the window: as a bar on the app's icon in the task bar or dock. At its end, if
 *  nobody looks at the window, a notification leads to it. */
export function createRunProgress(
  { Notification }: Pick<ElectronApi, 'Notification'>,
  window: BrowserWindow,
): (run: RunState | undefined) => void {
  const text = messages.views.notification;
  /** The run that is followed. A run that had already ended is no news. */
  let running: string | undefined;
  let shown = '';

  const showBar = (fraction: number, mode: 'normal' | 'paused') => {
    // Most progress events change less than a pixel.
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
