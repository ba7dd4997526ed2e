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
  type Shape,
  type TensorId,
} from './network.ts';
import type { Random } from './random.ts';

export const templateNames = [
  'lesson3',
  'lesson-excel',
  'letters',
  'mlp',
  'lenet',
  'mobile-tiny',
  'resnet-tiny',
  'vgg16',
] as const;
export type TemplateName = (typeof templateNames)[number];
export type ImageShape = readonly [height: number, width: number, channels: number];
/** The shape of the digits, which most templates show. */
export const DIGIT_SHAPE: ImageShape = [28, 28, 1];

/** The images and the number of classes that a template comes with. */
export function templateSize(name: TemplateName): { images: ImageShape; classes: number } {
  if (name === 'vgg16') return { images: [224, 224, 3], classes: 1000 };
  return { images: DIGIT_SHAPE, classes: name === 'letters' ? 26 : 10 };
}

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

/** The lecture's film: four edge filters, then eight filters that put their edges together, and a template for each
 *  letter. Each convolution is followed by ReLU and a pool. */
export const letters: NetworkTemplate = (images, classes) => {
  const { add, network } = startNetwork(images);
  for (const [number, filters] of [
    [1, 4],
    [2, 8],
  ]) {
    add(`conv${number}`, { kind: 'conv2d', filters, kernelSize: [3, 3], ...plain, padding: 'valid', useBias: true });
    add(`relu${number}`, { kind: 'relu' });
    // The second pool is 3×3, so that it reads every row of its 11×11 maps.
    add(`pool${number}`, number === 1 ? halve : { ...halve, poolSize: [3, 3] });
  }
  add('flatten', { kind: 'flatten' });
  add('templates', { kind: 'dense', units: classes, useBias: true });
  add('softmax', { kind: 'softmax' });
  return network();
};

/** Two hidden dense layers, without convolutions. */
export const mlp: NetworkTemplate = (images, classes) => {
  const { add, network } = startNetwork(images);
  add('flatten', { kind: 'flatten' });
  for (const [number, units] of [
    [1, 64],
    [2, 32],
  ]) {
    add(`dense${number}`, { kind: 'dense', units, useBias: true });
    add(`relu${number}`, { kind: 'relu' });
  }
  add('dense3', { kind: 'dense', units: classes, useBias: true });
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

/** A small network of depthwise separable blocks. A block filters each map by itself, and then mixes the maps by a 1×1
 *  convolution. Every convolution has batch normalisation and ReLU. Source: Howard et al. 2017,
 *  arxiv.org/abs/1704.04861 */
export const mobileTiny: NetworkTemplate = (images, classes) => {
  const { add, network } = startNetwork(images);
  const common = { padding: 'same', useBias: false } as const;
  const square = (side: number): Pair => [side, side];
  let [convolutions, blocks] = [0, 0];
  const normalise = () => {
    add(`norm${++convolutions}`, { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 });
    add(`relu${convolutions}`, { kind: 'relu' });
  };
  const block = (filters: number, stride: number) => {
    const number = ++blocks;
    const window = { kernelSize: square(3), strides: square(stride), ...common };
    add(`depth${number}`, { kind: 'depthwiseConv2d', ...window });
    normalise();
    add(`point${number}`, { kind: 'conv2d', filters, kernelSize: square(1), ...plain, ...common });
    normalise();
  };

  add('conv', { kind: 'conv2d', filters: 16, kernelSize: square(3), strides: square(2), ...common });
  normalise();
  // Images larger than the digits are first reduced to about that size.
  for (let side = Math.min(images[0], images[1]); side >= 56; side /= 2) block(16, 2);
  block(32, 1);
  block(64, 2);
  block(64, 1);
  add('mean', { kind: 'globalAveragePool2d' });
  add('dense', { kind: 'dense', units: classes, useBias: true });
  add('softmax', { kind: 'softmax' });
  return network();
};

/** VGG-16, with the names that Keras gives its layers. Source: Simonyan and Zisserman 2014, configuration D,
 *  arxiv.org/abs/1409.1556 */
export const vgg16: NetworkTemplate = (images, classes) => {
  const { add, network } = startNetwork(images);
  for (const [place, [filters, count]] of VGG_BLOCKS.entries()) {
    const block = `block${place + 1}`;
    for (let number = 1; number <= count; number++) {
      const window = { kernelSize: [3, 3] as Pair, ...plain, padding: 'same' as const };
      add(`${block}_conv${number}`, { kind: 'conv2d', filters, ...window, useBias: true });
      add(`${block}_relu${number}`, { kind: 'relu' });
    }
    add(`${block}_pool`, halve);
  }
  add('flatten', { kind: 'flatten' });
  for (const number of [1, 2]) {
    add(`fc${number}`, { kind: 'dense', units: 4096, useBias: true });
    add(`fc${number}_relu`, { kind: 'relu' });
  }
  add('predictions', { kind: 'dense', units: classes, useBias: true });
  add('softmax', { kind: 'softmax' });
  return network();
};

/** Filters and number of convolutions before each pool. */
const VGG_BLOCKS = [
  [64, 2],
  [128, 2],
  [256, 3],
  [512, 3],
  [512, 3],
] as const;

export const networkTemplates: Readonly<Record<TemplateName, NetworkTemplate>> = {
  lesson3,
  'lesson-excel': lesson3,
  letters,
  mlp,
  lenet,
  'mobile-tiny': mobileTiny,
  'resnet-tiny': resnetTiny,
  vgg16,
};

/** A template's untrained parameters: fresh weights and the rates of its dropout layers. The lesson's first convolution
 *  gets its two kernels, which find upper and left edges. The lesson's workbook has numbers for the second one too. */
export function templateParameters(
  name: TemplateName,
  network: NetworkSpec,
  random: Random,
): Map<TensorId, Float32Array> {
  const values = initialValues(network, random);
  for (const { id, name: parameter, shape } of describeTensors(network)) {
    if (parameter === 'rate') values.set(id, Float32Array.of(DROPPED));
    if ((name.startsWith('lesson') || name === 'letters') && id === 'conv1/kernel')
      values.set(id, edgeKernels(shape[2], shape[3]));
    if (name === 'lesson-excel' && id === 'conv2/kernel') values.set(id, kernelOf(WORKBOOK_KERNELS));
    if (name === 'vgg16' && parameter === 'kernel') enlarge(values.get(id)!, shape);
  }
  return values;
}

const DROPPED = 0.2;

/** Kernels [3, 3, channels, filters], at most four filters: they find bright above dark, bright left of dark, bright
 *  below dark, bright right of dark. */
function edgeKernels(channels: number, filters: number): Float32Array {
  const fall = [1, 0, -1];
  const cells = fall.flatMap(top => fall.map(left => [top, left, -top || 0, -left || 0].slice(0, filters)));
  return Float32Array.from(cells.flatMap(kernels => Array.from({ length: channels }, () => kernels)).flat());
}

/** The kernels of the workbook's second convolution, as they stand in its cells: for each filter the slices of both
 *  maps, row by row. */
const WORKBOOK_KERNELS = [
  [
    [
      0.516467346, 0.267090696, 0.256953086, 0.859535006, -0.517181158, 0.0494792914, 0.802265974, 0.0131633079,
      -0.670883069,
    ],
    [
      0.82727291, 0.365885433, -0.548509636, 0.568995606, 0.360499048, 0.300633806, 0.318369987, 0.696158557,
      0.591849449,
    ],
  ],
  [
    [
      0.0172470605, 0.257591833, 0.436008892, 0.554911682, 0.195282909, 0.17379935, -0.959947009, 0.443578155,
      0.633843436,
    ],
    [
      0.794099351, 0.183909094, 0.688480563, -0.874240282, 0.398339916, 0.53842988, 0.234498833, 0.158184715,
      0.837024369,
    ],
  ],
];

/** A kernel [3, 3, channels, filters] of its filters' slices. */
function kernelOf(filters: readonly (readonly (readonly number[])[])[]): Float32Array {
  return Float32Array.from(
    filters[0][0].flatMap((_, cell) =>
      filters[0].flatMap((_, channel) => filters.map(slices => slices[channel][cell])),
    ),
  );
}

/** Makes the initial values larger, so that numbers don't fade from layer to layer where ReLU takes half of them away.
 *  Source: He et al. 2015, arxiv.org/abs/1502.01852 */
function enlarge(kernel: Float32Array, shape: Shape): void {
  const [inputs, outputs] = shape.slice(-2);
  const factor = Math.sqrt((inputs + outputs) / inputs);
  for (let i = 0; i < kernel.length; i++) kernel[i] *= factor;
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
