import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, expect, test } from '@playwright/test';
import { findBrowser, WINDOW_OPTIONS } from '../main/shells/server/browser.ts';
import { seriousFaults } from './axe.ts';
import { type Shell, startShell } from './shell.ts';
import { SheetPage } from './sheet-page.ts';

/** A browser of the story's own, which can be killed. It may record its tab, and has a microphone that beeps. The
 *  browser that other stories share can record nothing. */
async function openBrowser(shell: Shell) {
  const server = await chromium.launchServer({
    executablePath: findBrowser(),
    args: [...WINDOW_OPTIONS, '--auto-accept-this-tab-capture', '--use-fake-device-for-media-stream'],
  });
  const browser = await chromium.connect(server.wsEndpoint());
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'en-US' });
  await context.grantPermissions(['microphone']);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', message => {
    // Chromium also asks for the camera, which the page is denied.
    if (message.type() === 'error' && !/camera is not allowed/.test(message.text())) problems.push(message.text());
  });
  page.on('pageerror', error => problems.push(error.message));
  await page.goto(await shell.link());
  const sheet = new SheetPage(page);
  await sheet.ready();
  return { server, page, sheet, problems };
}

const run = promisify(execFile);

/** What FFmpeg finds in a file, all of which it decodes without an error. `end`: of the last packet, in seconds. */
async function probe(path: string) {
  const entries = 'format=duration:stream=codec_type,codec_name,height:packet=codec_type,pts_time';
  const { stdout } = await run(
    'ffprobe',
    ['-v', 'error', '-show_entries', entries, '-show_chapters', '-of', 'json', path],
    {
      maxBuffer: 2 ** 26,
    },
  );
  const { format, streams, packets, chapters } = JSON.parse(stdout) as {
    format: { duration?: string };
    streams: { codec_type: string; codec_name: string; height?: number }[];
    packets: { codec_type: string; pts_time: string }[];
    chapters: { start_time: string; tags: { title: string } }[];
  };
  const decoded = await run('ffmpeg', ['-xerror', '-i', path, '-af', 'volumedetect', '-f', 'null', '-']);
  return {
    duration: Number(format.duration),
    codecs: streams.map(({ codec_name: name }) => name),
    height: streams.find(({ codec_type: type }) => type === 'video')!.height,
    frames: packets.filter(({ codec_type: type }) => type === 'video').length,
    end: Math.max(...packets.map(({ pts_time: at }) => Number(at))),
    chapters: chapters.map(({ start_time: at, tags: { title } }) => ({ at: Number(at), title })),
    loudness: Number(/mean_volume: (-?[\d.]+) dB/.exec(decoded.stderr)![1]),
  };
}

test('the window is recorded with sound and markers; after a crash the next start makes a film of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-story-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const shell = await startShell(['lesson3'], join(folder, 'state'), home);
  const left = join(folder, 'state', 'recordings');
  let { server, page, sheet, problems } = await openBrowser(shell);
  try {
    const bar = () => page.getByRole('region', { name: 'Recording' });
    const time = () => bar().getByRole('timer');
    /** Waits until so many seconds are recorded. Returns how many are. */
    const recorded = async (seconds: number) => {
      const now = async () => Number((await time().textContent())!.split(':')[1]);
      await expect.poll(now, { intervals: [100] }).toBeGreaterThanOrEqual(seconds);
      return now();
    };

    await sheet.menu('Film', 'Record the Window…');
    const asked = page.getByRole('dialog', { name: 'Record the window' });
    await expect(asked.getByRole('meter', { name: 'Level of the microphone' })).toHaveAttribute('aria-valuenow', /\d/);
    await asked.getByRole('combobox', { name: 'Countdown' }).selectOption('None');
    await asked.getByRole('switch', { name: 'Show pressed keys' }).check();
    expect(await seriousFaults(page)).toEqual([]);
    await sheet.screenshot('record-1-sheet');
    await asked.getByRole('button', { name: 'Record', exact: true }).press('Enter');
    await expect(bar()).toBeVisible();
    await page.keyboard.press('Control+Shift+P');
    await recorded(2);
    await page.keyboard.press('Alt+M');
    await expect(page.getByText('Marker 1 at 0:0')).toBeVisible();
    await expect(page.locator('.pressed-keys')).toContainText('Alt+M');
    await page.mouse.move(600, 300);
    await bar().getByRole('button', { name: 'Pause' }).click();
    await expect(bar().getByRole('status').filter({ hasText: 'Paused' })).toBeAttached();
    expect(await seriousFaults(page)).toEqual([]);
    await sheet.screenshot('record-2-bar');
    // A film with the pause would be this much longer.
    await page.waitForTimeout(3000);
    await page.keyboard.press('Control+Shift+F7');
    await expect(bar().getByRole('button', { name: 'Pause' })).toBeVisible();
    const seconds = await recorded(4);
    const told = performance.now();
    await page.keyboard.press('Control+F7');
    const files = () => page.getByRole('dialog', { name: 'Export' });
    await expect(files().getByRole('textbox', { name: 'File name' })).toHaveValue('lesson3 recording.mp4');
    // The clock tells whole seconds.
    const most = seconds + 1 + 1.5 + (performance.now() - told) / 1000;
    await files().getByRole('textbox', { name: 'File name' }).press('Enter');
    await expect(page.getByText(`is in ${home}/lesson3 recording.mp4.`)).toBeVisible();
    const film = await probe(join(home, 'lesson3 recording.mp4'));
    expect(film.codecs).toEqual(['h264', 'aac']);
    expect(film.height).toBe(720);
    expect(film.duration).toBeGreaterThan(seconds - 0.5);
    expect(film.duration).toBeLessThan(most);
    expect(film.frames).toBeGreaterThan(film.duration);
    expect(film.loudness).toBeGreaterThan(-60);
    expect(film.chapters).toEqual([
      { at: 0, title: 'Beginning' },
      { at: expect.any(Number), title: 'Marker 1' },
    ]);
    expect(film.chapters[1].at).toBeGreaterThan(1.9);
    expect(await readdir(left)).toEqual([]);
    expect(problems).toEqual([]);

    // The browser dies in the middle of another recording.
    await page.keyboard.press('Control+F7');
    await asked.getByRole('button', { name: 'Record', exact: true }).press('Enter');
    const before = await recorded(7);
    await server.kill();
    const [recording] = (await readdir(left)).filter(name => name.endsWith('.mkv'));
    const cut = await probe(join(left, recording));
    expect(cut.end).toBeGreaterThan(before - 5);

    ({ server, page, sheet, problems } = await openBrowser(shell));
    const offered = page.getByRole('dialog', { name: 'A recording is not saved yet' });
    await expect(offered.getByRole('listitem')).toContainText('lesson3');
    expect(await seriousFaults(page)).toEqual([]);
    await sheet.screenshot('record-3-left');
    await offered.getByRole('button', { name: /^Save lesson3/ }).press('Enter');
    await files().getByRole('textbox', { name: 'File name' }).fill('rescued.mp4');
    await files().getByRole('textbox', { name: 'File name' }).press('Enter');
    await expect(page.getByText(`is in ${home}/rescued.mp4.`)).toBeVisible();
    const rescued = await probe(join(home, 'rescued.mp4'));
    expect(rescued.duration).toBeGreaterThan(before - 5);
    expect(rescued.duration).toBeGreaterThan(cut.end - 0.5);
    expect(await readdir(left)).toEqual([]);
    expect(problems).toEqual([]);
  } finally {
    await server.close();
    await shell.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
