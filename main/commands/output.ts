import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Text for stdout in large pieces: waits while the reader is slower, so that printing a hundred million cells takes no
 *  memory. */
export type Output = {
  write(text: string): Promise<void> | undefined;
  flush(): Promise<void>;
  /** From now on the command goes on where nobody reads any more: it makes a file that is worth more than its text.
   *  `told` is called once, at that moment, with the system's error; the text after it is dropped. Aborting `hurry`
   *  ends the wait for a reader that takes its time. */
  outliveReader(told: (error: NodeJS.ErrnoException) => void, hurry: AbortSignal): void;
};

const PIECE = 64 * 1024;

/** `onFailure` is called where the text can't be written and the command doesn't go on without. */
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
    // Rejected by an error of the stream, which is told above, and by the hurry.
    await once(stream, 'drain', { signal: outlived?.hurry }).catch(() => {});
  };
  return {
    /** Returns nothing to wait for while the text only gathers. */
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
