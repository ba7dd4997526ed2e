import { expect, test } from './app.ts';
import { calcCell } from './shell.ts';

const calm = 'The calculation stopped and was restarted. Nothing was lost.';

test('the engine is killed again and again while somebody types: one calm line, and nothing is lost', async ({
  app,
  sheet,
}) => {
  const { keyboard } = sheet.page;
  const killed = new Set<number>();
  // The nine cells of a kernel, row by row. The engine is killed in the middle of every third number.
  const typed = ['1.5', '-2.25', '3', '0.125', '-4', '5.5', '6', '-7.75', '8'];
  const cells = ['AD11', 'AE11', 'AF11', 'AD12', 'AE12', 'AF12', 'AD13', 'AE13', 'AF13'];
  for (const [i, number] of typed.entries()) {
    await sheet.selectCell(cells[i]);
    await keyboard.type(number[0]);
    if (i % 3 === 1) {
      killed.add(app.shell.enginePid()!);
      app.killEngine();
    }
    await keyboard.type(number.slice(1));
    await keyboard.press('Enter');
    if (i % 3 !== 1) continue;
    await sheet.expectValue(cells[i], Number(number));
    await expect(sheet.notice).toHaveText(calm);
  }
  expect(killed.size).toBe(3);
  await sheet.screenshot('kill-the-engine');
  for (const [i, number] of typed.entries()) await sheet.expectValue(cells[i], Number(number));
  for (const [i] of typed.entries()) {
    await sheet.undo();
    await sheet.expectValue(cells.at(-1 - i)!, [1, 1, 1, 0, 0, 0, -1, -1, -1].at(-1 - i)!);
  }
  await expect(sheet.page.getByText('Unchanged', { exact: true })).toBeVisible();
});

test('an edit sent just before the engine dies is carried out by the next one', async ({ app, sheet }) => {
  await sheet.typeIntoCell('AD11', '3');
  app.killEngine();
  await sheet.expectValue('AD11', 3);
  await expect(sheet.notice).toHaveText(calm);
  await sheet.expectValue('GE11', await calcCell('lesson3', 'GE11', '--set', 'AD11=3'));
});
