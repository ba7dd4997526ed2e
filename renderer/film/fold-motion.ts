/** Layers that are folded away or come back on the presented sheet move there: their columns narrow or widen, and what
 *  stands to the right follows. It is drawn with the picture of the sheet before and the one after. */
import { eased } from '../../shared/film/timeline.ts';
import { element } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';

export type FoldMotion = View & {
  /** Layers are about to be folded or unfolded: the sheet still stands as before. */
  before(): void;
};

/** In milliseconds. */
const TAKES = 400;

/** `host`: the place of the sheet. */
export function createFoldMotion(host: HTMLElement, store: Store, grid: () => GridApi): FoldMotion {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let moving: { canvas: HTMLCanvasElement; frame: number } | undefined;
  const end = () => {
    if (!moving) return;
    cancelAnimationFrame(moving.frame);
    moving.canvas.remove();
    moving = undefined;
  };
  /** The columns where bands begin and end, from left to right. */
  const edges = () => {
    const { layout } = store.get().sheet;
    const all = layout.bands.flatMap(({ column, width }) => [column, column + width]);
    return [...new Set([0, ...all])].toSorted((a, b) => a - b);
  };
  const before = () => {
    end();
    const { active, sheet } = store.get();
    const shown = host.querySelector('canvas');
    if (still.matches || active.sheet !== sheet.id || !shown || shown.width === 0) return;
    const columns = edges();
    const from = columns.map(column => grid().leftOf(column));
    const old = copyOf(shown);
    const canvas = copyOf(shown);
    canvas.className = 'fold-motion';
    canvas.setAttribute('aria-hidden', 'true');
    canvas.style.width = `${shown.clientWidth}px`;
    canvas.style.height = `${shown.clientHeight}px`;
    host.append(canvas);
    const context = canvas.getContext('2d')!;
    const ratio = shown.width / shown.clientWidth;
    const right = canvas.width / ratio;
    const surface = getComputedStyle(host).getPropertyValue('--surface');
    let since = 0;
    const draw = (now: number) => {
      if (!moving) return;
      // The sheet has painted itself in the first frame.
      since ||= now;
      const share = (now - since) / TAKES;
      if (share >= 1) return end();
      const part = eased(share);
      const to = columns.map(column => grid().leftOf(column));
      // The headings of the rows stay.
      context.globalAlpha = 1;
      context.drawImage(shown, 0, 0);
      const heading = grid().leftOf(0) + grid().scrolled().x;
      context.save();
      context.beginPath();
      context.rect(heading * ratio, 0, canvas.width, canvas.height);
      context.clip();
      // Nothing of the sheet below shows through what narrows.
      context.fillStyle = surface;
      context.fillRect(0, 0, canvas.width, canvas.height);
      for (const [image, lefts, alpha] of [
        [shown, to, 1],
        [old, from, 1 - part],
      ] as const) {
        context.globalAlpha = alpha;
        for (let n = 0; n < columns.length; n++) {
          const isLast = n === columns.length - 1;
          const [a, b] = [lefts[n], isLast ? Math.max(right, lefts[n]) : lefts[n + 1]];
          const x = from[n] + (to[n] - from[n]) * part;
          const next = isLast ? x + (b - a) : from[n + 1] + (to[n + 1] - from[n + 1]) * part;
          if (b - a < 0.5 || next - x < 0.5) continue;
          // Only the part that the picture has.
          const [first, last] = [Math.max(a, heading), Math.min(b, right)];
          if (last - first < 0.5) continue;
          const scale = (next - x) / (b - a);
          context.drawImage(
            image,
            first * ratio,
            0,
            (last - first) * ratio,
            canvas.height,
            (x + (first - a) * scale) * ratio,
            0,
            (last - first) * scale * ratio,
            canvas.height,
          );
        }
      }
      context.restore();
      moving.frame = requestAnimationFrame(draw);
      return undefined;
    };
    moving = { canvas, frame: requestAnimationFrame(() => moving && (moving.frame = requestAnimationFrame(draw))) };
  };
  return { before, destroy: end };
}

function copyOf(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = element('canvas', { width: canvas.width, height: canvas.height });
  copy.getContext('2d')!.drawImage(canvas, 0, 0);
  return copy;
}
