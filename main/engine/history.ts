import type { TensorId } from '../../shared/network.ts';
import type { Source } from '../../shared/workbook.ts';

/** What one undo takes back: elements with their values before and after, no element twice. */
export type Step = {
  label: string;
  edits: StepEdit[];
  source: { before: Source; after: Source };
};
type StepEdit = { tensor: TensorId; indices: Uint32Array; before: Float32Array; after: Float32Array };

/** The steps that can be undone and redone. It keeps them; applying them is its owner's part. */
export type History = {
  /** A step was done. Where the one before was pushed with the same key (and nothing was undone since), the two become one. */
  push(step: Step, mergeKey: string | undefined): void;
  /** The step to be taken back, if there is one. */
  undo(): Entry | undefined;
  /** The step to be done again, if there is one. */
  redo(): Entry | undefined;
  /** Labels of the steps that undo and redo would give. */
  labels(): { undo?: string; redo?: string };
  /** Where between the steps the owner stands. Undoing and redoing comes back to the same position; a merge doesn't. */
  position: () => symbol;
};

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

  const add = (entry: Entry) => {
    done.push(entry);
    bytes += sizeOf(entry);
    while (bytes > maxBytes && done.length > 1) {
      const oldest = done.shift()!;
      bytes -= sizeOf(oldest);
      start = oldest.position;
    }
  };
  const remove = () => {
    const entry = done.pop();
    if (entry) bytes -= sizeOf(entry);
    return entry;
  };

  return {
    push(step, mergeKey) {
      undone = [];
      const last = done.at(-1);
      const merges = mergeable && mergeKey !== undefined && last?.mergeKey === mergeKey;
      if (merges) remove();
      add({ ...(merges ? merge(last, step) : step), position: Symbol(step.label), mergeKey });
      mergeable = true;
    },
    undo() {
      const entry = remove();
      if (entry) undone.push(entry);
      mergeable = false;
      return entry;
    },
    redo() {
      const entry = undone.pop();
      if (entry) add(entry);
      mergeable = false;
      return entry;
    },
    labels: () => ({ undo: done.at(-1)?.label, redo: undone.at(-1)?.label }),
    position: () => done.at(-1)?.position ?? start,
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
    edits: [...tensors].map(([tensor, elements]) => ({
      tensor,
      indices: Uint32Array.from(elements.keys()),
      before: Float32Array.from(elements.values(), element => element.before),
      after: Float32Array.from(elements.values(), element => element.after),
    })),
    source: { before: first.source.before, after: second.source.after },
  };
}

function sizeOf({ edits }: Step): number {
  // A step without elements, such as a change of the source, still takes some room.
  return edits.reduce((sum, { indices }) => sum + 12 * indices.length, 200);
}
