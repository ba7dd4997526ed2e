import { expect, test } from './app.ts';
import { TrainingPage } from './training-page.ts';

test('letters instead of digits: training gives the network 26 scores and names, undo gives back its 10', async ({
  sheet,
}) => {
  const { page, dialog } = sheet;
  const training = new TrainingPage(page);
  const fold = page.getByRole('button', { name: 'Fold ReLU' });
  await sheet.openDataDialog('Letters');
  await expect(dialog.getByText('Training gives it 26 scores, which it learns from fresh weights')).toBeVisible();
  await dialog.getByRole('button', { name: 'Use this data set' }).click();
  await sheet.menu('Train', 'Set up training…');
  await training.field('Epochs').fill('1');
  await training.button('Start training').click();
  // The notice is shown for a while when the run begins.
  await expect(sheet.notice).toContainText('dense now has 26 scores in place of 10');
  await training.expectStatus('finished');
  await training.expectKept('Run 1');
  await sheet.goTo('softmax/output[25]');
  await expect.poll(() => sheet.predictedClass()).toMatch(/^[A-Z]$/);
  await expect(training.panel.getByRole('grid', { name: 'Confusion' })).toContainText('Z');

  // One undo takes all of it back, and the view stays.
  await expect(fold).toHaveAttribute('aria-pressed', 'true');
  await sheet.undo();
  await sheet.expectPredicted('7');
  await expect(fold).toHaveAttribute('aria-pressed', 'true');
  await sheet.redo();
  await expect.poll(() => sheet.predictedClass()).toMatch(/^[A-Z]$/);
});
