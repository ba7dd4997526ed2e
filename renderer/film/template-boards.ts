/** The storyboards of the open workbook: its own, and those that are made of it. */
import type { FilmSource } from '../../shared/film/film-job.ts';
import type { Storyboard } from '../../shared/film/storyboard.ts';
import { templateBoard } from '../../shared/film/template-board.ts';
import type { Client } from '../core/client.ts';
import type { Store } from '../core/store.ts';
import { loadSceneFilm } from './scene-films.ts';

/** The workbook's own storyboard, or one that is made of its network. Rejects with a sentence if there can't be one. */
export async function boardOf(store: Store, client: Client, source: FilmSource): Promise<Storyboard> {
  const { storyboard, runs } = store.get();
  if (source === 'own') return storyboard;
  return templateBoard(source, {
    runs,
    load: scene => loadSceneFilm(store, client, scene),
    pointsOf: async id => (await client.send('getRun', { id })).points,
  });
}
