/** What the parts of the host share: the open workbook, and how they send messages to clients. */
import type { Storyboard } from '../../../shared/film/storyboard.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Args, EngineKind, Events, Replies } from '../../../shared/protocol.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Browser } from '../evaluation/browse.ts';
import type { LiveGradients } from '../evaluation/live-gradients.ts';
import type { DataCache } from '../data/data-cache.ts';
import type { Runs } from '../training/runs.ts';
import type { Changed, Session } from '../workbook/session.ts';
import type { SheetWatches } from './sheet-watches.ts';
import type { Watches } from './watches.ts';

/** A window of the app, by its number. The shell itself is undefined. */
export type Client = number | undefined;

/** An open workbook. `watches` belong to `sheet`, the session's sheet when clients were last told about it, and
 *  `storyboard` is the one of that time. */
export type Open = {
  id: string;
  session: Session;
  sheet: Sheet;
  storyboard: Storyboard;
  watches: Watches;
  sheetWatches: SheetWatches;
  browser: Browser;
  runs: Runs;
  gradients: LiveGradients;
};

export type Handlers<K extends EngineKind> = {
  [E in K]: (args: Args<E>, client: Client, checked?: boolean) => Replies[E] | Promise<Replies[E]>;
};

export type Context = {
  /** Throws UserError if no workbook is open. */
  current: () => Open;
  dataSets: DataCache;
  /** Sends an event to one client, or to everyone if `client` is undefined. */
  emit: <E extends keyof Events>(event: E, data: Events[E], client: Client) => void;
  /** Tells every client the new state and the changed values in its windows. */
  announce: (work: Open, changed: ReadonlySet<TensorId>) => { revision: number };
  /** Runs a command on the session and tells everyone what it changed. During a run, the command becomes part of the
   *  run, and `describe` makes the run's note about it. */
  command: (
    act: (session: Session) => Changed,
    describe: (label: Sentence) => Sentence,
    label: Sentence,
  ) => { revision: number };
  /** Returns a function that reports a long task's progress, 0 to 1, to a client. */
  progress: (client: Client, task: Sentence) => (fraction: number) => void;
};
