/** Whether a network and a data set go together, and what of the network follows from the data. */
import type { DataChoice, DataSet } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import {
  formatShape,
  inferShapes,
  type LayerId,
  type LayerOf,
  type NetworkSpec,
  sizeOf,
} from '../../shared/network.ts';
import type { TrainingConfig } from '../../shared/training.ts';

/** The network as it is trained and evaluated on a data set, with sentences that say what became different. */
export type Fitted = {
  network: NetworkSpec;
  classes: readonly string[];
  notices: string[];
  /** The layer that got another number of scores, and so needs new values. */
  renewed?: LayerId;
};

/** As long as files keep class names. */
const LONGEST_NAME = 200;

type Data = Pick<DataSet, 'name' | 'shape' | 'classes' | 'severalLabels'>;

/** Several labels make the softmax at a network's end a sigmoid; classes are called what the data set calls them. With `rescore`, a dense layer that gives the scores gets as many as there are classes. Throws UserError naming
 *  both where the images aren't the network's input, or the classes not as many as its scores. */
export function fitNetwork(network: NetworkSpec, classes: readonly string[], data: Data, rescore = false): Fitted {
  const notices: string[] = [];
  const last = network.layers.at(-1)!;
  const scores = rescore ? scoreLayer(network) : undefined;
  const renewed = scores && scores.units !== data.classes.length ? scores : undefined;
  let fitted = network;
  if (renewed) {
    const wanted = { ...renewed, units: data.classes.length };
    fitted = { ...network, layers: network.layers.map(layer => (layer.id === renewed.id ? wanted : layer)) };
    notices.push(messages.runs.rescored(renewed.name, renewed.units, wanted.units, data.name));
  }
  checkFit(fitted, data);
  if (data.severalLabels && last.kind === 'softmax') {
    const { id, name, inputs } = last;
    fitted = { ...fitted, layers: [...fitted.layers.slice(0, -1), { id, name, inputs, kind: 'sigmoid' }] };
    notices.push(messages.runs.severalLabels(data.name, name));
  }
  const named = data.classes.map(name => name.slice(0, LONGEST_NAME));
  const same = classes.length === named.length && named.every((name, unit) => name === classes[unit]);
  if (!same && !renewed) notices.push(messages.runs.classesNamed(data.name));
  return { network: fitted, classes: same ? classes : named, notices, renewed: renewed?.id };
}

/** The dense layer whose scores the last layer makes probabilities of, where nothing else reads them. */
function scoreLayer({ layers }: NetworkSpec): LayerOf<'dense'> | undefined {
  const [id] = layers.at(-1)!.inputs;
  const layer = layers.find(each => each.id === id);
  const readers = layers.filter(({ inputs }) => inputs.includes(id));
  return layer?.kind === 'dense' && readers.length === 1 ? layer : undefined;
}

/** Throws UserError where the data set's images aren't the network's input, or its classes not as many as the network's scores. */
export function checkFit(network: NetworkSpec, { name, shape, classes }: Data): void {
  const [input] = network.layers as [LayerOf<'input'>];
  const [images, wanted] = [formatShape(shape), formatShape(input.shape)];
  if (images !== wanted) throw new UserError(messages.runs.shapeDiffers(name, images, wanted));
  const last = network.layers.at(-1)!;
  const units = sizeOf(inferShapes(network).get(last.id)!);
  if (units !== classes.length)
    throw new UserError(messages.runs.classesDiffer(name, classes.length, last.name, units));
}

/** The shape images have to have for a network. Throws UserError where no image has so many channels. */
export function inputShape(network: NetworkSpec): DataChoice['shape'] {
  const { shape } = network.layers[0] as LayerOf<'input'>;
  const [height, width, channels] = shape;
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw new UserError(messages.runs.noImageInput(formatShape(shape)));
  return [height, width, channels];
}

/** Throws UserError where a run can't be set up like this on the data set. */
export function checkSetUp(
  network: NetworkSpec,
  { name, split }: Pick<DataSet, 'name' | 'split'>,
  config: TrainingConfig,
): void {
  if (split.training.length === 0) throw new UserError(messages.runs.noTrainingImages(name));
  if ((config.patience > 0 || config.keepBest) && split.validation.length === 0)
    throw new UserError(messages.runs.noValidation(name, config.data.validation));
  const unknown = Object.keys(config.layerRates).find(id => network.layers.every(layer => layer.id !== id));
  if (unknown !== undefined) throw new UserError(messages.runs.unknownLayer(unknown));
}
