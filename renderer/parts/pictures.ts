import { element } from '../core/element.ts';
import { sequentialStep } from '../../shared/explain/steps.ts';
import { readTheme } from './theme.ts';
import type { Store } from '../core/store.ts';
import { type ColourChoice, coloursOf } from '../core/colours.ts';

export type ImageShape = readonly [height: number, width: number, channels: number];

/** Draws images from bytes [height, width, channels] on canvases. Grey ones have the sheet's colours for pixels, RGB
 *  and RGBA ones their own. */
export type Pictures = {
  /** A canvas of the image's own size. The style sheet sets its size on the page. */
  draw(pixels: Uint8Array, shape: ImageShape): HTMLCanvasElement;
};

/** For the current theme and colours. `look`: if the images are not those of the chosen data set. */
export function createPictures(store: Store, look: Partial<Pick<ColourChoice, 'inkOnPaper'>> = {}): Pictures {
  const steps = readTheme(document.documentElement, { ...coloursOf(store.get()), ...look }).colours.pixels.pixels;
  const greys = Uint32Array.from({ length: 256 }, (_, byte) => steps[sequentialStep(byte / 255)]);
  return {
    draw(pixels, [height, width, channels]) {
      const canvas = element('canvas', { width, height, class: 'picture', 'aria-hidden': true });
      const context = canvas.getContext('2d')!;
      const image = context.createImageData(width, height);
      if (channels === 1) {
        const colours = new Uint32Array(image.data.buffer);
        for (let i = 0; i < colours.length; i++) colours[i] = greys[pixels[i]];
      } else {
        for (let i = 0; i < height * width; i++) {
          for (let channel = 0; channel < 3; channel++) image.data[4 * i + channel] = pixels[i * channels + channel];
          image.data[4 * i + 3] = channels === 4 ? pixels[i * channels + 3] : 255;
        }
      }
      context.putImageData(image, 0, 0);
      return canvas;
    },
  };
}

/** The side of the square for a picture, in CSS pixels. Small images have one screen pixel for each pixel; large ones
 *  are scaled down. */
export function edgeFor([height, width]: ImageShape): number {
  const side = Math.max(height, width);
  return side <= 32 ? Math.max(28, side) : 64;
}
