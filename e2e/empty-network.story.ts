import { expect, test } from './app.ts';
import { EPOCH_WITHIN, TrainingPage } from './training-page.ts';

test('a network from empty to 95 % on digits without the command line', async ({ sheet }) => {
  const { page, dialog } = sheet;
  const panel = page.getByRole('region', { name: 'Layers' });
  const layers = page.getByRole('navigation', { name: 'Layers' }).getByRole('button');
  const field = (name: string) => panel.getByRole('textbox', { name, exact: true });
  const add = async (kind: string) => {
    await panel.getByRole('combobox', { name: 'Kind of the new layer' }).selectOption({ label: kind });
    await panel.getByRole('button', { name: 'Add', exact: true }).click();
  };

  await sheet.menu('File', 'New', 'Empty network…');
  await expect(dialog.getByLabel('high')).toHaveValue('28');
  await dialog.getByLabel('channels').fill('0');
  await expect(dialog.getByRole('alert')).toContainText('a whole number from 1 to 65,536');
  await dialog.getByLabel('channels').fill('1');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(layers).toHaveCount(1);
  await sheet.menu('Explain', 'Sheets That Teach', 'Softmax and Its Friends');
  await expect(sheet.notice).toContainText('doesn’t end in a softmax layer');
  await expect(page.getByRole('tab')).toHaveText(['Network']);

  await page.keyboard.press('Control+Shift+Y');
  await add('Convolution');
  await field('Filters').fill('8');
  await field('Strides, down').fill('2');
  await field('Strides, across').fill('2');
  await add('ReLU');
  // What doesn't fit says what would.
  await add('Dense');
  await expect(panel.getByRole('alert')).toContainText('Put a flatten layer');
  await add('Max pool');
  await add('Flatten');
  await add('Dense');
  await field('Units').fill('10');
  await add('Softmax');
  await panel.getByRole('button', { name: 'Apply' }).click();
  await expect(layers).toHaveCount(7);
  await sheet.screenshot('empty-network-made');

  const training = new TrainingPage(page);
  await sheet.menu('Train', 'Set up training…');
  await expect(training.panel).toContainText('54,000 training and 6,000 validation images');
  await training.field('Epochs').fill('2');
  await training.field('Learning rate').fill('0.01');
  await sheet.menu('Train', 'Start training');
  await training.expectStatus('finished');
  await training.expectReading('Accuracy, %', /validation 9[5-9]/);

  await sheet.menu('Train', 'Evaluate…');
  const evaluation = page.getByRole('region', { name: 'Evaluation' });
  await evaluation.getByRole('combobox', { name: 'Images to evaluate on' }).selectOption('test images');
  await evaluation.getByRole('button', { name: 'Evaluate' }).click();
  await expect(evaluation.getByText('MNIST digits, 10,000 images (test)')).toBeVisible({ timeout: EPOCH_WITHIN });
  await expect(evaluation.getByText(/^9[5-9]\.\d %$/).first()).toBeVisible();
  await sheet.screenshot('empty-network-trained');
});
