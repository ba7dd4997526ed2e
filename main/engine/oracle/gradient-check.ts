/** Holds gradients against finite differences in doubles, and those of both engines against each other. */
import { inferShapes, type Layer, type LayerId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { type BackendName, type BatchGradients, createBatchNetwork } from '../batch/batch-network.ts';
import { drawMasks, lossInDoubles } from './double-network.ts';
import type { GradientCase } from './gradient-cases.ts';

/** Of each tensor so many elements are held against finite differences one by one, and all of them together along one
 *  random direction. */
const ELEMENTS = 4;
/** Half of what finite differences move a parameter by. */
const STEP = 1e-5;
/** What float32 can't tell apart: a disturbance of all pixels and parameters, relative. */
const ROUNDING = 1e-6;
/** What float32 can't tell from a probability of 1. */
const LEAST = 2 ** -24;

/** What was held against finite differences so far. `illConditioned` derivatives are beyond float32. */
export type DerivativeCounts = { networks: number; derivatives: number; illConditioned: number };
/** What was compared between the engines so far. `illConditioned` counts tensors. */
export type EngineCounts = { compared: number; illConditioned: number };

export function gradientsOf(
  { network, values, batch, trained, seed }: GradientCase,
  backend: BackendName,
): BatchGradients {
  const runner = createBatchNetwork(network, backend);
  runner.setParameters(values);
  const gradients = runner.gradients(batch, { trained, random: createRandom(seed) });
  runner.dispose();
  return gradients;
}

/** The derivative of the loss, from float32 and from doubles: [element of a tensor, or all of it along a random
 *  direction, found, wanted]. */
type Derivative = [what: string, found: number, wanted: number];

/** At 1e-3 relative; a millionth of the network's largest derivative counts as nothing. Where terms cancel (a bias
 *  before a batch normalisation has a derivative of 0) or a ReLU stands at 0, float32 can't promise that: what changes
 *  of the last bits of all pixels and parameters move a tenth as far is no mismatch, and neither is what a probability
 *  near 1 loses when it is rounded; but both may be rare only. */
export function mismatchesOf(example: GradientCase, counts: DerivativeCounts): string[] {
  const derivatives = derivativesOf(example);
  const largest = Math.max(...derivatives.map(([, found]) => Math.abs(found)));
  const apart = derivatives.map(
    ([, found, wanted]) => !(Math.abs(found - wanted) <= 1e-3 * Math.abs(wanted) + 1e-6 * largest + 1e-9),
  );
  counts.networks++;
  counts.derivatives += derivatives.length;
  if (!apart.includes(true)) return [];
  const disturbed = [1, 2, 3].map(seed => derivativesOf(disturb(example, seed)));
  return derivatives.flatMap(([what, found, wanted], i) => {
    if (!apart[i]) return [];
    const moved = disturbed.map(others => Math.max(Math.abs(others[i][1] - found), Math.abs(others[i][2] - wanted)));
    if (Math.abs(found - wanted) > Math.max(10 * Math.max(...moved), LEAST))
      return [`${example.name}: ${what} is ${found}, not ${wanted}`];
    counts.illConditioned++;
    return [];
  });
}

function disturb(example: GradientCase, seed: number): GradientCase {
  const random = createRandom(seed);
  const change = (array: Float32Array) => array.map(value => value * (1 + ROUNDING * random.normal()));
  const values = new Map([...example.values].map(([id, array]) => [id, change(array)]));
  return { ...example, values, batch: { ...example.batch, images: change(example.batch.images) } };
}

function derivativesOf(example: GradientCase): Derivative[] {
  const { network, batch, trained, seed } = example;
  const { loss, gradients } = gradientsOf(example, 'wasm');
  const shapes = inferShapes(network);
  const values = new Map([...example.values].map(([id, array]) => [id, Float64Array.from(array)]));
  const masks = drawMasks(network, shapes, values, batch.count, createRandom(seed));
  const choices = new Map<LayerId, Int32Array>();
  const isTrained = ({ id }: Layer) => (['gamma', 'beta'] as const).some(part => trained.has(`${id}/${part}`));
  const frozen = new Set(network.layers.filter(layer => !isTrained(layer)).map(({ id }) => id));
  const lossNow = () => lossInDoubles(network, shapes, values, { ...batch, frozen }, masks, choices);
  const derivatives: Derivative[] = [['loss', loss, lossNow()]];
  const random = createRandom(seed + 0.25);
  for (const id of trained) {
    const gradient = gradients.get(id)!;
    const tensor = values.get(id)!;
    const original = tensor.slice();
    const along = (direction: ReadonlyMap<number, number>): number => {
      const sides = [STEP, -STEP].map(step => {
        for (const [i, amount] of direction) tensor[i] = original[i] + amount * step;
        return lossNow();
      });
      tensor.set(original);
      return (sides[0] - sides[1]) / (2 * STEP);
    };
    for (let n = 0; n < Math.min(ELEMENTS, tensor.length); n++) {
      const i = tensor.length <= ELEMENTS ? n : random.integer(tensor.length);
      derivatives.push([`${id}[${i}]`, gradient[i], along(new Map([[i, 1]]))]);
    }
    const signs = new Map(Array.from(tensor, (_, i) => [i, random.integer(2) * 2 - 1]));
    const slope = gradient.reduce((sum, value, i) => sum + value * signs.get(i)!, 0);
    derivatives.push([`${id} along a direction`, slope, along(signs)]);
  }
  return derivatives;
}

/** The numbers of a case by which wasm and TensorFlow differ, a line for each tensor. */
export function engineMismatches(example: GradientCase, counts: EngineCounts): string[] {
  const found = arraysOf(gradientsOf(example, 'wasm'));
  const wanted = arraysOf(gradientsOf(example, 'tensorflow'));
  const largest = largestOf([...wanted.values()].flatMap(array => [...array]));
  const mismatches: string[] = [];
  for (const [what, array] of found) {
    counts.compared += array.length;
    const apart = distance(array, wanted.get(what)!);
    // Where terms cancel, they are a small part of the network's largest number.
    if (apart <= 1e-4 * largestOf(array) + 2e-6 * largest) continue;
    const moved = [1, 2, 3].map(seed =>
      distance(array, arraysOf(gradientsOf(disturb(example, seed), 'wasm')).get(what)!),
    );
    if (apart <= 10 * Math.max(...moved)) counts.illConditioned++;
    else mismatches.push(`${example.name}: ${what} differs by ${apart}`);
  }
  return mismatches;
}

function arraysOf({ probabilities, gradients, statistics }: BatchGradients): Map<string, Float32Array> {
  return new Map([['probabilities', probabilities], ...gradients, ...statistics]);
}

function largestOf(array: ArrayLike<number>): number {
  return Array.from(array).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The largest difference. */
function distance(a: Float32Array, b: Float32Array): number {
  return largestOf(a.map((value, i) => value - b[i]));
}
