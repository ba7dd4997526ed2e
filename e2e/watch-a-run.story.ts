import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { writeDigitFolders } from './image-folder.ts';
import { EPOCH_WITHIN, TrainingPage } from './training-page.ts';

test('while a run goes on one types and clicks in what changes all the time; nothing is lost (faults 1, 7)', async ({
  app,
  sheet,
}) => {
  const { page } = sheet;
  const training = new TrainingPage(page);
  const [photos, three, foreign] = ['photos', 'three', 'foreign'].map(name => join(app.home, name));
  for (const folder of [photos, three]) await writeDigitFolders(folder, 30);
  for (const digit of [3, 4, 5, 6, 7, 8, 9]) await rm(join(three, String(digit)), { recursive: true });
  for (const name of ['ant', 'bee', 'fly']) await cp(join(three, '1'), join(foreign, name), { recursive: true });
  await sheet.openDataDialog('Folder of folders', { Folder: photos });
  await sheet.dialog.getByRole('button', { name: 'Use this data set' }).click();
  await sheet.menu('Train', 'Set up training…');
  await training.field('Epochs').fill('10000');
  // This gives 60 steps per epoch.
  await training.field('Batch size').fill('4');
  await training.button('Start training').click();
  await training.expectStatus('running');
  // Looked at first, because after 60 epochs there are no dots any more.
  const dots = training.panel.locator('.plot-dots').first();
  await expect(dots).toHaveAttribute('d', /^M/);
  const goesOn = async (steps: number) => {
    const before = await training.steps();
    await expect.poll(() => training.steps()).toBeGreaterThan(before + steps);
  };

  // A field that was cleared stays empty, so that another rate can be typed.
  const rate = training.field('Learning rate from now on');
  await expect(rate).toHaveValue('0.002');
  await rate.fill('');
  await goesOn(5);
  await expect(rate).toHaveValue('');
  await rate.pressSequentially('0.001', { delay: 100 });
  await expect(rate).toHaveValue('0.001');
  await rate.press('Enter');
  await expect(training.panel).toContainText('The learning rate was set to 0.001.');

  // Later validations change the cells of the matrix, and the keyboard stays in one of them.
  const matrix = training.panel.getByRole('grid', { name: 'Confusion' });
  const note = training.panel.getByText(/^validation at step/);
  const cell = matrix.getByRole('gridcell').nth(1);
  await cell.focus();
  const validated = await note.innerText();
  await expect(note).not.toHaveText(validated);
  await expect(cell).toBeFocused();

  // The user takes half a second to click an image.
  await sheet.menu('Train', 'Evaluate…');
  const evaluation = page.getByRole('region', { name: 'Evaluation' });
  await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click();
  const worst = evaluation.getByRole('listbox', { name: 'Top losses' }).getByRole('option').first();
  await worst.scrollIntoViewIfNeeded();
  await worst.hover();
  await page.mouse.down();
  await page.waitForTimeout(500);
  await page.mouse.up();
  await expect(worst).toHaveAttribute('aria-selected', 'true');
  // The run has changed the weights since.
  await expect(evaluation.getByText('The network or the data set has changed since.')).toBeVisible();

  // More than 60 dots would look like a thick line.
  await sheet.menu('Train', 'Training panel');
  await expect.poll(() => training.steps(), { timeout: EPOCH_WITHIN }).toBeGreaterThan(60 * 60);
  await expect(dots).toHaveAttribute('d', '');
  await training.button('Stop').click();
  await training.expectStatus('stopped');
  await training.expectKept('Run 1');

  // The cells of its matrix are found by the names of its classes; this data set has three.
  await sheet.openDataDialog('Folder of folders', { Folder: three });
  await sheet.dialog.getByRole('button', { name: 'Use this data set' }).click();
  await matrix.getByRole('gridcell').first().click();
  await expect(evaluation.getByRole('listbox', { name: /^0, rightly known/ })).toBeVisible();
  const classes = evaluation.getByRole('region', { name: 'Classes' });
  const nine = classes.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '9', exact: true }) });
  await expect(nine).toContainText('–––0');
  await expect(evaluation.getByText('left out of the means')).toBeVisible();
  // A data set with only unknown classes can't be used for evaluation.
  await sheet.openDataDialog('Folder of folders', { Folder: foreign });
  await expect(sheet.dialog.getByText('The network knows none of these classes')).toBeVisible();
  await sheet.dialog.getByRole('button', { name: 'Use this data set' }).click();
  await evaluation.getByRole('button', { name: 'Evaluate' }).click();
  await expect(evaluation.getByRole('alert')).toContainText('The network knows none of the classes of foreign');

  // In the comparison, the axes have units, on the screen and in a file.
  await sheet.menu('Train', 'Compare runs…');
  const runs = page.getByRole('region', { name: 'Runs' });
  await runs.getByRole('checkbox', { name: 'Compare Run 1' }).check();
  await expect(runs.getByRole('slider', { name: 'F2, %' })).toBeHidden();
  await runs.getByRole('button', { name: 'Save Accuracy, % as a file' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save as CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('compared-accuracy.csv');
  const [heading, first] = (await readFile(await file.path(), 'utf8')).split('\r\n');
  expect(heading).toBe('epoch,"Run 1, training, %","Run 1, validation, %"');
  expect(Number(first.split(',')[1])).toBeGreaterThan(1);
});
