import { whole } from '../format.ts';
import { grammarOf } from '../grammar.ts';

// British rules, for lists without a comma before the last word.
export const { plural, counted, list, named } = grammarOf('en-GB', {
  quotes: ['“', '”'],
  more: count => `${whole(count)} more`,
});

export const images = (count: number): string => counted(count, 'image', 'images');
export const scores = (count: number): string => counted(count, 'score', 'scores');
/** The end of a long path, so that a sentence stays short. */
export const shortPath = (path: string): string => (path.length > 60 ? `…${path.slice(-59)}` : path);
