import { whole } from '../format.ts';
import { grammarOf } from '../grammar.ts';

export const { plural, counted, list, named } = grammarOf('de-DE', {
  quotes: ['„', '“'],
  more: count => `${whole(count)} weitere`,
});
