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
  const layer = page.getByRole('navigation', { name: 'Layers' }).locator('[aria-current]');
  await expect(layer).toHaveCount(0);
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
  await expect.poll(() => sheet.spoken()).toBe('small, formula =IF(B3>100,"large","small")');
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
  await expect.poll(() => sheet.spoken()).toBe('small, formula =IF(B3>100,"large","small")');
  await sheet.menu('Sheet', 'Duplicate');
  await expect(tabs).toHaveText(['Network', 'My notes', 'My notes (2)']);
  await sheet.menu('Sheet', 'Delete sheet');
  await expect(tabs).toHaveText(['Network', 'My notes']);
  await page.keyboard.press('Control+z');
  await expect(tabs).toHaveText(['Network', 'My notes', 'My notes (2)']);
  await page.keyboard.press('Control+PageUp');
  await page.keyboard.press('Control+PageUp');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Network');
  await expect(layer).toHaveCount(1);

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
  await sheet.typeIntoCell('C4', '=C3*10000');
  await sheet.typeIntoCell('C5', '1234567.891');

  // Bold for a whole selection, as one step.
  await sheet.goTo('B2:C2');
  await press('Control+b');
  // F4 does it again elsewhere.
  await sheet.goTo('E2');
  await press('F4');
  await expect(page.getByRole('button', { name: 'Undo Format E2' })).toBeVisible();
  await sheet.menu('Edit', 'Undo Format E2');
  // A key that follows before an edit is answered loses nothing of it.
  await sheet.typeIntoCell('E5', '=C3');
  await sheet.goTo('E5:E7');
  await page.evaluate(() => {
    const keys = [
      { key: 'd', code: 'KeyD', shiftKey: false },
      { key: '%', code: 'Digit5', shiftKey: true },
    ];
    for (const each of keys) {
      const event = new KeyboardEvent('keydown', { ...each, ctrlKey: true, bubbles: true, cancelable: true });
      document.activeElement!.dispatchEvent(event);
    }
  });
  await expect(page.getByRole('button', { name: /^Undo (Fill|Format) E5:E7/ })).toBeVisible();
  for (const [cell, formula] of [
    ['E6', '=C4'],
    ['E7', '=C5'],
  ])
    await expect(async () => {
      await sheet.goTo(cell);
      await expect(sheet.formulaBar).toHaveValue(formula, { timeout: 1000 });
    }).toPass();
  await press('Control+z', 'Control+z', 'Control+z');
  await expect(page.getByRole('button', { name: 'Undo Format B2:C2' })).toBeVisible();
  // What is typed right after a format, before the format is answered, gets it.
  await sheet.selectCell('E9');
  await page.evaluate(() => {
    const press = (key: string, init: object = {}) =>
      document.activeElement!.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }),
      );
    press('%', { code: 'Digit5', ctrlKey: true, shiftKey: true });
    press('8');
    document.execCommand('insertText', false, '8');
    press('Enter');
  });
  await sheet.selectCell('E9');
  await expect(sheet.formulaBar).toHaveValue('800%');
  await press('Control+z', 'Control+z');
  await expect(page.getByRole('button', { name: 'Undo Format B2:C2' })).toBeVisible();
  await sheet.goTo('C3');
  await press('Control+Shift+5');
  await sheet.menu('Format', 'More decimals');
  await sheet.goTo('C4:C5');
  await press('Control+Shift+1');
  // In a narrow column a number loses decimals, then shows ##, and never touches its neighbour; a text may (habit 32).
  const narrow = async (width: number) => {
    const before = (await sheet.box('H2')).width;
    await sheet.goTo('H2');
    await sheet.menu('Format', 'Column width…');
    await page.keyboard.type(String(width));
    await press('Enter');
    await expect.poll(async () => (await sheet.box('H2')).width).toBeLessThan(before);
  };
  const pixels = async (cell: string) => {
    const clip = await sheet.box(cell);
    await sheet.goTo('J9');
    await sheet.drawn();
    return (await page.screenshot({ clip })).toString('base64');
  };
  await sheet.typeIntoCell('H2', '0.123456789');
  await sheet.typeIntoCell('H3', '0.12');
  await sheet.typeIntoCell('H4', '123456');
  await sheet.typeIntoCell('H5', '987654');
  await sheet.typeIntoCell('H6', 'a text that runs on');
  await sheet.goTo('H4:H5');
  await press('Control+Shift+1');
  const blank = await pixels('I7');
  expect(await pixels('H4')).not.toBe(await pixels('H5'));
  await narrow(32);
  await expect.poll(() => pixels('H2')).toBe(await pixels('H3'));
  await narrow(20);
  expect(await pixels('H4')).toBe(await pixels('H5'));
  for (const row of [2, 3, 4, 5]) expect(await pixels(`I${row}`), `I${row}`).toBe(blank);
  expect(await pixels('I6')).not.toBe(blank);
  await sheet.screenshot('narrow-numbers');
  await sheet.goTo('J9');
  for (let steps = 0; steps < 8; steps++) await press('Control+z');
  await expect(page.getByRole('button', { name: 'Undo Format C4:C5' })).toBeVisible();
  await sheet.goTo('B3');
  await sheet.menu('Format', 'Wrap text');
  const raised = await sheet.box('B3');
  const plain = await sheet.box('B4');
  expect(raised.height).toBeGreaterThan(3 * plain.height);
  expect(plain.y).toBeCloseTo(raised.y + raised.height, 0);
  await sheet.screenshot('formats');
  await press('Control+1');
  await expect(sheet.dialog).toBeVisible();
  await page.getByLabel('Alignment').selectOption({ label: 'Centre' });
  await page.getByLabel('Bold').check();
  await press('Enter');
  await expect(sheet.dialog).toBeHidden();
  await press('Control+z');

  // Borders of columns drag, fit by a double click, and take a number.
  const middle = { y: (await sheet.box('B2')).y - 36 };
  const border = async (cell: string) => {
    const { x, width } = await sheet.box(cell);
    return { x: x + width, y: middle.y };
  };
  const widthOf = async (cell: string) => (await sheet.box(cell)).width;
  const from = await border('C2');
  await page.mouse.move(from.x, from.y);
  await expect(page.locator('.sheet-scroller')).toHaveAttribute('data-over', 'border');
  await page.mouse.down();
  await page.mouse.move(from.x + 56, from.y, { steps: 3 });
  await page.mouse.up();
  await expect.poll(() => widthOf('C2')).toBe(120);
  const dragged = await border('C2');
  await page.mouse.dblclick(dragged.x, dragged.y);
  await expect.poll(() => widthOf('C2')).toBeLessThan(80);
  await sheet.goTo('B3');
  await sheet.menu('Format', 'Column width…');
  await page.keyboard.type('200');
  await press('Enter');
  await expect.poll(() => widthOf('B3')).toBe(160);
  expect((await sheet.box('B3')).height).toBeLessThan(raised.height);

  // The status bar adds up numbers of any cells, and several areas.
  const figures = sheet.statusBar.getByRole('group', { name: 'The selected numbers' });
  await sheet.goTo('B2:C4');
  await expect(figures).toContainText('Sum 1234.12');
  await expect(figures).toContainText('Count 2');

  // Formulas in all cells, with columns that have room for them.
  await sheet.goTo('C4');
  await press('Control+`');
  await sheet.screenshot('formulas-shown');
  await press('Control+PageUp');
  await sheet.goTo('AH11');
  await sheet.drawn();
  await sheet.screenshot('formulas-shown-network');
  await press('Control+`', 'Control+PageDown');

  // Comments: on a cell here and on one of the network.
  await sheet.goTo('C3');
  await press('Shift+F2');
  await page.keyboard.type('Measured by hand');
  await press('Control+Enter');
  await expect.poll(() => sheet.spoken()).toBe('12.3%, comment: Measured by hand');
  await press('Control+PageUp');
  await sheet.goTo('AH11');
  await press('Shift+F2');
  await page.keyboard.type('The first sum of the map');
  await press('Escape');
  await sheet.menu('Edit', 'Next comment');
  await expect(sheet.nameBox).toHaveValue('C3');
  await expect(page.locator('.comment-card')).toHaveText('Measured by hand');
  await sheet.screenshot('comment-card');
  await sheet.menu('Edit', 'Next comment');
  await expect(sheet.nameBox).toHaveValue('AH11');
  await sheet.drawn();
  await sheet.screenshot('comment-on-network');
  // The panel lists the comments of all sheets, goes to them and removes them.
  await press('Control+Shift+o');
  const panel = page.getByRole('region', { name: 'Overrides and comments' });
  await expect(panel.getByRole('listitem')).toHaveText([
    /^AH11 conv1.*The first sum of the map/,
    /^'Sheet 1'!C3 Measured by hand/,
  ]);
  await panel.getByRole('button', { name: "Go to the comment on 'Sheet 1'!C3" }).click();
  await expect(sheet.nameBox).toHaveValue('C3');
  await expect(page.locator('.comment-card')).toHaveText('Measured by hand');
  await sheet.screenshot('comments-listed');
  await panel.getByRole('button', { name: "Remove the comment on 'Sheet 1'!C3" }).click();
  await expect(panel.getByRole('listitem')).toHaveCount(1);
  await sheet.undo();
  await expect(panel.getByRole('listitem')).toHaveCount(2);
  await press('Control+Shift+o');
  await sheet.menu('Edit', 'Next comment');
  await expect(sheet.nameBox).toHaveValue('AH11');
  await sheet.menu('Edit', 'Delete comment');
  await expect(page.locator('.comment-card')).toBeHidden();

  // Network cells keep their looks.
  await press('Control+b');
  await expect(sheet.notice).toContainText('AH11 belongs to the network');
  await press('Control+PageDown');

  // Whole rows are inserted and deleted by the keys of Excel; references follow.
  await sheet.goTo('A3');
  await press('Shift+Space', 'Control+=');
  await sheet.goTo('C5');
  await expect(sheet.formulaBar).toHaveValue('=C4*10000');
  await sheet.goTo('A3');
  await press('Control+-');
  await sheet.dialog.getByRole('button', { name: 'Whole rows' }).click();
  await sheet.goTo('C4');
  await expect(sheet.formulaBar).toHaveValue('=C3*10000');
  // Ctrl+A selects the region, then the sheet; Ctrl+End goes to its last cell.
  await press('Control+a');
  await expect(page.locator('.sheet-outlines > .selection')).toHaveAttribute('data-range', 'B2:C5');
  await press('Control+End');
  await expect(sheet.nameBox).toHaveValue('C5');

  // Tabs by keys: renamed, moved and coloured.
  await page.getByRole('tab', { name: 'Sheet 1' }).focus();
  await press('F2');
  await page.keyboard.type('Shares');
  await press('Enter', 'Control+Shift+PageUp');
  await expect(page.getByRole('tab')).toHaveText(['Shares', 'Network']);
  await page.getByRole('tab', { name: 'Shares' }).click({ button: 'right' });
  await page.getByRole('menuitemradio', { name: 'Violet' }).click();
  await page.emulateMedia({ colorScheme: 'dark' });
  await sheet.drawn();
  await sheet.screenshot('formats-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  // A tab drags to the place of another one.
  const tab = page.getByRole('tab', { name: 'Shares' });
  const [place, target] = [
    (await tab.boundingBox())!,
    (await page.getByRole('tab', { name: 'Network' }).boundingBox())!,
  ];
  await page.mouse.move(place.x + 10, place.y + 10);
  await page.mouse.down();
  await page.mouse.move(target.x + target.width - 10, target.y + 10, { steps: 4 });
  await expect(page.locator('.tab.drop-after')).toHaveText('Network');
  await page.mouse.up();
  await expect(page.getByRole('tab')).toHaveText(['Network', 'Shares']);
  await press('Control+PageUp');
  // A note of the network's sheet wraps over blank cells, and its rows stay as they are.
  await sheet.typeIntoCell('B33', 'A free cell beside the network, with a text that is long enough for several lines');
  await sheet.goTo('B33');
  await sheet.menu('Format', 'Wrap text');
  await press('Control+b');
  await sheet.goTo('A31:D33');
  await sheet.drawn();
  await sheet.screenshot('wrapped-free-cell');

  // The last sheet is shown again, with its cell.
  await press('Control+PageDown');
  await sheet.goTo('C4');
  await page.waitForTimeout(700);
  await page.reload();
  await expect(sheet.nameBox).toHaveValue('C4');
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Shares');
});

test('sheets that teach come from the menu, follow the network, and go with one undo', async ({ sheet }) => {
  const { page } = sheet;
  const tabs = page.getByRole('tab');
  const shown = page.getByRole('tab', { selected: true });
  // Formatted numbers have a true minus sign and four digits.
  const numberIn = async (cell: string) => {
    await sheet.selectCell(cell);
    await sheet.drawn();
    await expect.poll(() => sheet.spoken()).toMatch(/^[−\d]/);
    return Number((await sheet.spoken()).split(',')[0].replace('−', '-'));
  };
  const expectNear = (cell: string, value: number) => expect.poll(() => numberIn(cell)).toBeCloseTo(value, 3);
  await sheet.goTo('dense/output[0]');
  const output = await sheet.activeCell();
  const score = await sheet.valueOf(output);
  await sheet.menu('Explain', 'Sheets That Teach', 'Softmax and Its Friends');
  await expect(tabs).toHaveText(['Network', 'Softmax and Its Friends']);
  await expect(shown).toHaveText('Softmax and Its Friends');
  await expectNear('B7', score);
  await sheet.selectCell('B7');
  await expect(sheet.formulaBar).toHaveValue(`=Network!${output}`);
  await expectNear('E18', 1);
  const before = await numberIn('N7');
  await sheet.typeIntoCell('K7', '20');
  await expect.poll(() => numberIn('N7')).not.toBe(before);
  await sheet.screenshot('teach-softmax');
  // Another bias on the network's sheet is another output here.
  await tabs.nth(0).click();
  await sheet.goTo('dense/bias[0]');
  const bias = await sheet.activeCell();
  await sheet.typeIntoCell(bias, String((await sheet.valueOf(bias)) + 2));
  await sheet.expectOtherValue(output, score);
  const changed = await sheet.valueOf(output);
  await tabs.nth(1).click();
  await expectNear('B7', changed);
  for (let edits = 0; edits < 3; edits++) await page.keyboard.press('Control+z');
  await expect(tabs).toHaveText(['Network']);

  // A step a row: the numbers at the beginning are drawn, and drawn again.
  await sheet.menu('Explain', 'Sheets That Teach', 'SGD from Random Numbers');
  await expect(tabs).toHaveText(['Network', 'SGD from Random Numbers']);
  await expect(shown).toHaveText('SGD from Random Numbers');
  const first = await numberIn('E8');
  await sheet.screenshot('teach-line');
  await page.keyboard.press('Shift+F9');
  await expect.poll(() => numberIn('E8')).not.toBe(first);
  await sheet.menu('Explain', 'Sheets That Teach', 'Optimizers');
  await expect(shown).toHaveText('Optimizers');
  await sheet.selectCell('Q8');
  await expect(sheet.formulaBar).toHaveValue('=Q7-P8*N8/(SQRT(O8)+$B$13)');
  await sheet.screenshot('teach-optimizers');
  await page.emulateMedia({ colorScheme: 'dark' });
  await sheet.menu('Explain', 'Sheets That Teach', 'What a Kernel Does');
  await expect(tabs).toHaveCount(4);
  await expect(shown).toHaveText('What a Kernel Does');
  await sheet.selectCell('AD11');
  await expect(sheet.formulaBar).toHaveValue('=SUMPRODUCT(A11:C13,$AD$7:$AF$9)');
  await sheet.screenshot('teach-kernels');
});
