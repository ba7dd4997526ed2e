import { expect, test } from 'vitest';
import { english } from '../../shared/messages/render.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { type Command, editsOf, sourceIn } from '../../shared/change.ts';
import type { Client } from '../core/client.ts';
import { imageCommand, isShown, showDataImage } from './show-image.ts';
import { createStore, type State } from '../core/store.ts';

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
/** A window on a workbook with this sheet. It records its commands and makes their changes. */
function opened(shown: State['sheet']) {
  const sent: Command[] = [];
  const store = createStore({ sheet: shown, workbook: { source: { kind: 'blank' } } } as unknown as State);
  const client = {
    send(_kind: 'change', command: Command) {
      sent.push(command);
      store.set({ workbook: { ...store.get().workbook, source: sourceIn(command.changes)! } });
      return Promise.resolve({});
    },
  } as unknown as Client;
  return { store, client, sent };
}

const pixels = Uint8Array.of(0, 1, 128, 255);

test('An image fills the input with multiples of 1/256, white being 1, and its class is the expected one', () => {
  const command = imageCommand(sheet, { name: 'owls/a.png', pixels, classes: ['owl'] });
  expect(editsOf(command?.changes)).toEqual([
    { tensor: 'input/output', values: Float32Array.of(0, 1 / 256, 129 / 256, 1) },
    { tensor: 'softmax/actual', values: Float32Array.of(0, 0, 1) },
  ]);
  expect(command).toMatchObject({ label: 'Show owls/a.png', mergeKey: 'showImage' });
  expect(sourceIn(command!.changes)).toEqual({ kind: 'image', name: 'owls/a.png' });
});

test('Where nobody knows the class, or the network has no such one, what is expected is blank', () => {
  for (const classes of [undefined, ['cow'], ['2']]) {
    const command = imageCommand(sheet, { name: 'a.png', pixels, classes });
    expect(editsOf(command?.changes)[1].values).toEqual(new Float32Array(3).fill(Number.NaN));
  }
});

test('Behind a sigmoid, several labels are expected', () => {
  const last = { ...network.layers[3], kind: 'sigmoid' as const };
  const several = buildSheet({ ...network, layers: [...network.layers.slice(0, 3), last] }, ['cat', 'dog', 'owl']);
  const expectedOf = (classes?: string[]) =>
    editsOf(imageCommand(several, { name: 'a.png', pixels, classes })?.changes)[1].values;
  expect(expectedOf(['owl', 'cat', 'cow'])).toEqual(Float32Array.of(1, 0, 1));
  expect(expectedOf()).toEqual(new Float32Array(3).fill(Number.NaN));
});

test('An image of a data set has the class of its only label by name, whatever its place in the data set', async () => {
  const { store, client, sent } = opened(sheet);
  const classes = ['ant', 'cat', 'owl', 'dog'];
  const labelled: [labels: number[], expected: number[]][] = [
    [[3], [0, 1, 0]],
    [[1], [1, 0, 0]],
    [[0], [Number.NaN, Number.NaN, Number.NaN]],
    [[], [Number.NaN, Number.NaN, Number.NaN]],
    [
      [1, 3],
      [Number.NaN, Number.NaN, Number.NaN],
    ],
  ];
  for (const [labels, expected] of labelled) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as they are pressed
    await showDataImage(store, client, { name: 'a.png', pixels, labels }, classes);
    expect(editsOf(sent.at(-1)?.changes)[1].values).toEqual(Float32Array.from(expected));
  }
});

test('Classes without names are called by their numbers', () => {
  const unnamed = buildSheet(network);
  const command = imageCommand(unnamed, { name: 'a.png', pixels, classes: ['1'] });
  expect(editsOf(command?.changes)[1].values).toEqual(Float32Array.of(0, 1, 0));
});

test('The image in the sheet is known by its name, however long that is', async () => {
  const { store, client } = opened(sheet);
  const name = `${'x'.repeat(5000)}.png`;
  expect(isShown(store, name)).toBe(false);
  await showDataImage(store, client, { name, pixels, labels: [] }, []);
  expect(isShown(store, name)).toBe(true);
  expect(isShown(store, 'a.png')).toBe(false);
});

test('An image of another shape than the input is none for this network', () => {
  expect(imageCommand(sheet, { name: 'a.png', pixels: new Uint8Array(5) })).toBeUndefined();
});

test('However long a name is, what is sent keeps to the limits of the protocol', () => {
  const command = imageCommand(sheet, { name: `${'x'.repeat(5000)}.png`, pixels })!;
  expect(english(command.label).length).toBeLessThanOrEqual(200);
  expect(sourceIn(command.changes)).toEqual({ kind: 'image', name: `${'x'.repeat(996)}.png` });
});
