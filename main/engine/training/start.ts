/** The network and the values that a run begins with. */
import { type DataSet, type Fit } from '../../../shared/data.ts';
import { fitRemarks, untrainedRemarks } from '../../../shared/data-meaning.ts';
import { initialValues } from '../../../shared/initial-values.ts';
import { describeTensors, type NetworkSpec, type TensorId } from '../../../shared/network.ts';
import { frozenIn } from '../../../shared/phases.ts';
import { createRandom } from '../../../shared/random.ts';
import type { Start, TrainingConfig } from '../../../shared/training.ts';
import { type Fitted, fitNetwork } from './fit.ts';
import { summarize } from '../data/samples.ts';

export type Beginning = Omit<Fitted, 'moved'> & {
  /** The present values, with fresh ones for the layers that begin anew. */
  values: Map<TensorId, Float32Array>;
  /** The parameters of the layer that gives the scores, if its classes changed or moved. */
  renewed: ReadonlySet<TensorId>;
};

type Before = {
  network: NetworkSpec;
  classes: readonly string[];
  values: ReadonlyMap<TensorId, Float32Array>;
  /** How the images it was trained with were fitted to the input. */
  fit?: Fit;
  /** Elements under formulas that the run can't follow. They keep their values. */
  kept?: ReadonlyMap<TensorId, Uint32Array>;
};

/** The network as it will be trained on the data set, and the values it begins with. Fresh values depend on the seed.
 *  Frozen layers keep their values, and so do the scores of classes that stay. Throws UserError if the network and the
 *  data set don't fit together. */
export function beginningOf(
  workbook: Before,
  data: DataSet,
  config: Pick<TrainingConfig, 'seed' | 'layerRates' | 'groups' | 'phases' | 'data'>,
  start: Start,
): Beginning {
  const frozen = frozenIn(workbook.network, config);
  const { moved, ...fitted } = fitNetwork(workbook.network, workbook.classes, data, { start, frozen });
  const fresh = initialValues(fitted.network, createRandom(config.seed));
  const values = new Map(workbook.values);
  const renewed = new Set<TensorId>();
  for (const { id, layer } of describeTensors(fitted.network)) {
    const value = fresh.get(id);
    if (!value) continue;
    const anew = start === 'initial' && !frozen.has(layer);
    if (layer === moved?.layer) {
      renewed.add(id);
      values.set(id, anew ? value : keepColumns(value, workbook.values.get(id)!, moved.from, workbook.classes.length));
    } else if (anew) values.set(id, keepElements(value, workbook.values.get(id), workbook.kept?.get(id)));
  }
  const remarks = [...fitted.remarks, ...untrainedRemarks(summarize(data))];
  if (start !== 'initial') remarks.push(...fitRemarks(config.data.fit, workbook.fit));
  return { ...fitted, remarks, values, renewed };
}

/** Fresh values of a tensor, but for the elements at these indices. */
function keepElements(fresh: Float32Array, before: Float32Array | undefined, indices?: Uint32Array): Float32Array {
  if (!indices || before?.length !== fresh.length) return fresh;
  const kept = fresh.slice();
  for (const index of indices) kept[index] = before[index];
  return kept;
}

/** Fresh values of a tensor with a column for each score. The columns of scores that stay are copied from `before`,
 *  which has `units` columns. */
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
