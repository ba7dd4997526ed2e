/** The microphone, which is asked for when somebody begins to record. */
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';

/** Throws UserError where there is no microphone, or none may be used. End it with `endStream`. */
export async function openMicrophone(): Promise<MediaStream> {
  const { problems } = sentences.narration;
  // Missing where the page isn't trusted, such as from another computer.
  if (!('mediaDevices' in navigator)) throw new UserError(problems.noMicrophone);
  try {
    // What is recorded is evened afterwards, so nothing turns it up and down meanwhile.
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: false },
    });
  } catch (error) {
    const { name, message } = error as DOMException;
    if (name === 'NotAllowedError' || name === 'SecurityError') throw new UserError(problems.refused);
    if (['NotFoundError', 'OverconstrainedError', 'NotSupportedError'].includes(name))
      throw new UserError(problems.noMicrophone);
    if (name === 'NotReadableError' || name === 'AbortError') throw new UserError(problems.busy);
    throw new UserError(problems.failed(message));
  }
}

export function endStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
