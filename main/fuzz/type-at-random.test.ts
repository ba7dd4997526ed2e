import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../engine/backend/backend.ts';
import { typeAtRandom } from './type-at-random.ts';

beforeAll(startBackend);

test('1000 texts typed into cells of every kind, in English and German, give a value or a sentence', async () => {
  const { faults, texts, refused, formulas, errors } = await typeAtRandom(5, 0, 1000);
  expect(faults).toEqual([]);
  expect(texts).toBe(1000);
  expect(refused).toBeGreaterThan(150);
  expect(formulas).toBeGreaterThan(150);
  expect(errors).toBeGreaterThan(50);
});
