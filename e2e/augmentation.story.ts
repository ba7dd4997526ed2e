import { expect, test } from './app.ts';
import { TrainingPage } from './training-page.ts';

test('every change of the images is seen before training, the same again with the same seed', async ({ sheet }) => {
  const { page } = sheet;
  const training = new TrainingPage(page);
  await sheet.menu('Train', 'Set up training…');
  await expect(training.panel).toContainText('54,000 training');
  await training.panel.getByText('Augmentation', { exact: true }).click();
  const gallery = training.panel.getByRole('list', { name: 'One image under each change' });
  await gallery.scrollIntoViewIfNeeded();
  // Digits are grey, so two of the sixteen changes can't be seen.
  await expect(gallery.getByRole('listitem')).toHaveCount(15);
  const picture = (change: string) =>
    gallery
      .getByTitle(change)
      .locator('canvas')
      .evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL());
  const cutout = await picture('cutout: off; this is how it would be');
  expect(cutout).not.toBe(await picture('As it is'));

  await training.field('Crop').fill('0.95');
  await expect(training.panel).toContainText('Type a share from 0 to 0.9.');
  await training.field('Crop').fill('0.5');
  await training.field('Cutout').fill('0.4');
  await training.field('Mixup, α').fill('0.4');
  await training.field('Label smoothing').fill('0.1');
  await expect(training.panel).toContainText('right 0.91, others 0.01');
  await expect(gallery.getByTitle('mixup', { exact: true })).toBeVisible();
  const stronger = await picture('cutout');
  expect(stronger).not.toBe(cutout);
  await sheet.screenshot('augmentation-1-changes');

  // Another seed shows other pictures, and the first seed the first ones again.
  await training.field('Seed').fill('2');
  await expect.poll(() => picture('cutout')).not.toBe(stronger);
  await training.field('Seed').fill('1');
  await expect.poll(() => picture('cutout')).toBe(stronger);

  await training.panel.getByText('Stopping and class weights').click();
  await training.panel.getByRole('checkbox', { name: 'Draw all classes equally often' }).check();
  await expect(training.panel).toContainText('classes drawn equally often');
  await expect(training.panel).toContainText('crop 0.5, cutout 0.4, mixup 0.4, label smoothing 0.1');
  await training.field('Epochs').fill('50');
  await sheet.menu('Train', 'Start training');
  await expect.poll(() => training.steps()).toBeGreaterThan(20);
  await training.button('Stop').click();
  await training.expectStatus('stopped');
});

/** How many milliseconds three views of 10,000 images may take. */
const EVALUATED_WITHIN = 150_000;

test('evaluation averages over views of each image, tells how many, and can be stopped', async ({ sheet }) => {
  const { page } = sheet;
  await sheet.menu('Train', 'Evaluate…');
  const panel = page.getByRole('region', { name: 'Evaluation' });
  await panel.getByRole('combobox', { name: 'Images to evaluate on' }).selectOption('test images');
  await panel.getByText('Test-time augmentation').click();
  await panel.getByRole('textbox', { name: 'Rotate, degrees' }).fill('90');
  await expect(panel).toContainText('Type degrees from 0 to 45.');
  await panel.getByRole('button', { name: 'Evaluate' }).click();
  await expect(panel.getByRole('textbox', { name: 'Rotate, degrees' })).toBeFocused();
  await panel.getByRole('textbox', { name: 'Rotate, degrees' }).fill('7');
  await expect(panel).toContainText('3 views');
  await panel.getByRole('checkbox', { name: 'All 8 symmetries' }).check();
  await expect(panel).toContainText('24 views');
  await panel.getByRole('button', { name: 'Evaluate' }).click();
  await panel.getByRole('button', { name: 'Stop' }).click();
  await expect(panel.getByRole('button', { name: 'Evaluate' })).toBeEnabled();
  await expect(panel).not.toContainText('Means over');

  await panel.getByRole('checkbox', { name: 'All 8 symmetries' }).uncheck();
  await panel.getByRole('button', { name: 'Evaluate' }).click();
  await expect(panel.getByText('Means over 3 views of each image.')).toBeVisible({ timeout: EVALUATED_WITHIN });
  // As `evaluate lesson3 --data digits --tta rotate=7` tells: 9,747 of 10,000. Without views they are 9,724.
  await expect(panel.getByText('97.5 %')).toBeVisible();
  await sheet.screenshot('augmentation-2-views');

  // The same choice stands in the panel for image files.
  await sheet.menu('Train', 'Predict image files…');
  const prediction = page.getByRole('region', { name: 'Predict image files' });
  await expect(prediction).toContainText('3 views');
});
