/** The values that training begins with. */
import { parameterOf } from './layers/parameters.ts';
import { describeTensors } from './network.ts';
import type { NetworkSpec, TensorId } from './network.ts';
import type { Random } from './random.ts';

/** Initial values for every trained parameter. A dropout layer's rate is not among them, because it is set and not
 *  trained. The same network and the same random numbers give the same values. */
export function initialValues(network: NetworkSpec, random: Random): Map<TensorId, Float32Array> {
  const values = new Map<TensorId, Float32Array>();
  for (const { id, name, shape, size } of describeTensors(network)) {
    const fill = parameterOf(name)?.fill;
    if (!fill) continue;
    const tensor = new Float32Array(size);
    fill(tensor, shape, random);
    values.set(id, tensor);
  }
  return values;
}
