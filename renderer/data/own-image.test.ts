import { expect, test } from 'vitest';
import type { Fit } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { Args, ReadImage, WorkbookState } from '../../shared/protocol.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { type Command, editsOf, sourceIn } from '../../shared/change.ts';
import type { Client } from '../core/client.ts';
import { putIntoInput } from './own-image.ts';
import { createStore, type State } from '../core/store.ts';

const inputOf = (shape: readonly [number, number, number]): NetworkSpec => ({
  version: 1,
  layers: [
    { id: 'input', name: 'input', inputs: [], kind: 'input', shape },
    { id: 'flatten', name: 'flatten', inputs: ['input'], kind: 'flatten' },
    { id: 'dense', name: 'dense', inputs: ['flatten'], kind: 'dense', units: 2, useBias: true },
    { id: 'softmax', name: 'softmax', inputs: ['dense'], kind: 'softmax' },
  ],
});

/** A window on a small network with an image of 3×5; records what was read, asked and sent. `during` runs while the
 *  user is being asked. */
function opened({
  shape = [2, 2, 1],
  fit,
  answer,
  during,
}: {
  shape?: readonly [number, number, number];
  fit?: Fit;
  answer?: Fit;
  during?: (set: (patch: Partial<State>) => void) => void;
}) {
  const read: Args<'readImage'>[] = [];
  const asked: unknown[] = [];
  const sent: Command[] = [];
  const workbook = { source: { kind: 'typed' }, fit } as unknown as WorkbookState;
  const store = createStore({
    workbookId: 'one',
    sheet: buildSheet(inputOf(shape), ['cat', 'dog']),
    workbook,
    dataChoice: { fit: 'crop' },
  } as unknown as State);
  const client = {
    async send(kind: 'readImage' | 'change', args: Args<'readImage'> | Command): Promise<object> {
      if (kind === 'change') {
        const command = args as Command;
        sent.push(command);
        store.set({ workbook: { ...workbook, source: sourceIn(command.changes)! } });
        return {};
      }
      const wanted = args as Args<'readImage'>;
      read.push(wanted);
      const size = { name: 'a.png', width: 5, height: 3 };
      const here = { ...size, pixels: new Uint8Array(shape[0] * shape[1] * shape[2]).fill(255) };
      return wanted.fit || (shape[0] === 3 && shape[1] === 5) ? here : size;
    },
  } as unknown as Client;
  const askFit = async (image: ReadImage, input: readonly [number, number], initial: Fit) => {
    asked.push({ image, input, initial });
    during?.(patch => store.set(patch));
    return answer;
  };
  return { store, client, askFit, read, asked, sent };
}

const dropped = () => ({ from: 'bytes', file: new File([Uint8Array.of(1, 2, 3)], 'a.png') }) as const;

test('an image of the input’s size goes in without a question, as one step under its name (fault 47)', async () => {
  const { store, client, askFit, asked, sent } = opened({ shape: [3, 5, 1] });
  await putIntoInput(store, client, dropped(), askFit);
  expect(asked).toEqual([]);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ label: 'Show a.png' });
  expect(sourceIn(sent[0].changes)).toEqual({ kind: 'image', name: 'a.png' });
  expect(sent[0]).not.toHaveProperty('mergeKey');
  expect(editsOf(sent[0].changes)[0].values).toEqual(new Float32Array(15).fill(1));
  expect(store.get().notice).toMatchObject({ tone: 'info', sentence: messages.ownImages.shown('a.png') });
});

test('another size is asked about, beginning with how the network was trained (fault 47)', async () => {
  for (const [fit, initial] of [
    ['pad', 'pad'],
    [undefined, 'crop'],
  ] as const) {
    const { store, client, askFit, asked, read, sent } = opened({ fit, answer: 'stretch' });
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await putIntoInput(store, client, dropped(), askFit);
    expect(asked).toEqual([{ image: { name: 'a.png', width: 5, height: 3 }, input: [2, 2], initial }]);
    expect(read.map(each => each.fit)).toEqual([undefined, 'stretch']);
    expect(sent).toHaveLength(1);
  }
});

test('who cancels changes nothing; so does another workbook that was opened meanwhile (fault 47)', async () => {
  for (const window of [opened({}), opened({ answer: 'pad', during: set => set({ workbookId: 'two' }) })]) {
    const { store, client, askFit, sent } = window;
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await putIntoInput(store, client, dropped(), askFit);
    expect(sent).toEqual([]);
    expect(store.get().notice).toBeUndefined();
  }
});

test('of several images it is said that the first went in (fault 47)', async () => {
  const { store, client, askFit } = opened({ shape: [3, 5, 1] });
  await putIntoInput(store, client, dropped(), askFit, 3);
  expect(store.get().notice?.sentence).toBe(
    'a.png stands in the input now; the other 3 files can’t stand there too. Train > Predict image files takes a ' +
      'whole folder.',
  );
});

test('a file of this computer goes by its path (fault 47)', async () => {
  const { store, client, askFit, read } = opened({ shape: [3, 5, 1] });
  await putIntoInput(store, client, { from: 'file', path: '/photos/a.png' }, askFit);
  expect(read).toEqual([{ from: 'file', path: '/photos/a.png' }]);
});

test('what no image fits, is too large, or is gone is told by name before anything is sent (fault 47)', async () => {
  const noImages = opened({ shape: [2, 2, 2] });
  await expect(putIntoInput(noImages.store, noImages.client, dropped(), noImages.askFit)).rejects.toThrow(
    'The network’s input is 2×2×2.',
  );
  const large = Object.defineProperty(new File([], 'huge.png'), 'size', { value: 2 ** 27 + 1 });
  const gone = Object.assign(new File([], 'gone.png'), {
    arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')),
  });
  const { store, client, askFit, read } = opened({});
  await expect(putIntoInput(store, client, { from: 'bytes', file: large }, askFit)).rejects.toThrow(
    'huge.png is larger than 128 MiB, the most an image may have.',
  );
  await expect(putIntoInput(store, client, { from: 'bytes', file: gone }, askFit)).rejects.toThrow(
    "gone.png can’t be read: it can't be opened (NotFoundError). Choose another image.",
  );
  expect([...noImages.read, ...read]).toEqual([]);
});

test('an image of the input’s proportions goes in without a question: all ways to fit it are the same', async () => {
  const { store, client, askFit, asked, read, sent } = opened({ shape: [6, 10, 1] });
  await putIntoInput(store, client, dropped(), askFit);
  expect(asked).toEqual([]);
  expect(read.map(({ fit }) => fit)).toEqual([undefined, 'stretch']);
  expect(sent).toHaveLength(1);
});
