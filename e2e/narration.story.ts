import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FileChooser, Locator, Page } from '@playwright/test';
import { expect, test } from './app.ts';
import { findBrowser } from '../main/shells/server/browser.ts';
import { seriousFaults } from './axe.ts';
import { FilmPage } from './film-page.ts';
import config from './playwright.config.ts';
import type { SheetPage } from './sheet-page.ts';

const { launchOptions } = config.use!;
/** A voice that the microphone hears again and again: noise in syllables, 16 bits at 48 kHz, one channel. */
const voice = join(tmpdir(), `convsheet-voice-${process.pid}.wav`);
function writeVoice(): void {
  const rate = 48_000;
  const samples = new Int16Array(3 * rate);
  let [state, smooth] = [1, 0];
  for (let at = 0; at < samples.length; at++) {
    state = (state * 16_807) % 2_147_483_647;
    smooth += 0.4 * (state / 2_147_483_647 - 0.5 - smooth);
    const time = at / rate;
    const syllable = time % 1.5 < 1.1 ? Math.max(0, Math.sin(2 * Math.PI * 3.7 * time)) : 0.002;
    samples[at] = 9000 * syllable * smooth;
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  writeFileSync(voice, Buffer.concat([header, Buffer.from(samples.buffer)]));
}
writeVoice();

// The browser without a window's frame has no microphone.
test.use({
  launchOptions: {
    ...launchOptions,
    executablePath: findBrowser(),
    args: [...launchOptions!.args!, '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${voice}`],
  },
});

test.afterAll(() => rmSync(voice, { force: true }));

/** Waits until the take is so long; the microphone beeps meanwhile. */
const spokenFor = (time: Locator, seconds: number) =>
  expect
    .poll(async () => Number((await time.textContent())!.replace('0:', '')), { intervals: [50] })
    .toBeGreaterThan(seconds);

/** What a user does: each click, key, text or choice is one action. */
function hands(page: Page) {
  let actions = 0;
  const counted = <T>(work: Promise<T>) => {
    actions++;
    return work;
  };
  return {
    actions: () => actions,
    key: (key: string) => counted(page.keyboard.press(key)),
    click: (target: Locator) => counted(target.click()),
    type: (text: string) => counted(page.keyboard.insertText(text)),
    choose: (target: Locator, value: string) => counted(target.selectOption(value)),
  };
}

test('from a fresh start to a finished film of 90 seconds with captions and narration in at most 40 actions', async ({
  app,
  context,
}) => {
  await context.grantPermissions(['microphone']);
  const sheet = await app.start();
  const { page } = sheet;
  const film = new FilmPage(page);
  const { actions, key, click, type, choose } = hands(page);
  const narration = film.root.getByRole('region', { name: /^Narration of/ });
  const time = narration.locator('.narration-time');
  const speak = (seconds: number) => spokenFor(time, seconds);

  await key('Shift+F7');
  await click(film.root.getByRole('button', { name: 'The whole network in 90 seconds', exact: false }));
  await expect(film.scenes.first()).toBeVisible();
  const scenes = await film.scenes.count();

  // Scene by scene, with the words to read in sight, and a mark while the second one is spoken.
  await key('n');
  await expect(narration.getByRole('button', { name: 'Record' })).toBeFocused();
  await expect(narration.getByRole('group', { name: 'To read out' })).not.toBeEmpty();
  expect(await seriousFaults(page)).toEqual([]);
  await click(narration.getByRole('switch', { name: 'Scene by scene' }));
  await click(narration.getByRole('button', { name: 'Record' }));
  await expect(narration.getByRole('timer')).toHaveText('3');
  await key('Enter');
  for (let scene = 1; scene <= scenes; scene++) {
    await expect(narration).toHaveAccessibleName(new RegExp(`^Narration of ${scene} `));
    await speak(2.2);
    if (scene === 2) await key('m');
    await key('Enter');
  }
  await expect(narration.getByRole('button', { name: 'Retake' })).toBeFocused();
  await expect(film.root.getByRole('img', { name: /^Loudness of the narration of/ })).toHaveCount(scenes);
  await expect(narration.getByRole('status').last()).toContainText('in the film -16 LUFS');
  await expect(narration.getByRole('slider', { name: 'Beginning of what is heard' })).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);
  await sheet.screenshot('narration-2-recorded');

  // A caption of the teacher's own.
  await key('Escape');
  await click(film.field('Caption'));
  await key('Control+a');
  await type('Each number of the answer comes from all pixels.');
  await click(page.getByRole('button', { name: 'Export', exact: true }));
  await choose(film.root.getByRole('combobox', { name: 'Size' }), '720p');
  await choose(film.root.getByRole('combobox', { name: 'Frames a second' }), '24');
  await click(film.root.getByRole('button', { name: 'Export film' }));
  await click(sheet.dialog.getByRole('button', { name: 'Save' }));
  await expect(sheet.notice).toContainText('The film is in');
  expect(actions()).toBeLessThanOrEqual(40);
  const path = /The film is in (.*)\./.exec((await sheet.notice.textContent())!)![1];
  expectFilm(path, scenes);

  // What the playhead has passed has another colour in the picture of the sound.
  const spoken = film.root.getByRole('img', { name: /^Loudness of the narration of/ }).first();
  const playhead = film.root.getByRole('slider', { name: 'Playhead' });
  await playhead.press('Home');
  await expect(spoken).toHaveAttribute('data-played', '0');
  await playhead.press('End');
  await expect(spoken).not.toHaveAttribute('data-played', '0');

  // A window that ends while somebody speaks loses only the last moment. Undo takes the take back in one step.
  await film.scenes.first().click();
  await page.getByRole('button', { name: 'Narrate' }).click();
  await expect(narration.getByRole('status').last()).toContainText('LUFS');
  const before = await narration.getByRole('status').last().textContent();
  await narration.getByRole('button', { name: 'Retake' }).click();
  // The countdown is left out also where the microphone is still asked for.
  await page.keyboard.press('Space');
  await speak(1.5);
  await expect(narration.getByRole('meter')).toHaveAttribute('aria-valuetext', /decibels/);
  expect(await seriousFaults(page)).toEqual([]);
  await sheet.screenshot('narration-1-recording');
  await page.reload();
  await sheet.ready();
  await expect(sheet.notice).toContainText('was being recorded when the window was closed');
  await sheet.statusBar.getByRole('button', { name: 'Keep It' }).click();
  await page.getByRole('button', { name: 'Storyboard', exact: true }).click();
  await page.getByRole('button', { name: 'Narrate' }).click();
  const status = narration.getByRole('status').last();
  await expect(status).toContainText('LUFS');
  await expect(status).not.toHaveText(before!);
  await page.keyboard.press('Control+z');
  await expect(status).toHaveText(before!);
});

/** The file is a film of 90 seconds with chapters, and with sound of the common loudness. */
function expectFilm(path: string, scenes: number): void {
  const show = ['-v', 'error', '-show_streams', '-show_format', '-show_chapters', '-of', 'json', path];
  const told = JSON.parse(execFileSync('ffprobe', show, { encoding: 'utf8' })) as {
    streams: { codec_type: string; width?: number; nb_frames?: string }[];
    format: { duration: string };
    chapters: unknown[];
  };
  expect(Number(told.format.duration)).toBeCloseTo(90, 1);
  expect(told.streams.map(({ codec_type: type }) => type).toSorted()).toEqual(['audio', 'video']);
  expect(told.streams.find(({ width }) => width === 1280)?.nb_frames).toBe(String(90 * 24));
  expect(told.chapters).toHaveLength(scenes);
  const measure = ['-i', path, '-vn', '-af', 'ebur128', '-f', 'null', '-'];
  const { stderr } = spawnSync('ffmpeg', measure, { encoding: 'utf8' });
  const loudness = Number(/I:\s+(\S+) LUFS/.exec(stderr.slice(stderr.lastIndexOf('Summary:')))![1]);
  expect(Math.abs(loudness + 16)).toBeLessThanOrEqual(0.5);
}

/** Exports a web page, and hears on it what is spoken for its second scene. */
async function hearOnPage(sheet: SheetPage, home: string): Promise<void> {
  await sheet.menu('File', 'Export', 'Web page…');
  await sheet.dialog.getByRole('button', { name: 'Choose a File…' }).click();
  await sheet.dialog.getByLabel('File name').fill('spoken.html');
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  const path = join(home, 'spoken.html');
  await expect(sheet.page.getByText(`It is in ${path}.`)).toBeVisible();
  const page = await sheet.page.context().newPage();
  await page.addInitScript(() => {
    // oxlint-disable-next-line unbound-method -- they are called on their nodes
    const { start, stop } = AudioBufferSourceNode.prototype;
    const heard: string[] = [];
    Object.assign(window, { heard });
    AudioBufferSourceNode.prototype.start = function (when, offset = 0) {
      heard.push(`${this.buffer!.duration.toFixed(1)} s from ${offset.toFixed(1)}`);
      start.call(this, when, offset);
    };
    AudioBufferSourceNode.prototype.stop = function () {
      heard.push('rest');
      stop.call(this);
    };
  });
  await page.goto(pathToFileURL(path).href);
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  await page.keyboard.press('Space');
  await expect.poll(heard).toEqual([expect.stringMatching(/^\d\.\d s from 0\.[01]$/)]);
  const voiceButton = page.getByRole('button', { name: 'Hear the narration' });
  await page.keyboard.press('m');
  await expect(voiceButton).toHaveAttribute('aria-pressed', 'false');
  expect(await heard()).toHaveLength(2);
  await page.keyboard.press('m');
  await expect.poll(async () => (await heard()).length).toBe(3);
  await page.keyboard.press('Space');
  await expect.poll(async () => (await heard()).at(-1)).toBe('rest');
  expect(await seriousFaults(page)).toEqual([]);
  // Where nothing shall move, a scene is spoken if one asks for it.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.reload();
  await page.keyboard.press('PageDown');
  expect(await heard()).toEqual([]);
  await voiceButton.click();
  await expect.poll(heard).toHaveLength(1);
  await page.close();
}

test('a teacher takes sounds from files, trims one by keys, and lays a long one over all scenes', async ({ app }) => {
  const sheet = await app.start('lesson3');
  const { page } = sheet;
  const { keyboard } = page;
  const film = new FilmPage(page);
  const narration = film.root.getByRole('region', { name: /^Narration of/ });
  const status = narration.getByRole('status').last();
  const waves = film.root.getByRole('img', { name: /^Loudness of the narration of/ });
  const choose = async (button: string, file: Parameters<FileChooser['setFiles']>[0]) => {
    const chosen = page.waitForEvent('filechooser');
    await narration.getByRole('button', { name: button }).click();
    await (await chosen).setFiles(file);
  };
  await sheet.menu('Film', 'New from template', 'One Cell of a Convolution');
  await expect(film.chosen).toBeFocused();
  const scenes = await film.scenes.count();
  await keyboard.press('n');

  // Without a microphone, a sentence says so; what is no sound is refused.
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));
  });
  await keyboard.press('Enter');
  await expect(sheet.notice).toContainText('There is no microphone here.');
  await choose('From a file…', { name: 'notes.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('no sound at all') });
  await expect(sheet.notice).toContainText('notes.mp3 has no sound that can be read here.');
  await choose('From a file…', voice);
  await expect(status).toContainText('in the film -16 LUFS');
  await expect(waves).toHaveCount(1);

  // The handles go by keys, marks stay at their words, and the silence can be brought back.
  const [begins, ends] = ['Beginning', 'End'].map(each =>
    narration.getByRole('slider', { name: `${each} of what is heard` }),
  );
  const heard = async () =>
    Number((await ends.getAttribute('aria-valuenow'))!) - Number(await begins.getAttribute('aria-valuenow'));
  const whole = await heard();
  await begins.focus();
  await keyboard.press('Shift+ArrowRight');
  await expect.poll(heard).toBeCloseTo(whole - 0.5, 1);
  await expect(begins).toBeFocused();
  await expect(page.getByRole('button', { name: 'Undo trim a narration' })).toBeVisible();
  await keyboard.press('Control+z');
  await expect.poll(heard).toBeCloseTo(whole, 1);
  await narration.getByRole('button', { name: 'Whole recording' }).click();
  await expect.poll(heard).toBeCloseTo(3, 1);
  // Undo right after a press takes back what was pressed, which takes a moment.
  const redo = page.getByRole('button', { name: /^Redo/ });
  await expect(redo).toBeDisabled();
  await narration.getByRole('button', { name: 'Trim silence' }).click();
  await keyboard.press('Control+z');
  await expect(redo).toBeEnabled();
  expect(await heard()).toBeCloseTo(3, 1);

  // One long file: a cut is moved, and each scene gets its part in one step of undo.
  await choose('Lay a file over all scenes…', voice);
  await expect(sheet.dialog).toContainText('Each scene gets its part of the sound.');
  expect(await seriousFaults(page)).toEqual([]);
  const cut = sheet.dialog.getByRole('slider', { name: 'Cut 1' });
  const at = Number(await cut.getAttribute('aria-valuenow'));
  await cut.press('ArrowRight');
  await expect(cut).toHaveAttribute('aria-valuenow', String(Number((at + 0.05).toFixed(2))));
  await sheet.screenshot('narration-3-cut');
  const parts = await sheet.dialog.locator('.cut-list li').count();
  expect(parts).toBeGreaterThan(1);
  expect(parts).toBeLessThanOrEqual(scenes);
  await sheet.dialog.getByRole('button', { name: 'Lay Over Scenes' }).click();
  await expect(waves).toHaveCount(parts);
  await keyboard.press('Control+z');
  await expect(waves).toHaveCount(1);

  // A file that is dropped on a scene is for that scene. The preview plays it.
  const bytes = [...readFileSync(voice)];
  const transfer = await page.evaluateHandle(given => {
    const made = new DataTransfer();
    made.items.add(new File([new Uint8Array(given)], 'voice.wav', { type: 'audio/wav' }));
    return made;
  }, bytes);
  await film.scenes.nth(1).dispatchEvent('drop', { dataTransfer: transfer });
  await expect(waves).toHaveCount(2);
  await narration.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => film.seconds()).toBeGreaterThan(0.5);
  await narration.getByRole('button', { name: 'Pause' }).click();
  await narration.getByRole('button', { name: 'Remove' }).click();
  await expect(waves).toHaveCount(1);
  await hearOnPage(sheet, app.home);
  // Presenting, the narration is heard if one wants it.
  await keyboard.press('F6');
  const voiceButton = page.getByRole('button', { name: 'Hear the narration' });
  await expect(voiceButton).toHaveAttribute('aria-pressed', 'false');
  await keyboard.press('v');
  await expect(voiceButton).toHaveAttribute('aria-pressed', 'true');
  await keyboard.press('Escape');
});

test('what was being spoken when the app was killed is on the disk, and the next start offers it', async ({
  app,
  context,
}) => {
  app.expectProblems(/WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/);
  await context.grantPermissions(['microphone']);
  const sheet = await app.start('lesson3');
  const { page } = sheet;
  await sheet.menu('Film', 'New from template', 'One Cell of a Convolution');
  await expect(new FilmPage(page).chosen).toBeFocused();
  await page.keyboard.press('n');
  const narration = page.getByRole('region', { name: /^Narration of/ });
  await expect(narration.getByRole('button', { name: 'Record' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await spokenFor(narration.locator('.narration-time'), 2);
  await app.shell.crash();
  await page.close();

  const again = await app.start();
  await expect(again.notice).toContainText('was being recorded when the window was closed');
  await again.statusBar.getByRole('button', { name: 'Keep It' }).click();
  await again.page.getByRole('button', { name: 'Storyboard', exact: true }).click();
  await expect(new FilmPage(again.page).chosen).toBeFocused();
  await again.page.keyboard.press('n');
  await expect(
    again.page
      .getByRole('region', { name: /^Narration of/ })
      .getByRole('status')
      .last(),
  ).toContainText('LUFS');
});
