/** An engine that is kept while formulas are tried one after the other, such as those of a lesson's tasks. */
import { type Copies, noCopies } from './library.ts';

/** So long after the last formula, in milliseconds. A lesson asks several times a second. */
const KEPT = 10_000;
/** So many copied cells. A formula that is tried reads up to 20,000. */
const MOST_CELLS = 100_000;

export type KeptCopies = {
  /** The copies to go on with. */
  take(): Copies;
  /** Gives the engine and its memory back. */
  drop(): void;
};

export function createKeptCopies(): KeptCopies {
  let copies: Copies | undefined;
  let timer: NodeJS.Timeout | undefined;
  const drop = () => {
    clearTimeout(timer);
    copies = undefined;
  };
  return {
    take() {
      const count = [...(copies?.cells.values() ?? [])].reduce((sum, { size }) => sum + size, 0);
      if (count > MOST_CELLS) drop();
      clearTimeout(timer);
      timer = setTimeout(drop, KEPT).unref();
      return (copies ??= noCopies());
    },
    drop,
  };
}
