import { expect, test } from 'vitest';
import type { DataChoice } from '../shared/data.ts';
import type { NetworkSpec } from '../shared/network.ts';
import { choiceFor, imageShape, showsDigits } from './data-choice.ts';

const network = (height: number, width: number, channels: number): NetworkSpec => ({
  version: 1,
  layers: [{ id: 'input', name: 'input', inputs: [], kind: 'input', shape: [height, width, channels] }],
});
const photos: DataChoice = {
  source: { kind: 'folders', path: '/photos' },
  shape: [64, 64, 3],
  fit: 'pad',
  validation: 0.2,
  test: 0.3,
  seed: 9,
};

test('Grey, RGB and RGBA inputs up to 1,024 pixels a side take images, others none', () => {
  expect(
    [network(28, 28, 1), network(64, 32, 3), network(1024, 1024, 4), network(3, 3, 2), network(1025, 8, 1)].map(
      imageShape,
    ),
  ).toEqual([[28, 28, 1], [64, 32, 3], [1024, 1024, 4], undefined, undefined]);
});

test('What was used last is made for the network’s input; without it the digits are', () => {
  expect(choiceFor(network(32, 48, 1), photos)).toEqual({ ...photos, shape: [32, 48, 1] });
  expect(choiceFor(network(28, 28, 1), undefined)).toMatchObject({
    source: { kind: 'named', name: 'digits' },
    shape: [28, 28, 1],
  });
  expect(choiceFor(network(3, 3, 2), photos)).toBeUndefined();
});

test('The digits panel shows the digits as they come, and nothing else', () => {
  const digits = choiceFor(network(28, 28, 1), undefined);
  expect(showsDigits(network(28, 28, 1), digits)).toBe(true);
  expect(showsDigits(network(28, 28, 1), photos)).toBe(false);
  expect(showsDigits(network(32, 32, 1), choiceFor(network(32, 32, 1), undefined))).toBe(false);
  expect(showsDigits(network(28, 28, 1), undefined)).toBe(false);
});
