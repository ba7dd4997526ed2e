import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMPTY_STORYBOARD, type FilmScene } from '../../shared/film/storyboard.ts';
import { narrationOf, sceneOf } from '../../shared/film/testing/small-storyboard.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { readTemplate } from '../files/templates.ts';
import { family } from '../shells/server/browser.ts';
import { runCommandIn } from './testing/run-command.ts';
import { program } from './testing/training-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-film-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = fileURLToPath(new URL('../../', import.meta.url));
const has = (name: string) => spawnSync(name, ['-version'], { stdio: 'ignore' }).status === 0;

const KERNEL = { tensor: 'conv1/kernel', index: 0 } as const;
const RATE = 30;
const scenes: FilmScene[] = [
  sceneOf('edit', {
    title: 'An edit',
    camera: { kind: 'maps', maps: [{ tensor: 'conv1/kernel' }, { tensor: 'conv1/output' }] },
    motion: { kind: 'edit', element: KERNEL, text: '2.5' },
    duration: 1,
    before: 0.2,
    after: 0.2,
    caption: 'A weight is typed.',
  }),
  sceneOf('cell', {
    title: 'A cell',
    camera: { kind: 'cell', element: { tensor: 'conv1/output', index: 300 } },
    motion: { kind: 'scan', tensor: 'conv1/output', from: 300, to: 320 },
    transition: 'fade',
    duration: 1,
    before: 0.25,
    after: 0.25,
    narration: 'beep',
  }),
];

/** A tone of half a second as a WAV file of one channel, 48,000 samples a second, 16 bits each. */
function tone(): Uint8Array {
  const [rate, count] = [48_000, 24_000];
  const file = Buffer.alloc(44 + 2 * count);
  file.write('RIFF');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  for (const [at, value] of [
    [16, 16],
    [24, rate],
    [28, 2 * rate],
    [40, 2 * count],
  ])
    file.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ])
    file.writeUInt16LE(value, at);
  file.write('data', 36);
  for (let nth = 0; nth < count; nth++)
    file.writeInt16LE(Math.round(20_000 * Math.sin((2 * Math.PI * 1000 * nth) / rate)), 44 + 2 * nth);
  return file;
}

beforeAll(async () => {
  const build = 'import("./main/tools/build.mjs").then(build => build.ensureBuilt(["engine", "cli", "renderer"]))';
  execFileSync(process.execPath, ['-e', build], { cwd: root, stdio: 'ignore' });
  const storyboard = { ...EMPTY_STORYBOARD, scenes, narrations: [narrationOf('beep', { seconds: 0.5, gain: 0 })] };
  const workbook = { ...(await readTemplate('lesson3')), storyboard, narrations: new Map([['beep', tone()]]) };
  const bytes = writeWorkbook(workbook);
  for (const name of ['own.convsheet', 'named']) writeFileSync(join(folder, name), bytes);
  // The file that is named is meant, not this one.
  writeFileSync(join(folder, 'named.convsheet'), writeWorkbook(await readTemplate('mlp')));
  writeFileSync(join(folder, 'notes.md'), '# Notes');
}, 120_000);

const run = (...words: string[]) => runCommandIn(folder, ['export', ...words]);

test('export says in one line what is missing or can’t be', async () => {
  const own = ['own.convsheet', '-o'];
  const cases: [string[], string, number][] = [
    [['own.convsheet'], 'export needs -o FILM. "help export" shows how.', 2],
    [[...own, 'film.avi'], 'film.avi: choose a name that ends in .mp4 or .webm.', 1],
    [[...own, 'film.mp4', '--codec', 'vp9'], '--codec vp9 doesn’t fit film.mp4: avc is for .mp4, vp9 and av1', 2],
    [[...own, 'film.mp4', '--size', '1920x1000'], '--size 1920x1000 is no size of a film. Choose 720p,', 2],
    [[...own, 'film.mp4', '--fps', '25'], '--fps 25 is unknown. Choose among 24, 30, 60.', 2],
    [[...own, 'film.mp4', '--scenes', '0-3'], '--scenes 0-3 names no scenes.', 2],
    [[...own, 'film.mp4', '--storyboard', 'mine'], '--storyboard mine is unknown. Choose among own, one-cell,', 2],
    [['lesson4', '-o', 'film.mp4'], 'There is no file lesson4 and no template of that name. Did you mean lesson3?', 1],
    [[...own, join('no', 'film.mp4')], 'there is no folder', 1],
  ];
  for (const [words, sentence, status] of cases) {
    // oxlint-disable-next-line no-await-in-loop -- they share the process
    const ended = await run(...words);
    expect(ended.stderr).toContain(sentence);
    expect(ended.status).toBe(status);
  }
  for (const [name, sentence] of [
    ['gone.convsheet', 'gone.convsheet'],
    ['notes.md', 'notes.md is a text file'],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, [program, 'export', name, '-o', 'film.mp4'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toContain(sentence);
    expect(status).toBe(1);
  }
  writeFileSync(join(folder, 'taken.mp4'), 'mine');
  expect((await run(...own, 'taken.mp4')).stderr).toContain('taken.mp4 exists already.');
  const { CHROME_PATH } = process.env;
  process.env.CHROME_PATH = join(folder, 'no-browser');
  expect((await run(...own, 'film.mp4')).stderr).toContain('A film is drawn by a browser, and no Chromium');
  if (CHROME_PATH === undefined) delete process.env.CHROME_PATH;
  else process.env.CHROME_PATH = CHROME_PATH;
  expect(readdirSync(folder).filter(name => name.endsWith('.mp4'))).toEqual(['taken.mp4']);
});

type Number = { value: number; text: string; terms: { tensor: string; index: number }[][] };
type Frame = {
  frame: number;
  time: number;
  shows: { scene: number; state: { nth: number; edit?: { entered: boolean } }; numbers: Number[] }[];
};

test('a film has exactly its frames, its sound in step, and only numbers that the cells hold then', async () => {
  const film = join(folder, 'film.mp4');
  const words = ['named', '-o', film, '--size', '640x360', '--frames', 'frames.json', '--json'];
  const ended = spawnSync(process.execPath, [program, 'export', ...words], { cwd: folder, encoding: 'utf8' });
  expect(ended.stderr).toBe('');
  expect(JSON.parse(ended.stdout)).toMatchObject({ path: film, frames: 2 * RATE });

  const frames = readFileSync(join(folder, 'frames.json'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Frame);
  expect(frames.map(({ frame, time }) => [frame, time])).toEqual(
    Array.from({ length: 2 * RATE }, (_, frame) => [frame, frame / RATE]),
  );
  const tensorsAfter = async (...changes: string[]) => {
    const { stdout } = await runCommandIn(folder, ['calc', 'own.convsheet', '--tensors', '--json', ...changes]);
    const { tensors } = JSON.parse(stdout) as { tensors: Record<string, { values: number[] }> };
    return tensors;
  };
  const [before, after] = [await tensorsAfter(), await tensorsAfter('--set', 'conv1/kernel[0,0,0,0]=2.5')];
  let checked = 0;
  for (const { shows } of frames)
    for (const { scene, state, numbers } of shows) {
      const tensors = scene === 1 && state.nth === 1 ? after : before;
      if (scene === 1) expect(state.nth).toBe(state.edit!.entered ? 1 : 0);
      for (const { value, terms } of numbers) {
        const products = terms.map(factors =>
          factors.reduce((product, { tensor, index }) => product * tensors[tensor].values[index], 1),
        );
        const size = products.reduce((sum, product) => sum + Math.abs(product), 0);
        const wanted = products.reduce((sum, product) => sum + product, 0);
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-6 * Math.max(1, size));
        checked++;
      }
    }
  expect(checked).toBeGreaterThan(500);
  expect(frames[0].shows[0].numbers).not.toEqual(frames[RATE - 1].shows[0].numbers);
  // In the transition, both scenes are in the picture.
  expect(frames[RATE + 3].shows.map(({ scene }) => scene)).toEqual([1, 2]);

  if (!has('ffprobe') || !has('ffmpeg')) return console.warn('ffmpeg is not installed, so the film was not decoded.');
  const probe = ['-v', 'error', '-count_frames', '-show_chapters', '-show_streams', '-of', 'json', film];
  const { streams, chapters } = JSON.parse(execFileSync('ffprobe', probe, { encoding: 'utf8' })) as {
    streams: Record<string, unknown>[];
    chapters: { start_time: string; tags: { title: string } }[];
  };
  expect(streams).toMatchObject([
    { codec_name: 'h264', width: 640, height: 360, r_frame_rate: '30/1', nb_read_frames: String(2 * RATE) },
    { codec_name: 'aac', channels: 2, sample_rate: '48000' },
  ]);
  expect(chapters.map(({ start_time, tags }) => [Number(start_time), tags.title])).toEqual([
    [0, 'An edit'],
    [1, 'A cell'],
  ]);
  // The tone is heard a quarter of a second after its scene begins, for half a second.
  const decode = ['-v', 'error', '-xerror', '-i', film, '-map', '0:a', '-ac', '1', '-f', 'f32le', '-'];
  const raw = execFileSync('ffmpeg', decode, { maxBuffer: 2 ** 26 });
  const samples = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  const loud = [...samples.keys()].filter(at => Math.abs(samples[at]) > 0.2);
  const [from, to] = [loud[0] / 48_000, loud.at(-1)! / 48_000];
  // Also at 60 frames a second that is less than one of them.
  expect(Math.abs(from - 1.25)).toBeLessThan(0.01);
  expect(Math.abs(to - 1.75)).toBeLessThan(0.01);
}, 120_000);

/** How the running processes were started, as far as the system tells. */
function commandLines(pids = existsSync('/proc') ? readdirSync('/proc').filter(name => /^\d+$/.test(name)) : []) {
  return pids.map(pid => {
    try {
      return { pid, line: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
    } catch {
      return { pid, line: '' };
    }
  });
}

/** Starts a command that makes a long film, and resolves when it has begun with it. `ended` resolves when the command
 *  has ended, with its status and what it said. Its film and its temporary files are in folders of their own. */
async function startFilm(name: string) {
  const [place, temporary] = ['film', 'temporary'].map(each => join(folder, name, each));
  for (const each of [place, temporary]) mkdirSync(each, { recursive: true });
  const words = ['export', 'own.convsheet', '-o', join(place, 'film.webm'), '--size', '4K', '--fps', '60'];
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit').then(([status]) => ({ status: status as number, said }));
  await expect.poll(() => readdirSync(place).length, { timeout: 60_000, interval: 50 }).toBe(1);
  return { child, ended, place, temporary };
}

test('an export that is ended leaves nothing', async () => {
  const stopped = await startFilm('stopped');
  stopped.child.kill('SIGINT');
  expect((await stopped.ended).status).toBe(130);
  const films = [stopped];
  if (existsSync('/proc/self/task')) {
    // Only the page crashes, and the browser goes on.
    const crashed = await startFilm('crashed');
    const pages = commandLines(family(crashed.child.pid).map(String)).filter(({ line }) => line.includes('=renderer'));
    for (const { pid } of pages) process.kill(Number(pid), 'SIGKILL');
    const { status, said } = await crashed.ended;
    expect(said).toContain('The page that draws the film ended too early. Try again.');
    expect(status).toBe(1);
    films.push(crashed);
  }
  for (const { place, temporary } of films) {
    expect(readdirSync(place)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(commandLines().filter(({ line }) => line.includes(temporary))).toEqual([]);
  }
}, 120_000);

test('a storyboard without the scenes that are named is said to have none, and what can be named', async () => {
  for (const [words, sentence] of [
    [['mlp'], 'The storyboard has no scenes. Name a template: --storyboard one-cell,'],
    [['named', '--scenes', '3-4'], 'The storyboard has only 2 scenes. Name some of them with --scenes.'],
  ] as const) {
    const command = [program, 'export', ...words, '-o', 'none.mp4'];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
    expect(stderr).toContain(sentence);
    expect(status).toBe(1);
  }
}, 60_000);
