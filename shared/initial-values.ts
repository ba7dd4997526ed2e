/** What training begins with. */
import { describeTensors, sizeOf } from './network.ts';
import type { NetworkSpec, Shape, TensorId } from './network.ts';
import type { Random } from './random.ts';

/** Values for every parameter that training changes, as Keras begins with: kernels uniform after Glorot, gamma and
 *  movingVariance 1, everything else 0. A dropout layer's rate is set, not trained, and isn't among them. The same
 *  network and the same random numbers give the same values. */
export function initialValues(network: NetworkSpec, random: Random): Map<TensorId, Float32Array> {
  const values = new Map<TensorId, Float32Array>();
  for (const { id, role, name, shape, size } of describeTensors(network)) {
    if (role !== 'parameter' || name === 'rate') continue;
    const tensor = new Float32Array(size);
    if (name === 'kernel') fillGlorot(tensor, shape, random);
    if (name === 'gamma' || name === 'movingVariance') tensor.fill(1);
    values.set(id, tensor);
  }
  return values;
}

/** Uniform in ±√(6 / (fan in + fan out)); a convolution's fans count its window's cells too.
 *  Source: Glorot and Bengio 2010; keras.io/api/layers/initializers/#glorotuniform-class */
function fillGlorot(kernel: Float32Array, shape: Shape, random: Random): void {
  const [inputs, outputs] = shape.slice(-2);
  const limit = Math.sqrt(6 / (sizeOf(shape.slice(0, -2)) * (inputs + outputs)));
  for (let i = 0; i < kernel.length; i++) kernel[i] = limit * (2 * random.uniform() - 1);
}
