import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import { english } from '../../../shared/messages/render.ts';
import { countHandles } from '../backend/backend.ts';
import { smallConfig, smallDigits, smallWorkbook, longConfig } from '../data/testing/small-digits.ts';
import { endRuns, openEngine as open, kernelOf } from '../host/testing/small-engine.ts';

afterEach(endRuns);

test('a run trains, reports its progress, and is one undo step', async () => {
  const engine = await open();
  const before = await kernelOf(engine);
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
  const trained = await kernelOf(engine);
  expect(trained).not.toEqual(before);
  await engine.caller.send('undo', {});
  expect(await kernelOf(engine)).toEqual(before);
  await engine.caller.send('redo', {});
  expect(await kernelOf(engine)).toEqual(trained);
  expect(engine.logged).toEqual([]);
});

test('a run updates the sheet at most ten times a second', async () => {
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
  await engine.train({ config: longConfig });
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

test('a cell edited during a run is trained from its new value, noted, and part of the run’s step', async () => {
  const engine = await open();
  const before = await kernelOf(engine);
  await engine.train({ config: longConfig });
  await engine.steps(10);
  await engine.control('pause');
  await engine.edit(7, 5);
  expect((await kernelOf(engine))[7]).toBe(5);
  await engine.oneStep();
  const [moved] = [(await kernelOf(engine))[7]];
  expect(moved).not.toBe(5);
  expect(Math.abs(moved - 5)).toBeLessThan(0.1);
  await engine.control('stop');
  await engine.ended();
  const { notes } = await engine.caller.send('getRun', { id: 'run1' });
  expect(notes.map(({ sentence }) => sentence)).toEqual(['Paused.', 'Changed while training: Type 5.']);
  expect((await engine.info()).state.undo).toEqual('Train: Run 1');
  await engine.caller.send('undo', {});
  expect(await kernelOf(engine)).toEqual(before);
  expect((await engine.info()).state.undo).toBeUndefined();
});

test('during a run undo takes back what was done during it, and refuses older steps', async () => {
  const engine = await open();
  await engine.edit(3, 1, 'input/output');
  await engine.train({ config: longConfig });
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

test('edits made while the images are read count, on fresh weights too', async () => {
  let read: (data: DataSet) => void;
  const engine = await open({ data: new Promise(resolve => (read = resolve)) });
  const started = engine.train({ start: 'initial', config: smallConfig({ layerRates: { conv: 0 } }) });
  await engine.edit(7, 5);
  expect(engine.last().status).toBe('preparing');
  read!(smallDigits(64, 0));
  await started;
  await engine.ended();
  expect((await kernelOf(engine))[7]).toBe(5);
});

test('edits are answered in the middle of a step', async () => {
  const engine = await open({ turnEvery: 0 });
  await engine.train({ config: longConfig });
  await engine.steps(2);
  for (let n = 0; n < 12; n++) {
    await engine.edit(7, n);
    await nextTurn();
  }
  expect((await kernelOf(engine))[7]).toBeCloseTo(11, 0);
  const { notes } = await engine.caller.send('getRun', { id: 'run1' });
  const steps = notes.map(({ step }) => step);
  expect(steps).toHaveLength(12);
  // One at each turn, and a step takes more turns than there are layers.
  expect(new Set(steps).size).toBeLessThan(6);
  await engine.control('stop');
  await engine.ended();
  expect(engine.logged).toEqual([]);
});

test('an edit is answered while a run is under way, and the run goes on', async () => {
  const engine = await open();
  await engine.train({ config: longConfig });
  // How soon is measured by `npm run bench`.
  for (let i = 0; i < 20; i++) await engine.edit(i, i, 'input/output');
  expect(engine.last().status).toBe('running');
  const { step } = engine.last();
  await engine.steps(step + 20);
  await engine.control('stop');
  await engine.ended();
});

test('the learning rate can be changed while a run is under way', async () => {
  const engine = await open();
  const config = { ...longConfig, schedule: { kind: 'constant' } as const };
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
  expect(run.notes.at(-1)!.sentence).toEqual('The learning rate was set to 0.0001.');
  expect(run.config.learningRate).toBe(0.0001);
});

test('a run can go on with the optimizer’s memory, and sees the images in new orders', async () => {
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
  expect((await engine.info()).state.undo).toEqual('Train: Run 2');
});

test('one step makes one step, even after a pause in the middle of a validation', async () => {
  // An epoch has one step and sixteen parts of a validation, so a pause nearly always comes between those.
  const engine = await open({ data: Promise.resolve(smallDigits(32, 2048)) });
  await engine.train({ config: longConfig });
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

test('a run that is reported as ended can be undone at once, while its last checkpoint is written', async () => {
  const engine = await open({ checkpoints: new Map(), disk: 100 });
  const before = await kernelOf(engine);
  await engine.train({ config: longConfig });
  await engine.steps(5);
  await engine.control('pause');
  await engine.control('stop');
  await expect(engine.control('stop')).rejects.toThrow('No run is under way.');
  expect(engine.last().status).toBe('paused');
  while (engine.last().status !== 'ended') await pause(1);
  expect(engine.last().end).toBe('stopped');
  await engine.caller.send('undo', {});
  expect(await kernelOf(engine)).toEqual(before);
});

test('an edit between the end of a run and its result is in a file saved then, and stays', async () => {
  const engine = await open({ checkpoints: new Map(), disk: 100 });
  await engine.train({ config: longConfig });
  await engine.steps(5);
  await engine.control('pause');
  await engine.control('stop');
  await engine.edit(0, 7);
  await engine.caller.send('write', { path: '/saved.convsheet' });
  await engine.edit(1, 8);
  const [saved] = engine.saved;
  expect(engine.last().status).toBe('paused');
  while (engine.last().status !== 'ended') await pause(1);
  expect((await kernelOf(engine)).slice(0, 2)).toEqual(Float32Array.of(7, 8));
  expect(saved.values.get('conv/kernel')![0]).toBe(7);
  expect(saved.values.get('conv/kernel')!.subarray(2)).toEqual((await kernelOf(engine)).slice(2));
  const { runs } = await engine.info();
  const [{ points: _points, notes: _notes, weights, ...summary }] = saved.runs!;
  const { kept, ...told } = runs[0];
  expect(summary).toEqual(told);
  expect(weights!.map(({ step }) => step)).toEqual(kept!.steps);
});

test('a replay brings the result of a run into the workbook without training', async () => {
  const first = await open();
  await first.edit(3, 1, 'input/output');
  await first.train();
  await first.edit(4, 2, 'input/output');
  await first.ended();
  const trained = await kernelOf(first);

  const second = await open();
  await second.edit(3, 1, 'input/output');
  await second.replayRun(first.results[0], async () => {
    await second.edit(4, 2, 'input/output');
  });
  expect(await kernelOf(second)).toEqual(trained);
  const [{ state: one }, { state: other }] = [await first.info(), await second.info()];
  expect([other.undo, other.modified]).toEqual([one.undo, one.modified]);
  await second.caller.send('undo', {});
  expect(await kernelOf(second)).not.toEqual(trained);
  expect((await second.info()).state.undo).toEqual('Type 2');
});

test('a learning rate for a layer that is gone is left out, with a note (fault 29)', async () => {
  const engine = await open();
  await engine.train({ config: smallConfig({ layerRates: { removed: 0, conv: 0.5 } }) });
  await engine.ended();
  expect(engine.last()).toMatchObject({ status: 'ended', end: 'finished' });
  const { notes } = await engine.caller.send('getRun', { id: 'run1' });
  expect(notes.map(({ sentence }) => sentence)).toEqual([
    'Learning rates of layers that the network no longer has were left out: removed.',
  ]);
});

test('a loss of NaN ends the run with a sentence and the last good weights', async () => {
  // Without the ReLU nothing stops the scores from growing.
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
  expect(english(engine.last().sentence!)).toMatch(/smaller learning rate/);
  expect((await kernelOf(engine)).every(Number.isFinite)).toBe(true);
});

test('an impossible run is refused with a sentence, and the workbook is as before', async () => {
  const small = smallDigits(64, 0);
  const photos = { ...small, name: 'photos', shape: [32, 32, 3] as const };
  const engine = await open({ data: Promise.resolve(photos) });
  await engine.edit(7, 5);
  await expect(engine.train()).rejects.toThrow(
    'The images of photos are 32×32×3, but the network’s input is 28×28×1. Let them be resized to 28×28×1, or open a ' +
      'network with an input of 32×32×3.',
  );
  expect(engine.last()).toMatchObject({ status: 'ended', end: 'failed' });
  expect((await engine.info()).state.undo).toEqual('Type 5');
  await engine.caller.send('undo', {});
  const other = await open({ data: Promise.resolve(small) });
  await expect(other.train({ config: smallConfig({ keepBest: true }) })).rejects.toThrow(/go by validation images/);
  const frozen = smallConfig({ layerRates: { conv: 0, scores: 0 } });
  await expect(other.train({ config: frozen })).rejects.toThrow(/Every layer is frozen/);
  await expect(other.control('pause')).rejects.toThrow('No run is under way.');
});

test('during a run a second one is refused, and so is a reset of the weights', async () => {
  const engine = await open();
  await engine.train({ config: longConfig });
  await expect(engine.train({ id: 'run2' })).rejects.toThrow('A run is under way.');
  await expect(engine.caller.send('resetParameters', { seed: 1 })).rejects.toThrow(/while they are being trained/);
  await engine.control('stop');
  await engine.ended();
});

test('planes of the sheet have the gradients and the dropout masks of the last step', async () => {
  const engine = await open();
  await engine.train({ config: longConfig });
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

test('a run whose checkpoints can’t be written goes on and reports it once', async () => {
  const engine = await open({ checkpoints: new Map(), disk: 'full' });
  await engine.train({ config: longConfig });
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
        'The run’s progress could not be kept on the disk, so it would be lost if the calculation stopped. The disk ' +
        'is full.',
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
  await engine.train({ id: 'run2', config: longConfig });
  await expect(engine.caller.send('finishRun', result)).rejects.toThrow('This run is no longer kept.');
  await engine.control('stop');
  await engine.ended();

  await engine.caller.send('beginRun', { id: 'run3' });
  await engine.edit(7, 5);
  const state = new Uint8Array(result.state!.length);
  await expect(engine.caller.send('finishRun', { id: 'run3', state })).rejects.toThrow(/another version of ConvSheet/);
  expect((await kernelOf(engine))[7]).toBe(5);
  await engine.train({ id: 'run4' });
  await engine.ended();
});

test('opening another workbook stops the run and says so', async () => {
  const engine = await open();
  await engine.train({ config: longConfig });
  await engine.steps(3);
  await engine.caller.send('load', { from: 'template', template: 'small' });
  expect(engine.events('notice').at(-1)!.sentence).toEqual('The run was stopped, because another workbook was opened.');
  expect((await engine.info()).run).toBeUndefined();
  await pause(50);
  expect(engine.results).toEqual([]);
  await engine.train({ id: 'run2' });
  await engine.ended();
  expect(engine.logged).toEqual([]);
});

test('how the next run is set up is kept for the file, and is no change of the workbook (fault 19)', async () => {
  const engine = await open();
  expect((await engine.info()).setup).toBeUndefined();
  const { data, ...config } = smallConfig({ epochs: 9 });
  const before = (await engine.info()).state;
  await engine.caller.send('keepSetup', { setup: { ...config, data, start: 'initial' } });
  expect(await engine.info()).toMatchObject({ setup: { epochs: 9, start: 'initial' }, state: before });
});
