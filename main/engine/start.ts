/** What a run begins with. */
import { initialValues } from '../../shared/initial-values.ts';
import { describeTensors, type LayerId, type NetworkSpec, type TensorId } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import type { TrainingConfig } from '../../shared/training.ts';

/** Fresh values for the layers that are trained, which follow from the seed; a frozen layer keeps its own, and has none here. */
export function freshValues(
  network: NetworkSpec,
  { seed, layerRates }: Pick<TrainingConfig, 'seed' | 'layerRates'>,
): Map<TensorId, Float32Array> {
  const values = initialValues(network, createRandom(seed));
  for (const { id, layer } of describeTensors(network)) if (layerRates[layer] === 0) values.delete(id);
  return values;
}

/** The values of a layer that has to begin anew, whatever the others begin with. */
export function renewedValues(
  network: NetworkSpec,
  { seed }: Pick<TrainingConfig, 'seed'>,
  renewed: LayerId | undefined,
): Map<TensorId, Float32Array> {
  const values = initialValues(network, createRandom(seed));
  for (const { id, layer } of describeTensors(network)) if (layer !== renewed) values.delete(id);
  return values;
}
