/** Places kernels beside the maps that they make, and dense weights in the shape of the maps that they multiply. */
import { above, countThatFit, repeats, split } from './blocks.ts';
import type { Blocks, Maps, Vector } from './blocks.ts';
import type { LabelLattice } from './index.ts';
import type { Region, Repeat } from './layout.ts';
import { messages } from '../messages.ts';
import type { LayerIdentity } from '../layers/identity.ts';
import type { Pair, TensorId } from '../tensor.ts';

type ParameterHeading = keyof typeof messages.layers.headings;

/** A layer with one kernel for each of its maps. */
export type Kernels = LayerIdentity & { filters: number; kernelSize: Pair; useBias: boolean };
/** A layer with weights for each of its units. */
type Units = LayerIdentity & { units: number };

/** With at most so many channels, each unit's dense weights are a row of maps; with more, a stack of maps. */
export const FEW_CHANNELS = 4;
/** Dense weights that would be wider than this continue below. */
const DENSE_COLUMNS = 2048;
/** Kernels are in the middle of their map's share of the rows, but at most so many rows below its top. So they are in
 *  sight beside tall maps. */
const KERNEL_TOP = 8;

/** Places kernels. A filter's slices are below each other, each with its label, as many as its map's share of the rows
 *  holds. The others continue in further columns. The bias is below the last slice, or beside it if there is no
 *  room. */
export function kernelBlocks(layer: Kernels, maps: Maps, inChannels: number, column: number): Blocks {
  const [height, width] = layer.kernelSize;
  const { filters } = layer;
  const { perSection, pitch } = maps;
  const perColumn = Math.min(inChannels, Math.floor(pitch / (height + 1)));
  const columns = Math.ceil(inChannels / perColumn);
  const inLast = inChannels - (columns - 1) * perColumn;
  const biasBelow = layer.useBias && inLast * (height + 1) + 2 <= pitch;
  const used = Math.max(perColumn * (height + 1), biasBelow ? inLast * (height + 1) + 2 : 0);
  const row = maps.slot + Math.min(KERNEL_TOP, Math.floor((pitch - used) / 2)) + 1;
  const slicesWidth = columns * (width + 1) - 1;
  const sectionWidth = slicesWidth + (layer.useBias && !biasBelow ? 2 : 0);
  const name = (element: number): string =>
    element < filters
      ? messages.cells.kernel((element % filters) + 1)
      : messages.cells.timesMap(Math.floor(element / filters) + 1);

  const regions: Region[] = [];
  const labels: LabelLattice[] = [];
  const add = (region: Region, text: (element: number) => string): void => {
    regions.push(region);
    labels.push(above(region, text));
  };
  for (const part of split(filters, perSection)) {
    const left = column + (part.first / perSection) * (sectionWidth + 1);
    const eachFilter: Repeat = { count: part.each, pitch, stride: 1 };
    const eachSection: Repeat = { count: part.sections, pitch: sectionWidth + 1, stride: perSection };
    for (const slices of split(inChannels, perColumn)) {
      const region: Region = {
        tensor: `${layer.id}/kernel`,
        row,
        column: left + (slices.first / perColumn) * (width + 1),
        height,
        width,
        offset: slices.first * filters + part.first,
        rowStride: width * inChannels * filters,
        columnStride: inChannels * filters,
        down: repeats(eachFilter, { count: slices.each, pitch: height + 1, stride: filters }),
        across: repeats(eachSection, { count: slices.sections, pitch: width + 1, stride: perColumn * filters }),
      };
      add(region, name);
    }
    if (!layer.useBias) continue;
    const region: Region = {
      tensor: `${layer.id}/bias`,
      row: row + (biasBelow ? inLast * (height + 1) : 0),
      column: left + (biasBelow ? (columns - 1) * (width + 1) : slicesWidth + 1),
      height: 1,
      width: 1,
      offset: part.first,
      rowStride: 1,
      columnStride: 1,
      down: repeats(eachFilter),
      across: repeats(eachSection),
    };
    add(region, () => messages.cells.bias);
  }
  return { regions, labels, width: Math.ceil(filters / perSection) * (sectionWidth + 1) - 1 };
}

/** Places parameters that have one number for each map. Beside the first row of a map is one cell for each parameter,
 *  with its name above. */
export function channelBlocks(
  layer: LayerIdentity,
  names: readonly ParameterHeading[],
  maps: Maps,
  column: number,
): Blocks {
  const { row, pitch, perSection } = maps;
  const sectionWidth = names.length;
  const parts = split(maps.shape[2], perSection);
  const regions = names.flatMap((name, position) =>
    parts.map(
      ({ first, sections, each }): Region => ({
        tensor: `${layer.id}/${name}`,
        row,
        column: column + position + (first / perSection) * (sectionWidth + 1),
        height: 1,
        width: 1,
        offset: first,
        rowStride: 1,
        columnStride: 1,
        down: repeats({ count: each, pitch, stride: 1 }),
        across: repeats({ count: sections, pitch: sectionWidth + 1, stride: perSection }),
      }),
    ),
  );
  const labels = regions.map((region, i) =>
    above(region, () => messages.layers.headings[names[Math.floor(i / parts.length)]]),
  );
  return { regions, labels, width: Math.ceil(maps.shape[2] / perSection) * (sectionWidth + 1) - 1 };
}

/** Places a dense layer's weights. `className`: the name of a unit's class, if it has one. */
export function denseBlocks(
  layer: Units,
  source: Maps | Vector,
  column: number,
  className: (unit: number) => string | undefined,
): Blocks {
  const tensor = `${layer.id}/kernel` as const;
  if (source.kind === 'vector') {
    return matrix(layer, tensor, source, column, unit => className(unit) ?? String(unit + 1));
  }
  const blocks =
    source.shape[2] <= FEW_CHANNELS ? rowsOfMaps(layer, tensor, source, column) : stacks(layer, tensor, source, column);
  const label = (element: number): string => {
    const map = Math.floor(element / layer.units);
    return map > 0 ? messages.cells.timesMap(map + 1) : messages.cells.unitOrClass(element, className(element));
  };
  return { ...blocks, labels: blocks.regions.map(region => above(region, label)) };
}

/** The weights of a vector input: a matrix level with the vector, one column for each unit. */
function matrix(
  layer: Units,
  tensor: TensorId,
  source: Vector,
  column: number,
  heading: (unit: number) => string,
): Blocks {
  const { units } = layer;
  const height = source.perSection;
  const perRow = unitsAcross(layer, 1, source.row + height, height + 1);
  const regions: Region[] = [];
  const labels: LabelLattice[] = [];
  for (const rows of split(source.size, height)) {
    for (const part of split(units, perRow)) {
      const region: Region = {
        tensor,
        row: source.row + (part.first / perRow) * (height + 1),
        column: column + (rows.first / height) * (perRow + 1),
        height: rows.each,
        width: part.each,
        offset: rows.first * units + part.first,
        rowStride: units,
        columnStride: 1,
        down: repeats({ count: part.sections, pitch: height + 1, stride: perRow }),
        across: repeats({ count: rows.sections, pitch: perRow + 1, stride: height * units }),
      };
      regions.push(region);
      const eachUnit: Repeat = { count: part.each, pitch: 1, stride: 1 };
      labels.push({
        ...above(region, element => heading(element % units)),
        across: repeats(...region.across, eachUnit),
      });
    }
  }
  return { regions, labels, width: Math.ceil(source.size / height) * (perRow + 1) - 1 };
}

/** The weights for few maps: each unit has a row of maps, one for each channel. The units are below each other. */
function rowsOfMaps(layer: Units, tensor: TensorId, source: Maps, column: number): Omit<Blocks, 'labels'> {
  const { units } = layer;
  const [height, width, channels] = source.shape;
  const row = 2;
  const perSection = countThatFit(layer, row + height, height + 1);
  const sectionWidth = channels * (width + 1);
  const regions = split(units, perSection).map(
    ({ first, sections, each }): Region => ({
      tensor,
      row,
      column: column + (first / perSection) * sectionWidth,
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
  return { regions, width: Math.ceil(units / perSection) * sectionWidth - 1 };
}

/** The weights for many maps: each unit has a stack like the source's, so that one SUMPRODUCT spans both. Units are
 *  side by side. Between the weights are only labels, which SUMPRODUCT skips. */
function stacks(layer: Units, tensor: TensorId, source: Maps, column: number): Omit<Blocks, 'labels'> {
  const { units } = layer;
  const [height, width, channels] = source.shape;
  const { row, pitch, perSection } = source;
  const stackHeight = (Math.min(channels, perSection) - 1) * pitch + height + 1;
  const perRow = unitsAcross(layer, width + 1, row + stackHeight - 1, stackHeight);
  const sectionWidth = perRow * (width + 1);
  const regions = split(channels, perSection).flatMap(maps =>
    split(units, perRow).map(
      (part): Region => ({
        tensor,
        row: row + (part.first / perRow) * stackHeight,
        column: column + (maps.first / perSection) * sectionWidth,
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
          { count: maps.sections, pitch: sectionWidth, stride: perSection * units },
          { count: part.each, pitch: width + 1, stride: 1 },
        ),
      }),
    ),
  );
  return { regions, width: Math.ceil(channels / perSection) * sectionWidth - 1 };
}

/** How many units are side by side: all, or fewer if the band would be too wide. But always so many that the sheet's
 *  rows hold the others. */
function unitsAcross(layer: Units, width: number, end: number, pitch: number): number {
  const rows = countThatFit(layer, end, pitch);
  const comfortable = Math.max(1, Math.floor(DENSE_COLUMNS / width));
  return Math.min(layer.units, Math.max(comfortable, Math.ceil(layer.units / rows)));
}
