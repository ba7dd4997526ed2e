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
  // The formula with the numbers put in, calculated once more, gives the cell's number.
  const filled = (await panel.getByRole('group', { name: 'with the numbers' }).textContent())!;
  expect(calculated(filled)).toBeCloseTo(value, 5);
  await sheet.screenshot('explain-1-conv2');

  // A number under the pointer outlines its cell, and a press goes there.
  const patch = panel.locator('.number-grid').first();
  await expect(patch.locator('table[aria-label^="map 1: "] td')).toHaveCount(9);
  const middle = (await patch.locator('td').nth(4).textContent())!.replace('−', '-');
  await patch.hover();
  await expect.poll(async () => (await sheet.outlines('pointed')).length).toBe(1);
  await patch.click();
  expect(await sheet.valueOf(await sheet.activeCell())).toBeCloseTo(Number(middle), 1);
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
    ['conv1/kernel[0,0,0,0]', 'A number that training changes', 'explain-7-weight'],
    ['dense/output[7]', '144 cells of each of the 2 maps', 'explain-4-dense'],
    ['softmax/output[7]', 'of the sum of all 10: the largest', 'explain-5-softmax'],
    ['softmax/crossEntropy[3]', 'This class isn’t expected', 'explain-6-loss'],
  ] as const) {
    await sheet.goTo(place);
    await expect(panel).toContainText(words);
    // The formula is that of the formula bar, also where it reads a cell twice.
    const own = (await sheet.formulaText()).replaceAll('$', '');
    if (own.startsWith('=')) await expect(panel.locator('.explain-formula code').first()).toHaveText(own);
    await sheet.screenshot(name);
  }
  // Why this class and not another: the parts come to the difference of the two scores.
  await sheet.goTo('softmax/output[7]');
  await expect(panel).toContainText(/The score of class 7 is [\d.]+ higher than that of class \d/);
  await expect(panel).toContainText('What speaks most for class 7 is');
  await panel.getByRole('combobox', { name: 'against' }).selectOption('class 1');
  await expect(panel).toContainText('higher than that of class 1.');
  const parts = await panel.locator('.explain-bars dd').allTextContents();
  const scores: number[] = [];
  for (const unit of [7, 1]) {
    await sheet.goTo(`dense/output[${unit}]`);
    scores.push(await sheet.valueOf(await sheet.activeCell()));
  }
  const difference = scores[0] - scores[1];
  const expectSum = (bars: readonly string[]) => {
    const added = bars.map(each => Number(each.replace('−', '-')));
    expect(added.at(-1)).toBeCloseTo(difference, 1);
    expect(added.slice(0, -1).reduce((sum, each) => sum + each, 0)).toBeCloseTo(difference, 1);
  };
  expectSum(parts);
  await sheet.goTo('softmax/output[7]');
  await expect(panel.getByRole('combobox', { name: 'against' })).toHaveValue('1');
  // The same seen in earlier layers, back to the pixels.
  const seenIn = panel.getByRole('combobox', { name: 'seen in' });
  await panel.getByRole('button', { name: 'One layer further back' }).click();
  await expect(seenIn).toHaveValue('relu2');
  await expect(panel.locator('.explain-bars')).toContainText('the bias of dense');
  await seenIn.selectOption('input');
  await expect(panel.locator('.explain-bars')).toContainText('the bias of conv2');
  expectSum(await panel.locator('.explain-bars dd').allTextContents());
  await panel.locator('.explain-why').first().scrollIntoViewIfNeeded();
  await sheet.screenshot('explain-17-walk');
  await seenIn.selectOption('pool');
  // What the pixels do for it, as pictures over the image.
  const picture = panel.locator('.sights.large button');
  await panel.getByRole('button', { name: 'Saliency' }).click();
  await expect(panel).toContainText('What speaks most for class 7 is the pixel in ');
  await panel.getByRole('checkbox', { name: 'on the sheet' }).check();
  await expect.poll(async () => (await sheet.outlines('overlay'))[0]?.range).toBe('A2:AB29');
  await sheet.screenshot('explain-13-saliency');
  await panel.getByRole('spinbutton', { name: 'Patch' }).fill('0');
  await panel.getByRole('button', { name: 'Occlusion' }).click();
  await expect(panel).toContainText('Patch and step must be whole numbers from 1 to 28.');
  await panel.getByRole('spinbutton', { name: 'Patch' }).fill('6');
  await panel.getByRole('button', { name: 'Occlusion' }).click();
  await expect(panel).toContainText('Without the square ');
  await picture.scrollIntoViewIfNeeded();
  await sheet.screenshot('explain-14-occlusion');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await seriousFaults(page)).toEqual([]);
  await sheet.screenshot('explain-16-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await seriousFaults(page)).toEqual([]);
  await picture.click();
  await expect(panel).toContainText('A number of the picture');
  expect(await sheet.outlines('overlay')).toHaveLength(1);
  await sheet.screenshot('explain-15-overlay');
  // A press on a part's picture walks back to the cell that weighs most.
  await sheet.goTo('softmax/output[7]');
  await panel.getByRole('button', { name: /^map 1: .* Framed/ }).click();
  await expect(panel).toContainText('pool · map 1');

  // The whole layer, and the images that excite one of its maps most.
  await sheet.goTo('conv2/output[8,3,0]');
  // Now conv1's kernels are out of sight, and are told of all the same.
  await expect(panel).toContainText('from map 1, which is bright where a bright row lies above a dark one.');
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

  // What is written over a cell counts, and not what its layer does; cells that it reads out of sight count, too.
  await sheet.typeIntoCell(address, '5');
  await sheet.selectCell(address);
  await expect(panel).toContainText('A number that was typed here.');
  await sheet.goTo('softmax/output[3]');
  await panel.getByRole('button', { name: 'Saliency' }).click();
  await expect(panel).toContainText('What is typed over computed cells doesn’t count here.');
  await sheet.typeIntoCell('C58', '7');
  await sheet.goTo('softmax/output[7]');
  const score = await sheet.activeCell();
  await sheet.typeIntoCell(score, '=C58+AH3');
  await sheet.selectCell(score);
  await expect(panel).toContainText('The sum of 2 cells.');
  await expect(panel).not.toContainText('exponential');
  await expect(sums.locator('dd').first()).toHaveText('7');
  await page.keyboard.press('Shift+F1');
  await expect(panel).toBeHidden();
});

test('a layer is scanned, forth, back and scrubbed, while a bias is edited; then the whole network', async ({
  sheet,
}) => {
  const { page } = sheet;
  await sheet.selectCell('AH3');
  await page.keyboard.press('Shift+F1');
  await page.keyboard.press('Control+Shift+P');
  const bar = page.getByRole('region', { name: 'Scan' });
  const place = bar.locator('output');
  const panel = page.getByRole('region', { name: 'Explain' });
  await expect(place).toContainText(/^conv1 · cell ([2-9]|\d\d) of 1,352/);
  await page.keyboard.press('Space');
  await expect(bar.getByRole('button', { name: 'Play' })).toBeFocused();
  await page.keyboard.press('Home');
  await expect(place).toHaveText('conv1 · cell 1 of 1,352');
  for (let i = 0; i < 27; i++) await page.keyboard.press('ArrowRight');
  await expect(place).toHaveText('conv1 · cell 28 of 1,352');
  await page.keyboard.press('ArrowLeft');
  await expect(panel).toContainText('conv1 · map 1 · row 2, column 1');
  // Rows below, and the second map, are hidden; the frame is at the cell.
  await expect.poll(async () => (await sheet.outlines('veil')).length).toBeGreaterThan(2);
  expect((await sheet.outlines('scanned'))[0].range).toBe('AH4');
  await bar.getByRole('slider', { name: 'Place in the scan' }).fill('140');
  await expect(panel).toContainText('conv1 · map 1 · row 17, column 5');
  await sheet.screenshot('explain-11-scan');
  // An edit shows at once, and the scan stays where it is.
  const scanned = (await sheet.outlines('scanned'))[0].range;
  const before = await panel.locator('.explain-value b').textContent();
  await sheet.typeIntoCell('AD15', '5');
  await expect(panel.locator('.explain-value b')).not.toHaveText(before!);
  expect((await sheet.outlines('scanned'))[0].range).toBe(scanned);
  await bar.getByRole('button', { name: 'End the scan' }).click();
  await expect(bar).toBeHidden();
  expect(await sheet.activeCell()).toBe(scanned);

  // Folded layers are opened for the scan, and folded again after it.
  const fold = page.getByRole('button', { name: 'Fold ReLU' });
  await fold.click();
  await expect(fold).toHaveAttribute('aria-pressed', 'true');
  await sheet.menu('Explain', 'Scan the Whole Network');
  await expect(fold).toHaveAttribute('aria-pressed', 'false');
  await bar.getByRole('combobox', { name: 'Speed' }).selectOption('16');
  await expect(place).toContainText('softmax', { timeout: 60_000 });
  await sheet.screenshot('explain-12-walk');

  // Back again: the gradient of each cell, which is what trying gives.
  await bar.getByRole('button', { name: 'End the scan' }).click();
  await expect(fold).toHaveAttribute('aria-pressed', 'true');
  await sheet.menu('Explain', 'Gradient of Each Cell');
  const tab = page.getByRole('tablist', { name: 'Sheets' }).getByRole('tab', { selected: true });
  await expect(tab).toHaveText('Gradient');
  await sheet.goTo('conv2/kernel[1,1,0,1]');
  expect(await sheet.formulaText()).toMatch(/^=SUMPRODUCT\(Network![A-Z]+\d+:[A-Z]+\d+,[A-Z]+\d+:[A-Z]+\d+\)$/);
  await expect(panel).toContainText('A step of gradient descent makes it');
  const slopes = panel.locator('.explain-list').filter({ hasText: 'by trying' }).locator('td');
  await expect(slopes).toHaveCount(3);
  const [byRule, byTrying] = (await slopes.allTextContents()).map(each => Number(each.replaceAll('−', '-')));
  expect(Math.abs(byRule - byTrying)).toBeLessThan(0.05 * Math.abs(byRule) + 1e-6);
  await sheet.screenshot('explain-13-gradient');
  await panel
    .getByRole('button', { name: /^Network!/ })
    .first()
    .click();
  await expect(tab).toHaveText('Network');

  // The same for one weight, from the loss on, on a sheet of its own. Its next value becomes the weight's.
  await sheet.menu('Explain', 'Sheets That Teach', 'Backpropagation');
  await expect(tab).toHaveText('Backpropagation');
  await sheet.goTo('D14');
  expect(await sheet.formulaText()).toBe('=D11-D13*D12');
  // Not only zeros, and the reader chooses another weight of the same kernel.
  const numberIn = async (address: string) => {
    await sheet.goTo(address);
    await expect.poll(() => sheet.number()).toBeDefined();
    return (await sheet.number())!;
  };
  const [first, row] = [await numberIn('D12'), await numberIn('D9')];
  expect(first).not.toBe(0);
  await sheet.typeIntoCell('D9', row === 1 ? '2' : '1');
  await sheet.goTo('D12');
  await expect.poll(() => sheet.number()).not.toBe(first);
  await sheet.goTo('D14');
  await sheet.screenshot('explain-14-backpropagation');
  // The step needs its number.
  await sheet.valueOf('D13');
  await sheet.menu('Explain', 'Take This Step');
  await expect(page.getByText('has taken the step. Undo takes it back.')).toBeVisible();

  // The digits are compared with templates, too: a key shows another one of that class.
  await sheet.menu('Explain', 'Compare with Templates');
  const stage = page.getByRole('region', { name: 'Compare with Templates' });
  await page.keyboard.press('4');
  await expect(sheet.statusBar).toContainText('Actual 4');
  await expect(stage.getByRole('radio', { name: /^4: score / }).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(stage).toBeHidden();
});

/** What a sum of SUMPRODUCTs of numbers, and of a bias, comes to. */
function calculated(text: string): number {
  const products = /SUMPRODUCT\(\{([^}]*)\},\{([^}]*)\}\)/g;
  const numbers = (list: string) => (list.match(/-?[\d.]+(?:E[+-]\d+)?/g) ?? []).map(Number);
  const sums = [...text.matchAll(products)].map(([, left, right]) => {
    const weights = numbers(right);
    return numbers(left).reduce((sum, each, i) => sum + each * weights[i], 0);
  });
  return [...sums, ...numbers(text.replaceAll(products, ''))].reduce((sum, each) => sum + each, 0);
}
