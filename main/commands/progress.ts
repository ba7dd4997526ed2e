/** What a command prints on stderr while it works: lines that stay, and on a terminal one line that is overwritten. */
import type { WriteStream } from 'node:tty';
import { printable } from './table.ts';

export type Progress = {
  /** Shows the progress on the line that is overwritten, a few times a second at most. Prints nothing without a
   *  terminal. */
  show(text: string): void;
  /** Removes that line. */
  clear(): void;
  /** Prints a line that stays. */
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
