import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { writeEmoji } from './emoji-folder.ts';
import { TrainingPage } from './training-page.ts';

test('from a folder of 52 pictures in colour to a network that tells three groups apart, in the window only', async ({
  app,
  sheet,
}) => {
  const { page, dialog } = sheet;
  const training = new TrainingPage(page);
  const pictures = join(app.home, 'pictures');
  await writeEmoji(pictures, { train: [18, 17, 17], test: [20, 20, 20] });

  await sheet.menu('File', 'New', 'Network for your own pictures…');
  await dialog.getByRole('button', { name: 'Choose: Folder', exact: true }).click();
  const chooser = dialog.last();
  await chooser.getByLabel('Folder', { exact: true }).fill(pictures);
  await chooser.getByRole('button', { name: 'Choose this folder' }).click();
  await expect(dialog.getByRole('status')).toContainText(['47 for training, 5 for validation, 60 for test']);
  await expect(dialog.getByLabel('Height')).toHaveValue('64');
  await expect(dialog.getByLabel('Channels')).toHaveValue('3');
  await sheet.screenshot('own-pictures-1-chosen');
  await dialog.getByRole('button', { name: 'Make the network' }).click();
  await expect(dialog).toHaveCount(0);

  // The network stands there in a new workbook, and its training is set up for so few pictures.
  await expect(training.field('Epochs')).toHaveValue('50');
  await expect(training.field('Batch size')).toHaveValue('8');
  await training.field('Epochs').fill('2');
  await expect(training.panel).toContainText('A run of 12 steps changes the weights little');
  await sheet.screenshot('own-pictures-2-few-steps');
  await training.button('Use 50 epochs, batches of 8').click();
  await expect(training.field('Epochs')).toHaveValue('50');
  await training.button('Start training').click();
  await training.expectStatus('finished');
  await training.expectKept('Run 1');
  await sheet.screenshot('own-pictures-3-trained');

  await sheet.menu('Train', 'Evaluate…');
  const evaluation = page.getByRole('region', { name: 'Evaluation', exact: true });
  await evaluation.getByRole('combobox', { name: 'Images to evaluate on' }).selectOption('test images');
  await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click();
  await expect(evaluation).toContainText(/60 images/);
  const accuracy = /([\d.]+) %/.exec((await evaluation.textContent())!)![1];
  expect(Number(accuracy)).toBeGreaterThanOrEqual(90);
  await sheet.screenshot('own-pictures-4-evaluated');

  // A label that is wrong is put right in a list beside the pictures, and that can be undone.
  const worst = evaluation.getByRole('listbox', { name: 'Top losses' }).getByRole('option').first();
  await worst.click();
  await expect(evaluation).toContainText('If that is wrong');
  await evaluation.getByRole('button', { name: 'Leave out' }).click();
  await expect(evaluation).toContainText('It is left out when the data set is read again.');
  await expect(evaluation).toContainText('47 for training, 5 for validation, 59 for test');
  expect(await readFile(`${pictures}.corrections.csv`, 'utf8')).toMatch(/^image,labels\r\ntest\/.*\.png,\r\n$/);
  await sheet.screenshot('own-pictures-5-corrected');
  await evaluation.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(evaluation).toContainText('47 for training, 5 for validation, 60 for test');

  // The pictures of a competition are handed in as its sample asks for.
  const names = (await readdir(join(pictures, 'test', 'flags'))).sort();
  const sample = join(app.home, 'sample.csv');
  await writeFile(sample, `id,group\r\n${names.map(name => `${name},faces\r\n`).join('')}`);
  await sheet.menu('Train', 'Predict image files…');
  const prediction = page.getByRole('region', { name: 'Predict image files', exact: true });
  await prediction.getByRole('button', { name: 'Folder…' }).click();
  await chooser.getByLabel('Folder', { exact: true }).fill(join(pictures, 'test', 'flags'));
  await chooser.getByRole('button', { name: 'Choose this folder' }).click();
  await prediction.getByRole('button', { name: 'Submission…' }).click();
  await dialog
    .last()
    .getByRole('option', { name: /^sample\.csv/ })
    .dblclick();
  const download = await page.waitForEvent('download');
  const lines = (await readFile(await download.path(), 'utf8')).split('\r\n');
  expect(lines.slice(1, -1).map(line => line.split(',')[0])).toEqual(names);
  expect([lines[0], lines.at(-1)]).toEqual(['id,group', '']);
  expect(lines.filter(line => line.endsWith(',flags')).length).toBeGreaterThanOrEqual(16);
});

test('the open network gets another input for other pictures, and undo gives the digits back', async ({
  app,
  sheet,
}) => {
  const { dialog } = sheet;
  const pictures = join(app.home, 'pictures');
  await writeEmoji(pictures, { train: [4, 4, 4], test: [2, 2, 2] });
  await sheet.openDataDialog('Folder of folders');
  await dialog.getByRole('button', { name: 'Choose: Folder', exact: true }).click();
  const chooser = dialog.last();
  await chooser.getByLabel('Folder', { exact: true }).fill(pictures);
  await chooser.getByRole('button', { name: 'Choose this folder' }).click();
  await dialog.getByLabel('Height').fill('2');
  await expect(dialog.getByRole('alert')).toContainText('conv1');
  await dialog.getByLabel('Height').fill('32');
  await dialog.getByLabel('Width').fill('32');
  await dialog.getByLabel('Channels').selectOption('RGB');
  await expect(dialog).toContainText('Undo takes it back');
  await dialog.getByRole('button', { name: 'Use this data set' }).click();
  await expect(dialog).toHaveCount(0);
  await sheet.goTo('conv1/kernel[2,2,2,1]');
  await sheet.undo();
  await sheet.expectPredicted('7');
});
