/** Places every tensor of a network on its sheet: bands of columns from left to right, channels downward, captions in
 *  row 1. */
import { MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { UserError } from '../errors.ts';
import { padBefore } from '../geometry.ts';
import { above, countThatFit, mapBlocks, repeats, vectorBlocks } from './blocks.ts';
import type { Blocks, Maps, Vector } from './blocks.ts';
import { indexLayout } from './index.ts';
import type { PlacedBand } from './index.ts';
import { channelBlocks, denseBlocks, FEW_CHANNELS, kernelBlocks } from './weights.ts';
import type { Band, Layout, Region } from './layout.ts';
import { messages } from '../messages.ts';
import { CHANNELS_PER_PARTIAL, formatShape, scoresLayer, sizeOf, sourceOf } from '../network.ts';
import type { Layer, LayerId, LayerOf, NetworkSpec, Shape, TensorId, TensorInfo } from '../network.ts';

/** A formula that reads all of a stack or a vector has a term for each of its sections, of up to 60 characters; a cell
 *  holds 8,192, and a function takes 255 arguments. */
const MOST_SECTIONS = 136;

/** A sheet in the making. */
type Build = {
  layers: ReadonlyMap<LayerId, Layer>;
  shapes: ReadonlyMap<LayerId, Shape>;
  tensors: ReadonlySet<TensorId>;
  /** The layer whose units are the classes, and their names. */
  scores: Layer | undefined;
  classes: readonly string[];
  placements: Map<LayerId, Maps | Vector>;
  bands: PlacedBand[];
  /** The next free column. */
  column: number;
};

/** Throws UserError, naming the layer, where the network doesn't fit a sheet. `classes` name the rows of the class
 *  scores. */
export function buildLayout(
  network: NetworkSpec,
  shapes: ReadonlyMap<LayerId, Shape>,
  tensors: readonly TensorInfo[],
  classes: readonly string[] = [],
): Layout {
  const build: Build = {
    layers: new Map(network.layers.map(layer => [layer.id, layer])),
    shapes,
    tensors: new Set(tensors.map(tensor => tensor.id)),
    scores: scoresLayer(network),
    classes,
    placements: new Map(),
    bands: [],
    column: 0,
  };
  for (const layer of network.layers) {
    if (layer.kind === 'input') placeInput(build, layer, inputRow(network, shapes));
    else if (layer.kind === 'conv2d') placeConv(build, layer);
    else if (layer.kind === 'dense') placeDense(build, layer);
    else if (layer.kind === 'flatten') continue;
    else if (shapes.get(layer.id)!.length === 3) placeMaps(build, layer);
    else placeVector(build, layer);
  }
  return indexLayout(build.bands);
}

/** The input begins in row 2, or one lower where it or a map level with it needs that row for a label. */
function inputRow({ layers }: NetworkSpec, shapes: ReadonlyMap<LayerId, Shape>): number {
  const offsets = new Map<LayerId, number>();
  for (const layer of layers) {
    const offset = layer.kind === 'input' ? 0 : offsets.get(layer.inputs[0])! + centring(layer, shapes);
    offsets.set(layer.id, offset);
    const [, , channels] = shapes.get(layer.id)!;
    if (offset === 0 && channels > (layer.kind === 'input' ? 1 : 0)) return 2;
  }
  return 1;
}

/** How many rows below its source's first map a layer's begins, so that an output cell is level with the middle of what
 *  it sees. */
function centring(layer: Layer, shapes: ReadonlyMap<LayerId, Shape>): number {
  if (!('strides' in layer)) return 0;
  const window = layer.kind === 'conv2d' ? layer.kernelSize[0] : layer.poolSize[0];
  const height = shapes.get(layer.inputs[0])![0];
  return Math.floor((window - 1) / 2) - padBefore(height, window, layer.strides[0], layer.padding);
}

function placeInput(build: Build, layer: LayerOf<'input'>, row: number): void {
  const [height, width, channels] = layer.shape;
  const pitch = height + 1;
  const perSection = countThatFit(layer, row + height, pitch);
  const maps: Maps = { kind: 'maps', row, slot: row, pitch, perSection, shape: layer.shape };
  build.placements.set(layer.id, maps);
  const blocks = mapBlocks(`${layer.id}/output`, maps, build.column);
  const labels = channels > 1 ? blocks.regions.map(mapLabels) : [];
  const detail = messages.cells.inputDetail(channels > 1 ? mapsDetail(layer.shape) : formatShape([height, width]));
  placeBand(build, layer, { role: 'pixels', name: layer.name, detail }, { ...blocks, labels });
}

/** Maps made of maps, but for convolutions: each level with those it is made of; the summands of an add layer may stand
 *  at several levels, and the first counts. */
function placeMaps(build: Build, layer: Layer): void {
  const shape = build.shapes.get(layer.id)!;
  const size = mapsDetail(shape);
  if (layer.kind === 'maxPool2d' || layer.kind === 'averagePool2d') {
    const detail = messages.cells.poolDetail(size, layer.kind === 'maxPool2d', formatShape(layer.poolSize));
    placeOutput(build, layer, mapsAfter(build, layer, 0), detail);
    return;
  }
  const maps = build.placements.get(layer.inputs[0]) as Maps;
  const parameters = parametersOf(build, layer);
  if (parameters.length > 0) {
    // A probability counts for all maps and stands beside the first.
    const blocks = channelBlocks(
      layer,
      parameters,
      layer.kind === 'dropout' ? { ...maps, shape: [1, 1, 1] } : maps,
      build.column,
    );
    placeBand(build, layer, { role: 'kernels', name: '', detail: '' }, blocks);
  }
  placeOutput(build, layer, maps, activationDetail(build, layer, size));
}

function activationDetail(build: Build, layer: Layer, size: string): string {
  switch (layer.kind) {
    case 'add':
      return messages.layers.addDetail(
        size,
        layer.inputs.map(id => build.layers.get(id)!.name),
      );
    case 'leakyRelu':
      return messages.layers.leakyDetail(size, layer.negativeSlope);
    case 'dropout':
      return messages.layers.dropoutDetail(size);
    default:
      return size;
  }
}

/** The parameters that stand as single cells beside a layer's maps, or as columns beside its vector. */
function parametersOf(build: Build, layer: Layer) {
  return PARAMETERS.filter(name => build.tensors.has(`${layer.id}/${name}`));
}
const PARAMETERS = ['gamma', 'beta', 'movingMean', 'movingVariance', 'rate'] as const;

function placeConv(build: Build, layer: LayerOf<'conv2d'>): void {
  const [, , inChannels] = build.shapes.get(layer.inputs[0])!;
  const shape = build.shapes.get(layer.id)!;
  const size = mapsDetail(shape);
  const maps = mapsAfter(build, layer, layer.kernelSize[0] + 1);
  const kernels = kernelBlocks(layer, maps, inChannels, build.column);
  placeBand(build, layer, { role: 'kernels', name: '', detail: '' }, kernels);
  if (build.tensors.has(`${layer.id}/partial`)) {
    const partial = partialBlocks(layer, maps, inChannels, build.column);
    placeBand(build, layer, { role: 'maps', name: messages.cells.partialCaption(layer.name), detail: size }, partial);
  }
  const kernel = formatShape(inChannels > 1 ? [inChannels, ...layer.kernelSize] : layer.kernelSize);
  placeOutput(build, layer, maps, messages.cells.convDetail(size, layer.filters, kernel));
}

/** Sums over groups of input channels: for each group a stack like the output's. */
function partialBlocks(layer: LayerOf<'conv2d'>, maps: Maps, inChannels: number, column: number): Blocks {
  const size = sizeOf(maps.shape);
  const regions: Region[] = [];
  let width = -1;
  for (let group = 0; group * CHANNELS_PER_PARTIAL < inChannels; group++) {
    const stack = mapBlocks(`${layer.id}/partial`, maps, column + width + 1, group * size);
    regions.push(...stack.regions);
    width += 1 + stack.width;
  }
  const label = (element: number): string => {
    const first = Math.floor(element / size) * CHANNELS_PER_PARTIAL;
    const last = Math.min(inChannels, first + CHANNELS_PER_PARTIAL);
    return messages.cells.partialMap((element % layer.filters) + 1, first + 1, last);
  };
  return { regions, labels: regions.map(region => above(region, label)), width };
}

function placeOutput(build: Build, layer: Layer, maps: Maps, detail: string): void {
  build.placements.set(layer.id, maps);
  const blocks = mapBlocks(`${layer.id}/output`, maps, build.column);
  placeBand(
    build,
    layer,
    { role: 'maps', name: layer.name, detail },
    { ...blocks, labels: blocks.regions.map(mapLabels) },
  );
}

/** Where a layer with windows puts its maps: level with its source's and as far apart, unless there are many and
 *  strides leave much room between them. `beside` is how many rows each map's share of them has to hold at least for
 *  what stands beside it, 0 where nothing does. */
function mapsAfter(build: Build, layer: Layer & { strides: readonly number[] }, beside: number): Maps {
  const source = build.placements.get(layer.inputs[0]) as Maps;
  const shape = build.shapes.get(layer.id)!;
  const row = source.row + centring(layer, build.shapes);
  const close = layer.strides[0] > 1 && shape[2] > FEW_CHANNELS;
  const slot = close ? row - 1 : source.slot;
  const pitch = Math.max(close ? shape[0] + 3 : source.pitch, beside);
  const end = Math.max(row + shape[0], beside > 0 ? slot + pitch : 0);
  return { kind: 'maps', row, slot, pitch, perSection: countThatFit(layer, end, pitch), shape };
}

/** Global pools, activations of vectors, and softmax with what stands beside it. */
function placeVector(build: Build, layer: Layer): void {
  const [size] = build.shapes.get(layer.id)!;
  if (layer.kind === 'softmax') {
    checkSections(build, layer);
    placeColumns(build, layer, ['shifted', 'exp', 'output', 'actual', 'crossEntropy'], messages.cells.softmaxHeadings);
    return;
  }
  const global = layer.kind === 'globalMaxPool2d' || layer.kind === 'globalAveragePool2d';
  const detail = global
    ? messages.cells.globalPoolDetail(size, layer.kind === 'globalMaxPool2d')
    : activationDetail(build, layer, String(size));
  const parameters = parametersOf(build, layer);
  const headings =
    parameters.length > 0 ? { ...messages.layers.headings, output: messages.cells.denseHeadings.output } : {};
  placeColumns(build, layer, [...parameters, 'output'], headings, detail);
}

function placeDense(build: Build, layer: LayerOf<'dense'>): void {
  const source = checkSections(build, layer);
  const [inFeatures] = build.shapes.get(layer.inputs[0])!;
  const weights = denseBlocks(layer, source, build.column, unit => className(build, layer, unit));
  const detail = messages.cells.denseDetail(layer.units, inFeatures);
  placeBand(build, layer, { role: 'kernels', name: layer.name, detail }, weights);
  placeColumns(build, layer, ['bias', 'output'], messages.cells.denseHeadings);
}

/** What a layer reads as a whole. Throws UserError where a formula over it would be too long. */
function checkSections(build: Build, layer: Layer): Maps | Vector {
  const source = build.placements.get(sourceOf(build.layers, layer).id)!;
  const count = source.kind === 'maps' ? source.shape[2] : source.size;
  if (count > MOST_SECTIONS * source.perSection) throw new UserError(messages.network.tooManyTerms(layer.name));
  return source;
}

/** A layer's vectors side by side, level with its source; the class scores have their classes' names on the left. */
function placeColumns(
  build: Build,
  layer: Layer,
  tensors: readonly TensorInfo['name'][],
  headings: Readonly<Record<string, string>>,
  detail?: string,
): void {
  const source = build.placements.get(sourceOf(build.layers, layer).id)!;
  const [size] = build.shapes.get(layer.id)!;
  // Above is room for the caption and the headings.
  const row = Math.max(2, source.row);
  const vector: Vector = { kind: 'vector', row, perSection: Math.min(size, MAX_ROWS - row), size };
  build.placements.set(layer.id, vector);
  const blocks: Blocks = { regions: [], labels: [], width: 0 };
  if (layer === build.scores) {
    const lattice = { row, column: build.column, height: 1, width: 1, offset: 0, rowStride: 0, columnStride: 0 };
    const down = repeats({ count: size, pitch: 1, stride: 1 });
    const text = (unit: number) => messages.cells.unitOrClass(unit, className(build, layer, unit));
    blocks.labels.push({ ...lattice, down, across: [], text });
    blocks.width++;
  }
  for (const name of tensors) {
    const id = `${layer.id}/${name}` as const;
    if (!build.tensors.has(id)) continue;
    const single: Vector = { kind: 'vector', row, perSection: 1, size: 1 };
    const column = vectorBlocks(id, name === 'rate' ? single : vector, build.column + blocks.width, headings[name]);
    blocks.regions.push(...column.regions);
    blocks.labels.push(...column.labels);
    blocks.width += column.width;
  }
  placeBand(build, layer, { role: 'vector', name: layer.name, detail: detail ?? String(size) }, blocks);
}

function placeBand(
  build: Build,
  layer: Layer,
  band: Pick<Band, 'role' | 'name' | 'detail'>,
  { regions, labels, width }: Blocks,
): void {
  if (build.column + width > MAX_COLUMNS) throw new UserError(messages.network.tooWide(layer.name));
  build.bands.push({ layer: layer.id, column: build.column, width, ...band, regions, labels });
  build.column += width + 1;
}

function mapLabels(region: Region): ReturnType<typeof above> {
  const channels = region.columnStride;
  return above(region, element => messages.cells.map((element % channels) + 1));
}

function mapsDetail([height, width, channels]: Shape): string {
  return messages.cells.mapsDetail(channels, formatShape([height, width]));
}

function className(build: Build, layer: Layer, unit: number): string | undefined {
  return layer === build.scores ? build.classes[unit] : undefined;
}
