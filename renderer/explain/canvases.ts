import { element } from '../core/element.ts';

/** So many canvases that aren't shown are kept. */
const MOST_KEPT = 40;

type Kept = { canvas: HTMLCanvasElement; pen: CanvasRenderingContext2D; width: number; height: number };

/** Canvases for a view that is drawn again and again. A new one takes longer than what is drawn on it, so each drawing
 *  takes those of the one before. */
export type Canvases = ReturnType<typeof createCanvases>;
export function createCanvases() {
  let free: Kept[] = [];
  let used: Kept[] = [];
  const make = (width: number, height: number): Kept => {
    const canvas = element('canvas', { width, height });
    return { canvas, pen: canvas.getContext('2d')!, width, height };
  };
  return {
    /** A drawing begins: what the last one took is free. */
    begin() {
      free = [...used, ...free].slice(0, Math.max(used.length, MOST_KEPT));
      used = [];
    },
    /** A canvas of this size in its own pixels, blank and without children. */
    take(width: number, height: number): HTMLCanvasElement {
      const at = free.findIndex(each => each.width === width && each.height === height);
      const [found = make(width, height)] = at < 0 ? [] : free.splice(at, 1);
      used.push(found);
      const { canvas, pen } = found;
      canvas.replaceChildren();
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, width, height);
      return canvas;
    },
  };
}
