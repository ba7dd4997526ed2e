import type { BrowserWindow } from 'electron';
import { messages } from '../../../shared/messages.ts';
import type { ElectronApi } from './electron-api.ts';

/** Lets a window record its own picture and sound, without a choice of other windows; nothing else is recorded. While
 *  it does, it asks before it closes. `isOwn`: whether an address is the app's. `stays`: the user doesn't close it. */
export function allowRecording(
  { session, dialog }: Pick<ElectronApi, 'session' | 'dialog'>,
  window: BrowserWindow,
  { isOwn, stays }: { isOwn: (url: string) => boolean; stays: () => void },
): void {
  session.defaultSession.setDisplayMediaRequestHandler(({ frame, audioRequested }, answer) => {
    if (frame === null || frame !== window.webContents.mainFrame || !isOwn(frame.url)) return answer(null);
    return answer({ video: frame, ...(audioRequested && { audio: frame }) });
  });
  // The page asks to stay only while it records.
  window.webContents.on('will-prevent-unload', event => {
    const { question, detail, close } = messages.live.closing;
    const buttons = [close, messages.shell.cancel];
    const asked = { type: 'question', message: question, detail, buttons, defaultId: 0, cancelId: 1 } as const;
    // Prevented, it closes in spite of the page.
    if (dialog.showMessageBoxSync(window, asked) === 0) event.preventDefault();
    else stays();
  });
}
