import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nothingWritten } from '../../shared/changes/written.ts';
import { EMPTY_STORYBOARD, type FilmScene } from '../../shared/film/storyboard.ts';
import { narrationOf, sceneOf } from '../../shared/film/testing/small-storyboard.ts';
import { readStoryboard } from '../../shared/film/text.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
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

/** Does something where no browser is found. */
async function withoutBrowser(work: () => Promise<void>): Promise<void> {
  const { CHROME_PATH } = process.env;
  process.env.CHROME_PATH = join(folder, 'no-browser');
  try {
    await work();
  } finally {
    if (CHROME_PATH === undefined) delete process.env.CHROME_PATH;
    else process.env.CHROME_PATH = CHROME_PATH;
  }
}

test('export says in one line what is missing or can’t be', async () => {
  const own = ['own.convsheet', '-o'];
  const cases: [string[], string, number][] = [
    [['own.convsheet'], 'export needs -o PATH. "help export" shows how.', 2],
    [[...own, 'film.avi'], 'film.avi: choose a name that ends in .mp4, .webm, .gif, .html, .pdf, .zip, .png, .svg,', 1],
    [[...own, 'film.mp4', '--codec', 'vp9'], '--codec vp9 doesn’t fit film.mp4: avc is for .mp4, vp9 and av1', 2],
    [[...own, 'film.mp4', '--size', '1920x1000'], '--size 1920x1000 is no size of a film. Choose 720p,', 2],
    [[...own, 'film.mp4', '--fps', '25'], '--fps 25 is unknown. Choose among 24, 30, 60.', 2],
    [[...own, 'film.mp4', '--size', '858'], 'pixels such as 1280x720, or only their width: even numbers from 64', 2],
    [[...own, 'film.gif', '--size', '3842'], '--size 3842 is no size of a picture. Choose auto, 720p,', 2],
    [[...own, 'film.mp4', '--scenes', '0-3'], '--scenes 0-3 names no scenes.', 2],
    [[...own, 'a.svg', '--scenes', '1-2'], '--scenes 1-2: a picture is of one scene. Write --scenes 3.', 2],
    [[...own, 'a.png', '--at', 'noon'], '--at noon is no moment. Choose beginning, middle or end, or seconds', 2],
    [[...own, 'a.pdf', '--paper', 'a5'], '--paper a5 is unknown. Choose among a4, letter.', 2],
    [[...own, 'a.gif', '--fps', '12'], '--fps needs --size as well.', 2],
    [[...own, 'a.gif', '--captions', 'srt'], '--captions srt is unknown. Choose among burnt, none.', 2],
    [[...own, 'a.gif', '--paper', 'a4'], '--paper is not for a.gif. It is for .pdf.', 2],
    [[...own, 'a.html', '--fps', '24'], '--fps is not for a.html. It is for .mp4, .webm, .gif, .zip, folders.', 2],
    [[...own, 'a.md', '--size', '720p'], '--size is not for a.md. It is for .mp4, .webm, .gif, .zip, .png, .svg,', 2],
    [[...own, 'frames/', '--frames', 'a.json'], '--frames is not for frames. It is for .mp4, .webm.', 2],
    [[...own, 'a.mp4', '--captions', 'vtt', '--frames', 'a.vtt'], 'a.vtt is named for two files.', 2],
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
  for (const name of ['taken.mp4', 'beside.vtt']) writeFileSync(join(folder, name), 'mine');
  expect((await run(...own, 'taken.mp4')).stderr).toContain('taken.mp4 exists already.');
  expect((await run(...own, 'beside.mp4', '--captions', 'vtt')).stderr).toContain('beside.vtt exists already.');
  mkdirSync(join(folder, 'old'));
  writeFileSync(join(folder, 'old', 'frame-0100.png'), 'mine');
  expect((await run(...own, 'old')).stderr).toContain('has pictures of frames already, such as frame-0100.png.');
  expect((await run(...own, 'taken.mp4/')).stderr).toContain('it is a file, not a folder. Choose another name.');
  await withoutBrowser(async () => {
    const { stderr } = await run(...own, 'film.mp4');
    expect(stderr).toContain('Films and pictures are drawn by a browser, and no Chromium');
  });
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
  const words = ['named', '-o', film, '--size', '640', '--captions', 'srt', '--frames', 'frames.json', '--json'];
  const ended = spawnSync(process.execPath, [program, 'export', ...words], { cwd: folder, encoding: 'utf8' });
  expect(ended.stderr).toBe('');
  const captions = join(folder, 'film.srt');
  expect(JSON.parse(ended.stdout)).toMatchObject({ path: film, captions, frames: 2 * RATE });
  expect(readFileSync(captions, 'utf8')).toBe('1\n00:00:00,000 --> 00:00:01,000\nA weight is typed.\n');

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

/** Starts a command that makes something long, and resolves when it has begun with it. `ended` resolves when the
 *  command has ended, with its status and what it said. What it makes and its temporary files are in folders of their
 *  own. */
async function startLong(place: string, name: string) {
  const [made, temporary] = ['made', 'temporary'].map(each => join(folder, place, each));
  for (const each of [made, temporary]) mkdirSync(each, { recursive: true });
  const words = ['export', 'own.convsheet', '-o', join(made, name), '--size', '4K', '--fps', '60'];
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit').then(([status]) => ({ status: status as number, said }));
  const files = () => readdirSync(made, { recursive: true, withFileTypes: true }).filter(each => each.isFile());
  await expect.poll(() => files().length, { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
  return { child, ended, made, temporary };
}

test('an export that is ended leaves nothing', async () => {
  const stopped = await Promise.all([startLong('film', 'film.webm'), startLong('folder', 'frames/')]);
  for (const { child } of stopped) child.kill('SIGINT');
  for (const { ended } of stopped) {
    // oxlint-disable-next-line no-await-in-loop -- both were stopped
    expect((await ended).status).toBe(130);
  }
  const all = [...stopped];
  if (existsSync('/proc/self/task')) {
    // Only the page crashes, and the browser goes on.
    const crashed = await startLong('crashed', 'film.webm');
    const pages = commandLines(family(crashed.child.pid).map(String)).filter(({ line }) => line.includes('=renderer'));
    for (const { pid } of pages) process.kill(Number(pid), 'SIGKILL');
    const { status, said } = await crashed.ended;
    expect(said).toContain('The page that draws ended too early. Try again.');
    expect(status).toBe(1);
    all.push(crashed);
  }
  for (const { made, temporary } of all) {
    expect(readdirSync(made)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(commandLines().filter(({ line }) => line.includes(temporary))).toEqual([]);
  }
}, 120_000);

/** Runs the program. */
async function exported(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, 'export', ...words], { cwd: folder });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [status] = (await once(child, 'close')) as [number];
  return { status, stdout, stderr };
}

/** The size of a PNG. */
function pngSize(file: Uint8Array) {
  const bytes = Buffer.from(file);
  expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

test('an animation, a page, a handout, pictures of a scene or of all frames are made as the path says', async () => {
  const old = join(folder, 'frames');
  mkdirSync(old);
  for (const name of ['frame-0099.png', 'mine.txt']) writeFileSync(join(old, name), 'mine');
  const frames = ['--size', '320', '--fps', '24', '--captions', 'none'];
  const made = async (name: string, ...words: string[]) => {
    const { status, stdout, stderr } = await exported('own.convsheet', '-o', name, ...words, '--json');
    expect([status, stderr]).toEqual([0, '']);
    const { path, ...told } = JSON.parse(stdout) as { path: string; bytes?: number; frames?: number };
    expect(path).toBe(join(folder, name));
    return { told, bytes: name === 'frames' ? Buffer.alloc(0) : readFileSync(path) };
  };
  const [gif, pdf] = await Promise.all([made('film.gif'), made('film.pdf', '--paper', 'letter')]);
  expect(gif.bytes.toString('latin1', 0, 6)).toBe('GIF89a');
  expect([gif.bytes.readUInt16LE(6), gif.bytes.readUInt16LE(8)]).toEqual([960, 540]);
  expect(gif.told.bytes).toBe(gif.bytes.length);
  const text = pdf.bytes.toString('latin1');
  expect(text.match(/\/Type \/Page\b/g)).toHaveLength(2);
  expect(text.match(/\/MediaBox \[0 0 612 792\]/g)).toHaveLength(2);

  const [html, png] = await Promise.all([
    made('film.html'),
    made('film.png', '--scenes', '2', '--at', 'middle', '--size', 'portrait'),
  ]);
  expect(html.bytes.length).toBeLessThan(5 * 2 ** 20);
  expect(html.bytes.toString()).toMatch(/^<!doctype html>[^]*"A weight is typed\."[^]*<\/html>\n$/);
  expect(pngSize(png.bytes)).toEqual([1080, 1920]);

  const [svg, zip] = await Promise.all([made('film.svg', '--at', '0.5'), made('film.zip', ...frames)]);
  expect(svg.bytes.toString()).toMatch(/^<svg [^]*<\/svg>\n$/);
  const pictures = unzipSync(zip.bytes);
  expect(Object.keys(pictures)).toHaveLength(2 * 24);
  expect(Object.values(pictures).map(pngSize)).toEqual(Array.from({ length: 2 * 24 }, () => [320, 180]));
  expect(zip.told.frames).toBe(2 * 24);

  // The same frames as files of their own; a frame of an earlier film would be one too many.
  const [folderOf, late, other] = await Promise.all([
    made('frames', ...frames, '--force'),
    exported('own.convsheet', '-o', 'late.svg', '--at', '1.5'),
    made('other.vtt', '--storyboard', 'another-letter'),
  ]);
  expect(folderOf.told.frames).toBe(2 * 24);
  expect(readdirSync(old).sort()).toEqual([...Object.keys(pictures), 'mine.txt'].sort());
  for (const [name, bytes] of Object.entries(pictures))
    expect(Buffer.compare(bytes, readFileSync(join(old, name)))).toBe(0);
  expect(late.stderr).toContain('The scene is over after 1 s, so there is no picture of it at 1.5 s.');
  expect(existsSync(join(folder, 'late.svg'))).toBe(false);
  // What this film says of its images, only a window knows.
  expect(other.bytes.toString()).toMatch(/^WEBVTT\n\n1\n[^{}]*$/);

  if (!has('ffprobe')) return console.warn('ffmpeg is not installed, so the animation was not decoded.');
  const probe = ['-v', 'error', '-count_frames', '-show_streams', '-of', 'json', join(folder, 'film.gif')];
  const { streams } = JSON.parse(execFileSync('ffprobe', probe, { encoding: 'utf8' })) as {
    streams: { duration: string; nb_read_frames: string }[];
  };
  expect(Number(streams[0].duration)).toBeCloseTo(2);
  expect(Number(streams[0].nb_read_frames)).toBeGreaterThan(10);
}, 240_000);

test('texts are written without a browser, of the workbook’s own storyboard or of a template', () =>
  withoutBrowser(async () => {
    const textOf = async (source: string, name: string, ...words: string[]) => {
      expect((await run(source, '-o', name, ...words)).stderr).toBe('');
      return readFileSync(join(folder, name), 'utf8');
    };
    const { network, classes } = await readTemplate('lesson3');
    const narrations = [narrationOf('beep', { seconds: 0.5, gain: 0 })];
    const around = { sheet: buildSheet(network, classes), sheets: nothingWritten().sheets, narrations };
    const board = await textOf('own.convsheet', 'board.md');
    expect(readStoryboard(board, around)).toEqual({ ...EMPTY_STORYBOARD, scenes, narrations });
    expect(await textOf('own.convsheet', 'first.vtt', '--scenes', '1')).toBe(
      'WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\nA weight is typed.\n',
    );
    expect(await textOf('own.convsheet', 'second.srt', '--scenes', '2')).toBe('');
    const chapters = await textOf('lesson3', 'chapters.txt', '--storyboard', 'whole-network');
    expect(chapters).toMatch(/^0:00 The image\n0:1\d /);
    // Captions say what the cells hold.
    expect(await textOf('lesson3', 'step.srt', '--storyboard', 'one-cell', '--scenes', '4')).toContain(
      'one cell, 2.99.',
    );

    expect((await run('mlp', '-o', 'none.md')).stderr).toContain('The storyboard has no scenes. Name a template');
    expect((await run('own.convsheet', '-o', 'board.md')).stderr).toContain('board.md exists already.');
    const again = await run('own.convsheet', '-o', 'board.md', '--scenes', '2', '--force', '--json');
    const rest = readFileSync(join(folder, 'board.md'), 'utf8');
    expect(JSON.parse(again.stdout)).toMatchObject({ path: join(folder, 'board.md'), bytes: rest.length });
    expect(rest).not.toContain('A weight is typed.');
  }));

test('scenes that aren’t there or don’t fit are told, with what can be named instead', async () => {
  const misfits = [...scenes].reverse().map(({ narration: _narration, ...scene }) => scene);
  const other = { ...(await readTemplate('mlp')), storyboard: { ...EMPTY_STORYBOARD, scenes: misfits } };
  writeFileSync(join(folder, 'other.convsheet'), writeWorkbook(other));
  const cases = [
    [['mlp', '-o', 'none.mp4'], 'The storyboard has no scenes. Name a template: --storyboard one-cell,'],
    [
      ['named', '-o', 'none.gif', '--scenes', '3-4'],
      'The storyboard has only 2 scenes. Name some of them with --scenes.',
    ],
    [
      ['other.convsheet', '-o', 'none.pdf'],
      'Scene 1 (A cell) can’t be shown: The network has no conv1/output. Choose what the scene shows anew. Scene 2 ' +
        '(An edit) can’t be shown: The network has no conv1/kernel. Choose what the scene shows anew. Name the others',
    ],
  ] as const;
  const ended = await Promise.all(cases.map(([words]) => exported(...words)));
  for (const [at, [, sentence]] of cases.entries()) {
    expect(ended[at].stderr).toContain(sentence);
    expect(ended[at].status).toBe(1);
  }
  expect(readdirSync(folder).filter(name => name.startsWith('none.'))).toEqual([]);
}, 60_000);
