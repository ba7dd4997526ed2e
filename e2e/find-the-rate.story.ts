import { readFile } from 'node:fs/promises';
import { expect, test } from './app.ts';
import { EPOCH_WITHIN, TrainingPage } from './training-page.ts';

test('the finder suggests a learning rate, and a one-cycle run with it learns', async ({ sheet }) => {
  const { page } = sheet;
  const training = new TrainingPage(page);
  await sheet.menu('Train', 'Set up training…');
  await training.choice('Start from').selectOption({ label: 'fresh weights' });
  await training.field('Epochs').fill('1');
  await training.field('Batch size').fill('64');
  await training.choice('Schedule').selectOption({ label: 'Constant' });
  await sheet.menu('Train', 'Find the learning rate…');
  const use = training.panel.getByRole('button', { name: /^Use 0\./ });
  await expect(use).toBeVisible({ timeout: EPOCH_WITHIN });
  await sheet.screenshot('find-the-rate-1-curve');
  const rate = (await use.textContent())!.replace('Use ', '');
  await use.click();
  await expect(training.field('Learning rate')).toHaveValue(rate);
  expect(Number(rate)).toBeGreaterThan(1e-4);
  expect(Number(rate)).toBeLessThan(1);

  await training.choice('Schedule').selectOption({ label: 'One cycle' });
  await training.button('Start training').click();
  // On a very fast machine, the run has already ended.
  await training.expectStatus(/^(running|finished)$/);
  await expect(training.panel).toContainText('one cycle');
  await expect.poll(() => training.steps()).toBeGreaterThan(50);
  await sheet.screenshot('find-the-rate-2-running');

  // Curves can be read with the keyboard while they grow.
  await training.expectReading('Loss', /^step [\d,]+: training \d/);
  await training.expectReading('Learning rate', /^step [\d,]+: so far [\d.e−]+/);
  await training.expectStatus('finished');
  await training.expectReading('Accuracy, %', /validation (8|9)\d/);
  await expect(training.panel.getByRole('grid', { name: 'Confusion' })).toBeVisible();

  // Curves can be saved for reports: as a picture, a drawing, and a table.
  for (const [item, name, begins] of [
    ['Save as PNG', 'loss.png', /^.PNG/],
    // On the screen, the plot below has the epochs. A file has its own.
    ['Save as SVG', 'loss.svg', /^<svg[\s\S]*>epoch \d+<\/text>/],
    ['Save as CSV', 'loss.csv', /step,single batches,training,validation/],
  ] as const) {
    await training.button('Save Loss as a file').click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).click(),
    ]);
    expect(file.suggestedFilename()).toBe(name);
    expect(await readFile(await file.path(), 'latin1')).toMatch(begins);
  }

  await sheet.menu('View', 'Theme', 'Dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await sheet.screenshot('find-the-rate-3-finished-dark');
});
