/** The kinds of layers that Keras knows too. */
import { add } from './add.ts';
import { averagePool2d } from './averagePool2d.ts';
import { batchNorm } from './batchNorm.ts';
import { concatenate } from './concatenate.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { depthwiseConv2d } from './depthwiseConv2d.ts';
import { dropout } from './dropout.ts';
import { elu } from './elu.ts';
import { flatten } from './flatten.ts';
import { gelu } from './gelu.ts';
import { globalAveragePool2d } from './globalAveragePool2d.ts';
import { globalMaxPool2d } from './globalMaxPool2d.ts';
import { hardSwish } from './hardSwish.ts';
import { input } from './input.ts';
import type { LayerKindOf } from './kind.ts';
import { layerNormalization } from './layerNormalization.ts';
import { leakyRelu } from './leakyRelu.ts';
import { maxPool2d } from './maxPool2d.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { selu } from './selu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';
import { upSampling2d } from './upSampling2d.ts';
import { zeroPadding2d } from './zeroPadding2d.ts';

export const builtInKinds = {
  input,
  conv2d,
  maxPool2d,
  averagePool2d,
  globalMaxPool2d,
  globalAveragePool2d,
  relu,
  sigmoid,
  tanh,
  softmax,
  flatten,
  dropout,
  add,
  leakyRelu,
  batchNorm,
  dense,
  elu,
  silu,
  softplus,
  concatenate,
  depthwiseConv2d,
  gelu,
  hardSwish,
  selu,
  zeroPadding2d,
  upSampling2d,
  layerNormalization,
  reshape,
} as const;

type OwnOf<Kind> = Kind extends LayerKindOf<infer Own> ? Own : never;
/** The kind and the settings of a layer of one of these kinds. */
export type BuiltInSettings = {
  [K in keyof typeof builtInKinds]: OwnOf<(typeof builtInKinds)[K]>;
}[keyof typeof builtInKinds];
