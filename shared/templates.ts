/** The starter networks, for images of any shape and any number of classes. */
import { initialValues } from './initial-values.ts';
import {
  describeTensors,
  parseNetwork,
  type Layer,
  type LayerId,
  type LayerSettings,
  type NetworkSpec,
  type Pair,
  type TensorId,
} from './network.ts';
import type { Random } from './random.ts';

export const templateNames = ['lesson3', 'lenet', 'resnet-tiny'] as const;
export type TemplateName = (typeof templateNames)[number];
export type ImageShape = readonly [height: number, width: number, channels: number];
/** The shape of the digits, which the templates show. */
export const DIGIT_SHAPE: ImageShape = [28, 28, 1];

/** Builds a network. Throws UserError that names the layer if the images are too small for it. */
export type NetworkTemplate = (images: ImageShape, classes: number) => NetworkSpec;

/** The lesson's network: two convolutions of two 3×3 kernels, then class scores from the pooled maps. */
export const lesson3: NetworkTemplate = (images, classes) => {
  const { add, network } = startNetwork(images);
  for (const number of [1, 2]) {
    add(`conv${number}`, { kind: 'conv2d', filters: 2, kernelSize: [3, 3], ...plain, padding: 'valid', useBias: true });
    add(`relu${number}`, { kind: 'relu' });
  }
  add('pool', halve);
  add('flatten', { kind: 'flatten' });
  add('dense', { kind: 'dense', units: classes, useBias: true });
  add('softmax', { kind: 'softmax' });
  return network();
};

/** A network like LeNet-5: two convolutions of 5×5 kernels, each with a max pool, then two dense layers. Source: LeCun
 *  et al. 1998, here with ReLU, max pools and softmax. */
export const lenet: NetworkTemplate = (images, classes) => {
  const { add, network } = startNetwork(images);
  for (const [number, filters, padding] of [
    [1, 8, 'same'],
    [2, 16, 'valid'],
  ] as const) {
    add(`conv${number}`, { kind: 'conv2d', filters, kernelSize: [5, 5], ...plain, padding, useBias: true });
    add(`relu${number}`, { kind: 'relu' });
    add(`pool${number}`, halve);
  }
  add('flatten', { kind: 'flatten' });
  add('dense1', { kind: 'dense', units: 64, useBias: true });
  add('relu3', { kind: 'relu' });
  add('dense2', { kind: 'dense', units: classes, useBias: true });
  add('softmax', { kind: 'softmax' });
  return network();
};

/** A small residual network: a convolution and a pool, then three blocks. A block has two convolutions, whose result is
 *  added to the block's input. Every convolution has batch normalisation, every activation is leaky. Source: He et al.
 *  2016, arxiv.org/abs/1512.03385 */
export const resnetTiny: NetworkTemplate = (images, classes) => {
  const { add, network } = startNetwork(images);
  const count = { conv: 0, norm: 0, leaky: 0, sum: 0 };
  const next = (name: keyof typeof count) => `${name}${++count[name]}`;
  const activate = () => add(next('leaky'), { kind: 'leakyRelu', negativeSlope: 0.1 });
  const convolve = (filters: number, size: number, stride: number, input?: LayerId) => {
    const settings = { kernelSize: [size, size] as Pair, strides: [stride, stride] as Pair };
    // No bias: the beta of the normalisation does its work.
    const conv = add(next('conv'), { kind: 'conv2d', filters, ...settings, padding: 'same', useBias: false }, input);
    return add(next('norm'), { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 }, conv);
  };
  /** If the block has a stride or another number of filters, its shortcut is a convolution too, so that the shapes
   *  fit. */
  const block = (filters: number, stride: number, before: number) => {
    const start = network().layers.at(-1)!.id;
    convolve(filters, 3, stride);
    activate();
    const main = convolve(filters, 3, 1);
    const shortcut = filters === before && stride === 1 ? start : convolve(filters, 1, stride, start);
    add(next('sum'), { kind: 'add' }, main, shortcut);
    activate();
  };

  // Images larger than the digits are first reduced to about that size.
  const stride = Math.min(8, Math.max(1, Math.floor(Math.min(images[0], images[1]) / 28)));
  convolve(16, 3, stride);
  activate();
  add('pool', { ...halve, padding: 'same' });
  block(16, 1, 16);
  block(32, 2, 16);
  block(32, 1, 32);
  add('mean', { kind: 'globalAveragePool2d' });
  add('dropout', { kind: 'dropout' });
  add('dense', { kind: 'dense', units: classes, useBias: true });
  add('softmax', { kind: 'softmax' });
  return network();
};

export const networkTemplates: Readonly<Record<TemplateName, NetworkTemplate>> = {
  lesson3,
  lenet,
  'resnet-tiny': resnetTiny,
};

/** A template's untrained parameters: fresh weights and the rates of its dropout layers. The lesson's first convolution
 *  gets its two kernels, which find upper and left edges. */
export function templateParameters(
  name: TemplateName,
  network: NetworkSpec,
  random: Random,
): Map<TensorId, Float32Array> {
  const values = initialValues(network, random);
  for (const { id, name: parameter, shape } of describeTensors(network)) {
    if (parameter === 'rate') values.set(id, Float32Array.of(DROPPED));
    if (name === 'lesson3' && id === 'conv1/kernel') values.set(id, edgeKernels(shape[2]));
  }
  return values;
}

const DROPPED = 0.2;

/** Kernels [3, 3, channels, 2]. The first finds bright above dark, the second bright left of dark. */
function edgeKernels(channels: number): Float32Array {
  const fall = [1, 0, -1];
  const cells = fall.flatMap(top => fall.map(left => [top, left]));
  return Float32Array.from(cells.flatMap(kernels => Array.from({ length: channels }, () => kernels)).flat());
}

const plain = { strides: [1, 1] } as const;
const halve = { kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' } as const;

/** Starts a network. `add` adds a layer, whose id is its name. By default it reads the layer before it. */
function startNetwork(shape: ImageShape) {
  const layers: Layer[] = [{ id: 'input', name: 'input', inputs: [], kind: 'input', shape }];
  const add = (name: string, settings: LayerSettings, ...inputs: (LayerId | undefined)[]): LayerId => {
    const given = inputs.filter(id => id !== undefined);
    layers.push({ id: name, name, inputs: given.length > 0 ? given : [layers.at(-1)!.id], ...settings });
    return name;
  };
  return { add, network: () => parseNetwork({ version: 1, layers }) };
}
