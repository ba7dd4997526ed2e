/** The training run of the open work as the shell follows it: what of it is in the journal, and what becomes of it when
 *  engines die under it. */
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Args, Events } from '../../shared/protocol.ts';
import type { RunState } from '../../shared/training.ts';
import type { JournalledRequest } from './journal.ts';
import type { RecordEntry } from './work-record.ts';

export type RunFollower = {
  /** The run under way, from its request until its result is in the journal. */
  readonly id: string | undefined;
  /** The run under way where it killed one engine after the other at the same step, so that it isn't to go on. */
  readonly givenUp: string | undefined;
  /** The run that was under way when the work was dropped: nobody wants its result. */
  readonly dropped: string | undefined;
  /** Whether this is the request that began the run under way. */
  began(request: JournalledRequest): boolean;
  /** A request was added to these, as the last one: it may begin a run, or bring the result of one. From then on a
   *  replay need not train: the request that began it becomes `beginRun`. */
  journalled(request: JournalledRequest, entries: readonly JournalledRequest[]): void;
  /** An engine has begun the run, or goes on with it, at this step. */
  startedAt(step: number): void;
  /** An engine tells how far a run is. */
  progressed(state: Pick<Events['run']['state'], 'id' | 'step'>): void;
  /** An engine has died. */
  engineDied(): void;
  /** An engine refuses the run, so there is none; `sentence` where whoever started it was told long ago that it is
   *  under way. */
  refused(sentence: Sentence | undefined): void;
  /** Another engine has come to where the last one was, with this run, which may go on. What is to be told of that. */
  engineRestarted(state: Pick<RunState, 'status'> | undefined): { told: Sentence[]; lost: boolean };
  /** The work goes and the run with it; what an engine still tells of it comes too late. */
  drop(): void;
  /** Another work takes the place of the one with the run. */
  forget(): void;
};

/** The steps the run had made when it was furthest, those of the checkpoint it last went on from, and the most of
 *  these; how many engines have died since one of them grew. */
type Run = { id: string; furthest: number; from: number; resumed: number; deaths: number; givenUp: boolean };

/** A run is given up after so many deaths, unless it got further in between. */
const MAX_DEATHS = 5;

/** `forgive` is called when engines' deaths so far no longer count: the run got further, or is given up. Only what dies
 *  without getting any further has to be given up itself. */
export function createRunFollower(forgive: () => void): RunFollower {
  let run: Run | undefined;
  let dropped: string | undefined;
  /** Why the run that was under way could not be replayed. */
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
      // What else is open is restored without it.
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

/** Leaves a change out of these from now on. Without its result a run never ends, so with that goes what began it. */
export function leaveOutOf(entries: readonly RecordEntry[], change: RecordEntry): void {
  change.skipped = true;
  if (change.kind !== 'finishRun') return;
  const { id } = change.args as Args<'finishRun'>;
  for (const entry of entries)
    if (entry.kind === 'beginRun' && (entry.args as { id: string }).id === id) entry.skipped = true;
}
