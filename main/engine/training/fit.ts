/** Checks whether a network and a data set fit together, and changes the network to fit the data. */
import { type DataChoice, type DataSet, type DataSource, pathsOf, type Split } from '../../../shared/data.ts';
import { keptName, type Meaning, meaningOf } from '../../../shared/data-meaning.ts';
import { UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences, together } from '../../../shared/messages/sentences.ts';
import {
  formatShape,
  inferShapes,
  type LayerId,
  type LayerOf,
  type NetworkSpec,
  sizeOf,
} from '../../../shared/network.ts';
import type { RunRecord, Start, TrainingConfig } from '../../../shared/training.ts';

/** A network that is ready to be trained on a data set. */
export type Fitted = {
  network: NetworkSpec;
  classes: readonly string[];
  /** The data set with the network's units as its labels. */
  data: DataSet;
  /** Sentences about what changed in the network. Empty if nothing did. */
  notices: Sentence[];
  /** Sentences about other things worth knowing. */
  remarks: Sentence[];
  /** Set if the classes of the scores changed or moved: the layer that gives the scores, and for each of its units the
   *  earlier unit whose weights it keeps. */
  moved?: { layer: LayerId; from: readonly (number | undefined)[] };
};

/** What a run starts from, and the layers that it doesn't train. */
type Beginning = { start: Start; frozen: ReadonlySet<LayerId> };

/** Changes a network to fit a data set. Throws UserError naming both if the images don't fit the network's input, or
 *  the classes can't be its scores.
 *  - Classes that the network knows by name keep their scores.
 *  - If the data set has other classes, a dense layer that gives the scores gets one score for each class of the data
 *    set. Without such a layer, unknown classes take the places of absent ones.
 *  - If images may have several labels, the softmax at the end becomes a sigmoid.
 *  - A run that continues another one doesn't change the network's scores. */
export function fitNetwork(
  network: NetworkSpec,
  classes: readonly string[],
  data: DataSet,
  beginning: Beginning,
): Fitted {
  checkShape(network, data);
  const fitted = fitClasses(network, classes, data, beginning);
  const last = network.layers.at(-1)!;
  if (!data.severalLabels || last.kind !== 'softmax') return fitted;
  const { id, name, inputs } = last;
  const layers = [...fitted.network.layers.slice(0, -1), { id, name, inputs, kind: 'sigmoid' as const }];
  const notices = [...fitted.notices, sentences.runs.severalLabels(data.name, name)];
  return { ...fitted, network: { ...fitted.network, layers }, notices };
}

function fitClasses(
  network: NetworkSpec,
  classes: readonly string[],
  data: DataSet,
  { start, frozen }: Beginning,
): Fitted {
  const scores = scoresOf(network);
  const meaning = meaningOf(classes, scores, data.classes);
  const { units, unknown, absent, byPlace } = meaning;
  const named = data.classes.map(keptName);
  const layer = start === 'continue' ? undefined : scoreLayer(network);
  const kept = { network, classes, data: alignData(data, meaning, classes, scores), notices: [], remarks: [] };
  if (byPlace && data.classes.length === scores)
    return {
      ...kept,
      classes: named,
      data: { ...data, classes: named },
      notices: [sentences.runs.classesNamed(data.name)],
    };
  if (!byPlace && unknown.length === 0 && (absent.length === 0 || !layer))
    return absent.length === 0 ? kept : { ...kept, remarks: [sentences.meaning.stay(data.name, absent)] };
  if (start === 'continue' && !byPlace)
    throw new UserError(sentences.meaning.continueUnknown(data.name, unknown, classes));
  if (layer) {
    const wanted = { ...layer, units: named.length };
    const layers = network.layers.map(each => (each.id === layer.id ? wanted : each));
    const notices = scoreNotices(layer, data, meaning, start === 'initial', frozen.has(layer.id));
    return {
      network: { ...network, layers },
      classes: named,
      data: { ...data, classes: named },
      notices,
      remarks: [],
      moved: { layer: layer.id, from: units },
    };
  }
  checkFit(network, data);
  // Units that stand for none of the classes are free for the new ones.
  const known = new Set(units);
  const free = [...classes.keys()].filter(unit => !known.has(unit));
  const filled = units.map(unit => unit ?? free.shift()!);
  const renamed = classes.slice();
  for (const [place, unit] of filled.entries()) renamed[unit] = named[place];
  const { classesNamed } = sentences.runs;
  return {
    network,
    classes: renamed,
    data: alignData(data, { ...meaning, units: filled }, renamed, scores),
    notices: [start === 'initial' ? classesNamed(data.name) : sentences.meaning.replaced(data.name, unknown, absent)],
    remarks: [],
  };
}

/** Sentences about what happens to each score. */
function scoreNotices(
  { name, units: before }: LayerOf<'dense'>,
  data: DataSet,
  { units, unknown, absent }: Meaning,
  anew: boolean,
  frozen: boolean,
): Sentence[] {
  const known = data.classes.filter((_, place) => units[place] !== undefined);
  const after = data.classes.length;
  const { rescored, scores, frozenScores } = sentences.meaning;
  const fresh = known.length === 0 || (anew && !frozen);
  return [
    fresh ? rescored(name, before, after, data.name) : scores(name, after, data.name, known, unknown, absent),
    ...(frozen && unknown.length > 0 ? [frozenScores(name)] : []),
  ];
}

/** The data set with the network's units as its labels. Labels that the network lacks are left out. An image whose only
 *  class the network lacks is in no split. */
function alignData(data: DataSet, { units, byPlace }: Meaning, classes: readonly string[], scores: number): DataSet {
  const own = byPlace ? data.classes : classes;
  const inOrder = data.classes.length === scores && units.every((unit, place) => unit === place);
  if (inOrder) return { ...data, classes: own };
  const places = Array.from({ length: scores }, (): number | undefined => undefined);
  for (const [place, unit] of units.entries()) if (unit !== undefined) places[unit] = place;
  const labels = data.severalLabels ? alignFlags(data, units, scores) : alignLabels(data, units, scores);
  const isKnown = (index: number) => data.severalLabels || units[data.labels[index]] !== undefined;
  const keep = (split: Split) => data.split[split].filter(isKnown);
  return {
    ...data,
    classes: own,
    places,
    labels,
    split: { training: keep('training'), validation: keep('validation'), test: keep('test') },
  };
}

function alignLabels({ labels }: DataSet, units: Meaning['units'], scores: number): DataSet['labels'] {
  const aligned = scores > 256 ? new Uint16Array(labels.length) : new Uint8Array(labels.length);
  for (let index = 0; index < labels.length; index++) aligned[index] = units[labels[index]] ?? 0;
  return aligned;
}

/** The most bytes of labels; the same limit as when a data set is read. */
const MOST_FLAGS = 2 ** 31;

function alignFlags({ count, labels, classes }: DataSet, units: Meaning['units'], scores: number): Uint8Array {
  if (count * scores > MOST_FLAGS) throw new UserError(sentences.data.tooLarge(count, `${scores}`, '2 GB'));
  const aligned = new Uint8Array(count * scores);
  for (const [place, unit] of units.entries()) {
    if (unit === undefined) continue;
    for (let index = 0; index < count; index++) aligned[index * scores + unit] = labels[index * classes.length + place];
  }
  return aligned;
}

/** A data set ready for evaluating a network on it, with sentences about what the network doesn't know. Throws
 *  UserError naming both if the network knows none of the classes. */
export function fitForEvaluation(
  network: NetworkSpec,
  classes: readonly string[],
  data: DataSet,
  split: Split,
): { data: DataSet; notes: Sentence[]; leftOut: number } {
  checkShape(network, data);
  const scores = scoresOf(network);
  const meaning = meaningOf(classes, scores, data.classes);
  const { units, unknown, byPlace } = meaning;
  const text = sentences.meaning;
  if (byPlace) checkFit(network, data);
  if (unknown.length === data.classes.length) throw new UserError(text.noneKnown(data.name, classes, data.classes));
  const aligned = alignData(data, meaning, classes, scores);
  const leftOut = data.split[split].length - aligned.split[split].length;
  if (leftOut > 0 && aligned.split[split].length === 0)
    throw new UserError(text.noneOfSplit(data.name, split, classes));
  const notes: Sentence[] = [];
  if (byPlace) notes.push(text.byPlace(data.name));
  if (unknown.length > 0) {
    const without = data.severalLabels ? text.labelsLeftOut : text.imagesLeftOut(leftOut);
    const known = text.someKnown(data.name, units.length - unknown.length, units.length, unknown);
    notes.push(together([known, without]));
  }
  return { data: aligned, notes, leftOut };
}

/** The dense layer whose scores the last layer turns into probabilities. Undefined if there is none, or if another
 *  layer reads the scores too. */
function scoreLayer({ layers }: NetworkSpec): LayerOf<'dense'> | undefined {
  const [id] = layers.at(-1)!.inputs;
  const layer = layers.find(each => each.id === id);
  const readers = layers.filter(({ inputs }) => inputs.includes(id));
  return layer?.kind === 'dense' && readers.length === 1 ? layer : undefined;
}

const scoresOf = (network: NetworkSpec) => sizeOf(inferShapes(network).get(network.layers.at(-1)!.id)!);

/** Throws UserError if the images don't fit the network's input, or if the data set and the network differ in their
 *  number of classes. */
export function checkFit(network: NetworkSpec, data: Pick<DataSet, 'name' | 'shape' | 'classes'>): void {
  checkShape(network, data);
  const { name, classes } = data;
  const units = scoresOf(network);
  if (units !== classes.length)
    throw new UserError(sentences.runs.classesDiffer(name, classes.length, network.layers.at(-1)!.name, units));
}

export function checkShape(network: NetworkSpec, { name, shape }: Pick<DataSet, 'name' | 'shape'>): void {
  const [input] = network.layers as [LayerOf<'input'>];
  const [images, wanted] = [formatShape(shape), formatShape(input.shape)];
  if (images !== wanted) throw new UserError(sentences.runs.shapeDiffers(name, images, wanted));
}

/** The shape that images must have for a network. Throws UserError if images can't have the input's number of
 *  channels. */
export function inputShape(network: NetworkSpec): DataChoice['shape'] {
  const { shape } = network.layers[0] as LayerOf<'input'>;
  const [height, width, channels] = shape;
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw new UserError(sentences.runs.noImageInput(formatShape(shape)));
  return [height, width, channels];
}

/** Throws UserError if the data set lacks images that a run with this set-up needs. */
export function checkSetUp({ name, split }: Pick<DataSet, 'name' | 'split'>, config: TrainingConfig): void {
  if (split.training.length === 0) throw new UserError(sentences.runs.noTrainingImages(name));
  if ((config.patience > 0 || config.keepBest) && split.validation.length === 0)
    throw new UserError(sentences.runs.noValidation(name, config.data.validation));
}

/** For a run that goes on with another run's memory: a sentence if it learns from other images than that run. */
export function otherImages(last: RunRecord, { data }: TrainingConfig, name: string): Sentence[] {
  const [before, now] = [last.config.data.source, data.source];
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  const places = last.dataName === name ? [placeOf(before), placeOf(now)] : [last.dataName, name];
  return [sentences.runs.otherData(last.name, places[0], places[1])];
}

const placeOf = (source: DataSource): string => (source.kind === 'named' ? source.name : pathsOf(source).at(-1)!);
