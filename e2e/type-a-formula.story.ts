import type { Locator } from '@playwright/test';
import { expect, test } from './app.ts';
import type { SheetPage } from './sheet-page.ts';

const editor = (sheet: SheetPage) => sheet.page.locator('.sheet-editor');
const help = (sheet: SheetPage) => sheet.page.locator('.formula-help');
const proposals = (sheet: SheetPage) => sheet.page.getByRole('listbox', { name: 'Functions and names' });
const mode = (sheet: SheetPage) => sheet.statusBar.locator('.mode');

type Point = { x: number; y: number };

/** The middles of cells on the screen, by their names. */
async function measure(sheet: SheetPage, ...names: string[]): Promise<Record<string, Point>> {
  const found: Record<string, Point> = {};
  for (const name of names) {
    const box = await sheet.box(name);
    found[name] = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }
  return found;
}

/** The frames of the typed formula: "A2 1" is A2 in the first colour, with * if it is pointed at. */
async function frames(sheet: SheetPage): Promise<string[]> {
  return sheet.page.locator('.sheet-outlines :is(.reference, .pointed)').evaluateAll(all =>
    all.map(each => {
      const { range, reference } = (each as HTMLElement).dataset;
      return `${range} ${reference}${each.className.includes('pointed') ? '*' : ''}`;
    }),
  );
}

/** The coloured references of a text, and their colours. */
const colours = (text: Locator) =>
  text.locator('.ref').evaluateAll(all => all.map(each => `${each.textContent} ${getComputedStyle(each).color}`));

test('by mouse: clicks and drags pick cells, Ctrl adds more, frames are dragged; in the formula bar too', async ({
  sheet,
}) => {
  const { page } = sheet;
  const cells = await measure(sheet, 'B10', 'D10', 'B12', 'D12', 'F14', 'H16', 'C18');
  const click = (name: string) => page.mouse.click(cells[name].x, cells[name].y);
  const drag = async (from: Point, to: Point) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
    await page.mouse.move(to.x, to.y);
    await page.mouse.up();
  };
  await sheet.selectCell('C18');
  await expect(mode(sheet)).toHaveText('Ready');
  await page.keyboard.type('=SUM(');
  await expect(mode(sheet)).toHaveText('Enter');
  await click('B10');
  await expect(editor(sheet)).toHaveValue('=SUM(B10');
  await expect(mode(sheet)).toHaveText('Point');
  await drag(cells.B10, cells.D12);
  await expect(editor(sheet)).toHaveValue('=SUM(B10:D12');
  expect(await frames(sheet)).toEqual(['B10:D12 1*']);

  await page.keyboard.down('Control');
  await click('F14');
  await page.keyboard.up('Control');
  await expect(editor(sheet)).toHaveValue('=SUM(B10:D12,F14');
  expect(await frames(sheet)).toEqual(['B10:D12 1', 'F14 2*']);
  await sheet.screenshot('formula-pointing');

  // Text and frames have the same colours, in the cell and in the formula bar.
  const inCell = await colours(page.locator('.sheet-editor-text'));
  expect(inCell.length).toBe(2);
  expect(await colours(page.locator('.formula-text'))).toEqual(inCell);

  await page.keyboard.press('F4');
  await expect(editor(sheet)).toHaveValue('=SUM(B10:D12,$F$14');
  // The edge of a frame moves its reference, a corner resizes it.
  const frame = (await page.locator('.sheet-outlines .reference[data-range="B10:D12"]').boundingBox())!;
  const side = cells.D10.x - cells.B10.x;
  const edge = { x: frame.x + 1, y: frame.y + frame.height / 3 };
  await drag(edge, { x: edge.x + side, y: edge.y });
  await expect(editor(sheet)).toHaveValue('=SUM(D10:F12,$F$14');
  const moved = (await page.locator('.sheet-outlines .reference[data-range="D10:F12"]').boundingBox())!;
  const corner = { x: moved.x + moved.width - 1, y: moved.y + moved.height - 1 };
  await drag(corner, cells.H16);
  await expect(editor(sheet)).toHaveValue('=SUM(D10:H16,$F$14');

  // A click elsewhere enters the finished formula.
  await page.keyboard.press('End');
  await page.keyboard.type(')');
  await click('B10');
  await expect(editor(sheet)).toBeHidden();
  await expect(mode(sheet)).toHaveText('Ready');
  expect(await frames(sheet)).toEqual([]);
  await sheet.selectCell('C18');
  await expect(sheet.formulaBar).toHaveValue('=SUM(D10:H16,$F$14)');

  // In the formula bar, cells are picked and functions completed as well.
  const places = await measure(sheet, 'B10', 'D12', 'C18');
  await sheet.selectCell('C18');
  await sheet.formulaBar.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('=aver');
  await page.keyboard.press('Tab');
  await expect(sheet.formulaBar).toHaveValue('=AVERAGE(');
  await page.mouse.click(places.B10.x, places.B10.y);
  await expect(sheet.formulaBar).toHaveValue('=AVERAGE(B10');
  await expect(sheet.formulaBar).toBeFocused();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(sheet.formulaBar).toHaveValue('=AVERAGE(B10:B11');
  await page.keyboard.type('*2');
  await expect(sheet.formulaBar).toHaveValue('=AVERAGE(B10:B11*2');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('F4');
  await expect(sheet.formulaBar).toHaveValue('=AVERAGE($B$10:$B$11*2');
  await sheet.screenshot('formula-bar');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(mode(sheet)).toHaveText('Ready');
});

test('by keyboard: functions are completed and explained, arrows point, F2 and Escape as in Excel (habit 19)', async ({
  sheet,
}) => {
  const { page } = sheet;
  await sheet.selectCell('D10');
  await page.keyboard.type('=su');
  await expect(proposals(sheet).getByRole('option').first()).toContainText('SUM');
  await expect(editor(sheet)).toHaveAttribute('aria-activedescendant', 'formula-proposal-0');
  await page.keyboard.press('ArrowDown');
  await expect(proposals(sheet).getByRole('option', { selected: true })).toContainText('SUMPRODUCT');
  await expect(editor(sheet)).toHaveAttribute('aria-activedescendant', 'formula-proposal-1');
  await sheet.screenshot('formula-proposals');
  await page.keyboard.press('Tab');
  await expect(editor(sheet)).toHaveValue('=SUMPRODUCT(');
  await expect(help(sheet).locator('.signature')).toHaveText('SUMPRODUCT(array1, …)');
  await expect(help(sheet).locator('.signature b')).toHaveText('array1');

  // Arrows point from the cell, Shift extends, a separator begins the next argument.
  for (const key of ['ArrowLeft', 'ArrowUp', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown'])
    await page.keyboard.press(key);
  await expect(editor(sheet)).toHaveValue('=SUMPRODUCT(C9:E10');
  await page.keyboard.type(',');
  await expect(help(sheet).locator('.signature b')).toHaveText('…');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('F4');
  await expect(editor(sheet)).toHaveValue('=SUMPRODUCT(C9:E10,$D$9');
  // F2: arrows move the caret; again: they move the reference.
  await page.keyboard.press('F2');
  await expect(mode(sheet)).toHaveText('Edit');
  await page.keyboard.press('F2');
  await expect(mode(sheet)).toHaveText('Point');
  await page.keyboard.press('ArrowRight');
  await expect(editor(sheet)).toHaveValue('=SUMPRODUCT(C9:E10,E9');

  // Escape closes the help, then gives up.
  await expect(help(sheet)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(help(sheet)).toBeHidden();
  await expect(editor(sheet)).toHaveValue('=SUMPRODUCT(C9:E10,E9');
  await page.keyboard.press('Escape');
  await expect(editor(sheet)).toBeHidden();

  // Where an argument must be as large as the first, kernels of that size are proposed, and Tab takes one.
  await sheet.selectCell('C34');
  await page.keyboard.type('=SUMPRODUCT(T16:V18,');
  await expect(help(sheet)).toContainText('It must be as large as T16:V18, 3×3.');
  await expect(proposals(sheet).getByRole('option').first()).toContainText('AD11:AF13');
  await expect(proposals(sheet).getByRole('option').first()).toContainText('conv1 · kernel 1');
  await page.keyboard.press('Tab');
  await expect(editor(sheet)).toHaveValue('=SUMPRODUCT(T16:V18,AD11:AF13');
  // What was so far before, a formula without its second array, has no number.
  await expect(help(sheet).locator('.so-far')).toHaveText(/^So far -?\d/);
  await sheet.screenshot('formula-so-far');
  const told = await help(sheet).locator('.so-far').textContent();
  await page.keyboard.press('Escape');
  await page.keyboard.type(')');
  await page.keyboard.press('Enter');
  await expect.poll(async () => `So far ${Number((await sheet.valueOf('C34')).toPrecision(6))}`).toBe(told);
  await sheet.selectCell('D10');

  // A wrong name says which is near; names of the network's tensors are proposed.
  await page.keyboard.type('=SUMPRODUKT(');
  await expect(help(sheet)).toContainText('Did you mean SUMPRODUCT?');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('=conv1_k');
  await expect(proposals(sheet).getByRole('option').first()).toContainText('conv1_kernel');
  await page.keyboard.press('Tab');
  await expect(editor(sheet)).toHaveValue('=conv1_kernel');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(editor(sheet)).toBeHidden();

  // The help stands over the editor where there is no room below.
  await sheet.selectCell('D49');
  await page.keyboard.type('=sum');
  await expect(proposals(sheet)).toBeVisible();
  const below = (await page.locator('.sheet-editor-box').boundingBox())!;
  const above = (await help(sheet).boundingBox())!;
  expect(above.y + above.height).toBeLessThanOrEqual(below.y);
  expect(above.y).toBeGreaterThanOrEqual(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  // The colours of a long formula lie under its text, in lines that are as high and break alike.
  await sheet.selectCell('CT12');
  await page.keyboard.press('F2');
  await expect(editor(sheet)).toHaveValue(/^=SUMPRODUCT.{60,}/);
  const lines = await page.evaluate(() => {
    const area = document.querySelector('.sheet-editor')!;
    const coloured = document.querySelector('.sheet-editor-text')!;
    const letters = document.createRange();
    letters.selectNodeContents(coloured);
    return { typed: area.scrollHeight / 18, coloured: Math.round(letters.getBoundingClientRect().height / 18) };
  });
  expect(lines.coloured).toBe(Math.round(lines.typed));
  expect(lines.coloured).toBeGreaterThan(1);
  await sheet.screenshot('formula-long');
  await page.keyboard.press('Escape');
});

test('in German, and dark', async ({ app }) => {
  const sheet = await app.start('lesson3', ['--lang=de']);
  const { page } = sheet;
  await page.emulateMedia({ colorScheme: 'dark' });
  const name = page.locator('.name input');
  await name.fill('AH3');
  await name.press('Enter');
  // What a cell computes is written in German too.
  await expect(page.locator('.formula-input')).toHaveValue(/^=SUMMENPRODUKT\(A2:C4;/);
  await name.fill('C18');
  await name.press('Enter');
  await page.keyboard.type('=summenp');
  await page.keyboard.press('Tab');
  await expect(editor(sheet)).toHaveValue('=SUMMENPRODUKT(');
  await expect(help(sheet).locator('.signature')).toHaveText('SUMMENPRODUKT(Bereich; …)');
  await page.keyboard.type('B10:D12;0,5*');
  await page.keyboard.press('ArrowUp');
  await expect(editor(sheet)).toHaveValue('=SUMMENPRODUKT(B10:D12;0,5*C17');
  await expect(page.locator('.statusbar .mode')).toHaveText('Zeigen');
  await sheet.screenshot('formula-german-dark');
  await page.keyboard.type(')+wen');
  await sheet.screenshot('formula-german-proposals-dark');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
});
