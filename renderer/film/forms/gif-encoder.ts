/** Frames as an animated GIF: a palette for each scene, and of each frame only what has changed. */
import { applyPalette, GIFEncoder, type Palette, quantize } from 'gifenc';

export type GifEncoder = {
  /** Begins a scene. `samples`: pixels of some of its frames, for its palette. */
  scene(samples: Uint8ClampedArray): void;
  /** Adds a frame that is shown so many hundredths of a second. Without pixels: the last one is shown longer. */
  frame(rgba: Uint8ClampedArray | undefined, hundredths: number): void;
  /** Writes the last frame, which otherwise waits for one that differs from it. So it is known how large it is; it is
   *  not shown any longer where the next one is the same. */
  flush(): void;
  /** The bytes so far. */
  size(): number;
  finish(): Uint8Array<ArrayBuffer>;
};

/** A palette has one place more, for what has not changed. */
const COLOURS = 255;

export function createGifEncoder(width: number, height: number): GifEncoder {
  const gif = GIFEncoder();
  let palette: Palette = [];
  /** The colours of the frame before, as places in the palette. undefined at the beginning of a scene. */
  let before: Uint8Array | undefined;
  /** The last frame, which is written when the next one differs from it. */
  let last: { index: Uint8Array; palette: Palette; hundredths: number; isPart: boolean } | undefined;

  const write = () => {
    if (!last) return;
    const { index, palette: own, hundredths, isPart } = last;
    gif.writeFrame(index, width, height, {
      palette: own,
      delay: hundredths * 10,
      dispose: 1,
      ...(isPart && { transparent: true, transparentIndex: own.length - 1 }),
    });
    last = undefined;
  };
  return {
    scene(samples) {
      palette = [...quantize(samples, COLOURS), [0, 0, 0]];
      before = undefined;
    },
    frame(rgba, hundredths) {
      if (!rgba) {
        last!.hundredths += hundredths;
        return;
      }
      // The last place means "as before", so no colour may be there.
      const index = applyPalette(rgba, palette.slice(0, -1));
      const isPart = before !== undefined;
      const changed = before ? partOf(index, before, palette.length - 1) : index;
      before = index;
      if (changed) {
        write();
        last = { index: changed, palette, hundredths, isPart };
      } else if (last) last.hundredths += hundredths;
    },
    flush: write,
    size: () => gif.bytesView().length,
    finish() {
      write();
      gif.finish();
      return gif.bytes();
    },
  };
}

/** A frame with `same` where nothing has changed. undefined if nothing has changed at all. */
function partOf(index: Uint8Array, before: Uint8Array, same: number): Uint8Array | undefined {
  const part = new Uint8Array(index.length).fill(same);
  let isOther = false;
  for (let nth = 0; nth < index.length; nth++) {
    if (index[nth] === before[nth]) continue;
    part[nth] = index[nth];
    isOther = true;
  }
  return isOther ? part : undefined;
}
