import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Writes text to stdout in large pieces. It waits for a slow reader, so printing a hundred million cells takes little
 *  memory. */
export type Output = {
  write(text: string): Promise<void> | undefined;
  flush(): Promise<void>;
  /** From now on the command goes on if nobody reads any more, because it makes a file that is worth more than its
   *  text. `told` is then called once with the system's error, and later text is dropped. Aborting `hurry` ends the
   *  wait for a slow reader. */
  outliveReader(told: (error: NodeJS.ErrnoException) => void, hurry: AbortSignal): void;
};

const PIECE = 64 * 1024;

/** `onFailure` is called if the text can't be written and the command doesn't outlive its reader. */
export function createOutput(stream: Writable, onFailure: (error: NodeJS.ErrnoException) => void): Output {
  let pieces: string[] = [];
  let length = 0;
  let failed = false;
  let outlived: { told: (error: NodeJS.ErrnoException) => void; hurry: AbortSignal } | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (failed) return;
    failed = true;
    (outlived?.told ?? onFailure)(error);
  });

  const flush = async () => {
    const text = pieces.join('');
    pieces = [];
    length = 0;
    if (text === '' || failed || stream.write(text)) return;
    // This rejects after an error of the stream, which is reported above, or when `hurry` is aborted.
    await once(stream, 'drain', { signal: outlived?.hurry }).catch(() => {});
  };
  return {
    /** Returns undefined while the text is only collected. */
    write(text) {
      pieces.push(text);
      length += text.length;
      return length < PIECE ? undefined : flush();
    },
    flush,
    outliveReader(told, hurry) {
      outlived = { told, hurry };
    },
  };
}
