/** What the parts of the host share: the open workbook, and how they reach those who look at it. */
import type { Sentence } from '../../../shared/messages/sentence.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Args, EngineKind, Events, Replies } from '../../../shared/protocol.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Browser } from '../evaluation/browse.ts';
import type { DataCache } from '../data/data-cache.ts';
import type { Runs } from '../training/runs.ts';
import type { Changed, Session } from '../workbook/session.ts';
import type { Watches } from './watches.ts';

/** A window on the work, or the shell itself. */
export type Client = number | undefined;

/** An opened workbook. `watches` are of `sheet`, which was the session's when it was last announced. */
export type Open = { id: string; session: Session; sheet: Sheet; watches: Watches; browser: Browser; runs: Runs };

export type Handlers<K extends EngineKind> = {
  [E in K]: (args: Args<E>, client: Client, checked?: boolean) => Replies[E] | Promise<Replies[E]>;
};

export type Context = {
  /** Throws UserError where none is open. */
  current: () => Open;
  dataSets: DataCache;
  /** To one client, or to everyone where it is undefined. */
  emit: <E extends keyof Events>(event: E, data: Events[E], client: Client) => void;
  /** Tells every client the new state, and what it watches of the changed tensors. */
  announce: (work: Open, changed: ReadonlySet<TensorId>) => { revision: number };
  /** Does a command of the session, within the run where one is under way, and tells everyone what it changed.
   *  `describe` makes the run's note of it. */
  command: (
    act: (session: Session) => Changed,
    describe: (label: Sentence) => Sentence,
    label: Sentence,
  ) => { revision: number };
  /** What tells a client how far a long task is. */
  progress: (client: Client, task: Sentence) => (fraction: number) => void;
};
