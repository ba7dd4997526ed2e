import { expect, test } from 'vitest';
import type { Comparison } from '../../shared/explain/comparison.ts';
import { stageWords } from './stage-words.ts';

const names = ['A', 'B', 'C'];

function comparison(scores: number[], probabilities?: number[]): Comparison {
  const ranked = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
  const matches = scores.map(score => ({ sums: [score], bias: 0, score, size: Math.abs(score) }));
  return { templates: { kernel: [], bias: scores }, matches, scores, ranked, probabilities };
}

const at = { told: '', there: 4, of: 4, unit: 0, names };

test('the words name the best class and the next one, with their scores, and what both sets of templates say', () => {
  const network = comparison([1, 7.25, -3], [0.1, 0.89, 0.01]);
  expect(stageWords({ network, means: undefined, set: 'network' }, at)).toEqual([
    'B leads with 7.25; A follows with 1.',
    'That makes B with a probability of 89 %.',
  ]);
  const means = comparison([0.5, 0.25, 2], [0.2, 0.2, 0.6]);
  expect(stageWords({ network, means, set: 'means' }, at)).toEqual([
    'C leads with 2; A follows with 0.50.',
    'That makes C with a probability of 60 %. The network’s templates say B, the means of each class say C.',
  ]);
  expect(stageWords({ network, means: network, set: 'means' }, at)[1]).toContain('Both say B');
});

test('while a scan goes on, its cell comes first, and it is said how much is known', () => {
  const network = comparison([2, 2, -3]);
  const words = (there: number) =>
    stageWords({ network, means: undefined, set: 'network' }, { ...at, told: 'A cell.', there });
  expect(words(0)).toEqual(['A cell.', '0 of 4 numbers to compare are known so far.']);
  expect(words(3)).toEqual(['A cell.', 'A and B lead with 2 each. 3 of 4 numbers to compare are known so far.']);
});

test('a number that stands over a score is told', () => {
  const network = { ...comparison([1, 2, 3], [0, 0, 1]), scores: [5, 2, 3], ranked: [0, 2, 1] };
  const second = stageWords({ network, means: undefined, set: 'network' }, at)[1];
  expect(second).toContain('A number stands over the score of A');
});
