import type { DigitFilter } from '../../shared/protocol.ts';
import type { SharedState } from './shared-state.ts';

type Browsed = {
  filter: DigitFilter;
  panel: boolean;
  /** Whether the toolbars are shown. */
  toolbars: boolean;
  /** Goes through the images of the chosen data set. undefined if that data set is the digits. */
  walkSamples: ((direction: 'next' | 'previous' | 'random') => void) | undefined;
};

/** What commands share with the panels of digits and images: which digits are browsed, and which panels are open. */
export type Browsing = SharedState<Browsed>;
