/** A formula of numbered operands, prepared for a whole tensor: its values, and the gradients of a loss. */
import { gradientsOf } from '../formula/derivative.ts';
import type { StepName } from './step-names.ts';
import { createElementwise, type Elementwise, type Step, withoutUnused } from './steps.ts';
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

/** A formula prepared for training. Its gradients go on from what its values have calculated already.
 *  - values: the first result is the formula's. The others are kept for the gradients.
 *  - gradientsBy: as above. After dy come the results that were kept. */
export type Trained = { values: Elementwise; kept: number; gradientsBy: (wanted: readonly number[]) => Elementwise };

/** undefined if the formula can't be calculated so. `gradientsBy` throws if its gradients can't. */
export function trainedOf(tree: ElementwiseTree, kinds: readonly OperandKind[]): Trained | undefined {
  const alone = valuesOf(tree, kinds);
  if (!alone) return undefined;
  const own = stable(tree);
  const gradients = gradientsOf(own, kinds.length, operand(kinds.length));
  const formulas = gradients?.map((gradient, at) => ({ tree: gradient, kind: kinds[at] }));
  const whole = formulas && createElementwise([...kinds, 'element'], [{ tree: own, kind: 'element' }, ...formulas]);
  // Together they may be too long.
  if (!whole) return { kept: 0, values: alone, gradientsBy: wanted => gradientsOrThrow(tree, kinds, wanted) };
  const { steps, results } = whole;
  const [value, ...slopes] = results;
  const kept = sharedOf(
    steps,
    value.step,
    slopes.map(({ step }) => step),
  );
  const going = steps.map((step, place): Step => {
    const at = kept.indexOf(place);
    return at < 0 ? step : { name: 'operand', of: [], value: kinds.length + 1 + at };
  });
  const keptResults = kept.map(step => ({ step, kind: 'element' as const }));
  return {
    kept: kept.length,
    values: { operands: kinds, ...withoutUnused(steps, [value, ...keptResults]), checked: true },
    gradientsBy: wanted => ({
      operands: [...kinds, 'element', ...kept.map(() => 'element' as const)],
      ...withoutUnused(
        going,
        wanted.map(at => slopes[at]),
      ),
      checked: false,
    }),
  };
}

function gradientsOrThrow(...given: Parameters<typeof gradientsBy>): Elementwise {
  const gradients = gradientsBy(...given);
  if (!gradients) throw new Error('A formula has no gradient.');
  return gradients;
}

/** What takes longer to calculate than to store and to read again. */
const COSTLY: ReadonlySet<StepName> = new Set<StepName>([
  'exp',
  'ln',
  'log10',
  'tanh',
  'sin',
  'cos',
  'power',
  'sigmoid',
  'softplus',
]);

/** The costly steps on the way to the value that the slopes need again. */
function sharedOf(steps: readonly Step[], value: number, slopes: readonly number[]): number[] {
  const ofValue = reachedFrom([value], steps, () => false);
  const isShared = (place: number) => ofValue.has(place) && COSTLY.has(steps[place].name);
  return [...reachedFrom(slopes, steps, isShared)].filter(isShared);
}

/** The steps that some steps need, themselves included. It doesn't look behind those at which it `stops`. */
function reachedFrom(from: readonly number[], steps: readonly Step[], stops: (place: number) => boolean): Set<number> {
  const reached = new Set<number>();
  const left = [...from];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    if (reached.has(place)) continue;
    reached.add(place);
    if (!stops(place)) left.push(...steps[place].of);
  }
  return reached;
}
