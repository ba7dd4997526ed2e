/** Brings a new engine to where the last one was: the journalled requests, again in their order. */
import type { Args, Replies } from '../../shared/protocol.ts';
import { type Pending, pendingOf } from './pending.ts';

export type ReplayOptions = {
  /** The journalled requests as they are now: more may come meanwhile. */
  entries: () => readonly Pending[];
  /** Sends one to the engine; false when the engine died of it. */
  dispatch: (pending: Pending) => Promise<boolean>;
  /** Whether the engine is still there. */
  isAlive: () => boolean;
};

/** How many entries were sent, and the run that is to be trained after them. */
export type Replayed = { next: number; train?: Pending };

/** A run that has begun, and is yet to read its images; the structure that the workbook has in it. */
type Begun = { train: Pending; structure: string };

/** Requests sent before their replies are waited for. */
const BATCH = 64;

/** Sends all entries and waits for their replies; undefined when the engine died. A run begins at its place, but reads
 *  its images when all has come that was done meanwhile: it may give the workbook other classes once they are read, and
 *  what came before that was meant for the classes before. */
export async function replay({ entries, dispatch, isAlive }: ReplayOptions): Promise<Replayed | undefined> {
  let batch: Promise<boolean>[] = [];
  let begun: Begun | undefined;
  let next = 0;
  for (; next < entries().length; next++) {
    const entry = entries()[next];
    if (entry.skipped) continue;
    // One that was on its way when the engine died is sent alone, so that a second death has one culprit.
    const alone = entry.deaths > 0 || entry.kind === 'train';
    const reads = begun !== undefined && isForAnother(begun.structure, entry);
    if (alone || reads || batch.length >= BATCH) {
      await Promise.all(batch);
      batch = [];
    }
    // As with a result that is new: it has to be in the journal before an engine takes it into the workbook.
    if (entry.kind === 'finishRun' && entry.safe) await entry.safe;
    if (!isAlive()) return undefined;
    if (reads) {
      const train = toTrain(begun);
      begun = undefined;
      if (train && !(await dispatch(train))) return undefined;
    }
    // Nobody hears of a replay: whoever sent this may be gone, and gets the workbook afresh if not.
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

/** Undefined where the run can't begin, so that `train` will be refused. */
async function begin(train: Pending, dispatch: ReplayOptions['dispatch']): Promise<Begun | undefined> {
  let structure: string | undefined;
  const resolve = (result: unknown) => ({ structure } = result as Replies['openRun']);
  await dispatch(pendingOf('openRun', train.args, { resolve }));
  return structure === undefined ? undefined : { train, structure };
}

/** Its result may have come meanwhile: then nothing is to be trained. */
function toTrain(begun: Begun | undefined): Pending | undefined {
  return begun?.train.kind === 'train' ? begun.train : undefined;
}

/** Whether this was done when the run had made another structure of the workbook already. */
function isForAnother(structure: string, { kind, args }: Pending): boolean {
  if (kind !== 'change') return false;
  const meant = (args as Args<'change'>).structure;
  return meant !== undefined && meant !== structure;
}
