import { element } from '../core/element.ts';
import { sequentialStep } from './colour.ts';
import { readTheme } from './theme.ts';
import type { Store } from '../core/store.ts';
import { type ColourChoice, coloursOf } from '../core/colours.ts';

export type ImageShape = readonly [height: number, width: number, channels: number];

/** Draws images of bytes [height, width, channels] on canvases: grey ones in the colours that pixels have in the sheet,
 *  RGB and RGBA ones in their own. */
export type Pictures = {
  /** A canvas of the image's own size, to be sized by the style sheet. */
  draw(pixels: Uint8Array, shape: ImageShape): HTMLCanvasElement;
};

/** For the theme and colours that are set now. `look`: where these are not images of the chosen data set. */
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

/** Edge of the square a picture is shown in, in CSS pixels: small images at one screen pixel a pixel, large ones
 *  smaller than they are. */
export function edgeFor([height, width]: ImageShape): number {
  const side = Math.max(height, width);
  return side <= 32 ? Math.max(28, side) : 64;
}
