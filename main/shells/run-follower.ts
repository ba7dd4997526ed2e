/** Follows the training run of the open work: what the journal has of it, and what to do with it when engines die. */
import { english } from '../../shared/messages/render.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Args, Events } from '../../shared/protocol.ts';
import type { RunState } from '../../shared/training.ts';
import type { JournalledRequest } from './journal.ts';
import { labelOf } from './pending.ts';
import type { RecordEntry } from './work-record.ts';

export type RunFollower = {
  /** The run under way, from its request until its result is in the journal. */
  readonly id: string | undefined;
  /** The run under way, if it killed several engines at the same step, so that it must not resume. */
  readonly givenUp: string | undefined;
  /** The run that was under way when the work was dropped. Nobody wants its result. */
  readonly dropped: string | undefined;
  /** Whether this request began the run under way. */
  began(request: JournalledRequest): boolean;
  /** A request was added to the entries. It may begin a run or bring its result. After the result, a replay need not
   *  train: the request that began the run becomes `beginRun`. */
  journalled(request: JournalledRequest, entries: readonly JournalledRequest[]): void;
  /** An engine has begun or resumed the run at this step. */
  startedAt(step: number): void;
  /** An engine reports a run's progress. */
  progressed(state: Pick<Events['run']['state'], 'id' | 'step'>): void;
  /** An engine has died. */
  engineDied(): void;
  /** An engine refuses the run, so there is none. `sentence` is given if the user was already told that the run had
   *  started. */
  refused(sentence: Sentence | undefined): void;
  /** Another engine has restored the work. The run may resume. Returns the sentences to tell about that. */
  engineRestarted(state: Pick<RunState, 'status'> | undefined): { told: Sentence[]; lost: boolean };
  /** The work is dropped, and the run with it. What an engine still reports of it is ignored. */
  drop(): void;
  /** Other work replaces the one with the run. */
  forget(): void;
};

/** `furthest`: the most steps that the run has made. `from`: the steps of the checkpoint that it last resumed from.
 *  `resumed`: the most of those. `deaths`: how many engines have died since one of these grew. */
type Run = { id: string; furthest: number; from: number; resumed: number; deaths: number; givenUp: boolean };

/** A run is given up after so many deaths without progress. */
const MAX_DEATHS = 5;

/** Makes the follower. `forgive` is called when earlier deaths of engines no longer count, because the run has
 *  progressed or is given up. */
export function createRunFollower(forgive: () => void): RunFollower {
  let run: Run | undefined;
  let dropped: string | undefined;
  /** Why the run that was under way couldn't be replayed. */
  let lost: Sentence | undefined;

  function gotFurther(followed: Run): void {
    followed.deaths = 0;
    forgive();
  }

  function settle({ id, made }: Args<'finishRun'>, entries: readonly JournalledRequest[]): void {
    if (run?.id === id) run = undefined;
    const begun = entries.find(entry => entry.kind === 'train' && (entry.args as Args<'train'>).id === id);
    if (begun) Object.assign(begun, { kind: 'beginRun', args: { id, made }, frame: undefined });
  }

  return {
    get id() {
      return run?.id;
    },
    get givenUp() {
      return run?.givenUp ? run.id : undefined;
    },
    get dropped() {
      return dropped;
    },
    began: ({ kind, args }) => kind === 'train' && run?.id === (args as Args<'train'>).id,
    journalled({ kind, args }, entries) {
      if (kind === 'train') {
        const { id } = args as Args<'train'>;
        run ??= { id, furthest: 0, from: 0, resumed: 0, deaths: 0, givenUp: false };
      } else if (kind === 'finishRun') settle(args as Args<'finishRun'>, entries);
    },
    startedAt(step) {
      if (run) run.from = step;
    },
    progressed({ id, step }) {
      if (run?.id !== id || step <= run.furthest) return;
      run.furthest = step;
      gotFurther(run);
    },
    engineDied() {
      if (!run || run.givenUp || ++run.deaths < MAX_DEATHS) return;
      // Everything else is restored without the run.
      run.givenUp = true;
      forgive();
    },
    refused(sentence) {
      run = undefined;
      lost = sentence;
    },
    engineRestarted(state) {
      const goesOn = state !== undefined && state.status !== 'ended';
      const told: Sentence[] = [];
      if (run && !run.givenUp && goesOn) {
        told.push(sentences.runs.resumedFrom(run.from));
        if (run.from > run.resumed) {
          run.resumed = run.from;
          gotFurther(run);
        }
      }
      if (lost !== undefined) told.push(lost);
      const restarted = { told, lost: lost !== undefined };
      lost = undefined;
      return restarted;
    },
    drop() {
      dropped = run?.id;
      run = undefined;
    },
    forget() {
      run = undefined;
    },
  };
}

/** Leaves a change out from now on. If it is the result of a run, the request that began the run goes too, because that
 *  run would never end. `log` is told the run, or the change's label. */
export function leaveOutOf(entries: readonly RecordEntry[], change: RecordEntry, log: (line: string) => void): void {
  change.skipped = true;
  const run = change.kind === 'finishRun' ? (change.args as Args<'finishRun'>).id : undefined;
  log(`left out, because engines stopped twice over it: ${run ?? english(labelOf(change))}`);
  for (const entry of entries)
    if (entry.kind === 'beginRun' && (entry.args as { id: string }).id === run) entry.skipped = true;
}
