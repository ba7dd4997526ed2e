import { formatRange } from '../../shared/address.ts';
import type { RangePlace } from '../../shared/places.ts';
import { HEADING_HEIGHT, type Geometry } from './geometry.ts';

/** A frame over cells.
 *  - selection: the selected range with its fill handle. area: another selected range.
 *  - active: the cell for typing, within a larger selection.
 *  - precedent: cells that the formula reads, in the colour of the reference.
 *  - trace: the input pixels, or a step towards them. dependent: cells that depend on the active one.
 *  - reference: cells that the typed formula refers to; pointed: the ones that are being pointed at.
 *  - veil: cells that haven't come about yet in a scan; scanned: the one that does.
 *  - overlay: a picture over the cells, a pixel for each.
 *  - fill: where a drag of the fill handle would fill. copied: what was copied or cut. */
export type Outline = {
  kind:
    | 'selection'
    | 'area'
    | 'active'
    | 'precedent'
    | 'trace'
    | 'dependent'
    | 'loop'
    | 'reference'
    | 'pointed'
    | 'veil'
    | 'scanned'
    | 'overlay'
    | 'fill'
    | 'copied';
  range: RangePlace;
  /** The number of the reference's colour, from 1. */
  colour?: number;
  picture?: HTMLCanvasElement;
};

type View = { width: number; height: number; scrollX: number; scrollY: number; ratio: number };

/** Frames as HTML elements over the canvas. They are sharp, need no painting, and tests and the style sheet can reach
 *  them. */
export type Outlines = {
  set(outlines: readonly Outline[]): void;
  /** Moves the frames to their cells. */
  place(geometry: Geometry, view: View): void;
  destroy(): void;
};

/** The smallest cell that has room for a fill handle, in CSS pixels. */
export const SMALLEST_WITH_HANDLE = 10;

/** How far a frame may reach outside the view, in CSS pixels. So frames of whole columns stay small elements. */
const OUTSIDE = 8;

export function createOutlines(parent: HTMLElement): Outlines {
  const body = layer(parent, 'sheet-outlines');
  const frozen = layer(parent, 'sheet-outlines frozen');
  let shown: { outline: Outline; element: HTMLElement }[] = [];

  return {
    set(outlines) {
      const before = shown;
      let reusing = true;
      shown = outlines.map((outline, at) => {
        const same = before[at];
        // During a scan, most frames only go elsewhere. The later ones lie over the earlier ones.
        reusing &&= same?.outline.kind === outline.kind && !same.outline.picture && !outline.picture;
        const element = reusing ? same.element : document.createElement('div');
        if (!reusing) {
          same?.element.remove();
          element.className = outline.kind;
          if (outline.picture) element.append(outline.picture);
          body.append(element);
        }
        const { height, width } = outline.range;
        element.classList.toggle('several', height > 1 || width > 1);
        element.dataset.range = formatRange(outline.range);
        if (outline.colour) element.dataset.reference = String(outline.colour);
        else delete element.dataset.reference;
        return { outline, element };
      });
      for (const { element } of before.slice(outlines.length)) element.remove();
    },
    place(geometry, { width, height, scrollX, scrollY, ratio }) {
      const left = geometry.headingWidth;
      const { bodyTop: top, frozenRows } = geometry;
      const frozenHeight = top - HEADING_HEIGHT;
      const snap = (length: number) => Math.round(length * ratio) / ratio;
      body.classList.toggle('small', geometry.cellSize < SMALLEST_WITH_HANDLE);
      setBox(body, left, top, width - left, height - top);
      setBox(frozen, left, HEADING_HEIGHT, width - left, frozenHeight - 1);
      for (const { outline, element } of shown) {
        const { row, column, height: rows, width: columns } = outline.range;
        const within = row + rows <= frozenRows;
        const parent = within ? frozen : body;
        if (element.parentElement !== parent) parent.append(element);
        // A picture would be squeezed.
        const outside = outline.picture ? Number.POSITIVE_INFINITY : OUTSIDE;
        const x0 = Math.max(-outside, snap(geometry.left(column) - scrollX));
        const x1 = Math.min(width + outside, snap(geometry.left(column + columns) - scrollX));
        const y0 = within ? 0 : row < frozenRows ? -OUTSIDE : Math.max(-outside, snap(geometry.top(row) - scrollY));
        const y1 = within ? frozenHeight : Math.min(height + outside, snap(geometry.top(row + rows) - scrollY));
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
