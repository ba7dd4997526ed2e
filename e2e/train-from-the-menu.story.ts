import { expect, test } from './app.ts';
import { EPOCH_WITHIN, TrainingPage } from './training-page.ts';

const refusal = 'Change the numbers on the sheet Network.';

test('the lesson’s network is trained from the menu: a kernel cell changes, is edited in a pause, learns on', async ({
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
  // Far more epochs than needed, so that the run goes on even on a fast machine. It is stopped after the first.
  await training.field('Epochs').fill('50');
  await training.field('Batch size').fill('128');
  // With so many epochs, the schedules would use small steps throughout the first.
  await training.choice('Schedule').selectOption({ label: 'Constant' });
  await expect(training.panel).not.toContainText('Type a whole number');
  await sheet.screenshot('train-1-setup');

  await sheet.menu('Train', 'Kernels under the sheet');
  await sheet.menu('Train', 'Start training');
  await training.expectStatus('running');
  await sheet.selectCell('AD11');
  const seen = new Set<number>();
  await expect(async () => {
    const value = await sheet.number();
    if (value !== undefined) seen.add(value);
    expect(seen.size, 'values of the kernel cell').toBeGreaterThan(3);
  }).toPass({ intervals: [50] });
  await expect(page.locator('.legend')).toContainText('moved in the last');

  // A refusal can be read while the run goes on.
  await page.getByRole('tab', { name: 'Gradient' }).click();
  await sheet.typeIntoCell('AD11', '3');
  await expect(sheet.notice).toContainText(refusal);
  const refusedAt = await training.steps();
  await expect.poll(() => training.steps()).toBeGreaterThan(refusedAt + 10);
  await expect(sheet.notice).toContainText(refusal);
  await page.getByRole('tab', { name: 'Network' }).click();

  await page.keyboard.press('F8');
  const pausedAt = await training.pausedAt();
  const paused = await sheet.valueOf('AD11');
  await sheet.screenshot('train-2-paused');
  /** Makes one step, and returns what the cell is then. Before it, it is `before`. */
  const step = async (steps: number, before: number) => {
    await page.keyboard.press('F9');
    await expect.poll(() => training.steps()).toBe(steps);
    expect(await training.pausedAt()).toBe(steps);
    await sheet.expectOtherValue('AD11', before);
    return sheet.valueOf('AD11');
  };
  const stepped = await step(pausedAt + 1, paused);

  // The gradient that made the step is at the same address.
  await page.getByRole('tab', { name: 'Gradient' }).click();
  await sheet.expectOtherValue('AD11', stepped);
  await sheet.screenshot('train-2-gradients');
  await sheet.typeIntoCell('AD11', '3');
  await expect(sheet.notice).toContainText(refusal);
  await page.getByRole('tab', { name: 'Network' }).click();
  await sheet.expectValue('AD11', stepped);

  await sheet.typeIntoCell('AD11', '-2');
  await sheet.expectValue('AD11', -2);
  const learned = await step(pausedAt + 2, -2);
  // A step of Adam is about as large as the learning rate.
  expect(learned, 'it learns on from the edit').toBeCloseTo(-2, 1);

  // A weight tied to another one follows it; one that reads a pixel stays, and the panel says so.
  await sheet.typeIntoCell('AD13', '=-AD11');
  await sheet.expectValue('AD13', -learned);
  const earlier = await sheet.valueOf('AD12');
  await sheet.typeIntoCell('AD12', '=N14+0.25');
  await expect(training.panel).toContainText(
    'AD12 stays as it is while this run trains: its formula reads pixels or activations.',
  );
  await sheet.expectOtherValue('AD12', earlier);
  const stays = await sheet.valueOf('AD12');
  const together = await step(pausedAt + 3, learned);
  await sheet.expectValue('AD13', -together);
  await sheet.expectValue('AD12', stays);
  await page.keyboard.press('Shift+F9');
  await expect(sheet.notice).toContainText('can’t be drawn again while a run trains');
  await sheet.screenshot('train-2-tied');
  await sheet.typeIntoCell('AT9', '5');
  await page.getByRole('tab', { name: 'Gradient' }).click();
  await expect(page.locator('.legend')).toContainText('of the network without overrides');
  expect(await sheet.valueOf('AD13')).not.toBe(0);
  await sheet.screenshot('train-2-tied-gradients');
  await page.getByRole('tab', { name: 'Network' }).click();

  await training.button('Resume').click();
  await training.expectStatus('running');
  await expect(training.panel).toContainText('Changed while training: Edit AD11.');
  await sheet.expectOtherValue('AD11', together);

  // The validation images are evaluated after each epoch.
  await expect(training.panel.getByRole('grid', { name: 'Confusion' })).toBeVisible({ timeout: EPOCH_WITHIN });
  await expect(training.panel).toContainText(/Epoch ([2-9]|\d\d) of 50/);
  await training.button('Stop').click();
  await training.expectStatus('stopped');
  await training.expectKept('Run 1');
  await expect(training.button('Evaluate…')).toBeVisible();
  await expect(training.panel.getByRole('grid', { name: 'Confusion' })).toBeVisible();
  await sheet.screenshot('train-3-stopped');
  const trained = await sheet.valueOf('AD11');

  // One undo takes the whole run back, with the edit in it.
  await sheet.undo();
  await sheet.expectValue('AD11', 1);
  await sheet.redo();
  await sheet.expectValue('AD11', trained);
});
