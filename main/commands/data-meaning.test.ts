/** Commands whose data set has other classes than the network, or the same ones in another order. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DataSummary } from '../../shared/data.ts';
import { createRandom } from '../../shared/random.ts';
import type { JudgedEvaluation } from '../../shared/training.ts';
import { openWorkbook } from '../files/open.ts';
import { runCommandIn } from './testing/run-command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, '.build/main/cli.mjs');
const folder = mkdtempSync(join(tmpdir(), 'convsheet-meaning-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** How bright the middle of an image is. The sides of wide images have the opposite brightness, so cropping matters. */
const PETS = { cat: 30, dog: 128, horse: 225 };
const random = createRandom(1);

async function picture(path: string, middle: number, width = 8): Promise<void> {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  const raw = { width, height: 8, channels: 1 as const };
  const beside = (width - 8) / 2;
  const pixels = Uint8Array.from({ length: 8 * width }, (_, i) => {
    const x = i % width;
    return (x < beside || x >= width - beside ? 255 - middle : middle) + random.integer(20) - 10;
  });
  await sharp(pixels, { raw }).png().toFile(join(folder, path));
}

const run = (...args: string[]) => runCommandIn(folder, args);
async function evaluate(...args: string[]): Promise<JudgedEvaluation> {
  const { status, stdout } = await run('evaluate', ...args, '--json');
  expect(status).toBe(0);
  return JSON.parse(stdout) as JudgedEvaluation;
}
const weights = async (name: string) => (await openWorkbook(join(folder, name))).values.get('dense/kernel');

const BRIEF = ['--size', '8x8', '--epochs', '40', '--batch-size', '6', '--learning-rate', '0.02'];

beforeAll(async () => {
  const [order, flags, several] = [['file,label'], ['file,horse,cat,dog'], ['file,horse,cat,dog']];
  for (const [name, middle] of Object.entries(PETS)) {
    for (let n = 0; n < 8; n++) {
      await picture(`pets/${name}/${n}.png`, middle);
      await picture(`flat/${name}${n}.png`, middle);
      await picture(`foreign/${name}-like/${n}.png`, middle);
      await picture(`other/${name === 'dog' ? 'zebra' : name}/${n}.png`, middle);
      if (name !== 'dog') await picture(`wide/${name}/${n}.png`, middle, 24);
      order.push(`${name}${n}.png,${name}`);
      flags.push(`${name}${n}.png,${['horse', 'cat', 'dog'].map(each => Number(each === name)).join()}`);
      several.push(`${name}${n}.png,${['horse', 'cat', 'dog'].map(each => Number(each !== name)).join()}`);
    }
  }
  for (const [name, rows] of Object.entries({ order, flags, several }))
    writeFileSync(join(folder, `${name}.csv`), rows.join('\n'));
  expect((await run('train', 'lesson3', '--data', 'pets', ...BRIEF, '-o', 'pets.convsheet')).status).toBe(0);
});

test('the same images give the same figures, whatever order their classes are listed in (fault 1)', async () => {
  for (const labels of ['order.csv', 'flags.csv']) {
    const { accuracy, classes, confusion, notes } = await evaluate(
      'pets.convsheet',
      '--data',
      'flat',
      '--labels',
      labels,
    );
    expect({ accuracy, classes, notes }).toEqual({ accuracy: 1, classes: ['cat', 'dog', 'horse'], notes: [] });
    expect(confusion).toEqual([8, 0, 0, 0, 8, 0, 0, 0, 8]);
  }
});

test('evaluating leaves out unknown classes and names them, and needs a known one (fault 1)', async () => {
  const { accuracy, count, leftOut, perClass, macro, notes } = await evaluate('pets.convsheet', '--data', 'other');
  expect({ accuracy, count, leftOut, macro }).toEqual({
    accuracy: 1,
    count: 16,
    leftOut: 8,
    macro: { precision: 1, recall: 1, f1: 1 },
  });
  expect(perClass[1]).toEqual({ precision: null, recall: null, f1: null, support: 0 });
  expect(notes[0]).toBe(
    '2 of the 3 classes of other are known to the network; “zebra” is not. 8 images of unknown classes are left out.',
  );
  expect((await run('evaluate', 'pets.convsheet', '--data', 'other')).stdout).toMatch(/^ *dog(?: {2,}–){5} {2,}0$/m);
  const { status, stdout, stderr } = await run('evaluate', 'pets.convsheet', '--data', 'foreign');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('“cat”, “dog” and “horse”, and foreign has “cat-like”, “dog-like” and “horse-like”');
});

test('training goes on with other classes by name, and says what happens to each score (fault 1)', async () => {
  const again = ['--epochs', '1', '--learning-rate', '1e-30', '--force', '-o', 'again.convsheet'];
  const { status, stderr } = await run('train', 'pets.convsheet', '--data', 'other', ...again);
  expect(status).toBe(0);
  expect(stderr).toContain('“cat” and “horse” keep their weights; “zebra” begins with fresh ones; “dog” goes.');
  const known = await evaluate('again.convsheet', '--data', 'flat', '--labels', 'order.csv');
  expect(known.perClass[0].recall).toBe(1);
  const refused = await run('train', 'pets.convsheet', '--data', 'other', '--start', 'continue', ...again);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('but not “zebra” of other');
  // If the classes have another order, nothing moves.
  const same = await run('train', 'pets.convsheet', '--data', 'flat', '--labels', 'flags.csv', ...again, '--json');
  expect(same.status).toBe(0);
  expect(await weights('again.convsheet')).toEqual(await weights('pets.convsheet'));
});

test('a template that keeps its weights doesn’t take digits for other classes (fault 1)', async () => {
  for (const name of '9876543210abcdefghij') await picture(`${name < 'a' ? 'digits0' : 'letters0'}/${name}/0.png`, 99);
  const notices = async (data: string) => {
    const args = ['--start', 'here', '--epochs', '1', '--json', '--force', '-o', 'template.convsheet'];
    const [start] = (await run('train', 'lesson3', '--data', data, ...args)).stdout.split('\n');
    // The other notices say that there are few images.
    return (JSON.parse(start) as { notices: string[] }).notices.filter(notice => notice.includes('score'));
  };
  expect(await notices('letters0')).toEqual([
    'dense now has 10 scores, one for each class of letters0, and learns them from fresh weights.',
  ]);
  expect(await notices('digits0')).toEqual([]);
});

test('images are fitted like those the network was trained with; a difference is reported (fault 2)', async () => {
  const middle = ['--data', 'wide', '--fit', 'crop', '--weights-only', '--force', '-o', 'wide.convsheet'];
  expect((await run('train', 'lesson3', ...BRIEF, ...middle)).status).toBe(0);
  expect(await openWorkbook(join(folder, 'wide.convsheet'))).toMatchObject({ fit: 'crop' });
  const { accuracy, notes } = await evaluate('wide.convsheet', '--data', 'wide');
  expect({ accuracy, notes }).toEqual({ accuracy: 1, notes: [] });
  const stretched = await evaluate('wide.convsheet', '--data', 'wide', '--fit', 'stretch');
  expect(stretched.accuracy).toBeLessThan(1);
  expect(stretched.notes).toEqual([
    'Images are stretched to the input here; those the network was trained with were cropped.',
  ]);

  const cats = await run('predict', 'wide.convsheet', '--images', 'wide/cat', '--json');
  expect(cats.stderr).toBe('');
  const { files } = JSON.parse(cats.stdout) as { files: { predicted: string[] }[] };
  expect(files.map(({ predicted }) => predicted)).toEqual(files.map(() => ['cat']));
  expect((await run('predict', 'wide.convsheet', '--images', 'wide/cat', '--fit', 'pad')).stderr).toContain(
    'Images are padded to the input here; those the network was trained with were cropped.',
  );

  const onward = ['--data', 'wide', '--epochs', '1', '--json', '--force', '-o', 'wide2.convsheet'];
  const start = async (...more: string[]) => {
    const { stdout } = await run('train', 'wide.convsheet', ...onward, ...more);
    return JSON.parse(stdout.split('\n')[0]) as { config: { data: { fit: string } }; notices: string[] };
  };
  const before = await start();
  expect(before.config.data.fit).toBe('crop');
  expect(before.notices.join(' ')).not.toContain('Images are');
  const other = await start('--fit', 'pad');
  expect(other.config.data.fit).toBe('pad');
  expect(other.notices.join(' ')).toContain('Images are padded to the input here');
});

test('with several labels each F2 is printed with its own threshold (fault 3)', async () => {
  const several = ['--data', 'flat', '--labels', 'several.csv'];
  const trained = ['train', 'lesson3', ...several, ...BRIEF.slice(0, 2), '--epochs', '2', '-o', 'several.convsheet'];
  expect((await run(...trained)).status).toBe(0);
  const { severalLabels } = await evaluate('several.convsheet', ...several);
  const { f2, sweep, bestThreshold } = severalLabels!;
  const best = sweep.find(({ threshold }) => threshold === bestThreshold)!;
  expect(best.f2).not.toBeCloseTo(bestThreshold, 2);
  expect((await run('evaluate', 'several.convsheet', ...several)).stdout).toContain(
    `F2 ${f2.toFixed(4)} at 0.5, ${best.f2.toFixed(4)} at ${bestThreshold}`,
  );
});

/** Trains, and sends Ctrl+C's signal after a few epochs. */
async function interrupted(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [built, 'train', ...args, '--json', '--force'], { cwd: folder });
  for await (const line of createInterface({ input: child.stdout }))
    if ((JSON.parse(line) as { epoch?: number }).epoch === 3) child.kill('SIGINT');
}

test('a run that was cut short goes on only with its own images, but they may have moved (fault 6)', async () => {
  const args = ['lesson3', '--data', 'pets', '--size', '8x8', '--validation', '0.25', '--epochs', '400'];
  expect((await run('train', ...args, '-o', 'whole.convsheet')).status).toBe(0);
  await interrupted(...args, '-o', 'cut.convsheet');
  const goOn = (...more: string[]) =>
    run('train', 'cut.convsheet', '--start', 'continue', ...more, '--force', '-o', 'on.convsheet');
  const swap = () => {
    for (const [from, to] of [
      ['cat', 'x'],
      ['dog', 'cat'],
      ['x', 'dog'],
    ])
      renameSync(join(folder, 'pets', from), join(folder, 'pets', to));
  };
  swap();
  const { status, stderr } = await goOn();
  expect(status).toBe(1);
  expect(stderr).toContain('The images of pets are not those the run began with, although there are as many.');
  swap();
  renameSync(join(folder, 'pets'), join(folder, 'moved'));
  try {
    expect((await goOn('--data', 'moved')).status).toBe(0);
  } finally {
    renameSync(join(folder, 'moved'), join(folder, 'pets'));
  }
  const { runs } = await openWorkbook(join(folder, 'on.convsheet'));
  expect(runs).toMatchObject([{ end: 'finished' }]);
  expect(await weights('on.convsheet')).toEqual(await weights('whole.convsheet'));
});

test('a run that was cut short goes on even if options say how its table is read (fault 6)', async () => {
  const args = ['lesson3', '--data', 'flat', '--labels', 'order.csv', '--label-column', 'label', '--size', '8x8'];
  const long = [...args, '--epochs', '400'];
  expect((await run('train', ...long, '-o', 'whole.convsheet', '--force')).status).toBe(0);
  await interrupted(...long, '-o', 'cut.convsheet');
  expect((await run('train', 'cut.convsheet', '--start', 'continue', '--force', '-o', 'on.convsheet')).status).toBe(0);
  expect((await openWorkbook(join(folder, 'on.convsheet'))).runs).toMatchObject([{ end: 'finished' }]);
  expect(await weights('on.convsheet')).toEqual(await weights('whole.convsheet'));
});

test('classes without training images are named before the training (fault 8)', async () => {
  for (const [split, names] of [
    ['train', ['cat', 'dog']],
    ['test', ['cat', 'dog', 'bird']],
  ] as const)
    for (const name of names) await picture(`apart/${split}/${name}/1.png`, 100);
  const args = [
    'train',
    'lesson3',
    '--data',
    'apart',
    '--size',
    '8x8',
    '--epochs',
    '1',
    '--force',
    '-o',
    'x.convsheet',
  ];
  const sentence = 'apart has no training images of “bird”, so the network can’t learn it.';
  expect((await run(...args)).stderr).toContain(sentence);
  const [start] = (await run(...args, '--json')).stdout.split('\n');
  const { notices, data } = JSON.parse(start) as { notices: string[]; data: DataSummary };
  expect(notices[0]).toContain(sentence);
  expect(data.counts[data.classes.indexOf('bird')].training).toBe(0);
});

test('labels are predicted at thresholds of their own, which evaluate finds', async () => {
  const several = ['--data', 'flat', '--labels', 'several.csv'];
  const trained = [...several, ...BRIEF.slice(0, 2), '--epochs', '1', '--force', '-o', 'labels.convsheet'];
  expect((await run('train', 'lesson3', ...trained)).status).toBe(0);
  const { judged, severalLabels } = await evaluate('labels.convsheet', ...several);
  const { thresholds, samples } = judged.thresholds!.found;
  expect(thresholds).toHaveLength(3);
  const given = await evaluate('labels.convsheet', ...several, '--thresholds', thresholds.join());
  expect(given.judged.thresholds!.chosen).toEqual(judged.thresholds!.found);
  expect(samples).toBeGreaterThanOrEqual(severalLabels!.f2);
  const predicted = async (list: string) => {
    const args = ['labels.convsheet', '--images', 'flat', '--thresholds', list, '--json'];
    const { files } = JSON.parse((await run('predict', ...args)).stdout) as { files: { predicted: string[] }[] };
    return files.flatMap(file => file.predicted).length;
  };
  expect(await predicted('0,0,0')).toBe(3 * 24);
  expect(await predicted('1,1,1')).toBe(0);
  // Kept in the workbook, they are used without being given.
  const keep = ['--thresholds', 'found', '--beta', '3', '-o', 'labels.convsheet'];
  expect((await run('evaluate', 'labels.convsheet', ...several, ...keep)).status).toBe(0);
  const again = await evaluate('labels.convsheet', ...several);
  expect(again.judged).toMatchObject({ beta: 3, thresholds: { chosen: again.judged.thresholds!.found } });
  expect((await run('evaluate', 'labels.convsheet', ...several, '-o', 'pets.convsheet')).stderr).toMatch(/exists/);
  expect((await run('predict', 'labels.convsheet', '--images', 'flat', '--thresholds', '0.5,2')).stderr).toMatch(
    /^--thresholds 0\.5,2: give a number from 0 to 1 for each of the 3 labels/,
  );
});

test('evaluate names the split only if the data set has several', async () => {
  for (const name of ['cat', 'dog']) await picture(`fresh/${name}/1.png`, 100);
  for (const split of ['train', 'test'])
    for (const name of ['cat', 'dog']) await picture(`parted/${split}/${name}/1.png`, 100);
  await run('train', 'lesson3', '--data', 'fresh', '--size', '8x8', '--epochs', '1', '--force', '-o', 'x.convsheet');
  expect((await run('evaluate', 'x.convsheet', '--data', 'fresh')).stdout).toMatch(/^fresh: 2 images\n/);
  expect((await run('evaluate', 'x.convsheet', '--data', 'parted')).stdout).toMatch(/^parted: 2 test images\n/);
});
