/** How a layer places its tensors on the network's sheet: in bands of columns, one after the other. */
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

/** The most sections of a stack or vector that a formula can read. Each section takes a term of up to 60 characters. A
 *  cell holds 8,192 characters, and a function takes 255 arguments. */
const MOST_SECTIONS = 136;

export type BandCaption = Pick<Band, 'role' | 'name' | 'detail'>;

/** A layer during placing: what is known about it, and the functions to place it. */
export type Placing = {
  readonly layer: LayerIdentity;
  readonly inputs: readonly LayerInput[];
  /** Where the layer's inputs are. Flatten layers are where their inputs are. */
  readonly sources: readonly (Maps | Vector)[];
  /** The shape of the layer's output. */
  readonly shape: Shape;
  /** The first row of the input layer's maps. */
  readonly firstRow: number;
  /** Whether the layer's units are the classes. */
  readonly isScores: boolean;
  /** Whether the layer has this tensor. */
  has: (tensor: TensorName) => boolean;
  /** The name of a unit's class. undefined if the units aren't classes, or have no names. */
  className: (unit: number) => string | undefined;
  /** Puts a band in the next free columns. Throws UserError that names the layer if the sheet has too few columns. */
  band: (caption: BandCaption, blocksAt: (column: number) => Blocks) => void;
  /** Records where the output is, for the layers that read it. */
  standAt: (place: Maps | Vector) => void;
};

/** Places the output's maps as `maps` says. */
export function placeMaps(placing: Placing, maps: Maps, detail: string): void {
  placing.standAt(maps);
  placing.band({ role: 'maps', name: placing.layer.name, detail }, column => {
    const blocks = mapBlocks(`${placing.layer.id}/output`, maps, column);
    return { ...blocks, labels: blocks.regions.map(mapLabels) };
  });
}

/** Places the output like its first input. Maps are level with the input's maps, and parameters are before them. A
 *  vector has the parameters as columns beside it. `single`: one parameter counts for all maps, so it is only beside
 *  the first. */
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
/** The caption of columns that are before maps. */
export const besideMaps: BandCaption = { role: 'kernels', name: '', detail: '' };

/** Places a layer's vectors side by side, level with its source. Class scores have the names of their classes on the
 *  left. */
export function placeColumns(
  placing: Placing,
  tensors: readonly TensorName[],
  headings: Readonly<Record<string, string>>,
  detail = String(placing.shape[0]),
): void {
  const { layer, sources } = placing;
  const [size] = placing.shape;
  // The rows above are for the caption and the headings.
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

/** Where a layer with windows puts its maps: level with its source's maps and with the same pitch. If there are many
 *  maps and the stride leaves much room, they move closer together. `below`: how many rows below the source's first map
 *  they begin. `beside`: the least rows of each map's share, for what is beside it (0: nothing). */
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

/** Throws UserError if a formula over the whole input would be too long. */
export function checkSections({ layer, sources: [source] }: Placing): void {
  const count = source.kind === 'maps' ? source.shape[2] : source.size;
  if (count > MOST_SECTIONS * source.perSection) throw new UserError(sentences.network.tooManyTerms(layer.name));
}

/** The label "map 1" above each map. */
export function mapLabels(region: Region): ReturnType<typeof above> {
  const channels = region.columnStride;
  return above(region, element => messages.cells.map((element % channels) + 1));
}

/** The size in a caption: 2 × 26×26. */
export function mapsDetail([height, width, channels]: Shape): string {
  return messages.cells.mapsDetail(channels, formatShape([height, width]));
}
