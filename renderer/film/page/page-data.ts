/** What a page that plays a film without the app knows. */
import type { Language } from '../../../shared/messages/languages.ts';
import type { FilmState, SceneFilm } from '../../../shared/film/numbers.ts';
import { pack, unpack } from '../../../shared/film/packed.ts';
import type { Storyboard } from '../../../shared/film/storyboard.ts';
import type { Sounds } from '../forms/loaded.ts';
import type { Look } from '../look.ts';
import { type PlainSheet, plainSheet, sheetOf } from '../plain-sheet.ts';

/** `films`: one for each scene. All of them are about one sheet. `sounds`: what is heard of narrations, as files by the
 *  narrations' ids. */
export type PageFilm = {
  title: string;
  language: Language;
  look: Look;
  storyboard: Storyboard;
  films: SceneFilm[];
  sounds: Sounds;
};

type Stored = Omit<PageFilm, 'films'> & {
  sheet: PlainSheet;
  sheets: SceneFilm['sheets'];
  written: SceneFilm['written'];
  states: (readonly FilmState[])[];
};

export function packPage({ films, ...rest }: PageFilm): string {
  const [{ sheet, sheets, written }] = films;
  const stored: Stored = {
    ...rest,
    sheet: plainSheet(sheet),
    sheets,
    written,
    states: films.map(({ states }) => states),
  };
  return pack(stored);
}

export function unpackPage(json: string): PageFilm {
  const { sheet: plain, sheets, written, states, ...rest } = unpack(json) as Stored;
  const sheet = sheetOf(plain);
  const films = rest.storyboard.scenes.map((scene, place) => {
    return { scene, sheet, sheets, written, states: states[place] };
  });
  return { ...rest, films };
}
