/** Records a stream into a file, piece by piece, so that little is lost whatever happens. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { RecordingKind } from '../../../shared/protocol.ts';
import { keepTake, type TakeNeeds } from './takes.ts';

export type Recording = {
  /** Seconds since it began. */
  seconds(): number;
  /** Resolves with the file's bytes. `done`: call it when it is known whether the recording is a part of the workbook.
   *  If it isn't, it is offered the next time. */
  stop(): Promise<{ bytes: Uint8Array<ArrayBuffer>; done: (isKept: boolean) => void }>;
  /** Nothing of it stays. */
  drop(): void;
};

/** The first one that the browser can write is taken. */
const TYPES: readonly [kind: RecordingKind, type: string][] = [
  ['webm', 'audio/webm;codecs=opus'],
  ['mp4', 'audio/mp4'],
  ['ogg', 'audio/ogg;codecs=opus'],
];
const BITS = 96_000;
/** Milliseconds between two pieces: so much is lost at most. */
const PIECE = 500;

/** Resolves when it has begun. `ended`: it ended by itself, as when the microphone is pulled out. Rejects with
 *  UserError. */
export function record(stream: MediaStream, scene: string, keeping: TakeNeeds, ended: () => void): Promise<Recording> {
  const [kind, mimeType] = TYPES.find(([, type]) => MediaRecorder.isTypeSupported(type)) ?? ['webm' as const];
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS });
  const kept = keepTake(keeping, kind, scene);
  const pieces: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => {
    if (data.size === 0) return;
    pieces.push(data);
    kept.add(data);
  });
  let isAsked = false;
  const stopped = new Promise<void>(resolve =>
    recorder.addEventListener('stop', () => {
      resolve();
      if (!isAsked) ended();
    }),
  );
  const end = () => {
    isAsked = true;
    if (recorder.state !== 'inactive') recorder.stop();
    return stopped;
  };
  return new Promise((resolve, reject) => {
    recorder.addEventListener('error', () => reject(new UserError(sentences.narration.problems.busy)));
    recorder.addEventListener('start', () => {
      const began = performance.now();
      resolve({
        seconds: () => (performance.now() - began) / 1000,
        async stop() {
          await end();
          return { bytes: new Uint8Array(await new Blob(pieces).arrayBuffer()), done: isKept => kept.end(isKept) };
        },
        drop: () => void end().then(() => kept.end(true)),
      });
    });
    recorder.start(PIECE);
  });
}
