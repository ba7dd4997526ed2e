import { expect, test } from './app.ts';

test('cells beyond the sheet can’t be gone to; names of blocks, and names for cells that formulas use', async ({
  sheet,
}) => {
  const { page } = sheet;
  const sentence = 'ZZ5000 lies beyond the network, which ends at GG131.';
  await sheet.selectCell('AD11');
  await sheet.nameBox.fill('ZZ5000');
  await sheet.nameBox.press('Enter');
  await expect(sheet.notice).toHaveText(sentence);
  await sheet.nameBox.press('Escape');
  await sheet.expectValue('AD11', 1);

  await sheet.page.keyboard.press('Control+g');
  await sheet.dialog.getByRole('combobox').fill('ZZ5000');
  await sheet.page.keyboard.press('Enter');
  await expect(sheet.dialog.getByRole('alert')).toHaveText(sentence);
  await sheet.page.keyboard.press('Escape');

  // A range that ends beyond the cells is shown as far as there are cells.
  await sheet.goTo('AE12:ZZ5000');
  await sheet.page.keyboard.type('0.5');
  await sheet.page.keyboard.press('Enter');
  await sheet.expectValue('AE12', 0.5);
  await sheet.expectValue('AD11', 1);
  await sheet.undo();
  await sheet.expectValue('AE12', 0);

  // A block is gone to with its name.
  await sheet.goTo('CJ120');
  await sheet.goTo('conv2/kernel');
  await sheet.drawn();
  const frame = (await sheet.page.locator('.sheet-outlines .selection').boundingBox())!;
  const body = (await sheet.page.locator('.sheet-outlines').first().boundingBox())!;
  // A row of 16 pixels, less the frame's own width.
  expect(frame.y - body.y).toBeGreaterThanOrEqual(13);

  // As in Excel, a name typed into the name box over a selection names it.
  await sheet.goTo('AD11:AF13');
  await sheet.nameBox.fill('edges');
  await sheet.nameBox.press('Enter');
  await expect(sheet.notice).toContainText('edges is now a name for Network!AD11:AF13');
  await expect(sheet.nameBox).toHaveValue('edges');
  await sheet.selectCell('C34');
  await page.keyboard.type('=sum(edg');
  await expect(page.locator('#formula-proposals [role=option]').first()).toContainText('edges');
  await page.keyboard.press('Tab');
  await expect(page.locator('.sheet-editor')).toHaveValue('=sum(edges');
  await expect(page.locator('.sheet-outlines [data-range="AD11:AF13"]')).toBeAttached();
  await sheet.screenshot('formula-name');
  await page.keyboard.type(')+2');
  await page.keyboard.press('Enter');
  await sheet.expectValue('C34', 2);
  await sheet.nameBox.fill('EDGES');
  await sheet.nameBox.press('Enter');
  await expect(page.locator('.sheet-outlines .selection')).toHaveAttribute('data-range', 'AD11:AF13');

  await page.keyboard.press('Control+F3');
  const { dialog } = sheet;
  await expect(dialog.getByRole('listitem')).toContainText('edges');
  await expect(dialog.getByRole('listitem')).toContainText('=Network!$AD$11:$AF$13');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('my rate');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveText("“my rate” can't be a name: names have no spaces. Use _ instead.");
  await dialog.getByRole('textbox', { name: 'Name' }).fill('rate');
  await dialog.getByRole('textbox', { name: 'Stands for' }).fill('0.5');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Edit edges' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('kernel_1');
  await sheet.screenshot('names');
  await dialog.getByRole('button', { name: 'Change' }).click();
  await expect(dialog.getByRole('list')).toContainText('kernel_1');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await sheet.selectCell('C34');
  await expect(sheet.formulaBar).toHaveValue('=SUM(kernel_1)+2');
  await page.keyboard.press('Control+F3');
  await dialog.getByRole('button', { name: 'Delete kernel_1' }).click();
  await expect(dialog.getByRole('status')).toContainText('1 formula that uses it shows #NAME? now');
  await page.keyboard.press('Escape');
  await expect.poll(() => sheet.spoken()).toContain('C34 shows #NAME?: kernel_1 is no name here.');
  await page.keyboard.press('Control+z');
  await sheet.expectValue('C34', 2);
});
