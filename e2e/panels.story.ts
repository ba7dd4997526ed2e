import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from './app.ts';
import { writeDigitFolders } from './image-folder.ts';
import { commandLine } from './shell.ts';

const FRUIT = 'Apple,Apricot,Avocado,Banana,Blackberry,Blueberry,Cherry,Clementine,Grapefruit,Pomegranate'.split(',');
const PER_CLASS = 7;
const RUNS = 14;

/** Checks that all of an element can be seen without scrolling. */
async function expectInSight(element: Locator): Promise<void> {
  await expect(element).toBeVisible();
  const { y, height } = (await element.boundingBox())!;
  expect(y).toBeGreaterThanOrEqual(0);
  expect(y + height).toBeLessThanOrEqual(element.page().viewportSize()!.height);
}

test('panels use their room: names are whole, lists are high, compared curves stand in sight (fault 45)', async ({
  app,
}) => {
  // A network for pictures of fruit, with more runs than a panel has room for.
  const photos = join(app.home, 'photos');
  await writeDigitFolders(photos, PER_CLASS);
  for (const [digit, name] of FRUIT.entries()) await rename(join(photos, String(digit)), join(photos, name));
  const file = join(app.home, 'fruit.convsheet');
  const options = ['--data', photos, '--size', '12x12', '--epochs', '2', '--batch-size', '16', '-o', file];
  await commandLine('train', 'lesson3', ...options);
  const entries = unzipSync(new Uint8Array(await readFile(file)));
  const [run] = JSON.parse(strFromU8(entries['runs.json'])) as [object];
  const runs = Array.from({ length: RUNS }, (_, i) => ({ ...run, id: `run-${i}`, name: `Run ${i + 1}` }));
  await writeFile(file, zipSync({ ...entries, 'runs.json': strToU8(JSON.stringify(runs)) }));

  const sheet = await app.start(file);
  const { page } = sheet;
  await sheet.menu('Train', 'Evaluate…');
  const evaluation = page.getByRole('region', { name: 'Evaluation' });
  await evaluation.getByRole('combobox', { name: 'Images to evaluate on' }).selectOption('all images');
  await evaluation.getByRole('button', { name: 'Evaluate' }).click();
  const names = evaluation.getByRole('grid', { name: 'Confusion' }).getByRole('rowheader');
  await expect(names).toHaveText(FRUIT);
  await sheet.screenshot('panels-1-confusion');
  for (const name of await names.all()) {
    // A text that is cut is wider than its cell.
    const [needed, given] = await name.evaluate(cell => {
      const text = document.createRange();
      text.selectNodeContents(cell);
      return [text.getBoundingClientRect().width, cell.clientWidth];
    });
    expect(needed, (await name.textContent())!).toBeLessThanOrEqual(given);
  }

  await sheet.menu('Train', 'Predict image files…');
  const prediction = page.getByRole('region', { name: 'Predict image files' });
  await prediction.getByRole('button', { name: 'Folder…' }).click();
  await expect(sheet.dialog.getByLabel('Folder', { exact: true })).not.toHaveValue('');
  await sheet.dialog.getByLabel('Folder', { exact: true }).fill(photos);
  await page.keyboard.press('Enter');
  await expect(sheet.dialog.getByRole('listbox')).toBeFocused();
  await sheet.dialog.getByRole('button', { name: 'Choose this folder' }).click();
  const files = prediction.getByRole('listbox');
  await expect(files.getByRole('option').first()).toHaveAttribute('aria-setsize', String(PER_CLASS * FRUIT.length));
  await sheet.screenshot('panels-2-prediction');
  const [list, panel] = [(await files.boundingBox())!, (await prediction.boundingBox())!];
  expect(list.height).toBeGreaterThan(panel.height / 2);
  expect(await files.evaluate(element => getComputedStyle(element).scrollbarWidth)).not.toBe('none');
  await files.getByRole('option').first().click();
  await page.keyboard.press('End');
  await expect(files.getByRole('option', { selected: true })).toHaveAttribute(
    'aria-posinset',
    String(PER_CLASS * FRUIT.length),
  );
  await expectInSight(files.getByRole('option', { selected: true }));

  await sheet.menu('Train', 'Compare runs…');
  const kept = page.getByRole('region', { name: 'Runs', exact: true });
  await expect(kept.getByRole('listitem')).toHaveCount(RUNS);
  for (const number of [1, 2]) await kept.getByRole('checkbox', { name: `Compare Run ${number}`, exact: true }).check();
  for (const plot of await kept.getByRole('slider').all()) await expectInSight(plot);
  await sheet.screenshot('panels-3-compared');
});

test('names, shapes and numbers in lists of layers keep apart (fault 45)', async ({ sheet }) => {
  const { page } = sheet;
  for (const [file, name] of [
    ['lesson3', undefined],
    ['lenet', 'LeNet-like, a stronger network'],
    ['resnet-tiny', 'Small residual network'],
  ]) {
    if (name) await sheet.menu('File', 'New', name);
    await expect(page).toHaveTitle(`${file} – ConvSheet`);
    const layers = page.getByRole('navigation', { name: 'Layers' }).getByRole('button');
    const gaps = await layers.evaluateAll(buttons =>
      buttons.flatMap(button => {
        const seen = [...button.children].map(part => {
          const text = document.createRange();
          text.selectNodeContents(part.firstChild!);
          const [own, box] = [text.getBoundingClientRect(), part.getBoundingClientRect()];
          return { left: Math.max(own.left, box.left), right: Math.min(own.right, box.right) };
        });
        return seen.slice(1).map((part, i) => part.left - seen[i].right);
      }),
    );
    expect(gaps.length).toBeGreaterThan(5);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(7);
  }
});
