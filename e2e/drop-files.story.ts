import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { writeBrokenImages, writeDigitFolders, writeWideImage } from './image-folder.ts';
import type { SheetPage } from './sheet-page.ts';

/** Drops files and folders of this computer in the middle of the window, as a user does. */
async function drop({ page }: SheetPage, ...files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  await session.detach();
}

test('an image goes into the input, dropped or from the menu, fitted as asked, and undo works (fault 47)', async ({
  app,
  sheet,
}) => {
  await writeDigitFolders(app.home, 1);
  await writeWideImage(join(app.home, 'wide.png'));
  const before = await sheet.predictedClass();
  expect(before).toBe('7');

  // This image has the input's size.
  await drop(sheet, join(app.home, '4', 'digit-0.png'));
  await expect(sheet.notice).toHaveText('digit-0.png stands in the input now. Undo takes it back.');
  await sheet.expectPredicted('4');
  await sheet.undo();
  await sheet.expectPredicted('7');
  // From the menu, by keyboard alone.
  await sheet.menu('File', 'Open an image as input…');
  await expect(sheet.dialog).toHaveAccessibleName('Choose a file');
  await sheet.dialog.getByLabel('File name').fill(join(app.home, '4', 'digit-0.png'));
  await sheet.page.keyboard.press('Enter');
  await expect(sheet.dialog).toBeHidden();
  await sheet.expectPredicted('4');
  await expect(sheet.notice).toHaveText('digit-0.png stands in the input now. Undo takes it back.');
  await sheet.undo();
  await sheet.expectPredicted('7');

  await drop(sheet, join(app.home, 'wide.png'));
  await expect(sheet.dialog).toHaveAccessibleName('Fit wide.png to the input');
  await expect(sheet.dialog).toContainText('The image is 40×80 pixels (height×width), the network’s input 28×28.');
  await sheet.screenshot('drop-files-1-fit');
  // Nothing else is accepted while the question is open.
  await drop(sheet, join(app.home, '4', 'digit-0.png'));
  await sheet.dialog.getByRole('radio', { name: /^Pad/ }).check();
  await sheet.page.keyboard.press('Enter');
  await expect(sheet.dialog).toBeHidden();
  await sheet.expectValue('C6', 0);
  await sheet.expectValue('P19', 1);
  await sheet.undo();
  await sheet.expectPredicted('7');

  await drop(sheet, join(app.home, '1', 'digit-0.png'), join(app.home, '2', 'digit-0.png'));
  await expect(sheet.notice).toContainText(
    'digit-0.png stands in the input now; the other file can’t stand there too.',
  );
  await sheet.expectPredicted('1');
});

test('no image says so by name, a folder or a table leads to the data set, a workbook opens (habit 36)', async ({
  app,
  sheet,
}) => {
  await writeBrokenImages(app.home);
  await drop(sheet, join(app.home, 'letter.png'));
  await expect(sheet.notice).toHaveText(
    'letter.png can’t be read: it is no image of a known format. Choose another image.',
  );
  await writeFile(join(app.home, 'letter.pdf'), 'Dear reader,');
  await drop(sheet, join(app.home, 'letter.pdf'));
  await expect(sheet.notice).toContainText('letter.pdf is neither an image nor a data set nor a workbook.');

  await mkdir(join(app.home, 'photos'));
  await drop(sheet, join(app.home, 'photos'));
  await expect(sheet.dialog).toContainText('Where the folder photos lies, a drop doesn’t tell.');
  await expect(sheet.dialog.getByRole('radio', { name: /Folder of folders/ })).toBeChecked();
  await sheet.screenshot('drop-files-2-folder');
  await sheet.page.keyboard.press('Escape');
  await writeFile(join(app.home, 'labels.csv'), 'file,label\n');
  await drop(sheet, join(app.home, 'labels.csv'));
  await expect(sheet.dialog).toContainText('Where labels.csv lies, a drop doesn’t tell.');
  await expect(sheet.dialog.getByRole('radio', { name: /Folder and CSV/ })).toBeChecked();
  await sheet.page.keyboard.press('Escape');

  await sheet.page.keyboard.press('Control+s');
  await sheet.dialog.getByLabel('File name').fill('mine');
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.page).toHaveTitle('mine – ConvSheet');
  await sheet.menu('File', 'New', 'LeNet-like, a stronger network');
  await expect(sheet.page).toHaveTitle('lenet – ConvSheet');
  await drop(sheet, join(app.home, 'mine.convsheet'));
  await expect(sheet.page).toHaveTitle('mine – ConvSheet');
});
