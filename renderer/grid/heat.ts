import { isError } from '../../shared/cell-content.ts';
import type { TensorId } from '../../shared/network.ts';
import type { Values } from '../core/store.ts';
import { divergingStep, sequentialStep } from '../../shared/explain/steps.ts';
import { type ColourTable } from '../parts/colour.ts';
import type { Geometry } from './geometry.ts';
import { markMoves, type Moved } from './moves.ts';
import type { Theme } from '../parts/theme.ts';
import { type Tile, tileKey, type Shown } from './tiles.ts';

/** Side of a chunk in cells. */
const CHUNK = 128;
/** So many pictures are kept for other chunks. */
const MOST_SPARE = 32;

/** The heat colours of a chunk of cells as a small picture, one pixel for each cell. It is stretched over the cells, so
 *  painting is fast however small cells are. */
type Chunk = {
  row: number;
  column: number;
  width: number;
  tiles: Shown[];
  /** undefined until the chunk is first painted. */
  picture: CanvasRenderingContext2D | undefined;
  /** Whether the picture has the current values of its tiles. */
  fresh: boolean;
};

/** The step of a number in the colour table of its tile. */
export function stepOf(shown: Pick<Shown, 'tile' | 'limit'>, value: number): number {
  switch (shown.tile.heat) {
    case 'signed':
      return divergingStep(value, shown.limit);
    case 'plain':
      return 128;
    default:
      return sequentialStep(value);
  }
}

export function tableOf({ colours }: Theme, tile: Tile, withNumbers: boolean): ColourTable {
  if (tile.heat === 'pixels') return colours.pixels;
  if (tile.heat === 'probability') return colours.probability;
  if (tile.heat === 'plain') return colours.plain;
  return tile.parameter && withNumbers ? colours.parameter : colours.diverging;
}

/** The colours under the numbers. */
export type HeatMap = {
  /** Sets the tiles to show. */
  setTiles(tiles: readonly Tile[], geometry: Geometry): void;
  /** Takes new values and scales. Call it before `paint` if some may have changed. `step`: the step that the sheet
   *  shows during a run. Changes between steps are marked; changes within one step are not, because they come from an
   *  edit or another image. */
  refresh(values: Values, limitOf: (tensor: TensorId) => number | undefined, step: number | undefined): void;
  readonly shown: Iterable<Shown>;
  /** Draws the chunks that touch the rectangle. `place` gives the position of a cell's corner on the canvas. */
  paint(
    context: CanvasRenderingContext2D,
    theme: Theme,
    withNumbers: boolean,
    place: { x(column: number): number; y(row: number): number; width: number; height: number },
  ): void;
};

export function createHeatMap(): HeatMap {
  /** Pictures of chunks that went out of view, for others. */
  const spare: CanvasRenderingContext2D[] = [];
  /** The colours of the chunk that is being painted. */
  const scratch = new Uint8ClampedArray(CHUNK * CHUNK * 4);
  let shown = new Map<string, Shown>();
  let chunks = new Map<string, Chunk>();
  let painted: { theme: Theme; withNumbers: boolean } | undefined;
  /** The step of the values that are shown. */
  let seenStep: number | undefined;

  /** Adds a tile to every chunk that it touches, but not to chunks of hidden columns. */
  const distribute = (each: Shown, { runs }: Geometry, into: Map<string, Chunk>) => {
    const { block } = each.tile;
    for (const run of runs) {
      const first = Math.max(run.column, block.column);
      const end = Math.min(run.column + run.count, block.column + block.width);
      if (first >= end || run.width === 0) continue;
      const start = run.column + Math.floor((first - run.column) / CHUNK) * CHUNK;
      for (let column = start; column < end; column += CHUNK)
        for (let row = block.row - (block.row % CHUNK); row < block.row + block.height; row += CHUNK) {
          const key = `${run.column} ${row} ${column}`;
          const chunk = into.get(key);
          if (chunk) chunk.tiles.push(each);
          else into.set(key, createChunk(row, column, Math.min(CHUNK, run.column + run.count - column), each));
        }
    }
  };

  return {
    get shown() {
      return shown.values();
    },
    setTiles(tiles, geometry) {
      // A tile that stays in view keeps its values and its picture.
      const before = shown;
      shown = new Map();
      for (const tile of tiles) {
        const key = `${tileKey(tile.block)} ${tile.heat} ${tile.scale} ${tile.dropped !== undefined}`;
        shown.set(key, before.get(key) ?? { tile, values: undefined, dropped: undefined, limit: 0, moves: undefined });
      }
      const old = chunks;
      chunks = new Map();
      for (const each of shown.values()) distribute(each, geometry, chunks);
      for (const [key, chunk] of chunks) {
        const same = old.get(key);
        if (!same) continue;
        if (same.width === chunk.width && sameItems(same.tiles, chunk.tiles)) chunks.set(key, same);
        else chunk.picture = same.picture;
        old.delete(key);
      }
      for (const { picture } of old.values()) if (picture && spare.length < MOST_SPARE) spare.push(picture);
    },
    refresh(values, limitOf, step) {
      const stepped = step !== undefined && seenStep !== undefined && step !== seenStep;
      const changed = new Set<Shown>();
      const moved: Moved[] = [];
      for (const each of shown.values()) {
        const { tile } = each;
        if (step === undefined) each.moves = undefined;
        const now = values.block(tile.block);
        const dropped = tile.dropped && values.block(tile.dropped);
        const limit = limitOf(tile.scale) ?? 0;
        if (now === each.values && dropped === each.dropped && limit === each.limit) continue;
        if (now !== each.values && now && each.values && tile.heat !== 'pixels') {
          if (stepped) moved.push({ each, before: each.values.numbers, now: now.numbers });
          // The marks of an activation were for another image.
          else if (!tile.parameter && !sameNumbers(now.numbers, each.values.numbers)) each.moves = undefined;
        }
        each.values = now;
        each.dropped = dropped;
        each.limit = limit;
        changed.add(each);
      }
      markMoves(moved);
      // The run's step arrives before its values do.
      if (step === undefined || seenStep === undefined || moved.length > 0) seenStep = step;
      if (changed.size === 0) return;
      for (const chunk of chunks.values()) if (chunk.tiles.some(tile => changed.has(tile))) chunk.fresh = false;
    },
    paint(context, theme, withNumbers, place) {
      if (painted?.theme !== theme || painted.withNumbers !== withNumbers) {
        for (const chunk of chunks.values()) chunk.fresh = false;
        painted = { theme, withNumbers };
      }
      for (const chunk of chunks.values()) {
        const left = place.x(chunk.column);
        const top = place.y(chunk.row);
        if (left >= place.width || top >= place.height) continue;
        const right = place.x(chunk.column + chunk.width);
        const bottom = place.y(chunk.row + CHUNK);
        if (right <= 0 || bottom <= 0) continue;
        const picture = (chunk.picture ??= spare.pop() ?? createPicture());
        if (!chunk.fresh) {
          const colours = scratch.subarray(0, chunk.width * CHUNK * 4);
          colourChunk(chunk, new Uint32Array(colours.buffer, 0, chunk.width * CHUNK), theme, withNumbers);
          picture.putImageData(new ImageData(colours, chunk.width), 0, 0);
        }
        chunk.fresh = true;
        // If several cells share a pixel, it shows their mean.
        context.imageSmoothingEnabled = right - left < chunk.width;
        const { canvas } = picture;
        context.drawImage(canvas, 0, 0, chunk.width, CHUNK, left, top, right - left, bottom - top);
      }
    },
  };
}

function sameNumbers(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => Object.is(value, b[i]));
}

function createChunk(row: number, column: number, width: number, first: Shown): Chunk {
  return { row, column, width, tiles: [first], picture: undefined, fresh: false };
}

function createPicture(): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = CHUNK;
  canvas.height = CHUNK;
  return canvas.getContext('2d', { alpha: false })!;
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function colourChunk(chunk: Chunk, pixels: Uint32Array, theme: Theme, withNumbers: boolean): void {
  pixels.fill(theme.surfacePixel);
  const paper = theme.colours.plain.pixels[128];
  const error = withNumbers ? paper : theme.errorPixel;
  const dropTable = theme.colours.dropped.pixels;
  for (const shown of chunk.tiles) {
    const { tile, values } = shown;
    if (!values) continue;
    const { numbers, others } = values;
    const dropped = shown.dropped?.numbers;
    const { block } = tile;
    const table = tableOf(theme, tile, withNumbers).pixels;
    const firstRow = Math.max(block.row, chunk.row);
    const endRow = Math.min(block.row + block.height, chunk.row + CHUNK);
    const firstColumn = Math.max(block.column, chunk.column);
    const endColumn = Math.min(block.column + block.width, chunk.column + chunk.width);
    for (let row = firstRow; row < endRow; row++) {
      let from = (row - block.row) * block.width + firstColumn - block.column;
      let to = (row - chunk.row) * chunk.width + firstColumn - chunk.column;
      for (let column = firstColumn; column < endColumn; column++, from++, to++) {
        const value = numbers[from];
        const other = others?.[from];
        if (other !== undefined) pixels[to] = isError(other) ? error : paper;
        else if (value === 0 && dropped && dropped[from] < 0)
          pixels[to] = dropTable[divergingStep(dropped[from], shown.limit)];
        else pixels[to] = table[stepOf(shown, value)];
      }
    }
  }
}
