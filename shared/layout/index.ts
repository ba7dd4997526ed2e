/** Finds cells, elements, labels and blocks on a sheet after its bands are placed. */
import { contains } from '../address.ts';
import type { CellAddress, CellRange } from '../address.ts';
import { blocksTouching, boundsOf, cellOf, elementOf, invert, gapAround } from './lattice.ts';
import type { Inverse, Lattice, LatticeBlock } from './lattice.ts';
import type { Band, Block, ElementIndex, Label, Layout, Region } from './layout.ts';
import { messages } from '../messages.ts';
import type { TensorId } from '../tensor.ts';

/** A label for each cell of a lattice. The text depends on the element that the lattice gives the cell. `tensor`: the
 *  tensor that it labels, if it is about one. */
export type LabelLattice = Lattice & { tensor?: TensorId; text: (element: number) => string };
/** A band with its contents. Nothing of it is in another band's columns. */
export type PlacedBand = Band & { regions: readonly Region[]; labels: readonly LabelLattice[] };

export function indexLayout(placed: readonly PlacedBand[]): Layout {
  const bands: Band[] = placed.map(({ layer, role, column, width, name, detail }) => ({
    layer,
    role,
    column,
    width,
    name,
    detail,
  }));
  const regions = placed.flatMap(band => band.regions);
  const columns = Math.max(...placed.map(band => band.column + band.width));
  const rows = Math.max(
    ...placed.flatMap(band =>
      [...band.regions, ...band.labels].map(boundsOf).map(bounds => bounds.row + bounds.height),
    ),
  );
  const bandOfColumn = new Int16Array(columns);
  // The gap after a band counts as part of it, and is empty.
  for (const [i, band] of placed.entries()) bandOfColumn.fill(i, band.column);
  const inverses = new Map<TensorId, Inverse[]>();
  for (const region of regions) {
    const known = inverses.get(region.tensor);
    if (known) known.push(invert(region));
    else inverses.set(region.tensor, [invert(region)]);
  }

  const bandAt = (row: number, column: number): PlacedBand | undefined =>
    row >= 0 && column >= 0 && column < columns ? placed[bandOfColumn[column]] : undefined;
  const bandsIn = (range: CellRange): readonly PlacedBand[] => {
    const first = Math.max(0, range.column);
    const last = Math.min(columns, range.column + range.width) - 1;
    return first <= last ? placed.slice(bandOfColumn[first], bandOfColumn[last] + 1) : [];
  };
  const caption = (band: Band): Label[] =>
    band.name === ''
      ? []
      : [{ row: 0, column: band.column, text: messages.cells.caption(band.name, band.detail), kind: 'caption' }];

  const elementAt = (row: number, column: number): ElementIndex | undefined => {
    for (const region of bandAt(row, column)?.regions ?? []) {
      const index = elementOf(region, row, column);
      if (index >= 0) return { tensor: region.tensor, index };
    }
    return undefined;
  };

  return {
    bands,
    regions,
    rows,
    columns,
    elementAt,
    isFree(row, column): boolean {
      if (elementAt(row, column) || this.labelAt(row, column)) return false;
      return !(bandAt(row, column)?.regions ?? []).some(region => {
        const gap = gapAround(region, row, column);
        return gap !== undefined && this.blocksIn(gap).length === 0;
      });
    },
    cellOf(tensor, index): CellAddress {
      for (const inverse of inverses.get(tensor) ?? []) {
        const cell = cellOf(inverse, index);
        if (cell) return cell;
      }
      throw new RangeError(`${tensor}[${index}] is on no sheet`);
    },
    labelAt(row, column): Label | undefined {
      const band = bandAt(row, column);
      if (!band) return undefined;
      if (row === 0) return caption(band).find(label => label.column === column);
      for (const lattice of band.labels) {
        const element = elementOf(lattice, row, column);
        if (element >= 0) return { row, column, text: lattice.text(element), kind: 'small' };
      }
      return undefined;
    },
    labelsIn(range): Label[] {
      return bandsIn(range).flatMap(band => [
        ...caption(band).filter(label => contains(range, label)),
        ...band.labels.flatMap(lattice =>
          blocksTouching(lattice, range).map(
            ({ row, column, offset }): Label => ({ row, column, text: lattice.text(offset), kind: 'small' }),
          ),
        ),
      ]);
    },
    blocksIn(range): Block[] {
      return bandsIn(range).flatMap(band =>
        band.regions.flatMap(region => blocksTouching(region, range).map(block => visiblePart(region, block, range))),
      );
    },
  };
}

/** Scrolling calls this thousands of times a second, so it is plain arithmetic without intermediate objects. */
function visiblePart(region: Region, block: LatticeBlock, range: CellRange): Block {
  const { tensor, rowStride, columnStride } = region;
  const row = Math.max(block.row, range.row);
  const column = Math.max(block.column, range.column);
  const height = Math.min(block.row + block.height, range.row + range.height) - row;
  const width = Math.min(block.column + block.width, range.column + range.width) - column;
  const offset = block.offset + (row - block.row) * rowStride + (column - block.column) * columnStride;
  return {
    row,
    column,
    height,
    width,
    view: { tensor, offset, height, width, rowStride, columnStride },
    whole: { row: block.row, column: block.column, height: block.height, width: block.width },
    region,
  };
}
