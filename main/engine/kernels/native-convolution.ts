/** TensorFlow's convolutions and their gradients. Names and inputs are tfjs's. */
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { type Attribute, float, type NativeBackend, type NativeCall } from './native-call.ts';

type Shape4 = [number, number, number, number];
type Convolution = { inputShape: Shape4; filterShape: Shape4; strides: [number, number]; pad: 'valid' | 'same' };

export const convolutionKernels = {
  Conv2D({ inputs: { x, filter }, attrs, backend }: NativeCall): TensorInfo {
    const shapes = { inputShape: x.shape as Shape4, filterShape: filter.shape as Shape4 };
    const attributes = attributesOf({ ...(attrs as Convolution), ...shapes }, backend, false);
    return backend.executeSingleOutput('Conv2D', attributes, [x, filter]);
  },
  Conv2DBackpropFilter({ inputs: { x, dy }, attrs, backend }: NativeCall): TensorInfo {
    const convolution = { ...(attrs as Convolution), inputShape: x.shape as Shape4 };
    const attributes = attributesOf(convolution, backend, true);
    return withShape(convolution.filterShape, backend, shape =>
      backend.executeSingleOutput('Conv2DBackpropFilter', attributes, [x, shape, dy]),
    );
  },
  Conv2DBackpropInput({ inputs: { dy, filter }, attrs, backend }: NativeCall): TensorInfo {
    const convolution = { ...(attrs as Convolution), filterShape: filter.shape as Shape4 };
    const attributes = attributesOf(convolution, backend, true);
    return withShape(convolution.inputShape, backend, shape =>
      backend.executeSingleOutput('Conv2DBackpropInput', attributes, [shape, filter, dy]),
    );
  },
};

/** With its oneDNN, TensorFlow 2.21 (in Python too) writes past its memory for some strides, and the gradient from one
 *  map to one map is wrong on processors with AVX-512. TensorFlow's own convolution does both right. It is the one
 *  that takes a padding in numbers. */
function attributesOf(
  { inputShape, filterShape, strides, pad }: Convolution,
  backend: NativeBackend,
  isGradient: boolean,
): Attribute[] {
  const { TF_ATTR_INT, TF_ATTR_STRING } = backend.binding;
  const [, , maps, filters] = filterShape;
  const own = Math.max(...strides) > 1 || (isGradient && maps === 1 && filters === 1);
  const { top, bottom, left, right } = backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad).padInfo;
  const paddings = { name: 'explicit_paddings', type: TF_ATTR_INT, value: [0, 0, top, bottom, left, right, 0, 0] };
  return [
    ...float(backend),
    { name: 'strides', type: TF_ATTR_INT, value: [1, ...strides, 1] },
    { name: 'padding', type: TF_ATTR_STRING, value: own ? 'EXPLICIT' : pad.toUpperCase() },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    ...(own ? [paddings] : []),
  ];
}

function withShape(shape: Shape4, backend: NativeBackend, use: (shape: TensorInfo) => TensorInfo): TensorInfo {
  const dataId = backend.write(Int32Array.from(shape), [shape.length], 'int32');
  const result = use({ dataId, shape: [shape.length], dtype: 'int32' });
  backend.disposeData(dataId);
  return result;
}
