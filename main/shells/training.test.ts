/** Training with a real engine process that is killed again and again. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { editCommand } from '../../shared/change.ts';
import type { TensorId } from '../../shared/network.ts';
import type { Events } from '../../shared/protocol.ts';
import { createRandom } from '../../shared/random.ts';
import type { TrainingConfig } from '../../shared/training.ts';
import { english } from '../../shared/messages/render.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { DIGIT_SIZE, testDigits } from '../engine/data/digits.ts';
import { digitChoice, smallConfig, smallWorkbook } from '../engine/data/testing/small-digits.ts';
import { readCheckpoint } from '../engine/training/run-bytes.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { openWorkbook } from '../files/open.ts';
import { nodeEngine } from './engine-link.ts';
import { readJournal, unsavedWorks } from './journal.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

const main = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const program = main('../.build/main/engine-process.mjs');
let folder: string;
let config: TrainingConfig;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-training-'));
  const [images, labels] = [join(folder, 'images'), join(folder, 'labels')];
  const { bytes, classes } = testDigits();
  const count = 1600;
  writeFileSync(images, idx([count, DIGIT_SIZE, DIGIT_SIZE], bytes));
  writeFileSync(labels, idx([count], classes));
  writeFileSync(
    join(folder, 'letters'),
    idx(
      [count],
      classes.map((digit, i) => (2 * digit + i) % 26),
    ),
  );
  writeFileSync(join(folder, 'small.convsheet'), writeWorkbook(smallWorkbook()));
  config = smallConfig({ data: { ...digitChoice, source: { kind: 'idx', images, labels } }, epochs: 60 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const open: Supervisor[] = [];
afterEach(async () => {
  for (const supervisor of open.splice(0)) await supervisor.close({ keep: false });
});

/** An IDX file of bytes, with what this test needs. */
function idx(shape: number[], bytes: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt32BE(0x0800 + shape.length);
  shape.forEach((size, axis) => head.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([
    head,
    bytes.subarray(
      0,
      shape.reduce((product, size) => product * size, 1),
    ),
  ]);
}

/** Waits until the run's checkpoint says that the run is paused. The pause is told before it is written. */
async function pausedOnDisk(works: string): Promise<void> {
  for (;;) {
    const name = readdirSync(works).find(file => !file.startsWith('.') && file.endsWith('.run'));
    if (name && readCheckpoint(readFileSync(join(works, name)))?.paused) return;
    await pause(5);
  }
}

/** The small network, open in an engine process. Records what is reported of a run. */
function start(name: string, works = mkdtempSync(join(folder, `${name}-`))) {
  let last: Events['run']['state'] | undefined;
  const notices: string[] = [];
  /** For each restart: how many steps that were made before it are repeated. */
  const repeated: number[] = [];
  const supervisor = createSupervisor({
    start: nodeEngine(program, { ...process.env, CONVSHEET_CHECKPOINT_EVERY: '100' }),
    folder: works,
    onEvent(event, data) {
      if (event === 'run') last = (data as Events['run']).state;
      if (event === 'notice') notices.push(english((data as Events['notice']).sentence));
      if (event === 'workbook') repeated.push((last?.step ?? 0) - ((data as Events['workbook']).run?.step ?? 0));
    },
  });
  open.push(supervisor);
  return {
    async train(changes: Partial<TrainingConfig> = {}) {
      const path = join(folder, 'small.convsheet');
      await supervisor.open({ from: 'file', path }, { name: 'small', path });
      await supervisor.request('train', {
        id: 'run1',
        name: 'Run 1',
        config: { ...config, ...changes },
        start: 'initial',
      });
    },
    supervisor,
    works,
    notices,
    repeated,
    step: () => last?.step ?? 0,
    /** Waits until the engine of now has made so many steps. What was reported last may be of one that is dead. */
    async reaches(step: number) {
      while ((await supervisor.request('getWorkbook', {})).run!.step < step) await pause(5);
    },
    /** The workbook after so many runs have ended. */
    async ended(count = 1) {
      while ((await supervisor.request('getWorkbook', {})).runs.length < count) await pause(50);
      return openWorkbook(await supervisor.copy());
    },
  };
}

test('a run whose engine is killed eight times at random moments ends bit for bit as an undisturbed one', async () => {
  const alone = start('undisturbed');
  await alone.train({ epochs: 80 });
  const undisturbed = await alone.ended();
  const run = start('killed');
  await run.train({ epochs: 80 });
  const random = createRandom(20);
  for (let kill = 0; kill < 8; kill++) {
    const reached = run.step();
    // Every fourth kill comes while the engine is starting again.
    if (kill % 4 !== 3) while (run.step() <= reached) await pause(5);
    await pause(400 * random.uniform());
    while (run.supervisor.enginePid === undefined) await pause(1);
    process.kill(run.supervisor.enginePid, 'SIGKILL');
  }
  const disturbed = await run.ended();

  for (const [tensor, values] of undisturbed.values) expect(disturbed.values.get(tensor)).toEqual(values);
  expect(disturbed.memory).toEqual(undisturbed.memory);
  expect(disturbed.runs![0].points).toEqual(undisturbed.runs![0].points);
  expect(disturbed.runs![0].weights).toEqual(undisturbed.runs![0].weights);
  expect(undisturbed.runs![0].weights!.at(-1)!.values.get('conv/kernel')).toEqual(disturbed.values.get('conv/kernel'));
  // Six kills came during the run. The others may have come while an engine was starting.
  expect(run.repeated.length).toBeGreaterThanOrEqual(6);
  // Checkpoints come every 100 ms here, and a step takes some tenths of a millisecond at least.
  expect(Math.max(...run.repeated)).toBeLessThan(500);
  expect(run.notices.at(-1)).toMatch(
    /^The calculation stopped and was restarted\. .* goes on from step [\d,]+ and makes any later steps again\.$/,
  );
  const note = disturbed.runs![0].notes.at(-1)!;
  expect(note.sentence).toEqual('Went on here after the engine was restarted.');
  expect(run.notices.at(-1)).toContain(` from step ${note.step.toLocaleString('en')} and`);
  // The result is in the journal, and the checkpoint is gone.
  const files = readdirSync(run.works);
  expect(files.filter(name => name.endsWith('.run'))).toEqual([]);
  const { requests } = readJournal(join(run.works, files.find(name => name.endsWith('.journal'))!))!;
  expect(requests.map(({ kind }) => kind)).toEqual(['load', 'train', 'finishRun']);
});

const long = { epochs: 10_000 };

test('a file saved while a run is under way has the weights of that moment, and can be continued', async () => {
  const run = start('saved');
  await run.train(long);
  await run.reaches(20);
  const path = join(folder, 'saved.convsheet');
  await run.supervisor.save(path, async () => ({ name: 'saved', path }));
  expect((await run.supervisor.request('getWorkbook', {})).run).toMatchObject({ status: 'running' });
  await run.supervisor.request('controlRun', { action: 'stop' });
  await run.ended();

  const other = start('continued');
  await other.supervisor.open({ from: 'file', path }, { name: 'saved', path });
  const { runs, canContinue } = await other.supervisor.request('getWorkbook', {});
  expect(runs).toMatchObject([
    { id: 'run1', end: 'stopped', sentence: 'It was still under way when the file was saved.' },
  ]);
  expect(canContinue).toBe(true);
  const { points } = await other.supervisor.request('getRun', { id: 'run1' });
  const again = { ...config, epochs: 1 };
  await other.supervisor.request('train', { id: 'run2', name: 'Run 2', config: again, start: 'continue' });
  const { memory } = await other.ended(2);
  expect(memory!.step).toBe(points.length + 40);
});

test('work that is closed while a run is under way comes back at the next start, and the run goes on', async () => {
  const run = start('closed');
  await run.train(long);
  await run.reaches(20);
  await run.supervisor.request('controlRun', { action: 'pause' });
  const { step } = (await run.supervisor.request('getWorkbook', {})).run!;
  await pausedOnDisk(run.works);
  // Saving just now is no reason to forget the run.
  await run.supervisor.save(join(folder, 'closed.convsheet'), async () => ({ name: 'closed' }));
  expect(await run.supervisor.isModified()).toBe(true);
  await run.supervisor.close({ keep: true });

  const [{ path, content }] = unsavedWorks(run.works);
  const next = start('closed', run.works);
  const info = await next.supervisor.recover(path, content!);
  expect(info.run).toMatchObject({ id: 'run1', step });
  while ((await next.supervisor.request('getWorkbook', {})).run!.status !== 'paused') await pause(20);
  await next.supervisor.request('controlRun', { action: 'stop' });
  const { runs } = await next.ended();
  expect(runs![0].points.at(-1)!.step).toBe(step);
  await next.supervisor.discard();
  expect(await next.supervisor.isModified()).toBe(false);
});

test('a run that was refused is not tried again by another engine', async () => {
  const run = start('refused');
  const missing = { kind: 'idx', images: join(folder, 'missing'), labels: join(folder, 'missing') } as const;
  await expect(run.train({ data: { ...digitChoice, source: missing } })).rejects.toThrow(/missing/);
  process.kill(run.supervisor.enginePid!, 'SIGKILL');
  expect((await run.supervisor.request('getWorkbook', {})).run).toBeUndefined();
  await run.supervisor.request('change', editCommand('Type', []));
  const [journal] = readdirSync(run.works).filter(name => name.endsWith('.journal'));
  expect(readJournal(join(run.works, journal))!.requests.map(({ kind }) => kind)).toEqual(['load', 'change']);
});

test('work that is dropped takes the run and its checkpoint with it', async () => {
  const run = start('dropped');
  await run.train(long);
  await run.reaches(20);
  await run.supervisor.discard();
  expect(await run.supervisor.isModified()).toBe(false);
  const files = () => readdirSync(run.works).filter(name => !name.startsWith('.') && !name.endsWith('.checkpoint'));
  while (files().length > 0) await pause(20);
  const info = () => run.supervisor.request('getWorkbook', {});
  while ((await info()).run!.status !== 'ended') await pause(5);
  expect((await info()).run).toMatchObject({ end: 'stopped' });
  // The user can train again, and no other engine resumes the dropped run.
  const again = { ...config, epochs: 1 };
  await run.supervisor.request('train', { id: 'run2', name: 'Run 2', config: again, start: 'here' });
  while (!(await info()).runs.some(({ id }) => id === 'run2')) await pause(20);
  process.kill(run.supervisor.enginePid!, 'SIGKILL');
  expect((await info()).runs.map(({ id }) => id)).toEqual(['run2']);
});

test('a cell edited during a run survives a kill right after it, and can still be undone', async () => {
  const run = start('edited');
  // Training doesn't change this cell.
  await run.train({ ...long, layerRates: { conv: 0 } });
  const { supervisor } = run;
  await run.reaches(20);
  const value = async () => (await openWorkbook(await supervisor.copy())).values.get('conv/kernel')![7];
  const before = await value();
  const edit = { tensor: 'conv/kernel' as const, indices: Uint32Array.of(7), values: Float32Array.of(5) };
  for (const wait of [0, 300]) {
    await supervisor.request('change', editCommand('Type 5', [edit]));
    await pause(wait);
    process.kill(supervisor.enginePid!, 'SIGKILL');
    expect(await value()).toBe(5);
    await supervisor.request('undo', {});
    expect(await value()).toBe(before);
  }
  await supervisor.request('change', editCommand('Type 5', [edit]));
  await supervisor.request('controlRun', { action: 'stop' });
  const { values, runs } = await run.ended();
  expect(values.get('conv/kernel')![7]).toBe(5);
  expect(runs![0].notes.filter(({ sentence }) => english(sentence).startsWith('Changed')).length).toBeGreaterThan(0);
});

test('a learning rate set during a run survives a kill right after it', async () => {
  const run = start('rate');
  await run.train({ ...long, schedule: { kind: 'constant' } });
  const { supervisor } = run;
  await run.reaches(20);
  await supervisor.request('setLearningRate', { learningRate: 0.0001 });
  process.kill(supervisor.enginePid!, 'SIGKILL');
  const { step } = (await supervisor.request('getWorkbook', {})).run!;
  await run.reaches(step + 10);
  await supervisor.request('controlRun', { action: 'stop' });
  const [{ config: ended, points, notes }] = (await run.ended()).runs!;
  expect([ended.learningRate, points.at(-1)!.learningRate]).toEqual([0.0001, 0.0001]);
  expect(notes.filter(({ sentence }) => english(sentence) === 'The learning rate was set to 0.0001.')).toHaveLength(1);
});

test('what was typed while a run that will change the classes reads its images is there after a kill', async () => {
  // It is tried again where the images were read before all was answered: then an edit may be refused, as it was meant
  // for the other classes.
  let killedWhile: string | undefined;
  for (let attempt = 0; attempt < 20 && killedWhile !== 'preparing'; attempt++) {
    const run = start('reading');
    const { supervisor } = run;
    const path = join(folder, 'small.convsheet');
    const { structure } = await supervisor.open({ from: 'file', path }, { name: 'small', path });
    const type = (tensor: TensorId, index: number, value: number) =>
      supervisor.request('change', {
        structure,
        ...editCommand('Type', [{ tensor, indices: Uint32Array.of(index), values: Float32Array.of(value) }]),
      });
    for (let i = 1; i <= 70; i++) await type('conv/kernel', 0, i);
    const source = { kind: 'idx', images: join(folder, 'images'), labels: join(folder, 'letters') } as const;
    const slow = { ...config, ...long, data: { ...digitChoice, source }, layerRates: { conv: 0 } };
    const trained = supervisor.request('train', { id: 'run1', name: 'Run 1', config: slow, start: 'here' });
    const typed = [type('conv/kernel', 1, 5), type('conv/kernel', 2, 6), type('scores/kernel', 0, 7)];
    const asked = [supervisor.request('undo', {}), supervisor.request('getWorkbook', {})] as const;
    const refused = (await Promise.allSettled([...typed, ...asked])).flatMap(result =>
      result.status === 'rejected' ? [(result.reason as Error).message] : [],
    );
    if (refused.length > 0) {
      expect(new Set(refused)).toEqual(new Set([english(sentences.engine.otherStructure)]));
      await trained;
      continue;
    }
    killedWhile = (await asked[1]).run!.status;
    process.kill(supervisor.enginePid!, 'SIGKILL');
    await trained;
    const { classes } = await supervisor.request('getWorkbook', {});
    expect(classes).toHaveLength(26);
    const kernel = async () => (await openWorkbook(await supervisor.copy())).values.get('conv/kernel')!;
    expect((await kernel()).slice(0, 3)).toEqual(Float32Array.of(70, 5, 6));
    await supervisor.request('controlRun', { action: 'stop' });
    await run.ended();
    expect((await kernel()).slice(0, 3)).toEqual(Float32Array.of(70, 5, 6));
  }
  expect(killedWhile).toBe('preparing');
});

test('a run that gave other scores comes back after a kill with what was edited in them, bit for bit', async () => {
  const run = start('rescored');
  const { supervisor } = run;
  const source = { kind: 'idx', images: join(folder, 'images'), labels: join(folder, 'letters') } as const;
  // The scores aren't trained, so they end as they were edited.
  await run.train({ ...long, data: { ...digitChoice, source }, layerRates: { scores: 0 } });
  await run.reaches(5);
  const type = (tensor: 'scores/kernel' | 'softmax/actual', index: number, value: number) =>
    supervisor.request('change', {
      label: 'Type',
      changes: [
        { kind: 'values', edits: [{ tensor, indices: Uint32Array.of(index), values: Float32Array.of(value) }] },
      ],
    });
  // Elements that the layer with 10 scores doesn't have. They are edited before each kill, and while the next engine
  // reads the images.
  const last = 26 * 144 - 1;
  await type('scores/kernel', last, 5);
  await type('softmax/actual', 19, 1);
  process.kill(supervisor.enginePid!, 'SIGKILL');
  await run.reaches(5);
  await type('scores/kernel', last - 1, 6);
  process.kill(supervisor.enginePid!, 'SIGKILL');
  await type('scores/kernel', last - 2, 7);
  while ((await supervisor.request('getWorkbook', {})).run!.status !== 'running') await pause(5);
  await supervisor.request('controlRun', { action: 'stop' });

  const now = async () => {
    const { state, classes } = await supervisor.request('getWorkbook', {});
    return { ...(await openWorkbook(await supervisor.copy())), labels: [state.undo, state.redo], classes };
  };
  await run.ended();
  const ended = await now();
  expect(ended.classes).toHaveLength(26);
  expect(ended.values.get('scores/kernel')!.slice(-3)).toEqual(Float32Array.of(7, 6, 5));
  expect(ended.values.get('softmax/actual')!.indexOf(1)).toBe(19);
  await supervisor.request('undo', {});
  const undone = await now();
  expect(undone.classes).toHaveLength(10);
  expect(undone.labels).toEqual([undefined, 'Train: Run 1']);
  await supervisor.request('redo', {});
  expect(await now()).toEqual(ended);

  process.kill(supervisor.enginePid!, 'SIGKILL');
  expect(await now()).toEqual(ended);
  await supervisor.request('undo', {});
  expect(await now()).toEqual(undone);
  await supervisor.request('redo', {});
  expect(await now()).toEqual(ended);
  // The same after reading it from the disk.
  await supervisor.close({ keep: true });
  const [{ path, content }] = unsavedWorks(run.works);
  const next = start('rescored', run.works);
  await next.supervisor.recover(path, content!);
  expect((await openWorkbook(await next.supervisor.copy())).values).toEqual(ended.values);
});
