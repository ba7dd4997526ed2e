/** Holds the formulas of the gradient plane against the engine's gradients. For tests. */
import { gradientOf, hasGradient, hasLoss } from '../../../shared/backprop/gradients.ts';
import { numbersIn, type Numbers, plain, referenceKey, type Source, valueOf } from '../../../shared/explain/numbers.ts';
import { referencesIn } from '../../../shared/explain/explain.ts';
import { type Expression, isReference, type Reference } from '../../../shared/formula/expression.ts';
import { indexIn, sizeOfBox } from '../../../shared/formula/reads.ts';
import { partsIn } from '../../../shared/formula/sources.ts';
import type { LayerKind } from '../../../shared/layers/kinds.ts';
import { sourceOf as sourceLayer, type TensorId } from '../../../shared/network.ts';
import { type Example, randomExample } from '../../../shared/testing/random-network.ts';
import { cellGradients } from '../evaluation/cell-gradients.ts';
import { sourceOf } from './example-network.ts';
import { computeReference } from './reference.ts';
import { createForward } from '../show/forward.ts';

type Values = ReadonlyMap<TensorId, Float32Array>;
/** What was compared. `largestError` is relative to max(1, Σ|terms|). */
export type HeldGradients = { cells: number; nonzero: number; largestError: number; wrong: string[] };

export const noGradients = (): HeldGradients => ({ cells: 0, nonzero: 0, largestError: 0, wrong: [] });

/** The values of a network's sheet, and the gradients that the engine finds for them. */
export function valuesAndGradients({ sheet, stored }: Pick<Example, 'sheet' | 'stored'>): {
  values: Values;
  gradients: Values;
} {
  const forward = createForward(sheet.network, stored);
  forward.update(stored.keys());
  const values = new Map([...sheet.tensors.keys()].map(id => [id, forward.value(id)]));
  forward.dispose();
  return { values, gradients: cellGradients(sheet, id => values.get(id)!, new Map()) };
}

/** Compares every cell that has a gradient, or every nth of each tensor. */
export function holdGradients(
  { sheet }: Pick<Example, 'sheet'>,
  { values, gradients }: ReturnType<typeof valuesAndGradients>,
  held: HeldGradients,
  nth = 1,
): void {
  const source = sourceOf(sheet, values, gradients);
  for (const info of sheet.tensors.values()) {
    if (!hasGradient(sheet, info)) continue;
    for (let index = 0; index < info.size; index += nth) {
      const expression = gradientOf(sheet, { tensor: info.id, index });
      if (expression === undefined) continue;
      const wanted = gradients.get(info.id)![index];
      // Something else stands over the cell.
      if (Number.isNaN(wanted)) continue;
      const { value, size } = valueAndSize(source, expression);
      const error = Math.abs((value as number) - wanted) / Math.max(1, size);
      held.cells++;
      if (wanted !== 0) held.nonzero++;
      if (error <= 1e-5) held.largestError = Math.max(held.largestError, error);
      else held.wrong.push(`${info.id}[${index}]: ${JSON.stringify(value)} for ${wanted}`);
    }
  }
}

/** The first number of the sheet that a small error could bring to the other side of a kink: of a ReLU or the like, or
 *  two of a window whose order could change. Numbers that are exactly equal in float32 and in doubles stay equal.
 *  undefined if there is none. */
export function nearFlip({ sheet, stored }: Pick<Example, 'sheet' | 'stored'>, values: Values): string | undefined {
  const reference = computeReference(sheet.network, stored);
  for (const layer of sheet.network.layers) {
    const kinks = KINKS[layer.kind];
    const isMax = layer.kind === 'maxPool2d' || layer.kind === 'globalMaxPool2d';
    if (!kinks && !isMax) continue;
    const input: TensorId = `${sourceLayer(sheet.layers, layer).id}/output`;
    const found = values.get(input)!;
    const exact = reference.get(input);
    const number = (index: number) => exact?.values[index] ?? found[index];
    const room = (index: number) => 1e-6 * Math.max(exact?.magnitudes[index] ?? 0, Math.abs(found[index]));
    const isNear = (distance: number, most: number, apart: number) =>
      Math.abs(distance) <= most && (distance !== 0 || apart !== 0);
    if (kinks)
      for (let index = 0; index < found.length; index++)
        for (const kink of kinks)
          if (isNear(number(index) - kink, room(index), found[index] - kink)) return `${input}[${index}]`;
    if (!isMax) continue;
    const output = sheet.tensors.get(`${layer.id}/output`)!;
    for (let index = 0; index < output.size; index++) {
      const window = partsIn(sheet)(output, index)[0];
      const cells = Array.from({ length: sizeOfBox(window.box) }, (_, i) => indexIn(window, i));
      const best = cells.reduce((one, other) => (number(other) > number(one) ? other : one));
      for (const cell of cells)
        if (cell !== best && isNear(number(best) - number(cell), room(best) + room(cell), found[best] - found[cell]))
          return `${output.id}[${index}]`;
    }
  }
  return undefined;
}

/** Where the slope of an activation jumps. */
const KINKS: { readonly [K in LayerKind]?: readonly number[] } = {
  relu: [0],
  leakyRelu: [0],
  selu: [0],
  hardSwish: [-3, 3],
};

/** Lets a network that is right about its image expect another class: its gradients are tiny otherwise. */
export function expectAnother({ sheet, stored }: Pick<Example, 'sheet' | 'stored'>): void {
  const actual = stored.get(`${sheet.network.layers.at(-1)!.id}/actual`)!;
  const right = actual.indexOf(1);
  actual.fill(0);
  actual[(right + 3) % actual.length] = 1;
}

/** Random networks that show a loss and expect something. */
export function* lossExamples(seed: number): Generator<Example> {
  for (let number = 0; ; number++) {
    const example = randomExample(seed + number, number % 3 === 0 ? 'ties' : 'plain');
    const { network } = example.sheet;
    if (!hasLoss(network)) continue;
    const actual = example.stored.get(`${network.layers.at(-1)!.id}/actual`)!;
    if (actual.every(Number.isNaN)) actual.fill(0).fill(1, 0, 1);
    yield example;
  }
}

/** A formula's value in doubles, and how large the terms are that cancel in it. */
export function valueAndSize(source: Source, expression: Expression): { value: unknown; size: number } {
  const known = new Map<string, Numbers>(
    referencesIn(expression).map(each => [
      referenceKey(each),
      numbersIn(source, each, { sheet: source.sheet.id, plane: 'gradient' })!,
    ]),
  );
  const read = (reference: Reference) => known.get(referenceKey(reference));
  const valueIn = (part: Expression) => Number(valueOf(part, read));
  const sizeIn = (part: Expression): number => {
    if (typeof part !== 'object' || isReference(part)) return Math.abs(valueIn(part));
    if (part.kind === 'operation') {
      const [left, right] = part.operands;
      if (right === undefined) return sizeIn(left);
      if (part.operator === '*') return sizeIn(left) * sizeIn(right);
      if (part.operator === '/') return sizeIn(left) / Math.abs(valueIn(right));
      if (part.operator === '+' || part.operator === '-') return sizeIn(left) + sizeIn(right);
    }
    if (part.kind === 'call' && (part.name === 'SUM' || part.name === 'SUMPRODUCT')) {
      const factors = part.arguments.map(each => plain(read(each as Reference)!)!);
      return factors[0].reduce((sum, _, i) => sum + Math.abs(factors.reduce((all, each) => all * each[i], 1)), 0);
    }
    return Math.abs(valueIn(part));
  };
  return { value: valueOf(expression, read) ?? undefined, size: sizeIn(expression) };
}
