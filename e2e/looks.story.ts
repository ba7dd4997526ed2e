import { expect, test } from './app.ts';

test('a ReLU folds into its convolution and opens again; folding again folds what was folded last', async ({
  sheet,
}) => {
  const { page } = sheet;
  const fold = page.getByRole('button', { name: 'Fold ReLU' });
  await expect(fold).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('dropped by ReLU')).toBeVisible();
  await fold.click();
  await expect(page.getByText('dropped by ReLU')).toBeHidden();
  await sheet.screenshot('looks-1-unfolded');
  const open = await sheet.box('AH3:BG28');
  expect(open.width).toBe(416);

  // Going to a folded column unfolds it. Folding the column of the active cell keeps the keyboard in the sheet.
  await page.keyboard.press('Control+Shift+f');
  await expect(page.getByText('dropped by ReLU')).toBeVisible();
  await sheet.selectCell('AH3');
  await expect(page.locator('.sheet-outlines .selection')).toBeVisible();
  await page.getByRole('button', { name: 'Choose which ReLU to fold' }).click();
  // The sheet has the keyboard as soon as it is folded, so that a key that comes at once isn't lost.
  const isInSheet = await page.getByRole('menuitemcheckbox', { name: 'relu1 into conv1' }).evaluate(item => {
    (item as HTMLElement).click();
    return document.activeElement?.closest('.sheet-input') !== null;
  });
  expect(isInSheet).toBe(true);
  await expect(page.getByText('dropped by ReLU')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(sheet.nameBox).toHaveValue(/^[A-Z]+4$/);

  const layers = page.getByRole('navigation', { name: 'Layers' });
  const folded = async (names: string[]) => {
    for (const name of ['conv1', 'conv2'])
      await expect(layers.getByText(`in ${name}`, { exact: true })).toHaveCount(names.includes(name) ? 1 : 0);
  };
  await folded(['conv1']);
  await fold.click();
  await folded([]);
  await fold.click();
  await folded(['conv1']);

  await page.getByRole('button', { name: 'Choose which ReLU to fold' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'relu2 into conv2' }).click();
  await folded(['conv1', 'conv2']);
  await page.keyboard.press('Control+Shift+f');
  await folded([]);
  await page.keyboard.press('Control+Shift+f');
  await folded(['conv1', 'conv2']);
});

test('light and dark, at readable and at pixel zoom, with both pairs of colours', async ({ sheet }) => {
  const { page } = sheet;
  for (const theme of ['Light', 'Dark'] as const) {
    const name = theme.toLowerCase();
    await sheet.menu('View', 'Theme', theme);
    await expect(page.locator('html')).toHaveAttribute('data-theme', name);
    await sheet.selectCell('CT12');
    await sheet.screenshot(`looks-2-${name}-16px`);
    const greenRed = await sheet.pixelsOf('BI3:CH28');
    await page.getByRole('button', { name: 'Colours: Green–red' }).click();
    await page.getByRole('menuitemradio', { name: 'Orange–blue' }).click();
    await expect(page.getByRole('button', { name: 'Colours: Orange–blue' })).toBeVisible();
    await expect.poll(async () => (await sheet.pixelsOf('BI3:CH28')).equals(greenRed)).toBe(false);
    await sheet.screenshot(`looks-3-${name}-orange-blue`);
    await sheet.zoomTo(6);
    await sheet.selectCell('CT12');
    await sheet.screenshot(`looks-4-${name}-6px`);
    await page.keyboard.press('Control+8');
    await expect(page.getByRole('button', { name: 'Zoom 5 %' })).toBeVisible();
    await sheet.screenshot(`looks-5-${name}-1px`);
    await page.keyboard.press('Control+0');
    await expect(page.getByRole('button', { name: 'Zoom 100 %' })).toBeVisible();
    await sheet.selectCell('GE11');
    await sheet.screenshot(`looks-6-${name}-20px-end`);
    await page.getByRole('button', { name: 'Colours: Orange–blue' }).click();
    await page.getByRole('menuitemradio', { name: 'Green–red' }).click();
    await sheet.zoomTo(16);
  }
});

test('zooming keeps the sheet’s beginning in view, and every cell is reached at every zoom', async ({ sheet }) => {
  const { page } = sheet;
  const corner = await sheet.box('A2');
  // The cell is away from the edges, but in view at every size. If it stayed in place, the first rows would be out of
  // view.
  await sheet.selectCell('J11');
  for (const [key, cellSize] of [
    ['Control+0', 20],
    ['Control+=', 22],
    ['Control+-', 20],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.getByRole('button', { name: `Zoom ${cellSize * 5} %` })).toBeVisible();
    // Nine rows and columns are before it. Frames move with the next painting.
    await expect(async () => {
      const frame = (await page.locator('.sheet-outlines .selection[data-range="J11"]').boundingBox())!;
      expect(Math.abs(frame.y + 2 - corner.y - 9 * cellSize), key).toBeLessThan(2);
      expect(Math.abs(frame.x + 2 - corner.x - 9 * cellSize), key).toBeLessThan(2);
    }).toPass();
  }

  for (const keys of ['Control+8', 'Control+0']) {
    await page.keyboard.press(keys);
    for (const cell of ['GG131', 'A1', 'GE11', 'A29']) {
      await sheet.selectCell(cell);
      await expect(page.locator('.sheet-outlines .selection')).toBeVisible();
    }
  }
});

test.describe('the stronger network', () => {
  test.use({ target: 'lenet' });

  test('fits the window when zoomed out, and reads when zoomed in', async ({ sheet }) => {
    await sheet.screenshot('looks-7-lenet');
    await sheet.page.keyboard.press('Control+9');
    await sheet.screenshot('looks-8-lenet-fit');
    await sheet.page.keyboard.press('Control+0');
    await sheet.page
      .getByRole('navigation', { name: 'Layers' })
      .getByRole('button', { name: /^dense1/ })
      .click();
    await expect(sheet.formulaBar).not.toHaveValue('');
    await sheet.screenshot('looks-9-lenet-dense');
  });
});
