import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { expect, test } from './app.ts';
import { calc, type Calculated, findElectron, root } from './shell.ts';
import { SheetPage } from './sheet-page.ts';

/** Cells of every layer: relu1's two maps, conv2, pool, the scores, the probability of class 7. */
const followers = ['BQ11', 'CA40', 'CT12', 'EN6', 'GA4', 'GA13', 'GE11'];
const input = 'A2:AB29';
const map = 'BI3:CH28';

const story = 'a kernel cell is edited: maps, scores and prediction follow; undo and redo bring them back bit for bit';

test(story, ({ sheet }) => editAKernel(sheet, 'edit-a-kernel'));

test(`${story} (in Electron)`, async () => {
  const program = await findElectron();
  test.skip(!program, "Electron's program is not installed here");
  const state = await mkdtemp(join(tmpdir(), 'convsheet-story-'));
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({
    executablePath: program,
    args: [...asRoot, root, 'lesson3'],
    env: { ...(process.env as Record<string, string>), CONVSHEET_STATE: state },
  });
  try {
    const page = await app.firstWindow();
    await page.setViewportSize({ width: 1600, height: 1000 });
    const sheet = new SheetPage(page);
    await sheet.ready();
    await editAKernel(sheet, 'edit-a-kernel-electron');
  } finally {
    await app.evaluate(({ app }) => app.exit(0)).catch(() => {});
    await rm(state, { recursive: true, force: true });
  }
});

async function editAKernel(sheet: SheetPage, name: string): Promise<void> {
  const tools = sheet.page.getByRole('toolbar');
  const cells = followers.flatMap(cell => ['--cells', cell]);
  const before = await calc('lesson3', ...cells, '--tensors');
  const after = await calc('lesson3', ...cells, '--tensors', '--set', 'AD11=-3.25');
  const showsAll = async ({ sheets, tensors }: Calculated) => {
    for (const cell of followers) await sheet.expectValue(cell, sheets.Network[cell] as number);
    await sheet.expectPredicted(likeliest(tensors['softmax/output'].values));
  };

  await sheet.expectPredicted('7');
  await sheet.screenshot(`${name}-1-start`);
  const start = { input: await sheet.pixelsOf(input), map: await sheet.pixelsOf(map) };
  await showsAll(before);

  await sheet.typeIntoCell('AD11', '-3.25');
  await expect(sheet.nameBox).toHaveValue('AD12');
  await showsAll(after);
  await sheet.screenshot(`${name}-2-edited`);
  const edited = { input: await sheet.pixelsOf(input), map: await sheet.pixelsOf(map) };
  expect(edited.map.equals(start.map), 'the map has changed').toBe(false);
  expect(edited.input.equals(start.input), 'the input was left alone').toBe(true);

  await tools.getByRole('button', { name: 'Undo' }).click();
  await showsAll(before);
  await sheet.expectPixels(map, start.map);
  await tools.getByRole('button', { name: 'Redo' }).click();
  await showsAll(after);
  await sheet.expectPixels(map, edited.map);
}

test('what does not belong in a cell is refused with a sentence; a number too large shows as #NUM! after it', async ({
  sheet,
}) => {
  const refusals: [cell: string, typed: string, sentence: string, formula: string][] = [
    ['AD11', 'two', 'AD11 needs a number such as 0.5, not "two". The old value stays.', '1'],
    ['AD11', '1e39', "AD11 can't hold 1e39", '1'],
    ['AD11', '=A2*', 'The formula ends at position 5, where a number', '1'],
    ['BQ11', 'two', 'BQ11 needs a number', '=MAX(0,AP11)'],
  ];
  for (const [cell, typed, sentence, formula] of refusals) {
    await sheet.typeIntoCell(cell, typed);
    await expect(sheet.notice).toContainText(sentence);
    await sheet.selectCell(cell);
    await expect(sheet.formulaBar).toHaveValue(formula);
  }
  await expect(sheet.page.getByText('Unchanged', { exact: true })).toBeVisible();

  // The formula bar takes an edit as the cell does, and F2 shows the formula.
  await sheet.selectCell('AD11');
  await sheet.formulaBar.fill('0.5');
  await sheet.formulaBar.press('Enter');
  await sheet.expectValue('AD11', 0.5);
  await sheet.selectCell('BQ11');
  await sheet.page.keyboard.press('F2');
  await expect(sheet.page.getByRole('textbox', { name: 'Cell editor' })).toHaveValue('=MAX(0,AP11)');
  await sheet.page.keyboard.press('Escape');
  await expect(sheet.page.getByText('Edited', { exact: true })).toBeVisible();

  // A number too large for the scores shows as #NUM! everywhere after it, and undo brings all of it back.
  await sheet.typeIntoCell('AD11', '3.4e38');
  await expect(sheet.statusBar).toContainText('No prediction');
  await sheet.selectCell('GE11');
  await expect.poll(() => sheet.spoken()).toMatch(/^#NUM!, formula =/);
  await sheet.screenshot('edit-a-kernel-3-too-large');
  // Undo goes to the cell that it changed, which is far out of view.
  await sheet.undo();
  await sheet.expectPredicted('7');
  await expect(sheet.nameBox).toHaveValue('AD11');
  await expect(sheet.page.locator('.sheet-outlines .selection[data-range="AD11"]')).toBeInViewport();
  await sheet.selectCell('GE11');
  await expect.poll(() => sheet.spoken()).toMatch(/^0\.99/);
  await sheet.redo();
  await expect(sheet.statusBar).toContainText('No prediction');
  await expect.poll(() => sheet.spoken()).toBe('3.4E+38');
  await expect(sheet.nameBox).toHaveValue('AD11');
});

function likeliest(probabilities: readonly (number | null)[]): string {
  const known = probabilities.map(value => value ?? Number.NEGATIVE_INFINITY);
  return String(known.indexOf(Math.max(...known)));
}
