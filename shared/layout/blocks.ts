/** Stacks of maps and columns of vectors, as regions and labels that go on in further columns where the sheet's rows
 *  end. */
import { MAX_ROWS } from '../address.ts';
import { UserError } from '../errors.ts';
import type { LabelLattice } from './index.ts';
import type { Region, Repeat } from './layout.ts';
import type { Shape, TensorId } from '../tensor.ts';
import { sentences } from '../messages/sentences.ts';

/** What stands in a run of columns. */
export type Blocks = { regions: Region[]; labels: LabelLattice[]; width: number };

/** Where a layer's maps stand, as far as what stands level with them needs to know. */
export type Maps = {
  kind: 'maps';
  /** The first map's first row. */
  row: number;
  /** The first row of the first map's share of the rows; the others' follow every `pitch` rows. Its kernels stand
   *  within. */
  slot: number;
  pitch: number;
  /** So many maps stand below each other before the stack goes on in further columns. */
  perSection: number;
  shape: Shape;
};
/** Where a layer's vector stands: one row per unit, `perSection` of them before it goes on in the next column. */
export type Vector = { kind: 'vector'; row: number; perSection: number; size: number };

/** A stack of maps for one tensor [height, width, channels], or for one part of a larger tensor that begins at element
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

/** Labels over the first cell of every block. */
export function above(region: Region, text: (element: number) => string): LabelLattice {
  return { ...region, row: region.row - 1, height: 1, width: 1, text };
}

/** How many repetitions a sheet's rows hold, if the first ends before row `end`. Throws UserError naming the layer
 *  where it doesn't. */
export function countThatFit(layer: { name: string }, end: number, pitch: number): number {
  if (end > MAX_ROWS) throw new UserError(sentences.network.tooTall(layer.name));
  return Math.floor((MAX_ROWS - end) / pitch) + 1;
}

/** A count in equal sections, and what is left over. */
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
