/** Compares gradients with finite differences in doubles, and the gradients of both engines with each other. */
import { inferShapes, type Layer, type LayerId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { type BackendName, type BatchGradients, createBatchNetwork } from '../batch/batch-network.ts';
import { drawMasks, lossInDoubles } from './double-network.ts';
import type { GradientCase } from './gradient-cases.ts';

/** How many elements of each tensor are compared one by one. All elements together are compared along one random
 *  direction. */
const ELEMENTS = 4;
/** A parameter is moved by this much to each side. */
const STEP = 1e-5;
/** The relative error of float32: pixels and parameters are disturbed by about this share. */
const ROUNDING = 1e-6;
/** The smallest difference from 1 that a float32 probability can have. */
const LEAST = 2 ** -24;

/** What was compared with finite differences so far. `illConditioned` counts derivatives that float32 can't
 *  calculate. */
type DerivativeCounts = { networks: number; derivatives: number; illConditioned: number };
/** What was compared between the engines so far. `illConditioned` counts tensors. */
type EngineCounts = { compared: number; illConditioned: number };

export function gradientsOf(
  { network, values, batch, trained, seed, ties }: GradientCase,
  backend: BackendName,
): BatchGradients {
  const runner = createBatchNetwork(network, backend);
  const parameters = new Map([...values].map(([id, array]) => [id, array.slice()]));
  const tied = ties?.over(parameters);
  tied?.apply();
  runner.setParameters(parameters);
  const gradients = runner.gradients(batch, { trained, random: createRandom(seed) });
  runner.dispose();
  tied?.chain(gradients.gradients);
  return gradients;
}

/** A derivative of the loss, from float32 (found) and from doubles (wanted). `what` names an element of a tensor, or
 *  the whole tensor along a random direction. `elements`: how many elements the derivative is along. */
type Derivative = [what: string, found: number, wanted: number, elements: number];

/** Derivatives that differ from finite differences by more than 1e-3, relative, and more than a millionth of the
 *  network's largest derivative. Float32 can't be that exact if terms cancel (a bias before a batch normalisation has a
 *  derivative of 0) or a ReLU is at 0. So a difference is accepted as ill-conditioned if disturbing the last bits of
 *  all pixels and parameters moves the derivative a tenth as far, or if it is as small as the rounding of a probability
 *  near 1: along a random direction of n elements, √n times as much. The caller checks that such cases are rare. Where
 *  the loss is curved, a smaller step tells whether the finite difference was wrong. */
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
  const finer = derivativesOf(example, STEP / 100);
  return derivatives.flatMap(([what, found, wanted, elements], i) => {
    if (!apart[i] || Math.abs(found - finer[i][2]) <= 1e-3 * Math.abs(finer[i][2])) return [];
    const moved = disturbed.map(others => Math.max(Math.abs(others[i][1] - found), Math.abs(others[i][2] - wanted)));
    // NaN isn't below anything, so it is a mismatch.
    if (!(Math.abs(found - wanted) <= Math.max(10 * Math.max(...moved), LEAST * Math.sqrt(elements))))
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

function derivativesOf(example: GradientCase, size = STEP): Derivative[] {
  const { network, batch, trained, seed, ties } = example;
  const { loss, gradients } = gradientsOf(example, 'wasm');
  const shapes = inferShapes(network);
  const values = new Map([...example.values].map(([id, array]) => [id, Float64Array.from(array)]));
  const masks = drawMasks(network, shapes, values, batch.count, createRandom(seed));
  const choices = new Map<LayerId, Int32Array | Float64Array>();
  const isTrained = ({ id }: Layer) => (['gamma', 'beta'] as const).some(part => trained.has(`${id}/${part}`));
  const frozen = new Set(network.layers.filter(layer => !isTrained(layer)).map(({ id }) => id));
  const lossNow = () => {
    ties?.byHand(values);
    return lossInDoubles(network, shapes, values, { ...batch, frozen }, masks, choices);
  };
  const derivatives: Derivative[] = [['loss', loss, lossNow(), 1]];
  const random = createRandom(seed + 0.25);
  for (const id of trained) {
    const gradient = gradients.get(id)!;
    const tensor = values.get(id)!;
    const original = tensor.slice();
    const along = (direction: ReadonlyMap<number, number>): number => {
      const sides = [size, -size].map(step => {
        for (const [i, amount] of direction) tensor[i] = original[i] + amount * step;
        return lossNow();
      });
      tensor.set(original);
      return (sides[0] - sides[1]) / (2 * size);
    };
    for (let n = 0; n < Math.min(ELEMENTS, tensor.length); n++) {
      const i = tensor.length <= ELEMENTS ? n : random.integer(tensor.length);
      if (ties?.has(id, i)) continue;
      derivatives.push([`${id}[${i}]`, gradient[i], along(new Map([[i, 1]])), 1]);
    }
    const signs = new Map(Array.from(tensor, (_, i) => [i, ties?.has(id, i) ? 0 : random.integer(2) * 2 - 1]));
    const slope = gradient.reduce((sum, value, i) => sum + value * signs.get(i)!, 0);
    derivatives.push([`${id} along a direction`, slope, along(signs), tensor.length]);
  }
  return derivatives;
}

/** The tensors whose gradients differ between wasm and TensorFlow, a line for each. */
export function engineMismatches(example: GradientCase, counts: EngineCounts): string[] {
  const found = arraysOf(gradientsOf(example, 'wasm'));
  const wanted = arraysOf(gradientsOf(example, 'tensorflow'));
  const largest = largestOf([...wanted.values()].flatMap(array => [...array]));
  const mismatches: string[] = [];
  for (const [what, array] of found) {
    counts.compared += array.length;
    const apart = distance(array, wanted.get(what)!);
    // If terms cancel, their sum is a small part of the network's largest number.
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

/** The largest absolute difference. */
function distance(a: Float32Array, b: Float32Array): number {
  return largestOf(a.map((value, i) => value - b[i]));
}
