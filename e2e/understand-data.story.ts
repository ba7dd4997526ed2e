import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { writeDigitFolders } from './image-folder.ts';

test('a table tells how it was understood, and guesses can be changed, light and dark (faults 4, 8)', async ({
  app,
  sheet,
}) => {
  const { page, dialog } = sheet;
  const pictures = async (name: string) => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      await sheet.screenshot(`${name}-${colorScheme}`);
    }
  };
  const photos = join(app.home, 'photos');
  await writeDigitFolders(join(photos, 'img'), 2);
  const names = ['ace of clubs', 'ace of hearts', 'two of clubs', 'two of hearts'];
  const rows = names.flatMap((name, digit) => [
    `/elsewhere/${digit}/digit-0.png,${name},no`,
    `/elsewhere/${digit}/digit-1.png,${name},${digit === 3 ? 'no' : 'yes'}`,
  ]);
  rows.push('/elsewhere/4/digit-0.png,joker,yes');
  const table = join(photos, 'cards.csv');
  await mkdir(photos, { recursive: true });
  await writeFile(table, ['where,label,is_valid', ...rows].join('\n'));

  await sheet.openDataDialog('Folder and CSV', {
    'Folder of images': join(photos, 'img'),
    'CSV file of labels': table,
  });
  const understood = dialog.getByRole('list', { name: 'How it was understood' });
  await expect(understood.getByRole('listitem')).toHaveText([
    'File names are in the column "where", labels in "label", splits in "is_valid".',
    /^Each label is taken whole, such as "ace of clubs"\./,
    'File names are looked up without "elsewhere/".',
  ]);
  await expect(dialog.locator('.remark.warning').filter({ hasText: 'joker' })).toBeVisible();
  await expect(dialog.getByText(/4 for training, 4 for validation, 1 for test/)).toBeVisible();

  await dialog.getByText('How it is read', { exact: true }).click();
  const labels = dialog.getByRole('textbox', { name: 'Column of labels' });
  await expect(labels).toHaveAttribute('placeholder', 'automatic: label');
  await pictures('understand-data-1');
  await dialog.getByRole('textbox', { name: 'Column of splits' }).fill('none');
  await expect(dialog.getByText(/7 for training, 1 for validation, 1 for test/)).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Several labels' }).selectOption('between spaces');
  await expect(dialog.getByText('An image may have several labels here.')).toBeVisible();
  await expect(dialog.getByRole('row', { name: /^clubs / })).toBeVisible();
  await labels.fill('lable');
  await expect(dialog.getByRole('alert').filter({ hasText: 'has no column "lable"' })).toBeVisible();
  await pictures('understand-data-2');
  await labels.fill('2');
  await dialog.getByRole('button', { name: 'Use this data set' }).click();

  // The dialog has this choice when it opens again.
  await sheet.menu('Train', 'Data set…');
  await expect(dialog.getByRole('combobox', { name: 'Several labels' })).toHaveValue('space');
  await expect(dialog.getByRole('textbox', { name: 'Column of splits' })).toHaveValue('none');
  await page.keyboard.press('Escape');
});

test('folders named as splits are told, and can be classes instead (fault 5)', async ({ app, sheet }) => {
  const { dialog } = sheet;
  const photos = join(app.home, 'photos');
  await writeDigitFolders(join(photos, 'training_set'), 3);
  await writeDigitFolders(join(photos, 'test_set'), 1);
  await sheet.openDataDialog('Folder of folders', { Folder: photos });
  await expect(dialog.getByText('Folders are splits: "training_set" for training, "test_set" for test.')).toBeVisible();
  await dialog.getByText('How it is read', { exact: true }).click();
  await dialog.getByRole('combobox', { name: 'Folders such as “train”' }).selectOption('classes');
  await expect(dialog.getByRole('row', { name: /^training_set / })).toBeVisible();
  await sheet.screenshot('understand-data-3-folders');
});
