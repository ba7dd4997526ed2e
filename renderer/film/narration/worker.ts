/** The worker that calculates with sounds. */
import { encodeSound } from './encode.ts';
import { even, pauses, type SoundJob, type SoundJobs, study, wave } from './sound-jobs.ts';

export type ToSoundWorker = { [K in SoundJob]: { id: number; job: K; args: SoundJobs[K]['args'] } }[SoundJob];
export type FromSoundWorker = { id: number; gives?: unknown; failed?: string };

/** A worker's global scope, as far as it is used here. */
const scope = self as unknown as {
  postMessage(message: FromSoundWorker, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToSoundWorker>) => void): void;
};

async function run(message: ToSoundWorker): Promise<unknown> {
  switch (message.job) {
    case 'study':
      return study(message.args);
    case 'wave':
      return wave(message.args);
    case 'even':
      return even(message.args);
    case 'pauses':
      return pauses(message.args);
    default:
      return encodeSound(message.args.sound);
  }
}

async function answer(message: ToSoundWorker): Promise<void> {
  const { id } = message;
  try {
    scope.postMessage({ id, gives: await run(message) }, []);
  } catch (error) {
    scope.postMessage({ id, failed: error instanceof Error ? error.message : String(error) }, []);
  }
}

scope.addEventListener('message', ({ data }) => void answer(data));
