import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';

test.use({ target: 'letters' });

/** Strokes of a T, in parts of the pad. */
const DRAWN = [
  [
    [0.25, 0.25],
    [0.75, 0.25],
  ],
  [
    [0.5, 0.25],
    [0.5, 0.8],
  ],
];

test('letters are compared with templates: trained ones and means, played, another letter, a drawn one', async ({
  sheet,
}) => {
  const { page } = sheet;
  const stage = page.getByRole('region', { name: 'Compare with Templates' });
  const total = stage.locator('.stage-bars .total dd');
  await sheet.menu('Explain', 'Compare with Templates');
  await expect(stage).toBeFocused();
  // Test letter 0 is an A.
  const tile = (set: string, name: string) =>
    stage.getByRole('radiogroup', { name: set }).getByRole('radio', { name: new RegExp(`^${name}: `) });
  const own = 'The network’s templates';
  await expect(tile(own, 'A')).toHaveAttribute('aria-checked', 'true');
  await expect(stage).toContainText(/^.*A leads with [\d.]+; \w follows with/s);
  const score = await total.textContent();
  const parts = await stage.locator('.stage-bars div:not(.total) dd').allTextContents();
  const numberOf = (text: string) => Number(text.replace('−', '-'));
  expect(parts).toHaveLength(9);
  expect(parts.reduce((sum, each) => sum + numberOf(each), 0)).toBeCloseTo(numberOf(score!), 1);
  // Arrows choose the template of another letter.
  await tile(own, 'A').focus();
  await page.keyboard.press('ArrowRight');
  await expect(tile(own, 'B')).toBeFocused();
  await expect(stage.getByRole('heading', { name: 'Score of class B' })).toBeVisible();

  // The means of each class: nobody trained them, and fewer letters are right with them.
  await stage.getByRole('button', { name: 'Class means', exact: true }).click();
  await expect(stage).toContainText('98.78 % of 3,120 test images right', { timeout: 120_000 });
  await expect(stage).toContainText('91.25 % of 3,120 test images right');
  await expect(stage).toContainText('Both say A');
  await tile('Class means', 'A').click();
  await sheet.screenshot('letters-1-compared');
  const averaged = await total.textContent();
  expect(averaged).not.toBe(score);
  await expect(sheet.statusBar).toContainText('Predicted A');

  // Another letter, and one that is drawn.
  await page.keyboard.press('k');
  await expect(sheet.statusBar).toContainText('Actual K');
  await expect(total).not.toHaveText(averaged!);
  await stage.getByRole('button', { name: 'Draw' }).click();
  const pad = (await page.locator('.pad').boundingBox())!;
  const at = ([x, y]: number[]) => [pad.x + x * pad.width, pad.y + y * pad.height] as const;
  for (const [from, to] of DRAWN) {
    await page.mouse.move(...at(from));
    await page.mouse.down();
    await page.mouse.move(...at(to), { steps: 5 });
    await page.mouse.up();
  }
  await expect(stage).toContainText('T leads with');
  await expect(stage).toContainText('Both say T');
  await sheet.screenshot('letters-2-drawn');

  // It plays cell by cell, and an edit shows at once.
  await stage.getByRole('button', { name: 'Play cell by cell' }).click();
  const bar = page.getByRole('region', { name: 'Scan' });
  await page.keyboard.press('Space');
  await page.keyboard.press('Home');
  await page.keyboard.press('PageDown');
  await expect(bar.locator('output')).toHaveText('relu1 · cell 1 of 2,704');
  const time = bar.getByRole('slider', { name: 'Place in the scan' });
  await time.fill('30');
  await expect(stage).toContainText(/conv2 · map \d/);
  await expect(stage.locator('.stage-now .number-grid').first()).toBeVisible();
  await expect(stage).toContainText('0 of 200 numbers to compare are known so far.');
  await sheet.screenshot('letters-3-scan');
  await time.fill('44');
  await expect(stage).toContainText(/\d+ of 200 numbers to compare are known so far/);
  await expect(stage).toContainText(/leads? with/);
  const before = await stage.locator('.stage-caption').textContent();
  await page.keyboard.press('Control+z');
  await expect(stage.locator('.stage-caption')).not.toHaveText(before!);
  await page.emulateMedia({ colorScheme: 'dark' });
  await sheet.screenshot('letters-4-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await expect(stage).toBeFocused();
  expect(await seriousFaults(page)).toEqual([]);

  // Back in the sheet, the score is that of its cell.
  await stage.getByRole('button', { name: own, exact: true }).click();
  await tile(own, 'C').click();
  const shown = await total.textContent();
  await stage.getByRole('button', { name: 'map 1', exact: false }).first().click();
  await expect(stage).toBeHidden();
  await sheet.goTo('templates/output[2]');
  const value = await sheet.valueOf(await sheet.activeCell());
  expect(value.toFixed(2).replace('-', '−')).toBe(shown);
});
