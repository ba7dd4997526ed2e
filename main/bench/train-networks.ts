/** The networks on which speed of training and of evaluation is measured, and what they learn from: random images. */
import type { DataChoice, DataSet } from '../../shared/data.ts';
import { initialValues } from '../../shared/initial-values.ts';
import type { NetworkSpec, TensorId } from '../../shared/network.ts';
import { createRandom, type Random } from '../../shared/random.ts';
import { networkTemplates, templateParameters } from '../../shared/templates.ts';
import type { BackendName } from '../../shared/training.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import { chain } from '../engine/oracle/example-network.ts';
import { createTrainer, type Trainer } from '../engine/training/trainer.ts';

/** A network, its images, and how large a round is: `steps` batches of `batch` images. */
export type BenchNetwork = {
  network: NetworkSpec;
  shape: DataChoice['shape'];
  batch: number;
  steps: number;
  parameters: (random: Random) => Map<TensorId, Float32Array>;
};

const CLASSES = 10;
const DIGIT: DataChoice['shape'] = [28, 28, 1];

const conv = (filters: number, padding: 'same' | 'valid' = 'same') =>
  ({ kind: 'conv2d', filters, kernelSize: [3, 3], strides: [1, 1], padding, useBias: true }) as const;
const pool = { kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' } as const;
const relu = { kind: 'relu' } as const;
const flatten = { kind: 'flatten' } as const;
const dense = (units: number) => ({ kind: 'dense', units, useBias: true }) as const;
const softmax = { kind: 'softmax' } as const;

type Layers = Parameters<typeof chain>;

function ofLayers(shape: DataChoice['shape'], batch: number, steps: number, layers: Layers): BenchNetwork {
  const network = chain({ kind: 'input', shape: [...shape] }, ...layers, dense(CLASSES), softmax);
  return { network, shape, batch, steps, parameters: random => initialValues(network, random) };
}

function ofTemplate(name: 'lenet' | 'resnet-tiny', steps: number): BenchNetwork {
  const network = networkTemplates[name](DIGIT, CLASSES);
  return {
    network,
    shape: DIGIT,
    batch: 64,
    steps,
    parameters: random => templateParameters(name, network, random),
  };
}

/** By name. The peers have the same ones: main/bench/peers/train_peer.py. */
export const benchNetworks = {
  small: ofLayers(DIGIT, 64, 100, [conv(8, 'valid'), relu, conv(16, 'valid'), pool, flatten]),
  lenet: ofTemplate('lenet', 60),
  'vgg-small': ofLayers(
    [32, 32, 3],
    64,
    6,
    [
      [conv(32), relu, conv(32), relu, pool],
      [conv(64), relu, conv(64), relu, pool],
      [flatten, dense(128), relu],
    ].flat(),
  ),
  photos: ofLayers(
    [128, 128, 3],
    16,
    8,
    [
      [conv(16), relu, pool, conv(32), relu, pool, conv(64), relu, pool],
      [flatten, dense(64), relu],
    ].flat(),
  ),
  'resnet-tiny': ofTemplate('resnet-tiny', 15),
  mlp: ofLayers(DIGIT, 64, 60, [flatten, dense(1024), relu, dense(1024), relu]),
} as const satisfies Record<string, BenchNetwork>;

export type BenchNetworkName = keyof typeof benchNetworks;
export const benchNetworkNames = Object.keys(benchNetworks) as BenchNetworkName[];

/** A run of `rounds` rounds. The backend has to be started. */
export function createBenchTrainer(
  backend: BackendName,
  rounds: number,
  { network, shape, batch, steps, parameters }: BenchNetwork = benchNetworks.small,
): Trainer {
  const random = createRandom(1);
  const data = randomImages(random, shape, steps * batch);
  const config = { ...defaultConfig(choiceOf(shape)), backend, epochs: rounds, batchSize: batch };
  return createTrainer({ network, parameters: parameters(random), data, config });
}

/** The choice of images in the set-up. Nothing reads it. */
export const choiceOf = (shape: DataChoice['shape']): DataChoice => ({
  source: { kind: 'named', name: 'digits' },
  shape: [...shape],
  fit: 'stretch',
  validation: 0,
  test: 0,
  seed: 1,
});

/** Random images [height, width, channels] of ten classes. All of them are for training, and for testing too. */
export function randomImages(random: Random, shape: DataChoice['shape'], count: number): DataSet {
  const byte = (most: number) => Math.floor(random.uniform() * most);
  const [height, width, channels] = shape;
  const all = Uint32Array.from({ length: count }, (_, n) => n);
  return {
    name: 'random',
    shape,
    classes: Array.from({ length: CLASSES }, (_, n) => String(n)),
    severalLabels: false,
    count,
    bytes: Uint8Array.from({ length: count * height * width * channels }, () => byte(256)),
    labels: Uint8Array.from({ length: count }, () => byte(CLASSES)),
    nameOf: String,
    split: { training: all, validation: new Uint32Array(), test: all },
    problems: [],
  };
}
