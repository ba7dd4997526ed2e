import { expect, test } from './app.ts';

test('cells beyond the sheet can’t be gone to, and what is typed goes into the cell that is selected', async ({
  sheet,
}) => {
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
});

test('going to a block from below it shows its name too', async ({ sheet }) => {
  await sheet.goTo('CJ120');
  await sheet.goTo('conv2/kernel');
  await sheet.drawn();
  const frame = (await sheet.page.locator('.sheet-outlines .selection').boundingBox())!;
  const body = (await sheet.page.locator('.sheet-outlines').first().boundingBox())!;
  // A row of 16 pixels, less the frame's own width.
  expect(frame.y - body.y).toBeGreaterThanOrEqual(13);
});
