import type { DigitFilter } from '../../shared/protocol.ts';

type Browsed = {
  filter: DigitFilter;
  panel: boolean;
  /** Whether the row of tools stands. */
  toolbars: boolean;
  /** Goes through the images of the chosen data set; undefined where those are the digits. */
  walkSamples: ((direction: 'next' | 'previous' | 'random') => void) | undefined;
};

/** What the digits or images and the commands share: which digits are browsed, and whether the panels stand. */
export type Browsing = {
  get(): Browsed;
  set(patch: Partial<Browsed>): void;
  onChange(callback: () => void): () => void;
};
