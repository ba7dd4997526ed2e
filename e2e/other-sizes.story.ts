import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { columnIndex, columnName } from '../shared/address.ts';
import { expect, test } from './app.ts';
import { commandLine } from './shell.ts';

const CLASSES = { Äpfel: '#c8282d', Bananen: '#e6d23c', 'Trauben (blau)': '#4632a0' };

/** Trains a network on a few colour pictures of 12×12 pixels, with the command line. Returns its file. */
async function fruitNetwork(home: string, classes: Record<string, string> = CLASSES): Promise<string> {
  for (const [name, background] of Object.entries(classes)) {
    await mkdir(join(home, 'fruit', name), { recursive: true });
    for (let i = 0; i < 3; i++)
      await sharp({ create: { width: 12, height: 12, channels: 3, background } })
        .png()
        .toFile(join(home, 'fruit', name, `${i}.png`));
  }
  const file = join(home, 'fruit.convsheet');
  const options = ['--data', join(home, 'fruit'), '--size', '12x12x3', '--epochs', '1', '-o', file];
  await commandLine('train', 'lesson3', ...options);
  return file;
}

const LONG = `Früchte aus Übersee, die sonst nirgends einzuordnen sind${' und auch sonst nicht'.repeat(3)}`;

test('another size of input is opened without a word about the digits (fault 46, habits 31 and 37)', async ({
  app,
  sheet,
}) => {
  const { page, dialog } = sheet;
  const digits = page.getByRole('listbox', { name: 'Digits' });
  await fruitNetwork(app.home, { ...CLASSES, [LONG]: '#3c8c46' });
  await expect(digits.getByRole('option').first()).toBeVisible();
  // Records every notice, also those that disappear.
  const told: string[] = [];
  await page.exposeFunction('tell', (text: string) => void told.push(text));
  await sheet.notice.evaluate(line => {
    const page = window as unknown as { tell(text: string): void };
    new MutationObserver(() => line.textContent && page.tell(line.textContent)).observe(line, { childList: true });
  });
  // Opened without its extension (habit 37).
  await page.keyboard.press('Control+o');
  await dialog.getByLabel('File name').fill('fruit');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Layers' })).toContainText('3×12×12');
  await expect(digits).toBeHidden();
  // Earlier requests are answered by now.
  await sheet.selectCell('A3');
  await sheet.drawn();
  // The column of class names, two before the scores, is wider than theirs, up to 12 cells. What doesn't fit is in the
  // tooltip, and nothing of it runs over the numbers.
  await sheet.goTo('dense/output');
  const [column, row] = /([A-Z]+)(\d+)/.exec(await sheet.activeCell())!.slice(1);
  const names = columnName(columnIndex(column) - 2);
  const rows = Object.keys(CLASSES).length + 1;
  const scores = await sheet.box(`${column}${row}:${column}${Number(row) + rows - 1}`);
  const cell = scores.height / rows;
  const name = await sheet.box(`${names}${Number(row) + Object.keys(CLASSES).concat(LONG).sort().indexOf(LONG)}`);
  expect(name.width).toBeGreaterThan(3 * scores.width);
  expect(name.width).toBeLessThan(12.2 * cell);
  await page.mouse.move(name.x + 20, name.y + 5);
  await expect(page.locator('.sheet-scroller')).toHaveAttribute('title', LONG);
  await sheet.screenshot('long-class-name');
  await sheet.menu('File', 'New', 'The lesson: edges on a digit');
  await expect(digits.getByRole('option').first()).toBeVisible();
  expect(told).toEqual([]);
});

test('names of classes stand whole under their images, with the dots of their capitals (fault 45)', async ({ app }) => {
  const sheet = await app.start(await fruitNetwork(app.home));
  await sheet.page.getByRole('button', { name: 'Read the data set' }).click();
  const labels = sheet.page.getByRole('listbox', { name: 'Images' }).locator('.label');
  await expect(labels.first()).toBeVisible();
  const drawn = await labels.evaluateAll(found =>
    found.map(label => ({
      name: (label as HTMLElement).dataset.text,
      cut: label.scrollWidth > label.clientWidth,
      // A capital letter with dots is higher than its font size.
      high: label.clientHeight >= 1.5 * Number.parseFloat(getComputedStyle(label).fontSize),
    })),
  );
  expect(new Set(drawn.map(({ name }) => name))).toEqual(new Set(Object.keys(CLASSES)));
  expect(drawn.filter(({ cut, high }) => cut || !high)).toEqual([]);
});
