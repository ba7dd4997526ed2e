/** Makes the record of a run: what is known when it begins, and what it has recorded so far. */
import type { Args } from '../../../shared/protocol.ts';
import type { RunRecord, RunWeights, TrainingConfig } from '../../../shared/training.ts';
import type { TrainingMemory } from '../../../shared/workbook.ts';
import type { TensorValues } from '../workbook/session.ts';
import type { Interrupted } from './interrupted.ts';
import { withLast } from './kept-weights.ts';
import type { Recorder } from './recorder.ts';
import type { Trainer } from './trainer.ts';

/** The part of a record that is known when the run begins. */
export type RunHead = Omit<RunRecord, 'points' | 'epochs' | 'notes' | 'weights' | 'seconds' | 'end' | 'sentence'>;

/** What a run leaves when it ends. `weights`: those that it has kept on the way. `step`: its last one. */
export type RunEnding = {
  history: Pick<Recorder, 'points' | 'epochs' | 'notes'>;
  weights: readonly RunWeights[] | undefined;
  step: number;
  parameters: TensorValues;
  memory?: TrainingMemory;
  config: TrainingConfig;
  seconds: number;
};

/** The head of a new run. */
export function headOf(
  { id, name, config, start }: Args<'train'>,
  rest: Pick<RunHead, 'dataName' | 'classes' | 'stepsPerEpoch' | 'loss' | 'layers'>,
): RunHead {
  return { id, name, started: new Date().toISOString(), config, start, ...rest };
}

/** The head of a run that continues one that was cut short. */
export function goingOn({ run }: Interrupted, id: string): RunHead {
  const { name, started, config, start, dataName, classes, stepsPerEpoch, loss, layers } = run;
  const head = { id, continues: run.id, name, started, config, start, dataName, classes, stepsPerEpoch, loss };
  return { ...head, ...(layers && { layers }) };
}

/** The record as it is now. `ended` says how the run ended, if it has. */
export function recordOf(
  head: RunHead,
  now: { history: Pick<Recorder, 'points' | 'epochs' | 'notes'>; config: TrainingConfig; seconds: number },
  ended: Pick<RunRecord, 'end' | 'sentence'> = {},
): RunRecord {
  const { history, config, seconds } = now;
  const { points, epochs, notes } = history;
  return { ...head, config, points: [...points], epochs: [...epochs], notes: [...notes], seconds, ...ended };
}

/** What a run of this id would leave if it ended now. */
export function endingOf(trainer: Trainer, id: string): RunEnding {
  const { history, config, seconds, step } = trainer;
  const [parameters, memory] = [trainer.parameters(), trainer.memory(id)];
  return { history, weights: history.kept.weights, step, parameters, memory, config, seconds };
}

/** The record of a run that has ended. */
export function endedRecord(head: RunHead, left: RunEnding, ended: Pick<RunRecord, 'end' | 'sentence'>): RunRecord {
  return { ...recordOf(head, left, ended), ...withLast(left.weights, left.step, left.parameters) };
}
