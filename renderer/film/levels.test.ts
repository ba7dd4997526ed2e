import { expect, test } from 'vitest';
import { createLevels, decibels, LEAST_LEVEL } from './levels.ts';

const samples = (size: number) => Float32Array.of(0, size, -size / 2);

test('A level is told in decibels under full scale, and its peak stays for two seconds', () => {
  const levels = createLevels();
  expect(levels.add(samples(0), 0)).toEqual({ now: LEAST_LEVEL, peak: LEAST_LEVEL, level: 'silent' });
  const loudest = levels.add(samples(0.5), 100);
  expect(loudest.now).toBeCloseTo(-6.02, 2);
  expect(loudest.level).toBe('good');
  // A pause between two words.
  const pause = levels.add(samples(0.0009), 1900);
  expect([pause.now, pause.peak, pause.level]).toEqual([LEAST_LEVEL, loudest.peak, 'good']);
  expect(levels.add(samples(0.01), 2100)).toMatchObject({ level: 'quiet', peak: decibels(Math.fround(0.01)) });
  expect(levels.add(samples(-1), 2200)).toEqual({ now: 0, peak: 0, level: 'loud' });
  expect(levels.add(samples(0.002), 4300).level).toBe('silent');
});
