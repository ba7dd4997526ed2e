import { expect, test } from './app.ts';
import type { SheetPage } from './sheet-page.ts';

test.beforeEach(async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
});

const clipboard = (sheet: SheetPage) => sheet.page.evaluate(() => navigator.clipboard.readText());
const put = (sheet: SheetPage, text: string) => sheet.page.evaluate(text => navigator.clipboard.writeText(text), text);
/** Pastes what another program has put on the clipboard. (The page itself can't write styles to the clipboard.) */
const pasteHtml = (sheet: SheetPage, html: string) =>
  sheet.page.locator(':focus').evaluate((cell, html) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/html', html);
    clipboardData.setData('text/plain', 'something else');
    cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, html);
/** The selected range, from its frame. */
const selection = async (sheet: SheetPage) => (await sheet.outlines('selection'))[0].range;
const marked = (sheet: SheetPage) => sheet.page.locator('.sheet-outlines .copied');

/** Drags the fill handle of a range by so many cells. `end` lifts the mouse button. */
async function dragHandle(sheet: SheetPage, range: string, right: number, down: number): Promise<void> {
  const { mouse } = sheet.page;
  const { x, y, width, height } = await sheet.box(range);
  await mouse.move(x + width - 1, y + height - 1);
  await mouse.down();
  await mouse.move(x + width - 8 + right * 16, y + height - 8 + down * 16, { steps: 4 });
}

test('cutting moves, what was pasted is selected, one value fills, blocks come whole (habits 21, 26)', async ({
  sheet,
}) => {
  const { keyboard } = sheet.page;
  await sheet.goTo('AD11:AF11');
  await keyboard.press('Control+x');
  await expect(marked(sheet)).toHaveCount(1);
  await keyboard.press('Escape');
  await expect(marked(sheet)).toHaveCount(0);
  await sheet.expectValue('AD11', 1);

  await sheet.goTo('AD11:AF11');
  await keyboard.press('Control+x');
  await sheet.selectCell('AD13');
  await keyboard.press('Control+v');
  await expect.poll(() => selection(sheet)).toBe('AD13:AF13');
  await expect(marked(sheet)).toHaveCount(0);
  await sheet.expectValue('AF13', 1);
  await sheet.expectValue('AD11', 0);
  // Undo takes back all of it, and selects what changed.
  await sheet.undo();
  await expect.poll(() => selection(sheet)).toBe('AD11:AF13');
  await sheet.expectValue('AF13', -1);
  await sheet.expectValue('AD11', 1);

  // The same from the menu.
  await sheet.goTo('AD11:AF11');
  await sheet.menu('Edit', 'Cut');
  await expect(marked(sheet)).toHaveCount(1);
  await sheet.selectCell('AD12');
  await sheet.menu('Edit', 'Paste');
  await sheet.expectValue('AF12', 1);
  await sheet.expectValue('AF11', 0);
  await sheet.undo();
  await sheet.expectValue('AF11', 1);

  // One value fills the selection, a larger block comes whole, one that half fits does nothing (habit 21).
  await put(sheet, '7');
  await sheet.goTo('AD11:AE12');
  await keyboard.press('Control+v');
  await sheet.expectValue('AE12', 7);
  await sheet.expectValue('AF11', 1);
  await put(sheet, '1\t2\t3\n4\t5\t6\n');
  await sheet.goTo('AD11:AE11');
  await keyboard.press('Control+v');
  await expect.poll(() => selection(sheet)).toBe('AD11:AF12');
  await sheet.expectValue('AF12', 6);
  await sheet.goTo('AD13');
  await keyboard.press('Control+v');
  await expect(sheet.notice).toContainText(
    'AD14 belongs to the network and takes nothing. The block to paste needs AD13:AF14',
  );
  await sheet.expectValue('AE13', -1);
  // Where the network leaves room, cells between its bands take the rest.
  await sheet.goTo('AF12');
  await keyboard.press('Control+v');
  await sheet.expectValue('AH13', 6);
  await sheet.expectValue('AG12', 2);
  await sheet.expectValue('AF12', 1);
  await sheet.undo();
  await sheet.expectValue('AF12', 6);
  await sheet.undo();
  await sheet.expectValue('AF12', 0);
  await sheet.expectValue('AE12', 7);
});

test('a tensor with labels between is pasted back as one; what reads in several ways is asked (fault 16)', async ({
  sheet,
}) => {
  const { keyboard } = sheet.page;
  const bias = await sheet.valueOf('AD15');
  const corner = await sheet.valueOf('AF42');
  await sheet.goTo('conv1/kernel');
  await keyboard.press('Control+c');
  await sheet.menu('Edit', 'Fill with a number…');
  await sheet.dialog.getByLabel('Number for every selected cell').fill('0.25');
  await sheet.dialog.getByRole('button', { name: 'Fill' }).click();
  await sheet.expectValue('AD11', 0.25);
  await sheet.expectValue('AF42', 0.25);
  await sheet.expectValue('AD15', bias);
  await sheet.goTo('conv1/kernel');
  await keyboard.press('Control+v');
  await sheet.expectValue('AD11', 1);
  await sheet.expectValue('AF42', corner);

  // Through another program, which only brings text.
  await sheet.goTo('conv1/kernel');
  await keyboard.press('Control+c');
  await put(sheet, await clipboard(sheet));
  await keyboard.press('Delete');
  await sheet.expectValue('AD13', 0);
  await sheet.goTo('conv1/kernel');
  await keyboard.press('Control+v');
  await sheet.expectValue('AD13', -1);
  await sheet.expectValue('AD15', bias);

  // What can be read in several ways is asked about, and blanks and labels make no zeros (faults 12, 15).
  await put(sheet, '0,5\n0,7\n0,9\n');
  await sheet.selectCell('AD11');
  await keyboard.press('Control+v');
  await expect(sheet.dialog).toContainText('How is this to be read?');
  await sheet.dialog.getByRole('button', { name: 'Cancel' }).click();
  await sheet.expectValue('AD11', 1);
  await keyboard.press('Control+v');
  await sheet.dialog.getByRole('radio', { name: 'decimals after a comma' }).check();
  await sheet.dialog.getByRole('button', { name: 'Paste' }).click();
  await sheet.expectValue('AD11', 0.5);
  await sheet.expectValue('AD13', 0.9);
  await sheet.expectValue('AE11', 1);

  for (const blank of ['\n', '\t\t\n\t\t\n', ' ']) {
    await put(sheet, blank);
    await sheet.goTo('AD11:AF13');
    await keyboard.press('Control+v');
    await expect(sheet.notice).toContainText('There is no text to paste on the clipboard.');
  }
  await sheet.expectValue('AE11', 1);

  await dragHandle(sheet, 'AD10', 0, 2);
  await sheet.page.mouse.up();
  await expect(sheet.notice).toContainText('There is no number in AD10 to fill from.');
  await sheet.expectValue('AD11', 0.5);
});

test('125,000 lines that have no room change nothing and say so (fault 17)', async ({ sheet }) => {
  await put(sheet, Array.from({ length: 125_000 }, (_, i) => String(i / 8)).join('\n'));
  await sheet.selectCell('AD11');
  await sheet.page.keyboard.press('Control+v');
  await expect(sheet.notice).toContainText(
    'AD14 belongs to the network and takes nothing. The block to paste needs AD11:AD125010',
  );
  await sheet.expectValue('AD11', 1);
  // On a sheet of one's own they have room, and one undo takes all of them back.
  await sheet.page.getByRole('button', { name: 'New sheet' }).click();
  await expect(sheet.page.getByRole('tab', { selected: true })).toHaveText('Sheet 1');
  await sheet.selectCell('B1');
  await sheet.page.keyboard.press('Control+v');
  await expect.poll(() => selection(sheet)).toBe('B1:B125000');
  await sheet.expectValue('B125000', 124_999 / 8);
  await sheet.undo();
  await sheet.selectCell('B125000');
  await expect.poll(() => sheet.spoken()).toBe('');
});

test('paste special adds, multiplies, swaps; tables of other programs bring merged cells and their numbers', async ({
  sheet,
}) => {
  const { keyboard } = sheet.page;
  await put(sheet, '1\t2\t3');
  await sheet.selectCell('AD11');
  await keyboard.press('Control+Shift+v');
  await expect(sheet.dialog).toContainText('Paste special');
  await sheet.dialog.getByRole('radio', { name: 'Add to them' }).check();
  await sheet.dialog.getByRole('checkbox', { name: 'Swap rows and columns' }).check();
  await sheet.dialog.getByRole('button', { name: 'Paste' }).click();
  await expect(sheet.dialog).toHaveCount(0);
  await sheet.expectValue('AD11', 2);
  await sheet.expectValue('AD12', 2);
  await sheet.expectValue('AD13', 2);
  await sheet.selectCell('AD11');
  await sheet.menu('Edit', 'Paste special…');
  await sheet.dialog.getByRole('radio', { name: 'Multiply them' }).check();
  await keyboard.press('Enter');
  await expect(sheet.dialog).toHaveCount(0);
  await sheet.expectValue('AF11', 3);
  await sheet.expectValue('AE11', 2);
  await sheet.undo();
  await sheet.expectValue('AE11', 1);
  await sheet.undo();
  await sheet.expectValue('AD13', -1);

  // Tables of other programs bring merged cells and the numbers behind what they show.
  await sheet.selectCell('AD11');
  await pasteHtml(
    sheet,
    '<style>td {color: red}</style><table><tr style="height: 3px"><td colspan="2">2</td>' +
      '<td sdval="0.333333333333333" sdnum="1033;0;0.00">0.33</td></tr>' +
      '<tr><td>4<br></td><td>5</td><td>&nbsp;</td></tr></table>',
  );
  await sheet.expectValue('AD11', 2);
  await sheet.expectValue('AE11', 1);
  await sheet.expectValue('AF11', 0.33333334);
  await sheet.expectValue('AD12', 4);
  await sheet.expectValue('AE12', 5);
  await sheet.expectValue('AF12', 0);

  // LibreOffice's own HTML on a sheet of one's own; Google Sheets brings formulas too.
  await sheet.page.getByRole('button', { name: 'New sheet' }).click();
  await expect(sheet.page.getByRole('tab', { selected: true })).toHaveText('Sheet 1');
  await sheet.selectCell('B2');
  await pasteHtml(
    sheet,
    '<table cellspacing="0" border="0"><colgroup span="3" width="87"></colgroup><tr>' +
      '<td height="17" align="right" valign=bottom sdval="0.5" sdnum="1033;"><font color="#000000">0.5</font></td>' +
      '<td align="right" valign=bottom sdval="1.75" sdnum="1033;"><font color="#000000">1.75</font></td></tr><tr>' +
      '<td height="17" align="left" valign=bottom><font color="#000000">two<br>lines</font></td>' +
      '<td data-sheets-value=\'{"1":3,"3":1}\' data-sheets-formula="=R[-1]C[-1]*2">1</td></tr></table>',
  );
  await sheet.expectValue('C2', 1.75);
  await sheet.selectCell('C3');
  await expect(sheet.formulaBar).toHaveValue('=B2*2');
  await sheet.selectCell('B3');
  await expect.poll(() => sheet.spoken()).toContain('two');

  // Text with a line break in quotes is one cell, and a percentage keeps its looks (habit 22).
  await put(sheet, '"three\nlines\nhere"\t12.5%\n\n');
  await sheet.selectCell('E5');
  await sheet.page.keyboard.press('Control+v');
  await expect.poll(() => selection(sheet)).toBe('E5:F5');
  await expect.poll(() => sheet.spoken()).toBe('three\nlines\nhere');
  await sheet.selectCell('F5');
  await expect.poll(() => sheet.spoken()).toBe('12.50%');
});

test('formulas are copied, filled and cut in free cells and on own sheets, each in one step of undo', async ({
  sheet,
}) => {
  const { page } = sheet;
  const { keyboard, mouse } = page;
  const shows = (cell: string, text: string) =>
    sheet.selectCell(cell).then(() => expect(sheet.formulaBar).toHaveValue(text));
  // A computed cell brings its formula to a free cell; the references move along.
  await sheet.selectCell('BQ11');
  await keyboard.press('Control+c');
  await expect(marked(sheet)).toHaveAttribute('data-range', 'BQ11');
  await sheet.selectCell('BQ30');
  await keyboard.press('Control+v');
  await expect(sheet.notice).toContainText('BQ30 belongs to the network');
  await sheet.selectCell('BQ60');
  await keyboard.press('Control+v');
  await shows('BQ60', '=MAX(0,AP60)');
  await sheet.undo();
  await sheet.typeIntoCell('A31', '=M11*2');
  await sheet.typeIntoCell('B31', '1');
  await sheet.typeIntoCell('B32', '3');
  await sheet.goTo('A31');
  await keyboard.press('Control+c');
  await expect(marked(sheet)).toHaveAttribute('data-range', 'A31');
  await sheet.goTo('A32:A34');
  await keyboard.press('Control+v');
  await expect.poll(() => selection(sheet)).toBe('A32:A34');
  await shows('A34', '=M14*2');
  await sheet.goTo('B31:B32');
  await dragHandle(sheet, 'B31:B32', 0, 2);
  await mouse.up();
  await expect.poll(() => selection(sheet)).toBe('B31:B34');
  await sheet.expectValue('B34', 7);
  await sheet.undo();
  await expect.poll(() => selection(sheet)).toBe('B33:B34');
  // A double click fills down as far as the neighbour.
  await sheet.goTo('B31:B32');
  const { x, y, width, height } = await sheet.box('B31:B32');
  await mouse.dblclick(x + width - 1, y + height - 1);
  await sheet.expectValue('B34', 7);

  // From one sheet to another: copied cells stay marked on their sheet, and formulas read the new one.
  await sheet.goTo('A31:B34');
  await keyboard.press('Control+c');
  await expect(marked(sheet)).toHaveAttribute('data-range', 'A31:B34');
  await page.getByRole('button', { name: 'New sheet' }).click();
  await expect(page.getByRole('tab', { selected: true })).toHaveText('Sheet 1');
  await expect(marked(sheet)).toHaveCount(0);
  await sheet.selectCell('C31');
  await keyboard.press('Control+v');
  await expect.poll(() => selection(sheet)).toBe('C31:D34');
  await shows('C31', '=O11*2');
  await sheet.goTo('D31:D34');
  await keyboard.press('Control+x');
  await expect(marked(sheet)).toHaveAttribute('data-range', 'D31:D34');
  await sheet.selectCell('D3');
  await keyboard.press('Control+v');
  await expect.poll(() => selection(sheet)).toBe('D3:D6');
  await sheet.goTo('D3:D6');
  await keyboard.press('Control+c');
  await expect(marked(sheet)).toHaveAttribute('data-range', 'D3:D6');
  await sheet.selectCell('F3');
  await keyboard.press('Control+Alt+v');
  await expect(sheet.dialog).toContainText('Paste special');
  await sheet.screenshot('paste-special');
  await sheet.dialog.getByRole('radio', { name: 'Links' }).check();
  await sheet.dialog.getByRole('button', { name: 'Paste' }).click();
  await expect.poll(() => selection(sheet)).toBe('F3:F6');
  await shows('F6', '=D6');

  // What is cut moves, and formulas that read it follow.
  await sheet.goTo('D3:D6');
  await keyboard.press('Control+x');
  await expect(marked(sheet)).toHaveCount(1);
  await sheet.selectCell('H1');
  await keyboard.press('Control+v');
  await expect.poll(() => selection(sheet)).toBe('H1:H4');
  await shows('F6', '=H4');
  await sheet.expectValue('F6', 7);
  await sheet.undo();
  await shows('F6', '=D6');
  // Ctrl+D, and Ctrl+Enter over a selection; an open bracket is closed.
  await sheet.goTo('G3:G6');
  await keyboard.type('=SUM(D3,F3');
  await keyboard.press('Control+Enter');
  await shows('G6', '=SUM(D6,F6)');
  await sheet.expectValue('G6', 14);
  await sheet.typeIntoCell('I3', 'Layer 1');
  await sheet.goTo('I3');
  await dragHandle(sheet, 'I3', 0, 2);
  await mouse.up();
  await expect.poll(() => selection(sheet)).toBe('I3:I5');
  await shows('I5', 'Layer 3');
  await sheet.screenshot('filled-own-sheet');
  // Rows are sorted by the column of the active cell, and not in the network.
  await sheet.goTo('D3:I6');
  await sheet.menu('Sheet', 'Sort descending');
  await sheet.expectValue('D3', 7);
  await shows('G3', '=SUM(D3,F3)');
  await shows('I6', 'Layer 1');
  await sheet.undo();
  await sheet.expectValue('D3', 1);
  await page.getByRole('tab', { name: 'Network' }).click();
  await sheet.goTo('AD11:AF13');
  await sheet.menu('Sheet', 'Sort ascending');
  await expect(sheet.notice).toContainText('AD11:AF13 has cells of the network, which keep their places');
});

test('the fill handle copies one, continues two, fills as its neighbour does; keys fill too (habit 25)', async ({
  sheet,
}) => {
  const { keyboard, mouse } = sheet.page;
  await put(sheet, '1\n3');
  await sheet.selectCell('AD11');
  await keyboard.press('Control+v');
  await sheet.expectValue('AD12', 3);
  await dragHandle(sheet, 'AD11:AD12', 0, 1);
  await keyboard.press('Escape');
  await mouse.up();
  await sheet.expectValue('AD13', -1);
  await dragHandle(sheet, 'AD11:AD12', 0, 1);
  await mouse.up();
  await expect.poll(() => selection(sheet)).toBe('AD11:AD13');
  await sheet.expectValue('AD13', 5);

  // Upwards: everything that was filled stays selected.
  await dragHandle(sheet, 'AE13:AF13', 0, -2);
  await mouse.up();
  await expect.poll(() => selection(sheet)).toBe('AE11:AF13');
  await keyboard.press('Enter');
  await expect.poll(() => selection(sheet)).toBe('AE11:AF13');
  await sheet.expectValue('AE11', -1);

  await sheet.typeIntoCell('AE11', '7');
  const { x, y, width, height } = await sheet.box('AE11');
  await mouse.dblclick(x + width - 1, y + height - 1);
  await sheet.expectValue('AE13', 7);
  await expect(sheet.page.locator('textarea:focus')).toHaveCount(0);

  await sheet.goTo('AD11:AD13');
  await keyboard.press('Control+d');
  await sheet.expectValue('AD13', 1);
  await sheet.goTo('AD11:AF13');
  await keyboard.press('Control+r');
  await sheet.expectValue('AF13', 1);
  await sheet.undo();
  await sheet.expectValue('AE13', 7);

  // After Ctrl+A, Enter leaves everything selected (fault 41).
  await sheet.selectCell('AE12');
  await sheet.page.keyboard.press('Control+a');
  const all = await selection(sheet);
  await sheet.page.keyboard.press('Enter');
  await sheet.drawn();
  expect(await selection(sheet)).toBe(all);
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('what is copied has decimal commas and comes back with its bits; 1.234 is a question (faults 11, 12)', async ({
    sheet,
  }) => {
    const { keyboard } = sheet.page;
    await sheet.goTo('conv2/kernel');
    const first = await sheet.activeCell();
    const value = await sheet.valueOf(first.split(':')[0]);
    await keyboard.press('Control+c');
    const text = await clipboard(sheet);
    expect(text).toMatch(/^-?\d+,\d+$/);
    expect(Math.fround(Number(text.replace(',', '.')))).toBe(Math.fround(value));
    const html = await sheet.page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return (await item.getType('text/html')).text();
    });
    expect(html).toContain(`>${text}</td>`);

    await put(sheet, text);
    await sheet.selectCell('AD11');
    await keyboard.press('Control+v');
    await sheet.expectValue('AD11', value);

    await put(sheet, '0,5\n0,25\n');
    await sheet.selectCell('AD11');
    await keyboard.press('Control+v');
    await sheet.expectValue('AD12', 0.25);

    await put(sheet, '1.234');
    await sheet.selectCell('AD11');
    await keyboard.press('Control+v');
    await expect(sheet.dialog).toContainText('How is this to be read?');
    await sheet.dialog.getByRole('radio', { name: 'decimals after a point' }).check();
    await sheet.dialog.getByRole('button', { name: 'Paste' }).click();
    await sheet.expectValue('AD11', 1.234);
  });
});
