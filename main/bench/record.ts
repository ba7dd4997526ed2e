import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { messages } from '../../shared/messages.ts';
import { inWindow } from './browser.ts';
import { browserSeconds } from './footprint.ts';
import { recordingTime, watchRecording } from './page/measure.ts';
import { type Result, round, summarize } from './results.ts';

const ROUNDS = 3;
/** Seconds of each recording. */
const SECONDS = 10;
/** Pictures before this are those of the begin: the bar appears, the scan starts. */
const FIRST = 1;
/** The window may record itself, and has a microphone that beeps. */
const SETTINGS = {
  viewport: { width: 1280, height: 720 },
  args: ['--auto-accept-this-tab-capture', '--use-fake-device-for-media-stream'],
  permissions: ['microphone'],
};

/** Records a window of 1280×720 with sound while a scan goes on: pictures a second by the times in the file, and by how
 *  much its length differs from what the recorder had counted. Needs FFmpeg's ffprobe. */
export async function* benchRecord(template: string): AsyncIterable<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-bench-record-'));
  const rates: number[] = [];
  const off: number[] = [];
  const seconds: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they don't disturb each other
      const made = await inWindow(template, page => record(page, folder, `${round}.mp4`), SETTINGS);
      // oxlint-disable-next-line no-await-in-loop -- as above
      const { times, length } = await probe(join(folder, `${round}.mp4`));
      const counted = times.filter(time => time >= FIRST);
      rates.push(...counted.slice(1).map((time, nth) => 1 / (time - counted[nth])));
      off.push(Math.abs(length - made.length) * 1000);
      seconds.push(made.processor / made.length);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const name = `record/${template}`;
  yield { ...summarize(name, rates, 'frames/s'), cpuSeconds: round(seconds.sort((a, b) => a - b)[ROUNDS >> 1]) };
  yield summarize(`${name}/length`, off);
}

/** Records, and saves the film. `length`: in seconds. `processor`: seconds of processor time meanwhile. */
async function record(page: Page, folder: string, name: string): Promise<{ length: number; processor: number }> {
  const { sheet: asked, bar } = messages.live;
  const { dialogs } = messages.panels;
  await page.evaluate(watchRecording);
  await page.keyboard.press('ControlOrMeta+F7');
  await page.getByRole('combobox', { name: asked.countdown }).selectOption('0');
  await page.getByRole('meter', { name: messages.narration.levels.name }).waitFor();
  await page.getByRole('button', { name: asked.record, exact: true }).click();
  await page.getByRole('region', { name: bar, exact: true }).waitFor();
  const before = browserSeconds();
  await page.keyboard.press('ControlOrMeta+Shift+P');
  await pause(SECONDS * 1000);
  const processor = browserSeconds() - before;
  await page.keyboard.press('ControlOrMeta+F7');
  const length = (await page.evaluate(recordingTime)) / 1000;
  const place = page.getByRole('textbox', { name: dialogs.folder });
  await place.fill(folder);
  await place.press('Enter');
  const file = page.getByRole('textbox', { name: dialogs.fileName });
  await file.fill(name);
  await file.press('Enter');
  await page.getByText(join(folder, name)).waitFor();
  return { length, processor };
}

/** When each picture begins, and the film's length, in seconds. Throws if there is no sound. */
async function probe(path: string): Promise<{ times: number[]; length: number }> {
  const entries = 'format=duration:stream=codec_type:packet=codec_type,pts_time';
  const words = ['-v', 'error', '-show_entries', entries, '-of', 'json', path];
  const { stdout } = await promisify(execFile)('ffprobe', words, { maxBuffer: 2 ** 26 });
  const { format, streams, packets } = JSON.parse(stdout) as {
    format: { duration: string };
    streams: { codec_type: string }[];
    packets: { codec_type: string; pts_time: string }[];
  };
  if (!streams.some(({ codec_type: type }) => type === 'audio')) throw new Error(`there is no sound in ${path}`);
  const pictures = packets.filter(({ codec_type: type }) => type === 'video');
  return { times: pictures.map(({ pts_time: time }) => Number(time)), length: Number(format.duration) };
}
