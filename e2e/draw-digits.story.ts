import { expect, test } from './app.ts';
import strokes from './fixtures/strokes.json' with { type: 'json' };
import type { SheetPage } from './sheet-page.ts';

type Point = readonly number[];

test.use({ target: 'lenet' });

test('nine of ten digits drawn off centre on the input cells are recognised', async ({ sheet }) => {
  const pen = await takePen(sheet);
  const missed: string[] = [];
  for (const { digit, strokes: lines } of drawings()) {
    await sheet.page.getByRole('toolbar').getByRole('button', { name: 'Clear' }).click();
    await pen.draw(...lines);
    // The drawing is centred a moment after the last stroke.
    await expect(sheet.statusBar).toContainText('Actual unknown');
    await expect
      .poll(() => sheet.predictedClass(), { timeout: 10_000 })
      .toBe(digit)
      .catch(() => missed.push(digit));
    if (digit === '5') await sheet.screenshot('draw-digits-1-drawn');
  }
  expect(missed.length, `not recognised: ${missed.join(' ')}`).toBeLessThanOrEqual(1);
});

test('a stroke is one step of undo, the eraser takes away, clearing empties, Escape ends it (fault 41)', async ({
  sheet,
}) => {
  const { page } = sheet;
  await expect(sheet.statusBar).toContainText('Actual 7');
  const pen = await takePen(sheet);
  await sheet.page.getByRole('checkbox', { name: 'Centre and scale' }).uncheck();
  await sheet.page.getByRole('toolbar').getByRole('button', { name: 'Clear' }).click();
  await expect(sheet.statusBar).toContainText('Actual unknown');
  await pen.draw(
    [
      [5.5, 5.5],
      [5.5, 14.5],
      [5.5, 20.5],
    ],
    [
      [12.5, 5.5],
      [12.5, 20.5],
    ],
  );
  await sheet.expectValue('F12', 1);
  await sheet.expectValue('M12', 1);

  await sheet.page.getByRole('toolbar').getByRole('button', { name: 'Eraser' }).click();
  await pen.draw([
    [12.5, 5.5],
    [12.5, 20.5],
  ]);
  await sheet.expectValue('M12', 0);
  await sheet.screenshot('draw-digits-2-eraser');

  await sheet.undo();
  await sheet.expectValue('M12', 1);
  await sheet.undo();
  await sheet.expectValue('M12', 0);
  await sheet.expectValue('F12', 1);
  await sheet.undo();
  await sheet.expectValue('F12', 0);
  await sheet.undo();
  await expect(sheet.statusBar).toContainText('Actual 7');
  await sheet.redo();
  await sheet.redo();
  await sheet.expectValue('F12', 1);

  // Escape works from the panel of the pen too, and gives the keyboard to the sheet.
  const size = page.getByRole('slider', { name: 'Size' });
  await page.keyboard.press('Control+Shift+D');
  await expect(size).toBeHidden();
  await page.keyboard.press('Control+Shift+D');
  await size.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Escape');
  await expect(size).toBeHidden();
  await expect(page.locator(':focus')).toHaveAttribute('role', 'gridcell');
});

/** Starts drawing. `draw` makes strokes, given in cells of the input, one after the other. After a pause, the drawing
 *  is centred. */
async function takePen(sheet: SheetPage): Promise<{ draw(...strokes: (readonly Point[])[]): Promise<void> }> {
  await sheet.page.getByRole('toolbar').getByRole('button', { name: 'Draw' }).click();
  const { mouse } = sheet.page;
  return {
    async draw(...strokes) {
      const { x, y, width } = await sheet.box('A3:AB30');
      const cell = width / 28;
      for (const points of strokes) {
        const [first, ...rest] = points.map(([column, row]) => [x + column * cell, y + row * cell] as const);
        await mouse.move(...first);
        await mouse.down();
        for (const point of rest) await mouse.move(...point);
        await mouse.up();
      }
    },
  };
}

function drawings(): { digit: string; strokes: Point[][] }[] {
  return strokes.drawings.map(({ digit, strokes: lines }) => ({ digit: String(digit), strokes: lines }));
}
