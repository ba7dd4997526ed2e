import { expect, test } from 'vitest';
import { shownEnd } from './training-curves.ts';

const running = { status: 'running', stepsPerEpoch: 100 } as const;

test('a run that ended early is drawn as far as it got, not as a line at the left of all it was to make', () => {
  expect(shownEnd({ ...running, status: 'ended', step: 90, steps: 200_000 })).toBe(90);
  expect(shownEnd({ ...running, status: 'ended', step: 500, steps: 500 })).toBe(500);
});

test('a run under way is drawn with what is left of it, and a long one with more of it as it goes on', () => {
  expect(shownEnd({ ...running, step: 3, steps: 700 })).toBe(700);
  expect(shownEnd({ ...running, step: 3, steps: 200_000 })).toBe(1000);
  expect(shownEnd({ ...running, step: 350, steps: 200_000 })).toBe(5000);
  expect(shownEnd({ ...running, step: 30_000, steps: 200_000 })).toBe(200_000);
});
