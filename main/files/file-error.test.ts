import { expect, test } from 'vitest';
import { explainWriteError } from './file-error.ts';

/** The sentence for an error of the operating system with this code. */
const said = (code: string) =>
  (explainWriteError(Object.assign(new Error(code), { code }), '/d/a.convsheet') as Error).message;

test('a read-only disk is told apart from a permission: changing that would not help (fault 48)', () => {
  expect(said('EROFS')).toMatch(/its disk is read-only.*Choose a folder on another disk\.$/);
  expect(said('EACCES')).toMatch(/permission/);
});

test('a full disk is not said to have an old file where there may be none (fault 48)', () => {
  expect(said('ENOSPC')).toMatch(/no room.*Nothing was replaced\.$/);
});
