import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { TensorId, TensorInfo } from '../../../shared/network.ts';
import { momentumOf } from '../../../shared/schedule.ts';
import type { OptimizerSettings, TrainingConfig } from '../../../shared/training.ts';
import type { Space } from '../kernels/space.ts';
import { isFinite } from '../show/activations.ts';
import { alphaOf, type Change, changeTogether, type Factors, PIECE, squaresTogether } from './shared-steps.ts';

/** What an optimizer keeps from step to step: how many steps it made, and its slots. A slot is called `tensor/slot`,
 *  such as `conv1/kernel/velocity`, and has the size of its tensor. All of it is plain data, so a checkpoint can hold
 *  it. */
export type OptimizerState = { step: number; slots: Map<string, Float32Array> };

type Values = ReadonlyMap<TensorId, Float32Array>;

/** Moves parameters along their gradients. */
export type Optimizer = {
  /** Makes one step: changes every parameter that has a gradient in place. Gradients are only read. `rateOf` gives a
   *  tensor's learning rate in this step. `momentum` replaces the momentum (Adam's beta1) of the set-up if a schedule
   *  changes it. What the parameters were goes to `before`. A step allocates no memory that grows with the tensors.
   *  Returns the largest absolute values of parameters that it changed, where they are known. NaN if one is. */
  step(
    parameters: Values,
    gradients: Values,
    rateOf: (tensor: TensorId) => number,
    options?: { momentum?: number; before?: Values },
  ): Map<TensorId, number>;
  /** Whether all slots are finite. If the square of a gradient overflowed, its weight would stop moving without any
   *  sign. */
  isFinite(): boolean;
  /** Sets the slots of these elements to 0. */
  forget(elements: ReadonlyMap<TensorId, Uint32Array>): void;
  /** The current state. Its arrays change with the next step. */
  state(): OptimizerState;
  /** Goes on from a state, bit for bit. Throws UserError if the state belongs to another optimizer or to other
   *  tensors. */
  restore(state: OptimizerState): void;
};

type Update = (weights: Float32Array, gradient: Float32Array, slots: readonly Float32Array[], factors: Factors) => void;

/** An optimizer with Keras 3's formulas for these parameters. Its slots begin with 0. The same gradients give the same
 *  weights, bit for bit.
 *  - Weight decay is only for kernels, because bias, gamma and beta don't cause overfitting. For AdamW it is decoupled:
 *    kernel − kernel · weightDecay · rate before the step (Keras's AdamW with bias, gamma and beta excluded). For the
 *    others it is L2: weightDecay · kernel is added to the gradient (Keras's regularizer L2(weightDecay / 2), PyTorch's
 *    weight_decay).
 *  - Clipping scales all gradients of a step together to a norm of at most clipNorm (Keras's global_clipnorm). L2 is
 *    part of the loss, so it is clipped too; AdamW's decay is not.
 *  `space`: where the slots are. What has its parameters and gradients there too is calculated by all threads, with the
 *  same bits.
 *  Source: keras.io/api/optimizers */
export function createOptimizer(
  settings: Pick<TrainingConfig, 'optimizer' | 'weightDecay' | 'clipNorm'>,
  tensors: readonly Pick<TensorInfo, 'id' | 'name' | 'size'>[],
  space?: Space,
): Optimizer {
  const { optimizer, weightDecay, clipNorm } = settings;
  const slotNames = slotNamesOf(optimizer);
  const update = updateOf(optimizer);
  const decoupled = optimizer.kind === 'adamw';
  type Entry = { id: TensorId; decay: number; slots: Float32Array[] };
  const entries = tensors.map(({ id, name, size }) => ({
    id,
    decay: name === 'kernel' ? weightDecay : 0,
    slots: slotNames.map(() => space?.take(size) ?? new Float32Array(size)),
  })) satisfies Entry[];
  let steps = 0;

  const keyed = () =>
    entries.flatMap(({ id, slots }) => slots.map((slot, i) => ({ key: `${id}/${slotNames[i]}`, slot })));

  /** The entries whose slots have all been seen to be finite since they changed. */
  const finite = new Set<Entry>();

  /** Whether threads calculate with these numbers. */
  const areShared = (...arrays: (Float32Array | undefined)[]) =>
    space !== undefined && arrays.every(array => array && space.pool.heap.holds(array));

  const norm = (moved: readonly { entry: Entry; weights: Float32Array; gradient: Float32Array }[]) => {
    const all = moved.map(({ entry, weights, gradient }) => ({
      weights,
      gradient,
      l2: decoupled ? 0 : entry.decay,
    }));
    const shared = all.filter(({ weights, gradient }) => areShared(weights, gradient));
    const found = new Map(
      shared.length > 0 ? squaresTogether(space!.pool, shared).map((sum, n) => [shared[n], sum]) : [],
    );
    // In the order of the tensors, whoever adds: the last bits of a sum depend on it.
    return Math.sqrt(all.reduce((sum, each) => sum + (found.get(each) ?? sumOfSquares(each)), 0));
  };

  return {
    step(parameters, gradients, rateOf, { momentum = momentumOf(optimizer), before } = {}) {
      steps++;
      const moved = entries.flatMap(entry => {
        const [weights, gradient] = [parameters, gradients].map(values => values.get(entry.id));
        return weights && gradient ? [{ entry, weights, gradient }] : [];
      });
      // A gradient that isn't finite gives a weight that isn't, as in Keras. That stops the run.
      const scale = clipNorm > 0 ? 1 / Math.max(1, norm(moved) / clipNorm) : 1;
      const shared: (Change & { entry: Entry })[] = [];
      for (const { entry, weights, gradient } of moved) {
        const { id, decay, slots } = entry;
        const factors: Factors = {
          rate: rateOf(id),
          momentum,
          step: steps,
          l2: decoupled ? 0 : decay,
          decay: decoupled ? decay : 0,
          scale,
        };
        const kept = before?.get(id);
        finite.delete(entry);
        if (kept && areShared(weights, gradient, kept))
          shared.push({ entry, weights, gradient, before: kept, slots, factors });
        else {
          kept?.set(weights);
          update(weights, gradient, slots, factors);
        }
      }
      const largest = new Map<TensorId, number>();
      if (shared.length > 0) {
        for (const [n, found] of changeTogether(space!.pool, optimizer, shared).entries()) {
          const { entry } = shared[n];
          largest.set(entry.id, found.weights);
          if (Number.isFinite(found.slots)) finite.add(entry);
        }
      }
      return largest;
    },
    forget(elements) {
      for (const { id, slots } of entries)
        for (const slot of slots) for (const index of elements.get(id) ?? []) slot[index] = 0;
    },
    isFinite: () => entries.every(entry => finite.has(entry) || entry.slots.every(isFinite)),
    state: () => ({ step: steps, slots: new Map(keyed().map(({ key, slot }) => [key, slot])) }),
    restore({ step, slots }) {
      const own = keyed();
      if (own.length !== slots.size || own.some(({ key, slot }) => slots.get(key)?.length !== slot.length)) {
        throw new UserError(sentences.optimizers.otherMemory);
      }
      finite.clear();
      for (const { key, slot } of own) slot.set(slots.get(key)!);
      steps = step;
    },
  };
}

/** Keras's names of the slots that an optimizer keeps for every tensor, in the order in which its update reads them. */
export function slotNamesOf(optimizer: OptimizerSettings): string[] {
  switch (optimizer.kind) {
    case 'sgd':
      return [];
    case 'momentum':
      return ['momentum'];
    case 'rmsprop':
      return optimizer.momentum > 0 ? ['velocity', 'momentum'] : ['velocity'];
    default:
      return ['momentum', 'velocity'];
  }
}

function updateOf(optimizer: OptimizerSettings): Update {
  switch (optimizer.kind) {
    case 'sgd':
      return sgdStep;
    case 'momentum':
      return optimizer.nesterov ? nesterovStep : momentumStep;
    case 'rmsprop':
      return (weights, gradient, slots, factors) => rmspropStep(weights, gradient, slots, factors, optimizer);
    default:
      return (weights, gradient, slots, factors) => adamStep(weights, gradient, slots, factors, optimizer);
  }
}

// The loops calculate in doubles and round when they store. Keras rounds every operation to float32, which differs by
// an ulp or two. Doing the same here would take up to twice as long.

/** In pieces, and in four sums side by side in each, as the kernel squaresOf adds. */
function sumOfSquares({
  weights,
  gradient,
  l2,
}: {
  weights: Float32Array;
  gradient: Float32Array;
  l2: number;
}): number {
  let sum = 0;
  for (let first = 0; first < gradient.length; first += PIECE) {
    const sums = [0, 0, 0, 0];
    const end = Math.min(first + PIECE, gradient.length);
    for (let i = first; i < end; i++) sums[i % 4] += (gradient[i] + l2 * weights[i]) ** 2;
    sum += sums[0] + sums[2] + (sums[1] + sums[3]);
  }
  return sum;
}

const sgdStep: Update = (weights, gradient, _, { rate, l2, scale }) => {
  for (let i = 0; i < weights.length; i++) weights[i] -= rate * (gradient[i] + l2 * weights[i]) * scale;
};

const momentumStep: Update = (weights, gradient, [moved], { rate, momentum, l2, scale }) => {
  for (let i = 0; i < weights.length; i++) {
    moved[i] = momentum * moved[i] - rate * (gradient[i] + l2 * weights[i]) * scale;
    weights[i] += moved[i];
  }
};

const nesterovStep: Update = (weights, gradient, [moved], { rate, momentum, l2, scale }) => {
  for (let i = 0; i < weights.length; i++) {
    const move = rate * (gradient[i] + l2 * weights[i]) * scale;
    moved[i] = momentum * moved[i] - move;
    weights[i] += momentum * moved[i] - move;
  }
};

type RmspropSettings = Extract<OptimizerSettings, { kind: 'rmsprop' }>;
type AdamSettings = Extract<OptimizerSettings, { kind: 'adam' | 'adamw' }>;

function rmspropStep(
  weights: Float32Array,
  gradient: Float32Array,
  [velocity, moved]: readonly Float32Array[],
  { rate, momentum, l2, scale }: Factors,
  { rho, epsilon }: RmspropSettings,
): void {
  for (let i = 0; i < weights.length; i++) {
    const g = (gradient[i] + l2 * weights[i]) * scale;
    velocity[i] = rho * velocity[i] + (1 - rho) * g * g;
    let move = (rate * g) / Math.sqrt(velocity[i] + epsilon);
    if (moved) {
      move += momentum * moved[i];
      moved[i] = move;
    }
    weights[i] -= move;
  }
}

function adamStep(
  weights: Float32Array,
  gradient: Float32Array,
  [mean, velocity]: readonly Float32Array[],
  { rate, momentum: beta1, step, l2, decay, scale }: Factors,
  { beta2, epsilon }: AdamSettings,
): void {
  const alpha = alphaOf(rate, beta1, beta2, step);
  if (decay > 0) for (let i = 0; i < weights.length; i++) weights[i] -= weights[i] * decay * rate;
  for (let i = 0; i < weights.length; i++) {
    const g = (gradient[i] + l2 * weights[i]) * scale;
    mean[i] += (g - mean[i]) * (1 - beta1);
    velocity[i] += (g * g - velocity[i]) * (1 - beta2);
    weights[i] -= (alpha * mean[i]) / (Math.sqrt(velocity[i]) + epsilon);
  }
}
