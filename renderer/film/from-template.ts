/** Storyboards that are made of the open network with one press. */
import type { Storyboard } from '../../shared/film/storyboard.ts';
import { type FilmTemplate, filmTemplates } from '../../shared/film/templates.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { Choice } from '../core/commands.ts';
import type { Store } from '../core/store.ts';
import { freshId } from './storyboard-edits.ts';
import { boardOf } from './template-boards.ts';

export const templateChoices = (): Choice[] =>
  filmTemplates.map(argument => ({ argument, label: messages.filmTemplates.names[argument] }));

/** A template's storyboard for the workbook as it is. Rejects with a sentence if there can't be one. */
export async function fromTemplate(store: Store, client: Client, name: FilmTemplate): Promise<Storyboard> {
  const made = await boardOf(store, client, name);
  // Scenes of two storyboards aren't the same ones.
  return { ...made, scenes: made.scenes.map(scene => ({ ...scene, id: freshId() })) };
}

export const isTemplate = (name: string): name is FilmTemplate => (filmTemplates as readonly string[]).includes(name);
