/** How a layer places its tensors on the network's sheet: bands of columns, one after the other. */
import { MAX_ROWS } from '../address.ts';
import { UserError } from '../errors.ts';
import { above, countThatFit, mapBlocks, repeats, vectorBlocks } from './blocks.ts';
import type { Blocks, Maps, Vector } from './blocks.ts';
import type { Band, Region } from './layout.ts';
import type { LayerIdentity, LayerInput } from '../layers/identity.ts';
import { messages } from '../messages.ts';
import { formatShape } from '../tensor.ts';
import type { ParameterName, Shape, TensorName } from '../tensor.ts';
import { channelBlocks, FEW_CHANNELS } from './weights.ts';
import { sentences } from '../messages/sentences.ts';

/** A formula that reads all of a stack or a vector has a term for each of its sections, of up to 60 characters; a cell
 *  holds 8,192, and a function takes 255 arguments. */
const MOST_SECTIONS = 136;

export type BandCaption = Pick<Band, 'role' | 'name' | 'detail'>;

/** A layer that is about to be placed, and what it does to place itself. */
export type Placing = {
  readonly layer: LayerIdentity;
  readonly inputs: readonly LayerInput[];
  /** Where what it reads stands, flatten layers passed through. */
  readonly sources: readonly (Maps | Vector)[];
  /** Of its output. */
  readonly shape: Shape;
  /** Where the input's maps begin. */
  readonly firstRow: number;
  /** Whether its units are the classes. */
  readonly isScores: boolean;
  /** Whether it has such a tensor. */
  has: (tensor: TensorName) => boolean;
  /** The name of a unit's class; undefined where its units aren't classes, or have no names. */
  className: (unit: number) => string | undefined;
  /** Puts a band in the next free columns. Throws UserError, naming the layer, where the sheet has too few. */
  band: (caption: BandCaption, blocksAt: (column: number) => Blocks) => void;
  /** Says where its output stands, for those that read it. */
  standAt: (place: Maps | Vector) => void;
};

/** The output's maps, where `maps` says. */
export function placeMaps(placing: Placing, maps: Maps, detail: string): void {
  placing.standAt(maps);
  placing.band({ role: 'maps', name: placing.layer.name, detail }, column => {
    const blocks = mapBlocks(`${placing.layer.id}/output`, maps, column);
    return { ...blocks, labels: blocks.regions.map(mapLabels) };
  });
}

/** The output's maps level with those of the (first) input, with the layer's parameters before them, or the output's
 *  vector with the parameters' columns. A parameter that counts for all maps stands beside the first: `single`. */
export function placeLikeInput(
  placing: Placing,
  detail: (size: string) => string = size => size,
  parameters: readonly Heading[] = [],
  single = false,
): void {
  const { layer, shape, sources } = placing;
  if (shape.length === 1) {
    const headings = parameters.length > 0 ? { ...headingTexts, output: messages.cells.denseHeadings.output } : {};
    placeColumns(placing, [...parameters, 'output'], headings, detail(String(shape[0])));
    return;
  }
  const maps = { ...(sources[0] as Maps), shape };
  const beside = single ? { ...maps, shape: [1, 1, 1] } : maps;
  if (parameters.length > 0) placing.band(besideMaps, column => channelBlocks(layer, parameters, beside, column));
  placeMaps(placing, maps, detail(mapsDetail(shape)));
}

const headingTexts = messages.layers.headings;
export type Heading = keyof typeof headingTexts & ParameterName;
/** The caption of what stands before maps. */
export const besideMaps: BandCaption = { role: 'kernels', name: '', detail: '' };

/** A layer's vectors side by side, level with its source; the class scores have their classes' names on the left. */
export function placeColumns(
  placing: Placing,
  tensors: readonly TensorName[],
  headings: Readonly<Record<string, string>>,
  detail = String(placing.shape[0]),
): void {
  const { layer, sources } = placing;
  const [size] = placing.shape;
  // Above is room for the caption and the headings.
  const row = Math.max(2, sources[0].row);
  const vector: Vector = { kind: 'vector', row, perSection: Math.min(size, MAX_ROWS - row), size };
  placing.standAt(vector);
  placing.band({ role: 'vector', name: layer.name, detail }, first => {
    const blocks: Blocks = { regions: [], labels: [], width: 0 };
    if (placing.isScores) {
      const lattice = { row, column: first, height: 1, width: 1, offset: 0, rowStride: 0, columnStride: 0 };
      const down = repeats({ count: size, pitch: 1, stride: 1 });
      const text = (unit: number) => messages.cells.unitOrClass(unit, placing.className(unit));
      blocks.labels.push({ ...lattice, down, across: [], text });
      blocks.width++;
    }
    for (const name of tensors) {
      if (!placing.has(name)) continue;
      const place: Vector = name === 'rate' ? { kind: 'vector', row, perSection: 1, size: 1 } : vector;
      const column = vectorBlocks(`${layer.id}/${name}`, place, first + blocks.width, headings[name]);
      blocks.regions.push(...column.regions);
      blocks.labels.push(...column.labels);
      blocks.width += column.width;
    }
    return blocks;
  });
}

/** Where a layer with windows puts its maps: level with its source's and as far apart, unless there are many and
 *  strides leave much room between them. `below` is how many rows below its source's first map its own begins; `beside`
 *  how many rows each map's share of them has to hold at least for what stands beside it, 0 where nothing does. */
export function mapsAfter(placing: Placing, stride: number, below: number, beside = 0): Maps {
  const { shape } = placing;
  const source = placing.sources[0] as Maps;
  const row = source.row + below;
  const close = stride > 1 && shape[2] > FEW_CHANNELS;
  const slot = close ? row - 1 : source.slot;
  const pitch = Math.max(close ? shape[0] + 3 : source.pitch, beside);
  const end = Math.max(row + shape[0], beside > 0 ? slot + pitch : 0);
  return { kind: 'maps', row, slot, pitch, perSection: countThatFit(placing.layer, end, pitch), shape };
}

/** Throws UserError where a formula over all that a layer reads would be too long. */
export function checkSections({ layer, sources: [source] }: Placing): void {
  const count = source.kind === 'maps' ? source.shape[2] : source.size;
  if (count > MOST_SECTIONS * source.perSection) throw new UserError(sentences.network.tooManyTerms(layer.name));
}

/** "map 1" over each map. */
export function mapLabels(region: Region): ReturnType<typeof above> {
  const channels = region.columnStride;
  return above(region, element => messages.cells.map((element % channels) + 1));
}

/** 2 × 26×26 */
export function mapsDetail([height, width, channels]: Shape): string {
  return messages.cells.mapsDetail(channels, formatShape([height, width]));
}
