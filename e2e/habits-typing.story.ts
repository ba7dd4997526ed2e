import type { Page } from '@playwright/test';
import { expect, test } from './app.ts';
import type { SheetPage } from './sheet-page.ts';
import { TrainingPage } from './training-page.ts';

/** Presses keys one after the other. Text that is no key is typed. */
async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    if (/^([A-Z][A-Za-z]+\d*|F\d+|(Control|Shift|Alt)\+.+)$/.test(key)) await page.keyboard.press(key);
    else await page.keyboard.type(key);
  }
}

const editor = (sheet: SheetPage) => sheet.page.getByRole('textbox', { name: 'Cell editor' });
const note = (sheet: SheetPage) => sheet.page.locator('.sheet-note');
const selected = async (sheet: SheetPage) => (await sheet.outlines('selection')).map(({ range }) => range).join(' ');
async function valuesOf(sheet: SheetPage, ...cells: string[]): Promise<number[]> {
  const values: number[] = [];
  for (const cell of cells) values.push(await sheet.valueOf(cell));
  return values;
}

test('what is typed goes into the cell where it was begun, whatever moves the caret (fault 13)', async ({ sheet }) => {
  const { page } = sheet;
  const cases: [name: string, keys: string[], value: number][] = [
    ['F2, then an arrow', ['12', 'F2', 'ArrowLeft', '9', 'Enter'], 192],
    ['Home, then an arrow', ['13', 'Home', 'ArrowRight', '9', 'Enter'], 193],
    ['Home', ['12', 'Home', '9', 'Enter'], 912],
    ['End after Home', ['14', 'Home', 'End', 'ArrowLeft', '9', 'Tab'], 194],
    ['Shift and an arrow', ['12', 'Shift+ArrowLeft', '5', 'Enter'], 15],
    ['Control and an arrow after F2', ['12', 'F2', 'Control+ArrowLeft', '9', 'Enter'], 912],
    ['Backspace', ['12', 'Backspace', '9', 'Enter'], 19],
    ['F2 from the start', ['F2', 'Shift+Home', '15', 'ArrowLeft', '9', 'Enter'], 195],
    ['Up and down after F2', ['12', 'F2', 'ArrowUp', 'ArrowDown', '9', 'Enter'], 129],
  ];
  for (const [name, keys, value] of cases) {
    await sheet.selectCell('AD11');
    await press(page, ...keys);
    await sheet.expectValue('AD11', value);
    expect(await valuesOf(sheet, 'AE11', 'AD12'), name).toEqual([1, 0]);
  }
  // A click into the open editor puts the caret there.
  await sheet.selectCell('AD11');
  await press(page, '16');
  const box = (await editor(sheet).boundingBox())!;
  await page.mouse.click(box.x + box.width - 8, box.y + box.height / 2);
  await press(page, 'ArrowLeft', '9', 'Enter');
  await sheet.expectValue('AD11', 196);
  await sheet.expectValue('AE11', 1);
  // After pressing F2 twice, arrows enter the text again.
  await sheet.selectCell('AD11');
  await press(page, '3', 'F2', 'F2', 'ArrowRight');
  await expect(sheet.nameBox).toHaveValue('AE11');
  await sheet.expectValue('AD11', 3);
});

test('habits 1 and 2: Tab and Enter go where a form is filled in, and stay inside a selection (fault 14)', async ({
  sheet,
}) => {
  const { page } = sheet;
  await sheet.selectCell('AD11');
  await press(page, '-2', 'Tab', '-1', 'Tab', '0', 'Enter');
  await expect(sheet.nameBox).toHaveValue('AD12');
  await press(page, 'Tab', 'Shift+Tab', 'Tab', 'Tab', 'Enter');
  await expect(sheet.nameBox, 'without typing').toHaveValue('AD13');
  await press(page, 'Tab', 'ArrowUp', 'Enter');
  await expect(sheet.nameBox, 'an arrow ends it').toHaveValue('AE13');
  await expect(page.locator(':focus')).toHaveAttribute('role', 'gridcell');

  // In column A nothing is to the left, and Tab goes to the right.
  await sheet.selectCell('B2');
  await press(page, 'ArrowLeft', 'ArrowLeft', 'Tab');
  await expect(sheet.nameBox).toHaveValue('B2');
  await press(page, 'ArrowLeft', 'Shift+Tab');
  await expect(sheet.nameBox).toHaveValue('A2');
  await expect(page.locator(':focus')).toHaveAttribute('role', 'gridcell');

  await sheet.goTo('AD11:AE12');
  const walked = async (key: string) => {
    const cells: string[] = [];
    for (let i = 0; i < 5; i++) {
      cells.push(await sheet.activeCell());
      await press(page, key);
    }
    expect(await selected(sheet), key).toBe('AD11:AE12');
    return cells.join(' ');
  };
  expect(await walked('Enter')).toBe('AD11 AD12 AE11 AE12 AD11');
  await sheet.goTo('AD11:AE12');
  expect(await walked('Tab')).toBe('AD11 AE11 AD12 AE12 AD11');
  await sheet.goTo('AD11:AE12');
  expect(await walked('Shift+Enter')).toBe('AD11 AE12 AE11 AD12 AD11');
  await sheet.goTo('AD11:AE12');
  expect(await walked('Shift+Tab')).toBe('AD11 AE12 AD12 AE11 AD11');
  // Types from cell to cell.
  await sheet.goTo('AD11:AE12');
  await press(page, '1', 'Tab', '2', 'Tab', '3', 'Tab', '4', 'Tab');
  expect(await selected(sheet)).toBe('AD11:AE12');
  await expect.poll(() => valuesOf(sheet, 'AD11', 'AE11', 'AD12', 'AE12')).toEqual([1, 2, 3, 4]);
});

test('habits 3 to 6: the keys that select (fault 41)', async ({ sheet }) => {
  const { page } = sheet;
  const steps: [from: string, keys: string, range: string][] = [
    ['AD11', 'Control+ArrowRight', 'AF11'],
    ['AD11', 'Control+Shift+ArrowRight', 'AD11:AF11'],
    ['AD11', 'Control+Shift+ArrowDown', 'AD11:AD15'],
    ['AE12', 'Home', 'A12'],
    ['AE12', 'Shift+Home', 'A12:AE12'],
    ['AE12', 'End', 'GG12'],
    ['GH12', 'End', 'GG12'],
    ['AE12', 'Control+Home', 'A1'],
    ['AE12', 'Control+End', 'GG131'],
    ['GZ140', 'Control+End', 'GG131'],
    ['AD11', 'Control+a', 'AD11:AF13'],
    ['AD11:AF13', 'Control+a', 'A1:GG131'],
    ['AC5', 'Control+a', 'A1:GG131'],
    ['AE12', 'Control+Space', 'AE1:AE191'],
    ['AD11:AE12', 'Control+Space', 'AD1:AE191'],
    ['AE12', 'Shift+Space', 'A12:HG12'],
  ];
  for (const [from, keys, range] of steps) {
    await sheet.goTo(from);
    await press(page, keys);
    await expect.poll(() => selected(sheet), `${keys} from ${from}`).toBe(range);
  }
  // Extended further, whole columns stay whole.
  await sheet.goTo('AE12');
  await press(page, 'Control+Space', 'Shift+ArrowRight');
  expect(await selected(sheet)).toBe('AE1:AF191');

  // Ctrl+Home shows the beginning, even after scrolling.
  await sheet.goTo('CJ120');
  await press(page, 'Control+Home');
  await expect.poll(() => page.locator('.sheet-scroller').evaluate(({ scrollTop }) => scrollTop)).toBe(0);

  // Enter walks through what Ctrl+A selected, and the selection stays.
  await sheet.goTo('AE12');
  await press(page, 'Control+a', 'Enter');
  expect([await selected(sheet), await sheet.activeCell()]).toEqual(['AD11:AF13', 'AE13']);
  await press(page, 'Delete');
  await expect.poll(() => valuesOf(sheet, 'AD11', 'AF13')).toEqual([0, 0]);

  // Shift+click extends.
  const box = await sheet.box('AF13');
  await sheet.goTo('AD11');
  await page.keyboard.down('Shift');
  await page.mouse.click(box.x + 4, box.y + 4);
  await page.keyboard.up('Shift');
  expect(await selected(sheet)).toBe('AD11:AF13');

  // Ctrl+click adds ranges. Ctrl+Enter and Delete work on all of them in one step. Copying says that it needs one.
  await sheet.undo();
  await sheet.expectValue('AD11', 1);
  const [first, second] = [await sheet.box('AD13'), await sheet.box('AF13')];
  const areas = async () => page.locator('.sheet-outlines .area').count();
  await sheet.goTo('AD11:AE11');
  await page.keyboard.down('Control');
  await page.mouse.click(first.x + 4, first.y + 4);
  await page.mouse.click(second.x + 4, second.y + 4);
  await page.keyboard.up('Control');
  expect([await selected(sheet), await areas()]).toEqual(['AF13', 2]);
  await press(page, 'Control+c');
  await expect(note(sheet)).toContainText('Several ranges are selected.');
  await press(page, '4', 'Control+Enter');
  expect(await areas(), 'after filling').toBe(2);
  await press(page, 'Delete');
  await expect.poll(() => sheet.number()).toBe(0);
  await press(page, 'ArrowUp');
  expect(await areas(), 'an arrow selects one cell').toBe(0);
  expect(await valuesOf(sheet, 'AD11', 'AE11', 'AF11', 'AD13', 'AE13', 'AF13')).toEqual([0, 0, 1, 0, -1, 0]);
  await sheet.undo();
  await expect.poll(() => valuesOf(sheet, 'AD11', 'AE11', 'AD13', 'AF13')).toEqual([4, 4, 4, 4]);
  await sheet.undo();
  await expect.poll(() => valuesOf(sheet, 'AD11', 'AE11', 'AD13', 'AF13')).toEqual([1, 1, -1, -1]);

  // The menu does the same as the keys.
  await sheet.goTo('AD11:AE11');
  await page.keyboard.down('Control');
  await page.mouse.click(first.x + 4, first.y + 4);
  await page.keyboard.up('Control');
  await sheet.menu('Edit', 'Copy');
  await expect(note(sheet)).toContainText('Several ranges are selected.');
  await sheet.menu('Edit', 'Delete (set to 0)');
  await expect.poll(() => valuesOf(sheet, 'AD11', 'AE11', 'AF11', 'AD13')).toEqual([0, 0, 1, 0]);
});

test('habits 7 to 9: sheets, places by name, Escape leaves whatever one is in (faults 41, 46)', async ({ sheet }) => {
  const { page } = sheet;
  await sheet.selectCell('AD11');
  await press(page, 'Control+PageDown');
  await expect(sheet.notice).toContainText('There is one sheet.');
  await page.getByRole('tab', { name: 'Network' }).dblclick();
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Network');
  await press(page, 'Escape');

  const places: [typed: string, range: string][] = [
    ['A1:C3', 'A1:C3'],
    ['c3:a1', 'A1:C3'],
    ['$a$1', 'A1'],
    [' ad11 ', 'AD11'],
    ['Network!AD11', 'AD11'],
    ["'network'!$AD$11:$AE$12", 'AD11:AE12'],
    ['conv1/kernel', 'AD11:AF42'],
    ['conv1/kernel[0,0,0,1]', 'AD40'],
    ['AD:AE', 'AD1:AE191'],
    ['2:3', 'A2:HG3'],
  ];
  for (const [typed, range] of places) {
    await sheet.nameBox.fill(typed);
    await sheet.nameBox.press('Enter');
    await expect.poll(() => selected(sheet), typed).toBe(range);
  }
  await sheet.selectCell('AD11');
  await sheet.nameBox.fill('');
  await sheet.nameBox.press('Enter');
  await expect(sheet.nameBox).toHaveValue('AD11');
  await expect(sheet.notice).toBeEmpty();
  await expect(page.locator(':focus')).toHaveAttribute('role', 'gridcell');

  // A text without meaning is explained under the name box while it stays.
  const problem = page.locator('.name-problem');
  await sheet.nameBox.fill('no/where');
  await sheet.nameBox.press('Enter');
  await expect(problem).toContainText('no/where');
  await expect(sheet.nameBox).toHaveAttribute('aria-invalid', 'true');
  await sheet.nameBox.press('Backspace');
  await expect(problem).toBeHidden();
  await expect(sheet.notice).toBeEmpty();
  await sheet.nameBox.press('Enter');
  await expect(problem).toBeVisible();
  await sheet.nameBox.press('Escape');
  await expect(problem).toBeHidden();
  await expect(sheet.nameBox).toHaveValue('AD11');
  await expect(sheet.notice).toBeEmpty();

  for (const keys of ['F5', 'Control+g']) {
    await press(page, keys);
    await expect(sheet.dialog, keys).toBeVisible();
    await press(page, 'Escape');
    await expect(sheet.dialog, keys).toBeHidden();
  }

  // Escape leaves whatever one is in.
  await sheet.selectCell('AD11');
  await press(page, '12', 'Escape');
  await expect(editor(sheet)).toBeHidden();
  await sheet.expectValue('AD11', 1);
  await expect(page.locator(':focus')).toHaveAttribute('role', 'gridcell');

  const drawing = page.getByRole('button', { name: 'Draw', exact: true });
  await sheet.menu('Network', 'Draw a digit');
  await sheet.selectCell('AD11');
  await press(page, 'Escape');
  await expect(drawing.or(page.locator('[data-over="brush"]')).first()).not.toHaveAttribute('aria-pressed', 'true');

  // Escape cancels a dragged fill.
  const box = await sheet.box('AD11');
  await page.mouse.move(box.x + box.width + 1, box.y + box.height + 1);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + 2.5 * box.height);
  await page.mouse.move(box.x + box.width / 2, box.y + 2.6 * box.height);
  await expect(page.locator('.sheet-outlines .fill')).toBeVisible();
  await press(page, 'Escape');
  await expect(page.locator('.sheet-outlines .fill')).toHaveCount(0);
  await page.mouse.up();
  await sheet.expectValue('AD13', -1);

  await press(page, 'F10', 'ArrowDown', 'Escape', 'Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
});

test('habits 10 to 12: F2, and keys that the browser must not get (fault 42)', async ({ sheet }) => {
  const { page } = sheet;
  await sheet.selectCell('AD11');
  await press(page, 'F2', '5', 'Enter');
  await sheet.expectValue('AD11', 15);
  await sheet.selectCell('AD11');
  await press(page, 'Shift+F2');
  const comment = page.getByRole('textbox', { name: 'Comment on AD11' });
  await expect(comment).toBeFocused();
  // Keys of the sheet and the menus are the text's here, and Escape keeps it.
  await comment.pressSequentially('Upper edges');
  await press(page, 'Control+b', 'Enter', 'F2', 'Escape');
  await expect(comment).toHaveCount(0);
  await expect.poll(() => sheet.spoken()).toContain('comment: Upper edges');
  await page.keyboard.press('Control+z');
  await expect.poll(() => sheet.spoken()).not.toContain('comment');
  await page.evaluate(() => {
    const reached: string[] = [];
    Object.assign(window, { reached, stays: true });
    window.addEventListener('keydown', event => {
      if (event.defaultPrevented) return;
      if ((event.ctrlKey && !/^(Control|Shift)$/.test(event.key)) || /^F\d/.test(event.key)) reached.push(event.key);
    });
  });
  const keys = ['f', 'h', '`', 'd', 'r', 'p', 's', 'u', 'e', 'k', 'g'].map(key => `Control+${key}`);
  for (const key of [...keys, 'F5', 'Control+F5', 'Shift+F5', 'F3', 'Control+Shift+r', 'F7']) {
    await press(page, key);
    if (await sheet.dialog.isVisible()) await press(page, 'Escape');
  }
  // This works in the cell's editor and in the formula bar.
  await sheet.selectCell('AE11');
  await press(page, '7', 'Control+r', 'F5', 'Control+f', 'Control+d', 'F4');
  await expect(editor(sheet)).toHaveValue('7');
  await press(page, 'Escape');
  await sheet.formulaBar.focus();
  await press(page, 'Control+r', 'F5', 'Control+d', 'Escape');
  expect(await page.evaluate(() => (window as unknown as { reached: string[] }).reached)).toEqual([]);
  expect(await page.evaluate(() => 'stays' in window), 'the page was not loaded anew').toBe(true);

  // Ctrl+Enter while typing fills the selection, which stays.
  await sheet.goTo('AD11:AE12');
  await press(page, '0.75', 'Control+Enter');
  expect(await selected(sheet)).toBe('AD11:AE12');
  await expect.poll(() => valuesOf(sheet, 'AD11', 'AE11', 'AD12', 'AE12')).toEqual([0.75, 0.75, 0.75, 0.75]);
});

test('numbers as people type them; what is refused stays with its sentence (habits 13 to 17; faults 15, 46)', async ({
  sheet,
}) => {
  const { page } = sheet;
  const numbers: [typed: string, value: number][] = [
    ['50%', 0.5],
    ['1e3', 1000],
    ['.5', 0.5],
    ['+3', 3],
    ['−3', -3],
    [' 2 ', 2],
    ['=1/3', 0.33333334],
    ['１２．５', 12.5],
  ];
  for (const [typed, value] of numbers) {
    await sheet.typeIntoCell('AD11', typed);
    await sheet.expectValue('AD11', value);
  }
  const refused: [typed: string, sentence: string][] = [
    ['1/3', "AD11 can't take 1/3. The old value stays; type it as 0.33333334."],
    [' ', 'AD11 needs a number, and a space is none.'],
    ['1,234', '1,234 in AD11 can mean 1.234 or 1234.'],
  ];
  for (const [typed, sentence] of refused) {
    await sheet.selectCell('AD11');
    await press(page, typed, 'Enter');
    await expect(editor(sheet)).toHaveValue(typed);
    await expect(editor(sheet)).toBeFocused();
    await expect(note(sheet)).toContainText(sentence);
    await sheet.screenshot('habits-typing-refused');
    const [cell, beside] = [(await editor(sheet).boundingBox())!, (await note(sheet).boundingBox())!];
    expect(Math.abs(beside.y - cell.y), 'beside the cell').toBeLessThan(80);
    expect(Math.abs(beside.x - cell.x), 'beside the cell').toBeLessThan(80);
    // It disappears with the next key.
    await press(page, '0');
    await expect(note(sheet)).toBeHidden();
    await expect(sheet.notice).toBeEmpty();
    await press(page, 'Escape');
    await sheet.expectValue('AD11', 12.5);
  }
  // In a free cell a space is a text.
  await sheet.typeIntoCell('C34', ' ');
  await sheet.selectCell('C34');
  await expect(sheet.formulaBar).toHaveValue(' ');
  // A click elsewhere shows the sentence once. Typing on is still possible.
  const other = await sheet.box('AF13');
  await sheet.selectCell('AD11');
  await press(page, '1/3');
  await page.mouse.click(other.x + 4, other.y + 4);
  await expect(note(sheet)).toContainText("AD11 can't take 1/3.");
  await expect(sheet.nameBox).toHaveValue('AD11');
  await press(page, 'Backspace', 'Backspace', '2');
  await page.mouse.click(other.x + 4, other.y + 4);
  await expect(sheet.nameBox).toHaveValue('AF13');
  await sheet.expectValue('AD11', 12);
  // Leaving a refused text keeps the old value.
  await sheet.selectCell('AD11');
  await press(page, 'abc', 'Enter');
  await page.mouse.click(other.x + 4, other.y + 4);
  await expect(sheet.nameBox).toHaveValue('AF13');
  await expect(editor(sheet)).toBeHidden();
  await expect(note(sheet)).toBeHidden();
  await sheet.expectValue('AD11', 12);

  // The formula bar does the same.
  await sheet.selectCell('AD11');
  await sheet.formulaBar.fill('abc');
  await sheet.formulaBar.press('Enter');
  await expect(sheet.formulaBar).toHaveValue('abc');
  await expect(sheet.formulaBar).toBeFocused();
  await expect(note(sheet)).toContainText('AD11 needs a number such as 0.5, not "abc".');
  await sheet.formulaBar.press('Escape');
  await expect(note(sheet)).toBeHidden();
  await expect(sheet.formulaBar).toHaveValue('12');

  // In English, 0,5 is asked about once.
  await sheet.typeIntoCell('AD11', '0,5');
  await expect(note(sheet)).toContainText('Is 0,5 in AD11 meant as 0.5?');
  await press(page, 'Enter');
  await sheet.expectValue('AD11', 0.5);
  await sheet.typeIntoCell('AD11', '0,75');
  await sheet.expectValue('AD11', 0.75);
  await sheet.typeIntoCell('AD11', '1,234.5');
  await sheet.expectValue('AD11', 1234.5);
});

test.describe('where one half is written 0,5', () => {
  test.use({ locale: 'de-DE' });
  test('habit 14 in German: 0,5 and 1.234,5 are numbers, 0.5 is asked about once', async ({ sheet }) => {
    await sheet.typeIntoCell('AD11', '0,5');
    await sheet.expectValue('AD11', 0.5);
    // The cell's number is also written this way, and can be edited.
    await expect(sheet.formulaBar).toHaveValue('0,5');
    await press(sheet.page, 'F2', '5', 'Enter');
    await sheet.expectValue('AD11', 0.55);
    await sheet.typeIntoCell('AD11', '1.234,5');
    await sheet.expectValue('AD11', 1234.5);
    await sheet.typeIntoCell('AD11', '0.5');
    await expect(note(sheet)).toContainText('Is 0.5 in AD11 meant as 0,5?');
    await expect(editor(sheet)).toHaveValue('0.5');
    // Going elsewhere doesn't answer the question.
    await sheet.expectValue('AD11', 1234.5);
    await sheet.typeIntoCell('AD11', '0.5');
    await press(sheet.page, 'Enter');
    await sheet.expectValue('AD11', 0.5);
    await sheet.typeIntoCell('AD11', '-0.25');
    await sheet.expectValue('AD11', -0.25);
    await sheet.typeIntoCell('AD11', '1.234');
    await expect(note(sheet)).toContainText('1.234 in AD11 can mean 1,234 or 1234.');
    await press(sheet.page, 'Escape');

    // A learning rate is typed the same way, and what will not do is told beside it.
    const training = new TrainingPage(sheet.page);
    await sheet.menu('Train', 'Set up training…');
    const rate = training.field('Learning rate');
    await expect(rate).toHaveValue('0,002');
    await rate.fill('0,01');
    await expect(rate).not.toHaveAttribute('aria-invalid');
    await rate.fill('0,0.1');
    await expect(rate).toHaveAttribute('aria-invalid', 'true');
    await expect(training.panel).toContainText('Type a number above 0, up to 100.');
    await training.button('Start training').click();
    await expect(rate).toBeFocused();
    await expect(sheet.notice).toContainText('One setting will not do');
  });
});

test('habits 16 and 18: input methods, a click elsewhere, shortcuts by a letter’s place (fault 40)', async ({
  sheet,
}) => {
  const { page } = sheet;
  const box = await sheet.box('AF13');
  await sheet.selectCell('AD11');
  await press(page, '9');
  await page.mouse.click(box.x + 4, box.y + 4);
  await expect(sheet.nameBox).toHaveValue('AF13');
  await sheet.expectValue('AD11', 9);
  // Undo on a Russian keyboard.
  const client = await page.context().newCDPSession(page);
  await sheet.selectCell('AE12');
  const undo = { modifiers: 2, key: 'я', code: 'KeyZ', windowsVirtualKeyCode: 90 };
  await client.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...undo });
  await client.send('Input.dispatchKeyEvent', { type: 'keyUp', ...undo });
  await sheet.expectValue('AD11', 1);
  // Keys that are faster than the answers.
  await page.keyboard.press('Control+y');
  await sheet.expectValue('AD11', 9);
  await Promise.all(['Control+z', 'Control+y', 'Control+z'].map(key => page.keyboard.press(key)));
  await sheet.expectValue('AD11', 1);

  // The first keystroke of an input method, a dead key or an emoji board is not lost.
  await sheet.selectCell('AD11');
  // A Japanese keyboard composes full-width digits.
  await client.send('Input.imeSetComposition', { text: '４', selectionStart: 1, selectionEnd: 1 });
  await client.send('Input.imeSetComposition', { text: '４２', selectionStart: 2, selectionEnd: 2 });
  await client.send('Input.insertText', { text: '４２' });
  await expect(editor(sheet)).toHaveValue('４２');
  await press(page, 'Enter');
  await sheet.expectValue('AD11', 42);
  // Text without a key press: dictation, or a character picker.
  await sheet.selectCell('AD11');
  await page.keyboard.insertText('−7');
  await expect(editor(sheet)).toHaveValue('−7');
  await press(page, '5', 'Enter');
  await sheet.expectValue('AD11', -75);
  // A cancelled composition leaves nothing behind.
  await sheet.selectCell('AD11');
  await client.send('Input.imeSetComposition', { text: 'あ', selectionStart: 1, selectionEnd: 1 });
  await client.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
  await expect(editor(sheet)).toBeHidden();
  await press(page, '8', 'Enter');
  await sheet.expectValue('AD11', 8);
});
