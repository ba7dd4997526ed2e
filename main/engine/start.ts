/** What a run begins with. */
import type { DataSet } from '../../shared/data.ts';
import { initialValues } from '../../shared/initial-values.ts';
import { describeTensors, type NetworkSpec, type TensorId } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import type { Start, TrainingConfig } from '../../shared/training.ts';
import { type Fitted, fitNetwork } from './fit.ts';

export type Beginning = Omit<Fitted, 'renewed'> & {
  /** The values there were, and fresh ones in the place of those that begin anew. */
  values: Map<TensorId, Float32Array>;
  /** The parameters of a layer that begins anew whatever the others do, because it got another number of scores. */
  renewed: ReadonlySet<TensorId>;
};

/** The network as it is trained on the data set, and the values it begins with. Fresh ones follow from the seed; frozen layers keep their own. Throws UserError where network and data set don't go together. */
export function beginningOf(
  workbook: { network: NetworkSpec; classes: readonly string[]; values: ReadonlyMap<TensorId, Float32Array> },
  data: DataSet,
  { seed, layerRates }: Pick<TrainingConfig, 'seed' | 'layerRates'>,
  start: Start,
): Beginning {
  const fitted = fitNetwork(workbook.network, workbook.classes, data, start !== 'continue');
  const fresh = initialValues(fitted.network, createRandom(seed));
  const values = new Map(workbook.values);
  const renewed = new Set<TensorId>();
  for (const { id, layer } of describeTensors(fitted.network)) {
    const value = fresh.get(id);
    if (!value) continue;
    if (layer === fitted.renewed) renewed.add(id);
    if (renewed.has(id) || (start === 'initial' && layerRates[layer] !== 0)) values.set(id, value);
  }
  return { ...fitted, values, renewed };
}
