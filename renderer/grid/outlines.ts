import { formatRange } from '../../shared/address.ts';
import type { RangePlace } from '../../shared/places.ts';
import { CAPTION_HEIGHT, HEADING_HEIGHT, type Geometry } from './geometry.ts';

/** A frame over cells. selection: the selected range with its fill handle; area: a range selected besides; active: the
 *  cell typing goes to, in a larger selection; precedent: cells the formula reads, in the colour of its reference;
 *  trace: the pixels seen, or what depends on the cell; fill: where a drag of the fill handle would go; copied: what
 *  was copied or cut. */
export type Outline = {
  kind: 'selection' | 'area' | 'active' | 'precedent' | 'trace' | 'dependent' | 'fill' | 'copied';
  range: RangePlace;
  /** Which reference colour, from 1. */
  colour?: number;
};

type View = { width: number; height: number; scrollX: number; scrollY: number; ratio: number };

/** Frames as plain elements over the canvas: they are sharp, cost nothing to paint, and can be looked at by tests and
 *  by the style sheet. */
export type Outlines = {
  set(outlines: readonly Outline[]): void;
  /** Puts the frames where their cells are now. */
  place(geometry: Geometry, view: View): void;
  destroy(): void;
};

/** Smallest cell that has room for a fill handle, in CSS pixels. */
export const SMALLEST_WITH_HANDLE = 10;

/** Longest part of a frame kept outside the view, so that frames of whole columns stay small elements. */
const OUTSIDE = 8;

export function createOutlines(parent: HTMLElement): Outlines {
  const body = layer(parent, 'sheet-outlines');
  const frozen = layer(parent, 'sheet-outlines frozen');
  let shown: { outline: Outline; element: HTMLElement; caption: boolean }[] = [];

  return {
    set(outlines) {
      for (const { element } of shown) element.remove();
      shown = outlines.map(outline => {
        const element = document.createElement('div');
        element.className = outline.kind;
        const { height, width } = outline.range;
        element.classList.toggle('several', height > 1 || width > 1);
        element.dataset.range = formatRange(outline.range);
        if (outline.colour) element.dataset.reference = String(outline.colour);
        const caption = outline.range.row === 0 && outline.range.height === 1;
        (caption ? frozen : body).append(element);
        return { outline, element, caption };
      });
    },
    place(geometry, { width, height, scrollX, scrollY, ratio }) {
      const left = geometry.headingWidth;
      const top = HEADING_HEIGHT + CAPTION_HEIGHT;
      const snap = (length: number) => Math.round(length * ratio) / ratio;
      body.classList.toggle('small', geometry.cellSize < SMALLEST_WITH_HANDLE);
      setBox(body, left, top, width - left, height - top);
      setBox(frozen, left, HEADING_HEIGHT, width - left, CAPTION_HEIGHT - 1);
      for (const { outline, element, caption } of shown) {
        const { row, column, height: rows, width: columns } = outline.range;
        const x0 = Math.max(-OUTSIDE, snap(geometry.left(column) - scrollX));
        const x1 = Math.min(width + OUTSIDE, snap(geometry.left(column + columns) - scrollX));
        const y0 = caption ? 0 : row === 0 ? -OUTSIDE : Math.max(-OUTSIDE, snap(geometry.top(row) - scrollY));
        const y1 = caption ? CAPTION_HEIGHT : Math.min(height + OUTSIDE, snap(geometry.top(row + rows) - scrollY));
        const hidden = x1 - x0 <= 0 || y1 - y0 <= 0;
        element.hidden = hidden;
        if (!hidden) setBox(element, x0 - 2, y0 - 2, x1 - x0 + 3, y1 - y0 + 3);
      }
    },
    destroy() {
      body.remove();
      frozen.remove();
    },
  };
}

function layer(parent: HTMLElement, className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.setAttribute('aria-hidden', 'true');
  parent.append(element);
  return element;
}

function setBox({ style }: HTMLElement, left: number, top: number, width: number, height: number): void {
  style.transform = `translate(${left}px, ${top}px)`;
  style.width = `${Math.max(0, width)}px`;
  style.height = `${Math.max(0, height)}px`;
}
