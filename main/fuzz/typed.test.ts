import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../engine/backend/backend.ts';
import { typeAtRandom } from './typed.ts';

beforeAll(startBackend);

test('2000 texts typed into cells of every kind, in English and German, give a value or a sentence', async () => {
  const { faults, texts, refused, formulas, errors } = await typeAtRandom(5, 2000, () => {});
  expect(faults).toEqual([]);
  expect(texts).toBe(2000);
  expect(refused).toBeGreaterThan(300);
  expect(formulas).toBeGreaterThan(300);
  expect(errors).toBeGreaterThan(100);
});
