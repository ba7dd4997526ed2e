/** A sheet and its gradient plane in doubles, from pixels and parameters alone, as a spreadsheet calculates them. For
 *  tests: it tells what the rounding of float32 may change. */
import { gradientOf, hasGradient } from '../../../shared/backprop/gradients.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { TensorId } from '../../../shared/network.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import type { Example } from '../../../shared/testing/random-network.ts';
import { type Numbers, sourceOf } from './example-network.ts';
import { valueAndSize } from './gradient-cells.ts';
import { computeReference } from './reference.ts';

/** `sizes`: Σ|terms| of each gradient. */
export type InDoubles = { values: Numbers; gradients: Numbers; sizes: Numbers };
type Given = Pick<Example, 'sheet' | 'stored'>;

/** The rounding of float32, relative. */
const ROUNDING = 2 ** -24;
/** How far a gradient may be from the one in doubles, as a part of max(1, Σ|terms|). */
const MOST = 1e-5;
/** A gradient may be so many times as far from the one in doubles as random roundings take it: as the median of `RUNS`
 *  does, because in a single one a kink may be on another side. The engine rounds each term and not only the cell. */
const [TIMES, RUNS] = [10, 5];

/** Everything in doubles: values by the reference loops, gradients by their formulas. Where no formula can hold a
 *  gradient it is that of `engine`. With `disturb` each result is off by up to a rounding of float32 of its Σ|terms|,
 *  by chance. */
export function inDoubles({ sheet, stored }: Given, engine: Numbers, disturb?: Random): InDoubles {
  const rounded = (value: number, size: number) =>
    disturb ? value + (2 * disturb.uniform() - 1) * ROUNDING * size : value;
  const values = valuesOf(sheet, stored, disturb && rounded);
  const gradients = new Map<TensorId, ArrayLike<number>>();
  const sizes = new Map<TensorId, ArrayLike<number>>();
  const source = sourceOf(sheet, values, gradients);
  // The gradients by a layer's output come before those by its weights.
  const backward = sheet.network.layers.toReversed().flatMap(({ id }) => {
    const own = [...sheet.tensors.values()].filter(info => info.layer === id && hasGradient(sheet, info));
    return own.toSorted((a, b) => Number(b.name === 'output') - Number(a.name === 'output'));
  });
  for (const { id, size } of backward) {
    const [found, terms] = [new Float64Array(size), new Float64Array(size)];
    for (let index = 0; index < size; index++) {
      const expression = gradientOf(sheet, { tensor: id, index });
      const own =
        expression === undefined ? { value: engine.get(id)![index], size: 0 } : valueAndSize(source, expression);
      const value = typeof own.value === 'number' ? own.value : Number.NaN;
      found[index] = rounded(value, own.size);
      terms[index] = own.size;
    }
    gradients.set(id, found);
    sizes.set(id, terms);
  }
  return { values, gradients, sizes };
}

function valuesOf(
  { network }: Sheet,
  stored: Example['stored'],
  rounded: ((value: number, size: number) => number) | undefined,
): Numbers {
  const values = new Map<TensorId, ArrayLike<number>>(stored);
  const exact = computeReference(network, values);
  for (const id of exact.keys()) {
    // Each step starts from what has become of the steps before.
    const own = rounded ? computeReference(network, values).get(id)! : exact.get(id)!;
    values.set(id, rounded ? own.values.map((value, i) => rounded(value, own.magnitudes[i])) : own.values);
  }
  return values;
}

/** Gradients of the engine that are further than `MOST` from those in doubles. `largest`: how far the furthest is,
 *  which is at `where`, and
 *  `rounding` how far rounding alone takes the gradients of this network, both relative to max(1, Σ|terms|). `wrong`:
 *  those that rounding can't explain. */
export type Apart = { cells: number; largest: number; where: string; rounding: number; wrong: string[] };

/** Holds the engine's gradients against those in doubles. Most networks keep to `MOST`. Where numbers almost cancel
 *  somewhere on the way, the chain enlarges the last bits of float32. That is tried: the same chain is calculated in
 *  doubles with each cell disturbed by one rounding. */
export function apartFromDoubles(example: Given, engine: Numbers, exact: InDoubles): Apart {
  const found: Apart = { cells: 0, largest: 0, where: '', rounding: 0, wrong: [] };
  const share = (tensor: TensorId, index: number, distance: number) =>
    distance / Math.max(1, exact.sizes.get(tensor)![index]);
  const apart: { tensor: TensorId; index: number; distance: number }[] = [];
  for (const [tensor, wanted] of exact.gradients)
    for (let index = 0; index < wanted.length; index++) {
      const distance = Math.abs(engine.get(tensor)![index] - wanted[index]);
      if (share(tensor, index, distance) > found.largest) {
        found.largest = share(tensor, index, distance);
        found.where = `${tensor}[${index}]`;
      }
      // NaN isn't below anything, so it is apart.
      if (!(share(tensor, index, distance) <= MOST)) apart.push({ tensor, index, distance });
    }
  found.cells = apart.length;
  if (apart.length === 0) return found;
  const disturbed = Array.from({ length: RUNS }, (_, seed) => inDoubles(example, engine, createRandom(seed)).gradients);
  for (const { tensor, index, distance } of apart) {
    const wanted = exact.gradients.get(tensor)![index];
    const ways = disturbed.map(each => Math.abs(each.get(tensor)![index] - wanted)).toSorted((a, b) => a - b);
    const moved = ways[RUNS >> 1];
    found.rounding = Math.max(found.rounding, share(tensor, index, moved));
    if (!(distance <= TIMES * moved))
      found.wrong.push(
        `${tensor}[${index}]: ${engine.get(tensor)![index]} for ${wanted}, rounding moves it by ${moved}`,
      );
  }
  return found;
}
