/** Which parts of a tensor are watched to show a block, and the block's contents from them. */
import type { CellContents, Other } from '../../shared/cell-content.ts';
import type { Block, Repeat, TensorView } from '../../shared/layout/layout.ts';
import type { TensorInfo } from '../../shared/network.ts';
import type { Plane } from '../../shared/places.ts';
import type { Window } from '../../shared/protocol.ts';

/** A tensor of at most so many elements (256 KB) is watched as a whole. Then scrolling needs no new windows, and an
 *  edit changes most of it anyway. */
export const WHOLE = 65_536;
/** The side of the tiles that larger blocks are cut into, from the block's corner. Scrolling inside a tile needs no new
 *  windows. */
const TILE = 64;
/** Blocks of at most so many elements, such as kernels, are watched together: so many in a row. Each in a window of its
 *  own would be thousands of windows. */
const SMALL = 64;
const TOGETHER = 64;
/** A window takes as much as so many elements, to ask for it and to send it. */
const WINDOW_COST = 32;

/** A part of a tensor that is watched: a tile of a block, `y` rows and `x` columns into it, or neighbouring small
 *  blocks. Then this block is the column `at` of the view. */
type Part = { view: TensorView } & ({ y: number; x: number } | { at: number });

/** The parts that a block needs. */
export function partsOf(block: Block): Part[] {
  const { view, whole, row, column } = block;
  const top = row - whole.row;
  const left = column - whole.column;
  const origin = view.offset - top * view.rowStride - left * view.columnStride;
  const together = neighbours(block, origin);
  if (together) return [together];
  const parts: Part[] = [];
  for (let y = top - (top % TILE); y < top + view.height; y += TILE) {
    for (let x = left - (left % TILE); x < left + view.width; x += TILE) {
      const offset = origin + y * view.rowStride + x * view.columnStride;
      const height = Math.min(TILE, whole.height - y);
      const width = Math.min(TILE, whole.width - x);
      parts.push({ y, x, view: { ...view, offset, height, width } });
    }
  }
  return parts;
}

/** A small block and its neighbours, if their elements are at equal distances: a row for each element of a block, a
 *  column for each block. `origin`: the block's first element. */
function neighbours({ view, whole, region }: Block, origin: number): Part | undefined {
  const { tensor, rowStride, columnStride } = view;
  const size = whole.height * whole.width;
  const step = whole.width > 1 ? columnStride : rowStride;
  if (size > SMALL || (whole.height > 1 && rowStride !== whole.width * step)) return undefined;
  const down = along(region.down, whole.row - region.row);
  const across = along(region.across, whole.column - region.column);
  const { repeat, index } = across.most >= down.most ? across : down;
  if (!repeat) return undefined;
  const at = index % TOGETHER;
  const width = Math.min(TOGETHER, repeat.count - index + at);
  const offset = origin - at * repeat.stride;
  return { at, view: { tensor, offset, height: size, width, rowStride: step, columnStride: repeat.stride } };
}

/** The innermost of these repeats, which of its blocks is `distance` from the first one, and how many are watched
 *  together. */
function along(repeats: readonly Repeat[], distance: number): { repeat?: Repeat; index: number; most: number } {
  const repeat = repeats.at(-1);
  let rest = distance;
  for (const { pitch } of repeats.slice(0, -1)) rest %= pitch;
  return repeat
    ? { repeat, index: rest / repeat.pitch, most: Math.min(TOGETHER, repeat.count) }
    : { index: 0, most: 0 };
}

/** Whether it is cheaper to watch the whole tensor than all these parts of it. */
export function worthWhole({ size }: TensorInfo, parts: readonly { height: number; width: number }[]): boolean {
  return size < parts.reduce((sum, { height, width }) => sum + height * width + WINDOW_COST, 0);
}

export const wholeTensor = ({ id, size }: TensorInfo, plane: Plane): Omit<Window, 'id'> => ({
  tensor: id,
  plane,
  offset: 0,
  height: 1,
  width: size,
  rowStride: size,
  columnStride: 1,
});

export const viewKey = (view: TensorView) =>
  `${view.offset},${view.height},${view.width},${view.rowStride},${view.columnStride}`;

export function cutFlat({ numbers, others }: CellContents, view: TensorView): CellContents {
  const cut = emptyCut(view, others !== undefined);
  for (let r = 0, to = 0; r < view.height; r++) {
    let from = view.offset + r * view.rowStride;
    for (let c = 0; c < view.width; c++, from += view.columnStride, to++) {
      cut.numbers[to] = numbers[from];
      if (others) cut.others![to] = others[from];
    }
  }
  return cut;
}

function emptyCut({ height, width }: TensorView, others: boolean) {
  const size = height * width;
  return {
    numbers: new Float32Array(size),
    ...(others && { others: Array.from<Other | undefined>({ length: size }) }),
  };
}

/** A block's contents from those of its parts. undefined until every part has arrived. */
export function cutParts(block: Block, contentsOf: (part: Part) => CellContents | undefined): CellContents | undefined {
  const parts: { part: Part; contents: CellContents }[] = [];
  for (const part of partsOf(block)) {
    const contents = contentsOf(part);
    if (!contents) return undefined;
    parts.push({ part, contents });
  }
  const { view, whole } = block;
  const top = block.row - whole.row;
  const left = block.column - whole.column;
  const cut = emptyCut(
    view,
    parts.some(({ contents }) => contents.others !== undefined),
  );
  for (const { part, contents } of parts) {
    const tile = 'at' in part ? { y: 0, x: 0, view: whole } : part;
    /** How far apart the elements of a row are in the part, and where the block's first element is. */
    const [step, start] = 'at' in part ? [part.view.width, part.at] : [1, 0];
    const firstRow = Math.max(tile.y, top);
    const firstColumn = Math.max(tile.x, left);
    const lastRow = Math.min(tile.y + tile.view.height, top + view.height);
    const lastColumn = Math.min(tile.x + tile.view.width, left + view.width);
    for (let r = firstRow; r < lastRow; r++) {
      let from = start + ((r - tile.y) * tile.view.width + firstColumn - tile.x) * step;
      let to = (r - top) * view.width + firstColumn - left;
      for (let c = firstColumn; c < lastColumn; c++, from += step, to++) {
        cut.numbers[to] = contents.numbers[from];
        if (contents.others) cut.others![to] = contents.others[from];
      }
    }
  }
  return cut;
}
