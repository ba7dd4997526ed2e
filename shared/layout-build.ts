/** Places every tensor of a network on its sheet: bands of columns from left to right, channels downward, captions in row 1. */
import { MAX_COLUMNS, MAX_ROWS } from './address.ts';
import { UserError } from './errors.ts';
import { padBefore } from './geometry.ts';
import { indexLayout } from './layout-index.ts';
import type { LabelLattice, PlacedBand } from './layout-index.ts';
import type { Band, Layout, Region, Repeat } from './layout.ts';
import { messages } from './messages.ts';
import { CHANNELS_PER_PARTIAL, formatShape, scoresLayer, sizeOf, sourceOf } from './network.ts';
import type { Layer, LayerId, LayerOf, NetworkSpec, Pair, Shape, TensorId, TensorInfo } from './network.ts';

/** Where a layer's output stands, as far as what comes after it needs to know. A tall stack goes on in further columns: `perSection` maps
 *  (or rows of a vector) stand in each. */
type Maps = {
  kind: 'maps';
  /** The first map's first row. */
  row: number;
  /** The first row of the first map's share of the rows; the others' follow every `pitch` rows. Its kernels stand within. */
  slot: number;
  pitch: number;
  perSection: number;
  shape: Shape;
};
type Vector = { kind: 'vector'; row: number; perSection: number; size: number };

type Build = {
  layers: ReadonlyMap<LayerId, Layer>;
  shapes: ReadonlyMap<LayerId, Shape>;
  tensors: ReadonlySet<TensorId>;
  classes: readonly string[];
  /** The layer whose units are the classes. */
  scores: Layer | undefined;
  placements: Map<LayerId, Maps | Vector>;
  bands: PlacedBand[];
  /** The next free column. */
  column: number;
};

/** With more channels than this, dense weights stand in one stack, and strided maps close ranks. */
const FEW_CHANNELS = 4;
/** Dense weights that are wider than this go on below. */
const DENSE_COLUMNS = 2048;
/** How far down its map's share of the rows a kernel begins, if it has room: level with the middle of the picture. */
const KERNEL_LEVEL = 2 / 7;

/** Throws UserError, naming the layer, where the network doesn't fit a sheet. `classes` name the rows of the class scores. */
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
    classes,
    scores: scoresLayer(network),
    placements: new Map(),
    bands: [],
    column: 0,
  };
  for (const layer of network.layers) {
    if (layer.kind === 'input') placeInput(build, layer, inputRow(network, shapes));
    else if (layer.kind === 'conv2d') placeConv(build, layer);
    else if (layer.kind === 'dense') placeDense(build, layer);
    else if (layer.kind !== 'flatten') placeComputed(build, layer);
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

/** How many rows below its source's first map a layer's begins, so that an output cell is level with the middle of what it sees. */
function centring(layer: Layer, shapes: ReadonlyMap<LayerId, Shape>): number {
  if (!('strides' in layer)) return 0;
  const window = windowOf(layer)[0];
  const height = shapes.get(layer.inputs[0])![0];
  return Math.floor((window - 1) / 2) - padBefore(height, window, layer.strides[0], layer.padding);
}

type Windowed = LayerOf<'conv2d'> | LayerOf<'maxPool2d' | 'averagePool2d'>;
const windowOf = (layer: Windowed): Pair => (layer.kind === 'conv2d' ? layer.kernelSize : layer.poolSize);

// Maps and vectors of activations

function placeInput(build: Build, layer: LayerOf<'input'>, row: number): void {
  const [height, , channels] = layer.shape;
  const pitch = height + 1;
  const maps: Maps = {
    kind: 'maps',
    row,
    slot: row,
    pitch,
    perSection: countThatFit(layer, row + height, pitch),
    shape: layer.shape,
  };
  build.placements.set(layer.id, maps);
  const { regions, width } = mapRegions(`${layer.id}/output`, maps, build.column);
  const labels = channels > 1 ? regions.map(mapLabels) : [];
  const detail = messages.cells.inputDetail(
    channels > 1 ? mapsDetail(layer.shape) : formatShape([height, layer.shape[1]]),
  );
  placeBand(build, layer, { role: 'pixels', width, name: layer.name, detail }, regions, labels);
}

/** Activations, pools, global pools and softmax: what stands in one band of its own. */
function placeComputed(build: Build, layer: Layer): void {
  const source = build.placements.get(sourceOf(build.layers, layer).id)!;
  const shape = build.shapes.get(layer.id)!;
  if (shape.length === 3) {
    const windowed = layer.kind === 'maxPool2d' || layer.kind === 'averagePool2d';
    const maps = windowed ? follow(build, layer, 0) : (source as Maps);
    const detail = windowed
      ? messages.cells.poolDetail(mapsDetail(shape), layer.kind === 'maxPool2d', formatShape(layer.poolSize))
      : mapsDetail(shape);
    build.placements.set(layer.id, maps);
    const { regions, width } = mapRegions(`${layer.id}/output`, maps, build.column);
    placeBand(build, layer, { role: 'maps', width, name: layer.name, detail }, regions, regions.map(mapLabels));
    return;
  }
  const vector = vectorAfter(source, shape[0]);
  build.placements.set(layer.id, vector);
  const global = layer.kind === 'globalMaxPool2d' || layer.kind === 'globalAveragePool2d';
  const detail = global
    ? messages.cells.globalPoolDetail(shape[0], layer.kind === 'globalMaxPool2d')
    : String(shape[0]);
  const names =
    layer.kind === 'softmax'
      ? (['shifted', 'exp', 'output', 'actual', 'crossEntropy'] as const)
      : (['output'] as const);
  const ids = names.map(name => `${layer.id}/${name}` as const).filter(id => build.tensors.has(id));
  const headings = layer.kind === 'softmax' ? messages.cells.softmaxHeadings : undefined;
  placeVectors(build, layer, vector, ids, detail, headings);
}

/** Where a layer with windows puts its maps: level with its source's and as far apart, unless there are many and strides leave much room between
 *  them. `rowsBeside` is what a map's share of rows has to hold at least. */
function follow(build: Build, layer: Windowed, rowsBeside: number): Maps {
  const source = build.placements.get(layer.inputs[0]) as Maps;
  const shape = build.shapes.get(layer.id)!;
  const row = source.row + centring(layer, build.shapes);
  const close = layer.strides[0] > 1 && shape[2] > FEW_CHANNELS;
  const slot = close ? row - 1 : source.slot;
  const pitch = Math.max(close ? shape[0] + 3 : source.pitch, rowsBeside);
  const end = Math.max(row + shape[0], rowsBeside > 0 ? slot + pitch : 0);
  return { kind: 'maps', row, slot, pitch, perSection: countThatFit(layer, end, pitch), shape };
}

/** How many repetitions a sheet's rows hold, if the first ends before row `end`. */
function countThatFit(layer: Layer, end: number, pitch: number): number {
  if (end > MAX_ROWS) throw new UserError(messages.network.tooTall(layer.name));
  return Math.floor((MAX_ROWS - end) / pitch) + 1;
}

/** A vector is level with its source; above it is room for the caption and the headings. */
function vectorAfter(source: Maps | Vector, size: number): Vector {
  const row = Math.max(2, source.row);
  return { kind: 'vector', row, perSection: Math.min(size, MAX_ROWS - row), size };
}

/** A stack of maps for one tensor [height, width, channels], or one part of a larger tensor that begins at `offset`. */
function mapRegions(tensor: TensorId, maps: Maps, column: number, offset = 0): { regions: Region[]; width: number } {
  const [height, width, channels] = maps.shape;
  const regions = split(channels, maps.perSection).map(
    ({ first, sections, each }): Region => ({
      tensor,
      row: maps.row,
      column: column + (first / maps.perSection) * (width + 1),
      height,
      width,
      offset: offset + first,
      rowStride: width * channels,
      columnStride: channels,
      down: repeats({ count: each, pitch: maps.pitch, stride: 1 }),
      across: repeats({ count: sections, pitch: width + 1, stride: maps.perSection }),
    }),
  );
  return { regions, width: Math.ceil(channels / maps.perSection) * (width + 1) - 1 };
}

function mapLabels(region: Region): LabelLattice {
  const channels = region.columnStride;
  return above(region, element => messages.cells.map((element % channels) + 1));
}

/** Columns of equally long vectors side by side, each with its heading; the class scores have their classes' names on the left. */
function placeVectors(
  build: Build,
  layer: Layer,
  vector: Vector,
  tensors: readonly TensorId[],
  detail: string,
  headings?: Readonly<Record<string, string>>,
): void {
  const { row, perSection, size } = vector;
  const named = layer === build.scores;
  const sections = Math.ceil(size / perSection);
  const first = build.column + (named ? 1 : 0);
  const regions: Region[] = [];
  const labels: LabelLattice[] = [];
  for (const [i, tensor] of tensors.entries()) {
    const column = first + i * sections;
    for (const part of split(size, perSection)) {
      regions.push({
        tensor,
        row,
        column: column + part.first / perSection,
        height: part.each,
        width: part.sections,
        offset: part.first,
        rowStride: 1,
        columnStride: perSection,
        down: [],
        across: [],
      });
    }
    const heading = headings?.[tensor.slice(tensor.indexOf('/') + 1)];
    if (heading !== undefined) labels.push({ ...oneCell(row - 1, column), text: () => heading });
  }
  if (named) {
    const down = repeats({ count: size, pitch: 1, stride: 1 });
    labels.push({ ...oneCell(row, build.column), down, text: unit => unitName(build, layer, unit) });
  }
  const width = first - build.column + tensors.length * sections;
  placeBand(build, layer, { role: 'vector', width, name: layer.name, detail }, regions, labels);
}

// Convolutions: kernels and biases beside the maps they make

function placeConv(build: Build, layer: LayerOf<'conv2d'>): void {
  const [, , inChannels] = build.shapes.get(layer.inputs[0])!;
  const shape = build.shapes.get(layer.id)!;
  const maps = follow(build, layer, layer.kernelSize[0] + 1);
  build.placements.set(layer.id, maps);
  placeKernels(build, layer, maps, inChannels);
  const partial = `${layer.id}/partial` as const;
  if (build.tensors.has(partial)) {
    const groups = Math.ceil(inChannels / CHANNELS_PER_PARTIAL);
    const regions: Region[] = [];
    let width = 0;
    for (let group = 0; group < groups; group++) {
      const stack = mapRegions(partial, maps, build.column + width, group * sizeOf(shape));
      regions.push(...stack.regions);
      width += stack.width + 1;
    }
    const labels = regions.map(region => above(region, element => partialLabel(element, shape, inChannels)));
    const name = messages.cells.partialCaption(layer.name);
    placeBand(build, layer, { role: 'maps', width: width - 1, name, detail: mapsDetail(shape) }, regions, labels);
  }
  const { regions, width } = mapRegions(`${layer.id}/output`, maps, build.column);
  const kernel = formatShape(inChannels > 1 ? [inChannels, ...layer.kernelSize] : layer.kernelSize);
  const detail = messages.cells.convDetail(mapsDetail(shape), layer.filters, kernel);
  placeBand(build, layer, { role: 'maps', width, name: layer.name, detail }, regions, regions.map(mapLabels));
}

function partialLabel(element: number, shape: Shape, inChannels: number): string {
  const first = Math.floor(element / sizeOf(shape)) * CHANNELS_PER_PARTIAL;
  const last = Math.min(inChannels, first + CHANNELS_PER_PARTIAL);
  return messages.cells.partialMap((element % shape[2]) + 1, first + 1, last);
}

/** For each filter, slices of a kernel under one another, each below its label, as many as its map's share of rows holds, and further ones in
 *  further columns; the bias below the last slice, or beside where there is no room. */
function placeKernels(build: Build, layer: LayerOf<'conv2d'>, maps: Maps, inChannels: number): void {
  const [height, width] = layer.kernelSize;
  const { filters } = layer;
  const { perSection, pitch } = maps;
  const perColumn = Math.min(inChannels, Math.floor(pitch / (height + 1)));
  const columns = Math.ceil(inChannels / perColumn);
  const inLast = inChannels - (columns - 1) * perColumn;
  const below = layer.useBias && inLast * (height + 1) + 2 <= pitch;
  const used = Math.max(perColumn * (height + 1), below ? inLast * (height + 1) + 2 : 0);
  const top = maps.slot + Math.min(Math.floor(pitch * KERNEL_LEVEL), pitch - used);
  const slicesWidth = columns * (width + 1) - 1;
  const sectionWidth = slicesWidth + (layer.useBias && !below ? 2 : 0);
  const parts = split(filters, perSection);
  const regions: Region[] = [];
  const labels: LabelLattice[] = [];
  for (const part of parts) {
    const left = build.column + (part.first / perSection) * (sectionWidth + 1);
    const filterDown: Repeat = { count: part.each, pitch, stride: 1 };
    const sectionAcross: Repeat = { count: part.sections, pitch: sectionWidth + 1, stride: perSection };
    for (const slices of split(inChannels, perColumn)) {
      const region: Region = {
        tensor: `${layer.id}/kernel`,
        row: top + 1,
        column: left + (slices.first / perColumn) * (width + 1),
        height,
        width,
        offset: slices.first * filters + part.first,
        rowStride: width * inChannels * filters,
        columnStride: inChannels * filters,
        down: repeats(filterDown, { count: slices.each, pitch: height + 1, stride: filters }),
        across: repeats(sectionAcross, { count: slices.sections, pitch: width + 1, stride: perColumn * filters }),
      };
      regions.push(region);
      labels.push(
        above(region, element =>
          element < filters
            ? messages.cells.kernel((element % filters) + 1)
            : messages.cells.timesMap(Math.floor(element / filters) + 1),
        ),
      );
    }
    if (layer.useBias) {
      const region: Region = {
        tensor: `${layer.id}/bias`,
        row: top + 1 + (below ? inLast * (height + 1) : 0),
        column: left + (below ? (columns - 1) * (width + 1) : slicesWidth + 1),
        height: 1,
        width: 1,
        offset: part.first,
        rowStride: 1,
        columnStride: 1,
        down: repeats(filterDown),
        across: repeats(sectionAcross),
      };
      regions.push(region);
      labels.push(above(region, () => messages.cells.bias));
    }
  }
  const bandWidth = Math.ceil(filters / perSection) * (sectionWidth + 1) - 1;
  placeBand(build, layer, { role: 'kernels', width: bandWidth, name: '', detail: '' }, regions, labels);
}

// Dense layers: weights in the shape of what they multiply

function placeDense(build: Build, layer: LayerOf<'dense'>): void {
  const source = build.placements.get(sourceOf(build.layers, layer).id)!;
  const inFeatures = build.shapes.get(layer.inputs[0])![0];
  const tensor = `${layer.id}/kernel` as const;
  const weights =
    source.kind === 'vector'
      ? matrix(build, layer, tensor, source)
      : source.shape[2] <= FEW_CHANNELS
        ? rowsOfMaps(build, layer, tensor, source)
        : stacks(build, layer, tensor, source);
  const detail = messages.cells.denseDetail(layer.units, inFeatures);
  placeBand(
    build,
    layer,
    { role: 'kernels', width: weights.width, name: layer.name, detail },
    weights.regions,
    weights.labels,
  );
  const vector = vectorAfter(source, layer.units);
  build.placements.set(layer.id, vector);
  const ids = (['bias', 'output'] as const)
    .map(name => `${layer.id}/${name}` as const)
    .filter(id => build.tensors.has(id));
  placeVectors(build, layer, vector, ids, String(layer.units), messages.cells.denseHeadings);
}

type Weights = { regions: Region[]; labels: LabelLattice[]; width: number };

/** A vector's weights: a matrix level with it, one column for each unit. */
function matrix(build: Build, layer: LayerOf<'dense'>, tensor: TensorId, source: Vector): Weights {
  const { units } = layer;
  const height = source.perSection;
  const perRow = unitsAcross(layer, 1, source.row + height, height + 1);
  const regions: Region[] = [];
  const labels: LabelLattice[] = [];
  for (const rows of split(source.size, height)) {
    for (const unitsPart of split(units, perRow)) {
      const region: Region = {
        tensor,
        row: source.row + (unitsPart.first / perRow) * (height + 1),
        column: build.column + (rows.first / height) * (perRow + 1),
        height: rows.each,
        width: unitsPart.each,
        offset: rows.first * units + unitsPart.first,
        rowStride: units,
        columnStride: 1,
        down: repeats({ count: unitsPart.sections, pitch: height + 1, stride: perRow }),
        across: repeats({ count: rows.sections, pitch: perRow + 1, stride: height * units }),
      };
      regions.push(region);
      const eachColumn: Repeat = { count: unitsPart.each, pitch: 1, stride: 1 };
      const heads = {
        ...region,
        row: region.row - 1,
        height: 1,
        width: 1,
        across: repeats(...region.across, eachColumn),
      };
      labels.push({ ...heads, text: element => unitHeading(build, layer, element % units) });
    }
  }
  return { regions, labels, width: Math.ceil(source.size / height) * (perRow + 1) - 1 };
}

/** Weights for few maps: one row of maps for each unit, units downward and channels across. */
function rowsOfMaps(build: Build, layer: LayerOf<'dense'>, tensor: TensorId, source: Maps): Weights {
  const { units } = layer;
  const [height, width, channels] = source.shape;
  const row = 2;
  const perSection = countThatFit(layer, row + height, height + 1);
  const sectionWidth = channels * (width + 1);
  const regions = split(units, perSection).map(
    ({ first, sections, each }): Region => ({
      tensor,
      row,
      column: build.column + (first / perSection) * sectionWidth,
      height,
      width,
      offset: first,
      rowStride: width * channels * units,
      columnStride: channels * units,
      down: repeats({ count: each, pitch: height + 1, stride: 1 }),
      across: repeats(
        { count: sections, pitch: sectionWidth, stride: perSection },
        { count: channels, pitch: width + 1, stride: units },
      ),
    }),
  );
  return {
    regions,
    labels: regions.map(region => above(region, element => stackLabel(build, layer, element))),
    width: Math.ceil(units / perSection) * sectionWidth - 1,
  };
}

/** Weights for many maps: for each unit a stack like its source's, so that one SUMPRODUCT spans both; units across. Between the
 *  weights is nothing but labels, which count as nothing. */
function stacks(build: Build, layer: LayerOf<'dense'>, tensor: TensorId, source: Maps): Weights {
  const { units } = layer;
  const [height, width, channels] = source.shape;
  const { row, pitch, perSection } = source;
  const stackHeight = (Math.min(channels, perSection) - 1) * pitch + height + 1;
  const perRow = unitsAcross(layer, width + 1, row + stackHeight - 1, stackHeight);
  const regions: Region[] = [];
  for (const maps of split(channels, perSection)) {
    for (const part of split(units, perRow)) {
      regions.push({
        tensor,
        row: row + (part.first / perRow) * stackHeight,
        column: build.column + (maps.first / perSection) * perRow * (width + 1),
        height,
        width,
        offset: maps.first * units + part.first,
        rowStride: width * channels * units,
        columnStride: channels * units,
        down: repeats(
          { count: part.sections, pitch: stackHeight, stride: perRow },
          { count: maps.each, pitch, stride: units },
        ),
        across: repeats(
          { count: maps.sections, pitch: perRow * (width + 1), stride: perSection * units },
          { count: part.each, pitch: width + 1, stride: 1 },
        ),
      });
    }
  }
  return {
    regions,
    labels: regions.map(region => above(region, element => stackLabel(build, layer, element))),
    width: Math.ceil(channels / perSection) * perRow * (width + 1) - 1,
  };
}

/** How many units' weights stand side by side: all, or as many as keep the band from growing too wide, as long as the rows hold the rest. */
function unitsAcross(layer: LayerOf<'dense'>, width: number, end: number, pitch: number): number {
  const rows = countThatFit(layer, end, pitch);
  const comfortable = Math.max(1, Math.floor(DENSE_COLUMNS / width));
  return Math.min(layer.units, Math.max(comfortable, Math.ceil(layer.units / rows)));
}

/** Over a block of dense weights: its unit, or for a further map of the same unit, which. */
function stackLabel(build: Build, layer: LayerOf<'dense'>, element: number): string {
  const map = Math.floor(element / layer.units);
  return map === 0 ? unitName(build, layer, element % layer.units) : messages.cells.timesMap(map + 1);
}

// Shared by all

function placeBand(
  build: Build,
  layer: Layer,
  band: Omit<Band, 'layer' | 'column'>,
  regions: Region[],
  labels: LabelLattice[],
): void {
  if (build.column + band.width > MAX_COLUMNS) throw new UserError(messages.network.tooWide(layer.name));
  build.bands.push({ layer: layer.id, column: build.column, ...band, regions, labels });
  build.column += band.width + 1;
}

/** A count in equal sections, and what is left over. */
function split(count: number, perSection: number): { first: number; sections: number; each: number }[] {
  const sections = Math.floor(count / perSection);
  const rest = count - sections * perSection;
  const parts = [
    { first: 0, sections, each: perSection },
    { first: count - rest, sections: 1, each: rest },
  ];
  return parts.filter(part => part.sections > 0 && part.each > 0);
}

function repeats(...all: Repeat[]): Repeat[] {
  return all.filter(repeat => repeat.count > 1);
}

/** Labels over the first cell of every block. */
function above(region: Region, text: (element: number) => string): LabelLattice {
  return { ...region, row: region.row - 1, height: 1, width: 1, text };
}

function oneCell(row: number, column: number): Omit<LabelLattice, 'text'> {
  return { row, column, height: 1, width: 1, offset: 0, rowStride: 0, columnStride: 0, down: [], across: [] };
}

function mapsDetail([height, width, channels]: Shape): string {
  return messages.cells.mapsDetail(channels, formatShape([height, width]));
}

function unitName(build: Build, layer: Layer, unit: number): string {
  const name = layer === build.scores ? build.classes[unit] : undefined;
  return name === undefined ? messages.cells.unit(unit + 1) : messages.cells.class(name);
}

/** In a column as narrow as a weight. */
function unitHeading(build: Build, layer: Layer, unit: number): string {
  return (layer === build.scores ? build.classes[unit] : undefined) ?? String(unit + 1);
}
