import { expect, test } from 'vitest';
import { factorOf, LARGEST_PEAK, withGain } from './evened.ts';
import { largestSize, truePeaks } from './loudness.ts';

const RATE = 48_000;

test('A gain of 6.02 decibels is twice as loud where nothing becomes too large', () => {
  const [channel] = withGain([Float32Array.of(0.1, -0.3, 0.2, -0.1)], 20 * Math.log10(2), RATE);
  expect([...channel].map(sample => Math.round(sample * 1000) / 1000)).toEqual([0.2, -0.6, 0.4, -0.2]);
  expect(withGain([], 3, RATE)).toEqual([]);
});

test('What would become too large is turned down for a moment, in both channels alike', () => {
  const tone = Float32Array.from({ length: RATE }, (_, nth) => {
    const isLoud = nth >= RATE / 2 && nth < RATE / 2 + 2400;
    return (isLoud ? 0.9 : 0.1) * Math.sin((2 * Math.PI * 440 * nth) / RATE);
  });
  const half = tone.map(sample => sample / 2);
  const [left, right] = withGain([tone, half], 12, RATE);
  expect(largestSize(truePeaks([left, right]))).toBeLessThanOrEqual(factorOf(LARGEST_PEAK) * 1.005);
  expect(largestSize(left)).toBeGreaterThan(0.8);
  for (const at of [1000, RATE / 2 + 100, RATE - 1000]) expect(right[at]).toBeCloseTo(left[at] / 2, 6);
  // Long before it and after it, the gain is the whole one.
  for (const at of [1000, RATE - 1001]) expect(left[at] / tone[at]).toBeCloseTo(factorOf(12), 1);
});
