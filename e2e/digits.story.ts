import { expect, test } from './app.ts';
import type { SheetPage } from './sheet-page.ts';

test('test digits are walked through: next, previous, at random, of one class, chosen from the pictures', async ({
  sheet,
}) => {
  const { page } = sheet;
  await expectDigit(sheet, '7');
  await page.getByRole('button', { name: 'Next digit' }).click();
  await expectDigit(sheet, '2');
  await page.keyboard.press('Alt+ArrowRight');
  await expectDigit(sheet, '1');
  await page.getByRole('button', { name: 'Previous digit' }).click();
  await expectDigit(sheet, '2');
  const before = await sheet.pixelsOf('A2:AB29');
  await page.getByRole('button', { name: 'Random digit' }).click();
  await expect.poll(async () => (await sheet.pixelsOf('A2:AB29')).equals(before)).toBe(false);

  // What is only looked at is no change (habit 38).
  await expect(page.getByText('Unchanged', { exact: true })).toBeVisible();
  // Browsing is one step of undo, back to where it began.
  await sheet.undo();
  await expectDigit(sheet, '7');

  const digits = page.getByRole('listbox', { name: 'Digits' });
  await expect(page.getByText('10,000 digits')).toBeVisible();
  await page.getByRole('combobox', { name: 'Browse one class' }).selectOption('4');
  await expect(page.getByText('982 digits')).toBeVisible();
  await expect(digits.getByRole('option').first()).toHaveAccessibleName(/^4/);
  await page.getByRole('button', { name: 'Next digit' }).click();
  await expectDigit(sheet, '4');
  await expect(digits.getByRole('option').nth(0)).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('button', { name: 'Next digit' }).click();
  await expect(digits.getByRole('option').nth(1)).toHaveAttribute('aria-selected', 'true');
  await expectDigit(sheet, '4');
  await digits.getByRole('option').nth(9).click();
  await expect(digits.getByRole('option').nth(9)).toHaveAttribute('aria-selected', 'true');
  await expectDigit(sheet, '4');
  await sheet.screenshot('digits-1-fours');
});

test('the wrong ones only: as many as are measured, looked for anew where a parameter was changed', async ({
  sheet,
}) => {
  const { page } = sheet;
  const update = page.getByRole('button', { name: 'Network changed: update' });
  const digits = page.getByRole('listbox', { name: 'Digits' });
  await page.getByRole('button', { name: 'Wrong' }).click();
  // 9,724 of the 10,000 are right.
  await expect(page.getByText('276 digits')).toBeVisible({ timeout: 60_000 });
  await expect(digits.getByRole('option').first()).toHaveAccessibleName(/^\d, taken for \d$/);
  const [, actual, predicted] = /^(\d), taken for (\d)$/.exec(
    (await digits.getByRole('option').first().getAttribute('aria-label'))!,
  )!;
  expect(predicted).not.toBe(actual);
  await digits.getByRole('option').first().click();
  await expect(digits.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  await expectDigit(sheet, actual);
  await sheet.expectPredicted(predicted);
  await sheet.screenshot('digits-2-wrong');

  await sheet.typeIntoCell('A9', '0.5');
  await sheet.typeIntoCell('B9', '0.5');
  await sheet.expectValue('B9', 0.5);
  await expect(update).toBeHidden();

  // It also works while the input shows something else, here a drawing.
  await page.getByRole('button', { name: 'Draw' }).first().click();
  const { x, y } = await sheet.box('A2:AB29');
  await page.mouse.move(x + 60, y + 60);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 200, { steps: 4 });
  await page.mouse.up();
  await expect(sheet.statusBar).toContainText('Actual unknown');
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(update).toBeHidden();
  await sheet.typeIntoCell('AD11', '2');
  await expect(update).toBeVisible();
});

async function expectDigit(sheet: SheetPage, name: string): Promise<void> {
  await expect(sheet.statusBar).toContainText(`Actual ${name}`);
}
