import { longConfig, smallWorkbook } from '../data/testing/small-digits.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { endRuns, kernelOf, openEngine as open } from '../host/testing/small-engine.ts';

afterEach(endRuns);

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
  // The memory belonged to the deleted run and fits no other run.
  expect(await engine.info()).toMatchObject({ runs: [], canContinue: false });
  expect(engine.events('runs').at(-1)!.canContinue).toBe(false);
  await expect(engine.caller.send('getRun', { id: 'run1' })).rejects.toThrow('This run is no longer kept.');
  await engine.caller.send('resetParameters', { seed: 4 });
  expect((await engine.info()).state.undo).toEqual('Reset the weights');
});

test('a run keeps its weights on the way: a film shows them, and undo brings them back', async () => {
  const engine = await open();
  await engine.train();
  await engine.ended();
  const { structure, runs } = await engine.info();
  const { steps, sizes } = runs[0].kept!;
  expect([steps[0], steps.at(-1), steps.length]).toEqual([0, 20, 11]);
  expect(sizes).toContainEqual(['conv/kernel', 100]);
  expect(await engine.caller.send('getRun', { id: 'run1' })).not.toHaveProperty('weights');
  const asks = [{ kind: 'run' as const, run: 'run1' }];
  const ask = () => engine.caller.send('filmStates', { structure, asks, tensors: ['conv/kernel'] }, 1);
  const { states, points } = await ask();
  expect(states.map(({ step }) => step)).toEqual(steps);
  expect(points!.at(-1)!.step).toBe(20);
  expect(states.at(-1)!.tensors[0].values).toEqual(await kernelOf(engine));
  expect(states[0].tensors[0].values).toEqual(smallWorkbook().values.get('conv/kernel'));
  await engine.caller.send('deleteRun', { id: 'run1', undoable: true });
  await expect(ask()).rejects.toThrow(/run that the scene shows is gone/);
  await engine.caller.send('undo', {});
  expect((await ask()).states).toEqual(states);
});

test('a film refuses the weights of a run that other layers had, although there are as many', async () => {
  const engine = await open();
  await engine.train();
  await engine.ended();
  const { network, runs } = await engine.info();
  expect(runs[0].layers).toEqual(network.layers);
  const bent = network.layers.map(each => (each.id === 'relu' ? { ...each, kind: 'sigmoid' as const } : each));
  const change = {
    kind: 'layers' as const,
    network: { ...network, layers: bent },
    beginning: 'identity' as const,
    seed: 1,
  };
  await engine.caller.send('change', { label: 'Bend', changes: [change] }, 1);
  const { structure } = await engine.info();
  const asks = [{ kind: 'run' as const, run: 'run1' }];
  const ask = engine.caller.send('filmStates', { structure, asks, tensors: ['conv/kernel'] }, 1);
  await expect(ask).rejects.toThrow('Run 1 trained a network that differs from this one at relu.');
});

test('a deleted or renamed run comes back with undo, with its curves and its memory (fault 25)', async () => {
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

test('a run that comes back gets its old place, and doesn’t take a later run’s memory (fault 25)', async () => {
  const engine = await open();
  await engine.train();
  await engine.ended();
  await engine.caller.send('deleteRun', { id: 'run1', undoable: true });
  await engine.train({ id: 'run2', name: 'Run 2' });
  await engine.ended();
  // Undo takes back the second run, then the deletion.
  await engine.caller.send('undo', {});
  await engine.caller.send('undo', {});
  expect((await engine.info()).runs.map(({ id }) => id)).toEqual(['run1', 'run2']);
  await engine.caller.send('redo', {});
  expect(await engine.info()).toMatchObject({ runs: [{ id: 'run2' }], canContinue: true });
});

test('a change of kept runs by an earlier version’s journal is no step: undo skips it (fault 25)', async () => {
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

test('a run deleted during another one can come back after that, in another engine too (fault 25)', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  await first.train();
  await first.ended();
  await first.train({ id: 'run2', config: longConfig });
  await first.steps(4);
  await first.caller.send('deleteRun', { id: 'run1', undoable: true });
  await first.control('pause');
  await pause(20);

  const second = await open({ checkpoints });
  await second.replayRun(first.results[0]);
  const started = second.train({ id: 'run2', config: longConfig });
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
