import { join } from 'node:path';
import { expect, test } from './app.ts';
import { writeDigitFolders } from './image-folder.ts';

test('a stopped and saved run goes on after reopening, with the optimizer’s memory and its curve', async ({
  app,
  sheet,
}) => {
  const photos = join(app.home, 'photos');
  await writeDigitFolders(photos, 40);
  await sheet.openDataDialog('Folder of folders', { Folder: photos });
  await sheet.dialog.getByRole('button', { name: 'Use this data set' }).click();
  await expect(sheet.dialog).toBeHidden();
  await sheet.menu('Train', 'Set up training…');
  const training = sheet.page.getByRole('region', { name: 'Training' });
  // As many epochs as possible, so that the run is still going on when it is stopped.
  await training.getByRole('textbox', { name: 'Epochs', exact: true }).fill('10000');
  await training.getByRole('textbox', { name: 'Batch size', exact: true }).fill('8');
  const before = await sheet.valueOf('AD11');
  await sheet.page.getByRole('button', { name: 'Start training' }).click();
  // A kernel cell moves while the run goes on.
  await sheet.expectOtherValue('AD11', before);
  await sheet.page.keyboard.press('Shift+F8');
  await expect(training.getByText(/^Stopped after [\d,]+ steps?\./)).toBeVisible();
  await expect(sheet.page.getByRole('button', { name: 'Undo Train: Run 1' })).toBeVisible();
  const stopped = await sheet.valueOf('AD11');
  await sheet.page.keyboard.press('Control+s');
  await sheet.dialog.getByLabel('File name').fill('trained.convsheet');
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.page.getByText('Saved', { exact: true })).toBeVisible();
  await sheet.screenshot('continue-1-stopped');
  await sheet.page.close();

  const again = await app.start(join(app.home, 'trained.convsheet'));
  await again.expectValue('AD11', stopped);
  await again.menu('Train', 'Compare runs…');
  const runs = again.page.getByRole('region', { name: 'Runs' });
  await expect(runs.getByText('Run 1', { exact: true })).toBeVisible();
  await expect(runs.getByText(/^stopped/)).toBeVisible();
  await again.menu('Train', 'Continue the last run');
  const panel = again.page.getByRole('region', { name: 'Training' });
  await again.expectOtherValue('AD11', stopped);
  await again.page.keyboard.press('Shift+F8');
  await expect(panel.getByText(/^Stopped after [\d,]+ steps?\./)).toBeVisible();
  await again.screenshot('continue-2-continued');

  // It is the same run, and as soon as its result is kept, one undo takes it back.
  await expect(again.page.getByRole('button', { name: 'Undo Train: Run 1' })).toBeVisible();
  await again.undo();
  await again.expectValue('AD11', stopped);
});
