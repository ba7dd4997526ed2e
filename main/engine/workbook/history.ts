import type { Fit } from '../../../shared/data.ts';
import type { NetworkSpec, TensorId } from '../../../shared/network.ts';
import type { RunRecord } from '../../../shared/training.ts';
import type { Source, TrainingMemory } from '../../../shared/workbook.ts';

/** What one undo takes back: elements with their values before and after, no element twice. */
export type Step = {
  label: string;
  edits: StepEdit[];
  source: { before: Source; after: Source };
  /** Where images were fitted otherwise in the run of this step than in the one before; undefined where that isn't
   *  known. */
  fit?: { before: Fit | undefined; after: Fit | undefined };
  /** Where the step made another network of it, or gave its classes other names. The step's edits name tensors that
   *  both have. */
  structure?: { before: Structure; after: Structure };
  /** Another image was looked at, and nothing else: there is nothing to save. */
  looks?: boolean;
  /** Where the step deleted or renamed a kept run. */
  run?: RunChange;
};
/** A kept run, the `at`-th of them, as it was before the step and is after it; undefined where it is none of them. */
export type RunChange = {
  id: string;
  at: number;
  before?: RunRecord;
  after?: RunRecord;
  /** The optimizer's memory, where it was this run's and went with it. */
  memory?: TrainingMemory;
};
/** What a sheet is built from. `own`: values of stored tensors that the other structure of the step doesn't have. */
export type Structure = {
  network: NetworkSpec;
  classes: readonly string[];
  own: ReadonlyMap<TensorId, Float32Array>;
};
export type StepEdit = { tensor: TensorId; indices: Uint32Array; before: Float32Array; after: Float32Array };

/** The steps that can be undone and redone. It keeps them; applying them is its owner's part. */
export type History = {
  /** A step was done. Where the one before was pushed with the same key (and nothing was undone since), the two become
   *  one. */
  push(step: Step, mergeKey: string | undefined): void;
  /** The step to be taken back, if there is one. */
  undo(): Entry | undefined;
  /** The step to be done again, if there is one. */
  redo(): Entry | undefined;
  /** Labels of the steps that undo and redo would give. */
  labels(): { undo?: string; redo?: string };
  /** Where between the steps the owner stands. Undoing and redoing comes back to the same position; a merge doesn't,
   *  and a step that only looks leaves it. */
  position: () => symbol;
  /** From here on a section is open: undo goes back to its start and no further, and there is nothing to redo. */
  openSection(): void;
  /** Whether undo is at the start of the open section and there are older steps. */
  atSection(): boolean;
  /** The steps of the open section, for `restoreSection`. */
  section(): Section;
  /** Replaces the steps of the open section. */
  restoreSection(section: Section): void;
  /** Closes it; of its steps stays what `keep` makes of them. */
  closeSection(keep: (step: Step) => Step | undefined): void;
};
/** Steps with their merge keys, the oldest first; of the undone ones, the last undone comes last. */
export type Section = { done: KeyedStep[]; undone: KeyedStep[] };
export type KeyedStep = { step: Step; mergeKey?: string };

/** Bytes of the steps together; beyond them the oldest are forgotten. */
const MAX_BYTES = 256 * 2 ** 20;

/** A step that was kept; with a mergeKey it may be several commands in one. */
export type Entry = Step & { position: symbol; mergeKey: string | undefined };

export function createHistory(maxBytes = MAX_BYTES): History {
  let start = Symbol('start');
  const done: Entry[] = [];
  let undone: Entry[] = [];
  let mergeable = false;
  let bytes = 0;
  /** How many of the done steps came before the open section. */
  let older: number | undefined;

  const add = (entry: Entry) => {
    done.push(entry);
    bytes += sizeOf(entry);
    while (bytes > maxBytes && done.length > 1) {
      const oldest = done.shift()!;
      if (older) older--;
      bytes -= sizeOf(oldest);
      start = oldest.position;
    }
  };
  const remove = () => {
    const entry = done.pop();
    if (entry) bytes -= sizeOf(entry);
    return entry;
  };
  const position = () => done.at(-1)?.position ?? start;
  const positionAfter = (step: Step) => (step.looks ? position() : Symbol(step.label));
  const entryOf = ({ step, mergeKey }: KeyedStep): Entry => ({ ...step, position: positionAfter(step), mergeKey });
  const stepOf = ({ position: _position, mergeKey, ...step }: Entry): KeyedStep => ({ step, mergeKey });
  const takeSection = (): Entry[] => {
    const taken: Entry[] = [];
    while (done.length > older!) taken.unshift(remove()!);
    return taken;
  };

  return {
    push(step, mergeKey) {
      undone = [];
      const last = done.at(-1);
      const merges = mergeable && mergeKey !== undefined && last?.mergeKey === mergeKey;
      if (merges) remove();
      add(entryOf({ step: merges ? merge(last, step) : step, mergeKey }));
      mergeable = true;
    },
    undo() {
      const entry = done.length > (older ?? 0) ? remove() : undefined;
      if (entry) undone.push(entry);
      mergeable = false;
      return entry;
    },
    redo() {
      const entry = undone.pop();
      if (entry) add(entry.looks ? { ...entry, position: position() } : entry);
      mergeable = false;
      return entry;
    },
    labels: () => ({
      undo: done.length > (older ?? 0) ? done.at(-1)!.label : undefined,
      redo: undone.at(-1)?.label,
    }),
    position,
    openSection() {
      older = done.length;
      undone = [];
      mergeable = false;
    },
    atSection: () => done.length === older && older > 0,
    section: () => ({ done: done.slice(older).map(stepOf), undone: undone.map(stepOf) }),
    restoreSection(section) {
      takeSection();
      for (const each of section.done) add(entryOf(each));
      undone = section.undone.map(entryOf);
      mergeable = false;
    },
    closeSection(keep) {
      for (const { position, mergeKey, ...step } of takeSection()) {
        const kept = keep(step);
        if (kept) add({ ...kept, position, mergeKey });
      }
      older = undefined;
      undone = [];
      mergeable = false;
    },
  };
}

/** Both steps as one: the values before the first, the values after the second. */
function merge(first: Step, second: Step): Step {
  const tensors = new Map<TensorId, Map<number, { before: number; after: number }>>();
  for (const { tensor, indices, before, after } of [...first.edits, ...second.edits]) {
    const elements = tensors.get(tensor) ?? new Map<number, { before: number; after: number }>();
    tensors.set(tensor, elements);
    for (const [i, index] of indices.entries()) {
      elements.set(index, { before: elements.get(index)?.before ?? before[i], after: after[i] });
    }
  }
  return {
    label: second.label,
    ...(first.looks && second.looks && { looks: true }),
    edits: [...tensors].map(([tensor, elements]) => ({
      tensor,
      indices: Uint32Array.from(elements.keys()),
      before: Float32Array.from(elements.values(), element => element.before),
      after: Float32Array.from(elements.values(), element => element.after),
    })),
    source: { before: first.source.before, after: second.source.after },
  };
}

/** Bytes of a point of a run's curve. */
const POINT = 32;

function sizeOf({ edits, structure, run }: Step): number {
  const own = [
    ...(structure ? [...structure.before.own.values(), ...structure.after.own.values()] : []),
    ...(run?.memory?.slots.values() ?? []),
    ...(run?.memory?.place?.best?.parameters?.values() ?? []),
  ];
  const points = (run?.before?.points.length ?? 0) + (run?.after?.points.length ?? 0);
  // A step without elements, such as a change of the source, still takes some room.
  return (
    edits.reduce((sum, { indices }) => sum + 12 * indices.length, 200 + POINT * points) +
    own.reduce((sum, { byteLength }) => sum + byteLength, 0)
  );
}
