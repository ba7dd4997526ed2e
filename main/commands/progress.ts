/** What a command tells on stderr while it works: lines that stay, and on a terminal one that is written over and
 *  over. */
import type { WriteStream } from 'node:tty';
import { printable } from './table.ts';

export type Progress = {
  /** The state of affairs, on the line that changes; a few times a second at most. Nothing where nobody watches. */
  show(text: string): void;
  /** Takes that line away. */
  clear(): void;
  /** A line that stays. */
  say(text: string): void;
};

const EVERY = 200;

export function createProgress(stream: WriteStream = process.stderr): Progress {
  let shown = false;
  let due = 0;

  const clear = () => {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  };
  return {
    show(text) {
      if (!stream.isTTY || performance.now() < due) return;
      due = performance.now() + EVERY;
      stream.write(`\r${printable(text).slice(0, stream.columns - 1)}\u001b[K`);
      shown = true;
    },
    clear,
    say(text) {
      clear();
      stream.write(`${printable(text)}\n`);
    },
  };
}
