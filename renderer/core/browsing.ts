import type { DigitFilter } from '../../shared/protocol.ts';

type Browsed = {
  filter: DigitFilter;
  panel: boolean;
  /** Whether the row of tools stands. */
  toolbars: boolean;
  /** Goes through the images of the chosen data set. undefined where that data set is the digits. */
  walkSamples: ((direction: 'next' | 'previous' | 'random') => void) | undefined;
};

/** What the commands share with the tools for digits and images: which digits are browsed, and whether the panels are
 *  open. */
export type Browsing = {
  get(): Browsed;
  set(patch: Partial<Browsed>): void;
  onChange(callback: () => void): () => void;
};
