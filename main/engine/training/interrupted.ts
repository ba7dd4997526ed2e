import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { RunRecord, TrainingConfig } from '../../../shared/training.ts';
import type { RunPlace, TrainingMemory, Workbook } from '../../../shared/workbook.ts';
import { recorderStateOf } from './recorder.ts';
import type { TensorValues } from '../workbook/session.ts';
import type { TrainerSnapshot } from './learner.ts';

export type Interrupted = { run: RunRecord; place: RunPlace };

/** The last run, if it was cut short and the memory is its own. It can then go on as if it had never been cut short. */
export function interruptedRun({ runs, memory }: Pick<Workbook, 'runs' | 'memory'>): Interrupted | undefined {
  const run = runs?.at(-1);
  if (run?.end !== 'stopped' || run.id !== memory?.run || !memory.place) return undefined;
  return { run, place: memory.place };
}

/** The last run, if it can go on and the next run has the same set-up. */
export function runToGoOn(work: Pick<Workbook, 'runs' | 'memory'>, config: TrainingConfig): Interrupted | undefined {
  const found = interruptedRun(work);
  return found && isDeepStrictEqual(found.run.config, config) ? found : undefined;
}

/** The last run, for one that goes on with it. Throws UserError if it can't go on with this set-up. */
export function runThatGoesOn(work: Pick<Workbook, 'runs' | 'memory'>, config: TrainingConfig): Interrupted {
  const found = runToGoOn(work, config);
  if (!found) throw new UserError(sentences.runs.notCutShort);
  return found;
}

/** The state in which a run was cut short. A trainer with these parameters can go on from it. */
export function snapshotOf(
  { run, place }: Interrupted,
  memory: TrainingMemory,
  parameters: TensorValues,
): TrainerSnapshot {
  const optimizer = { step: memory.step, slots: new Map(memory.slots) };
  const { learningRate } = run.config;
  return { place, parameters, optimizer, learningRate, seconds: run.seconds, recorder: recorderStateOf(run) };
}
