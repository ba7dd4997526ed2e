import { expect, test } from 'vitest';
import { isClipped, partOf, pausesIn, peaksOf, spokenPart } from './silence.ts';

const RATE = 8000;
/** A tone where somebody speaks (in seconds), noise of the microphone elsewhere. */
const spoken = (seconds: number, ...parts: readonly (readonly [number, number])[]) => {
  let noise = 1;
  return [
    Float32Array.from({ length: seconds * RATE }, (_, nth) => {
      noise = (noise * 16807) % 2147483647;
      const time = nth / RATE;
      const isTone = parts.some(([from, to]) => time >= from && time < to);
      return (isTone ? 0.3 * Math.sin(2 * Math.PI * 300 * time) : 0) + 0.002 * (noise / 2147483647 - 0.5);
    }),
  ];
};

test('Silence before the first word and after the last goes, but for a little room', () => {
  const { from, to } = spokenPart(spoken(5, [1, 1.6], [2.2, 3.5]), RATE);
  expect(from).toBeCloseTo(0.85, 1);
  expect(to).toBeCloseTo(3.8, 1);
  // Where nobody speaks, or all the time, all of it stays.
  expect(spokenPart(spoken(2), RATE)).toEqual({ from: 0, to: 2 });
  expect(spokenPart([new Float32Array(2 * RATE)], RATE)).toEqual({ from: 0, to: 2 });
  expect(spokenPart(spoken(2, [0, 2]), RATE)).toEqual({ from: 0, to: 2 });
  expect(spokenPart([], RATE)).toEqual({ from: 0, to: 0 });
  // A click is no word.
  const clicked = spoken(3, [1, 2]);
  clicked[0][100] = 0.9;
  expect(spokenPart(clicked, RATE).from).toBeCloseTo(0.85, 1);
});

test('A long recording is cut at its longest pauses', () => {
  const samples = spoken(9, [0.5, 2], [2.2, 3], [4, 5], [5.1, 6], [7.5, 8.5]);
  const [first, second, ...more] = pausesIn(samples, RATE, 2);
  expect([first, second].map(at => Math.round(10 * at) / 10)).toEqual([3.5, 6.8]);
  expect(more).toEqual([]);
  expect(pausesIn(samples, RATE, 9)).toHaveLength(4);
  expect(pausesIn(spoken(2), RATE, 3).length).toBeLessThanOrEqual(3);
  expect(pausesIn([], RATE, 3)).toEqual([]);
});

test('The picture of a sound has its largest samples; a part has the samples of its time', () => {
  const samples = [Float32Array.of(0, 0.1, -0.5, 0.25), Float32Array.of(0, 0.2, 0, -2)];
  expect(peaksOf(samples, 2)).toEqual([0.2, 1]);
  expect(peaksOf([], 3)).toEqual([0, 0, 0]);
  expect(partOf(samples, 2, { from: 0.5, to: 1.5 })).toEqual([Float32Array.of(0.1, -0.5), Float32Array.of(0.2, 0)]);
});

test('A recording whose tops are cut off is told apart from a loud one', () => {
  const tone = (size: number) => [
    Float32Array.from({ length: RATE }, (_, nth) => Math.max(-1, Math.min(1, size * Math.sin(nth / 5)))),
  ];
  expect([tone(0.98), tone(3), [new Float32Array(9)]].map(isClipped)).toEqual([false, true, false]);
});
