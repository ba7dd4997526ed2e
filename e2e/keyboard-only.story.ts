import { expect, test } from './app.ts';
import { calcCell } from './shell.ts';
import { EPOCH_WITHIN, TrainingPage } from './training-page.ts';

test('from the start to an edited kernel without a mouse, the menus too', async ({ app }) => {
  const sheet = await app.start();
  const { keyboard } = sheet.page;
  const focused = sheet.page.locator(':focus');

  // The sheet has the keyboard from the start, at the first kernel.
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

  // Network, Next digit, with arrows; then the menu with a letter.
  await keyboard.press('F10');
  await expect(focused).toHaveText('File');
  for (const title of ['Edit', 'View', 'Format', 'Sheet', 'Network']) {
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
  await expect(sheet.dialog).toBeVisible();
  await keyboard.type('GE11');
  await keyboard.press('Enter');
  await expect(sheet.nameBox).toHaveValue('GE11');
  const expected = await calcCell('lesson3', 'GE11', ...edits);
  await expect.poll(() => sheet.number()).toBe(expected);

  // Goes from part to part of the window and back, then undoes from the menu.
  await keyboard.press('Control+F6');
  await expect(sheet.nameBox).toBeFocused();
  await keyboard.press('Control+Shift+F6');
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

test('a run is set up, started, watched and evaluated without a mouse, and the sheet is always a key away', async ({
  sheet,
}) => {
  const { page } = sheet;
  const { keyboard } = page;
  const training = new TrainingPage(page);
  const focused = page.locator(':focus');
  const inSheet = () => expect(focused).toHaveAttribute('role', 'gridcell');
  await keyboard.press('F10');
  await keyboard.type('t');
  await keyboard.press('ArrowDown');
  await expect(focused).toContainText('Set up training');
  await keyboard.press('Enter');
  // The keyboard is at the panel's first control. Ctrl+F6 and Escape go back.
  await expect(focused).toHaveText('Choose…');
  await keyboard.press('Control+F6');
  await inSheet();
  await keyboard.press('Control+Shift+F6');
  await expect(focused).toHaveText('Choose…');
  await keyboard.press('Escape');
  await expect(training.panel).toBeHidden();
  await inSheet();

  await keyboard.press('Control+Shift+e');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(training.field('Epochs')).toBeFocused();
  await keyboard.type('0');
  await keyboard.press('Escape');
  await keyboard.press('Control+Enter');
  // The faulty field has the keyboard.
  await expect(training.field('Epochs')).toBeFocused();
  await keyboard.press('Control+a');
  // More epochs than anybody waits for. The run is stopped later.
  await keyboard.type('100');
  // After the last control comes the sheet.
  await training.button('Start training').focus();
  await keyboard.press('Tab');
  await inSheet();
  await keyboard.press('Control+Shift+F6');
  await training.button('Start training').focus();
  await keyboard.press('Enter');
  await training.expectStatus('running');
  await expect(training.button('Pause')).toBeEnabled();
  // A second Enter doesn't pause the run.
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await expect(training.button('Pause')).toBeFocused();

  // The kernels, and the tabs during a run, are parts of their own.
  await keyboard.press('Control+Shift+k');
  await keyboard.press('Control+F6');
  await inSheet();
  await keyboard.press('Control+F6');
  await expect(page.getByRole('region', { name: 'Kernels' }).locator('.weight').first()).toBeFocused();
  await keyboard.press('Control+F6');
  await expect(page.getByRole('tab', { name: 'Network' })).toBeFocused();
  await keyboard.press('Control+F6');
  await expect(sheet.nameBox).toBeFocused();
  await training.expectStatus('running');
  await keyboard.press('Shift+F8');
  await training.expectStatus('stopped');
  await training.expectKept('Run 1');
  await keyboard.press('Control+Shift+k');

  await keyboard.press('F10');
  await keyboard.type('t');
  await keyboard.press('ArrowDown');
  await keyboard.type('e');
  await expect(focused).toContainText('Evaluate');
  await keyboard.press('Enter');
  const evaluation = page.getByRole('region', { name: 'Evaluation' });
  await expect(evaluation.getByRole('combobox')).toBeFocused();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect(evaluation.getByRole('grid')).toBeVisible({ timeout: EPOCH_WITHIN });
  await sheet.screenshot('keyboard-only-4-evaluated');
  await keyboard.press('Escape');
  await expect(evaluation).toBeHidden();
  await inSheet();
});

test('all kernels of a large layer can be gone through, a page at a time', async ({ app }) => {
  const sheet = await app.start('lenet');
  const { page } = sheet;
  await page.keyboard.press('Control+Shift+k');
  const kernels = page.getByRole('region', { name: 'Kernels' });
  const groups = kernels.getByRole('group');
  await kernels.getByRole('combobox', { name: 'Layer' }).selectOption('conv2');
  await expect(kernels.getByRole('status')).toHaveText('1–6 of 128');
  const previous = kernels.getByRole('button', { name: 'Previous kernels' });
  const next = kernels.getByRole('button', { name: 'Next kernels' });
  await expect(previous).toBeDisabled();
  await next.focus();
  await page.keyboard.press('Enter');
  await expect(groups.first()).toHaveAccessibleName('conv2 kernel 1 × map 7');
  await expect(groups.first().getByRole('heading')).toContainText('conv2 kernel 1');
  for (let i = 0; i < 20; i++) await page.keyboard.press('Enter');
  await expect(kernels.getByRole('status')).toHaveText('127–128 of 128');
  await expect(next).toBeDisabled();
  await expect(groups).toHaveCount(2);
  await expect(previous).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(kernels.getByRole('status')).toHaveText('121–126 of 128');
  await kernels.locator('.weight').first().click();
  await expect(sheet.nameBox).not.toHaveValue('AD12');
  await kernels.getByRole('combobox', { name: 'Layer' }).selectOption('conv1');
  await expect(kernels.getByRole('status')).toHaveText('1–6 of 8');
  await page.keyboard.press('Escape');
  await expect(page.locator(':focus')).toHaveAttribute('role', 'gridcell');
});

test('arrows, pages and Ctrl move through the sheet; Ctrl+A twice selects it and leaves the view alone', async ({
  sheet,
}) => {
  const { page } = sheet;
  const { keyboard } = page;
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
  const row = Number(/\d+/.exec(await sheet.activeCell())![0]);
  expect(row).toBeGreaterThan(20);
  await keyboard.press('PageUp');
  await expect(sheet.nameBox).toHaveValue('A1');
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await sheet.outlines('selection'))[0]?.range).toBe('A1:B2');
  // Also after the hidden table has scrolled, the cell with the focus, which is read aloud, is the active one.
  await sheet.selectCell('AH11');
  const strays = await page.evaluate(async () => {
    const frames = async (count: number) => {
      for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
    };
    const keys = [...['PageDown', 'PageUp'].map(key => [key, key]), ...Array.from({ length: 12 }, () => ['ArrowDown'])];
    const found: string[] = [];
    for (const together of keys) {
      for (const key of together)
        document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await frames(5);
      const isActive = () => document.activeElement!.matches('.sheet-input .ht_master td.current');
      for (let wait = 0; wait < 20 && !isActive(); wait++) await frames(1);
      if (!isActive()) found.push(together.join(', '));
    }
    return found;
  });
  expect(strays).toEqual([]);

  const selected = async () => (await sheet.outlines('selection'))[0]?.range;
  // The frame of the active cell must stand still if the sheet does. In a larger selection it is a pixel thinner.
  const before = await sheet.box('GE7');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+a');
  await expect.poll(selected).toBe('A1:GG131');
  const after = (await page.locator('.sheet-outlines .active').boundingBox())!;
  expect(Math.abs(after.x + 2 - before.x) + Math.abs(after.y + 2 - before.y)).toBeLessThan(4);

  await sheet.goTo('GE7');
  await page.getByRole('button', { name: 'Next digit' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+a');
  await expect.poll(selected).toBe('A1:GG131');
  await sheet.screenshot('keyboard-only-3-select-all');

  await sheet.formulaBar.fill('12');
  await page.keyboard.press('Control+a');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Formula/);
});
