import { expect, test } from './app.ts';
import type { SheetPage } from './sheet-page.ts';

test.beforeEach(async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
});

const clipboard = (sheet: SheetPage) => sheet.page.evaluate(() => navigator.clipboard.readText());
const putOnClipboard = (sheet: SheetPage, text: string) =>
  sheet.page.evaluate(text => navigator.clipboard.writeText(text), text);

test('numbers are copied, pasted, deleted and filled here and elsewhere, each in one step of undo (habit 20)', async ({
  sheet,
}) => {
  const { keyboard, mouse } = sheet.page;
  // A copied range is text with its values in full, and pastes into another kernel as one step.
  await sheet.goTo('AD11:AF13');
  await keyboard.press('Control+c');
  await expect.poll(() => clipboard(sheet)).toBe('1\t1\t1\n0\t0\t0\n-1\t-1\t-1');
  await sheet.selectCell('AD40');
  await keyboard.press('Control+v');
  await sheet.expectValue('AF40', 1);
  await sheet.expectValue('AD42', -1);
  await sheet.undo();
  await sheet.expectValue('AF40', -1);
  await sheet.expectValue('AD42', 1);

  // Computed cells copy their values, labels their texts.
  const probability = await sheet.valueOf('GE11');
  await sheet.goTo('GE3:GE11');
  await keyboard.press('Control+c');
  await expect.poll(() => clipboard(sheet)).toMatch(new RegExp(`^softmax\\n.*\\n${probability}$`, 's'));

  // What was copied elsewhere is pasted as numbers; over computed cells they are overrides.
  await putOnClipboard(sheet, '0.5\t-1\r\n2e-3\t4\r\n');
  await sheet.selectCell('AD11');
  await keyboard.press('Control+v');
  await sheet.expectValue('AD11', 0.5);
  await sheet.expectValue('AE11', -1);
  await sheet.expectValue('AD12', 0.002);
  await sheet.expectValue('AE12', 4);

  await sheet.selectCell('BQ11');
  await keyboard.press('Control+v');
  await sheet.expectValue('BQ11', 0.5);
  await sheet.expectValue('BR12', 4);
  await sheet.undo();
  await expect(sheet.formulaBar).toHaveValue('=MAX(0,AP11)');
  await sheet.selectCell('AF13');
  await keyboard.press('Control+v');
  await sheet.expectValue('AG14', 4);
  await sheet.undo();
  await sheet.expectValue('AF13', -1);
  await sheet.undo();
  await sheet.expectValue('AD12', 0);

  // Delete makes parameters 0, a fill copies them.
  await sheet.goTo('AD11:AF13');
  await keyboard.press('Delete');
  await sheet.expectValue('AF13', 0);
  await sheet.expectValue('AD11', 0);
  await sheet.undo();
  await sheet.expectValue('AF13', -1);
  await sheet.expectValue('AD11', 1);

  const { x, y, width, height } = await sheet.box('AD11:AF11');
  await mouse.move(x + width - 1, y + height - 1);
  await mouse.down();
  await mouse.move(x + width - 8, y + height * 2.5, { steps: 4 });
  await mouse.up();
  await sheet.expectValue('AF13', 1);
  await sheet.expectValue('AD12', 1);
  await sheet.undo();
  await sheet.expectValue('AF13', -1);

  await sheet.goTo('AD11:AE12');
  await sheet.menu('Edit', 'Fill with a number…');
  await sheet.dialog.getByLabel('Number for every selected cell').fill('0.75');
  await sheet.dialog.getByRole('button', { name: 'Fill' }).click();
  await sheet.expectValue('AE12', 0.75);
  await sheet.expectValue('AF11', 1);
});

test.describe('on a large sheet', () => {
  test.use({ target: 'lenet' });

  test('select all, then copy, cut or delete, and the sheet answers on', async ({ sheet }) => {
    const { keyboard } = sheet.page;
    await sheet.goTo('conv1/kernel');
    const kernel = await sheet.activeCell();
    await keyboard.press('Control+a');
    await keyboard.press('Control+c');
    await expect.poll(async () => (await clipboard(sheet)).split('\n').length).toBeGreaterThan(200);
    for (const keys of ['Control+x', 'Delete']) {
      await sheet.selectCell(kernel);
      await keyboard.press('Control+a');
      await keyboard.press('Control+a');
      await keyboard.press(keys);
      await expect(sheet.notice, keys).toContainText('is computed');
    }
    await sheet.typeIntoCell(kernel, '0.5');
    await sheet.expectValue(kernel, 0.5);
  });
});
