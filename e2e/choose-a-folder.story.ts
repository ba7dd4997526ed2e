import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';

test('the folder that is chosen is the one that is typed, without Enter too; one that can’t be read is told', async ({
  app,
  sheet,
}) => {
  const photos = join(app.home, 'photos');
  await mkdir(photos);
  await sheet.menu('Train', 'Data set…');
  await sheet.dialog.getByRole('radio', { name: 'Folder of folders' }).check();
  const choose = sheet.dialog.getByRole('button', { name: 'Choose: Folder', exact: true });
  await choose.click();
  const chooser = sheet.dialog.last();
  const folder = chooser.getByLabel('Folder', { exact: true });
  const confirm = chooser.getByRole('button', { name: 'Choose this folder' });
  await expect(folder).toHaveValue(app.home);

  await folder.fill(join(app.home, 'nowhere'));
  await confirm.click();
  await expect(chooser.getByRole('alert')).toContainText('nowhere');
  await confirm.click();
  await expect(chooser.getByRole('alert')).toContainText('nowhere');
  await expect(sheet.dialog).toHaveCount(2);

  await folder.fill(photos);
  await confirm.click();
  await expect(sheet.dialog).toHaveCount(1);
  await expect(sheet.dialog).toContainText(photos);
});
