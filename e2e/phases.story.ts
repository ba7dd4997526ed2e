import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import { TrainingPage } from './training-page.ts';

test('a run in phases is made from a recipe, changed in its table and trained; frozen layers stay as they are', async ({
  sheet,
}) => {
  const { page } = sheet;
  const training = new TrainingPage(page);
  await sheet.menu('Train', 'Set up training…');
  await expect(training.panel).toContainText('54,000 training');
  await training.button('Phases…').click();
  const dialog = page.getByRole('dialog', { name: 'Phases' });
  const box = (name: string) => dialog.getByRole('textbox', { name, exact: true });
  await expect(dialog).toContainText('1 phase, 5 epochs in all');
  await dialog
    .getByRole('combobox', { name: 'Begin with' })
    .selectOption({ label: 'fine-tune: last layers, then all' });
  await expect(dialog).toContainText('2 phases, 7 epochs in all');
  await expect(box('Group 1, Phase 1')).toHaveValue('0');
  await expect(box('Group 3, Phase 1')).toHaveValue('1');
  await expect(box('Group 1, Phase 2')).toHaveValue(/^0\.111/);
  await sheet.screenshot('phases-1-table');
  expect(await seriousFaults(page)).toEqual([]);

  // Everything by keyboard and in the table itself.
  await box('Name, Phase 1').fill('Last layer');
  await box('Epochs, Phase 1').fill('none');
  await expect(dialog).toContainText('Type a whole number from 1 to 10,000.');
  await box('Epochs, Phase 1').fill('1');
  await box('Epochs, Phase 2').fill('1');
  await dialog.getByRole('combobox', { name: 'Schedule, Phase 1' }).selectOption({ label: 'Constant' });
  await dialog.getByRole('combobox', { name: 'Rates of the groups, Phase 2' }).selectOption('tenth');
  await expect(box('Group 2, Phase 2')).toHaveValue('0.1');
  await dialog.getByRole('button', { name: 'Duplicate Phase 2' }).click();
  await expect(dialog).toContainText('3 phases, 3 epochs in all');
  await dialog.getByRole('button', { name: 'Remove Phase 3' }).click();
  await expect(dialog).toContainText('2 phases, 2 epochs in all');
  // A phase that trains nothing is told before the run.
  await box('Group 3, Phase 1').fill('0');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(training.panel).toContainText('Every layer is frozen in Last layer');
  await training.button('Start training').click();
  await expect(sheet.notice).toContainText('Every layer is frozen in Last layer');
  await training.button('Phases…').click();
  await box('Group 3, Phase 1').fill('1');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await expect(training.panel.getByRole('list').first()).toContainText('groups × 0 / 0 / 1');
  await expect(training.field('Epochs')).toBeHidden();
  await training.field('Batch size').fill('256');
  await sheet.screenshot('phases-2-panel');

  await sheet.selectCell('AD11');
  const kernel = await sheet.valueOf('AD11');
  await training.button('Start training').click();
  await expect(training.panel).toContainText('Phase 1 of 2: Last layer');
  // The words beside the rate are of this phase.
  await expect(training.panel).toContainText('constant');
  await page.keyboard.press('F8');
  await training.pausedAt();
  await sheet.expectValue('AD11', kernel);
  await page.keyboard.press('F8');
  await training.expectStatus('finished');
  await expect(training.panel).toContainText('Phase 2 of 2');
  await expect(training.panel).toContainText('From here on: Phase 2');
  await sheet.expectOtherValue('AD11', kernel);
  await sheet.screenshot('phases-3-ended');
  await training.expectKept('Run 1');
  await page.keyboard.press('Control+z');
  await sheet.expectValue('AD11', kernel);
});
