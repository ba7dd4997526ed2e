/** Records a stream into a file, piece by piece, so that little is lost whatever happens. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { keepTake } from './takes.ts';

export type Recording = {
  /** Seconds since it began. */
  seconds(): number;
  /** Resolves with the file's bytes. `kept`: call it when the recording is part of the workbook. */
  stop(): Promise<{ bytes: Uint8Array<ArrayBuffer>; kept: () => void }>;
  /** Nothing of it stays. */
  drop(): void;
};

/** The first one that the browser can write is taken. */
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
const BITS = 96_000;
/** Milliseconds between two pieces: so much is lost at most. */
const PIECE = 500;

/** Resolves when it has begun. `ended`: it ended by itself, as when the microphone is pulled out. Rejects with
 *  UserError. */
export function record(stream: MediaStream, take: string, scene: string, ended: () => void): Promise<Recording> {
  const mimeType = TYPES.find(each => MediaRecorder.isTypeSupported(each));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS });
  const kept = keepTake(take, scene);
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
          return { bytes: new Uint8Array(await new Blob(pieces).arrayBuffer()), kept: () => kept.drop() };
        },
        drop: () => void end().then(() => kept.drop()),
      });
    });
    recorder.start(PIECE);
  });
}
