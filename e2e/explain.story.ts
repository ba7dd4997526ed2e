import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';

test('every kind of cell is explained, with its numbers tied to the sheet, in words and three formulas', async ({
  sheet,
}) => {
  const { page } = sheet;
  const panel = page.getByRole('region', { name: 'Explain' });
  await sheet.goTo('conv2/output[8,3,0]');
  const address = await sheet.activeCell();
  const value = await sheet.valueOf(address);
  await page.keyboard.press('Shift+F1');
  await expect(panel).toContainText('conv2 · map 1 · row 9, column 4');
  await expect(panel).toContainText('9 cells of each of the 2 maps of relu1, times the weight in the same place');
  // A screen reader is told the same sum: the parts and the cell's number.
  const sums = panel.locator('.explain-bars > div');
  await expect(sums).toHaveCount(4);
  const told = await sums.locator('dd').allTextContents();
  const numbers = told.map(each => Number(each.replace('−', '-')));
  expect(numbers[0] + numbers[1] + numbers[2]).toBeCloseTo(value, 1);
  expect(numbers[3]).toBeCloseTo(value, 1);
  await expect(panel.locator('math')).toBeVisible();
  await sheet.screenshot('explain-1-conv2');

  // A number under the pointer outlines its cell, and a press goes there.
  const patch = panel.getByRole('table', { name: /^map 1: / }).first();
  await patch.locator('td').nth(4).hover();
  await expect.poll(async () => (await sheet.outlines('pointed')).length).toBe(1);
  await patch.locator('td').nth(4).click();
  await expect(panel).toContainText('relu1 · map 1');
  await expect(panel).toContainText('The curve');
  await sheet.screenshot('explain-2-relu');
  await page.getByRole('radio', { name: 'To the pixels' }).check();
  await expect.poll(async () => (await sheet.outlines('trace')).length).toBeGreaterThan(0);

  // An edit of what it reads changes it at once.
  await sheet.goTo('pool/output[4,4,0]');
  await expect(panel).toContainText('of 4 numbers: the one in ');
  await sheet.screenshot('explain-3-pool');
  for (const [place, words, name] of [
    ['dense/output[7]', '144 cells of each of the 2 maps', 'explain-4-dense'],
    ['softmax/output[7]', 'of the sum of all 10: the largest', 'explain-5-softmax'],
    ['softmax/crossEntropy[3]', 'This class isn’t expected', 'explain-6-loss'],
    ['conv1/kernel[0,0,0,0]', 'A number that training changes', 'explain-7-weight'],
  ] as const) {
    await sheet.goTo(place);
    await expect(panel).toContainText(words);
    await sheet.screenshot(name);
  }
  // The whole layer, and the images that excite one of its maps most.
  await sheet.goTo('conv2/output[8,3,0]');
  await page.getByRole('tab', { name: 'Layer' }).click();
  await expect(panel.getByRole('button', { name: /^map [12]\b/ })).toHaveCount(4);
  await expect(panel).toContainText('How the numbers are spread');
  await sheet.screenshot('explain-9-layer');
  await page.keyboard.press('ArrowLeft');
  await panel.getByRole('button', { name: 'Find the images' }).click();
  await expect(panel).toContainText('Of 10,000 images', { timeout: 120_000 });
  await expect(panel.locator('.sights.small figure')).toHaveCount(10);
  await sheet.screenshot('explain-10-exciting');

  // Formulas of the user's own, too.
  await sheet.typeIntoCell('C34', '=SUM(AD11:AF13)*2+AH5');
  await sheet.selectCell('C34');
  await expect(panel.locator('.explain-steps li')).toHaveCount(3);
  await sheet.screenshot('explain-8-own');
  expect(await seriousFaults(page)).toEqual([]);
  await page.keyboard.press('Shift+F1');
  await expect(panel).toBeHidden();
});
