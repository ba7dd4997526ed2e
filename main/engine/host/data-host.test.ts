import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, expect, test } from 'vitest';
import { editCommand } from '../../../shared/change.ts';
import type { DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import type { Events } from '../../../shared/protocol.ts';
import { createCaller } from '../../../shared/rpc.ts';
import { DIGIT_SIZE } from '../data/digits.ts';
import { createEngineHost } from './host.ts';
import { nativeAvailable } from '../backend/native.ts';
import { digitChoice, DIGITS, smallConfig, smallDigits, smallWorkbook } from '../data/testing/small-digits.ts';

const SIZE = DIGIT_SIZE * DIGIT_SIZE;
const data = smallDigits(320, 64);

/** An engine with the small network open. `reads` counts how often the data set was read. After `hold()`, a reading
 *  waits until it is let go. `write` changes the files that are read. */
function connect() {
  const events: { event: keyof Events; data: unknown }[] = [];
  let reads = 0;
  let held: Promise<void> = Promise.resolve();
  let letGo = () => {};
  let aborted = false;
  let files = data;
  const found: WeakRef<DataSet>[] = [];
  const host = createEngineHost({
    post: frame => caller.receive(frame),
    readTemplate: async () => smallWorkbook(),
    readFile: async () => smallWorkbook(),
    readBytes: smallWorkbook,
    toPieces: () => [],
    writeFile: async () => ({ size: 0 }),
    async readData(_choice, { signal }): Promise<DataSet> {
      reads++;
      signal.addEventListener('abort', () => (aborted = true));
      await held;
      const read = files;
      const dataSet = { ...read, changed: async () => files !== read };
      found.push(new WeakRef(dataSet));
      return dataSet;
    },
    async readImages(path, { shape }) {
      if (path !== '/pictures') throw new UserError('There is no such folder.');
      expect(shape).toEqual([DIGIT_SIZE, DIGIT_SIZE, 1]);
      return {
        names: ['a.png', 'b.png'],
        bytes: data.bytes.slice(0, 2 * SIZE),
        problems: [{ name: 'c.png', reason: 'It is damaged.' }],
        byRow: false,
      };
    },
    correct: async () => undefined,
    readSample: async () => 'id,label\r\n"b",0\r\n',
    async readImage(image, { shape, fit }) {
      expect(shape).toEqual([DIGIT_SIZE, DIGIT_SIZE, 1]);
      const name = image.from === 'bytes' ? image.name : image.path;
      return { name, width: 2, height: 3, ...(fit && { pixels: data.bytes.slice(0, SIZE) }) };
    },
    log(line) {
      throw new Error(line);
    },
    fail: () => {},
  });
  const caller = createCaller(
    frame => host.receive(frame),
    (event, received) => {
      events.push({ event, data: received });
      if (event === 'runEnded') void caller.send('finishRun', received as Events['runEnded']);
    },
  );
  return {
    caller,
    events,
    reads: () => reads,
    /** The data sets read so far that are still in memory. */
    inMemory: () => found.map(ref => ref.deref() !== undefined),
    aborted: () => aborted,
    hold() {
      held = new Promise(resolve => (letGo = resolve));
    },
    letGo: () => letGo(),
    write: (next: DataSet) => (files = next),
  };
}

let engine: ReturnType<typeof connect>;
beforeEach(async () => {
  engine = connect();
  await engine.caller.send('load', { from: 'template', template: 'small' });
});
const choice = digitChoice;
const evaluation = { data: choice, split: 'validation' as const, topLosses: 5 };

test('a data set is read once, however often it is looked at', async () => {
  const { caller, reads } = engine;
  const [summary, page] = await Promise.all([
    caller.send('describeData', { data: choice }, 1),
    caller.send('listSamples', { data: choice, split: 'training', from: 10, count: 3 }, 2),
  ]);
  expect(summary).toMatchObject({ name: 'digits', totals: { training: 320, validation: 64, test: 0 } });
  expect(page).toMatchObject({ total: 320, samples: [{ index: 10 }, { index: 11 }, { index: 12 }] });
  expect(page.pixels).toEqual(data.bytes.slice(10 * SIZE, 13 * SIZE));
  const images = await caller.send('getImages', { data: choice, indices: [5] }, 1);
  expect(images.samples).toMatchObject([{ index: 5, labels: [data.labels[5]] }]);
  expect(reads()).toBe(1);
});

test('a data set whose files have changed is read and evaluated again when it is described again', async () => {
  const { caller, reads, write } = engine;
  await caller.send('describeData', { data: choice }, 1);
  expect(await caller.send('evaluate', evaluation, 1)).toMatchObject({ count: 64 });
  await caller.send('describeData', { data: choice }, 1);
  expect(reads()).toBe(1);
  write(smallDigits(320, 40));
  expect(await caller.send('evaluate', evaluation, 1)).toMatchObject({ count: 64 });
  expect((await caller.send('describeData', { data: choice }, 1)).totals.validation).toBe(40);
  expect(reads()).toBe(2);
  expect(await caller.send('evaluate', evaluation, 1)).toMatchObject({ count: 40 });
});

test('a client that cancels no longer waits for a data set; other clients that wait get it', async () => {
  const { caller, aborted } = engine;
  engine.hold();
  const first = caller.send('describeData', { data: choice }, 1);
  const second = caller.send('describeData', { data: choice }, 2);
  await caller.send('cancel', {}, 1);
  await expect(first).rejects.toThrow('It was cancelled.');
  expect(aborted()).toBe(false);
  engine.letGo();
  expect((await second).name).toBe('digits');
  engine.hold();
  const other = { ...choice, seed: 2 };
  const third = caller.send('describeData', { data: other }, 2);
  await nextTurn();
  await caller.send('dropClient', {}, 2);
  await expect(third).rejects.toThrow('It was cancelled.');
  expect(aborted()).toBe(true);
});

test('an evaluation gives the figures of a split, and lists the images of a cell of its matrix', async () => {
  const { caller } = engine;
  const found = await caller.send('evaluate', evaluation, 1);
  expect(found).toMatchObject({ dataName: 'digits', split: 'validation', count: 64, classes: DIGITS });
  expect(found.confusion!.reduce((sum, count) => sum + count, 0)).toBe(64);
  expect(found.topLosses).toHaveLength(5);
  const right = DIGITS.reduce((sum, _, unit) => sum + found.confusion![11 * unit], 0);
  expect(found.accuracy).toBeCloseTo(right / 64, 12);
  const cell = found.confusion!.findIndex(count => count > 1);
  const [actual, predicted] = [Math.floor(cell / 10), cell % 10];
  const page = await caller.send('listConfused', { data: choice, split: 'validation', actual, predicted }, 1);
  expect(page.total).toBe(found.confusion![cell]);
  const beyond = { data: choice, split: 'validation' as const, actual: 10, predicted };
  await expect(caller.send('listConfused', beyond, 1)).rejects.toThrow('digits has no class number 10.');
  expect(page.samples.map(({ labels }) => labels)).toEqual(page.samples.map(() => [actual]));
});

test('an evaluated data set leaves memory when another is read, and is evaluated again when asked for', async () => {
  const { caller, inMemory } = engine;
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const { confusion } = await caller.send('evaluate', evaluation, 1);
  await caller.send('describeData', { data: { ...choice, seed: 2 } }, 1);
  await nextTurn();
  collectGarbage();
  expect(inMemory()).toEqual([false, true]);
  const page = await caller.send('listConfused', { data: choice, split: 'validation', actual: 3, predicted: 3 }, 1);
  expect(page.total).toBe(confusion![33]);
});

test('an evaluation after a run is of the weights it trained', async () => {
  const backend = nativeAvailable() ? 'tensorflow' : 'wasm';
  const { caller, events } = engine;
  const before = await caller.send('evaluate', evaluation, 1);
  await caller.send('train', { id: 'r1', name: 'Run', config: smallConfig({ epochs: 6, backend }), start: 'here' }, 1);
  while (!events.some(({ event }) => event === 'runs')) await nextTurn();
  const run = await caller.send('getRun', { id: 'r1' });
  const after = await caller.send('evaluate', evaluation, 1);
  expect(after.accuracy).toBeGreaterThan(before.accuracy);
  expect(after.loss).toBeCloseTo(run.epochs.at(-1)!.validationLoss!, 9);
  expect(after.accuracy).toBeCloseTo(run.epochs.at(-1)!.validationMetric!, 9);
});

test('edits are answered while an evaluation and the finder are under way', async () => {
  const { caller } = engine;
  const long = [
    caller.send('evaluate', { ...evaluation, split: 'training' }, 1),
    caller.send('findLearningRate', { config: smallConfig() }, 1),
  ];
  let ended = false;
  void Promise.all(long).then(() => (ended = true));
  const edit = { tensor: 'input/output' as const, indices: Uint32Array.of(3), values: Float32Array.of(0.5) };
  await caller.send('change', editCommand('Type', [edit]), 1);
  expect(ended).toBe(false);
  const [, curve] = await Promise.all(long);
  expect(curve).toHaveProperty('suggestion');
});

test('an edit of a pixel is answered while the network is looked at for advice, and what is found holds', async () => {
  const { caller } = engine;
  let looked = false;
  const facts = caller.send('inspect', {}, 1).finally(() => (looked = true));
  const edit = { tensor: 'input/output' as const, indices: Uint32Array.of(3), values: Float32Array.of(0.5) };
  await caller.send('change', editCommand('Type', [edit]), 1);
  expect(looked).toBe(false);
  expect(await facts).toMatchObject({ zeros: [], exclusive: true });
});

test('a cancelled finder is refused with a sentence, and the weights are as they were', async () => {
  const { caller } = engine;
  const finder = caller.send('findLearningRate', { config: smallConfig() }, 1);
  await nextTurn();
  await caller.send('cancel', {}, 1);
  await expect(finder).rejects.toThrow('It was cancelled.');
  expect((await caller.send('getWorkbook', {})).state.undo).toBeUndefined();
});

test('saliency and occlusion look at the shown image, and end when they are cancelled', async () => {
  const { caller } = engine;
  const bright = Float32Array.from({ length: SIZE }, (_, i) => (i % 5) / 5);
  await caller.send('change', editCommand('Draw', [{ tensor: 'input/output', values: bright }]), 1);
  const saliency = await caller.send('findSaliency', { class: 3 }, 1);
  expect(saliency.image).toEqual(bright);
  expect(saliency.values.every((value, i) => bright[i] > 0 || value === 0)).toBe(true);
  expect(saliency.values.some(value => value !== 0)).toBe(true);
  const whole = { class: 3, patch: DIGIT_SIZE, stride: 1 };
  const { drops, score } = await caller.send('findOcclusion', whole, 1);
  expect(drops).toHaveLength(1);
  expect(score).toBe(saliency.score);
  await expect(caller.send('findSaliency', { class: 10 }, 1)).rejects.toThrow(
    'Saliency and occlusion need class scores',
  );
  // The same slopes, on the way back from the scores of two classes.
  const { reached } = await caller.send('findShares', { class: 3, against: 4, layer: 'input' }, 1);
  expect(reached.map(({ layer }) => layer)).toEqual(['input']);
  const other = await caller.send('findSaliency', { class: 4 }, 1);
  for (const [i, slope] of reached[0].slopes.entries())
    expect(slope * bright[i]).toBeCloseTo(saliency.values[i] - other.values[i], 4);
  const long = caller.send('findOcclusion', { class: 3, patch: 1, stride: 1 }, 1);
  await nextTurn();
  await caller.send('cancel', {}, 1);
  await expect(long).rejects.toThrow('It was cancelled.');
});

test('own image files are predicted, and shown as the network got them', async () => {
  const { caller } = engine;
  const { files, classes, problems } = await caller.send('predictFiles', { path: '/pictures', fit: 'pad' }, 1);
  expect(files.map(({ name }) => name)).toEqual(['a.png', 'b.png']);
  for (const { probabilities } of files)
    expect(probabilities.reduce<number>((sum, p) => sum + p!, 0)).toBeCloseTo(1, 5);
  expect(classes).toEqual(DIGITS);
  expect(problems).toEqual([{ name: 'c.png', reason: 'It is damaged.' }]);
  const page = await caller.send('getPredictedImages', { indices: [1] }, 1);
  expect(page.samples).toMatchObject([{ index: 1, name: 'b.png', labels: [] }]);
  expect(page.pixels).toEqual(data.bytes.slice(SIZE, 2 * SIZE));
  await expect(caller.send('getPredictedImages', { indices: [0] }, 2)).rejects.toThrow(/no longer kept/);
  await expect(caller.send('predictFiles', { path: '/nowhere', fit: 'pad' }, 1)).rejects.toThrow('no such folder');
});

test('a split without images, or a network that knows one class only, is refused with a sentence', async () => {
  const { caller } = engine;
  await expect(caller.send('evaluate', { ...evaluation, split: 'test' }, 1)).rejects.toThrow(
    'digits has no test images. Choose another part of it, or set a share of the images aside.',
  );
});

test('own images that look dark on bright are counted, and can be predicted inverted (fault 21)', async () => {
  const { caller } = engine;
  const sent = { path: '/pictures', fit: 'pad' } as const;
  const plain = await caller.send('predictFiles', sent, 1);
  expect(plain.inverted).toBe(0);
  const inverted = await caller.send('predictFiles', { ...sent, invert: true }, 1);
  expect(inverted.inverted).toBe(2);
  expect(inverted.files).not.toEqual(plain.files);
  const page = await caller.send('getPredictedImages', { indices: [1] }, 1);
  expect(page.pixels).toEqual(data.bytes.slice(SIZE, 2 * SIZE).map(byte => 255 - byte));
  // Predicted from the files again, which `invert` doesn't change.
  expect((await caller.send('predictFiles', sent, 1)).files).toEqual(plain.files);
});

test('an image given as bytes is scaled to the open network’s input, or its size is reported (fault 47)', async () => {
  const { caller } = engine;
  const sent = { from: 'bytes', name: 'seven.png', bytes: Uint8Array.of(1) } as const;
  expect(await caller.send('readImage', sent, 1)).toEqual({ name: 'seven.png', width: 2, height: 3 });
  const read = await caller.send('readImage', { ...sent, fit: 'crop' }, 1);
  expect(read.pixels).toEqual(data.bytes.slice(0, SIZE));
});
