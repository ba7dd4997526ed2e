import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { countHandles } from '../backend/backend.ts';
import { smallConfig, smallDigits, smallWorkbook } from '../data/testing/small-digits.ts';
import { type Engine, openEngine as open } from '../host/testing/small-engine.ts';

const kernel = (engine: Engine) => engine.value('conv/kernel', 100);
/** Long enough to meddle with. */
const long = smallConfig({ epochs: 500 });

test('a run trains, tells of itself, and is one undo step', async () => {
  const engine = await open();
  const before = await kernel(engine);
  await engine.train();
  await engine.ended();
  expect(engine.last()).toMatchObject({ status: 'ended', end: 'finished', step: 20, steps: 20 });
  const { state, runs, canContinue } = await engine.info();
  expect(state).toMatchObject({ undo: 'Train: Run 1', modified: true });
  expect(runs).toMatchObject([{ id: 'run1', end: 'finished', dataName: 'digits' }]);
  expect(canContinue).toBe(true);
  const run = await engine.caller.send('getRun', { id: 'run1' });
  expect(run.points).toHaveLength(20);
  expect(run.epochs).toHaveLength(2);
  expect(run.epochs[1].validationLoss).toBeLessThan(run.epochs[0].validationLoss!);
  const trained = await kernel(engine);
  expect(trained).not.toEqual(before);
  await engine.caller.send('undo', {});
  expect(await kernel(engine)).toEqual(before);
  await engine.caller.send('redo', {});
  expect(await kernel(engine)).toEqual(trained);
  expect(engine.logged).toEqual([]);
});

test('the sheet follows a run, at most ten times a second', async () => {
  const engine = await open();
  const window = {
    id: 1,
    tensor: 'scores/output' as const,
    offset: 0,
    height: 1,
    width: 10,
    rowStride: 10,
    columnStride: 1,
    plane: 'value' as const,
  };
  await engine.caller.send('watch', { windows: [window] }, 1);
  await engine.train({ config: long });
  const start = performance.now();
  await pause(1000);
  await engine.control('pause');
  const seconds = (performance.now() - start) / 1000;
  const changes = engine.events('changes').filter(({ windows }) => windows.length > 0);
  expect(changes.length).toBeGreaterThan(1);
  expect(changes.length).toBeLessThan(10 * seconds + 4);
  expect(engine.events('run').some(({ moved }) => moved?.some(({ largest }) => largest > 0))).toBe(true);
  expect(engine.events('run').some(({ histograms }) => histograms?.[0].layer === 'conv')).toBe(true);
  await engine.control('stop');
  await engine.ended();
});

test('a cell edited while a run is under way keeps training from there, is noted, and is part of the run’s step', async () => {
  const engine = await open();
  const before = await kernel(engine);
  await engine.train({ config: long });
  await engine.steps(10);
  await engine.control('pause');
  await engine.edit(7, 5);
  expect((await kernel(engine))[7]).toBe(5);
  await engine.oneStep();
  const [moved] = [(await kernel(engine))[7]];
  expect(moved).not.toBe(5);
  expect(Math.abs(moved - 5)).toBeLessThan(0.1);
  await engine.control('stop');
  await engine.ended();
  const { notes } = await engine.caller.send('getRun', { id: 'run1' });
  expect(notes.map(({ sentence }) => sentence)).toEqual(['Paused.', 'Changed while training: Type 5.']);
  expect((await engine.info()).state.undo).toBe('Train: Run 1');
  await engine.caller.send('undo', {});
  expect(await kernel(engine)).toEqual(before);
  expect((await engine.info()).state.undo).toBeUndefined();
});

test('while a run is under way undo takes back what was done during it, and refuses older steps', async () => {
  const engine = await open();
  await engine.edit(3, 1, 'input/output');
  await engine.train({ config: long });
  await engine.steps(5);
  await engine.edit(4, 2, 'input/output');
  await engine.edit(7, 5);
  await engine.caller.send('undo', {});
  await engine.caller.send('undo', {});
  await expect(engine.caller.send('undo', {})).rejects.toThrow(
    'What came before the run can be undone when it has ended. Stop it first, or wait.',
  );
  expect((await engine.value('input/output', 784)).slice(3, 5)).toEqual(Float32Array.of(1, 0));
  await engine.caller.send('redo', {});
  await engine.control('stop');
  await engine.ended();
  await engine.caller.send('undo', {});
  expect((await engine.value('input/output', 784)).slice(3, 5)).toEqual(Float32Array.of(1, 2));
  await engine.caller.send('undo', {});
  await engine.caller.send('undo', {});
  expect((await engine.value('input/output', 784)).slice(3, 5)).toEqual(Float32Array.of(0, 0));
});

test('what is edited while the images are being read counts, on fresh weights too', async () => {
  let read: (data: DataSet) => void;
  const engine = await open({ data: new Promise(resolve => (read = resolve)) });
  const started = engine.train({ start: 'initial', config: smallConfig({ layerRates: { conv: 0 } }) });
  await engine.edit(7, 5);
  expect(engine.last().status).toBe('preparing');
  read!(smallDigits(64, 0));
  await started;
  await engine.ended();
  expect((await kernel(engine))[7]).toBe(5);
});

test('an edit is answered while a run is under way, and the run goes on', async () => {
  const engine = await open();
  await engine.train({ config: long });
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    await engine.edit(i, i, 'input/output');
    expect(performance.now() - start).toBeLessThan(100);
  }
  const { step } = engine.last();
  await engine.steps(step + 20);
  await engine.control('stop');
  await engine.ended();
});

test('the learning rate can be changed while a run is under way', async () => {
  const engine = await open();
  const config = { ...long, schedule: { kind: 'constant' } as const };
  await engine.train({ config });
  await engine.steps(5);
  await engine.caller.send('setLearningRate', { learningRate: 0.0001 });
  const { step } = engine.last();
  await engine.steps(step + 5);
  await engine.control('stop');
  await engine.ended();
  const run = await engine.caller.send('getRun', { id: 'run1' });
  expect(run.points[0].learningRate).toBe(config.learningRate);
  expect(run.points.at(-1)!.learningRate).toBe(0.0001);
  expect(run.notes.at(-1)!.sentence).toBe('The learning rate was set to 0.0001.');
  expect(run.config.learningRate).toBe(0.0001);
});

test('a learning rate that was set holds for another engine, whether the last checkpoint knows it or not', async () => {
  const config = { ...long, schedule: { kind: 'constant' } as const };
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
  const trained = await kernel(first);

  for (const known of [before, checkpoints, new Map(before)]) {
    let read = (_data: DataSet) => {};
    const second = await open({ checkpoints: known, data: new Promise(resolve => (read = resolve)) });
    const started = second.train({ config });
    if (known === before) read(smallDigits(320, 64));
    if (known === before) await started;
    // As a journal replays them.
    await second.caller.send('setLearningRate', rate);
    await second.edit(7, 5);
    read(smallDigits(320, 64));
    await started;
    if (known !== checkpoints) await second.oneStep();
    expect(await kernel(second)).toEqual(trained);
    const run = await second.caller.send('getRun', { id: 'run1' });
    expect(run.config.learningRate).toBe(0.0001);
    expect(run.points.at(-1)!.learningRate).toBe(0.0001);
    expect(run.notes.filter(({ sentence }) => /learning rate was set/.test(sentence))).toHaveLength(1);
  }
});

test('a run can be continued with the optimizer’s memory, and then sees the images in new orders', async () => {
  const engine = await open();
  await expect(engine.train({ start: 'continue' })).rejects.toThrow('There is no earlier run to go on from');
  await engine.train();
  await engine.ended();
  await engine.train({ id: 'run2', name: 'Run 2', start: 'continue' });
  await engine.ended();
  const memory = (await engine.info()).runs;
  expect(memory.map(({ id }) => id)).toEqual(['run1', 'run2']);
  const sgd = smallConfig({ optimizer: { kind: 'sgd' } });
  const handles = countHandles();
  await expect(engine.train({ id: 'run3', start: 'continue', config: sgd })).rejects.toThrow(/made by adam/);
  expect(countHandles()).toBe(handles);
  expect((await engine.info()).state.undo).toBe('Train: Run 2');
});

test('one step is one step too where the run was paused in the middle of a validation', async () => {
  // One step an epoch and sixteen parts of its validation: a pause nearly always comes between those.
  const engine = await open({ data: Promise.resolve(smallDigits(32, 2048)) });
  await engine.train({ config: long });
  await engine.steps(3);
  await engine.control('pause');
  for (let step = engine.last().step + 1, end = step + 5; step < end; step++) {
    await engine.oneStep();
    expect(engine.last()).toMatchObject({ status: 'paused', step });
    await engine.control('resume');
    await engine.control('pause');
    ({ step } = engine.last());
  }
  await engine.control('stop');
});

test('another engine goes on with a run from its checkpoint, in-run edits included', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train({ config: long });
  await first.steps(8);
  await first.control('pause');
  await first.edit(7, 5);
  await first.edit(4, 2, 'input/output');
  await first.oneStep();
  await pause(20);
  const [value, { step }] = [await kernel(first), first.last()];

  const second = await open({ checkpoints });
  await second.train({ config: long });
  // As a journal replays them.
  await second.edit(7, 5);
  await second.edit(4, 2, 'input/output');
  expect(second.last()).toMatchObject({ status: 'paused', step });
  expect(await kernel(second)).toEqual(value);
  expect((await second.value('input/output', 784))[4]).toBe(2);
  // Beyond the checkpoint, a command is done again.
  await second.caller.send('undo', {});
  expect((await second.value('input/output', 784))[4]).toBe(0);

  for (const engine of [first, second]) {
    await engine.control('step');
    while (engine.last().step === step) await pause(1);
  }
  expect(await kernel(second)).toEqual(await kernel(first));
});

test('what was edited after the last checkpoint stays where the run can’t go on from it', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train({ config: long });
  await first.steps(8);
  await first.edit(7, 5);
  await first.control('pause');
  await pause(20);
  const { step } = first.last();
  const saved = await kernel(first);

  let gone = (_error: Error) => {};
  const second = await open({ checkpoints, data: new Promise((_, reject) => (gone = reject)) });
  const started = second.train({ config: long });
  await second.edit(7, 5);
  await second.edit(8, 6);
  gone(new UserError('The folder is gone.'));
  await started;
  await second.ended();
  expect(second.last()).toMatchObject({ status: 'ended', end: 'failed', step });
  expect(second.last().sentence).toMatch(/ended with its last checkpoint\. The folder is gone\.$/);
  const kept = await kernel(second);
  expect(kept[8]).toBe(6);
  expect(kept.with(8, 0)).toEqual(saved.with(8, 0));
});

test('a run ends at its checkpoint with a sentence where its data set has lost images meanwhile', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train({ config: long });
  await first.steps(8);
  await first.control('pause');
  await pause(20);
  const [saved, { step }] = [await kernel(first), first.last()];

  const second = await open({ checkpoints, data: Promise.resolve(smallDigits(290, 64)) });
  const handles = countHandles();
  await second.train({ config: long });
  await second.ended();
  expect(second.last()).toMatchObject({ status: 'ended', end: 'failed', step });
  expect(second.last().sentence).toMatch(
    /ended with its last checkpoint\. The run began with 320 images to train .* digits now has 290 images to train/,
  );
  expect(await kernel(second)).toEqual(saved);
  expect(countHandles()).toBe(handles);
  expect(second.logged).toEqual([]);
});

test('a run goes on where the run whose memory it began with was deleted meanwhile', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train();
  await first.ended();
  await first.train({ id: 'run2', start: 'continue', config: long });
  await first.steps(8);
  await first.caller.send('deleteRun', { id: 'run1' });
  await first.control('pause');
  await pause(20);
  const [value, { step }] = [await kernel(first), first.last()];

  let read = (_data: DataSet) => {};
  const second = await open({ checkpoints, data: new Promise(resolve => (read = resolve)) });
  await second.replayRun(first.results[0]);
  const started = second.train({ id: 'run2', start: 'continue', config: long });
  await second.caller.send('deleteRun', { id: 'run1' });
  read(smallDigits(320, 64));
  await started;
  expect(second.last()).toMatchObject({ status: 'paused', step });
  expect(await kernel(second)).toEqual(value);
});

test('a run that is given up ends at its checkpoint with a sentence, or is refused where there is none', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train({ config: long });
  await first.steps(8);
  await first.control('pause');
  await pause(20);
  const [saved, { step }] = [await kernel(first), first.last()];

  const second = await open({ checkpoints });
  await second.caller.send('giveUpRun', { id: 'run1' });
  await second.train({ config: long });
  await second.ended();
  expect(second.last()).toMatchObject({ status: 'ended', end: 'failed', step });
  expect(second.last().sentence).toMatch(/again and again .* Choose the engine wasm/);
  expect(await kernel(second)).toEqual(saved);
  expect((await second.info()).state.undo).toBe('Train: Run 1');

  const third = await open();
  await third.caller.send('giveUpRun', { id: 'run1' });
  await expect(third.train()).rejects.toThrow(/stopped again and again/);
  await third.train({ id: 'run2' });
  await third.ended();
});

test('whoever hears that a run has ended can undo it at once, though its last checkpoint is still being written', async () => {
  const engine = await open({ checkpoints: new Map(), disk: 100 });
  const before = await kernel(engine);
  await engine.train({ config: long });
  await engine.steps(5);
  await engine.control('pause');
  await engine.control('stop');
  await expect(engine.control('stop')).rejects.toThrow('No run is under way.');
  expect(engine.last().status).toBe('paused');
  while (engine.last().status !== 'ended') await pause(1);
  expect(engine.last().end).toBe('stopped');
  await engine.caller.send('undo', {});
  expect(await kernel(engine)).toEqual(before);
});

test('what is edited between the end of a run and its result is in a file that is saved then, and stays', async () => {
  const engine = await open({ checkpoints: new Map(), disk: 100 });
  await engine.train({ config: long });
  await engine.steps(5);
  await engine.control('pause');
  await engine.control('stop');
  await engine.edit(0, 7);
  await engine.caller.send('bytes', {});
  await engine.edit(1, 8);
  const [saved] = engine.saved;
  expect(engine.last().status).toBe('paused');
  while (engine.last().status !== 'ended') await pause(1);
  expect((await kernel(engine)).slice(0, 2)).toEqual(Float32Array.of(7, 8));
  expect(saved.values.get('conv/kernel')![0]).toBe(7);
  expect(saved.values.get('conv/kernel')!.subarray(2)).toEqual((await kernel(engine)).slice(2));
  const { runs } = await engine.info();
  expect(saved.runs!.map(({ points: _points, notes: _notes, ...summary }) => summary)).toEqual(runs);
});

test('a replay puts the result of a run into the workbook without training', async () => {
  const first = await open();
  await first.edit(3, 1, 'input/output');
  await first.train();
  await first.edit(4, 2, 'input/output');
  await first.ended();
  const trained = await kernel(first);

  const second = await open();
  await second.edit(3, 1, 'input/output');
  await second.replayRun(first.results[0], async () => {
    await second.edit(4, 2, 'input/output');
  });
  expect(await kernel(second)).toEqual(trained);
  const [{ state: one }, { state: other }] = [await first.info(), await second.info()];
  expect([other.undo, other.modified]).toEqual([one.undo, one.modified]);
  await second.caller.send('undo', {});
  expect(await kernel(second)).not.toEqual(trained);
  expect((await second.info()).state.undo).toBe('Type 2');
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

test('a learning rate of a layer that is gone is left out, with a note (fault 29)', async () => {
  const engine = await open();
  await engine.train({ config: smallConfig({ layerRates: { removed: 0, conv: 0.5 } }) });
  await engine.ended();
  expect(engine.last()).toMatchObject({ status: 'ended', end: 'finished' });
  const { notes } = await engine.caller.send('getRun', { id: 'run1' });
  expect(notes.map(({ sentence }) => sentence)).toEqual([
    'Learning rates of layers that the network no longer has were left out: removed.',
  ]);
});

test('a loss that is no number any more ends the run with a sentence and the last good weights', async () => {
  // Without the ReLU, nothing stops the scores from growing.
  const { network, ...rest } = smallWorkbook();
  const layers = network.layers
    .filter(({ kind }) => kind !== 'relu')
    .map(layer => (layer.id === 'pool' ? { ...layer, inputs: ['conv'] } : layer));
  const engine = await open({ workbook: { ...rest, network: { ...network, layers } } });
  const config = smallConfig({
    epochs: 500,
    optimizer: { kind: 'sgd' },
    learningRate: 100,
    schedule: { kind: 'constant' },
  });
  await engine.train({ config });
  await engine.ended();
  expect(engine.last()).toMatchObject({ status: 'ended', end: 'failed' });
  expect(engine.last().sentence).toMatch(/smaller learning rate/);
  expect((await kernel(engine)).every(Number.isFinite)).toBe(true);
});

test('several labels make the softmax a sigmoid and name the classes, as part of the run’s step', async () => {
  const data = smallDigits(64, 0);
  const labels = new Uint8Array(64 * 10);
  for (let i = 0; i < 64; i++)
    for (const label of [data.labels[i], (data.labels[i] + 1) % 10]) labels[i * 10 + label] = 1;
  const classes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const engine = await open({ data: Promise.resolve({ ...data, severalLabels: true, labels, classes }) });
  const before = await engine.info();
  await engine.train();
  await engine.ended();
  expect(engine.events('notice').map(({ sentence }) => sentence)).toEqual([
    'scores now has 10 scores, one for each class of digits, and learns them from fresh weights. An image of digits may have several labels, so softmax became a sigmoid: each class has a probability of its own. Undoing the run takes that back.',
  ]);
  const after = await engine.info();
  expect(after.network.layers.at(-1)).toMatchObject({ kind: 'sigmoid', name: 'softmax' });
  expect(after.classes).toEqual(classes);
  expect(engine.events('workbook').at(-1)!.network).toEqual(after.network);
  await engine.caller.send('undo', {});
  expect(await engine.info()).toMatchObject({ network: before.network, classes: before.classes });
  expect(engine.events('workbook').at(-1)!.network).toEqual(before.network);
  await engine.caller.send('redo', {});
  expect(await engine.info()).toMatchObject({ network: after.network, classes });

  const replayed = await open();
  await replayed.replayRun(engine.results[0]);
  expect(await replayed.info()).toMatchObject({ network: after.network, classes });
});

test('a data set of other classes gives the network their number of scores, as part of the run’s step, and the other layers keep their weights', async () => {
  const small = smallDigits(64, 0);
  const classes = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const data = Promise.resolve({ ...small, name: 'letters', classes });
  const checkpoints = new Map<string, Uint8Array>();
  const engine = await open({ data, checkpoints });
  const before = await engine.info();
  const [first, scores] = [await kernel(engine), await engine.value('scores/bias', 10)];
  await engine.train({ config: smallConfig({ layerRates: { conv: 0 } }) });
  await engine.ended();
  expect(engine.events('notice').map(({ sentence }) => sentence)).toEqual([
    'scores now has 26 scores in place of 10, one for each class of letters, and learns them from fresh weights. Undoing the run takes that back. letters has no training images of “K”, “L”, “M”, “N”, “O” and 11 more, so the network can’t learn them. Set smaller shares aside, or put images of them among those for training.',
  ]);
  const after = await engine.info();
  expect(after.network.layers.find(({ id }) => id === 'scores')).toMatchObject({ units: 26 });
  expect(after.classes).toEqual(classes);
  expect(await kernel(engine)).toEqual(first);
  const learned = await engine.value('scores/bias', 26);
  expect(learned.some(value => value !== 0)).toBe(true);

  await engine.caller.send('undo', {});
  expect(await engine.info()).toMatchObject({ network: before.network, classes: before.classes });
  expect(await engine.value('scores/bias', 10)).toEqual(scores);
  await engine.caller.send('redo', {});
  expect(await engine.info()).toMatchObject({ network: after.network, classes });
  expect(await engine.value('scores/bias', 26)).toEqual(learned);

  const replayed = await open();
  await replayed.replayRun(engine.results[0]);
  expect(await replayed.value('scores/bias', 26)).toEqual(learned);
  await replayed.caller.send('undo', {});
  expect(await replayed.value('scores/bias', 10)).toEqual(scores);

  // Another engine goes on from a checkpoint, as after a kill.
  const resumed = await open({ data, checkpoints });
  await resumed.train({ config: smallConfig({ layerRates: { conv: 0 } }) });
  await resumed.ended();
  expect(await resumed.value('scores/bias', 26)).toEqual(learned);
  await resumed.caller.send('undo', {});
  expect(await resumed.value('scores/bias', 10)).toEqual(scores);
});

test('what a run makes of the network is on the disk before an edit of it is answered, however slow that is', async () => {
  const classes = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const data = Promise.resolve({ ...smallDigits(64, 0), name: 'letters', classes });
  const checkpoints = new Map<string, Uint8Array>();
  // Nothing that is waited for gets onto this disk before the engine is gone.
  const first = await open({ checkpoints, data, disk: 1_000_000 });
  await first.train({ config: { ...long, layerRates: { scores: 0 } } });
  await first.edit(26 * 144 - 1, 4, 'scores/kernel');
  const second = await open({ checkpoints, data });
  const resumed = second.train({ config: { ...long, layerRates: { scores: 0 } } });
  // As a journal replays it: the run is asked for, and the edit follows at once.
  await second.edit(26 * 144 - 1, 4, 'scores/kernel');
  await resumed;
  await second.control('pause');
  expect((await second.value('scores/kernel', 26 * 144)).at(-1)).toBe(4);
  for (const engine of [first, second]) await engine.control('stop').catch(() => {});
});

test('a run that gave the network other scores ends at its checkpoint where its data set is gone, and can be undone', async () => {
  const classes = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const data = Promise.resolve({ ...smallDigits(64, 0), name: 'letters', classes });
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ data, checkpoints });
  const before = await kernel(first);
  await first.train({ config: long });
  await first.steps(5);
  await first.control('pause');
  await pause(20);
  const [saved, scores] = [await kernel(first), await first.value('scores/bias', 26)];

  let gone = (_error: Error) => {};
  const second = await open({ checkpoints, data: new Promise((_, reject) => (gone = reject)) });
  const started = second.train({ config: long });
  await second.edit(8, 6);
  await second.edit(26 * 144 - 1, 4, 'scores/kernel');
  gone(new UserError('The folder is gone.'));
  await started;
  await second.ended();
  expect((await second.info()).classes).toEqual(classes);
  expect(await second.value('scores/bias', 26)).toEqual(scores);
  expect((await second.value('scores/kernel', 26 * 144)).at(-1)).toBe(4);
  expect(await kernel(second)).toEqual(saved.with(8, 6));
  await second.caller.send('undo', {});
  expect(await kernel(second)).toEqual(before);
  expect((await second.value('scores/bias', 10)).length).toBe(10);
  expect(second.logged).toEqual([]);
});

test('edits before and after a run gave the network other scores mean the layer they were made in: live, in a replay, undone and done again', async () => {
  const classes = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  let read = (_data: DataSet) => {};
  const live = await open({ data: new Promise(resolve => (read = resolve)) });
  const now = async (engine: Engine) => {
    const { state, network } = await engine.info();
    const units = network.layers.flatMap(layer => (layer.kind === 'dense' ? [layer.units] : []))[0];
    return {
      units,
      labels: [state.undo, state.redo],
      kernel: await engine.value('scores/kernel', 144 * units),
      actual: await engine.value('softmax/actual', units),
      pixels: (await engine.value('input/output', 784)).slice(0, 5),
    };
  };
  const early = async (engine: Engine) => {
    await engine.edit(4, 2, 'input/output');
    await engine.edit(3, 1, 'softmax/actual');
    await engine.edit(5, 7, 'scores/kernel');
  };
  const late = async (engine: Engine) => {
    await engine.edit(26 * 144 - 1, 8, 'scores/kernel');
    await engine.edit(19, 1, 'softmax/actual');
  };
  const original = await now(live);
  const started = live.train({ config: { ...long, layerRates: { scores: 0 } } });
  await early(live);
  read({ ...smallDigits(64, 0), classes });
  await started;
  await late(live);
  await live.control('stop');
  await live.ended();
  const ended = await now(live);
  expect(ended).toMatchObject({ units: 26, labels: ['Train: Run 1', undefined] });
  expect(ended.kernel.at(-1)).toBe(8);
  expect(ended.kernel[5]).not.toBe(7);
  expect(ended.actual.indexOf(1)).toBe(19);

  const replayed = await open();
  await replayed.replayRun(live.results[0], async () => {
    await early(replayed);
    await late(replayed);
  });
  expect(live.results[0].made).toMatchObject({
    changes: [{ kind: 'network' }, { kind: 'classes', classes }],
    commands: 3,
  });
  for (const engine of [live, replayed]) {
    expect(await now(engine)).toEqual(ended);
    await engine.caller.send('undo', {});
    const pixels = ended.pixels;
    expect(await now(engine)).toEqual({ ...original, pixels, labels: ['Type 2', 'Train: Run 1'] });
    await engine.caller.send('undo', {});
    expect(await now(engine)).toEqual({ ...original, labels: [undefined, 'Type 2'] });
    await engine.caller.send('redo', {});
    await engine.caller.send('redo', {});
    expect(await now(engine)).toEqual(ended);
    expect(engine.logged).toEqual([]);
  }
});

test('which class is expected of an image is no longer known where as many classes have other names, and is known again when the run is undone', async () => {
  const classes = Array.from({ length: 10 }, (_, i) => `garment ${i}`);
  const engine = await open({ data: Promise.resolve({ ...smallDigits(64, 0), classes }) });
  const expected = async () => (await engine.info()).state.actual;
  await engine.edit(7, 1, 'softmax/actual');
  const before = await expected();
  expect(before).toBeDefined();
  await engine.train();
  await engine.ended();
  expect((await engine.info()).classes).toEqual(classes);
  expect(await expected()).toBeUndefined();
  expect(await engine.value('softmax/crossEntropy', 10)).toEqual(new Float32Array(10));
  await engine.caller.send('undo', {});
  expect(await expected()).toBe(before);
});

test('in a replay, the result of another version leaves the network as it was before the run', async () => {
  const classes = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const first = await open({ data: Promise.resolve({ ...smallDigits(64, 0), classes }) });
  await first.train();
  await first.ended();
  const engine = await open();
  const kernelBefore = await engine.value('scores/kernel', 1440);
  const result = { ...first.results[0], state: new Uint8Array(8) };
  const refused = engine.replayRun(result, async () => {
    await engine.edit(4, 2, 'input/output');
    await engine.edit(26 * 144 - 1, 8, 'scores/kernel');
  });
  await expect(refused).rejects.toThrow(/another version of ConvSheet/);
  const { network, state } = await engine.info();
  expect(network).toEqual(smallWorkbook().network);
  expect(state.undo).toBe('Type 2');
  expect(await engine.value('scores/kernel', 1440)).toEqual(kernelBefore);
});

test('a run that can’t be is refused with a sentence, and the workbook is as before', async () => {
  const small = smallDigits(64, 0);
  const photos = { ...small, name: 'photos', shape: [32, 32, 3] as const };
  const engine = await open({ data: Promise.resolve(photos) });
  await engine.edit(7, 5);
  await expect(engine.train()).rejects.toThrow(
    'The images of photos are 32×32×3, but the network’s input is 28×28×1. Let them be resized to 28×28×1, or open a network with an input of 32×32×3.',
  );
  expect(engine.last()).toMatchObject({ status: 'ended', end: 'failed' });
  expect((await engine.info()).state.undo).toBe('Type 5');
  await engine.caller.send('undo', {});
  const other = await open({ data: Promise.resolve(small) });
  await expect(other.train({ config: smallConfig({ keepBest: true }) })).rejects.toThrow(/go by validation images/);
  const frozen = smallConfig({ layerRates: { conv: 0, scores: 0 } });
  await expect(other.train({ config: frozen })).rejects.toThrow(/Every layer is frozen/);
  await expect(other.control('pause')).rejects.toThrow('No run is under way.');
});

test('a second run is refused while one is under way, and the weights are not reset', async () => {
  const engine = await open();
  await engine.train({ config: long });
  await expect(engine.train({ id: 'run2' })).rejects.toThrow('A run is under way.');
  await expect(engine.caller.send('resetParameters', { seed: 1 })).rejects.toThrow(/while they are being trained/);
  await engine.control('stop');
  await engine.ended();
});

test('the gradients of the last step and the masks it drew stand on further sheets', async () => {
  const engine = await open();
  await engine.train({ config: long });
  await engine.steps(3);
  await engine.control('pause');
  const gradient = await engine.value('conv/kernel', 100, 'gradient');
  expect(gradient.some(value => value !== 0)).toBe(true);
  expect((await engine.value('conv/output', 100, 'gradient')).every(Number.isNaN)).toBe(true);
  const mask = await engine.value('drop/output', 144, 'mask');
  expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  await engine.control('stop');
  await engine.ended();
});

test('kept runs can be renamed and deleted, and weights reset', async () => {
  const engine = await open();
  await engine.train();
  await engine.ended();
  await engine.caller.send('renameRun', { id: 'run1', name: 'First' });
  expect((await engine.info()).runs).toMatchObject([{ id: 'run1', name: 'First' }]);
  expect(engine.events('runs').at(-1)!.runs[0]).not.toHaveProperty('points');
  await engine.train({ id: 'run2', name: 'Run 2' });
  await engine.ended();
  await engine.caller.send('deleteRun', { id: 'run1' });
  expect(await engine.info()).toMatchObject({ runs: [{ id: 'run2' }], canContinue: true });
  await engine.caller.send('deleteRun', { id: 'run2' });
  // The memory was that of the run, and fits no other one.
  expect(await engine.info()).toMatchObject({ runs: [], canContinue: false });
  expect(engine.events('runs').at(-1)!.canContinue).toBe(false);
  await expect(engine.caller.send('getRun', { id: 'run1' })).rejects.toThrow('This run is no longer kept.');
  await engine.caller.send('resetParameters', { seed: 4 });
  expect((await engine.info()).state.undo).toBe('Reset the weights');
});

test('a run whose checkpoints can’t be written goes on, and says so once', async () => {
  const engine = await open({ checkpoints: new Map(), disk: 'full' });
  await engine.train({ config: long });
  for (const step of [3, 6]) {
    await engine.steps(step);
    await engine.control('pause');
    await engine.control('resume');
  }
  await engine.steps(9);
  expect(engine.events('notice')).toEqual([
    {
      tone: 'warning',
      sentence:
        'The run’s progress could not be kept on the disk, so it would be lost if the calculation stopped. The disk is full.',
    },
  ]);
  await engine.control('stop');
  await engine.ended();
  expect(engine.last()).toMatchObject({ status: 'ended', end: 'stopped' });
});

test('the result of another run, or of another version, is refused, and the next run can begin', async () => {
  const first = await open();
  await first.train();
  await first.ended();
  const [result] = first.results;
  const engine = await open();
  await engine.train({ id: 'run2', config: long });
  await expect(engine.caller.send('finishRun', result)).rejects.toThrow('This run is no longer kept.');
  await engine.control('stop');
  await engine.ended();

  await engine.caller.send('beginRun', { id: 'run3' });
  await engine.edit(7, 5);
  const state = new Uint8Array(result.state.length);
  await expect(engine.caller.send('finishRun', { id: 'run3', state })).rejects.toThrow(/another version of ConvSheet/);
  expect((await kernel(engine))[7]).toBe(5);
  await engine.train({ id: 'run4' });
  await engine.ended();
});

test('opening another workbook stops the run and says so', async () => {
  const engine = await open();
  await engine.train({ config: long });
  await engine.steps(3);
  await engine.caller.send('load', { from: 'template', template: 'small' });
  expect(engine.events('notice').at(-1)!.sentence).toBe('The run was stopped, because another workbook was opened.');
  expect((await engine.info()).run).toBeUndefined();
  await pause(50);
  expect(engine.results).toEqual([]);
  await engine.train({ id: 'run2' });
  await engine.ended();
  expect(engine.logged).toEqual([]);
});

test('a deleted or renamed run comes back with undo, with its curves and what it left to go on from (fault 25)', async () => {
  const engine = await open();
  await engine.train();
  await engine.ended();
  await engine.train({ id: 'run2', name: 'Run 2' });
  await engine.ended();
  const [before, record] = [await engine.info(), await engine.caller.send('getRun', { id: 'run2' })];
  await engine.caller.send('renameRun', { id: 'run1', name: 'First', undoable: true });
  await engine.caller.send('deleteRun', { id: 'run2', undoable: true });
  await engine.caller.send('deleteRun', { id: 'run1', undoable: true });
  expect(await engine.info()).toMatchObject({ runs: [], canContinue: false, state: { undo: 'Delete First' } });
  await engine.caller.send('undo', {});
  expect(engine.events('runs').at(-1)).toMatchObject({ runs: [{ name: 'First' }], canContinue: false });
  await engine.caller.send('undo', {});
  expect(await engine.info()).toMatchObject({ runs: [{ name: 'First' }, { id: 'run2' }], canContinue: true });
  expect(await engine.caller.send('getRun', { id: 'run2' })).toEqual(record);
  await engine.caller.send('undo', {});
  expect(await engine.info()).toMatchObject({ runs: before.runs, state: { undo: before.state.undo } });
  await engine.caller.send('redo', {});
  await engine.caller.send('redo', {});
  expect(await engine.info()).toMatchObject({ runs: [{ name: 'First' }], canContinue: false });
  await expect(engine.caller.send('deleteRun', { id: 'run2' })).rejects.toThrow('This run is no longer kept.');
});

test('a run that comes back stands where it stood, and takes the memory of no later run (fault 25)', async () => {
  const engine = await open();
  await engine.train();
  await engine.ended();
  await engine.caller.send('deleteRun', { id: 'run1', undoable: true });
  await engine.train({ id: 'run2', name: 'Run 2' });
  await engine.ended();
  // The step of the second run, then the deletion.
  await engine.caller.send('undo', {});
  await engine.caller.send('undo', {});
  expect((await engine.info()).runs.map(({ id }) => id)).toEqual(['run1', 'run2']);
  await engine.caller.send('redo', {});
  expect(await engine.info()).toMatchObject({ runs: [{ id: 'run2' }], canContinue: true });
});

test('what an earlier version’s journal did to kept runs is no step: undo in it takes back what it did then (fault 25)', async () => {
  const engine = await open();
  await engine.train();
  await engine.ended();
  await engine.edit(0, 7);
  await engine.caller.send('renameRun', { id: 'run1', name: 'First' });
  await engine.caller.send('deleteRun', { id: 'run1' });
  expect(await engine.info()).toMatchObject({ runs: [], canContinue: false, state: { undo: 'Type 7' } });
  await engine.caller.send('undo', {});
  expect(await engine.info()).toMatchObject({ runs: [], state: { redo: 'Type 7', undo: 'Train: Run 1' } });
});

test('a run that was deleted during another one can come back when that has ended, also in another engine (fault 25)', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train();
  await first.ended();
  await first.train({ id: 'run2', config: long });
  await first.steps(4);
  await first.caller.send('deleteRun', { id: 'run1', undoable: true });
  await first.control('pause');
  await pause(20);

  const second = await open({ checkpoints });
  await second.replayRun(first.results[0]);
  const started = second.train({ id: 'run2', config: long });
  await second.caller.send('deleteRun', { id: 'run1', undoable: true });
  await started;
  expect((await second.info()).runs).toEqual([]);
  await second.control('stop');
  await second.ended();
  await second.caller.send('undo', {});
  expect((await second.info()).runs.map(({ id }) => id)).toEqual(['run2']);
  await second.caller.send('undo', {});
  expect((await second.info()).runs.map(({ id }) => id)).toEqual(['run1', 'run2']);
});

test('how the next run is set up is kept for the file, and is no change of the workbook (fault 19)', async () => {
  const engine = await open();
  expect((await engine.info()).setup).toBeUndefined();
  const { data, ...config } = smallConfig({ epochs: 9 });
  const before = (await engine.info()).state;
  await engine.caller.send('keepSetup', { setup: { ...config, data, start: 'initial' } });
  expect(await engine.info()).toMatchObject({ setup: { epochs: 9, start: 'initial' }, state: before });
});

test('a run that was stopped goes on to the weights and curve it would have had, and stays one run (fault 20)', async () => {
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
  expect(await kernel(cut)).toEqual(await kernel(whole));
  const curve = async (engine: Engine, id: string) => (await engine.caller.send('getRun', { id })).points;
  expect(await curve(cut, 'run2')).toEqual(await curve(whole, 'run1'));
  expect(await cut.info()).toMatchObject({ runs: [{ id: 'run2', name: 'Run 1', end: 'finished' }] });
  expect((await cut.info()).goesOn).toBeUndefined();
});
