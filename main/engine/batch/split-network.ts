/** A BatchNetwork that calculates every batch as two halves. One half runs on this thread and the other on its partner,
 *  or both run here while there is no partner. The arithmetic is the same, so the results depend neither on the number
 *  of cores nor on the partner's life. */
import {
  describeTensors,
  inferShapes,
  type NetworkSpec,
  sizeOf,
  type TensorId,
  trainedTensors,
} from '../../../shared/network.ts';
import { engineKindOf } from '../layers/kinds.ts';
import { createRandom, type RandomState } from '../../../shared/random.ts';
import { type BackendName, type BatchGradients, type BatchNetwork, createBatchNetwork } from './batch-network.ts';
import { type Lender, type Partner, type Samples, sharedPartner } from './partner.ts';

/** How long this thread waits for the partner after its own half is done: `times` the time of its own half, and `more`
 *  ms. Only a partner that has died or stopped takes longer. */
const PATIENCE = { times: 10, more: 2000 };

type Half = {
  images: Float32Array;
  targets: Float32Array;
  weights?: Float32Array;
  count: number;
  part: { first: number; of: number };
};
type HalfGradients = Pick<BatchGradients, 'loss' | 'probabilities' | 'gradients'>;
type Inference = ReturnType<BatchNetwork['evaluate']>;
/** How many numbers a sample has. */
type Sizes = { image: number; classes: number };

/** Makes a network as createBatchNetwork does. On wasm it uses two threads; the native engine has threads of its own.
 *  Two kinds of batches stay whole: those of one sample, and those from which a batchNorm layer learns, because it
 *  mixes the samples. The partner comes from `lender` and changes nothing but the time. */
export function createSplitNetwork(
  network: NetworkSpec,
  backend: BackendName,
  lender: Lender = sharedPartner,
): BatchNetwork {
  const own = createBatchNetwork(network, backend);
  if (backend !== 'wasm') return own;
  const shapes = inferShapes(network);
  const [input, last] = [network.layers[0], network.layers.at(-1)!].map(({ id }) => sizeOf(shapes.get(id)!));
  const sizes: Sizes = { image: input, classes: last };
  const parameters = new Map(
    describeTensors(network)
      .filter(({ role }) => role === 'parameter')
      .map(({ id, size }) => [id, floats(size)]),
  );
  const mixing = mixingTensors(network);
  let other: OtherHalf | undefined;
  let passes = 0;
  lender.join();

  /** Does the first half here. The second half runs at the partner if that is ready, else here too. */
  const doBoth = <Found>(first: () => Found, second: () => Found, there: (other: OtherHalf) => () => Found) => {
    // The first pass stays here. A short job is done before a partner has started.
    const partner = passes++ > 0 ? lender.get() : undefined;
    if (!partner?.ready) return [first(), second()] as const;
    if (other?.partner !== partner) other = openAt(partner, network, parameters, sizes);
    const answer = there(other);
    const started = performance.now();
    const found = first();
    const patience = (performance.now() - started) * PATIENCE.times + PATIENCE.more;
    return [found, partner.wait(patience) ? answer() : second()] as const;
  };

  const evaluate = (images: Float32Array, targets: Float32Array, count: number): Inference => {
    if (count === 1) return own.evaluate(images, targets, count);
    const [first, second] = halvesOf({ images, targets, count }, sizes);
    const run = (half: Half) => own.evaluate(half.images, half.targets, half.count);
    const [a, b] = doBoth(
      () => run(first),
      () => run(second),
      partner => partner.evaluate(second),
    );
    const losses = new Float64Array(count);
    losses.set(a.losses);
    losses.set(b.losses, first.count);
    return { probabilities: join(a.probabilities, b.probabilities), losses };
  };

  return {
    setParameters(values) {
      own.setParameters(values);
      for (const [id, value] of values) {
        parameters.get(id)?.set(value);
        other?.changed(id);
      }
    },

    gradients(batch, options) {
      const { trained, random } = options;
      if (batch.count === 1 || mixing.some(id => trained.has(id))) return own.gradients(batch, options);
      const [first, second] = halvesOf(batch, sizes);
      const state = random.state();
      const [a, b] = doBoth<HalfGradients>(
        () => own.gradients(first, options),
        () => own.gradients(second, { trained, random: createRandom(state) }),
        partner => partner.gradients(second, trained, state),
      );
      for (const [id, gradient] of a.gradients) add(gradient, b.gradients.get(id)!);
      const probabilities = join(a.probabilities, b.probabilities);
      return { loss: a.loss + b.loss, probabilities, gradients: a.gradients, statistics: new Map() };
    },

    inputGradient: (image, weights) => own.inputGradient(image, weights),
    cellGradients: of => own.cellGradients(of),
    predict: (images, count) => evaluate(images, new Float32Array(count * sizes.classes), count).probabilities,
    evaluate,

    dispose() {
      own.dispose();
      other?.close();
      lender.leave();
    },
  };
}

/** The tensors of layers that calculate from all samples of a batch together when they learn. */
function mixingTensors(network: NetworkSpec): TensorId[] {
  const mixing = new Set(network.layers.filter(layer => engineKindOf(layer).mixesSamples).map(({ id }) => id));
  return trainedTensors(network).flatMap(({ id, layer }) => (mixing.has(layer) ? [id] : []));
}

/** Splits samples into two halves. The first half has the odd one. */
function halvesOf({ images, targets, weights, count }: Omit<Half, 'part'>, { image, classes }: Sizes): [Half, Half] {
  const middle = Math.ceil(count / 2);
  const slice = (first: number, end: number): Half => ({
    images: images.subarray(first * image, end * image),
    targets: targets.subarray(first * classes, end * classes),
    weights: weights?.subarray(first, end),
    count: end - first,
    part: { first, of: count },
  });
  return [slice(0, middle), slice(middle, count)];
}

let opened = 0;
type OtherHalf = ReturnType<typeof openAt>;

/** Opens a network at a partner that is ready. Each call starts its work at once and returns a function that reads the
 *  results. The arrays of the results hold until the next call. */
function openAt(
  partner: Partner,
  network: NetworkSpec,
  parameters: Map<TensorId, Float32Array>,
  { image, classes }: Sizes,
) {
  const id = opened++;
  const gradients = new Map([...parameters].map(([tensor, { length }]) => [tensor, floats(length)]));
  const unknown = new Set(parameters.keys());
  let samples: Samples = createSamples(0);
  partner.ask({ kind: 'open', id, network, parameters, gradients });

  function createSamples(room: number): Samples {
    const [images, targets, weights, probabilities] = [image, classes, 1, classes].map(size => floats(room * size));
    const losses = new Float64Array(new SharedArrayBuffer(room * 8));
    return { room, images, targets, weights, probabilities, losses };
  }

  const hand = ({ images, targets, weights, count }: Half) => {
    const grown = count > samples.room ? createSamples(count) : undefined;
    samples = grown ?? samples;
    samples.images.set(images);
    samples.targets.set(targets);
    if (weights) samples.weights.set(weights);
    const changed = [...unknown];
    unknown.clear();
    return { id, count, samples: grown, changed };
  };

  return {
    partner,
    changed(tensor: TensorId) {
      if (parameters.has(tensor)) unknown.add(tensor);
    },
    gradients(half: Half, trained: ReadonlySet<TensorId>, random: RandomState): () => HalfGradients {
      const { part, weights } = half;
      partner.ask({ kind: 'gradients', ...hand(half), part, weighted: weights !== undefined, trained, random });
      const probabilities = samples.probabilities.subarray(0, half.count * classes);
      return () => ({ loss: samples.losses[0], probabilities, gradients });
    },
    evaluate(half: Half): () => Inference {
      partner.ask({ kind: 'evaluate', ...hand(half) });
      const probabilities = samples.probabilities.subarray(0, half.count * classes);
      return () => ({ probabilities, losses: samples.losses.subarray(0, half.count) });
    },
    close() {
      if (partner.ready) partner.ask({ kind: 'close', id });
    },
  };
}

/** Zeros in memory that another thread sees too. */
function floats(size: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(size * 4));
}

function join(a: Float32Array, b: Float32Array): Float32Array {
  const all = new Float32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function add(sum: Float32Array, other: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += other[i];
}
