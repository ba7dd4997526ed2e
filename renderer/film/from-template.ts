/** Storyboards that are made of the open network with one press. */
import type { Storyboard } from '../../shared/film/storyboard.ts';
import { type FilmTemplate, filmTemplates, storyboardFrom } from '../../shared/film/templates.ts';
import { messages } from '../../shared/messages.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { Client } from '../core/client.ts';
import type { Choice } from '../core/commands.ts';
import type { Store } from '../core/store.ts';
import { loadSceneFilm } from './scene-films.ts';
import { freshId, plainScene } from './storyboard-edits.ts';

export const templateChoices = (): Choice[] =>
  filmTemplates.map(argument => ({ argument, label: messages.filmTemplates.names[argument] }));

/** A template's storyboard for the workbook as it is; a sentence that says why there is none. */
export async function fromTemplate(store: Store, client: Client, name: FilmTemplate): Promise<Storyboard | Sentence> {
  // The whole network, as it is now.
  const { sheet, states } = await loadSceneFilm(store, client, plainScene(''));
  const runs = store.get().runs.map(({ id, kept }) => ({ id, kept: kept?.steps }));
  const made = storyboardFrom(name, { sheet, now: states[0], runs });
  if (!isBoard(made)) return made;
  return { ...made, scenes: made.scenes.map(scene => ({ ...scene, id: freshId() })) };
}

export const isBoard = (made: Storyboard | Sentence): made is Storyboard =>
  typeof made === 'object' && 'scenes' in made;

export const isTemplate = (name: string): name is FilmTemplate => (filmTemplates as readonly string[]).includes(name);
