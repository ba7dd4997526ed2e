/** A training that is stopped by Ctrl+C, and goes on later. */
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messages } from '../../shared/messages.ts';
import type { RunRecord } from '../../shared/training.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { openWorkbook } from '../files/open.ts';
import { createTrainingFolder, smallTraining, type TrainingEvent } from './testing/training-folder.ts';

const photos = createTrainingFolder();
const { inFolder, run, runInterrupted, train, trainInterrupted, weightsOf } = photos;
beforeAll(photos.addPhotos);
afterAll(photos.remove);

const curve = ({ points, epochs }: RunRecord) => [points, epochs.map(({ validationLoss }) => validationLoss)];

test('a run stopped by Ctrl+C is saved, and goes on to the weights it would have had without the stop', async () => {
  const args = ['lesson3', '--data', 'photos', '--validation', '0.2', '--epochs', '100', '--seed', '5'];
  await train(...args, '-o', 'straight.convsheet');
  const end = await trainInterrupted(({ event }) => event === 'epoch', ...args, '-o', 'cut.convsheet');
  expect(end.step).toBeLessThan(300);
  await train('cut.convsheet', '--start', 'continue', '-o', 'cut.convsheet');
  expect(await weightsOf('cut.convsheet')).toEqual(await weightsOf('straight.convsheet'));
  const whole = (await openWorkbook(inFolder('straight.convsheet'))).runs!;
  const cut = (await openWorkbook(inFolder('cut.convsheet'))).runs!;
  expect(cut).toHaveLength(1);
  expect(curve(cut[0])).toEqual(curve(whole[0]));
});

// With this learning rate an early epoch is the best.
const BEST = [
  ...smallTraining.slice(0, 7),
  '--epochs',
  '200',
  '--learning-rate',
  '0.1',
  '--seed',
  '5',
  '--keep-best',
  '--batch-size',
  '64',
];
/** The events of that run without interruption. Its result is in whole.convsheet. */
let told: TrainingEvent[];
beforeAll(async () => void (told = await train(...BEST, '-o', 'whole.convsheet')));

test('a run that keeps its best weights ends with the same ones after two interruptions', async () => {
  const losses = told.filter(({ event }) => event === 'epoch').map(({ validationLoss }) => validationLoss as number);
  const best = losses.indexOf(Math.min(...losses)) + 1;
  expect(best).toBeLessThan(100);
  const after = (epoch: number) => (event: TrainingEvent) =>
    event.event === 'epoch' && (event.epoch as number) >= epoch;
  const end = await trainInterrupted(after(best + 1), ...BEST, '-o', 'cut.convsheet');
  expect(end.sentence).toEqual(messages.runs.bestKeptAside(best));
  expect(await weightsOf('cut.convsheet')).not.toEqual(await weightsOf('whole.convsheet'));
  await trainInterrupted(after(best + 3), 'cut.convsheet', '--start', 'continue', '-o', 'cut.convsheet');
  await train('cut.convsheet', '--start', 'continue', '-o', 'cut.convsheet');
  expect(await weightsOf('cut.convsheet')).toEqual(await weightsOf('whole.convsheet'));
  const [whole, cut] = [await openWorkbook(inFolder('whole.convsheet')), await openWorkbook(inFolder('cut.convsheet'))];
  expect(cut.runs!.map(curve)).toEqual(whole.runs!.map(curve));
  expect([cut.runs![0].end, cut.runs![0].sentence]).toEqual([whole.runs![0].end, whole.runs![0].sentence]);
});

test('with --weights-only and --keep-best, Ctrl+C saves the best weights', async () => {
  const { stdout } = await runInterrupted(/epoch 1\/200/, 'train', ...BEST, '--weights-only', '-o', 'told.convsheet');
  expect(stdout).toMatch(/^The run was stopped\./m);
  expect(stdout).not.toContain('--start continue');
  const end = await trainInterrupted(
    ({ event, epoch }) => event === 'epoch' && epoch === 100,
    ...BEST,
    '--weights-only',
    '-o',
    'best.convsheet',
  );
  expect(end.sentence).toMatch(/^The weights are those of epoch \d+, which had the best validation loss\.$/);
  expect(await weightsOf('best.convsheet')).toEqual(await weightsOf('whole.convsheet'));
});

test('a run goes on only with the images and the memory it had', async () => {
  cpSync(inFolder('photos'), inFolder('fewer'), { recursive: true });
  const args = ['lesson3', '--data', 'fewer', '--validation', '0.2', '--epochs', '200'];
  await trainInterrupted(({ event }) => event === 'epoch', ...args, '-o', 'stopped.convsheet');
  const workbook = await openWorkbook(inFolder('stopped.convsheet'));
  const memory = { ...workbook.memory!, run: 'another' };
  writeFileSync(inFolder('mixed.convsheet'), writeWorkbook({ ...workbook, memory }));
  const again = ['mixed.convsheet', '--start', 'continue', '--weights-only', '-o', 'second.convsheet'];
  const seen: TrainingEvent[] = [];
  await trainInterrupted(event => seen.push(event) > 1, ...again);
  expect(seen[0], 'another run').not.toHaveProperty('step');

  for (const name of readdirSync(inFolder('fewer/one')).slice(0, 20)) rmSync(inFolder(`fewer/one/${name}`));
  const { status, stderr } = await run('train', 'stopped.convsheet', '--start', 'continue', '-o', 'stopped.convsheet');
  expect(status).toBe(1);
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(
    'The run began with 144 images to train and 36 to validate with, but fewer now has 128 images to train and 32 ' +
      'to validate with. Put its images back as they were, or start from here.',
  );
});

test.each([
  ['reading its images', /Reading the images/, ['-o', 'never.convsheet']],
  ['reading its images for a learning rate', /Reading the images/, ['--find-rate']],
  ['finding a learning rate', /Trying learning rates/, ['--find-rate', '--json']],
])('ends at Ctrl+C while it is %s, with the status 130 and without a file', async (_, seen, args) => {
  for (const name of ['a', 'b', 'c', 'd'])
    cpSync(inFolder('photos/one'), inFolder(`many/${name}`), { recursive: true });
  const many = ['lenet', '--data', 'many', '--batch-size', '512'];
  const { status, stdout, stderr } = await runInterrupted(seen, 'train', ...many, ...args);
  expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/Stopping; nothing is written\. Ctrl\+C again ends at once\.$/);
  expect(existsSync(inFolder('never.convsheet'))).toBe(false);
});
