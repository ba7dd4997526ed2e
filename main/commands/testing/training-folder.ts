/** A folder with images of digits, in which tests run commands. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect } from 'vitest';
import { DIGIT_SIZE, testDigits } from '../../engine/data/digits.ts';
import { writeWorkbook } from '../../files/convsheet.ts';
import { openWorkbook } from '../../files/open.ts';
import { readTemplate } from '../../files/templates.ts';
import { runCommandIn } from './run-command.ts';

/** The program of the command line, as it was built. */
export const program = fileURLToPath(new URL('../../../.build/main/cli.mjs', import.meta.url));

/** The arguments of a training that takes a few seconds. */
export const smallTraining =
  'lesson3 --data photos --test 0.2 --validation 0.2 --epochs 4 --batch-size 16 --learning-rate 0.01 --seed 5'.split(
    ' ',
  );
export const photoClasses = ['one', 'seven', 'zero'];
const IMAGES_OF_EACH = 60;

/** A line that `train --json` prints. */
export type TrainingEvent = Record<string, unknown> & { event: string };

export function eventsIn(stdout: string): TrainingEvent[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as TrainingEvent);
}

/** Makes an empty folder and functions that work in it. `addPhotos` fills it. */
export function createTrainingFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-train-'));
  const inFolder = (name: string) => join(folder, name);

  /** Runs a command in this process. */
  const run = (...args: string[]) => runCommandIn(folder, args);

  /** Writes `photos` with a folder of images for each class and one broken file, `labels.csv` with one or two labels
   *  for each image, and the workbook `old.convsheet`. */
  async function addPhotos(): Promise<void> {
    const { bytes, classes } = testDigits();
    const size = DIGIT_SIZE * DIGIT_SIZE;
    const raw = { width: DIGIT_SIZE, height: DIGIT_SIZE, channels: 1 as const };
    const rows = ['file,labels'];
    for (const [name, digit, label] of [
      ['one', 1, 'straight'],
      ['seven', 7, 'straight angled'],
      ['zero', 0, 'round'],
    ] as const) {
      mkdirSync(inFolder(`photos/${name}`), { recursive: true });
      const indices = [...classes.keys()].filter(index => classes[index] === digit).slice(0, IMAGES_OF_EACH);
      rows.push(...indices.map(index => `${name}/${index}.png,${label}`));
      const images = indices.map(index =>
        sharp(bytes.subarray(index * size, (index + 1) * size), { raw })
          .png()
          .toFile(inFolder(`photos/${name}/${index}.png`)),
      );
      // oxlint-disable-next-line no-await-in-loop -- a class at a time
      await Promise.all(images);
    }
    writeFileSync(inFolder('labels.csv'), rows.join('\n'));
    writeFileSync(inFolder('photos/zero/broken.png'), 'no image');
    writeFileSync(inFolder('old.convsheet'), writeWorkbook(await readTemplate('lesson3')));
  }

  /** Trains to the end and returns the events. */
  async function train(...args: string[]): Promise<TrainingEvent[]> {
    const { status, stdout } = await run('train', ...args, '--json', '--force');
    expect(status).toBe(0);
    return eventsIn(stdout);
  }

  /** Trains, and sends Ctrl+C's signal at every event for which `when` is true. Returns the last event. */
  async function trainInterrupted(when: (event: TrainingEvent) => boolean, ...args: string[]): Promise<TrainingEvent> {
    const child = spawn(process.execPath, [program, 'train', ...args, '--json', '--force'], { cwd: folder });
    let printed = '';
    for await (const line of createInterface({ input: child.stdout })) {
      printed += `${line}\n`;
      if (when(JSON.parse(line) as TrainingEvent)) child.kill('SIGINT');
    }
    const end = eventsIn(printed).at(-1)!;
    expect(end).toMatchObject({ event: 'end', end: 'stopped' });
    return end;
  }

  /** Runs a command, and sends Ctrl+C's signal once stderr matches `seen`. */
  async function runInterrupted(seen: RegExp, ...args: string[]) {
    // Progress is printed on terminals only.
    const terminal = 'data:text/javascript,Object.assign(process.stderr,{isTTY:true,columns:200})';
    const child = spawn(process.execPath, ['--import', terminal, program, ...args], { cwd: folder });
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

  async function weightsOf(name: string) {
    return [...(await openWorkbook(inFolder(name))).values];
  }

  const remove = () => rmSync(folder, { recursive: true });

  return { folder, inFolder, addPhotos, run, train, trainInterrupted, runInterrupted, weightsOf, remove };
}
