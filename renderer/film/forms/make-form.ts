/** How each form is made of a storyboard with its numbers. The menu and the command line's jobs have the same made. */
import { type Making, type Makings, MOST_GIF } from '../../../shared/film/film-job.ts';
import type { Storyboard } from '../../../shared/film/storyboard.ts';
import { memorySize } from '../../../shared/messages/format.ts';
import { messages, spoken } from '../../../shared/messages.ts';
import { webPage } from '../web-page.ts';
import { makeGif } from './gif.ts';
import { handoutOf } from './handout-pages.ts';
import type { Loaded, Report } from './loaded.ts';
import type { Write } from './output.ts';
import { MOST_PAGE, pageFitting } from './page-size.ts';
import { makeZip } from './sequence.ts';
import { momentOf, pngOf, svgOf } from './still.ts';

/** The forms that are one drawn file. A film is made in the background, and a folder has many files. */
export type DrawnForm = Exclude<Making['form'], 'film' | 'folder' | 'srt' | 'vtt'>;

/** Makes a form. Resolves with what the user should know of it, if there is something. */
export async function makeForm(
  loaded: Loaded,
  how: Makings[DrawnForm],
  write: Write,
  report: Report,
): Promise<string | undefined> {
  switch (how.form) {
    case 'gif': {
      const bytes = await makeGif(loaded, how, report);
      await write(bytes);
      const isLarge = how.size === 'auto' && bytes.length > MOST_GIF;
      return isLarge ? messages.filmFiles.gifLarge(memorySize(MOST_GIF)) : undefined;
    }
    case 'html': {
      const { bytes, note } = await pageOf(loaded);
      await write(bytes);
      return note;
    }
    case 'pdf':
      await write(await handoutOf(loaded, how.paper, report));
      return undefined;
    case 'sequence':
      await makeZip(loaded, how, write, report);
      return undefined;
    default: {
      const draw = how.form === 'png' ? pngOf : svgOf;
      await write(await draw(momentOf(loaded, how), loaded.look, how.size.width));
      return undefined;
    }
  }
}

/** The web page of a film. `note`: what it lacks so that it stays small. */
export async function pageOf({
  title,
  storyboard,
  films,
  look,
  sounds = new Map(),
}: Loaded): Promise<{ bytes: Uint8Array; note: string | undefined }> {
  const { film, thinned } = pageFitting({ title, language: spoken, look, storyboard, films: [...films], sounds });
  const bytes = new TextEncoder().encode(await webPage(film));
  return { bytes, note: thinned ? messages.filmFiles.thinned(memorySize(MOST_PAGE)) : undefined };
}

/** The storyboard as a form shows it: a handout is on paper. */
export const storyboardFor = (form: Making['form'], storyboard: Storyboard): Storyboard =>
  form === 'pdf' ? { ...storyboard, look: 'light' } : storyboard;
