/** Replays a journal: sends all its requests to a new engine, so that it has the work of the last one. */
import type { Args, Replies } from '../../shared/protocol.ts';
import { type Pending, pendingOf } from './pending.ts';

export type ReplayOptions = {
  /** The journalled requests at the moment. More may be added during the replay. */
  entries: () => readonly Pending[];
  /** Sends one to the engine. Resolves with false if the engine died of it. */
  dispatch: (pending: Pending) => Promise<boolean>;
  /** Whether the engine still runs. */
  isAlive: () => boolean;
};

/** `next`: how many entries were sent. `train`: the run to be trained after them. */
export type Replayed = { next: number; train?: Pending };

/** A run that was opened but hasn't read its images, and the structure of the workbook during it. */
type Begun = { train: Pending; structure: string };

/** How many requests are sent before their replies are awaited. */
const BATCH = 64;

/** Sends all entries and waits for their replies. undefined if the engine died. A run is opened at its place, but reads
 *  its images only after all other entries. Reading them may give the workbook other classes, and the entries before
 *  were meant for the old ones. */
export async function replay({ entries, dispatch, isAlive }: ReplayOptions): Promise<Replayed | undefined> {
  let batch: Promise<boolean>[] = [];
  let begun: Begun | undefined;
  let next = 0;
  for (; next < entries().length; next++) {
    const entry = entries()[next];
    if (entry.skipped) continue;
    // An entry that was on its way when an engine died is sent alone. So if an engine dies again, the culprit is known.
    const alone = entry.deaths > 0 || entry.kind === 'train';
    const reads = begun !== undefined && isForAnother(begun.structure, entry);
    if (alone || reads || batch.length >= BATCH) {
      await Promise.all(batch);
      batch = [];
    }
    // A result must be in the journal before an engine takes it into the workbook, also in a replay.
    if (entry.kind === 'finishRun' && entry.safe) await entry.safe;
    if (!isAlive()) return undefined;
    if (reads) {
      const train = toTrain(begun);
      begun = undefined;
      if (train && !(await dispatch(train))) return undefined;
    }
    // No window is told about a replayed request. A window that is still there gets the whole workbook afterwards.
    entry.client = undefined;
    const run = entry.kind === 'train' ? await begin(entry, dispatch) : undefined;
    if (!isAlive()) return undefined;
    if (run) {
      begun = run;
      continue;
    }
    const attempt = dispatch(entry);
    if (!alone) batch.push(attempt);
    else if (!(await attempt)) return undefined;
  }
  await Promise.all(batch);
  return isAlive() ? { next, train: toTrain(begun) } : undefined;
}

/** Opens the run. undefined if it can't begin; `train` will then be refused. */
async function begin(train: Pending, dispatch: ReplayOptions['dispatch']): Promise<Begun | undefined> {
  let structure: string | undefined;
  const resolve = (result: unknown) => ({ structure } = result as Replies['openRun']);
  await dispatch(pendingOf('openRun', train.args, { resolve }));
  return structure === undefined ? undefined : { train, structure };
}

/** The run to train. undefined if its result has come meanwhile. */
function toTrain(begun: Begun | undefined): Pending | undefined {
  return begun?.train.kind === 'train' ? begun.train : undefined;
}

/** Whether a request was made after the run had changed the structure of the workbook. */
function isForAnother(structure: string, { kind, args }: Pending): boolean {
  if (kind !== 'change') return false;
  const meant = (args as Args<'change'>).structure;
  return meant !== undefined && meant !== structure;
}
