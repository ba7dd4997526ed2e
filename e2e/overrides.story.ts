import { expect, test } from './app.ts';
import { axeFaults } from './axe.ts';

test('a formula over a computed cell is an override: marked, listed, brought back by a key', async ({ sheet }) => {
  const { page, formulaBar } = sheet;
  const chip = page.locator('.formulabar .chip');
  const count = sheet.statusBar.getByRole('button', { name: /override/ });
  await sheet.selectCell('AT9');
  const derived = await formulaBar.inputValue();
  await expect(count).toBeHidden();
  await page.keyboard.type('=AT10*2');
  await page.keyboard.press('Enter');
  await sheet.selectCell('AT9');
  await expect(formulaBar).toHaveValue('=AT10*2');
  await expect(chip).toHaveText('override');
  await expect(count).toHaveText('1 override');

  await sheet.selectCell('AT11');
  await page.keyboard.type('=1/0');
  await page.keyboard.press('Enter');
  await sheet.selectCell('AD13');
  await page.keyboard.type('=-AD11');
  await page.keyboard.press('Enter');
  await sheet.selectCell('AD13');
  await expect(chip).toHaveText('tied');
  await expect(count).toHaveText('3 overrides');
  expect(await count.evaluate(button => button.scrollWidth - button.clientWidth), 'text runs out').toBeLessThanOrEqual(
    0,
  );

  await page.keyboard.press('Control+Shift+O');
  const panel = page.getByRole('region', { name: 'Overrides' });
  await expect(panel.getByRole('listitem')).toHaveCount(3);
  await expect(panel.getByText('1 error')).toBeVisible();
  await expect(panel).toContainText('something is divided by 0');
  expect(await axeFaults(page)).toEqual([]);
  await page.screenshot({ path: test.info().outputPath('overrides.png') });

  // While Compare is held, later layers show what they would be without the override.
  await sheet.typeIntoCell('AT9', '50');
  await sheet.selectCell('CT12');
  const compare = panel.getByRole('button', { name: 'Compare' });
  await compare.hover();
  const clip = (await page.locator('.sheet-host').boundingBox())!;
  const now = await page.screenshot({ clip });
  await page.mouse.down();
  await expect(async () => expect((await page.screenshot({ clip })).equals(now)).toBe(false)).toPass();
  await page.screenshot({ path: test.info().outputPath('compare.png') });
  await page.mouse.up();
  await expect(async () => expect((await page.screenshot({ clip })).equals(now)).toBe(true)).toPass();

  await panel.getByRole('button', { name: 'Go to AT9' }).click();
  await page.keyboard.press('Control+Shift+Backspace');
  await expect(formulaBar).toHaveValue(derived);
  await expect(count).toHaveText('2 overrides');
  await panel.getByRole('button', { name: 'Remove all' }).click();
  await expect(panel).toContainText('is listed here');
  await page.keyboard.press('Control+z');
  await expect(count).toHaveText('2 overrides');

  // A bias that reads what is computed with it needs itself. The card lists the loop, and goes to its cells.
  await sheet.typeIntoCell('AD15', '=SUM(AH3:AH4)');
  await sheet.selectCell('AD15');
  await expect.poll(() => sheet.spoken()).toContain('AD15 needs itself: it reads AH3:AH4');
  await page.getByRole('group', { name: 'Formula bar' }).getByRole('button', { name: 'Show the loop' }).click();
  const card = page.getByRole('dialog', { name: 'AD15 needs itself' });
  await expect(card.getByRole('listitem')).toHaveText([/^AD15/, /^AH3/, 'AD15']);
  await expect(card.getByRole('button', { name: /^AD15/ })).toBeFocused();
  await expect(page.locator('.sheet-outlines .loop')).toHaveCount(2);
  await sheet.screenshot('loop');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(sheet.nameBox).toHaveValue('AH3');
  await page.emulateMedia({ colorScheme: 'dark' });
  await sheet.drawn();
  await sheet.screenshot('loop-dark');
  await page.keyboard.press('Escape');
  await expect(card).toBeHidden();
  await sheet.undo();
  await expect(count).toHaveText('2 overrides');
});
