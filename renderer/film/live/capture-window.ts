/** Asks the browser for the picture of its own window. Electron gives it without a question. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';

/** The height of the film. own: as many pixels as the window has. */
export const recordingSizes = ['720', '1080', 'own'] as const;
export type RecordingSize = (typeof recordingSizes)[number];

/** What Chromium knows besides, and other browsers ignore. Sources: w3c.github.io/mediacapture-screen-share,
 *  screen-capture-extensions */
type CaptureOptions = DisplayMediaStreamOptions & {
  preferCurrentTab: boolean;
  selfBrowserSurface: 'include';
  surfaceSwitching: 'exclude';
  systemAudio: 'exclude';
};
type PictureConstraints = MediaTrackConstraints & { cursor: 'always' };

const RATE = 30;

/** Must be called while the browser still counts a key or a press of the user as the reason. Throws UserError. */
export async function captureWindow(size: RecordingSize): Promise<MediaStream> {
  const { problems } = sentences.live;
  if (!('mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices && 'MediaRecorder' in window))
    throw new UserError(problems.notHere);
  const height = size === 'own' ? undefined : Number(size);
  const video: PictureConstraints = {
    cursor: 'always',
    frameRate: { ideal: RATE, max: RATE },
    ...(height !== undefined && { height: { max: height }, width: { max: Math.round((height * 16) / 9) } }),
  };
  const options: CaptureOptions = {
    video,
    // What the page itself plays. Not all browsers give it.
    audio: true,
    preferCurrentTab: true,
    selfBrowserSurface: 'include',
    surfaceSwitching: 'exclude',
    systemAudio: 'exclude',
  };
  try {
    return await navigator.mediaDevices.getDisplayMedia(options);
  } catch (error) {
    const { name, message } = error as DOMException;
    if (name === 'NotAllowedError') throw new UserError(/system/i.test(message) ? problems.system : problems.refused);
    if (name === 'NotReadableError' || name === 'AbortError') throw new UserError(problems.notReadable);
    if (name === 'NotSupportedError') throw new UserError(problems.notHere);
    throw new UserError(problems.failed(message));
  }
}
