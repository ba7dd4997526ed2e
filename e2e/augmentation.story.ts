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
