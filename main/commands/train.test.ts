/** More than 500 lines: its tests share one training, which takes seconds. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messages } from '../../shared/messages.ts';
import type { Evaluation, RunRecord } from '../../shared/training.ts';
import { DIGIT_SIZE, testDigits } from '../engine/data/digits.ts';
import { readWorkbook, writeWorkbook } from '../files/convsheet.ts';
import { openWorkbook } from '../files/open.ts';
import { readTemplate } from '../files/templates.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, '.build/main/cli.mjs');
const folder = mkdtempSync(join(tmpdir(), 'convsheet-train-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SMALL = [
  'lesson3',
  '--data',
  'photos',
  '--test',
  '0.2',
  '--validation',
  '0.2',
  '--epochs',
  '4',
  '--batch-size',
  '16',
  '--learning-rate',
  '0.01',
  '--seed',
  '5',
];
/** What the training told that made small.convsheet. */
let events: Event[];

/** Digits as image files, a folder for each of three classes; one of the files is broken. */
const IMAGES = 60;
const CLASSES = ['one', 'seven', 'zero'];
beforeAll(async () => {
  const { bytes, classes } = testDigits();
  const size = DIGIT_SIZE * DIGIT_SIZE;
  const raw = { width: DIGIT_SIZE, height: DIGIT_SIZE, channels: 1 as const };
  const rows = ['file,labels'];
  for (const [name, digit] of [
    ['one', 1],
    ['seven', 7],
    ['zero', 0],
  ] as const) {
    mkdirSync(join(folder, 'photos', name), { recursive: true });
    const indices = [...classes.keys()].filter(index => classes[index] === digit).slice(0, IMAGES);
    for (const index of indices) {
      const path = join('photos', name, `${index}.png`);
      await sharp(bytes.subarray(index * size, (index + 1) * size), { raw })
        .png()
        .toFile(join(folder, path));
      rows.push(`${name}/${index}.png,${digit === 0 ? 'round' : digit === 1 ? 'straight' : 'straight angled'}`);
    }
  }
  writeFileSync(join(folder, 'labels.csv'), rows.join('\n'));
  writeFileSync(join(folder, 'photos/zero/broken.png'), 'no image');
  writeFileSync(join(folder, 'old.convsheet'), writeWorkbook(await readTemplate('lesson3')));
  events = train(...SMALL, '--every', '7', '-o', 'small.convsheet');
});

const inFolder = (name: string) => join(folder, name);

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [built, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** The same without waiting, so that tests can run beside each other. */
function runBeside(...args: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [built, ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ status: error ? error.code : 0, stdout, stderr });
    });
  });
}

type Event = Record<string, unknown> & { event: string };
const eventsIn = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Event);

/** Trains for a moment and returns what it told. */
function train(...args: string[]): Event[] {
  const { status, stdout } = run('train', ...args, '--json', '--force');
  expect(status).toBe(0);
  return eventsIn(stdout);
}

const weightsOf = async (name: string) => [...(await openWorkbook(inFolder(name))).values];

describe('train', () => {
  test('makes a template for the classes of the data, learns them, and tells a line of JSON an event', async () => {
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
        classes: CLASSES,
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
    expect(classes).toEqual(CLASSES);
    expect(source).toMatchObject({ kind: 'image' });
    expect(runs).toHaveLength(1);
    expect(runs![0]).toMatchObject({ end: 'finished', stepsPerEpoch: 7, start: 'initial', config: start.config });
    expect(runs![0].points).toHaveLength(28);
    expect(memory).toMatchObject({ optimizer: 'adam', step: 28, epochs: 4 });
  });

  test('makes the same bytes from the same seed, others from another, and keeps frozen layers’ weights', async () => {
    for (const name of ['once', 'again'])
      train(...SMALL, '--freeze', 'conv1', '--weights-only', '-o', `${name}.convsheet`);
    train(...SMALL.slice(0, -1), '6', '--weights-only', '-o', 'other.convsheet');
    const [once, again, other] = ['once', 'again', 'other'].map(name => readFileSync(inFolder(`${name}.convsheet`)));
    expect(once.equals(again)).toBe(true);
    expect(once.equals(other)).toBe(false);
    const { values, runs } = await openWorkbook(inFolder('once.convsheet'));
    expect(runs).toBeUndefined();
    expect(values.get('conv1/kernel')).toEqual((await readTemplate('lesson3')).values.get('conv1/kernel'));
  });

  /** Trains until a step has been told that `when` wants, and then presses Ctrl+C. */
  async function interrupted(when: (event: Event) => boolean, ...args: string[]): Promise<Event> {
    const child = spawn(process.execPath, [built, 'train', ...args, '--json', '--force'], { cwd: folder });
    let told = '';
    for await (const line of createInterface({ input: child.stdout })) {
      told += `${line}\n`;
      if (when(JSON.parse(line) as Event)) child.kill('SIGINT');
    }
    const end = eventsIn(told).at(-1)!;
    expect(end).toMatchObject({ event: 'end', end: 'stopped' });
    return end;
  }
  const curve = ({ points, epochs }: RunRecord) => [points, epochs.map(({ validationLoss }) => validationLoss)];

  test('saves where it is at Ctrl+C, and goes on to the same weights as if nothing had been', async () => {
    const args = ['lesson3', '--data', 'photos', '--validation', '0.2', '--epochs', '200', '--seed', '5'];
    train(...args, '-o', 'whole.convsheet');
    const end = await interrupted(({ event }) => event === 'epoch', ...args, '-o', 'cut.convsheet');
    expect(end.step).toBeLessThan(600);
    train('cut.convsheet', '--start', 'continue', '-o', 'cut.convsheet');
    expect(await weightsOf('cut.convsheet')).toEqual(await weightsOf('whole.convsheet'));
    const whole = (await openWorkbook(inFolder('whole.convsheet'))).runs!;
    const cut = (await openWorkbook(inFolder('cut.convsheet'))).runs!;
    expect(cut).toHaveLength(1);
    expect(curve(cut[0])).toEqual(curve(whole[0]));
  });

  /** Presses Ctrl+C once stderr has this, and tells how it went. */
  async function interruptedAt(seen: RegExp, ...args: string[]) {
    // What is under way is told to terminals only.
    const terminal = 'data:text/javascript,Object.assign(process.stderr,{isTTY:true,columns:200})';
    const child = spawn(process.execPath, ['--import', terminal, built, ...args], { cwd: folder });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', text => (stdout += text));
    child.stderr.on('data', text => {
      const before = seen.test(stderr);
      stderr += text;
      if (!before && seen.test(stderr)) child.kill('SIGINT');
    });
    await once(child, 'close');
    return { status: child.exitCode, stdout, stderr };
  }

  // At this rate the best epoch is an early one.
  const BEST = [
    ...SMALL.slice(0, 7),
    '--epochs',
    '300',
    '--learning-rate',
    '0.1',
    '--seed',
    '5',
    '--keep-best',
    '--batch-size',
    '64',
  ];

  test('goes on to the same weights where the best ones are kept, twice interrupted after the best epoch', async () => {
    const told = train(...BEST, '-o', 'whole.convsheet');
    const losses = told.filter(({ event }) => event === 'epoch').map(({ validationLoss }) => validationLoss as number);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(best).toBeLessThan(150);
    const after = (epoch: number) => (event: Event) => event.event === 'epoch' && (event.epoch as number) >= epoch;
    const end = await interrupted(after(best + 1), ...BEST, '-o', 'cut.convsheet');
    expect(end.sentence).toEqual(messages.runs.bestKeptAside(best));
    expect(await weightsOf('cut.convsheet')).not.toEqual(await weightsOf('whole.convsheet'));
    await interrupted(after(best + 3), 'cut.convsheet', '--start', 'continue', '-o', 'cut.convsheet');
    train('cut.convsheet', '--start', 'continue', '-o', 'cut.convsheet');
    expect(await weightsOf('cut.convsheet')).toEqual(await weightsOf('whole.convsheet'));
    const [whole, cut] = [
      await openWorkbook(inFolder('whole.convsheet')),
      await openWorkbook(inFolder('cut.convsheet')),
    ];
    expect(cut.runs!.map(curve)).toEqual(whole.runs!.map(curve));
    expect([cut.runs![0].end, cut.runs![0].sentence]).toEqual([whole.runs![0].end, whole.runs![0].sentence]);
  });

  test('at Ctrl+C without the run, a file has the best weights where those are to be kept', async () => {
    const { stdout } = await interruptedAt(/epoch 1\/300/, 'train', ...BEST, '--weights-only', '-o', 'told.convsheet');
    expect(stdout).toMatch(/^The run was stopped\./m);
    expect(stdout).not.toContain('--start continue');
    const end = await interrupted(
      ({ event, epoch }) => event === 'epoch' && epoch === 150,
      ...BEST,
      '--weights-only',
      '-o',
      'best.convsheet',
    );
    expect(end.sentence).toMatch(/^The weights are those of epoch \d+, which had the best validation loss\.$/);
    train(...BEST, '--weights-only', '-o', 'whole.convsheet');
    expect(await weightsOf('best.convsheet')).toEqual(await weightsOf('whole.convsheet'));
  });

  test('goes on with a run only where images and memory are those it had', async () => {
    cpSync(inFolder('photos'), inFolder('fewer'), { recursive: true });
    const args = ['lesson3', '--data', 'fewer', '--validation', '0.2', '--epochs', '200'];
    await interrupted(({ event }) => event === 'epoch', ...args, '-o', 'stopped.convsheet');
    const workbook = await openWorkbook(inFolder('stopped.convsheet'));
    const memory = { ...workbook.memory!, run: 'another' };
    writeFileSync(inFolder('mixed.convsheet'), writeWorkbook({ ...workbook, memory }));
    const [start] = train('mixed.convsheet', '--start', 'continue', '--weights-only', '-o', 'second.convsheet');
    expect(start, 'another run').not.toHaveProperty('step');

    for (const name of readdirSync(inFolder('fewer/one')).slice(0, 20)) rmSync(inFolder(`fewer/one/${name}`));
    const { status, stderr } = run('train', 'stopped.convsheet', '--start', 'continue', '-o', 'stopped.convsheet');
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'The run began with 144 images to train and 36 to validate with, but fewer now has 128 images to train and 32 ' +
        'to validate with. Put its images back as they were, or start from here.',
    );
  });

  test('refuses a folder and a write-protected file before it trains', () => {
    const args = ['train', ...SMALL, '--force', '-o'];
    mkdirSync(inFolder('folder.convsheet'));
    expect(run(...args, 'folder.convsheet').stderr).toBe(`${messages.files.writing.folder('folder.convsheet')}\n`);

    writeFileSync(inFolder('protected.convsheet'), 'keep', { mode: 0o444 });
    // A rename could replace the file. Nothing is forbidden to root, so root's test run asks somebody else.
    chmodSync(folder, 0o777);
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const asked = { cwd: folder, encoding: 'utf8', ...user } as const;
    const { status, stderr } = spawnSync(process.execPath, [built, ...args, 'protected.convsheet'], asked);
    expect(status).toBe(1);
    expect(stderr).toBe(`${messages.files.writing.permission('protected.convsheet')}\n`);
  });

  test('saves what it trained elsewhere, and says where, if the file can’t be written in the end', async () => {
    mkdirSync(inFolder('vanishing'));
    const temporary = inFolder('temporary');
    mkdirSync(temporary);
    const args = ['train', ...SMALL, '--json', '-o', 'vanishing/x.convsheet'];
    const child = spawn(process.execPath, [built, ...args], {
      cwd: folder,
      env: { ...process.env, TMPDIR: temporary },
    });
    let errors = '';
    child.stderr.on('data', text => (errors += text));
    let told = '';
    for await (const line of createInterface({ input: child.stdout })) {
      told += `${line}\n`;
      if ((JSON.parse(line) as Event).event === 'start') rmSync(inFolder('vanishing'), { recursive: true });
    }
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(1);
    const [saved] = readdirSync(temporary);
    expect(saved).toMatch(/^x-.*\.convsheet$/);
    expect(eventsIn(told).at(-1)).toMatchObject({ event: 'end', end: 'finished', path: join(temporary, saved) });
    const { writing } = messages.files;
    expect(errors.trimEnd().split('\n').at(-1)).toBe(
      `${writing.folderMissing('vanishing/x.convsheet', 'vanishing')} What was trained is in ` +
        `${join(temporary, saved)} instead.`,
    );
    expect(readWorkbook(readFileSync(join(temporary, saved)), saved).runs).toMatchObject([{ end: 'finished' }]);
  });

  test.each([
    ['reading its images', /Reading the images/, ['-o', 'never.convsheet']],
    ['reading its images for a learning rate', /Reading the images/, ['--find-rate']],
    ['finding a learning rate', /Trying learning rates/, ['--find-rate', '--json']],
  ])('ends at Ctrl+C while it is %s, with the status 130 and without a file', async (_, seen, args) => {
    for (const name of ['a', 'b', 'c', 'd'])
      cpSync(inFolder('photos/one'), inFolder(`many/${name}`), { recursive: true });
    const many = ['lenet', '--data', 'many', '--batch-size', '512'];
    const { status, stdout, stderr } = await interruptedAt(seen, 'train', ...many, ...args);
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/Stopping; nothing is written\. Ctrl\+C again ends at once\.$/);
    expect(existsSync(inFolder('never.convsheet'))).toBe(false);
  });

  test('goes on from a complete run with its set-up and the optimizer’s memory', async () => {
    const [start] = train('small.convsheet', '--start', 'continue', '--epochs', '1', '-o', 'second.convsheet');
    expect(start).toMatchObject({ start: 'continue', steps: 7, config: { epochs: 1, seed: 5 } });
    const { runs, memory } = await openWorkbook(inFolder('second.convsheet'));
    expect(runs!.map(({ name, start: from }) => `${name}: ${from}`)).toEqual(['Run 1: initial', 'Run 2: continue']);
    expect(memory).toMatchObject({ step: 35, epochs: 5 });
  });

  test('learns several labels of a CSV table with a sigmoid, and says so', async () => {
    const { status, stdout, stderr } = run(
      ...'train lesson3 --data photos --labels labels.csv --labels-separator space'.split(' '),
      ...'--test 0.2 --epochs 8 --learning-rate 0.01 -o labels.convsheet'.split(' '),
    );
    expect(status).toBe(0);
    expect(stderr).toContain('so softmax became a sigmoid');
    expect(stderr, 'there is no undo here').not.toMatch(/undo/i);
    expect(stdout).toMatch(/^epoch +loss +F2 +seconds\n/);
    expect((await openWorkbook(inFolder('labels.convsheet'))).network.layers.at(-1)!.kind).toBe('sigmoid');
    const evaluation = JSON.parse(run('evaluate', 'labels.convsheet', '--json').stdout) as Evaluation;
    expect(evaluation.severalLabels!.f2).toBeGreaterThan(0.8);
    expect(run('predict', 'labels.convsheet', '--images', 'photos/seven').stdout).toMatch(/angled, straight/);
  });

  test('learns a class with a very long name, and can open what it wrote', async () => {
    const long = 'x'.repeat(1200);
    const table = readFileSync(inFolder('labels.csv'), 'utf8').replaceAll('round', long);
    writeFileSync(inFolder('long.csv'), table);
    train('lesson3', '--data', 'photos', '--labels', 'long.csv', '--epochs', '1', '-o', 'long.convsheet');
    const { runs, classes } = await openWorkbook(inFolder('long.convsheet'));
    expect(classes).toContain(long.slice(0, 200));
    expect(runs![0].classes).toEqual(classes);
  });

  test('shows people the counts, a table of epochs and what was written', () => {
    const { status, stdout, stderr } = run('train', ...SMALL, '-o', 'table.convsheet');
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

  test('finds a learning rate without writing anything', () => {
    const found = JSON.parse(run('train', ...SMALL, '--find-rate', '--json').stdout) as Record<string, unknown>;
    expect(found.suggestion).toBeGreaterThan(1e-5);
    expect((found.points as unknown[]).length).toBeGreaterThan(50);
    expect(run('train', ...SMALL, '--find-rate').stdout).toMatch(/Suggested: --learning-rate [\d.e-]+\n$/);
  });

  test('ends with the last good weights and a sentence where the loss is no number', async () => {
    const wild = ['--optimizer', 'sgd', '--schedule', 'constant', '--weight-decay', '1e6'];
    const { status, stderr } = run('train', ...SMALL, ...wild, '-o', 'nan.convsheet');
    expect(status).toBe(1);
    expect(stderr).toMatch(/so the run ended with (the weights before it|those before it)\. A smaller learning rate/);
    expect((await openWorkbook(inFolder('nan.convsheet'))).runs![0].end).toBe('failed');
  });

  test('a file of other classes gets the data’s number of scores, and keeps what its other layers have learned', () => {
    const { status, stderr } = run(
      ...'train old.convsheet --data photos --epochs 4 --batch-size 16 --learning-rate .01 -o refitted.convsheet'.split(
        ' ',
      ),
    );
    expect(stderr).toContain('dense now has 3 scores in place of 10, one for each class of photos');
    expect(status).toBe(0);
    const { accuracy, classes } = JSON.parse(run('evaluate', 'refitted.convsheet', '--json').stdout) as Evaluation;
    expect(classes).toEqual(CLASSES);
    expect(accuracy).toBeGreaterThan(0.9);
  });
});

test('without a word about epochs and batches, few pictures are learned, and both are told (fault 49)', () => {
  const told = train('lesson3', '--data', 'photos', '-o', 'few.convsheet');
  const { notices, config } = told[0] as unknown as {
    notices: string[];
    config: { epochs: number; batchSize: number };
  };
  expect({ epochs: config.epochs, batchSize: config.batchSize }).toEqual({ epochs: 25, batchSize: 16 });
  expect(notices).toEqual([messages.trainCommand.sized(180, { epochs: true, batchSize: true })]);
  const last = told.findLast(({ event }) => event === 'epoch') as unknown as { metric: number };
  expect(last.metric).toBeGreaterThan(0.9);
});

test('a run too short to learn from its pictures says so (fault 49)', () => {
  const [{ notices }] = train('lesson3', '--data', 'photos', '--epochs', '1', '-o', 'short.convsheet') as unknown as [
    { notices: string[] },
  ];
  expect(notices).toEqual([
    'The batch size suits 180 images; --batch-size chooses another.',
    messages.trainCommand.fewSteps(12, { epochs: 25, batchSize: 16 }),
  ]);
});

describe('evaluate and predict', () => {
  test('agree about the images that the network gets right, all of which come from the test split', async () => {
    const evaluation = JSON.parse(run('evaluate', 'small.convsheet', '--json').stdout) as Evaluation;
    expect(evaluation).toMatchObject({ dataName: 'photos', split: 'test', count: 36, classes: CLASSES });
    const all = JSON.parse(
      run('evaluate', 'small.convsheet', '--data', 'photos', '--test', '0', '--validation', '0', '--json').stdout,
    ) as Evaluation;
    expect(all).toMatchObject({ split: 'training', count: 180 });
    const { files, problems } = JSON.parse(
      run('predict', 'small.convsheet', '--images', 'photos', '--json').stdout,
    ) as {
      files: { name: string; predicted: string[]; probabilities: number[] }[];
      problems: unknown[];
    };
    const right = files.filter(({ name, predicted }) => name.startsWith(`${predicted[0]}/`));
    expect(files).toHaveLength(180);
    expect(problems).toHaveLength(1);
    expect(right.length / 180).toBeCloseTo(all.accuracy, 10);
    expect(all.accuracy).toBeGreaterThan(0.9);
  });

  test('write tables for people and CSV for spreadsheets', () => {
    const table = run('evaluate', 'small.convsheet').stdout.split('\n');
    expect(table[0]).toBe('photos: 36 test images');
    expect(table[1]).toMatch(/^accuracy \d+\.\d\d % \(\d+ of 36\) · loss \d\.\d{4}$/);
    expect(table[2].trim().split(/ +/)).toEqual(['class', 'precision', 'recall', 'F1', 'images']);
    const { stdout, stderr } = run('predict', 'small.convsheet', '--images', 'photos/zero', '--csv', 'zero.csv');
    expect(stderr).toContain('skipped broken.png: it is no image of a known format');
    expect(stdout).toMatch(/^file +predicted +probability\n/);
    expect(stdout).toMatch(/zero\.csv: 60 images\n$/);
    const [head, first] = readFileSync(inFolder('zero.csv'), 'utf8').split(/\r?\n/);
    expect(head).toBe('file,one,seven,zero');
    const probabilities = first.split(',').slice(1).map(Number);
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
  });

  test('tell how many images come out as no number: counted as wrong, null in JSON, a sentence for people', () => {
    const workbook = readWorkbook(new Uint8Array(readFileSync(inFolder('small.convsheet'))), 'small.convsheet');
    const kernel = [...workbook.values.keys()].find(id => id.endsWith('/kernel'))!;
    workbook.values.get(kernel)!.fill(-3e38, 0, 9);
    writeFileSync(inFolder('broken.convsheet'), writeWorkbook(workbook));
    const evaluation = JSON.parse(run('evaluate', 'broken.convsheet', '--json').stdout) as Evaluation;
    expect(evaluation).toMatchObject({ count: 36, noNumbers: 36, accuracy: 0, loss: null });
    expect(evaluation.topLosses[0]).toMatchObject({ loss: null, predicted: [], probabilities: [null, null, null] });
    const table = run('evaluate', 'broken.convsheet').stdout.split('\n');
    expect(table[1]).toBe(`${messages.training.noNumbers(36, 36)} They count as wrong.`);
    expect(table[2]).toBe('accuracy 0.00 % (0 of 36) · loss #NUM!');

    const predict = ['predict', 'broken.convsheet', '--images', 'photos/one', '--csv', 'broken.csv'];
    const { stdout, status } = run(...predict);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.png +#NUM! *$/m);
    expect(stdout).toContain(messages.training.noNumbers(60, 60));
    expect(readFileSync(inFolder('broken.csv'), 'utf8').split(/\r?\n/)[1]).toMatch(/^\d+\.png,,,$/);
    const answer = JSON.parse(run(...predict, '--force', '--json').stdout) as { noNumbers: number; files: unknown[] };
    expect(answer.noNumbers).toBe(60);
    expect(answer.files[0]).toMatchObject({ predicted: [], probabilities: [null, null, null] });
  });

  test('count the wrong ones of the 10,000 test digits as the app does', () => {
    const { count, accuracy, confusion } = JSON.parse(
      run('evaluate', 'lesson3', '--data', 'digits', '--json').stdout,
    ) as Evaluation;
    expect(count).toBe(10_000);
    expect(accuracy).toBeGreaterThan(0.97);
    expect(confusion!.reduce((sum, number, n) => sum + (n % 11 === 0 ? number : 0), 0)).toBe(
      Math.round(accuracy * 10_000),
    );
  });
});

describe('what goes wrong is told in one line, with a status:', () => {
  test.concurrent.each<[command: string, status: number, sentence: string | RegExp]>([
    ['train lesson3 --data photos', 2, 'train needs -o FILE. "help train" shows how.'],
    ['train lesson3 -o x.convsheet', 2, 'train needs --data. "help train" shows how.'],
    ['train lesson3 --data photos -o x.csv', 1, /^x\.csv doesn't end in \.convsheet/],
    ['train lesson3 --data photos -o none/x.convsheet', 1, /^none\/x\.convsheet can't be written: there is no folder/],
    ['train lesson3 --data photos -o old.convsheet', 1, /^old\.convsheet exists already\./],
    [
      'train lesson3 --data fotos -o x.convsheet',
      1,
      '--data: there is no data set, folder or file fotos. Data sets by name: digits, letters, fashion.',
    ],
    [
      'train lesson3 --data small.convsheet -o x.convsheet',
      2,
      /^--data small\.convsheet is a file of images\. Name the file of its labels with --labels/,
    ],
    ['train lesson3 --data digits --labels labels.csv -o x.convsheet', 2, /^--labels: digits has its own labels\./],
    [
      'train lesson3 --data photos --epochs five -o x.convsheet',
      2,
      '--epochs five: give a whole number from 1 to 10,000.',
    ],
    [
      'train lesson3 --data photos --batch-size 0 -o x.convsheet',
      2,
      '--batch-size 0: give a whole number from 1 to 4,096.',
    ],
    [
      'train lesson3 --data photos --learning-rate 0 -o x.convsheet',
      2,
      '--learning-rate 0: give a number above 0, up to 100.',
    ],
    [
      'train lesson3 --data photos --optimizer adm -o x.convsheet',
      2,
      '--optimizer adm: there is no such choice. Did you mean adam?',
    ],
    [
      'train lesson3 --data photos --optimizer adam,beta3=1 -o x.convsheet',
      2,
      '--optimizer: adam has no setting beta3. Choose among beta1, beta2, epsilon.',
    ],
    [
      'train lesson3 --data photos --optimizer adam,beta1=1 -o x.convsheet',
      2,
      '--optimizer beta1=1: give a number from 0 to below 1.',
    ],
    [
      'train lesson3 --data photos --schedule one-cycle,rise=2 -o x.convsheet',
      2,
      /^--schedule rise=2: give a number above 0, up to 0\.9\.$/,
    ],
    [
      'train lesson3 --data photos --augment shift=0.9 -o x.convsheet',
      2,
      '--augment shift=0.9: give a share from 0 to 0.5.',
    ],
    [
      'train lesson3 --data photos --augment shift -o x.convsheet',
      2,
      '--augment: shift needs a value, as in shift=0.1.',
    ],
    [
      'train lesson3 --data photos --class-weights 1,0,1 -o x.convsheet',
      2,
      /^--class-weights 1,0,1: give a list of numbers above 0/,
    ],
    [
      'train lesson3 --data photos --freeze conv9 -o x.convsheet',
      1,
      '--freeze: the network has no layer conv9. Choose among conv1, conv2, dense.',
    ],
    ['train lesson3 --data photos --layer-rate conv1 -o x.convsheet', 2, /^--layer-rate conv1 has no factor\./],
    [
      'train lesson3 --data photos --layer-rate conv1=x -o x.convsheet',
      2,
      '--layer-rate conv1=x: give a number from 0 to 1,000.',
    ],
    ['train lesson3 --data photos --backend gpu -o x.convsheet', 2, '--backend gpu: choose among wasm, tensorflow.'],
    ['train lesson3 --data photos --validation 1 -o x.convsheet', 2, '--validation 1: give a share from 0 to 0.9.'],
    ['train lesson3 --data photos --split-seed -1 -o x.convsheet', 2, /^--split-seed -1: give a whole number/],
    ['train lesson3 --data photos --size 0x4 -o x.convsheet', 2, /^--size 0x4: give height and width from 1/],
    ['train lesson3 --data photos --size big -o x.convsheet', 2, /^--size big: give height and width/],
    ['train lesson3 --data photos --every 0 -o x.convsheet', 2, '--every 0: give a whole number from 1 up.'],
    [
      'train lesson3 --data photos --start anywhere -o x.convsheet',
      2,
      '--start anywhere: choose among initial, here, continue.',
    ],
    [
      'train lesson3 --data photos --start continue -o x.convsheet',
      1,
      /^--start continue goes on with a run of a file\./,
    ],
    ['train lesson3 --data photos --start here -o x.convsheet', 1, /^--start here: the weights that come with lesson3/],
    [
      'train lesson3 --data photos --keep-best -o x.convsheet',
      1,
      /^Early stopping and keeping the best weights go by validation images, and photos has none\./,
    ],
    // A share was given, and it is too small (fault 48).
    [
      'train lesson3 --data photos --patience 3 --validation 0.001 -o x.convsheet',
      1,
      /a share of 0\.001 of the images of photos is not even one\. Set a larger share aside/,
    ],
    ['train old.convsheet --start continue -o old.convsheet', 1, /^There is no earlier run to go on from/],
    [
      'train old.convsheet --data photos --size 9x9 -o old.convsheet',
      1,
      '--size 9x9: the network of the file takes images of 28×28×1. Leave the option out, or start from a template.',
    ],
    ['evaluate old.convsheet', 2, 'evaluate needs --data. "help evaluate" shows how.'],
    ['evaluate lesson3 --data digits --split validation', 1, /^--split validation: MNIST digits has no such images\./],
    ['evaluate lesson3 --data photos', 1, /^The network knows none of the classes of photos/],
    ['predict lesson3', 2, 'predict needs --images. "help predict" shows how.'],
    ['predict lesson3 --images nowhere', 1, /^There is no file nowhere\./],
    ['predict lesson3 --images photos --csv out.txt', 1, '--csv out.txt: the file has to end in .csv. Add the ending.'],
    [
      'predict lesson3 --images photos/zero/broken.png',
      1,
      /^The only image in photos\/zero\/broken\.png can't be used: broken\.png: it is no image/,
    ],
  ])('convsheet %s', async (command, status, sentence) => {
    const result = await runBeside(...command.split(' '));
    expect(result).toMatchObject({ status, stdout: '' });
    const line = result.stderr.trimEnd().split('\n').at(-1)!;
    if (typeof sentence === 'string') expect(line).toBe(sentence);
    else expect(line).toMatch(sentence);
  });
});
