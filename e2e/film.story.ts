import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import { FilmPage } from './film-page.ts';

test('a teacher captures scenes from the sheet by one key, edits and reorders them by keys, previews, undoes', async ({
  app,
}) => {
  const sheet = await app.start('lesson3');
  const { page } = sheet;
  const { keyboard } = page;
  const film = new FilmPage(page);

  // Three screens become three scenes: a part of the sheet, the scan that runs, the explained cell.
  await sheet.selectCell('AH5');
  await keyboard.press('F7');
  await expect(sheet.notice).toContainText('scene 1 now: conv1');
  await keyboard.press('Control+Shift+P');
  await keyboard.press('Space');
  await keyboard.press('F7');
  await expect(sheet.notice).toContainText('scene 2');
  await keyboard.press('Escape');
  await sheet.selectCell('AH9');
  await keyboard.press('Shift+F1');
  await keyboard.press('F7');
  await expect(sheet.notice).toContainText('scene 3 now: conv1 · map 1 · row 7, column 1');
  await sheet.statusBar.getByRole('button', { name: 'Go There' }).click();
  await expect(film.scenes).toHaveCount(3);
  await expect(film.chosen).toBeFocused();
  await expect(film.chosen).toHaveAccessibleName(/^Scene 3 conv1 · map 1/);
  await expect(film.choice('Camera')).toHaveValue('cell');
  await expect(film.field('Cell')).toHaveValue('AH9');

  // Its picture is drawn: many colours.
  await expect.poll(() => film.colours()).toBeGreaterThan(8);
  expect(await seriousFaults(page)).toEqual([]);
  await sheet.screenshot('film-1-captured');

  // By keys alone: a scene is moved, renamed, doubled.
  await keyboard.press('Alt+ArrowUp');
  await expect(film.chosen).toBeFocused();
  await keyboard.press('F2');
  await keyboard.type('One cell');
  await keyboard.press('Enter');
  await expect.poll(() => film.titles()).toEqual(['conv1', 'One cell', 'conv1']);
  await keyboard.press('Control+d');
  await expect.poll(() => film.titles()).toEqual(['conv1', 'One cell', 'One cell', 'conv1']);
  await keyboard.press('Delete');
  await keyboard.press('ArrowDown');
  await expect(film.choice('What moves')).toHaveValue('scan');
  await expect(film.choice('Camera')).toHaveValue('sheet');

  // What is typed stays as it is typed, also where its beginning could be meant.
  await film.field('Cells in the picture').fill('');
  await film.field('Cells in the picture').pressSequentially('conv1/kernel');
  await expect(film.field('Cells in the picture')).toHaveValue('conv1/kernel');
  await keyboard.press('Tab');
  await expect(film.field('Cells in the picture')).toHaveValue(/^[A-Z]+\d+:[A-Z]+\d+$/);
  // The settings: what can't be meant says what fits, and stays.
  await film.choice('Camera').selectOption('maps');
  await film.field('Duration').fill('long');
  await expect(film.settings.getByRole('alert').filter({ hasText: 'seconds' })).toContainText('from 0.1 to 3,600');
  await expect(film.field('Duration')).toHaveValue('long');
  await film.field('Duration').fill('4');
  await film.field('Caption').fill('The kernel slides over the digit.');
  await expect(film.root.locator('.film-track.captions')).toContainText('The kernel slides');
  await expect(film.chosen).toHaveAccessibleName(/ 4 s$/);
  // Undo is the workbook's, one step for what was typed into a field.
  await keyboard.press('Control+z');
  await expect(film.field('Caption')).toHaveValue('');
  await keyboard.press('Control+z');
  await expect(film.chosen).not.toHaveAccessibleName(/ 4 s$/);
  await keyboard.press('Control+y');
  await keyboard.press('Control+y');
  await expect(film.field('Caption')).toHaveValue('The kernel slides over the digit.');

  // A cell in braces says what it holds.
  await film.field('Caption').fill('The kernel slides over {here}.');
  await expect(film.settings.getByRole('alert').filter({ hasText: '{here} is no cell' })).toBeVisible();
  await film.field('Caption').fill('The kernel slides to {AH4 %} of {ah3}.');
  await expect(film.root.locator('.film-track.captions')).toContainText(
    /The kernel slides to −?[\d.]+ % of −?[\d.]+\./,
  );
  await keyboard.press('Tab');
  await expect(film.field('Caption')).toHaveValue('The kernel slides to {AH4 %} of {AH3}.');

  // Preview from any point: scenes, seconds, frames, marks; then it plays by itself.
  await keyboard.press('Escape');
  await keyboard.press('PageUp');
  await keyboard.press('PageUp');
  await expect(film.chosen).toHaveAccessibleName(/^Scene 1/);
  await expect.poll(() => film.seconds()).toBe(0);
  await keyboard.press('Shift+ArrowRight');
  await keyboard.press('ArrowRight');
  await expect.poll(() => film.seconds()).toBeCloseTo(1 + 1 / 30, 2);
  await expect(film.root).toContainText('frame 31');
  await keyboard.press('m');
  await expect(film.root.getByRole('button', { name: /^Mark mark 1 at 0:01/ })).toBeVisible();
  await keyboard.press('PageDown');
  await keyboard.press('PageDown');
  const from = await film.seconds();
  await keyboard.press('Space');
  await expect.poll(() => film.seconds()).toBeGreaterThan(from + 1);
  const early = await film.drawing();
  await expect.poll(() => film.drawing()).not.toBe(early);
  // What is presented pauses it.
  await keyboard.press('Shift+F6');
  await expect(page.getByRole('dialog', { name: 'Presentation' })).toBeVisible();
  await keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Presentation' })).toBeHidden();
  await expect(film.root.getByRole('button', { name: /^Play/ })).toBeVisible();
  await sheet.screenshot('film-2-settings');

  // With the mouse: an edge is dragged, and a scene to the top.
  const edge = film.root.getByRole('slider', { name: 'Length of One cell' });
  const { x, y } = (await edge.boundingBox())!;
  await page.mouse.move(x + 4, y + 8);
  await page.mouse.down();
  await page.mouse.move(x + 100, y + 8, { steps: 3 });
  await page.mouse.up();
  await expect.poll(async () => Number(await edge.getAttribute('aria-valuenow'))).toBeGreaterThan(5.2);
  // Escape takes a drag back.
  const dragged = (await edge.getAttribute('aria-valuenow'))!;
  // The timeline is drawn anew when the length has changed.
  await expect(edge).toBeVisible();
  const { x: at } = (await edge.boundingBox())!;
  await page.mouse.move(at + 4, y + 8);
  await page.mouse.down();
  await page.mouse.move(at - 60, y + 8, { steps: 3 });
  await expect(edge).not.toHaveAttribute('aria-valuenow', dragged);
  await keyboard.press('Escape');
  await page.mouse.up();
  await expect(edge).toHaveAttribute('aria-valuenow', dragged);
  const [first, last] = [(await film.scenes.first().boundingBox())!, (await film.scenes.last().boundingBox())!];
  await page.mouse.move(last.x + 60, last.y + 40);
  await page.mouse.down();
  await page.mouse.move(first.x + 60, first.y + 60, { steps: 4 });
  await page.mouse.move(first.x + 60, first.y + 10, { steps: 2 });
  await page.mouse.up();
  await expect.poll(() => film.titles()).toEqual(['conv1', 'conv1', 'One cell']);

  // Keys of the sheet mean nothing here; Esc goes back to it.
  await film.scenes.first().focus();
  await keyboard.press('Control+b');
  await expect(film.root).toBeVisible();
  await keyboard.press('Escape');
  await expect(film.root).toBeHidden();
  await expect(page.locator(':focus')).toHaveAttribute('aria-colindex', /.+/);

  // One press makes a whole storyboard of the network, and undo brings the old one back.
  await sheet.menu('Film', 'New from template', 'One Cell of a Convolution');
  await expect.poll(async () => (await film.titles())[0]).toBe('The image');
  await expect(film.chosen).toHaveAccessibleName(/^Scene 1/);
  await sheet.undo();
  await expect.poll(() => film.titles()).toEqual(['conv1', 'conv1', 'One cell']);

  // The shortest scene becomes a file, in the background, with its caption in a file of its own. One that is there is
  // replaced only if the user wants it.
  const captions = join(app.home, 'lesson3, conv1.srt');
  await writeFile(captions, 'older');
  await film.field('Duration').fill('0.5');
  await film.field('Caption').fill('An edge.');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await film.root.getByRole('combobox', { name: 'Size' }).selectOption('720p');
  await film.root.getByRole('combobox', { name: 'Captions' }).selectOption('as .srt file');
  const save = async (answer: string) => {
    await film.root.getByRole('button', { name: 'This scene only' }).click();
    await sheet.dialog.getByRole('button', { name: 'Save' }).click();
    await expect(sheet.dialog).toContainText('lesson3, conv1.srt exists already');
    await sheet.dialog.getByRole('button', { name: answer }).click();
  };
  await save('Cancel');
  expect(await readFile(captions, 'utf8')).toBe('older');
  await save('Replace');
  await expect(sheet.notice).toContainText('lesson3, conv1.mp4');
  expect((await stat(join(app.home, 'lesson3, conv1.mp4'))).size).toBeGreaterThan(1000);
  expect(await readFile(captions, 'utf8')).toMatch(/^1\n00:00:00,000 --> 00:00:0\d,\d{3}\nAn edge\.\n$/);
});
