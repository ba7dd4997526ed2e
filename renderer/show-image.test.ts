import { expect, test } from 'vitest';
import type { NetworkSpec } from '../shared/network.ts';
import { buildSheet } from '../shared/sheet.ts';
import { imageCommand } from './show-image.ts';

const network: NetworkSpec = {
  version: 1,
  layers: [
    { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [2, 2, 1] },
    { id: 'flatten', name: 'flatten', inputs: ['input'], kind: 'flatten' },
    { id: 'dense', name: 'dense', inputs: ['flatten'], kind: 'dense', units: 3, useBias: true },
    { id: 'softmax', name: 'softmax', inputs: ['dense'], kind: 'softmax' },
  ],
};
const sheet = buildSheet(network, ['cat', 'dog', 'owl']);
const pixels = Uint8Array.of(0, 1, 128, 255);

test('An image fills the input with multiples of 1/256, white being 1, and its class is the expected one', () => {
  const command = imageCommand(sheet, { name: 'owls/a.png', pixels, class: 2 });
  expect(command?.edits).toEqual([
    {
      tensor: 'input/output',
      indices: Uint32Array.of(0, 1, 2, 3),
      values: Float32Array.of(0, 1 / 256, 129 / 256, 1),
    },
    { tensor: 'softmax/actual', indices: Uint32Array.of(0, 1, 2), values: Float32Array.of(0, 0, 1) },
  ]);
  expect(command).toMatchObject({
    label: 'Show owls/a.png',
    source: { kind: 'image', name: 'owls/a.png' },
    mergeKey: 'showImage',
  });
});

test('Where nobody knows the class, or the network has no such one, what is expected is blank', () => {
  for (const name of [undefined, 3]) {
    const command = imageCommand(sheet, { name: 'a.png', pixels, class: name });
    expect(command?.edits[1].values).toEqual(new Float32Array(3).fill(Number.NaN));
  }
});

test('An image of another shape than the input is none for this network', () => {
  expect(imageCommand(sheet, { name: 'a.png', pixels: new Uint8Array(5) })).toBeUndefined();
});

test('However long a name is, what is sent keeps to the limits of the protocol', () => {
  const command = imageCommand(sheet, { name: `${'x'.repeat(5000)}.png`, pixels })!;
  expect(command.label.length).toBeLessThanOrEqual(200);
  expect(command.source).toEqual({ kind: 'image', name: `${'x'.repeat(996)}.png` });
});
