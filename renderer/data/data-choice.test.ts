import { expect, test } from 'vitest';
import { type DataChoice, imageShape } from '../../shared/data.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import { choiceFor, showsDigits } from './data-choice.ts';
import { inkOnPaper } from '../core/colours.ts';

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

const digitNames = Array.from('0123456789');

test('A network begins with what it was trained on, made for its input; an untrained one with the last used', () => {
  const letters: DataChoice = { ...photos, source: { kind: 'named', name: 'letters' } };
  expect(choiceFor(network(32, 48, 1), ['A', 'B'], letters, photos)).toEqual({ ...letters, shape: [32, 48, 1] });
  expect(choiceFor(network(32, 48, 1), ['A', 'B'], undefined, photos)).toEqual({ ...photos, shape: [32, 48, 1] });
  expect(choiceFor(network(3, 3, 2), ['A', 'B'], letters, photos)).toBeUndefined();
});

test('A network of digits that was never trained begins with the digits, whatever was used for another', () => {
  const first = choiceFor(network(28, 28, 1), digitNames, undefined, photos);
  expect(first).toMatchObject({ source: { kind: 'named', name: 'digits' }, shape: [28, 28, 1] });
  expect(choiceFor(network(28, 28, 1), digitNames, photos, undefined)?.source).toEqual(photos.source);
  expect(choiceFor(network(32, 32, 3), [], undefined, undefined)?.source).toEqual({ kind: 'named', name: 'digits' });
});

test('The digits panel shows the digits as they come, and nothing else', () => {
  const digits = choiceFor(network(28, 28, 1), digitNames, undefined, undefined);
  expect(showsDigits(network(28, 28, 1), digits)).toBe(true);
  expect(showsDigits(network(28, 28, 1), photos)).toBe(false);
  expect(showsDigits(network(32, 32, 1), choiceFor(network(32, 32, 1), digitNames, undefined, undefined))).toBe(false);
  expect(showsDigits(network(28, 28, 1), undefined)).toBe(false);
});

test('Photographs, colours and own files are shown as they are, the sets that come along as ink (fault 21)', () => {
  const grey = { ...photos, shape: [28, 28, 1] } as DataChoice;
  const named = (name: 'digits' | 'letters' | 'fashion'): DataChoice => ({ ...grey, source: { kind: 'named', name } });
  const idx: DataChoice = { ...grey, source: { kind: 'idx', images: '/i', labels: '/l' } };
  expect((['digits', 'letters', 'fashion'] as const).map(name => inkOnPaper(network(28, 28, 1), named(name)))).toEqual([
    true,
    true,
    true,
  ]);
  expect([grey, idx].map(each => inkOnPaper(network(28, 28, 1), each))).toEqual([false, false]);
  expect([3, 4].map(channels => inkOnPaper(network(28, 28, channels), named('digits')))).toEqual([false, false]);
  expect(inkOnPaper(network(28, 28, 1), undefined)).toBe(true);
});
