/** The pages of a film's handout. They are on paper, whatever the film's colours are. */
import type { Paper } from '../../../shared/film/film-job.ts';
import { captionAt } from '../../../shared/film/film.ts';
import { beginningOf, lengthOf, progressAt } from '../../../shared/film/timeline.ts';
import { messages, spoken } from '../../../shared/messages.ts';
import { broken } from '../paint.ts';
import type { DrawText, HandoutPage } from './handout.ts';
import { type Loaded, pictureOf, type Report } from './loaded.ts';
import { pngOf } from './still.ts';

/** Pixels of a picture on a page. */
const WIDTH = 1920;
/** Pixels for a point, in pictures of texts. */
const SHARP = 4;

export async function handoutOf(loaded: Loaded, paper: Paper, report: Report): Promise<Uint8Array> {
  const { title, storyboard, look } = loaded;
  const pages: HandoutPage[] = [];
  for (const [place, scene] of storyboard.scenes.entries()) {
    report(place / storyboard.scenes.length);
    // The end of a scene shows everything. A hair before, because then the next one begins.
    const time = beginningOf(storyboard, place) + lengthOf(storyboard, scene) - 1e-3;
    const picture = pictureOf(loaded, time, { captions: false });
    const name = scene.title.trim() === '' ? messages.filmFiles.sceneNumber(place + 1) : scene.title;
    const film = loaded.films[place];
    const caption = captionAt(film, progressAt(scene, lengthOf(storyboard, scene), Infinity)).text;
    const { notes } = scene;
    // oxlint-disable-next-line no-await-in-loop -- one picture after the other, so that few are in memory
    const png = await pngOf(picture, look, WIDTH);
    pages.push({ title: name, caption, notes, picture: png, spoken: picture.spoken });
  }
  const [regular, bold, { makeHandout }] = await Promise.all([
    bytesOf(new URL('../../../assets/fonts/text-400.woff', import.meta.url)),
    bytesOf(new URL('../../../assets/fonts/text-600.woff', import.meta.url)),
    import('./handout.ts'),
  ]);
  const words = { title, language: spoken, fonts: { regular, bold }, drawText: drawText(look.fonts.ui) };
  return makeHandout(pages, { ...words, paper });
}

async function bytesOf(url: URL): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(response.statusText);
  return new Uint8Array(await response.arrayBuffer());
}

/** The system has typefaces for all writing. */
const drawText =
  (font: string): DrawText =>
  async (text, { size, isBold, width }) => {
    const css = `${isBold ? 600 : 400} ${size * SHARP}px ${font}`;
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d')!;
    context.font = css;
    const lines = broken(context, text, width * SHARP);
    const line = Math.ceil(size * 1.45);
    [canvas.width, canvas.height] = [Math.round(width * SHARP), lines.length * line * SHARP];
    context.font = css;
    context.fillStyle = '#161a21';
    const isBackwards = /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(text);
    context.direction = isBackwards ? 'rtl' : 'ltr';
    context.textAlign = 'start';
    for (const [at, each] of lines.entries())
      context.fillText(each, isBackwards ? canvas.width : 0, (at * line + size) * SHARP, canvas.width);
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    return { picture: new Uint8Array(await blob.arrayBuffer()), height: lines.length * line };
  };
