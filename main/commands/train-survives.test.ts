/** Trainings whose terminal, reader, disk or file goes away while they run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messages } from '../../shared/messages.ts';
import { openWorkbook } from '../files/open.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, '.build/main/cli.mjs');
const folder = mkdtempSync(join(tmpdir(), 'convsheet-survives-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  for (const [name, grey] of [
    ['dark', 40],
    ['light', 220],
  ] as const) {
    mkdirSync(inFolder(`photos/${name}`), { recursive: true });
    for (let i = 0; i < 12; i++) {
      const background = { r: grey + i, g: grey + i, b: grey + i };
      const image = sharp({ create: { width: 12, height: 12, channels: 3, background } });
      await image.png().toFile(inFolder(`photos/${name}/${i}.png`));
    }
  }
});

/** The arguments of a training with three steps an epoch. It can last much longer than any test. */
const training = (epochs: number, output: string, ...more: string[]) =>
  `train lesson3 --data photos --size 12x12 --batch-size 8 --json --every 1 --epochs ${epochs} -o ${output}`
    .split(' ')
    .concat(more);
const start = (args: string[], stdout: 'pipe' | number = 'pipe') =>
  spawn(process.execPath, [built, ...args], { cwd: folder, stdio: ['ignore', stdout, 'pipe'] });
const ending = async (child: ReturnType<typeof start>) => {
  const [[status], stderr] = await Promise.all([once(child, 'close'), text(child.stderr!)]);
  return { status: status as number, stderr };
};
/** Resolves when the training has reported so many steps. */
async function steps(child: ReturnType<typeof start>, count: number) {
  let seen = 0;
  const lines = createInterface({ input: child.stdout! });
  await new Promise<void>(resolve => {
    lines.on('line', line => {
      if (line.includes('"event":"step"') && ++seen === count) resolve();
    });
  });
}
const runsIn = async (name: string) => (await openWorkbook(inFolder(name))).runs!;

test.each([
  ['SIGHUP', 129],
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('%s saves the run where it is, as one that can go on (fault 24)', async (signal, status) => {
  const output = `${signal}.convsheet`;
  const child = start(training(10_000, output));
  const ended = ending(child);
  await steps(child, 5);
  child.kill(signal);
  expect(await ended).toMatchObject({ status });
  const [run] = await runsIn(output);
  expect(run.end).toBe('stopped');
  expect(run.points.length).toBeGreaterThanOrEqual(5);
  expect((await openWorkbook(inFolder(output))).memory!.place).toBeDefined();
});

test('A run whose terminal is closed is not lost (fault 24)', async () => {
  const child = start(training(10_000, 'hangup.convsheet'));
  const ended = once(child, 'close');
  await steps(child, 5);
  child.stdout!.destroy();
  child.stderr!.destroy();
  child.kill('SIGHUP');
  expect(await ended).toEqual([129, null]);
  expect((await runsIn('hangup.convsheet'))[0].end).toBe('stopped');
});

test('A run goes on and writes its file if the reader of stdout goes away, as head does (fault 24)', async () => {
  const child = start(training(8, 'piped.convsheet'));
  const ended = ending(child);
  await steps(child, 1);
  child.stdout!.destroy();
  const { status, stderr } = await ended;
  expect(status).toBe(0);
  expect(stderr).toContain(messages.trainCommand.unread);
  expect((await runsIn('piped.convsheet'))[0]).toMatchObject({ end: 'finished' });
});

test('A reader that doesn’t read can’t keep a run from being saved at its end (fault 24)', async () => {
  const child = start(training(10_000, 'still.convsheet'));
  const ended = once(child, 'close');
  await once(child.stdout!, 'readable');
  // Nobody reads, so the pipe fills up and the run waits.
  await new Promise(resolve => setTimeout(resolve, 3000));
  child.kill('SIGTERM');
  // The rest of the pipe is read only when the file is there.
  await expect.poll(() => existsSync(inFolder('still.convsheet')), { timeout: 120_000 }).toBe(true);
  child.stdout!.resume();
  child.stderr!.resume();
  expect((await ended)[0]).toBe(143);
  expect((await runsIn('still.convsheet'))[0].end).toBe('stopped');
});

test.runIf(existsSync('/dev/full'))(
  'A run is saved if the disk of its printed text is full, and says so at the end (fault 24)',
  async () => {
    const { status, stderr } = await ending(start(training(2, 'full.convsheet'), openSync('/dev/full', 'w')));
    expect(status).toBe(1);
    expect(stderr).toContain(messages.commandLine.stdoutFailed('ENOSPC'));
    expect((await runsIn('full.convsheet'))[0].end).toBe('finished');
  },
);

test('Two runs with the same new file are both kept, and the later one says where it is (fault 24)', async () => {
  const children = [1, 2].map(seed => start(training(10_000, 'both.convsheet', '--seed', String(seed))));
  const ended = Promise.all(children.map(ending));
  // Both have found the name free before either of them writes.
  await Promise.all(children.map(child => steps(child, 1)));
  for (const child of children) child.kill('SIGINT');
  const ends = await ended;
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set([130, 1]));
  const names = readdirSync(folder).filter(name => name.startsWith('both'));
  expect(names).toHaveLength(2);
  const other = names.find(name => name !== 'both.convsheet')!;
  const { stderr } = ends.find(({ status }) => status === 1)!;
  expect(stderr).toContain(messages.files.writing.taken('both.convsheet'));
  expect(stderr).toContain(other);
  const seeds = await Promise.all(names.map(async name => (await runsIn(name))[0].config.seed));
  expect(new Set(seeds)).toEqual(new Set([1, 2]));
});

test.each([
  ['a file that was there and may be replaced', 'lesson3', ['--force']],
  ['the file it goes on with', 'small.convsheet', []],
])('A run does not replace %s where another program wrote to it meanwhile (fault 24)', async (_what, source, more) => {
  const small = start(training(1, 'small.convsheet', '--force'));
  small.stdout!.resume();
  expect(await ending(small)).toMatchObject({ status: 0 });
  const args = training(10_000, 'small.convsheet', ...more);
  args[1] = source;
  const child = start(args);
  const ended = ending(child);
  await steps(child, 3);
  writeFileSync(inFolder('small.convsheet'), 'somebody else’s');
  child.kill('SIGINT');
  const { status, stderr } = await ended;
  expect(status).toBe(1);
  expect(stderr).toContain(messages.files.writing.taken('small.convsheet'));
  const other = /\S+-[0-9a-f]{8}\.convsheet/.exec(stderr)![0];
  expect((await runsIn(other)).at(-1)!.end).toBe('stopped');
});
