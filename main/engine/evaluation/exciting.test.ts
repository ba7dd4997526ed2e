import { beforeAll, expect, test } from 'vitest';
import { readTemplate } from '../../files/templates.ts';
import { startBackend } from '../backend/backend.ts';
import { DIGIT_SIZE, pixelsOf, testDigits } from '../data/digits.ts';
import { createForward } from '../show/forward.ts';
import { excitingImages } from './exciting.ts';

beforeAll(startBackend);

/** The first test digits as a data set. */
function digits(count: number) {
  const all = testDigits();
  const indices = Uint32Array.from({ length: count }, (_, index) => index);
  return {
    name: 'digits',
    shape: [DIGIT_SIZE, DIGIT_SIZE, 1] as const,
    classes: Array.from('0123456789'),
    severalLabels: false,
    count,
    bytes: all.bytes.subarray(0, count * DIGIT_SIZE * DIGIT_SIZE),
    labels: new Uint8Array(count),
    split: { training: new Uint32Array(), validation: new Uint32Array(), test: indices },
    nameOf: (index: number) => String(index),
  };
}

test.each(['conv1', 'pool', 'dense'])(
  'the images that excite a channel of %s are those of the whole network',
  async layer => {
    const { network, values } = await readTemplate('lesson3');
    const data = digits(60) as unknown as Parameters<typeof excitingImages>[1];
    const { found, of } = await excitingImages(
      { network, parameters: values },
      data,
      { layer, channel: 1 },
      async () => {},
    );
    expect(of).toBe(60);
    expect(found).toHaveLength(10);
    const all: { index: number; value: number; cell: number }[] = [];
    const stored = new Map([...values].map(([id, numbers]) => [id, numbers.slice()] as const));
    const forward = createForward(network, stored);
    for (let index = 0; index < 60; index++) {
      stored.get('input/output')!.set(pixelsOf(testDigits(), [index]));
      forward.update(['input/output']);
      const output = forward.value(`${layer}/output`);
      const channels = layer === 'dense' ? 10 : 2;
      const own = output.filter((_, i) => i % channels === 1);
      all.push({ index, value: Math.max(...own), cell: own.indexOf(Math.max(...own)) });
    }
    forward.dispose();
    const best = all.toSorted((a, b) => b.value - a.value).slice(0, 10);
    const width = { conv1: 26, pool: 12, dense: 1 }[layer]!;
    expect(found.map(({ value }) => value)).toEqual(best.map(({ value }) => value));
    for (const { index, row, column } of found)
      expect(row * width + column).toBe(all.find(each => each.index === index)!.cell);
  },
);
