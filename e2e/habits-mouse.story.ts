import { expect, test } from './app.ts';
import type { SheetPage } from './sheet-page.ts';

test.beforeEach(async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
});

const clipboard = (sheet: SheetPage) => sheet.page.evaluate(() => navigator.clipboard.readText());
const put = (sheet: SheetPage, text: string) => sheet.page.evaluate(text => navigator.clipboard.writeText(text), text);
const note = (sheet: SheetPage) => sheet.page.locator('.sheet-note');
const figures = (sheet: SheetPage) => sheet.statusBar.getByRole('group', { name: 'The selected numbers' });

/** The middles of cells, before anything scrolls. */
async function middles(sheet: SheetPage, ...cells: string[]): Promise<{ x: number; y: number }[]> {
  const points: { x: number; y: number }[] = [];
  for (const cell of cells) {
    const { x, y, width, height } = await sheet.box(cell);
    points.push({ x: x + width / 2, y: y + height / 2 });
  }
  return points;
}

/** Clicks cells one after the other, the first without Ctrl. */
async function clickWithCtrl(sheet: SheetPage, points: { x: number; y: number }[]): Promise<void> {
  const { mouse, keyboard } = sheet.page;
  await mouse.click(points[0].x, points[0].y);
  await keyboard.down('Control');
  for (const { x, y } of points.slice(1)) await mouse.click(x, y);
  await keyboard.up('Control');
}

test('the keys of the clipboard and an input method reach the cell that has the focus (faults 41, 42)', async ({
  sheet,
}) => {
  const { keyboard, mouse } = sheet.page;
  const cells = ['AD11', 'AF13', 'AE12', 'AD15', 'C5', 'AD13', 'AE11'];
  const points = await middles(sheet, ...cells);
  const copies = async (cell: string) => {
    await put(sheet, 'nothing');
    await keyboard.press('Control+c');
    await expect.poll(() => clipboard(sheet), cell).toBe(await sheet.formulaText());
    await keyboard.press('Escape');
  };
  for (const [i, { x, y }] of points.entries()) {
    await mouse.click(x, y);
    await expect(sheet.nameBox).toHaveValue(cells[i]);
    await copies(cells[i]);
  }
  for (const key of ['ArrowLeft', 'ArrowDown', 'Tab', 'Enter', 'Shift+Tab', 'Control+Home', 'Control+ArrowDown']) {
    await keyboard.press(key);
    if ((await sheet.formulaText()) !== '') await copies(key);
  }
  await put(sheet, '7');
  await mouse.click(points[2].x, points[2].y);
  await keyboard.press('Control+v');
  await expect.poll(() => sheet.number()).toBe(7);

  const client = await sheet.page.context().newCDPSession(sheet.page);
  await mouse.click(points[0].x, points[0].y);
  await client.send('Input.imeSetComposition', { text: '４', selectionStart: 1, selectionEnd: 1 });
  await client.send('Input.insertText', { text: '４２' });
  await keyboard.press('Enter');
  await sheet.expectValue('AD11', 42);

  // A click elsewhere during a composition enters it in the cell where it began.
  await mouse.click(points[0].x, points[0].y);
  await client.send('Input.imeSetComposition', { text: '３', selectionStart: 1, selectionEnd: 1 });
  await mouse.click(points[1].x, points[1].y);
  await expect(sheet.nameBox).toHaveValue('AF13');
  await sheet.expectValue('AD11', 3);
  await sheet.expectValue('AF13', -1);
  // If it is refused, it stays.
  await mouse.click(points[0].x, points[0].y);
  await client.send('Input.imeSetComposition', { text: 'あ', selectionStart: 1, selectionEnd: 1 });
  await mouse.click(points[1].x, points[1].y);
  await expect(note(sheet)).toContainText('AD11 needs a number such as 0.5, not "あ".');
  await expect(sheet.page.getByRole('textbox', { name: 'Cell editor' })).toHaveValue('あ');
  await keyboard.press('Escape');
  await sheet.expectValue('AD11', 3);
});

test('several ranges: Enter walks through them, the status bar adds them up, some need one (habits 2, 6)', async ({
  sheet,
}) => {
  const { keyboard } = sheet.page;
  const [first, second, third, above] = await middles(sheet, 'AD11', 'AF13', 'AE12', 'AD12');
  const areas = () => sheet.page.locator('.sheet-outlines .area').count();
  await clickWithCtrl(sheet, [first, second, third]);
  await expect(figures(sheet)).toHaveText('Average 0 · Count 3 · Sum 0 · Min −1 · Max 1');
  for (const [typed, key, cell] of [
    ['3', 'Enter', 'AD11'],
    ['4', 'Tab', 'AF13'],
    ['5', 'Shift+Enter', 'AD11'],
  ]) {
    await keyboard.type(typed);
    await keyboard.press(key);
    await expect(sheet.nameBox).toHaveValue(cell);
    expect(await areas()).toBe(2);
  }
  await expect(figures(sheet)).toHaveText('Average 4 · Count 3 · Sum 12 · Min 3 · Max 5');

  // Dragged with Ctrl.
  const { mouse } = sheet.page;
  await clickWithCtrl(sheet, [first]);
  await keyboard.down('Control');
  await mouse.move(third.x, third.y);
  await mouse.down();
  await mouse.move(second.x, third.y, { steps: 3 });
  await mouse.move(second.x, second.y, { steps: 3 });
  await mouse.up();
  await keyboard.up('Control');
  expect((await sheet.outlines('selection')).map(({ range }) => range)).toEqual(['AE12:AF13']);
  expect(await areas()).toBe(1);

  // A range that is clicked again is deselected.
  await clickWithCtrl(sheet, [first, second, third, second]);
  await expect(sheet.nameBox).toHaveValue('AE12');
  expect(await areas()).toBe(1);
  await clickWithCtrl(sheet, [first, first]);
  expect(await areas()).toBe(0);

  // With several ranges selected, no key or menu works on just one of them.
  for (const act of [
    () => keyboard.press('Control+x'),
    () => keyboard.press('Shift+Delete'),
    () => keyboard.press('Control+v'),
    () => keyboard.press('Control+d'),
    () => sheet.menu('Edit', 'Cut'),
    () => sheet.menu('Edit', 'Paste'),
    () => sheet.menu('Edit', 'Fill to the right'),
  ]) {
    await put(sheet, '9');
    await clickWithCtrl(sheet, [above, second]);
    await expect(note(sheet)).toBeHidden();
    await act();
    await expect(note(sheet)).toContainText('Several ranges are selected.');
    expect(await areas()).toBe(1);
    await expect(sheet.page.locator('.sheet-outlines .copied')).toHaveCount(0);
  }
  await sheet.expectValue('AD12', 0);
  await sheet.expectValue('AF13', 5);
});

test('paste special goes on from what is marked, and moves what is cut; Shift and Delete cut (habits 23, 24)', async ({
  sheet,
}) => {
  const { keyboard } = sheet.page;
  const marked = () => sheet.page.locator('.sheet-outlines .copied').count();
  await sheet.goTo('AD11:AF11');
  await keyboard.press('Control+c');
  for (const [place, cell] of [
    ['AD12', 'AF12'],
    ['AD13', 'AF13'],
  ]) {
    await sheet.selectCell(place);
    await keyboard.press('Control+Shift+v');
    await sheet.dialog.getByRole('button', { name: 'Paste' }).click();
    await sheet.expectValue(cell, 1);
    expect(await marked()).toBe(1);
  }
  await sheet.goTo('AD11:AF11');
  await keyboard.press('Shift+Delete');
  expect(await marked()).toBe(1);
  await sheet.selectCell('AD40');
  await keyboard.press('Control+Shift+v');
  await sheet.dialog.getByRole('radio', { name: 'Add to them' }).check();
  await sheet.dialog.getByRole('button', { name: 'Paste' }).click();
  await sheet.expectValue('AD40', 2);
  await sheet.expectValue('AD11', 0);
  expect(await marked()).toBe(0);
  await sheet.undo();
  await sheet.expectValue('AD11', 1);
  await sheet.expectValue('AD40', 1);

  // Enter pastes what is marked, once; Escape ends the mark, and then Enter goes on.
  await sheet.goTo('AF11');
  await keyboard.press('Control+c');
  await expect(sheet.notice).toContainText('Enter pastes once');
  await keyboard.press('ArrowLeft');
  await keyboard.press('ArrowLeft');
  await keyboard.press('Shift+ArrowDown');
  await sheet.page.keyboard.press('Enter');
  await expect.poll(marked).toBe(0);
  await expect(sheet.notice).toBeEmpty();
  await sheet.expectValue('AD12', 1);
  await sheet.expectValue('AD11', 1);
  await keyboard.press('Control+c');
  await keyboard.press('Escape');
  await keyboard.press('Enter');
  await expect(sheet.nameBox).toHaveValue('AD12');
});
