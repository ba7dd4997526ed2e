import { join } from 'node:path';
import { expect, test } from './app.ts';
import { writeDigitPairs } from './image-folder.ts';
import { EPOCH_WITHIN } from './training-page.ts';

test('several labels an image: the network’s end becomes a sigmoid, F2 and its sweep are shown, undo works', async ({
  app,
  sheet,
}) => {
  const { page, dialog } = sheet;
  const [pairs, labels] = [join(app.home, 'pairs'), join(app.home, 'pairs.csv')];
  await writeDigitPairs(pairs, labels, 200);
  await sheet.openDataDialog('Folder and CSV', { 'Folder of images': pairs, 'CSV file of labels': labels });
  await expect(dialog.getByText('An image may have several labels here.')).toBeVisible();
  await expect(dialog.getByText(/160 for training, 20 for validation, 20 for test/)).toBeVisible();
  await expect(dialog.getByRole('listbox', { name: 'Sample images' }).getByRole('option').first()).toHaveAccessibleName(
    /^\d+\.png: \d, \d$/,
  );
  await sheet.screenshot('several-labels-1-chosen');
  await dialog.getByRole('button', { name: 'Use this data set' }).click();

  await sheet.menu('Train', 'Set up training…');
  const training = page.getByRole('region', { name: 'Training' });
  await training.getByRole('textbox', { name: 'Epochs', exact: true }).fill('3');
  await training.getByRole('textbox', { name: 'Batch size', exact: true }).fill('16');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(sheet.notice).toContainText('softmax became a sigmoid');
  await expect(training.getByText('Trained for 3 epochs.')).toBeVisible({ timeout: EPOCH_WITHIN });
  await expect(training.getByRole('slider', { name: 'F2, %' })).toBeVisible();
  await sheet.goTo('softmax/output[3]');
  await expect(sheet.formulaBar).toHaveValue(/^=IF\([A-Z]+\d+<0,EXP\(.*1\/\(1\+EXP\(-[A-Z]+\d+\)\)\)$/);
  await sheet.screenshot('several-labels-2-trained');

  await sheet.menu('Train', 'Evaluate…');
  const panel = page.getByRole('region', { name: 'Evaluation' });
  await panel.getByRole('button', { name: 'Evaluate' }).click();
  await expect(panel.getByText('pairs.csv, 20 images (validation)')).toBeVisible();
  const sweep = panel.getByRole('slider', { name: 'F2 by threshold' });
  await sweep.focus();
  await page.keyboard.press('Home');
  await expect(sweep).toHaveAttribute('aria-valuetext', /F2 0\.\d{3}/);
  await expect(panel.getByText(/^best at 0\.\d\d$/)).toBeVisible();
  await expect(panel.getByRole('grid', { name: 'Confusion' })).toBeHidden();

  // The thresholds of the labels with the largest F2 are found, and predictions can use them.
  const told = panel.getByText(/^F2, mean of the labels: 0\.\d{3} at 0\.5, 0\.\d{3} at these thresholds\.$/);
  const [half, found] = [...(await told.innerText()).matchAll(/0\.\d{3}/g)].map(Number);
  expect(found).toBeGreaterThan(half);
  await panel.getByRole('button', { name: 'Predict with these' }).click();
  const used = 'Predictions use the thresholds kept in this workbook.';
  await expect(panel.getByText(used)).toBeVisible();
  await sheet.screenshot('several-labels-5-thresholds');
  await panel.getByRole('slider', { name: 'Reliability' }).scrollIntoViewIfNeeded();
  await sheet.screenshot('several-labels-6-curves');
  await panel.getByRole('button', { name: 'Predict at 0.5 again' }).click();
  await expect(panel.getByText(used)).toBeHidden();
  await expect(told).toBeVisible();
  await panel.getByRole('listbox', { name: 'Top losses' }).getByRole('option').first().click();
  await expect(panel.getByRole('listbox', { name: 'Top losses' }).getByRole('option').first()).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await sheet.screenshot('several-labels-3-evaluated');

  // The labels of the image in the sheet are expected, and gradients go back from their loss.
  const expected = [];
  for (let unit = 0; unit < 10; unit++) {
    await sheet.goTo(`softmax/actual[${unit}]`);
    expected.push(await sheet.number());
  }
  expect(expected.map(Number).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  await sheet.menu('Explain', 'Gradient of Each Cell');
  await sheet.goTo(`dense/output[${expected.indexOf(1)}]`);
  await expect(sheet.formulaBar).toHaveValue(/^=IF\(ISBLANK\(Network!.*\),0,\(Network!.*-Network!.*\)\/10\)$/);
  await expect.poll(() => sheet.number()).toBeLessThan(0);
  await sheet.screenshot('several-labels-4-gradient');
  await sheet.menu('Explain', 'Gradient of Each Cell');

  // The run and the image in the sheet are one step of undo each.
  await sheet.undo();
  await sheet.undo();
  // The cell lies elsewhere once the network is back.
  await expect(async () => {
    await sheet.goTo('softmax/output[3]');
    await expect(sheet.formulaBar).toHaveValue(/\/SUM\(/, { timeout: 2000 });
  }).toPass();
});
