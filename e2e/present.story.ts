import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Locator, Page } from '@playwright/test';
import type { FilmScene, Storyboard } from '../shared/film/storyboard.ts';
import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import { root } from './shell.ts';
import type { SheetPage } from './sheet-page.ts';

const scene = (id: string, more: Partial<FilmScene>): FilmScene => ({
  id: id.replace(' ', '-'),
  title: id,
  camera: { kind: 'maps', maps: [{ tensor: 'input/output' }] },
  motion: { kind: 'still' },
  duration: 4,
  before: 0.2,
  after: 0.2,
  transition: 'cut',
  caption: '',
  notes: '',
  marks: [],
  ...more,
});

const board: Storyboard = {
  look: 'dark',
  scenes: [
    scene('Pixels', { caption: 'A digit is a grid of numbers.', notes: 'Let them look for a while.' }),
    scene('Slide', {
      camera: { kind: 'maps', maps: [{ tensor: 'input/output' }, { tensor: 'conv1/output' }] },
      motion: { kind: 'scan', tensor: 'conv1/output', from: 0, to: 675 },
      duration: 120,
      caption: 'The kernel slides over the whole digit.',
      notes: 'Stop at the half. Ask: what comes next?',
      marks: [
        { at: 0, name: 'begin' },
        { at: 119, name: 'end' },
      ],
    }),
    scene('One cell', {
      camera: { kind: 'cell', element: { tensor: 'conv1/output', index: 700 } },
      transition: 'fade',
    }),
  ],
  narrations: [],
};

/** The lesson with a storyboard, as a file. */
async function lessonWith(storyboard: Storyboard, path: string): Promise<string> {
  const lesson = unzipSync(new Uint8Array(await readFile(join(root, 'assets', 'networks', 'lesson3.convsheet'))));
  const json = (content: unknown) => strToU8(JSON.stringify(content));
  const header = JSON.parse(strFromU8(lesson['workbook.json'])) as object;
  const more = { 'workbook.json': json({ ...header, version: 3 }), 'film/storyboard.json': json(storyboard) };
  await writeFile(path, zipSync({ ...lesson, ...more }));
  return path;
}

/** How many pixels of a canvas aren't transparent. */
const inked = (canvas: Locator) =>
  canvas.evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext('2d')!.getImageData(0, 0, element.width, element.height);
    let count = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] > 0) count++;
    return count;
  });
const pictureOf = (page: Page) =>
  page.locator('.presenter-picture').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
/** What the sheet shows and what undo would take back. */
const stateOf = async (sheet: SheetPage) => ({
  cell: await sheet.activeCell(),
  formula: await sheet.formulaText(),
  saved: await sheet.page.locator('.document').textContent(),
  pixels: (await sheet.page.locator('.sheet-host').screenshot()).toString('base64'),
});

test('a storyboard is presented with a speaker’s window, drawn upon, and left without a trace', async ({ app }) => {
  const sheet = await app.start(await lessonWith(board, join(app.home, 'film.convsheet')));
  const { page } = sheet;
  const { keyboard } = page;
  await sheet.goTo('conv1/kernel[0,0,0,0]');
  const before = await stateOf(sheet);
  const dialog = page.getByRole('dialog', { name: 'Presentation' });
  const place = dialog.locator('.presenter-head');
  const over = dialog.locator('.over-picture');

  await keyboard.press('F6');
  await expect(place).toHaveText('Pixels scene 1 of 3');
  await expect(dialog.getByRole('img', { name: 'Pixels: A digit is a grid of numbers.' })).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await sheet.screenshot('present-1-pixels');
  expect(await seriousFaults(page)).toEqual([]);

  // The scene moves by itself. Next first ends it, then goes on.
  await keyboard.press('PageDown');
  await expect(place).toHaveText('Slide scene 2 of 3');
  const early = await pictureOf(page);
  await expect.poll(() => pictureOf(page)).not.toBe(early);
  await keyboard.press(' ');
  await expect(place).toHaveText('Slide scene 2 of 3');
  await expect(dialog.locator('.presenter-marks')).toHaveText('end');
  await keyboard.press('ArrowRight');
  await expect(place).toHaveText('One cell scene 3 of 3');
  await sheet.screenshot('present-2-cell');
  await keyboard.type('2');
  await keyboard.press('Enter');
  await expect(place).toHaveText('Slide scene 2 of 3');
  await keyboard.press('p');
  await expect(dialog.getByRole('button', { name: 'Play', exact: true })).toBeVisible();

  // The speaker's window.
  const opening = page.waitForEvent('popup');
  await dialog.getByRole('button', { name: 'Speaker’s window' }).click();
  const speaker = await opening;
  await expect(speaker.getByRole('heading', { level: 1 })).toHaveText('2 Slide');
  await expect(speaker.getByRole('region', { name: 'Notes' })).toHaveText('Stop at the half. Ask: what comes next?');
  await expect(dialog).toBeVisible();
  await expect(dialog).not.toContainText('Stop at the half');
  await expect(speaker.getByText('Next: One cell')).toBeVisible();
  await expect(speaker.getByRole('timer')).not.toHaveText('0:00');
  await speaker.screenshot({ path: '.build/screenshots/present-3-speaker.png' });
  expect(await seriousFaults(speaker)).toEqual([]);
  await speaker.getByRole('button', { name: '1 Pixels' }).click();
  await expect(place).toHaveText('Pixels scene 1 of 3');
  await expect(speaker.getByRole('region', { name: 'Notes' })).toHaveText('Let them look for a while.');
  await speaker.getByRole('button', { name: 'Next', exact: true }).click();
  await expect(place).toHaveText('Slide scene 2 of 3');
  await speaker.keyboard.press('b');
  await expect(dialog.locator('.presenter-cover')).toHaveCSS('background-color', 'rgb(0, 0, 0)');
  await expect(speaker.getByText('The screen is black.')).toBeVisible();

  // Black, spotlight, pen, zoom.
  await keyboard.press('b');
  await expect(dialog.locator('.presenter-cover')).toBeHidden();
  await keyboard.press('p');
  await page.mouse.move(500, 400);
  await keyboard.press('s');
  await expect.poll(() => inked(over)).toBeGreaterThan(500_000);
  await sheet.screenshot('present-4-spotlight');
  await keyboard.press('d');
  await page.mouse.move(300, 300);
  await page.mouse.down();
  await page.mouse.move(500, 500, { steps: 8 });
  await page.mouse.move(700, 300, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => inked(over)).toBeGreaterThan(1000);
  await sheet.screenshot('present-5-pen');
  await keyboard.press('u');
  await expect.poll(() => inked(over)).toBe(0);
  await keyboard.press('d');
  const whole = await pictureOf(page);
  await keyboard.press('z');
  await page.mouse.move(200, 200);
  await page.mouse.down();
  await page.mouse.move(600, 500, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => pictureOf(page)).not.toBe(whole);
  await sheet.drawn();
  await sheet.screenshot('present-6-zoom');
  await keyboard.press('z');
  await expect.poll(() => pictureOf(page)).toBe(whole);
  await keyboard.press('h');
  await expect(dialog).toHaveAttribute('data-theme', 'contrast');
  await keyboard.press('k');
  await keyboard.press('?');
  await expect(dialog.getByRole('region', { name: 'Keys while presenting' })).toBeVisible();
  await sheet.screenshot('present-7-help');
  await keyboard.press('Escape');

  // Escape leads back to the very same sheet.
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(speaker.getByText('Not presenting yet.')).toBeVisible();
  await expect(speaker.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
  await speaker.keyboard.press('F6');
  await expect(dialog).toBeVisible();
  await speaker.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(await stateOf(sheet)).toEqual(before);
  await keyboard.press('b');
  await expect(sheet.formulaBar).toHaveValue('b');
  await keyboard.press('Escape');
  await page.close();
  await expect.poll(() => speaker.isClosed()).toBe(true);
});

test('without a storyboard the sheet itself is presented, and edits are the only thing that stays', async ({
  sheet,
}) => {
  const { page } = sheet;
  const { keyboard } = page;
  const before = await stateOf(sheet);
  await keyboard.press('F6');
  await expect(page.getByText('There is no storyboard yet')).toBeVisible();
  await expect(page.locator('.toolbar')).toBeHidden();
  await sheet.screenshot('present-8-sheet');
  await keyboard.press('Alt+s');
  await expect(page.getByRole('button', { name: 'Spotlight' })).toHaveAttribute('aria-pressed', 'true');
  await keyboard.press('Alt+s');
  // Layers come back with a short motion.
  const columns = await page.locator('.sheet-host').screenshot();
  const moved = page.evaluate(
    () =>
      new Promise<boolean>(done => {
        // Something else may be added first.
        const added = new MutationObserver(() => document.querySelector('.fold-motion') && done(true));
        added.observe(document.querySelector('.sheet-host')!, { childList: true });
      }),
  );
  await keyboard.press('Control+Shift+f');
  expect(await moved).toBe(true);
  await expect(page.locator('.fold-motion')).toBeHidden();
  expect((await page.locator('.sheet-host').screenshot()).equals(columns)).toBe(false);
  await keyboard.press('Alt+b');
  await expect(page.locator('.presenter-cover')).toBeVisible();
  await keyboard.press('Alt+b');
  await keyboard.press('Alt+h');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'contrast');
  await sheet.screenshot('present-9-contrast');
  expect(await seriousFaults(page)).toEqual([]);
  // Escape is first for what is open: a menu, or a range that was copied.
  await keyboard.press('Shift+F10');
  await expect(page.getByRole('menu')).toBeVisible();
  await keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await keyboard.press('Control+c');
  await keyboard.press('Escape');
  await expect(page.locator('.presented-foot')).toBeVisible();
  await keyboard.press('Escape');
  await expect(page.locator('.presented-foot')).toBeHidden();
  await sheet.drawn();
  expect(await stateOf(sheet)).toEqual(before);

  await keyboard.press('Shift+F6');
  await expect(page.locator('.presented-foot')).toBeVisible();
  await keyboard.type('3');
  await keyboard.press('Escape');
  await expect(page.locator('.presented-foot')).toBeVisible();
  await keyboard.type('2');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await expect(page.locator('.presented-foot')).toBeHidden();
  await sheet.expectValue(before.cell, 2);
  await sheet.undo();
  await expect(sheet.formulaBar).toHaveValue(before.formula);
});
