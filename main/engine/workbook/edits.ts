/** What an edit is made of: the elements it really changes, and where they stand. */
import type { CellRange } from '../../../shared/address.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Source, TensorEdit } from '../../../shared/workbook.ts';
import type { Step, StepEdit } from './history.ts';

/** The edits with the values they replace, without those that change nothing, bit for bit. Of an element named twice
 *  the last value counts. */
export function differences(stored: ReadonlyMap<TensorId, Float32Array>, edits: readonly TensorEdit[]): StepEdit[] {
  const byTensor = new Map<TensorId, TensorEdit[]>();
  for (const edit of edits) byTensor.set(edit.tensor, [...(byTensor.get(edit.tensor) ?? []), edit]);
  return [...byTensor].flatMap(([tensor, own]) => {
    const current = stored.get(tensor)!;
    const elements = own.reduce((sum, { indices }) => sum + indices.length, 0);
    return elements * DENSE < current.length
      ? fewDifferences(tensor, current, own)
      : difference(tensor, current, after(current, own));
  });
}

/** An edit of more than one in so many elements is compared as a whole tensor. */
const DENSE = 16;

function after(current: Float32Array, edits: readonly TensorEdit[]): Float32Array {
  const values = current.slice();
  for (const edit of edits) write(values, edit.indices, edit.values);
  return values;
}

function fewDifferences(tensor: TensorId, current: Float32Array, edits: readonly TensorEdit[]): StepEdit[] {
  const elements = new Map<number, number>();
  for (const { indices, values } of edits) for (const [i, index] of indices.entries()) elements.set(index, values[i]);
  const changed = [...elements].filter(([index, value]) => !Object.is(current[index], value));
  if (changed.length === 0) return [];
  const indices = Uint32Array.from(changed, ([index]) => index);
  return [
    {
      tensor,
      indices,
      before: Float32Array.from(indices, index => current[index]),
      after: Float32Array.from(changed, ([, value]) => value),
    },
  ];
}

export function write(target: Float32Array, indices: Uint32Array, values: Float32Array): void {
  for (let i = 0; i < indices.length; i++) target[indices[i]] = values[i];
}

/** With more elements a range says nothing. */
const MOST_IN_RANGE = 10_000;

/** The smallest range that holds all these elements; undefined where there are none, very many, or some of several
 *  layers, such as those a run has trained: what lies between them is none of theirs. */
export function rangeAround({ layout, tensors }: Sheet, edits: StepEdit[]): CellRange | undefined {
  if (edits.reduce((sum, { indices }) => sum + indices.length, 0) > MOST_IN_RANGE) return undefined;
  if (new Set(edits.map(({ tensor }) => tensors.get(tensor)!.layer)).size > 1) return undefined;
  let [top, left, bottom, right] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (const { tensor, indices } of edits) {
    for (const index of indices) {
      const { row, column } = layout.cellOf(tensor, index);
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
    }
  }
  return bottom < 0 ? undefined : { row: top, column: left, height: bottom - top + 1, width: right - left + 1 };
}

export function sameSource(a: Source, b: Source): boolean {
  if (a.kind === 'digit' && b.kind === 'digit') return a.index === b.index;
  if (a.kind === 'image' && b.kind === 'image') return a.name === b.name;
  return a.kind === b.kind;
}

/** The elements in which two versions of a tensor differ, bit for bit, as an edit; none where they don't. */
export function difference(tensor: TensorId, before: Float32Array, after: Float32Array): StepEdit[] {
  const changed = new Uint32Array(before.length);
  let count = 0;
  for (let i = 0; i < before.length; i++) if (!Object.is(before[i], after[i])) changed[count++] = i;
  if (count === 0) return [];
  const indices = changed.slice(0, count);
  const of = (values: Float32Array) => Float32Array.from(indices, index => values[index]);
  return [{ tensor, indices, before: of(before), after: of(after) }];
}

/** Without its edits of the tensors that `leaves` names; undefined where nothing is left of it. */
export function stepWithout(step: Step, leaves: (tensor: TensorId) => boolean): Step | undefined {
  const edits = step.edits.filter(({ tensor }) => !leaves(tensor));
  const { before, after } = step.source;
  return edits.length > 0 || step.run || !sameSource(before, after) ? { ...step, edits } : undefined;
}
