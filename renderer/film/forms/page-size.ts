/** Keeps pages that play a film small enough to be sent. */
import type { FilmState } from '../../../shared/film/numbers.ts';
import type { PageFilm } from '../page/page-data.ts';

/** Bytes of a page, at most, where fewer moments of a run help. */
export const MOST_PAGE = 5 * 2 ** 20;
/** What a page has besides its numbers. */
const REST = 0.75 * 2 ** 20;

/** A page's film. Where its numbers are too many, scenes of runs show fewer moments; the first and the last stay. */
export function pageFitting(film: PageFilm): { film: PageFilm; thinned: boolean } {
  let { films } = film;
  let thinned = false;
  const spoken = [...film.sounds.values()].reduce((sum, { byteLength }) => sum + inBase64(byteLength), 0);
  while (bytesOf(films.map(({ states }) => states)) > MOST_PAGE - REST - spoken) {
    const most = Math.max(...films.map(({ states }) => states.length));
    if (most <= 3) break;
    thinned = true;
    films = films.map(each => (each.states.length === most ? { ...each, states: half(each.states) } : each));
  }
  return { film: { ...film, films }, thinned };
}

/** Every second state, and the last one. */
const half = (states: readonly FilmState[]): FilmState[] =>
  states.filter((_, nth) => nth % 2 === 0 || nth === states.length - 1);

/** The bytes of all different arrays, written in base64. */
function bytesOf(states: readonly (readonly FilmState[])[]): number {
  const arrays = new Set(states.flat().flatMap(({ tensors }) => [...tensors.values()]));
  return [...arrays].reduce((sum, { byteLength }) => sum + inBase64(byteLength), 0);
}

const inBase64 = (bytes: number) => Math.ceil(bytes / 3) * 4;
