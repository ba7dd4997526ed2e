/** A whole layer at a glance: its maps and kernels as pictures, how its numbers are spread, and what its filters answer
 *  to most in the image that is shown. */
import { placeOf } from '../../shared/describe.ts';
import { parametersIn, type Spread, spreadOf, strongestIn } from '../../shared/explain/layer.ts';
import { receptiveField } from '../../shared/formula/trace.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import { messages } from '../../shared/messages.ts';
import { coordinatesOf, formatShape, type Layer, sizeOf, sourceOf, type TensorInfo } from '../../shared/network.ts';
import type { RangePlace } from '../../shared/places.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';
import { element } from '../core/element.ts';
import type { Values } from '../core/store.ts';
import { section } from '../parts/sides.ts';
import { histogramPicture } from '../plots/histogram.ts';
import {
  cellsOfElements,
  contentsIn,
  LARGEST,
  MOST_PICTURED,
  type Painting,
  paintRange,
  pictureButton,
} from './map-pictures.ts';
import { type Pointing } from './number-grid.ts';

/** So many maps, and so many slices of kernels, are shown. */
const [MOST_MAPS, MOST_SLICES] = [16, 32];
/** How many bars the histogram has. */
const BARS = 32;

/** One map, unit or slice: its number (from 1) and its cells. */
type Part = { name: string; caption: string; cells: RangePlace };

/** The layer's output, as far as it is shown. A vector is one part. */
function mapsOf(sheet: Sheet, { id, size, shape }: TensorInfo): Part[] {
  if (shape.length !== 3) return [];
  const [height, width, channels] = shape;
  if (Math.max(height, width) > LARGEST || height * width === 1) return [];
  // Half of all may be the image's.
  const most = Math.floor(MOST_PICTURED / 2 / (height * width));
  return Array.from({ length: Math.min(channels, MOST_MAPS, most) }, (_, channel) => ({
    name: messages.cells.map(channel + 1),
    caption: messages.cells.map(channel + 1),
    cells: cellsOfElements(sheet, id, channel, size - channels + channel),
  }));
}

/** The slices of the layer's kernels: of a convolution, or of a dense layer over maps. */
function slicesOf(sheet: Sheet, layer: Layer): Part[] {
  const kernel = sheet.tensors.get(`${layer.id}/kernel`);
  if (!kernel) return [];
  if (kindOf(layer).weights === 'kernels' && kernel.shape.length === 4) {
    const [height, width, channels, filters] = kernel.shape;
    const last = (height * width - 1) * channels * filters;
    return slices(sheet, kernel, filters, channels, last);
  }
  const source = sheet.tensors.get(`${sourceOf(sheet.layers, layer).id}/output`)!;
  if (kindOf(layer).weights !== 'units' || source.shape.length !== 3) return [];
  const [height, width, channels] = source.shape;
  if (height * width === 1) return [];
  const [, units] = kernel.shape;
  return slices(sheet, kernel, units, channels, (height * width - 1) * channels * units);
}

/** `last`: how far after its first element in the tensor the last one of a slice is. */
function slices(sheet: Sheet, { id }: TensorInfo, filters: number, channels: number, last: number): Part[] {
  const found: Part[] = [];
  for (let filter = 0; filter < filters; filter++)
    for (let channel = 0; channel < channels && found.length < MOST_SLICES; channel++) {
      const first = channel * filters + filter;
      const caption = channels > 1 ? `${filter + 1} × ${channel + 1}` : String(filter + 1);
      const name = placeOf(sheet, { tensor: id, index: first }).block;
      found.push({ name, caption, cells: cellsOfElements(sheet, id, first, first + last) });
    }
  return found;
}

/** The cells that the view shows, for the window to ask for. */
export function layerRanges(sheet: Sheet, layer: Layer): RangePlace[] {
  const output = sheet.tensors.get(`${layer.id}/output`);
  if (!output) return [];
  const pixels = [...sheet.tensors.values()].find(({ role }) => role === 'pixels');
  const all = output.shape.length === 1 ? [cellsOfElements(sheet, output.id, 0, output.size - 1)] : [];
  return [
    ...(pixels ? mapsOf(sheet, pixels) : []).map(({ cells }) => cells),
    ...mapsOf(sheet, output).map(({ cells }) => cells),
    ...slicesOf(sheet, layer).map(({ cells }) => cells),
    ...all,
  ];
}

type LayerDrawing = Painting & { values: Values; pointing: Pointing };

export function drawLayer(drawing: LayerDrawing, layer: Layer): Node[] {
  const text = messages.explain.layer;
  const { values, pointing } = drawing;
  const { sheet } = drawing.state;
  const output = sheet.tensors.get(`${layer.id}/output`);
  if (!output) return [element('p', {}, text.noCells)];
  const maps = mapsOf(sheet, output);
  const channels = output.shape.at(-1)!;
  const isVector = output.shape.length === 1;
  const shown = isVector ? [cellsOfElements(sheet, output.id, 0, output.size - 1)] : maps.map(({ cells }) => cells);
  const numbers = shown.flatMap(cells => contentsIn(sheet, values, cells)).filter(each => typeof each === 'number');
  const { first } = text;
  const picture = ({ name, caption, cells }: Part) =>
    pictureButton(paintRange(drawing, values, cells), name, { target: cells, pointing, caption });
  const pictures = (parts: readonly Part[], of: number, what: string) =>
    parts.length === 0
      ? []
      : [
          section(
            what,
            parts.length < of ? [first(parts.length, of)] : [],
            element('div', { class: 'sights small' }, ...parts.map(part => picture(part))),
          ),
        ];
  const kernelCount = slicesOf(sheet, layer);
  return [
    element('p', { class: 'explain-place' }, layer.name),
    element('p', { class: 'explain-words' }, text.facts(formatShape(output.shape), parametersIn(sheet, layer.id))),
    ...pictures(maps, channels, text.maps),
    ...pictures(kernelCount, countOfSlices(sheet, layer), text.kernels),
    ...drawSpread(spreadOf(numbers, BARS), isVector || maps.length === channels ? [] : [first(maps.length, channels)]),
    ...strongest(drawing, output, maps),
  ];
}

function countOfSlices(sheet: Sheet, layer: Layer): number {
  const kernel = sheet.tensors.get(`${layer.id}/kernel`)!;
  if (!kernel) return 0;
  if (kernel.shape.length === 4) return sizeOf(kernel.shape.slice(2));
  const source = sheet.tensors.get(`${sourceOf(sheet.layers, layer).id}/output`)!;
  return kernel.shape[1] * source.shape.at(-1)!;
}

/** A histogram of the shown numbers, and how many of them are 0. `beside`: which numbers these are. */
function drawSpread(spread: Spread | undefined, beside: string[]): Node[] {
  const text = messages.explain.layer;
  if (!spread) return [];
  const { from, to, counts, zeros, of } = spread;
  if (from === to) return [section(text.spread, beside, element('p', {}, text.allEqual(shortNumber(from))))];
  return [
    section(
      text.spread,
      beside,
      histogramPicture({ from, to, counts: [...counts], nonFinite: 0 }),
      element('p', { class: 'explain-range' }, text.range(shortNumber(from), shortNumber(to))),
      element('p', {}, text.zeros(zeros, of)),
    ),
  ];
}

/** The place where each map is strongest, as the patch of the image that it sees there. */
function strongest(drawing: LayerDrawing, { id, shape }: TensorInfo, maps: readonly Part[]): Node[] {
  const { values, pointing } = drawing;
  const { sheet } = drawing.state;
  const text = messages.explain.layer;
  const made = maps.flatMap(({ name, cells }, channel) => {
    const channels = shape[2];
    const best = strongestIn(contentsIn(sheet, values, cells));
    if (!best) return [];
    const index = best.at * channels + channel;
    const [patch] = receptiveField(sheet, { tensor: id, index });
    if (!patch || Math.max(patch.height, patch.width) > LARGEST) return [];
    const [row, column] = coordinatesOf(shape, index);
    const target = { sheet: sheet.id, ...sheet.layout.cellOf(id, index), height: 1, width: 1 };
    const spoken = `${name} · ${messages.cells.rowAndColumn(row + 1, column + 1)}`;
    const canvas = paintRange(drawing, values, patch);
    return [pictureButton(canvas, spoken, { target, pointing, caption: name, note: shortNumber(best.value) })];
  });
  if (made.length === 0) return [];
  return [section(text.strongest, [], element('div', { class: 'sights small' }, ...made))];
}
