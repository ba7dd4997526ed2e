/** The storyboards that the app makes by itself, of the workbook as it is. */
import { UserError } from '../../shared/errors.ts';
import type { FilmSource } from '../../shared/film/film-job.ts';
import { AT_REST, type FilmScene, type Storyboard } from '../../shared/film/storyboard.ts';
import { runToShow, storyboardFrom } from '../../shared/film/templates.ts';
import type { Client } from '../core/client.ts';
import type { Store } from '../core/store.ts';
import { loadSceneFilm } from './scene-films.ts';

/** A scene for which the numbers of the whole network are read. */
const WHOLE: FilmScene = { ...AT_REST, id: 'whole', title: '', duration: 1 };

/** The workbook's own storyboard, or one that is made of its network. Rejects with a sentence if there can't be one. */
export async function boardOf(store: Store, client: Client, source: FilmSource): Promise<Storyboard> {
  if (source === 'own') return store.get().storyboard;
  const film = await loadSceneFilm(store, client, WHOLE);
  const { runs, dataChoice } = store.get();
  const run = source === 'training' ? runToShow(film.sheet, runs) : undefined;
  const made = storyboardFrom(source, {
    sheet: film.sheet,
    now: film.states[0],
    ...(run && { run: { ...run, points: (await client.send('getRun', { id: run.id })).points } }),
    ...(dataChoice === undefined && { images: 0 }),
  });
  if (typeof made === 'object' && 'scenes' in made) return made;
  throw new UserError(made);
}
