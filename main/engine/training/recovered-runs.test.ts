import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { english } from '../../../shared/messages/render.ts';
import { countHandles } from '../backend/backend.ts';
import { smallConfig, smallDigits, longConfig } from '../data/testing/small-digits.ts';
import { type Engine, endRuns, openEngine as open, kernelOf } from '../host/testing/small-engine.ts';

afterEach(endRuns);

test('a learning rate that was set is kept by another engine, whether or not the last checkpoint has it', async () => {
  const config = { ...longConfig, schedule: { kind: 'constant' } as const };
  const rate = { learningRate: 0.0001 };
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train({ config });
  await first.steps(8);
  await first.control('pause');
  await pause(20);
  const before = new Map(checkpoints);
  await first.caller.send('setLearningRate', rate);
  await first.edit(7, 5);
  await pause(20);
  await first.oneStep();
  const trained = await kernelOf(first);

  for (const known of [before, checkpoints, new Map(before)]) {
    let read = (_data: DataSet) => {};
    const second = await open({ checkpoints: known, data: new Promise(resolve => (read = resolve)) });
    const started = second.train({ config });
    if (known === before) read(smallDigits(320, 64));
    if (known === before) await started;
    // The requests that a journal replays.
    await second.caller.send('setLearningRate', rate);
    await second.edit(7, 5);
    read(smallDigits(320, 64));
    await started;
    if (known !== checkpoints) await second.oneStep();
    expect(await kernelOf(second)).toEqual(trained);
    const run = await second.caller.send('getRun', { id: 'run1' });
    expect(run.config.learningRate).toBe(0.0001);
    expect(run.points.at(-1)!.learningRate).toBe(0.0001);
    expect(run.notes.filter(({ sentence }) => /learning rate was set/.test(english(sentence)))).toHaveLength(1);
  }
});

test('another engine goes on with a run from its checkpoint, in-run edits included', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train({ config: longConfig });
  await first.steps(8);
  await first.control('pause');
  await first.edit(7, 5);
  await first.edit(4, 2, 'input/output');
  await first.oneStep();
  await pause(20);
  const [value, { step }] = [await kernelOf(first), first.last()];

  const second = await open({ checkpoints });
  await second.train({ config: longConfig });
  // The requests that a journal replays.
  await second.edit(7, 5);
  await second.edit(4, 2, 'input/output');
  expect(second.last()).toMatchObject({ status: 'paused', step });
  expect(await kernelOf(second)).toEqual(value);
  expect((await second.value('input/output', 784))[4]).toBe(2);
  // This command came after the checkpoint, so it is done again.
  await second.caller.send('undo', {});
  expect((await second.value('input/output', 784))[4]).toBe(0);

  for (const engine of [first, second]) {
    await engine.control('step');
    while (engine.last().step === step) await pause(1);
  }
  expect(await kernelOf(second)).toEqual(await kernelOf(first));
});

test('edits after the last checkpoint stay even if the run can’t go on from it', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train({ config: longConfig });
  await first.steps(8);
  await first.edit(7, 5);
  await first.control('pause');
  await pause(20);
  const { step } = first.last();
  const saved = await kernelOf(first);

  let gone = (_error: Error) => {};
  const second = await open({ checkpoints, data: new Promise((_, reject) => (gone = reject)) });
  const started = second.train({ config: longConfig });
  await second.edit(7, 5);
  await second.edit(8, 6);
  gone(new UserError('The folder is gone.'));
  await started;
  await second.ended();
  expect(second.last()).toMatchObject({ status: 'ended', end: 'failed', step });
  expect(english(second.last().sentence!)).toMatch(/ended with its last checkpoint\. The folder is gone\.$/);
  const kept = await kernelOf(second);
  expect(kept[8]).toBe(6);
  expect(kept.with(8, 0)).toEqual(saved.with(8, 0));
});

test('a run ends at its checkpoint with a sentence if its data set has lost images meanwhile', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train({ config: longConfig });
  await first.steps(8);
  await first.control('pause');
  await pause(20);
  const [saved, { step }] = [await kernelOf(first), first.last()];

  const second = await open({ checkpoints, data: Promise.resolve(smallDigits(290, 64)) });
  const handles = countHandles();
  await second.train({ config: longConfig });
  await second.ended();
  expect(second.last()).toMatchObject({ status: 'ended', end: 'failed', step });
  expect(english(second.last().sentence!)).toMatch(
    /ended with its last checkpoint\. The run began with 320 images to train .* digits now has 290 images to train/,
  );
  expect(await kernelOf(second)).toEqual(saved);
  expect(countHandles()).toBe(handles);
  expect(second.logged).toEqual([]);
});

test('a run goes on even if the run whose memory it began with was deleted meanwhile', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train();
  await first.ended();
  await first.train({ id: 'run2', start: 'continue', config: longConfig });
  await first.steps(8);
  await first.caller.send('deleteRun', { id: 'run1' });
  await first.control('pause');
  await pause(20);
  const [value, { step }] = [await kernelOf(first), first.last()];

  let read = (_data: DataSet) => {};
  const second = await open({ checkpoints, data: new Promise(resolve => (read = resolve)) });
  await second.replayRun(first.results[0]);
  const started = second.train({ id: 'run2', start: 'continue', config: longConfig });
  await second.caller.send('deleteRun', { id: 'run1' });
  read(smallDigits(320, 64));
  await started;
  expect(second.last()).toMatchObject({ status: 'paused', step });
  expect(await kernelOf(second)).toEqual(value);
});

test('a run that is given up ends at its checkpoint with a sentence, or is refused if there is none', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train({ config: longConfig });
  await first.steps(8);
  await first.control('pause');
  await pause(20);
  const [saved, { step }] = [await kernelOf(first), first.last()];

  const second = await open({ checkpoints });
  await second.caller.send('giveUpRun', { id: 'run1' });
  await second.train({ config: longConfig });
  await second.ended();
  expect(second.last()).toMatchObject({ status: 'ended', end: 'failed', step });
  expect(english(second.last().sentence!)).toMatch(/again and again .* Choose the engine wasm/);
  expect(await kernelOf(second)).toEqual(saved);
  expect((await second.info()).state.undo).toEqual('Train: Run 1');

  const third = await open();
  await third.caller.send('giveUpRun', { id: 'run1' });
  await expect(third.train()).rejects.toThrow(/stopped again and again/);
  await third.train({ id: 'run2' });
  await third.ended();
});

test('a defect in training ends the engine: another one goes on from the last checkpoint (fault 32)', async () => {
  const small = smallDigits(320, 64);
  let broken = false;
  const labels = new Proxy(small.labels, {
    get(target, key) {
      if (broken) throw new WebAssembly.RuntimeError('unreachable');
      const found: unknown = Reflect.get(target, key, target);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
  const engine = await open({ data: Promise.resolve({ ...small, labels }) });
  await engine.train({ config: smallConfig({ epochs: 500 }) });
  await engine.steps(1);
  broken = true;
  while (!engine.logged.includes('failed')) await pause(1);
  expect(engine.results).toEqual([]);
  expect(engine.last().status).toBe('running');
});

test('a stopped run that goes on ends like an unstopped one, and stays one run (fault 20)', async () => {
  const config = smallConfig({ epochs: 40 });
  const whole = await open();
  await whole.train({ config });
  await whole.ended();
  const cut = await open();
  await cut.train({ config });
  await cut.steps(1);
  await cut.control('pause');
  await cut.control('stop');
  await cut.ended();
  expect((await cut.info()).goesOn).toBe('run1');
  const goesOn = { id: 'run2', config, start: 'continue', goesOn: true } as const;
  await expect(cut.train({ ...goesOn, config: { ...config, epochs: 9 } })).rejects.toThrow(/so it can’t go on/);
  const begun = await cut.train(goesOn);
  expect(begun.step).toBeGreaterThan(0);
  await cut.ended();
  expect(await kernelOf(cut)).toEqual(await kernelOf(whole));
  const curve = async (engine: Engine, id: string) => (await engine.caller.send('getRun', { id })).points;
  expect(await curve(cut, 'run2')).toEqual(await curve(whole, 'run1'));
  expect(await cut.info()).toMatchObject({ runs: [{ id: 'run2', name: 'Run 1', end: 'finished' }] });
  expect((await cut.info()).goesOn).toBeUndefined();
});
