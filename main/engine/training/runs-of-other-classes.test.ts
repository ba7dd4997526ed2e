import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import { english } from '../../../shared/messages/render.ts';
import { UserError } from '../../../shared/errors.ts';
import { smallConfig, smallDigits, smallWorkbook, longConfig } from '../data/testing/small-digits.ts';
import { type Engine, endRuns, openEngine as open, kernelOf } from '../host/testing/small-engine.ts';

afterEach(endRuns);

test('with several labels the softmax becomes a sigmoid and the classes get names, in the run’s step', async () => {
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
    'scores now has 10 scores, one for each class of digits, and learns them from fresh weights. An image of digits ' +
      'may have several labels, so softmax became a sigmoid: each class has a probability of its own. Undoing the ' +
      'run takes that back.',
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

test('a data set of other classes gives the network a score for each; other layers keep their weights', async () => {
  const small = smallDigits(64, 0);
  const classes = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const data = Promise.resolve({ ...small, name: 'letters', classes });
  const checkpoints = new Map<string, Uint8Array>();
  const engine = await open({ data, checkpoints });
  const before = await engine.info();
  const [first, scores] = [await kernelOf(engine), await engine.value('scores/bias', 10)];
  await engine.train({ config: smallConfig({ layerRates: { conv: 0 } }) });
  await engine.ended();
  expect(engine.events('notice').map(({ sentence }) => sentence)).toEqual([
    'scores now has 26 scores in place of 10, one for each class of letters, and learns them from fresh weights. ' +
      'Undoing the run takes that back. letters has no training images of “K”, “L”, “M”, “N”, “O” and 11 more, so ' +
      'the network can’t learn them. Set smaller shares aside, or put images of them among those for training.',
  ]);
  const after = await engine.info();
  expect(after.network.layers.find(({ id }) => id === 'scores')).toMatchObject({ units: 26 });
  expect(after.classes).toEqual(classes);
  expect(await kernelOf(engine)).toEqual(first);
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

  // Another engine goes on from a checkpoint, as after the first one was killed.
  const resumed = await open({ data, checkpoints });
  await resumed.train({ config: smallConfig({ layerRates: { conv: 0 } }) });
  await resumed.ended();
  expect(await resumed.value('scores/bias', 26)).toEqual(learned);
  await resumed.caller.send('undo', {});
  expect(await resumed.value('scores/bias', 10)).toEqual(scores);
});

test('a run’s change of the network is on the disk before an edit is answered', async () => {
  const classes = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const data = Promise.resolve({ ...smallDigits(64, 0), name: 'letters', classes });
  const checkpoints = new Map<string, Uint8Array>();
  // This disk is so slow that no file gets onto it before the engine is gone, unless the engine waits for it.
  const first = await open({ checkpoints, data, disk: 1_000_000 });
  await first.train({ config: { ...longConfig, layerRates: { scores: 0 } } });
  await first.edit(26 * 144 - 1, 4, 'scores/kernel');
  const second = await open({ checkpoints, data });
  const resumed = second.train({ config: { ...longConfig, layerRates: { scores: 0 } } });
  // A journal replays the run's request, and then the edit at once.
  await second.edit(26 * 144 - 1, 4, 'scores/kernel');
  await resumed;
  await second.control('pause');
  expect((await second.value('scores/kernel', 26 * 144)).at(-1)).toBe(4);
  for (const engine of [first, second]) await engine.control('stop').catch(() => {});
});

test('a run that changed the scores ends at its checkpoint if its data set is gone, and can be undone', async () => {
  const classes = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const data = Promise.resolve({ ...smallDigits(64, 0), name: 'letters', classes });
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ data, checkpoints });
  const before = await kernelOf(first);
  await first.train({ config: longConfig });
  await first.steps(5);
  await first.control('pause');
  await pause(20);
  const [saved, scores] = [await kernelOf(first), await first.value('scores/bias', 26)];

  let gone = (_error: Error) => {};
  const second = await open({ checkpoints, data: new Promise((_, reject) => (gone = reject)) });
  const started = second.train({ config: longConfig });
  await second.edit(8, 6);
  await second.edit(26 * 144 - 1, 4, 'scores/kernel');
  gone(new UserError('The folder is gone.'));
  await started;
  await second.ended();
  expect((await second.info()).classes).toEqual(classes);
  expect(await second.value('scores/bias', 26)).toEqual(scores);
  expect((await second.value('scores/kernel', 26 * 144)).at(-1)).toBe(4);
  expect(await kernelOf(second)).toEqual(saved.with(8, 6));
  await second.caller.send('undo', {});
  expect(await kernelOf(second)).toEqual(before);
  expect((await second.value('scores/bias', 10)).length).toBe(10);
  expect(second.logged).toEqual([]);
});

test('edits before and after a run changed the scores reach the right layer: live, replayed, undone', async () => {
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
  const started = live.train({ config: { ...longConfig, layerRates: { scores: 0 } } });
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

test('the expected class is blank after classes get other names, and comes back with undo', async () => {
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

test('a replayed result of another version leaves the network as it was before the run', async () => {
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
  expect(state.undo).toEqual('Type 2');
  expect(await engine.value('scores/kernel', 1440)).toEqual(kernelBefore);
});

test('what users wrote is carried over to a network of other classes; undoing the run brings it back', async () => {
  const small = smallDigits(64, 0);
  const classes = Array.from({ length: 3 }, (_, i) => String.fromCharCode(65 + i));
  const labels = small.labels.map(label => label % 3);
  const engine = await open({ data: Promise.resolve({ ...small, labels, name: 'three', classes }) });
  const { structure } = await engine.info();
  const bias = 'scores/bias' as const;
  const formula = (from: number) => ({ formula: 1, from });
  const changes = [
    {
      kind: 'formulas' as const,
      edits: [1, 7].map(index => ({ tensor: bias, indices: Uint32Array.of(index), content: formula(index) })),
    },
    { kind: 'comments' as const, edits: [{ tensor: bias, index: 8, text: 'why?' }] },
  ];
  await engine.caller.send('change', { structure, label: 'formulas', changes });
  const { written } = await engine.info();
  expect(await engine.value(bias, 10)).toMatchObject({ 1: 1, 7: 1 });
  await engine.train();
  await engine.ended();
  const told = engine.events('notice').map(({ sentence }) => english(sentence));
  expect(told.find(sentence => sentence.includes('of your own'))).toMatch(/^1 formula of your own went/);
  expect((await engine.info()).written).toEqual([
    { kind: 'formulas', edits: [{ tensor: bias, indices: Uint32Array.of(1), content: formula(1) }] },
  ]);
  await engine.caller.send('undo', {});
  expect((await engine.info()).written).toEqual(written);
  await engine.caller.send('redo', {});
  expect((await engine.info()).written).toHaveLength(1);
});
