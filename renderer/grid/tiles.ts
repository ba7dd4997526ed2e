import { intersect, type CellRange } from '../../shared/address.ts';
import type { CellContents } from '../../shared/cell-content.ts';
import type { Block, Layout } from '../../shared/layout/layout.ts';
import type { LayerId, TensorId, TensorInfo } from '../../shared/network.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { Plane } from '../../shared/places.ts';

/** Longest side of a tile, in cells. Most blocks are one tile, so what is watched stays the same while the sheet
 *  scrolls. */
const TILE = 128;
/** More windows than this are not watched at once (the protocol allows 20,000). */
const MAX_TILES = 12_000;

/** How values become colours: pixels and probabilities on a scale from 0 to 1, signed values on one around 0, plain
 *  ones not at all. */
type Heat = 'pixels' | 'probability' | 'signed' | 'plain';

/** A part of a block with how it is drawn. */
export type Tile = {
  block: Block;
  info: TensorInfo;
  heat: Heat;
  /** Kernel or bias: looks like a field. */
  parameter: boolean;
  /** The tensor whose largest value ends the colour scale. */
  scale: TensorId;
  /** For a ReLU with its convolution folded into it: the same part of the convolution. */
  dropped: Block | undefined;
};

/** The tiles that show the cells of a range. */
export function tilesOf(
  sheet: Sheet,
  range: CellRange,
  foldedLayers: ReadonlySet<LayerId>,
  plane: Plane = 'value',
): Tile[] {
  const blocks = cutBlocks(sheet.layout, range);
  return blocks.map(block => (plane === 'value' ? tileOf(sheet, block, foldedLayers) : planeTile(sheet, block)));
}

/** Every block whose values these tiles need. */
export function blocksOf(tiles: readonly Tile[]): Block[] {
  return tiles.flatMap(({ block, dropped }) => (dropped ? [block, dropped] : [block]));
}

/** The blocks that touch a range, whole where they are small and else in tiles that start at multiples of 128 cells
 *  from the block's corner: the same cells always give the same tiles, whatever part of them is in view. */
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

/** Another part of the block that `block` is a part of. `range` lies inside the whole block. */
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

/** Names a part of a tensor and where it stands. */
export function tileKey({ view, row, column }: Block): string {
  return `${view.tensor} ${view.offset} ${row} ${column} ${view.height} ${view.width}`;
}

function tileOf(sheet: Sheet, block: Block, foldedLayers: ReadonlySet<LayerId>): Tile {
  const info = sheet.tensors.get(block.view.tensor)!;
  const layer = sheet.layers.get(info.layer)!;
  const folded = layer.kind === 'relu' && info.name === 'output' && foldedLayers.has(layer.inputs[0]);
  const convolution: TensorId | undefined = folded ? `${layer.inputs[0]}/output` : undefined;
  return {
    block,
    info,
    heat: heatOf(info, layer.kind === 'softmax'),
    parameter: info.role === 'parameter',
    // A bias is read against its kernel, a folded ReLU against what it was before.
    scale: convolution ?? (info.name === 'bias' ? `${info.layer}/kernel` : info.id),
    dropped: convolution && { ...block, view: { ...block.view, tensor: convolution } },
  };
}

/** Gradients and masks are signed numbers, each tensor with a scale of its own. Nothing is typed there. */
function planeTile(sheet: Sheet, block: Block): Tile {
  const info = sheet.tensors.get(block.view.tensor)!;
  return { block, info, heat: 'signed', parameter: false, scale: info.id, dropped: undefined };
}

function heatOf({ role, name }: TensorInfo, ofSoftmax: boolean): Heat {
  if (role === 'pixels') return 'pixels';
  if (!ofSoftmax) return 'signed';
  return name === 'output' ? 'probability' : 'plain';
}

/** A tile with its values, once they are there. */
export type Shown = {
  tile: Tile;
  values: CellContents | undefined;
  dropped: CellContents | undefined;
  limit: number;
  /** How strongly each cell's last move is marked, 0 (not at all) to MOVE_LEVELS; undefined where nothing moves. */
  moves: Uint8Array | undefined;
};
