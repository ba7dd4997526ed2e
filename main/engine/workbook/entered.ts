/** What edits of values do to formulas and elements. */
import type { FormulaEdit } from '../../../shared/cells.ts';
import { type Change, type Content, editsOf, type TensorEdit } from '../../../shared/change.ts';
import type { TensorId } from '../../../shared/network.ts';

/** The changes, and before them one that removes the formulas of elements that get another value: what is typed over a
 *  formula replaces it. Where all values of a parameter are replaced, its formulas stay. */
export function withoutFormulas({ network, formulas }: Content, changes: readonly Change[]): readonly Change[] {
  if (formulas.size === 0) return changes;
  const edits = editsOf(changes).flatMap(({ tensor, indices }): FormulaEdit[] => {
    const own = formulas.get(tensor);
    const whole = indices ?? (tensor === pixelsOf({ network }) && own ? Uint32Array.from(own.keys()) : undefined);
    const replaced = own && whole?.filter(index => own.has(index));
    return replaced && replaced.length > 0 ? [{ tensor, indices: replaced }] : [];
  });
  return edits.length > 0 ? [{ kind: 'formulas', edits }, ...changes] : changes;
}

/** The changed elements of each tensor. A tensor that an edit replaces whole is left out. */
export function elementsOf(edits: readonly TensorEdit[]): Map<TensorId, ArrayLike<number>> {
  const elements = new Map<TensorId, ArrayLike<number>>();
  for (const { tensor, indices } of edits) {
    const before = elements.get(tensor);
    if (indices) elements.set(tensor, before ? [...Array.from(before), ...indices] : indices);
  }
  for (const { tensor, indices } of edits) if (!indices) elements.delete(tensor);
  return elements;
}

/** The tensor of the input's pixels. */
export const pixelsOf = ({ network }: Pick<Content, 'network'>): TensorId => `${network.layers[0].id}/output`;
