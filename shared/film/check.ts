/** Whether a scene fits a network. A storyboard stays as it is when the network becomes another one. */
import { MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import type { Written } from '../cells.ts';
import { isSame } from '../changes/edits.ts';
import { comparisonIn } from '../explain/comparison.ts';
import { placeOf, type Sheet } from '../layout/sheet.ts';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import { type Layer, trainedTensors, type TensorId } from '../network.ts';
import type { RunSummary } from '../protocol/replies.ts';
import { typedInto } from '../typed-entry.ts';
import { problemOfCaption } from './caption-cells.ts';
import { mapsIn } from './panel.ts';
import type { Camera, FilmScene, Motion, Region } from './storyboard.ts';

const { problems: say } = sentences.scenes;

/** What else a scene may need. `runs`: the kept ones. `images`: how many images there are; left out where that isn't
 *  known. */
export type Surroundings = {
  written: Pick<Written, 'sheets' | 'names'>;
  runs: readonly Pick<RunSummary, 'id' | 'name' | 'kept' | 'layers'>[];
  images?: number;
};

/** Why a scene can't be shown with this network. undefined if it can. */
export function problemOf(sheet: Sheet, scene: FilmScene, around: Surroundings): Sentence | undefined {
  const { camera, motion, caption } = scene;
  return (
    problemOfCamera(sheet, camera, around) ??
    problemOfMotion(sheet, motion, around) ??
    problemOfCaption(sheet, caption, around.written.sheets)
  );
}

function problemOfCamera(sheet: Sheet, camera: Camera, { written }: Surroundings): Sentence | undefined {
  switch (camera.kind) {
    case 'sheet': {
      if (camera.plane !== undefined && camera.plane !== 'value') return say.plane;
      const regions = [camera.region, ...(camera.selection ? [camera.selection] : [])];
      return first(regions, region => problemOfRegion(sheet, region, written));
    }
    case 'maps':
      return first(camera.maps, ({ tensor, map = 0 }) => {
        const info = sheet.tensors.get(tensor);
        if (!info) return say.noTensor(tensor);
        return map < mapsIn(info) ? undefined : say.noMap(nameOf(sheet, tensor), map + 1, mapsIn(info));
      });
    case 'cell':
      return problemOfElement(sheet, camera.element);
    case 'scores':
      return comparisonIn(sheet) ? undefined : say.noScores;
    case 'kernels': {
      const { layer, kernel = 0 } = camera;
      if (layer !== undefined && !sheet.layers.has(layer)) return say.noLayer(layer);
      const kernels = [...sheet.tensors.values()].filter(({ name }) => name === 'kernel');
      const shown = kernels.find(info => (layer ?? info.layer) === info.layer);
      if (shown && kernel >= shown.shape.at(-1)!)
        return say.noKernel(nameOf(sheet, shown.id), kernel + 1, shown.shape.at(-1)!);
      if (shown) return undefined;
      return layer === undefined ? say.noKernels : say.noKernelsIn(sheet.layers.get(layer)!.name);
    }
    default:
      return undefined;
  }
}

function problemOfMotion(sheet: Sheet, motion: Motion, around: Surroundings): Sentence | undefined {
  switch (motion.kind) {
    case 'scan': {
      const info = sheet.tensors.get(motion.tensor);
      if (!info) return say.noTensor(motion.tensor);
      const name = nameOf(sheet, motion.tensor);
      if (info.role !== 'computed') return say.notComputed(name);
      if (motion.to >= info.size) return say.noElement(name, motion.to + 1, info.size);
      return motion.from > motion.to ? say.backwards(motion.from + 1, motion.to + 1) : undefined;
    }
    case 'walk': {
      const { tensor } = motion.element;
      const problem = problemOfElement(sheet, motion.element);
      if (problem !== undefined) return problem;
      return sheet.tensors.get(tensor)!.role === 'computed' ? undefined : say.notComputed(nameOf(sheet, tensor));
    }
    case 'edit': {
      const { element, text } = motion;
      const problem = problemOfElement(sheet, element);
      if (problem !== undefined) return problem;
      return typedInto({ sheet, ...around.written }, placeOf(sheet, element.tensor, element.index), text).refusal;
    }
    case 'train':
      return trainedTensors(sheet.network).length > 0 ? undefined : say.nothingToTrain;
    case 'run': {
      const run = around.runs.find(({ id }) => id === motion.run);
      return run ? problemOfRun(sheet, run) : say.noRun;
    }
    case 'images': {
      const { images = Infinity } = around;
      const missing = motion.images.find(image => image >= images);
      return missing === undefined ? undefined : sentences.data.noImage(missing, images);
    }
    default:
      return undefined;
  }
}

/** Why the weights that a run has kept can't be shown in this network: it trained other layers, in which they gave
 *  other numbers. Runs of earlier versions don't tell their layers; of them only the sizes of the weights can be
 *  compared. */
export function problemOfRun(
  sheet: Sheet,
  { name, kept, layers }: Omit<Surroundings['runs'][number], 'id'>,
): Sentence | undefined {
  if (!kept) return say.runWithoutWeights(name);
  const changed = layers && changedLayer(sheet.network.layers, layers);
  if (changed) return say.runOfOtherLayers(name, changed.name);
  const sizes = new Map(kept.sizes);
  const parameters = [...sheet.tensors.values()].filter(({ role }) => role === 'parameter');
  const fits = parameters.length === sizes.size && parameters.every(({ id, size }) => sizes.get(id) === size);
  return fits ? undefined : say.runOfAnother(name);
}

/** The first layer that two networks don't share, whatever its name is. */
function changedLayer(now: readonly Layer[], then: readonly Layer[]): Layer | undefined {
  const missing = (from: readonly Layer[], others: readonly Layer[]) =>
    from.find(layer => {
      const other = others.find(({ id }) => id === layer.id);
      return !other || !isSame({ ...other, name: layer.name }, layer);
    });
  return missing(now, then) ?? missing(then, now);
}

function problemOfRegion(sheet: Sheet, region: Region, { sheets }: Surroundings['written']): Sentence | undefined {
  if ('elements' in region) return first(region.elements, element => problemOfElement(sheet, element));
  const { row, column, height, width } = region;
  if (sheets.every(({ id }) => id !== region.sheet)) return say.noSheet;
  const fits = height > 0 && width > 0 && row + height <= MAX_ROWS && column + width <= MAX_COLUMNS;
  return fits ? undefined : say.noRange;
}

function problemOfElement(sheet: Sheet, { tensor, index }: { tensor: TensorId; index: number }): Sentence | undefined {
  const info = sheet.tensors.get(tensor);
  if (!info) return say.noTensor(tensor);
  return index < info.size ? undefined : say.noElement(nameOf(sheet, tensor), index + 1, info.size);
}

/** A tensor as users know it, such as conv1/kernel. */
function nameOf({ layers, tensors }: Sheet, tensor: TensorId): string {
  const { layer, name } = tensors.get(tensor)!;
  return `${layers.get(layer)!.name}/${name}`;
}

function first<T>(items: readonly T[], problemIn: (item: T) => Sentence | undefined): Sentence | undefined {
  for (const item of items) {
    const problem = problemIn(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
