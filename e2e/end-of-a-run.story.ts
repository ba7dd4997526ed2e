import { expect, test } from './app.ts';
import { TrainingPage } from './training-page.ts';

test('when a run ends, the keyboard, undo, the split and the question about saving are right (fault 47)', async ({
  app,
  sheet,
}) => {
  const { page, dialog } = sheet;
  const training = new TrainingPage(page);
  await sheet.openDataDialog('Digits');
  await dialog.getByLabel('Validation, %').fill('12.5');
  await dialog.getByRole('button', { name: 'Use this data set' }).click();
  await sheet.menu('Train', 'Set up training…');
  const split = '52,500 training and 7,500 validation images';
  await expect(training.panel).toContainText(split);
  await training.field('Epochs').fill('1,000');
  await training.button('Start training').click();
  await training.expectStatus('running');
  await expect(training.button('One step')).toBeDisabled();

  // A window that only looks can't change the rate.
  await expect(training.field('Learning rate from now on')).toBeVisible();
  const other = await app.openWindow();
  const watching = new TrainingPage(other.page);
  await expect(watching.panel).toContainText('of 1,000');
  await expect(watching.field('Learning rate from now on')).toBeHidden();
  await other.page.close();

  // Opening another workbook would end the run.
  await sheet.menu('File', 'New', 'LeNet-like, a stronger network');
  await expect(dialog).toContainText('Run 1 is under way, and ends with this.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await training.expectStatus('running');

  await page.getByRole('tab', { name: 'Gradient' }).click();
  await page.keyboard.press('Shift+F8');
  await training.expectKept('Run 1');
  await expect(page.getByRole('tab', { name: 'Gradient' })).toBeHidden();
  await expect(page.getByRole('tab', { name: 'Network' })).toBeFocused();
  await expect(training.panel).toContainText('Undo takes the whole run back.');
  await sheet.undo();
  await expect(training.panel).not.toContainText('Undo takes the whole run back.');
  await expect(training.panel).toContainText('Stopped after');

  await sheet.menu('Train', 'Data set…');
  await expect(dialog.getByLabel('Validation, %')).toHaveValue('12.5');
  await dialog.getByRole('button', { name: 'Use this data set' }).click();
  await sheet.menu('Train', 'Set up training…');
  await expect(training.panel).toContainText(split);
});
