import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Text for stdout in large pieces: waits while the reader is slower, so that printing a hundred million cells takes no memory. */
export type Output = {
  write(text: string): Promise<void> | undefined;
  flush(): Promise<void>;
};

const PIECE = 64 * 1024;

export function createOutput(stream: Writable): Output {
  let pieces: string[] = [];
  let length = 0;
  const flush = async () => {
    const text = pieces.join('');
    pieces = [];
    length = 0;
    if (text !== '' && !stream.write(text)) await once(stream, 'drain');
  };
  return {
    /** Returns nothing to wait for while the text only gathers. */
    write(text) {
      pieces.push(text);
      length += text.length;
      return length < PIECE ? undefined : flush();
    },
    flush,
  };
}
