/** The values that training begins with. */
import { parameterOf } from './layers/parameters.ts';
import { describeTensors } from './network.ts';
import type { NetworkSpec, TensorId } from './network.ts';
import type { Random } from './random.ts';

/** Initial values for every trained parameter. A dropout layer's rate is not among them, because it is set and not
 *  trained. The same network and the same random numbers give the same values. */
export function initialValues(network: NetworkSpec, random: Random): Map<TensorId, Float32Array> {
  const values = new Map<TensorId, Float32Array>();
  const layers = new Map(network.layers.map(layer => [layer.id, layer]));
  for (const { id, layer, name, shape, size } of describeTensors(network)) {
    const own = layers.get(layer)!;
    if (own.kind === 'formula' && name === 'weights') values.set(id, Float32Array.from(own.weights!));
    const fill = parameterOf(name)?.fill;
    if (!fill) continue;
    const tensor = new Float32Array(size);
    fill(tensor, shape, random);
    values.set(id, tensor);
  }
  return values;
}
