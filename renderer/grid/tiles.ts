import { intersect, type CellRange } from '../../shared/address.ts';
import type { CellContents } from '../../shared/cell-content.ts';
import type { Block, Layout } from '../../shared/layout/layout.ts';
import type { LayerId, TensorId, TensorInfo } from '../../shared/network.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { foldedInto } from '../core/foldable.ts';
import type { Plane } from '../../shared/places.ts';

/** The longest side of a tile, in cells. Most blocks are one tile, so the watched windows stay the same during
 *  scrolling. */
const TILE = 128;
/** The most windows that are watched at once. (The protocol allows 20,000.) */
const MAX_TILES = 12_000;

/** How values become colours. pixels and probability: a scale from 0 to 1. signed: a scale around 0. plain: no
 *  colour. */
type Heat = 'pixels' | 'probability' | 'signed' | 'plain';

/** A part of a block with how it is drawn. */
export type Tile = {
  block: Block;
  info: TensorInfo;
  heat: Heat;
  /** Whether it shows parameters, and so looks like an input field. */
  parameter: boolean;
  /** The tensor whose largest value is the end of the colour scale. */
  scale: TensorId;
  /** For a ReLU with a folded convolution: the same part of the convolution. */
  dropped: Block | undefined;
  /** Whether its numbers are often tiny. They are then written by their order of magnitude, and not as 0.00. */
  tiny?: true;
};

/** The tiles of a range. */
export function tilesOf(
  sheet: Sheet,
  range: CellRange,
  foldedLayers: ReadonlySet<LayerId>,
  plane: Plane = 'value',
): Tile[] {
  const blocks = cutBlocks(sheet.layout, range);
  return blocks.map(block => (plane === 'value' ? tileOf(sheet, block, foldedLayers) : planeTile(sheet, block)));
}

/** All the blocks whose values these tiles need. */
export function blocksOf(tiles: readonly Tile[]): Block[] {
  return tiles.flatMap(({ block, dropped }) => (dropped ? [block, dropped] : [block]));
}

/** The blocks that touch a range. A small block is whole. A large one is cut into tiles that start at multiples of 128
 *  cells from its corner, so the same cells always give the same tile. */
export function cutBlocks(layout: Layout, range: CellRange): Block[] {
  const tiles: Block[] = [];
  for (const block of layout.blocksIn(range)) {
    const seen = intersect(block, range);
    if (!seen) continue;
    const { whole } = block;
    const firstRow = Math.floor((seen.row - whole.row) / TILE) * TILE;
    const firstColumn = Math.floor((seen.column - whole.column) / TILE) * TILE;
    for (let y = firstRow; whole.row + y < seen.row + seen.height; y += TILE)
      for (let x = firstColumn; whole.column + x < seen.column + seen.width; x += TILE) {
        if (tiles.length >= MAX_TILES) return tiles;
        const height = Math.min(TILE, whole.height - y);
        const width = Math.min(TILE, whole.width - x);
        tiles.push(partOf(block, { row: whole.row + y, column: whole.column + x, height, width }));
      }
  }
  return tiles;
}

/** Another part of the same block. `range` is inside the whole block. */
function partOf(block: Block, range: CellRange): Block {
  const { tensor, offset, rowStride, columnStride } = block.view;
  const from = (range.row - block.row) * rowStride + (range.column - block.column) * columnStride;
  return {
    ...range,
    whole: block.whole,
    region: block.region,
    view: { tensor, offset: offset + from, height: range.height, width: range.width, rowStride, columnStride },
  };
}

/** A name for a part of a tensor at its place. The strides belong to it: in a tensor with more channels, the same part
 *  begins at the same element, and goes on with others. */
export function tileKey({ view, row, column }: Block): string {
  const { tensor, offset, height, width, rowStride, columnStride } = view;
  return `${tensor} ${offset} ${row} ${column} ${height} ${width} ${rowStride} ${columnStride}`;
}

function tileOf(sheet: Sheet, block: Block, foldedLayers: ReadonlySet<LayerId>): Tile {
  const info = sheet.tensors.get(block.view.tensor)!;
  const layer = sheet.layers.get(info.layer)!;
  const folded = info.name === 'output' ? foldedInto(layer, foldedLayers) : undefined;
  const convolution: TensorId | undefined = folded === undefined ? undefined : `${folded}/output`;
  return {
    block,
    info,
    heat: heatOf(info, layer.kind === 'softmax'),
    parameter: info.role === 'parameter',
    // A bias has the colour scale of its kernel; a folded ReLU that of its convolution.
    scale: convolution ?? (info.name === 'bias' ? `${info.layer}/kernel` : info.id),
    dropped: convolution && { ...block, view: { ...block.view, tensor: convolution } },
  };
}

/** Gradients and masks are signed numbers, and each tensor has its own scale. They can't be edited. */
function planeTile(sheet: Sheet, block: Block): Tile {
  const info = sheet.tensors.get(block.view.tensor)!;
  return { block, info, heat: 'signed', parameter: false, scale: info.id, dropped: undefined, tiny: true };
}

function heatOf({ role, name }: TensorInfo, ofSoftmax: boolean): Heat {
  if (role === 'pixels') return 'pixels';
  if (!ofSoftmax) return 'signed';
  return name === 'output' ? 'probability' : 'plain';
}

/** A tile with its values, as soon as they arrive. */
export type Shown = {
  tile: Tile;
  values: CellContents | undefined;
  dropped: CellContents | undefined;
  limit: number;
  /** How strongly each cell's last change is marked, from 0 (not at all) to MOVE_LEVELS. undefined if nothing is
   *  marked. */
  moves: Uint8Array | undefined;
};

/** Whether one range holds all of another one. */
export const covers = (outer: CellRange, inner: CellRange) =>
  inner.row >= outer.row &&
  inner.column >= outer.column &&
  inner.row + inner.height <= outer.row + outer.height &&
  inner.column + inner.width <= outer.column + outer.width;
