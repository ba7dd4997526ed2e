/** Pictures of the network's maps and kernels: one pixel for each cell, in the sheet's colours. */
import { formatRange } from '../../shared/address.ts';
import { type CellContent, contentAt } from '../../shared/cell-content.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { TensorId } from '../../shared/network.ts';
import type { CellRange } from '../../shared/address.ts';
import type { RangePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import type { State, Values } from '../core/store.ts';
import type { Theme } from '../parts/theme.ts';
import type { Canvases } from './canvases.ts';
import { type Heat, heatOf, type Pointing } from './number-grid.ts';

/** Larger maps aren't shown as pictures. */
export const LARGEST = 256;
/** The pictures of a cell or a layer have no more cells than this together. Those of a cell are at most four. */
export const MOST_PICTURED = 5 * LARGEST * LARGEST;

/** The cells between two elements of a tensor. */
export function cellsOfElements({ id, layout }: Sheet, tensor: TensorId, first: number, last: number): RangePlace {
  const [top, bottom] = [layout.cellOf(tensor, first), layout.cellOf(tensor, last)];
  const { row, column } = top;
  return { sheet: id, row, column, height: bottom.row - row + 1, width: bottom.column - column + 1 };
}

/** What a rectangle of cells holds, row by row. undefined for what isn't known, and between the network's blocks. It
 *  looks blocks up, and not each cell. */
export function contentsIn(
  { layout }: Sheet,
  values: Pick<Values, 'block'>,
  range: CellRange,
): (CellContent | undefined)[] {
  const { row, column, height, width } = range;
  const found = Array.from<CellContent | undefined>({ length: height * width });
  for (const block of layout.blocksIn(range)) {
    const contents = values.block(block);
    if (!contents) continue;
    for (let i = 0; i < block.height * block.width; i++) {
      const [down, across] = [Math.floor(i / block.width), i % block.width];
      found[(block.row - row + down) * width + block.column - column + across] = contentAt(contents, i);
    }
  }
  return found;
}

/** What pictures of the open workbook are painted with. */
export type Painting = { state: Pick<State, 'sheet' | 'scales'>; theme: Theme; canvases: Canvases };

/** A rectangle of cells as a canvas. */
export function paintRange({ state, theme, canvases }: Painting, values: Values, range: RangePlace): HTMLCanvasElement {
  const canvas = canvases.take(range.width, range.height);
  paintNumbers(canvas, contentsIn(state.sheet, values, range), heatOf(state, theme, range), theme);
  return canvas;
}

/** Numbers as the pixels of a canvas, row by row. What is no number, or NaN, stays as bright as the paper. */
export function paintNumbers(
  canvas: HTMLCanvasElement,
  numbers: ArrayLike<unknown>,
  heat: Heat,
  { surfacePixel }: Pick<Theme, 'surfacePixel'>,
): void {
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) {
    const number = numbers[i];
    pixels[i] =
      typeof number === 'number' && !Number.isNaN(number) ? heat.table.pixels[heat.step(number)] : surfacePixel;
  }
  context.putImageData(image, 0, 0);
}

/** A picture as a button that goes to cells. `frame`: a part of the picture, in its pixels. */
export function sightButton(
  canvas: HTMLCanvasElement,
  name: string,
  { target, frame, pointing }: { target: RangePlace; frame?: CellRange; pointing: Pointing },
): HTMLButtonElement {
  const { width, height } = canvas;
  const button = element(
    'button',
    { type: 'button', class: 'sight', 'aria-label': `${name}: ${formatRange(target)}`, title: name },
    canvas,
    frame && frameOver(frame, width, height),
  );
  button.style.aspectRatio = `${width} / ${height}`;
  button.addEventListener('click', () => pointing.go(target));
  button.addEventListener('pointerenter', () => pointing.point(target));
  button.addEventListener('pointerleave', () => pointing.point(undefined));
  return button;
}

/** Such a button with its name under it. */
export function pictureButton(
  canvas: HTMLCanvasElement,
  name: string,
  {
    caption = name,
    note,
    ...sight
  }: {
    target: RangePlace;
    frame?: CellRange;
    pointing: Pointing;
    /** A shorter name under the picture, and a second line there. */
    caption?: string;
    note?: string;
  },
): HTMLElement {
  return element(
    'figure',
    {},
    sightButton(canvas, name, sight),
    element('figcaption', {}, caption),
    note !== undefined && element('figcaption', {}, note),
  );
}

/** A frame around a part of a picture. */
export function frameOver({ row, column, height, width }: CellRange, wide: number, high: number): HTMLElement {
  const frame = element('span', { class: 'sight-frame', 'aria-hidden': true });
  frame.style.left = `${(100 * column) / wide}%`;
  frame.style.top = `${(100 * row) / high}%`;
  frame.style.width = `${(100 * width) / wide}%`;
  frame.style.height = `${(100 * height) / high}%`;
  return frame;
}

/** A part of a map as a rectangle in the map's own rows and columns. */
export function within(part: CellRange, whole: CellRange): CellRange {
  return { ...part, row: part.row - whole.row, column: part.column - whole.column };
}
