import { expect } from 'vitest';
import { english } from '../../../shared/messages/render.ts';
import { isSentence } from '../../../shared/messages/sentence.ts';

/** Files that share a process also share what was added. */
const added = globalThis as { sentencesReadEqual?: true };
/** In tests, sentences are equal if they read the same in English. */
if (!added.sentencesReadEqual)
  expect.addEqualityTesters([
    (a, b) => {
      if (typeof a === 'string' && isSentence(b)) return a === english(b);
      if (isSentence(a) && typeof b === 'string') return english(a) === b;
      return undefined;
    },
  ]);
added.sentencesReadEqual = true;
