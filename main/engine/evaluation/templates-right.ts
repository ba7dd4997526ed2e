/** Counts how many images templates get right, without putting them into the network. */
import type { DataSet, Split } from '../../../shared/data.ts';
import { compare, type Templates } from '../../../shared/explain/comparison.ts';
import { type LayerId, sourceOf } from '../../../shared/network.ts';
import { argMax } from '../show/arg-max.ts';
import { fitForEvaluation } from '../training/fit.ts';
import type { Between, Model } from './evaluate.ts';
import { outputsOf } from './outputs.ts';

/** For each of these sets of templates of a dense layer, how many of the `of` images of a split have their highest
 *  score where it should be. The layer reads the images' activations once, for all sets. It has to be the layer that
 *  gives the scores. Throws UserError if network and data set don't fit. */
export async function templatesRight(
  { network, classes, parameters }: Pick<Model, 'network' | 'classes' | 'parameters'>,
  images: DataSet,
  { layer, sets, split }: { layer: LayerId; sets: readonly Templates[]; split: Split },
  between: Between,
): Promise<{ of: number; right: number[] }> {
  const layers = new Map(network.layers.map(each => [each.id, each]));
  const source = sourceOf(layers, layers.get(layer)!);
  const { data } = fitForEvaluation(network, classes, images, split);
  const right = sets.map(() => 0);
  await outputsOf(
    { network, parameters },
    data,
    { layer: source.id, indices: data.split[split] },
    (output, index) => {
      for (const [at, templates] of sets.entries()) {
        const scores = compare(output, templates, 1).map(({ score }) => score);
        if (argMax(scores) === data.labels[index]) right[at]++;
      }
    },
    between,
  );
  return { of: data.split[split].length, right };
}
