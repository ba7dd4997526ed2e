import { join } from 'node:path';
import { expect, test } from './app.ts';
import { writeDigitFolders } from './image-folder.ts';
import { TrainingPage } from './training-page.ts';

/** How many milliseconds 10,000 images may take. */
const EVALUATED_WITHIN = 150_000;

test('the network is evaluated on the test digits: figures, confusion, classes, and the images behind them', async ({
  sheet,
}) => {
  const { page } = sheet;
  await sheet.menu('Train', 'Evaluate…');
  const panel = page.getByRole('region', { name: 'Evaluation' });
  await panel.getByRole('combobox', { name: 'Images to evaluate on' }).selectOption('test images');
  await panel.getByRole('button', { name: 'Evaluate' }).click();
  await expect(panel.getByText('MNIST digits, 10,000 images (test)')).toBeVisible({ timeout: EVALUATED_WITHIN });
  // As in README: 9,724 of the 10,000 are right.
  await expect(panel.getByText('97.2 %')).toBeVisible();
  const confusion = panel.getByRole('grid', { name: 'Confusion' });
  const counts = await confusion
    .getByRole('gridcell')
    .evaluateAll(cells =>
      cells.map(cell => Number(/: ([\d,]+) image/.exec(cell.getAttribute('aria-label')!)![1].replace(',', ''))),
    );
  expect(counts).toHaveLength(100);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
  expect(counts.filter((_, i) => i % 11 === 0).reduce((sum, count) => sum + count, 0)).toBe(9_724);
  await sheet.screenshot('evaluate-1-figures');

  // The table is sorted by a press on a heading, the worst first.
  const classes = panel.getByRole('region', { name: 'Classes' });
  await classes.getByRole('button', { name: 'Recall' }).click();
  const recalls = await classes.locator('tbody tr td:nth-child(3)').allTextContents();
  expect(recalls).toEqual([...recalls].sort());
  await expect(classes.getByRole('columnheader', { name: 'Recall' })).toHaveAttribute('aria-sort', 'ascending');

  // ROC curve, precision by recall and reliability of a class, with values under the cursor.
  const roc = panel.getByRole('slider', { name: 'ROC curve' });
  await roc.scrollIntoViewIfNeeded();
  await panel.getByRole('combobox', { name: 'Class of the curves' }).selectOption('7');
  await roc.focus();
  const read = new Set<string | null>();
  for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'End']) {
    await page.keyboard.press(key);
    read.add(await roc.getAttribute('aria-valuetext'));
  }
  expect(read.size).toBe(5);
  expect([...read].at(-1)).toMatch(/^false alarms 1: .*found 1/);
  await expect(panel.getByRole('slider', { name: 'Precision by recall' })).toHaveAttribute(
    'aria-valuetext',
    /precision/,
  );
  await expect(panel.getByRole('slider', { name: 'Reliability' })).toHaveAttribute(
    'aria-valuetext',
    /Predicted classes/,
  );
  await sheet.screenshot('evaluate-7-curves');

  // The digits are in an order, and a formula of one's own gives their mean error too.
  await panel.getByText('What is measured').click();
  await panel.getByRole('checkbox', { name: 'The classes are in an order' }).check();
  const figure = (name: string) => panel.locator('.figure-list div', { hasText: name }).locator('dd');
  await expect(figure('Mean error')).toHaveText(/^0\.\d{4}$/);
  const formula = panel.getByRole('textbox', { name: 'Own metric, a formula' });
  await formula.fill('=AVERAGE(ABS(actual-forecast))');
  await formula.press('Enter');
  await expect(
    panel.getByText(/^“forecast” at position 21 is no cell, number or function\. A metric reads/),
  ).toBeVisible();
  await formula.fill('=AVERAGE(ABS(actual-predicted))');
  await formula.press('Enter');
  await expect(figure('Own metric')).toHaveText(await figure('Mean error').innerText());
  await panel.getByRole('textbox', { name: 'Beta of F-beta' }).fill('2');
  await page.keyboard.press('Enter');
  await expect(classes.getByRole('columnheader', { name: 'F2' })).toBeVisible();
  await sheet.screenshot('evaluate-8-own-metric');

  // A cell of the matrix with keys only: Enter shows its images, and one of them is put into the sheet.
  await confusion.getByRole('gridcell').first().focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await page.keyboard.press('End');
  const cell = confusion.getByRole('gridcell', { name: /^4 taken for 9: / });
  await expect(cell).toBeFocused();
  const [, number] = /: (\d+) images$/.exec((await cell.getAttribute('aria-label'))!)!;
  await page.keyboard.press('Enter');
  const confused = panel.getByRole('listbox', { name: `4 taken for 9: ${number} images` });
  await expect(confused.getByRole('option').first()).toHaveAttribute('aria-setsize', number);
  await confused.getByRole('option').first().click();
  await expect(sheet.statusBar).toContainText('Actual 4');
  await sheet.expectPredicted('9');
  await sheet.screenshot('evaluate-2-confused');

  const losses = panel.getByRole('listbox', { name: 'Top losses' });
  await losses.scrollIntoViewIfNeeded();
  const worst = losses.getByRole('option').first();
  const [, actual, predicted] = /(\d) taken for (\d)/.exec(await worst.innerText())!;
  await worst.click();
  await expect(worst).toHaveAttribute('aria-selected', 'true');
  await expect(sheet.statusBar).toContainText(`Actual ${actual}`);
  await sheet.expectPredicted(predicted);
  await sheet.screenshot('evaluate-3-top-loss');

  // Its pixels are multiples of 1/256, like those of the digits.
  await sheet.goTo('A2:AB29');
  await sheet.undo();
  await expect(sheet.statusBar).toContainText('Actual 7');

  // With other weights, the results aren't valid any more.
  await sheet.typeIntoCell('AD11', '2');
  await expect(panel.getByText('The network or the data set has changed since.')).toBeVisible();
});

test('images whose numbers leave float32 are told of, count as wrong, lead the top losses; the sheet says why', async ({
  sheet,
}) => {
  const { page } = sheet;
  for (const cell of ['AD11', 'AD12']) await sheet.typeIntoCell(cell, '-3e38');
  await sheet.menu('Train', 'Evaluate…');
  const panel = page.getByRole('region', { name: 'Evaluation' });
  await panel.getByRole('combobox', { name: 'Images to evaluate on' }).selectOption('test images');
  await panel.getByRole('button', { name: 'Evaluate' }).click();
  const remark = panel.getByText(
    /of 10,000 images came out as no number \(#NUM! in the sheet\).*They count as wrong\./,
  );
  await expect(remark).toBeVisible({ timeout: EVALUATED_WITHIN });
  const lost = Number(/^[\d,]+/.exec(await remark.innerText())![0].replace(',', ''));
  const counts = await panel
    .getByRole('grid', { name: 'Confusion' })
    .getByRole('gridcell')
    .evaluateAll(cells =>
      cells.map(cell => Number(/: ([\d,]+) image/.exec(cell.getAttribute('aria-label')!)![1].replace(',', ''))),
    );
  expect(lost).toBeGreaterThan(5000);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000 - lost);
  await sheet.screenshot('evaluate-6-no-numbers');
  const worst = panel.getByRole('listbox', { name: 'Top losses' }).getByRole('option').first();
  await expect(worst).toContainText('came out as no number');
  await expect(worst).toContainText('#NUM!');
  const actual = /(\d), came out/.exec(await worst.innerText())![1];
  await worst.click();
  await expect(sheet.statusBar).toContainText(`Actual ${actual}`);
  await expect(sheet.statusBar).toContainText('No prediction');
});

test('curves and confusion matrix of a run appear as it goes on, and two runs are compared', async ({ app, sheet }) => {
  const { page } = sheet;
  const photos = join(app.home, 'photos');
  await writeDigitFolders(photos, 30);
  await sheet.openDataDialog('Folder of folders', { Folder: photos });
  await sheet.dialog.getByRole('button', { name: 'Use this data set' }).click();
  await expect(sheet.dialog).toBeHidden();
  const training = new TrainingPage(page);
  const { panel } = training;
  const train = async (run: string, rate: string) => {
    await sheet.menu('Train', 'Set up training…');
    await training.field('Epochs').fill('2');
    await training.field('Batch size').fill('16');
    await training.field('Learning rate').fill(rate);
    await training.button('Start training').click();
    await training.expectKept(run);
    await expect(panel.getByText('Trained for 2 epochs.')).toBeVisible();
  };
  await train('Run 1', '0.002');
  await expect(panel.getByRole('slider', { name: 'Loss' })).toHaveAttribute('aria-valuetext', /validation/);
  await expect(panel.getByRole('grid', { name: 'Confusion' })).toBeVisible();
  await sheet.screenshot('evaluate-4-curves');
  await train('Run 2', '0.02');

  await sheet.menu('Train', 'Compare runs…');
  const runs = page.getByRole('region', { name: 'Runs' });
  const list = runs.getByRole('list', { name: 'Kept runs' });
  await list.getByRole('checkbox', { name: 'Compare Run 1' }).check();
  await list.getByRole('checkbox', { name: 'Compare Run 2' }).check();
  const settings = runs.getByRole('table', { name: 'Settings that differ' });
  await expect(settings.getByRole('row', { name: 'Learning rate 0.002 0.02' })).toBeVisible();
  await expect(settings.locator('tbody tr')).toHaveCount(1);
  await sheet.screenshot('evaluate-5-compared');

  await list.getByRole('button', { name: 'Rename Run 2' }).click();
  await sheet.dialog.getByLabel('Name').fill('Too fast');
  await page.keyboard.press('Enter');
  await expect(list.getByText('Too fast', { exact: true })).toBeVisible();
  await list.getByRole('button', { name: 'Delete Run 1' }).click();
  await expect(list.getByRole('checkbox')).toHaveCount(1);
  await expect(page.getByText('Run 1 is deleted; the weights stay as they are. Undo brings it back.')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(list.getByRole('checkbox')).toHaveCount(2);
  await expect(page.getByText('Undo brings it back.')).toBeHidden();
  await page.keyboard.press('Control+y');
  await expect(list.getByRole('checkbox')).toHaveCount(1);
  await list.getByRole('button', { name: 'Use these settings: Too fast' }).click();
  await expect(training.field('Learning rate')).toHaveValue('0.02');
});
