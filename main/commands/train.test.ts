/** What `train` makes of a template or a file, and what it prints. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spokenBoard } from '../../shared/film/testing/small-storyboard.ts';
import { messages } from '../../shared/messages.ts';
import type { Evaluation } from '../../shared/training.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { openWorkbook } from '../files/open.ts';
import { readTemplate } from '../files/templates.ts';
import { createTrainingFolder, photoClasses, smallTraining, type TrainingEvent } from './testing/training-folder.ts';

const photos = createTrainingFolder();
const { inFolder, run, train } = photos;
const ofPhotos = ['--data', 'photos', '--batch-size', '16'];
/** The events of the training that made small.convsheet. */
let events: TrainingEvent[];
beforeAll(async () => {
  await photos.addPhotos();
  events = await train(...smallTraining, '--every', '7', '-o', 'small.convsheet');
});
afterAll(photos.remove);

test('makes a template fit the classes of the data, learns them, and prints each event as a line of JSON', async () => {
  const [start] = events;
  expect(start).toMatchObject({
    event: 'start',
    start: 'initial',
    loss: 'crossEntropy',
    steps: 28,
    stepsPerEpoch: 7,
    config: { epochs: 4, seed: 5, optimizer: { kind: 'adam' }, backend: 'wasm' },
    data: {
      name: 'photos',
      classes: photoClasses,
      totals: { training: 108, validation: 36, test: 36 },
      problems: [{ name: 'zero/broken.png' }],
    },
  });
  expect(events.map(({ event, step }) => `${event} ${step as number}`)).toEqual([
    'start undefined',
    ...[7, 14, 21, 28].flatMap(step => [`step ${step}`, `epoch ${step}`]),
    'end 28',
  ]);
  expect(events.at(-1)).toMatchObject({ end: 'finished', path: 'small.convsheet' });
  const epochs = events.filter(({ event }) => event === 'epoch') as unknown as { validationMetric: number }[];
  expect(epochs.at(-1)!.validationMetric).toBeGreaterThan(0.9);
  const { classes, source, runs, memory } = await openWorkbook(inFolder('small.convsheet'));
  expect(classes).toEqual(photoClasses);
  expect(source).toMatchObject({ kind: 'image' });
  expect(runs).toHaveLength(1);
  expect(runs![0]).toMatchObject({ end: 'finished', stepsPerEpoch: 7, start: 'initial', config: start.config });
  expect(runs![0].points).toHaveLength(28);
  expect(memory).toMatchObject({ optimizer: 'adam', step: 28, epochs: 4 });
});

test('makes the same bytes from the same seed, not from another, and keeps frozen layers’ weights', async () => {
  for (const name of ['once', 'again'])
    await train(...smallTraining, '--freeze', 'conv1', '--weights-only', '-o', `${name}.convsheet`);
  await train(...smallTraining.slice(0, -1), '6', '--weights-only', '-o', 'other.convsheet');
  const [once, again, other] = ['once', 'again', 'other'].map(name => readFileSync(inFolder(`${name}.convsheet`)));
  expect(once.equals(again)).toBe(true);
  expect(once.equals(other)).toBe(false);
  const { values, runs } = await openWorkbook(inFolder('once.convsheet'));
  expect(runs).toBeUndefined();
  expect(values.get('conv1/kernel')).toEqual((await readTemplate('lesson3')).values.get('conv1/kernel'));
});

test('trains in phases of a recipe or of one’s own; the file keeps them, the next run may leave them', async () => {
  const [recipe] = await train('lesson3', ...ofPhotos, '--recipe', 'fine-tune', '-o', 'phased.convsheet');
  const perEpoch = recipe.stepsPerEpoch as number;
  expect(recipe).toMatchObject({ steps: 7 * perEpoch, config: { groups: ['conv2', 'dense'], epochs: 7 } });
  const phases = ['name=Head,epochs=1,rate=0.01,schedule=cosine,cycle=0.5,groups=0/0/1', 'epochs=2,groups=0.1/0.1/1'];
  const asked = phases.flatMap(text => ['--phase', text]);
  const [own] = await train(
    'phased.convsheet',
    ...ofPhotos,
    '--groups',
    'conv2,dense',
    ...asked,
    '-o',
    'own.convsheet',
  );
  expect(own).toMatchObject({
    steps: 3 * perEpoch,
    config: {
      phases: [
        {
          name: 'Head',
          epochs: 1,
          learningRate: 0.01,
          schedule: { kind: 'cosine', cycle: 0.5, multiplier: 2 },
          groupRates: [0, 0, 1],
        },
        { name: '', epochs: 2, learningRate: 0.002, schedule: { kind: 'oneCycle' }, groupRates: [0.1, 0.1, 1] },
      ],
    },
  });
  const [next] = await train('own.convsheet', '--start', 'continue', '--epochs', '1', '-o', 'next.convsheet');
  expect(next).toMatchObject({ steps: perEpoch });
  expect(next.config).not.toHaveProperty('phases');
});

test('continues a complete run with its set-up and the optimizer’s memory; a storyboard stays', async () => {
  const film = { storyboard: spokenBoard('a'), narrations: new Map([['a', Uint8Array.of(1, 2)]]) };
  writeFileSync(
    inFolder('small.convsheet'),
    writeWorkbook({ ...(await openWorkbook(inFolder('small.convsheet'))), ...film }),
  );
  const [start] = await train('small.convsheet', '--start', 'continue', '--epochs', '1', '-o', 'second.convsheet');
  expect(start).toMatchObject({ start: 'continue', steps: 7, config: { epochs: 1, seed: 5 } });
  const { runs, memory, storyboard, narrations } = await openWorkbook(inFolder('second.convsheet'));
  expect({ storyboard, narrations }).toEqual(film);
  expect(runs!.map(({ weights }) => weights!.at(-1)!.step)).toEqual([28, 7]);
  expect(runs!.map(({ name, start: from }) => `${name}: ${from}`)).toEqual(['Run 1: initial', 'Run 2: continue']);
  expect(memory).toMatchObject({ step: 35, epochs: 5 });
});

test('learns several labels of a CSV table with a sigmoid, and says so', async () => {
  const { status, stdout, stderr } = await run(
    ...'train lesson3 --data photos --labels labels.csv --labels-separator space'.split(' '),
    ...'--test 0.2 --epochs 8 --learning-rate 0.01 -o labels.convsheet'.split(' '),
  );
  expect(status).toBe(0);
  expect(stderr).toContain('so softmax became a sigmoid');
  expect(stderr, 'there is no undo here').not.toMatch(/undo/i);
  expect(stdout).toMatch(/^epoch +loss +F2 +seconds\n/);
  expect((await openWorkbook(inFolder('labels.convsheet'))).network.layers.at(-1)!.kind).toBe('sigmoid');
  const evaluation = JSON.parse((await run('evaluate', 'labels.convsheet', '--json')).stdout) as Evaluation;
  expect(evaluation.severalLabels!.f2).toBeGreaterThan(0.8);
  expect((await run('predict', 'labels.convsheet', '--images', 'photos/seven')).stdout).toMatch(/angled, straight/);
});

test('learns a class with a very long name, and can open what it wrote', async () => {
  const long = 'x'.repeat(1200);
  const table = readFileSync(inFolder('labels.csv'), 'utf8').replaceAll('round', long);
  writeFileSync(inFolder('long.csv'), table);
  await train('lesson3', '--data', 'photos', '--labels', 'long.csv', '--epochs', '1', '-o', 'long.convsheet');
  const { runs, classes } = await openWorkbook(inFolder('long.convsheet'));
  expect(classes).toContain(long.slice(0, 200));
  expect(runs![0].classes).toEqual(classes);
});

test('shows people the counts, a table of epochs and what was written', async () => {
  const { status, stdout, stderr } = await run('train', ...smallTraining, '-o', 'table.convsheet');
  expect(status).toBe(0);
  expect(stderr.split('\n').slice(0, 4)).toEqual([
    'Classes: one (60), seven (60), zero (60)',
    'skipped zero/broken.png: it is no image of a known format',
    'photos: 3 classes; 108 training, 36 validation, 36 test images',
    '4 epochs of 7 steps of 16 images, adam at 0.01 on wasm, seed 5',
  ]);
  const [head, ...lines] = stdout.split('\n');
  expect(head).toBe('epoch    loss  accuracy  validation loss  validation accuracy  seconds');
  expect(lines[4]).toBe('The run is complete.');
  expect(lines[5]).toMatch(/^table\.convsheet: [\d,]+ bytes, after \d+\.\d s of training$/);
});

test('finds a learning rate without writing anything', async () => {
  const found = JSON.parse((await run('train', ...smallTraining, '--find-rate', '--json')).stdout) as Record<
    string,
    unknown
  >;
  expect(found.suggestion).toBeGreaterThan(1e-5);
  expect((found.points as unknown[]).length).toBeGreaterThan(50);
  expect((await run('train', ...smallTraining, '--find-rate')).stdout).toMatch(
    /Suggested: --learning-rate [\d.e-]+\n$/,
  );
});

test('ends with the last good weights and a sentence if the loss is NaN', async () => {
  const wild = ['--optimizer', 'sgd', '--schedule', 'constant', '--weight-decay', '1e6'];
  const { status, stderr } = await run('train', ...smallTraining, ...wild, '-o', 'nan.convsheet');
  expect(status).toBe(1);
  expect(stderr).toMatch(/so the run ended with (the weights before it|those before it)\. A smaller learning rate/);
  expect((await openWorkbook(inFolder('nan.convsheet'))).runs![0].end).toBe('failed');
});

test('a file of other classes gets the data’s number of scores; its other layers keep what they learned', async () => {
  const { status, stderr } = await run(
    ...'train old.convsheet --data photos --epochs 4 --batch-size 16 --learning-rate .01 -o refitted.convsheet'.split(
      ' ',
    ),
  );
  expect(stderr).toContain('dense now has 3 scores in place of 10, one for each class of photos');
  expect(status).toBe(0);
  const { accuracy, classes } = JSON.parse(
    (await run('evaluate', 'refitted.convsheet', '--json')).stdout,
  ) as Evaluation;
  expect(classes).toEqual(photoClasses);
  expect(accuracy).toBeGreaterThan(0.9);
});

test('few images get suitable numbers of epochs and batches, and a notice (fault 49)', async () => {
  const told = await train('lesson3', '--data', 'photos', '-o', 'few.convsheet');
  const { notices, config } = told[0] as unknown as {
    notices: string[];
    config: { epochs: number; batchSize: number };
  };
  expect({ epochs: config.epochs, batchSize: config.batchSize }).toEqual({ epochs: 25, batchSize: 16 });
  expect(notices).toEqual([messages.trainCommand.sized(180, { epochs: true, batchSize: true })]);
  const last = told.findLast(({ event }) => event === 'epoch') as unknown as { metric: number };
  expect(last.metric).toBeGreaterThan(0.9);
});

test('a run too short to learn from its images says so (fault 49)', async () => {
  const [{ notices }] = (await train(
    'lesson3',
    '--data',
    'photos',
    '--epochs',
    '1',
    '-o',
    'short.convsheet',
  )) as unknown as [{ notices: string[] }];
  expect(notices).toEqual([
    'The batch size suits 180 images; --batch-size chooses another.',
    messages.trainCommand.fewSteps(12, { epochs: 25, batchSize: 16 }),
  ]);
});
