/** Runs and evaluations on data sets whose classes differ from the network's, or have another order, or whose images
 *  are fitted differently. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import { english } from '../../../shared/messages/render.ts';
import { digitChoice, DIGITS, smallConfig, smallDigits } from '../data/testing/small-digits.ts';
import { type Engine, endRuns, openEngine } from '../host/testing/small-engine.ts';

afterEach(endRuns);

const digits = smallDigits(320, 64);
/** The same images with their classes listed from nine to zero. */
const reversed: DataSet = {
  ...digits,
  classes: DIGITS.toReversed(),
  labels: digits.labels.map(label => 9 - label),
};
/** A data set of which seven classes are digits of the network. */
const SOME = ['6', 'ant', '5', '4', '3', 'bee', '2', '1', '0', 'fly'];
const some: DataSet = { ...smallDigits(64, 0), name: 'some', classes: SOME };

const trained = async (engine: Engine, rest: Parameters<Engine['train']>[0] = {}) => {
  await engine.train(rest);
  await engine.ended();
  return { kernel: await engine.value('scores/kernel', SCORES), bias: await engine.value('scores/bias', 10) };
};
/** How many weights the scores' kernel has: 6 × 6 × 4 inputs for each of 10 scores. */
const SCORES = 6 * 6 * 4 * 10;
const evaluate = (engine: Engine, fit = digitChoice.fit) =>
  engine.caller.send('evaluate', { data: { ...digitChoice, fit }, split: 'validation', topLosses: 3 }, 1);

test('the order of a data set’s classes makes no difference to weights, figures and images (fault 1)', async () => {
  const [one, other] = [
    await openEngine({ data: Promise.resolve(digits) }),
    await openEngine({ data: Promise.resolve(reversed) }),
  ];
  expect(await evaluate(other)).toEqual(await evaluate(one));
  expect(await trained(other)).toEqual(await trained(one));
  expect((await other.info()).classes).toEqual(DIGITS);
  expect(other.events('notice')).toEqual([]);
  const found = await evaluate(other);
  expect(found).toEqual(await evaluate(one));

  const cell = found.confusion!.findIndex((count, i) => count > 0 && i % 11 > 0);
  const asked = {
    actual: Math.floor(cell / 10),
    predicted: cell % 10,
    data: digitChoice,
    split: 'validation' as const,
  };
  const page = await other.caller.send('listConfused', asked, 1);
  expect(page).toEqual(await one.caller.send('listConfused', asked, 1));
  expect(page.samples.map(({ labels }) => labels)).toEqual(page.samples.map(() => [asked.actual]));

  const onward = { id: 'run2', start: 'continue' } as const;
  expect(await trained(other, onward)).toEqual(await trained(one, onward));
});

test('scores of classes that stay keep their weights; also undone, replayed and resumed (fault 1)', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const engine = await openEngine({ data: Promise.resolve(some), checkpoints });
  const before = {
    kernel: await engine.value('scores/kernel', SCORES),
    bias: await engine.value('scores/bias', 10),
  };
  const still = smallConfig({ learningRate: 1e-30, optimizer: { kind: 'sgd' }, epochs: 1 });
  const after = await trained(engine, { config: still });
  expect(english(engine.events('notice')[0].sentence)).toContain(
    '“6”, “5”, “4”, “3”, “2” and 2 more keep their weights; “ant”, “bee” and “fly” begin with fresh ones; “7”, “8” ' +
      'and “9” go.',
  );
  const column = (values: Float32Array, unit: number) => values.filter((_, i) => i % 10 === unit);
  for (const [unit, name] of SOME.entries()) {
    const old = DIGITS.indexOf(name);
    if (old >= 0) expect(column(after.kernel, unit), name).toEqual(column(before.kernel, old));
  }
  expect((await engine.info()).classes).toEqual(SOME);

  await engine.caller.send('undo', {});
  expect(await engine.value('scores/kernel', SCORES)).toEqual(before.kernel);
  expect((await engine.info()).classes).toEqual(DIGITS);
  await engine.caller.send('redo', {});
  expect(await engine.value('scores/kernel', SCORES)).toEqual(after.kernel);

  const replayed = await openEngine();
  await replayed.replayRun(engine.results[0]);
  expect(await replayed.value('scores/kernel', SCORES)).toEqual(after.kernel);
  await replayed.caller.send('undo', {});
  expect(await replayed.value('scores/kernel', SCORES)).toEqual(before.kernel);

  const resumed = await openEngine({ data: Promise.resolve(some), checkpoints });
  expect(await trained(resumed, { config: still })).toEqual(after);
});

test('going on with the last run is refused with other classes, and nothing is changed (fault 1)', async () => {
  const engine = await openEngine({ data: Promise.resolve(digits) });
  await trained(engine);
  const other = await openEngine({ data: Promise.resolve(some) });
  await other.replayRun(engine.results[0]);
  const before = await other.info();
  await expect(other.train({ id: 'run2', start: 'continue' })).rejects.toThrow(
    'but not “ant”, “bee” and “fly” of some. Start from here instead',
  );
  expect(await other.info()).toMatchObject({ classes: before.classes, network: before.network });
});

test('a workbook knows how the images of its weights were fitted, through undo and redo (fault 2)', async () => {
  const engine = await openEngine({ data: Promise.resolve(digits) });
  expect((await engine.info()).state.fit).toBeUndefined();
  expect((await evaluate(engine)).notes).toEqual([]);
  const config = smallConfig({ data: { ...digitChoice, fit: 'crop' } });
  await trained(engine, { config });
  expect((await engine.info()).state.fit).toBe('crop');
  expect((await evaluate(engine, 'crop')).notes).toEqual([]);
  const said = 'Images are stretched to the input here; those the network was trained with were cropped.';
  expect((await evaluate(engine)).notes).toEqual([said]);
  await trained(engine, { id: 'run2' });
  expect(engine.events('notice').map(({ sentence }) => sentence)).toEqual([said]);
  expect((await engine.info()).state.fit).toBe('stretch');
  await engine.caller.send('undo', {});
  expect((await engine.info()).state.fit).toBe('crop');
  await engine.caller.send('undo', {});
  expect((await engine.info()).state.fit).toBeUndefined();
  await engine.caller.send('redo', {});
  expect((await engine.info()).state.fit).toBe('crop');
});

test('a run ends at its checkpoint if its images were replaced by as many others (fault 6)', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const long = smallConfig({ epochs: 500 });
  const first = await openEngine({ checkpoints, data: Promise.resolve(digits) });
  await first.train({ config: long });
  await first.steps(8);
  await first.control('pause');
  await pause(20);

  const swapped = { ...digits, labels: digits.labels.map(label => (label < 2 ? 1 - label : label)) };
  const second = await openEngine({ checkpoints, data: Promise.resolve(swapped) });
  await second.train({ config: long });
  await second.ended();
  expect(second.last()).toMatchObject({ status: 'ended', end: 'failed' });
  expect(english(second.last().sentence!)).toContain(
    'The images of digits are not those the run began with, although there are as many.',
  );

  const third = await openEngine({ checkpoints, data: Promise.resolve({ ...reversed, name: 'moved' }) });
  await third.train({ config: long });
  expect(third.last()).toMatchObject({ status: 'paused' });
});

test('a run says which classes have no images to train on, whatever else it says (fault 8)', async () => {
  const training = digits.split.training.filter(index => digits.labels[index] !== 4);
  const data = { ...digits, split: { ...digits.split, training } };
  const engine = await openEngine({ data: Promise.resolve(data) });
  await trained(engine);
  expect(engine.events('notice')).toEqual([
    {
      tone: 'warning',
      sentence:
        'digits has no training images of “4”, so the network can’t learn it. Set smaller shares aside, or put ' +
        'images of it among those for training.',
    },
  ]);
});

test('a run that goes on with the memory of a run on other images says so', async () => {
  const engine = await openEngine({ data: Promise.resolve(digits) });
  await trained(engine);
  await trained(engine, { id: 'run2', start: 'continue' });
  expect(engine.events('notice')).toEqual([]);
  const source = { kind: 'folders', path: '/pictures/test' } as const;
  await trained(engine, {
    id: 'run3',
    start: 'continue',
    config: smallConfig({ data: { ...digitChoice, source } }),
  });
  const [{ sentence }] = engine.events('notice') as unknown as { sentence: string }[];
  expect(english(sentence)).toMatch(/ learned from digits; this run goes on with \/pictures\/test\.$/);
  const { notes } = await engine.caller.send('getRun', { id: 'run3' });
  expect(notes).toEqual([{ step: 0, sentence }]);
});
