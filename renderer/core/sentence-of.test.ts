import { expect, test } from 'vitest';
import { UserError } from '../../shared/errors.ts';
import { sentenceOf } from './sentence-of.ts';

test('a sentence for the user stands as it is; a defect says that it is one', () => {
  expect(sentenceOf(new UserError('There are no images.'))).toBe('There are no images.');
  expect(sentenceOf(new TypeError('x is undefined'))).toMatch(/.+x is undefined/);
});
