/** One picture of a film as PNG or SVG. */
import { UserError } from '../../../shared/errors.ts';
import type { Makings } from '../../../shared/film/film-job.ts';
import type { Picture } from '../../../shared/film/picture.ts';
import { filmLength } from '../../../shared/film/timeline.ts';
import { messages } from '../../../shared/messages.ts';
import type { Look } from '../look.ts';
import { paintPicture } from '../paint.ts';
import { printPicture } from '../svg.ts';
import { type Loaded, pictureOf, unitsOf } from './loaded.ts';

/** A moment of a film that has one scene. Throws UserError where the scene is shorter. */
export function momentOf(loaded: Loaded, { at, size, burnt }: Pick<Makings['png'], 'at' | 'size' | 'burnt'>): Picture {
  const length = filmLength(loaded.storyboard);
  const seconds = typeof at === 'number' ? at : { beginning: 0, middle: length / 2, end: length }[at];
  if (seconds > length) throw new UserError(messages.filmFiles.afterEnd(seconds, length));
  return pictureOf(loaded, seconds, { size: unitsOf(size), captions: burnt });
}

export async function pngOf(picture: Picture, look: Look, width: number): Promise<Uint8Array> {
  const height = Math.round((width * picture.size.height) / picture.size.width);
  const canvas = new OffscreenCanvas(width, height);
  paintPicture(canvas.getContext('2d')!, picture, look);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}

/** The drawing brings the typeface of its numbers along. */
export async function svgOf(picture: Picture, look: Look, width: number): Promise<Uint8Array> {
  const { default: page } = await import('virtual:film-page');
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  const measure = (text: string, font: string) => {
    context.font = font;
    return context.measureText(text).width;
  };
  return new TextEncoder().encode(printPicture(picture, look, { measure, faces: page.faces, width }));
}
