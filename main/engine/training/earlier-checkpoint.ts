/** Reads checkpoints of an earlier version of the engine. */
import type { Change } from '../../../shared/change.ts';
import type { KeptRunChange } from '../../../shared/changes/kept-run.ts';
import type { NetworkSpec, TensorId } from '../../../shared/network.ts';
import type { RunRecord } from '../../../shared/training.ts';
import type { Source, TrainingMemory } from '../../../shared/workbook.ts';
import type { Section, Step } from '../workbook/history.ts';
import { sameSource } from '../../../shared/change.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';

type Sides<T> = { before: T; after: T };
type EarlierStep = {
  label: Sentence;
  edits: ({ tensor: TensorId; indices: Uint32Array } & Sides<Float32Array>)[];
  source: Sides<Source>;
  looks?: boolean;
  run?: { id: string; at: number; memory?: TrainingMemory } & Partial<Sides<RunRecord>>;
};
type EarlierSection = {
  restructured?: { network: NetworkSpec; classes: readonly string[]; commands: number };
  steps: Record<keyof Section, { step: EarlierStep; mergeKey?: string }[]>;
};

/** Converts a checkpoint of version 3. In that version a step had elements with their values before and after, and
 *  `restructured` said what a run had made of the network. */
export function checkpointOfVersion3(checkpoint: unknown): unknown {
  const { section, ...rest } = checkpoint as { section: EarlierSection };
  const { restructured, steps, ...own } = section;
  const keyed = (list: EarlierSection['steps']['done']) => list.map(each => ({ ...each, step: stepOf(each.step) }));
  const made = restructured && {
    commands: restructured.commands,
    changes: [
      { kind: 'network', network: restructured.network, values: [] },
      { kind: 'classes', classes: restructured.classes },
    ],
  };
  return { ...rest, section: { ...own, made, steps: { done: keyed(steps.done), undone: keyed(steps.undone) } } };
}

function stepOf({ label, edits, source, looks, run }: EarlierStep): Step {
  const side = (which: keyof Sides<unknown>): Change[] => [
    ...(edits.length > 0 ? [valuesOn(edits, which)] : []),
    ...(sameSource(source.before, source.after) ? [] : [{ kind: 'source' as const, source: source[which] }]),
    ...(run ? [runOn(run, which)] : []),
  ];
  return { label, changes: side('after'), inverse: side('before'), ...(looks && { looks }) };
}

function valuesOn(edits: EarlierStep['edits'], which: keyof Sides<unknown>): Change {
  return { kind: 'values', edits: edits.map(({ tensor, indices, [which]: values }) => ({ tensor, indices, values })) };
}

function runOn({ id, at, memory, before, after }: NonNullable<EarlierStep['run']>, which: string): KeptRunChange {
  const record = which === 'before' ? before : after;
  // If the run was forgotten, taking that back puts it in its old place.
  return { kind: 'run', id, record, ...(which === 'before' && !after && { at, memory }) };
}
