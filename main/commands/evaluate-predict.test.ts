/** `evaluate` and `predict` on a network that was trained on a few images. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messages } from '../../shared/messages.ts';
import type { Evaluation, JudgedEvaluation } from '../../shared/training.ts';
import { readWorkbook, writeWorkbook } from '../files/convsheet.ts';
import { createTrainingFolder, photoClasses, smallTraining } from './testing/training-folder.ts';

const photos = createTrainingFolder();
const { inFolder, run, train } = photos;
beforeAll(async () => {
  await photos.addPhotos();
  await train(...smallTraining, '-o', 'small.convsheet');
});
afterAll(photos.remove);

describe('evaluate and predict', () => {
  test('agree about the images that the network gets right, and evaluate takes the test split', async () => {
    const evaluation = JSON.parse((await run('evaluate', 'small.convsheet', '--json')).stdout) as Evaluation;
    expect(evaluation).toMatchObject({ dataName: 'photos', split: 'test', count: 36, classes: photoClasses });
    const all = JSON.parse(
      (await run('evaluate', 'small.convsheet', '--data', 'photos', '--test', '0', '--validation', '0', '--json'))
        .stdout,
    ) as Evaluation;
    expect(all).toMatchObject({ split: 'training', count: 180 });
    const { files, problems } = JSON.parse(
      (await run('predict', 'small.convsheet', '--images', 'photos', '--json')).stdout,
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

  test('average over views of each image, as many as --tta names, and name what it takes', async () => {
    const shifted = JSON.parse(
      (await run('evaluate', 'small.convsheet', '--tta', 'shift=0.05,rotate=5', '--json')).stdout,
    ) as Evaluation;
    expect(shifted.notes).toContain('Means over 7 views of each image.');
    expect(shifted.accuracy).toBeGreaterThan(0.8);
    const images = ['predict', 'small.convsheet', '--images', 'photos/zero', '--json'] as const;
    const [plain, averaged] = [await run(...images), await run(...images, '--tta', 'crop=0.1')];
    expect(averaged.stderr).toContain('Means over 6 views of each image.');
    expect(averaged.stdout).not.toBe(plain.stdout);
    const far = await run('evaluate', 'small.convsheet', '--tta', 'shift=0.5');
    expect(far.status).toBe(2);
    expect(far.stderr).toContain('--tta');
    expect(far.stderr).toContain('a share from 0 to 0.25');
    const unknown = await run('predict', 'small.convsheet', '--images', 'photos', '--tta', 'mirror');
    expect(unknown.stderr).toContain('flip, symmetries, shift, crop, rotate');
  });

  test('write tables for people and CSV for spreadsheets', async () => {
    const table = (await run('evaluate', 'small.convsheet')).stdout.split('\n');
    expect(table[0]).toBe('photos: 36 test images');
    expect(table[1]).toMatch(/^accuracy \d+\.\d\d % \(\d+ of 36\) · loss \d\.\d{4}$/);
    expect(table[2]).toMatch(
      /^AUC [01]\.\d{4} · Average precision [01]\.\d{4} · Top 2 .* % · Kappa .* · Calibration error /,
    );
    expect(table[3].trim().split(/ +/)).toEqual(['class', 'precision', 'recall', 'F1', 'AUC', 'AP', 'images']);
    const { stdout, stderr } = await run('predict', 'small.convsheet', '--images', 'photos/zero', '--csv', 'zero.csv');
    expect(stderr).toContain('skipped broken.png: it is no image of a known format');
    expect(stdout).toMatch(/^file +predicted +probability\n/);
    expect(stdout).toMatch(/zero\.csv: 60 images\n$/);
    const [head, first] = readFileSync(inFolder('zero.csv'), 'utf8').split(/\r?\n/);
    expect(head).toBe('file,one,seven,zero');
    const probabilities = first.split(',').slice(1).map(Number);
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
  });

  test('measure what is asked for: F-beta, ordered classes, a metric of the user’s own', async () => {
    const asked = ['--beta', '2', '--ordered', '--metric', 'AVERAGE(ABS(actual-predicted))'];
    const { stdout } = await run('evaluate', 'small.convsheet', ...asked, '--json');
    const { judged } = JSON.parse(stdout) as JudgedEvaluation;
    expect(judged).toMatchObject({ beta: 2, ordered: { inNumbers: false } });
    expect(judged.own).toEqual({
      formula: '=AVERAGE(ABS(actual-predicted))',
      value: judged.ordered!.meanAbsoluteError,
    });
    const table = (await run('evaluate', 'small.convsheet', ...asked)).stdout.split('\n');
    expect(table[2]).toContain(' · Quadratic kappa ');
    expect(table[3]).toMatch(/^=AVERAGE\(ABS\(actual-predicted\)\) gives \d/);
    expect(table[4].trim().split(/ +/)).toEqual(['class', 'precision', 'recall', 'F1', 'F2', 'AUC', 'AP', 'images']);
  });

  test('write a submission in the form of a sample, from a folder or from a table of pixels', async () => {
    const pixels = Array.from({ length: 144 }, (_, i) => i + 1);
    writeFileSync(inFolder('test.csv'), `${pixels.map(i => `pixel${i}`).join()}\n${pixels.join()}\n${pixels.join()}\n`);
    writeFileSync(inFolder('rows.csv'), 'ImageId,Label\r\n2,zero\r\n1,zero\r\n');
    await run('predict', 'small.convsheet', '--images', 'test.csv', '--sample', 'rows.csv', '-o', 'by-row.csv');
    expect(readFileSync(inFolder('by-row.csv'), 'utf8')).toMatch(/^ImageId,Label\r\n2,(\w+)\r\n1,\1\r\n$/);

    const [image] = readdirSync(inFolder('photos/seven'));
    writeFileSync(inFolder('files.csv'), `"file";"zero";"seven";"one"\n"seven/${image}";0;0;0`);
    const submit = ['predict', 'small.convsheet', '--images', 'photos', '-o', 'by-file.csv', '--sample'];
    expect((await run(...submit, 'files.csv')).stderr).toContain('179 images are not in files.csv and are left out');
    const text = readFileSync(inFolder('by-file.csv'), 'utf8');
    expect(text).toMatch(/^"file";"zero";"seven";"one"\n"seven\/\d+\.png";[\d.e-]+;[\d.e-]+;[\d.e-]+$/);
    const refused = await run(...submit, 'rows.csv', '--force');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('rows.csv asks for 1 image that is not there');
    expect(readFileSync(inFolder('by-file.csv'), 'utf8')).toBe(text);
  });

  test('report images with NaN: counted as wrong, null in JSON, a sentence for people', async () => {
    const workbook = readWorkbook(new Uint8Array(readFileSync(inFolder('small.convsheet'))), 'small.convsheet');
    const kernel = [...workbook.values.keys()].find(id => id.endsWith('/kernel'))!;
    workbook.values.get(kernel)!.fill(-3e38, 0, 9);
    writeFileSync(inFolder('broken.convsheet'), writeWorkbook(workbook));
    const evaluation = JSON.parse((await run('evaluate', 'broken.convsheet', '--json')).stdout) as Evaluation;
    expect(evaluation).toMatchObject({ count: 36, noNumbers: 36, accuracy: 0, loss: null });
    expect(evaluation.topLosses[0]).toMatchObject({ loss: null, predicted: [], probabilities: [null, null, null] });
    const table = (await run('evaluate', 'broken.convsheet')).stdout.split('\n');
    expect(table[1]).toBe(`${messages.training.noNumbers(36, 36)} They count as wrong.`);
    expect(table[2]).toBe('accuracy 0.00 % (0 of 36) · loss #NUM!');

    const predict = ['predict', 'broken.convsheet', '--images', 'photos/one', '--csv', 'broken.csv'];
    const { stdout, status } = await run(...predict);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.png +#NUM! *$/m);
    expect(stdout).toContain(messages.training.noNumbers(60, 60));
    expect(readFileSync(inFolder('broken.csv'), 'utf8').split(/\r?\n/)[1]).toMatch(/^\d+\.png,,,$/);
    const answer = JSON.parse((await run(...predict, '--force', '--json')).stdout) as {
      noNumbers: number;
      files: unknown[];
    };
    expect(answer.noNumbers).toBe(60);
    expect(answer.files[0]).toMatchObject({ predicted: [], probabilities: [null, null, null] });
  });

  test('evaluate the 10,000 test digits as the app does', async () => {
    const { count, accuracy, confusion } = JSON.parse(
      (await run('evaluate', 'lesson3', '--data', 'digits', '--json')).stdout,
    ) as Evaluation;
    expect(count).toBe(10_000);
    expect(accuracy).toBeGreaterThan(0.97);
    expect(confusion!.reduce((sum, number, n) => sum + (n % 11 === 0 ? number : 0), 0)).toBe(
      Math.round(accuracy * 10_000),
    );
  });
});
