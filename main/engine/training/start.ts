/** What a run begins with. */
import { type DataSet, type Fit } from '../../../shared/data.ts';
import { fitRemarks, untrainedRemarks } from '../../../shared/data-meaning.ts';
import { initialValues } from '../../../shared/initial-values.ts';
import { describeTensors, type NetworkSpec, type TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import type { Start, TrainingConfig } from '../../../shared/training.ts';
import { type Fitted, fitNetwork } from './fit.ts';
import { summarize } from '../data/samples.ts';

export type Beginning = Omit<Fitted, 'moved'> & {
  /** The values there were, and fresh ones in the place of those that begin anew. */
  values: Map<TensorId, Float32Array>;
  /** The parameters of the layer of the scores, where these are other classes or in another order than before. */
  renewed: ReadonlySet<TensorId>;
};

type Before = {
  network: NetworkSpec;
  classes: readonly string[];
  values: ReadonlyMap<TensorId, Float32Array>;
  /** How the images it was trained with were fitted. */
  fit?: Fit;
};

/** The network as it is trained on the data set, and the values it begins with. Fresh ones follow from the seed; frozen
 *  layers keep their own, and so do the scores of classes that stay. Throws UserError where network and data set don't
 *  go together. */
export function beginningOf(
  workbook: Before,
  data: DataSet,
  config: Pick<TrainingConfig, 'seed' | 'layerRates' | 'data'>,
  start: Start,
): Beginning {
  const { layerRates } = config;
  const { moved, ...fitted } = fitNetwork(workbook.network, workbook.classes, data, { start, layerRates });
  const fresh = initialValues(fitted.network, createRandom(config.seed));
  const values = new Map(workbook.values);
  const renewed = new Set<TensorId>();
  for (const { id, layer } of describeTensors(fitted.network)) {
    const value = fresh.get(id);
    if (!value) continue;
    const anew = start === 'initial' && layerRates[layer] !== 0;
    if (layer === moved?.layer) {
      renewed.add(id);
      values.set(id, anew ? value : keepColumns(value, workbook.values.get(id)!, moved.from, workbook.classes.length));
    } else if (anew) values.set(id, value);
  }
  const remarks = [...fitted.remarks, ...untrainedRemarks(summarize(data))];
  if (start !== 'initial') remarks.push(...fitRemarks(config.data.fit, workbook.fit));
  return { ...fitted, remarks, values, renewed };
}

/** The fresh values of a tensor, a column for each score, with those columns that stay of as many as there were. */
function keepColumns(
  fresh: Float32Array,
  before: Float32Array,
  from: readonly (number | undefined)[],
  units: number,
): Float32Array {
  const kept = fresh.slice();
  for (const [unit, old] of from.entries()) {
    if (old === undefined) continue;
    for (let row = 0; row * from.length < kept.length; row++)
      kept[row * from.length + unit] = before[row * units + old];
  }
  return kept;
}
