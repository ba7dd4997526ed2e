/** The catalogue of the language that is spoken here. Whoever shows something reads its words from it; what is made
 *  elsewhere, to be shown here, comes as a sentence (see messages/sentence.ts) and is said by `say`. */
import type { Catalogue } from './messages/catalogue.ts';
import { en } from './messages/en.ts';
import { render } from './messages/render.ts';
import { isSentence, type Sentence } from './messages/sentence.ts';

export let messages: Catalogue = en;

/** The text of a sentence in the language that is spoken here. */
export function say(sentence: Sentence): string;
export function say(sentence: Sentence | undefined): string | undefined;
export function say(sentence: Sentence | undefined): string | undefined {
  return sentence === undefined ? undefined : render(sentence, messages);
}

/** For `JSON.stringify`: what is written for people to read has its sentences as text. */
export const said = (_key: string, value: unknown): unknown => (isSentence(value) ? say(value) : value);
