import { NUMERALS } from '../number-text.ts';

/** A text that was drawn: its place in device pixels, its colour, and how far it was squeezed (a share of its
 *  width). */
export type Written = { text: string; left: number; right: number; y: number; ink: string; squeezed: number };

/** A canvas context that records the texts and frames drawn on it. Characters are as wide as in the font of numbers. */
export function sketch(): {
  context: CanvasRenderingContext2D;
  written: Written[];
  frames: { width: number; height: number }[];
} {
  const written: Written[] = [];
  const frames: { width: number; height: number }[] = [];
  const state = { font: '10px x', fillStyle: '#000', textAlign: 'left' };
  const widthOf = (text: string) => {
    const { digit, point, minus, e } = NUMERALS[state.font.startsWith('400') ? 400 : 600];
    const size = Number(/([\d.]+)px/.exec(state.font)![1]);
    const widths: Record<string, number> = { '.': point, '−': minus, e };
    return size * Array.from(text).reduce((sum, each) => sum + (widths[each] ?? digit), 0);
  };
  const own = {
    measureText: (text: string) => ({ width: widthOf(text) }),
    strokeRect: (_left: number, _top: number, width: number, height: number) => void frames.push({ width, height }),
    fillText(text: string, x: number, y: number, most = Number.POSITIVE_INFINITY) {
      const natural = widthOf(text);
      const width = Math.min(natural, most);
      const left = state.textAlign === 'center' ? x - width / 2 : x;
      if (text !== '')
        written.push({ text, left, right: left + width, y, ink: state.fillStyle, squeezed: width / natural });
    },
  };
  const notes: Record<string, unknown> = state;
  const context = new Proxy(notes, {
    get: (target, key: string) => (own as Record<string, unknown>)[key] ?? target[key] ?? (() => {}),
  });
  return { context: context as unknown as CanvasRenderingContext2D, written, frames };
}
