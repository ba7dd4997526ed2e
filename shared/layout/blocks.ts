/** Stacks of maps and columns of vectors, as regions and labels. If the sheet has too few rows, a stack continues in
 *  further columns. */
import { MAX_ROWS } from '../address.ts';
import { UserError } from '../errors.ts';
import type { LabelLattice } from './index.ts';
import type { Region, Repeat } from './layout.ts';
import type { Shape, TensorId } from '../tensor.ts';
import { sentences } from '../messages/sentences.ts';

/** The contents of neighbouring columns. */
export type Blocks = { regions: Region[]; labels: LabelLattice[]; width: number };

/** Where a layer's maps are, with what the placing of other layers beside them needs. */
export type Maps = {
  kind: 'maps';
  /** The first row of the first map. */
  row: number;
  /** Each map has a share of the rows, `pitch` rows long, with its kernels beside it. This is the first row of the
   *  first share. */
  slot: number;
  pitch: number;
  /** How many maps are below each other. The next ones continue in further columns. */
  perSection: number;
  shape: Shape;
};
/** Where a layer's vector is: one row per unit. After `perSection` rows it continues in the next column. */
export type Vector = { kind: 'vector'; row: number; perSection: number; size: number };

/** A stack of maps for a tensor [height, width, channels], or for a part of a larger tensor that begins at element
 *  `offset`. */
export function mapBlocks(tensor: TensorId, maps: Maps, column: number, offset = 0): Omit<Blocks, 'labels'> {
  const [height, width, channels] = maps.shape;
  const { row, pitch, perSection } = maps;
  const regions = split(channels, perSection).map(
    ({ first, sections, each }): Region => ({
      tensor,
      row,
      column: column + (first / perSection) * (width + 1),
      height,
      width,
      offset: offset + first,
      rowStride: width * channels,
      columnStride: channels,
      down: repeats({ count: each, pitch, stride: 1 }),
      across: repeats({ count: sections, pitch: width + 1, stride: perSection }),
    }),
  );
  return { regions, width: Math.ceil(channels / perSection) * (width + 1) - 1 };
}

/** A column for one tensor [units]. */
export function vectorBlocks(
  tensor: TensorId,
  { row, perSection, size }: Vector,
  column: number,
  heading?: string,
): Blocks {
  const regions = split(size, perSection).map(
    ({ first, sections, each }): Region => ({
      tensor,
      row,
      column: column + first / perSection,
      height: each,
      width: sections,
      offset: first,
      rowStride: 1,
      columnStride: perSection,
      down: [],
      across: [],
    }),
  );
  const labels = heading === undefined ? [] : [{ ...above(regions[0], () => heading), across: [] }];
  return { regions, labels, width: Math.ceil(size / perSection) };
}

/** A label above the first cell of every block. */
export function above(region: Region, text: (element: number) => string): LabelLattice {
  return { ...region, row: region.row - 1, height: 1, width: 1, text };
}

/** How many repetitions fit the sheet's rows, if the first ends before row `end`. Throws UserError that names the layer
 *  if not even one does. */
export function countThatFit(layer: { name: string }, end: number, pitch: number): number {
  if (end > MAX_ROWS) throw new UserError(sentences.network.tooTall(layer.name));
  return Math.floor((MAX_ROWS - end) / pitch) + 1;
}

/** Splits a count into equal sections and a rest. */
export function split(count: number, perSection: number): { first: number; sections: number; each: number }[] {
  const sections = Math.floor(count / perSection);
  const rest = count - sections * perSection;
  const parts = [
    { first: 0, sections, each: perSection },
    { first: count - rest, sections: 1, each: rest },
  ];
  return parts.filter(part => part.sections > 0 && part.each > 0);
}

export function repeats(...all: Repeat[]): Repeat[] {
  return all.filter(repeat => repeat.count > 1);
}
