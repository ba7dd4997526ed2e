import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import { FilmPage } from './film-page.ts';
import type { SheetPage } from './sheet-page.ts';
import { calc } from './shell.ts';

const SCENES = `---
look: dark
---

## An edge
\`\`\`scene
show: maps input, conv1 map 1
move: scan conv1 from AH3 to BG28
time: 1.5 s
rest: 0 s before, 0.5 s after
\`\`\`
> The kernel slides over the image & <adds> up.

## Its change
\`\`\`scene
show: maps conv1 map 2
move: type into AD11: 0.5
time: 1 s
rest: 0 s before, 0.5 s after
\`\`\`
> It is {AD11} now.
`;

/** Exports what the menu names. Resolves with the file. */
async function exported(sheet: SheetPage, home: string, item: string, name: string): Promise<Buffer> {
  await sheet.menu('File', 'Export', item);
  const field = sheet.dialog.getByLabel('File name');
  const choose = sheet.dialog.getByRole('button', { name: 'Choose a File…' });
  await expect(field.or(choose)).toBeVisible();
  if (await choose.isVisible()) {
    expect(await seriousFaults(sheet.page)).toEqual([]);
    await choose.click();
  }
  await field.fill(name);
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.page.getByText(`It is in ${join(home, name)}.`)).toBeVisible();
  return readFile(join(home, name));
}

async function valueOf(cell: string, ...edits: string[]): Promise<number> {
  const { sheets } = await calc('lesson3', '--cells', `Network!${cell}`, ...edits);
  return (sheets as Record<string, Record<string, number>>).Network[cell];
}

/** Changes the storyboard as text in the app, takes it back, and leaves as it was. */
async function editAsText(sheet: SheetPage): Promise<void> {
  const { page, dialog } = sheet;
  const { keyboard } = page;
  const film = new FilmPage(page);
  const field = page.getByRole('textbox', { name: 'Text of the storyboard' });
  const problems = page.locator('.film-written .text-problems');
  await sheet.menu('Film', 'Edit as Text');
  await expect(field).toBeFocused();
  const text = await field.inputValue();
  expect(text).toContain('## Its change\n');

  // Mistakes are told while one types, and nothing is applied before they are mended.
  const wrong = text.replace('conv1 map 2', 'conv9').replace('An edge', 'The edge');
  const line = wrong.split('\n').indexOf('show: maps conv9') + 1;
  await field.fill(wrong);
  await expect(problems).toContainText(`Line ${line}: The network has no layer or tensor conv9`);
  await sheet.screenshot('film-text');
  expect(await seriousFaults(page)).toEqual([]);
  await field.press('ControlOrMeta+Home');
  await keyboard.press('Control+Enter');
  await expect(field).toBeFocused();
  const caret = () => field.evaluate((each: HTMLTextAreaElement) => each.selectionStart);
  await expect.poll(caret).toBe(wrong.indexOf('show: maps conv9'));
  await keyboard.insertText('show: maps conv1');
  await expect(problems).toHaveText('No mistakes.');
  await keyboard.press('Control+Enter');
  await expect(film.chosen).toBeFocused();
  expect(await film.titles()).toEqual(['The edge', 'Its change']);
  await sheet.undo();
  await expect.poll(() => film.titles()).toEqual(['An edge', 'Its change']);

  // Escape asks before typed text is lost.
  await keyboard.press('t');
  await expect(field).toHaveValue(text);
  await field.press('x');
  await keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(field).toHaveValue(/x/);
  await field.press('Escape');
  await dialog.getByRole('button', { name: 'Leave It' }).click();
  await expect(film.chosen).toBeFocused();
  expect(await film.titles()).toEqual(['An edge', 'Its change']);
  await keyboard.press('Escape');
  await expect(film.root).toBeHidden();
}

test('a text becomes a storyboard, a page that plays from a file with the cells’ numbers, and other files', async ({
  app,
  sheet,
  context,
}) => {
  const take = async (text: string) => {
    const chosen = sheet.page.waitForEvent('filechooser');
    await sheet.menu('File', 'Storyboard from Text…');
    await (await chosen).setFiles({ name: 'edge.md', mimeType: 'text/markdown', buffer: Buffer.from(text) });
  };
  await take(SCENES.replace('AH3', 'ZZ999'));
  await expect(sheet.dialog).toContainText('Line 8: ');
  await sheet.page.keyboard.press('Escape');
  await take(SCENES.replace('{AD11}', '{AD11:AD12}'));
  await expect(sheet.dialog).toContainText('Line 21: In the caption, {AD11:AD12} is no cell.');
  await sheet.page.keyboard.press('Escape');
  await take(SCENES);
  await expect(sheet.page.getByText('The storyboard has 2 scenes now.')).toBeVisible();

  await editAsText(sheet);

  const text = (await exported(sheet, app.home, 'Storyboard as text…', 'board.md')).toString();
  expect(text).toContain('show: maps input, conv1 map 1\nmove: scan conv1 from AH3 to BG28\n');
  expect(text).toContain('> It is {AD11} now.\n');
  const captions = (await exported(sheet, app.home, 'Captions (WebVTT)…', 'board.vtt')).toString();
  expect(captions).toContain('00:00:00.000 --> 00:00:01.500\nThe kernel slides over the image &amp; &lt;adds&gt; up.');
  // A caption says what its cell holds, before the edit and after it.
  const [, said] = /00:00:01\.500 --> 00:00:01\.833\nIt is (\S+) now\./.exec(captions)!;
  expect(Math.abs(Number(said) - (await valueOf('AD11')))).toBeLessThan(0.006);
  expect(captions).toContain('00:00:01.833 --> 00:00:02.500\nIt is 0.50 now.');
  const svg = (await exported(sheet, app.home, 'Picture (SVG)…', 'still.svg')).toString();
  expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
  const png = await exported(sheet, app.home, 'Picture (PNG)…', 'still.png');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1920, 1080]);
  const gif = await exported(sheet, app.home, 'Animation (GIF)…', 'film.gif');
  expect(gif.toString('latin1', 0, 6)).toBe('GIF89a');
  expect(gif.length).toBeLessThan(10_000_000);
  const pdf = (await exported(sheet, app.home, 'Handout (PDF)…', 'handout.pdf')).toString('latin1');
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(2);
  const frames = (await exported(sheet, app.home, 'Frames (PNG)…', 'frames.zip')).toString('latin1');
  expect(frames.match(/frame-\d{4}\.png/g)).toHaveLength(2 * 75);
  const html = await exported(sheet, app.home, 'Web page…', 'film.html');
  expect(html.length).toBeLessThan(5 * 2 ** 20);

  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', request => asked.push(request.url()));
  const url = pathToFileURL(join(app.home, 'film.html')).href;
  await page.goto(url);
  await expect(page.getByRole('navigation', { name: 'Scenes' }).getByRole('button')).toHaveCount(2);
  expect(await seriousFaults(page)).toEqual([]);

  // It plays from scene to scene, and stops at its end.
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press('PageDown');
  await expect(page.getByText('0:02 / 0:02')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  await expect(page.getByText('It is 0.50 now.')).toBeVisible();

  // What the last scene shows is what the cell holds after the edit; before it, what it holds now.
  const cell = page.getByRole('status');
  const picture = page.getByRole('application');
  const { width, height } = (await picture.boundingBox())!;
  await picture.hover({ position: { x: width / 2, y: height / 2 } });
  const spoken = (await cell.textContent())!;
  const [, name, value] = /^([A-Z]+\d+) · conv1 · map 2 · row \d+, column \d+: (\S+)$/.exec(spoken)!;
  expect(Number(value)).toBe(await valueOf(name, '--set', 'AD11=0.5'));
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageUp');
  await picture.focus();
  await page.keyboard.press('ArrowRight');
  await expect(cell).not.toHaveText(spoken);
  expect(asked).toEqual([url]);

  // Where nothing shall move by itself, it goes on step by step.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const slider = page.getByRole('slider', { name: 'Time' });
  const before = Number(await slider.inputValue());
  await page.getByRole('button', { name: 'Next step' }).click();
  expect(Number(await slider.inputValue())).toBeGreaterThan(before);
  await page.close();

  // Without the layer that its scenes show, no film is begun, and no file is asked for.
  const layers = sheet.page.getByRole('navigation', { name: 'Layers' }).getByRole('button');
  await layers.filter({ hasText: 'conv1' }).first().focus();
  await sheet.page.keyboard.press('Delete');
  await sheet.page.keyboard.press('Control+Enter');
  await expect(layers.filter({ hasText: 'conv1' })).toHaveCount(0);
  await sheet.page.getByRole('button', { name: 'Storyboard', exact: true }).click();
  await sheet.page.getByRole('button', { name: 'Export', exact: true }).click();
  await sheet.page.getByRole('button', { name: 'Export film', exact: true }).click();
  await expect(sheet.notice).toContainText('Scene 1 (An edge) can’t be shown');
  await expect(sheet.dialog).toBeHidden();
});
