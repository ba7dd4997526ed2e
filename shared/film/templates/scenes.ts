/** Scenes about one layer, for the films that the app makes by itself. */
import type { ElementIndex } from '../../layout/layout.ts';
import { messages } from '../../messages.ts';
import type { Layer, TensorId, TensorInfo } from '../../network.ts';
import { braces, elementInBraces } from '../caption-cells.ts';
import { isColour, mapsIn } from '../panel.ts';
import { spot } from '../moment.ts';
import type { FilmScene, Region } from '../storyboard.ts';
import { type Facts, kernelOf, outputOf, patternOf, readBy, strongestCell } from './network-facts.ts';

/** A scene without what all of them have alike. */
export type SceneDraft = Omit<FilmScene, 'id' | 'before' | 'after' | 'marks' | 'duration'> &
  Partial<Pick<FilmScene, 'before' | 'after'>> & { duration: number };

/** The image alone, as numbers. */
export function imageScene({ image }: Facts): SceneDraft {
  const text = messages.filmTemplates.image;
  const [height, width = 1] = image.shape;
  return {
    title: text.title,
    camera: { kind: 'maps', maps: [{ tensor: image.id }] },
    motion: { kind: 'still' },
    duration: 6,
    transition: 'cut',
    caption: text.caption(height, width, isColour(image)),
    notes: text.notes,
  };
}

/** The strongest cell of a convolution: its window, its kernel and its sum. `sheet`: its pixels and its formula as
 *  cells, too. */
export function cellScenes(facts: Facts, layer: Layer, { sheet: inSheet = false } = {}): SceneDraft[] {
  const { sheet } = facts;
  const text = messages.filmTemplates;
  const { element, map } = strongestCell(facts, outputOf(sheet, layer));
  const [height, width, inputs] = kernelOf(sheet, layer).shape;
  const bias: TensorId = `${layer.id}/bias`;
  const cell: SceneDraft = {
    title: text.cell.title,
    camera: { kind: 'cell', element },
    motion: { kind: 'still' },
    duration: 11,
    transition: 'fade',
    caption: text.cell.caption(
      height * width * inputs,
      elementInBraces(element),
      sheet.tensors.has(bias) ? elementInBraces({ tensor: bias, index: map }) : undefined,
    ),
    notes: `${text.strongest(layer.name, map + 1)} ${text.cell.notes}`,
  };
  if (!inSheet) return [cell];
  return [
    {
      title: text.pixels.title,
      camera: { kind: 'sheet', region: around(facts, layer, element) },
      motion: { kind: 'still' },
      duration: 6,
      transition: 'fade',
      caption: text.pixels.caption(height, width),
      notes: text.pixels.notes,
    },
    {
      title: text.kernel.title,
      camera: { kind: 'kernels', layer: layer.id, kernel: map },
      motion: { kind: 'still' },
      duration: 6,
      transition: 'fade',
      caption: text.kernel.caption(map + 1, patternOf(facts, layer, map)),
      notes: text.kernel.notes,
    },
    cell,
    formulaScene(facts, layer, element),
  ];
}

/** The cells that a cell of a convolution looks at, and some around them. */
function around({ sheet }: Facts, layer: Layer, { tensor, index }: ElementIndex): Region {
  const read = readBy(sheet, layer);
  const [height, width = 1, maps = 1] = read.shape;
  const [rows, columns] = outputOf(sheet, layer).shape;
  const { row, column } = spot(sheet.tensors.get(tensor)!, index);
  const middle = (at: number, of: number, whole: number) => Math.floor((at * whole) / Math.max(1, of));
  const [y, x] = [middle(row, rows, height), middle(column, columns, width)];
  const corner = (down: number, across: number) => ({
    tensor: read.id,
    index: (Math.min(height - 1, Math.max(0, y + down)) * width + Math.min(width - 1, Math.max(0, x + across))) * maps,
  });
  return { elements: [corner(-3, -5), corner(5, 7)] };
}

/** A cell with its formula, and its kernel beside it. */
function formulaScene({ sheet }: Facts, { id }: Layer, element: ElementIndex): SceneDraft {
  const text = messages.filmTemplates.formula;
  const kernel = sheet.tensors.get(`${id}/kernel`)!;
  const { map } = spot(sheet.tensors.get(element.tensor)!, element.index);
  // The weights of a dense layer stand far away, and there are many.
  const hasRoom = kernel.shape.length === 4;
  return {
    title: text.title,
    camera: {
      kind: 'sheet',
      region: { elements: hasRoom ? [{ tensor: kernel.id, index: map }, element] : [element], margin: hasRoom ? 1 : 5 },
      selection: { elements: [element] },
    },
    motion: { kind: 'still' },
    duration: 7,
    transition: 'fade',
    caption: text.caption,
    notes: text.notes,
  };
}

/** The window slides, and a map of a convolution comes about. */
export function mapScenes(facts: Facts, layer: Layer, map: number): SceneDraft[] {
  const { sheet } = facts;
  const text = messages.filmTemplates.scan;
  const info = outputOf(sheet, layer);
  const read = readBy(sheet, layer);
  const cells = info.shape[0] * info.shape[1];
  const source = isColour(read) || mapsIn(read) === 1 ? {} : { map: strongestCell(facts, read).map };
  return [
    {
      title: text.title,
      camera: {
        kind: 'maps',
        maps: [
          { tensor: read.id, ...source },
          { tensor: info.id, map },
        ],
      },
      motion: { kind: 'scan', tensor: info.id, from: map * cells, to: (map + 1) * cells - 1 },
      duration: 12,
      transition: 'fade',
      caption: text.caption(cells, read.role === 'pixels'),
      notes: text.notes,
    },
  ];
}

/** A map before a layer and after it, which comes about cell by cell. */
function besideScene(
  [before, after]: readonly [TensorInfo, TensorInfo],
  map: number,
  words: Pick<SceneDraft, 'title' | 'caption' | 'notes' | 'duration'>,
): SceneDraft {
  const cells = after.shape[0] * after.shape[1];
  return {
    ...words,
    camera: { kind: 'maps', maps: [before, after].map(({ id }) => ({ tensor: id, map })) },
    motion: { kind: 'scan', tensor: after.id, from: map * cells, to: (map + 1) * cells - 1 },
    transition: 'fade',
  };
}

/** A map before and after its ReLU. */
export function reluScene(facts: Facts, layer: Layer, relu: Layer, map: number): SceneDraft {
  const { title, caption, notes } = messages.filmTemplates.relu;
  const [before, after] = [outputOf(facts.sheet, layer), outputOf(facts.sheet, relu)];
  return besideScene([before, after], map, {
    title,
    duration: 7,
    caption,
    notes,
  });
}

/** A map before and after pooling. */
export function poolScene(facts: Facts, pool: Layer): SceneDraft {
  const { title, caption, notes } = messages.filmTemplates.pool;
  const [read, info] = [readBy(facts.sheet, pool), outputOf(facts.sheet, pool)];
  const [height, width] = 'poolSize' in pool ? pool.poolSize : [read.shape[0], read.shape[1]];
  return besideScene([read, info], strongestCell(facts, info).map, {
    title,
    duration: 8,
    caption: caption(height, width, pool.kind === 'maxPool2d'),
    notes,
  });
}

/** The strongest unit of a dense layer, and all of them. */
export function unitScenes(facts: Facts, layer: Layer, { sheet: inSheet = false } = {}): SceneDraft[] {
  const { sheet } = facts;
  const text = messages.filmTemplates;
  const info = outputOf(sheet, layer);
  const read = readBy(sheet, layer);
  const { element } = strongestCell(facts, info);
  const drafts: SceneDraft[] = [
    {
      title: text.unit.title,
      camera: { kind: 'cell', element },
      motion: { kind: 'still' },
      duration: 11,
      transition: 'fade',
      caption: text.unit.caption(layer.name, read.size, elementInBraces(element)),
      notes: text.unit.notes,
    },
  ];
  if (inSheet) drafts.push(formulaScene(facts, layer, element));
  drafts.push({
    title: text.units.title,
    camera: { kind: 'maps', maps: [{ tensor: read.id }, { tensor: info.id }] },
    motion: { kind: 'scan', tensor: info.id, from: 0, to: info.size - 1 },
    duration: 9,
    transition: 'fade',
    caption: text.units.caption(layer.name, info.size),
    notes: text.units.notes,
  });
  return drafts;
}

/** The whole network once more, with its answer. */
export function endScene({ answer }: Facts): SceneDraft[] {
  const text = messages.filmTemplates.end;
  if (!answer) return [];
  return [
    {
      title: text.title,
      camera: { kind: 'network' },
      motion: { kind: 'still' },
      duration: 6,
      before: 0,
      after: 60,
      transition: 'fade',
      caption: text.caption(braces('answer'), answer.share ? braces('answer', true) : undefined),
      notes: text.notes,
    },
  ];
}
