import { expect, test } from './app.ts';

test('a free cell takes texts and formulas, and its value follows the network', async ({ sheet }) => {
  const { page } = sheet;
  await sheet.typeIntoCell('C34', 'Twice a pixel, which runs over its neighbours');
  await sheet.typeIntoCell('C35', '=M11*2+0.5');
  await sheet.selectCell('C34');
  await expect.poll(() => sheet.spoken()).toBe('Twice a pixel, which runs over its neighbours');
  await sheet.selectCell('C35');
  await expect(sheet.formulaBar).toHaveValue('=M11*2+0.5');
  const before = await sheet.valueOf('M11');
  await sheet.expectValue('C35', before * 2 + 0.5);
  await sheet.typeIntoCell('M11', '0.25');
  await sheet.expectValue('C35', 1);
  await sheet.typeIntoCell('C36', '=1/0');
  await sheet.selectCell('C36');
  await expect.poll(() => sheet.spoken()).toContain('#DIV/0!');
  await expect.poll(() => sheet.spoken()).toContain('something is divided by 0');
  await sheet.typeIntoCell('C37', '=C36+1');
  await sheet.selectCell('C37');
  await expect.poll(() => sheet.spoken()).toContain('C37 shows #DIV/0!, because C36 does.');
  await page.keyboard.press('Control+z');
  await sheet.selectCell('B33');
  await sheet.screenshot('free-cells');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await sheet.expectValue('C35', before * 2 + 0.5);
});

test('an own sheet is added, named, filled, used by formulas, duplicated, deleted, and all of it undone', async ({
  sheet,
}) => {
  const { page } = sheet;
  const tabs = page.getByRole('tab');
  await page.getByRole('button', { name: 'New sheet' }).click();
  await expect(tabs).toHaveText(['Network', 'Sheet 1']);
  await tabs.nth(1).dblclick();
  await page.getByRole('textbox', { name: 'Name' }).fill('My notes');
  await page.keyboard.press('Enter');
  await expect(tabs).toHaveText(['Network', 'My notes']);
  await sheet.typeIntoCell('B2', 'What the network says');
  await sheet.typeIntoCell('B3', '=Network!M11*2');
  await sheet.typeIntoCell('B4', '=IF(B3>100,"large","small")');
  await sheet.typeIntoCell('B5', '0.123456789012345');
  await sheet.typeIntoCell('B6', '50%');
  await sheet.typeIntoCell('B7', 'true');
  await sheet.selectCell('B4');
  await expect.poll(() => sheet.spoken()).toBe('small');
  await sheet.screenshot('own-sheet');
  await page.emulateMedia({ colorScheme: 'dark' });
  await sheet.drawn();
  await sheet.screenshot('own-sheet-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  // While a formula is typed, another tab is a place to point at. Enter comes back.
  const box = await sheet.box('B2');
  await sheet.selectCell('B9');
  await page.keyboard.type('=2*');
  await tabs.nth(0).click();
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Network');
  await expect(sheet.formulaBar).toBeFocused();
  await page.mouse.click(box.x + 200, box.y + 200);
  await expect(sheet.formulaBar).toHaveValue(/^=2\*Network![A-Z]+\d+$/);
  await page.keyboard.press('Shift+ArrowDown');
  await expect(sheet.formulaBar).toHaveValue(/^=2\*Network![A-Z]+\d+:[A-Z]+\d+$/);
  await page.keyboard.press('Control+PageDown');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('My notes');
  await page.mouse.click(box.x + box.width / 2, box.y + 2.5 * box.height);
  await expect(sheet.formulaBar).toHaveValue('=2*B4');
  await page.keyboard.press('Control+PageUp');
  await page.mouse.click(box.x + 200, box.y + 200);
  await sheet.screenshot('formula-across-sheets');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('My notes');
  await expect(sheet.nameBox).toHaveValue('B10');
  await sheet.selectCell('B9');
  await expect(sheet.formulaBar).toHaveValue(/^=2\*Network![A-Z]+\d+$/);
  await page.keyboard.press('Delete');
  await sheet.selectCell('B4');

  await sheet.menu('Sheet', 'Insert rows above');
  await sheet.selectCell('B5');
  await expect(sheet.formulaBar).toHaveValue('=IF(B3>100,"large","small")');
  await page.keyboard.press('Delete');
  await expect.poll(() => sheet.spoken()).toBe('');
  await page.keyboard.press('Control+z');
  await expect.poll(() => sheet.spoken()).toBe('small');
  await sheet.menu('Sheet', 'Duplicate');
  await expect(tabs).toHaveText(['Network', 'My notes', 'My notes (2)']);
  await sheet.menu('Sheet', 'Delete sheet');
  await expect(tabs).toHaveText(['Network', 'My notes']);
  await page.keyboard.press('Control+z');
  await expect(tabs).toHaveText(['Network', 'My notes', 'My notes (2)']);
  await page.keyboard.press('Control+PageUp');
  await page.keyboard.press('Control+PageUp');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Network');

  // Everything is found, on any sheet; what is typed is replaced as one step.
  await sheet.typeIntoCell('AT9', '=AT10*2');
  await page.keyboard.press('Control+f');
  const panel = page.getByRole('region', { name: 'Find and replace' });
  await expect(panel.getByRole('textbox', { name: 'Find' })).toBeFocused();
  await page.keyboard.type('m11');
  await expect(panel.getByRole('status')).toHaveText(/“m11” is nowhere|cells?$/);
  await panel.getByRole('combobox', { name: 'In' }).selectOption('formulas');
  await panel.getByRole('textbox', { name: 'Find' }).fill('network!m11');
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('status')).toHaveText('1 of 2 cells');
  await expect(panel.getByRole('listitem')).toHaveText([
    "'My notes'!B3=Network!M11*2",
    "'My notes (2)'!B3=Network!M11*2",
  ]);
  await expect(page.getByRole('tab', { selected: true })).toHaveText('My notes');
  await expect(sheet.nameBox).toHaveValue('B3');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('My notes (2)');
  await sheet.screenshot('find');
  await page.keyboard.press('Control+h');
  await expect(panel.getByRole('textbox', { name: 'Replace with' })).toBeFocused();
  await page.keyboard.type('Network!AD11');
  await panel.getByRole('button', { name: 'Replace all' }).click();
  await expect(panel.getByRole('status')).toHaveText('2 cells replaced. Undo takes that back.');
  await expect(sheet.formulaBar).toHaveValue('=Network!AD11*2');
  await sheet.menu('Edit', 'Undo Replace “network!m11” with “Network!AD11”');
  await expect(sheet.formulaBar).toHaveValue('=Network!M11*2');
  // What the network computes stays, and the panel says why.
  await panel.getByRole('textbox', { name: 'Find' }).fill('EXP(');
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('status')).toHaveText('1 of 10 cells');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Network');
  await panel.getByRole('button', { name: 'Replace all' }).click();
  await expect(panel.getByRole('status')).toContainText('10 computed cells stay');
  await page.emulateMedia({ colorScheme: 'dark' });
  await sheet.screenshot('find-dark');
  await panel.getByRole('textbox', { name: 'Find' }).press('Escape');
  await expect(panel).toBeHidden();
});

test('formats, widths, comments, lines and formulas of an own sheet', async ({ sheet }) => {
  const { page } = sheet;
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press('Shift+F11');
  await expect(page.getByRole('tab')).toHaveCount(2);
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Sheet 1');
  await sheet.typeIntoCell('B2', 'Filter');
  await sheet.typeIntoCell('C2', 'Share');
  await sheet.typeIntoCell('B3', 'How much the upper edges of the picture answer to this filter');
  await sheet.typeIntoCell('C3', '0.1234');
  await sheet.typeIntoCell('B4', 'short');
  await sheet.typeIntoCell('C4', '=C3*1e4');
  await sheet.typeIntoCell('C5', '1234567.891');

  // Bold for a whole selection, as one step.
  await sheet.goTo('B2:C2');
  await press('Control+b');
  await sheet.goTo('C3');
  await press('Control+Shift+5');
  await sheet.menu('Format', 'More decimals');
  await sheet.goTo('C4:C5');
  await press('Control+Shift+1');
  await sheet.goTo('B3');
  await sheet.menu('Format', 'Wrap text');
  const raised = await sheet.box('B3');
  const plain = await sheet.box('B4');
  expect(raised.height).toBeGreaterThan(3 * plain.height);
  expect(plain.y).toBeCloseTo(raised.y + raised.height, 0);
  await sheet.screenshot('formats');
  await press('Control+1');
  await expect(sheet.dialog).toBeVisible();
  await sheet.screenshot('format-dialog');
  await press('Escape');
});
