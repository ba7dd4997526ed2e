/** The change of one kept run. */
import type { RunRecord } from '../training.ts';
import type { TrainingMemory } from '../workbook.ts';

/** Changes one kept run. With `record`, the run of this id becomes that record. Without one, the run and the memory it
 *  left are forgotten. A run that isn't in the workbook is inserted at the place `at`; its memory comes along unless a
 *  later run has left one. Without `at` a run that isn't there is not inserted. */
export type KeptRunChange = { kind: 'run'; id: string; record?: RunRecord; at?: number; memory?: TrainingMemory };

type Kept = { runs: readonly RunRecord[]; memory: TrainingMemory | undefined };

/** The change that takes this one back. */
export function runBack({ runs, memory }: Kept, { id, record }: KeptRunChange): KeptRunChange {
  const at = runs.findIndex(run => run.id === id);
  if (at < 0) return { kind: 'run', id };
  const back: KeptRunChange = { kind: 'run', id, record: runs[at] };
  return record ? back : { ...back, at, ...(memory?.run === id && { memory }) };
}

export function putRun(content: Kept, { id, record, at, memory }: KeptRunChange): void {
  const place = content.runs.findIndex(run => run.id === id);
  if (place >= 0) content.runs = content.runs.toSpliced(place, 1, ...(record ? [record] : []));
  else if (record && at !== undefined) {
    content.runs = content.runs.toSpliced(Math.min(at, content.runs.length), 0, record);
    content.memory ??= memory;
  }
  if (!record && content.memory?.run === id) content.memory = undefined;
}
