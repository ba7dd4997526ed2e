import { whole } from '../format.ts';
import { grammarOf } from '../grammar.ts';

export const { plural, counted, list, named } = grammarOf('de-DE', {
  quotes: ['„', '“'],
  more: count => `${whole(count)} weitere`,
});

/** Names in quotation marks, after "von", "mit" and other words with a dative. */
export const ofNames = (names: readonly string[], most?: number): string =>
  named(names, most).replace(/ weitere$/, ' weiteren');

export const images = (count: number): string => counted(count, 'Bild', 'Bilder');
/** After "von", "mit", "zu". */
export const ofImages = (count: number): string => counted(count, 'Bild', 'Bildern');
export const scores = (count: number): string => counted(count, 'Klassenwert', 'Klassenwerte');
/** A number and the percent sign, which stay on one line. */
export const percent = (text: string | number): string => `${text}\u00a0%`;
/** The end of a long path, so that a sentence stays short. */
export const shortPath = (path: string): string => (path.length > 60 ? `…${path.slice(-59)}` : path);
