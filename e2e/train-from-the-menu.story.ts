import { expect, test } from './app.ts';
import { TrainingPage } from './training-page.ts';

test('the lesson’s network is trained from the menu: a kernel cell changes, is edited while the run pauses, and learns on from there', async ({
  sheet,
}) => {
  const { page } = sheet;
  const training = new TrainingPage(page);
  await sheet.selectCell('AD11');
  await sheet.expectValue('AD11', 1);

  await sheet.menu('Train', 'Set up training…');
  await expect(training.panel).toContainText('54,000 training and 6,000 validation images');
  await training.field('Epochs').fill('one');
  await expect(training.panel).toContainText('Type a whole number from 1 to 10,000.');
  await expect(training.field('Epochs')).toHaveAttribute('aria-invalid', 'true');
  await training.field('Epochs').fill('1');
  await training.field('Batch size').fill('128');
  await expect(training.panel).not.toContainText('Type a whole number');
  await sheet.screenshot('train-1-setup');

  await sheet.menu('Train', 'Kernels under the sheet');
  await sheet.menu('Train', 'Start training');
  await training.expectStatus('running');
  await sheet.selectCell('AD11');
  const seen = new Set<number>();
  await expect(async () => {
    seen.add((await sheet.number())!);
    expect(seen.size, 'values of the kernel cell').toBeGreaterThan(3);
  }).toPass();
  await expect(page.locator('.legend')).toContainText('moved in the last');

  // A refusal can be read while steps go on.
  await page.getByRole('tab', { name: 'Gradient' }).click();
  await sheet.typeIntoCell('AD11', '3');
  const refusedAt = await training.steps();
  await expect.poll(() => training.steps()).toBeGreaterThan(refusedAt + 10);
  await expect(sheet.notice).toContainText('Change the parameter on the sheet Network.');
  await page.getByRole('tab', { name: 'Network' }).click();

  await page.keyboard.press('F8');
  await training.expectStatus('paused');
  await sheet.screenshot('train-2-paused');
  const before = await training.steps();
  await page.keyboard.press('F9');
  await expect.poll(() => training.steps()).toBe(before + 1);
  await training.expectStatus('paused');

  // At the same address stands the gradient that made the step.
  await page.getByRole('tab', { name: 'Gradient' }).click();
  await expect.poll(() => sheet.valueOf('AD11')).not.toBeCloseTo(1, 1);
  await sheet.screenshot('train-2-gradients');
  await sheet.typeIntoCell('AD11', '3');
  await expect(sheet.notice).toContainText('Change the parameter on the sheet Network.');
  await page.getByRole('tab', { name: 'Network' }).click();
  expect(await sheet.valueOf('AD11')).toBeCloseTo(1, 1);

  await sheet.typeIntoCell('AD11', '-2');
  await sheet.expectValue('AD11', -2);
  await training.button('Resume').click();
  await training.expectStatus('running');
  await expect(training.panel).toContainText('Changed while training: Edit AD11.');
  await expect.poll(() => sheet.valueOf('AD11')).not.toBe(-2);
  expect(await sheet.valueOf('AD11'), 'it learns on from the edit').toBeLessThan(-1);

  await training.expectStatus('finished');
  await expect(training.button('Evaluate…')).toBeVisible();
  await expect(training.panel.getByRole('grid', { name: 'Confusion' })).toBeVisible();
  await sheet.screenshot('train-3-finished');
  const trained = await sheet.valueOf('AD11');

  // The whole run, with the edit in it, is one step back.
  await sheet.undo();
  await sheet.expectValue('AD11', 1);
  await sheet.redo();
  await sheet.expectValue('AD11', trained);
});
