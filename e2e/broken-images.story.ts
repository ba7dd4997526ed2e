import { join } from 'node:path';
import { expect, test } from './app.ts';
import { writeBrokenImages, writeDigitFolders, writeWideImage } from './image-folder.ts';

test('a folder with broken images: they are listed by name and left out, and the others are used', async ({
  app,
  sheet,
}) => {
  const { page, dialog } = sheet;
  const photos = join(app.home, 'photos');
  await writeDigitFolders(photos, 12);
  await writeBrokenImages(join(photos, '3'));

  await sheet.openDataDialog('Folder of folders', { Folder: photos });
  await expect(dialog.getByText('3 images could not be read and are left out')).toBeVisible();
  for (const name of ['3/cut-off.jpg', '3/letter.png', '3/empty.png'])
    await expect(dialog.getByRole('listitem').filter({ hasText: name })).toBeVisible();
  await expect(dialog.getByRole('status').filter({ hasText: 'for training' })).toContainText(
    'photos: 96 for training, 12 for validation, 12 for test',
  );
  await expect(dialog.getByRole('row', { name: /^3 / })).toBeVisible();
  await sheet.screenshot('broken-images-1-listed');

  // An image of other proportions shows how it is fitted.
  await writeWideImage(join(photos, '0', 'a-wide.png'));
  const wide = dialog.getByRole('option', { name: '0/a-wide.png: 0' });
  await dialog.getByRole('radio', { name: 'Crop' }).check();
  await expect(wide).toBeVisible();
  // The pictures are made anew with each choice, so their contents are compared.
  const drawn = () => wide.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const cropped = await drawn();
  await dialog.getByRole('radio', { name: 'Pad' }).check();
  await expect(dialog.getByText('The whole image, with black beside it.')).toBeVisible();
  await expect.poll(drawn).not.toBe(cropped);

  // Every change of the choice is read at once. Another seed sets other images aside, a larger share more of them.
  await dialog.getByLabel('Validation, %').fill('30');
  await dialog.getByLabel('Seed', { exact: true }).fill('5');
  await expect(dialog.getByText(/for training, 36 for validation, 12 for test/)).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Images' }).selectOption('Validation');
  await expect(dialog.getByText('36 images', { exact: true })).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Show one class' }).selectOption('7');
  await expect(dialog.getByRole('listbox', { name: 'Sample images' }).getByRole('option').first()).toHaveAccessibleName(
    /^7\/digit-\d+\.png: 7$/,
  );
  await dialog.getByRole('button', { name: 'Use this data set' }).click();
  await expect(dialog).toBeHidden();

  // The images are now beside the sheet, and can be put into it.
  const images = page.getByRole('listbox', { name: 'Images' });
  await expect(page.getByText('12 images', { exact: true })).toBeVisible();
  await images.getByRole('option').first().click();
  const [, actual] = /: (\d)$/.exec((await images.getByRole('option').first().getAttribute('aria-label'))!)!;
  await expect(sheet.statusBar).toContainText(`Actual ${actual}`);
  await expect(images.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('button', { name: 'Next image' }).click();
  await expect(images.getByRole('option').nth(1)).toHaveAttribute('aria-selected', 'true');
  await sheet.screenshot('broken-images-2-used');
});

test('predicting a folder names what could not be read, saves all probabilities, shows a file in the sheet', async ({
  app,
  sheet,
}) => {
  const { page, dialog } = sheet;
  const photos = join(app.home, 'photos');
  await writeDigitFolders(photos, 2);
  await writeBrokenImages(photos);
  await sheet.menu('Train', 'Predict image files…');
  const panel = page.getByRole('region', { name: 'Predict image files' });
  await panel.getByRole('button', { name: 'Folder…' }).click();
  await dialog.getByRole('option', { name: 'photos' }).dblclick();
  await expect(dialog.getByLabel('Folder', { exact: true })).toHaveValue(photos);
  await dialog.getByRole('button', { name: 'Choose this folder' }).click();
  await expect(panel.getByText('20 images', { exact: true })).toBeVisible();
  await expect(panel.getByText('3 images could not be read and are left out')).toBeVisible();

  const files = panel.getByRole('listbox', { name: 'Files' });
  await files.getByRole('option').first().click();
  await files.press('End');
  const last = files.getByRole('option', { name: /^9\/digit-1\.png/ });
  await expect(last).toHaveAttribute('aria-selected', 'true');
  await expect(sheet.statusBar).toContainText('Actual unknown');
  await sheet.expectPredicted(await last.locator('.label').innerText());

  const download = page.waitForEvent('download');
  await panel.getByRole('button', { name: 'Save as CSV' }).click();
  const csv = await (await download).createReadStream();
  let text = '';
  for await (const part of csv) text += String(part);
  const lines = text.trimEnd().split('\r\n');
  expect(lines[0]).toBe('file,0,1,2,3,4,5,6,7,8,9');
  expect(lines).toHaveLength(21);
  const sum = lines[1]
    .split(',')
    .slice(1)
    .reduce((total, share) => total + Number(share), 0);
  expect(Math.abs(sum - 1)).toBeLessThan(1e-5);
  await sheet.screenshot('broken-images-3-predicted');
});
