import { expect, test } from './app.ts';
import { calcCell } from './shell.ts';

test('from the start to an edited kernel without a mouse, the menus too', async ({ app }) => {
  const sheet = await app.start();
  const { keyboard } = sheet.page;
  const focused = sheet.page.locator(':focus');

  // The sheet has the keyboard from the start, on the first kernel.
  await expect(sheet.nameBox).toHaveValue('AD11');
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowDown');
  await expect(sheet.nameBox).toHaveValue('AE12');
  await keyboard.type('-1');
  await keyboard.press('Tab');
  await expect(sheet.nameBox).toHaveValue('AF12');
  await keyboard.press('ArrowLeft');
  await expect.poll(() => sheet.number()).toBe(-1);

  await keyboard.press('Control+g');
  await expect(sheet.dialog).toBeVisible();
  await keyboard.type('conv2/kernel[0,0,0,1]');
  await keyboard.press('Enter');
  await expect(sheet.dialog).toBeHidden();
  await expect(sheet.nameBox).toHaveValue('CJ40');
  await keyboard.press('F2');
  await keyboard.press('Control+a');
  await keyboard.type('0,75');
  await keyboard.press('Escape');
  await keyboard.press('ArrowUp');
  await expect(sheet.nameBox).toHaveValue('CJ39');
  await keyboard.press('ArrowDown');
  await keyboard.type('0.75');
  await keyboard.press('Enter');

  // Network, Next digit, by arrows; then the menu with a letter.
  await keyboard.press('F10');
  await expect(focused).toHaveText('File');
  for (const title of ['Edit', 'View', 'Network']) {
    await keyboard.press('ArrowRight');
    await expect(focused).toHaveText(title);
  }
  await keyboard.press('ArrowDown');
  await expect(focused).toContainText('Next digit');
  await sheet.screenshot('keyboard-only-1-menu');
  await keyboard.press('Enter');
  await expect(sheet.statusBar).toContainText('Actual 2');
  const edits = ['--set', 'AE12=-1', '--set', 'CJ40=0.75'];
  await keyboard.press('Alt+ArrowLeft');
  await expect(sheet.statusBar).toContainText('Actual 7');

  await keyboard.press('Control+g');
  await keyboard.type('GE11');
  await keyboard.press('Enter');
  const expected = await calcCell('lesson3', 'GE11', ...edits);
  await expect.poll(() => sheet.number()).toBe(expected);

  // From part to part of the window and back, then undo from the menu.
  await keyboard.press('F6');
  await expect(sheet.nameBox).toBeFocused();
  await keyboard.press('Shift+F6');
  await expect.poll(() => sheet.number()).toBe(expected);
  await keyboard.press('Alt');
  await keyboard.press('e');
  await keyboard.press('ArrowDown');
  await expect(focused).toContainText('Undo');
  await keyboard.press('Escape');
  await keyboard.press('Escape');
  await expect.poll(() => sheet.number()).toBe(expected);
  await sheet.screenshot('keyboard-only-2-edited');
});

test('arrows, pages and Ctrl move through the sheet as in a spreadsheet', async ({ sheet }) => {
  const { keyboard } = sheet.page;
  const steps: [keys: string, cell: string][] = [
    ['Control+Home', 'A1'],
    ['Control+ArrowDown', 'A29'],
    ['Control+ArrowRight', 'AB29'],
    ['Control+ArrowUp', 'AB2'],
    ['Control+End', 'GG131'],
    ['Home', 'A131'],
  ];
  for (const [keys, cell] of steps) {
    await keyboard.press(keys);
    await expect(sheet.nameBox, keys).toHaveValue(cell);
  }
  await keyboard.press('Control+Home');
  await keyboard.press('PageDown');
  const page = Number(/\d+/.exec(await sheet.activeCell())![0]);
  expect(page).toBeGreaterThan(20);
  await keyboard.press('PageUp');
  await expect(sheet.nameBox).toHaveValue('A1');
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await sheet.outlines('selection'))[0]?.range).toBe('A1:B2');
});

test('Ctrl+A selects the sheet and nothing else, wherever the focus is, and leaves the view where it was', async ({
  sheet,
}) => {
  const { page } = sheet;
  // The frame of the active cell stands still only where the sheet does; in a larger selection it is a pixel thinner.
  const place = async (kind: string) => (await page.locator(`.sheet-outlines .${kind}`).boundingBox())!;
  await sheet.goTo('GE7');
  const before = await place('selection');
  await page.keyboard.press('Control+a');
  await expect.poll(async () => (await sheet.outlines('selection'))[0].range).toBe('A1:GG131');
  const after = await place('active');
  expect(Math.abs(after.x - before.x) + Math.abs(after.y - before.y)).toBeLessThan(4);

  await sheet.goTo('GE7');
  await page.getByRole('button', { name: 'Next digit' }).click();
  await page.keyboard.press('Control+a');
  await expect.poll(async () => (await sheet.outlines('selection'))[0].range).toBe('A1:GG131');
  await sheet.screenshot('keyboard-only-3-select-all');

  await sheet.formulaBar.fill('12');
  await page.keyboard.press('Control+a');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Formula/);
});
