/** A formula of numbered operands, prepared for a whole tensor: its values, and the gradients of a loss. */
import { gradientsOf } from '../formula/derivative.ts';
import { createElementwise, type Elementwise } from './steps.ts';
import { type ElementwiseTree, isTooLong, operand, type OperandKind, stable } from './tree.ts';

/** The values of a formula: one result for each element. undefined if the formula can't be calculated so. */
export function valuesOf(tree: ElementwiseTree, kinds: readonly OperandKind[]): Elementwise | undefined {
  if (isTooLong(tree)) return undefined;
  return createElementwise(kinds, [{ tree: stable(tree), kind: 'element' }]);
}

/** The gradients of a loss by the operands at the places `wanted`, in that order and each of its operand's kind. There
 *  is one operand more than the formula has: after them comes dy, the gradient of the loss by the formula's values. */
export function gradientsBy(
  tree: ElementwiseTree,
  kinds: readonly OperandKind[],
  wanted: readonly number[],
): Elementwise | undefined {
  if (isTooLong(tree)) return undefined;
  const gradients = gradientsOf(stable(tree), kinds.length, operand(kinds.length));
  if (!gradients) return undefined;
  return createElementwise(
    [...kinds, 'element'],
    wanted.map(at => ({ tree: gradients[at], kind: kinds[at] })),
    false,
  );
}
