import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Action, solutions } from '../shared/lessons/testing/solutions.ts';
import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import type { SheetPage } from './sheet-page.ts';
import { EPOCH_WITHIN, TrainingPage } from './training-page.ts';

/** Where commands without a key stand in the menu. */
const IN_MENU: Readonly<Record<string, [title: string, item: string]>> = {
  'train.reset': ['Train', 'Reset the weights'],
  'train.evaluate': ['Train', 'Evaluate…'],
  'explain.means': ['Explain', 'Templates from Class Means…'],
  'network.onlyWrong': ['Network', 'Browse only wrong ones'],
};
const KEYS: Readonly<Record<string, string>> = {
  'explain.scan': 'Control+Shift+P',
  'explain.cell': 'Shift+F1',
  'network.nextDigit': 'Alt+ArrowRight',
};

/** Chooses from the menu with keys alone: its title, then the item's first letter until it has the keyboard. */
async function menuByKeys({ page }: SheetPage, [title, item]: [string, string]): Promise<void> {
  const focused = page.locator(':focus');
  await page.keyboard.press('F10');
  await page.keyboard.press(title[0]);
  while ((await focused.textContent()) !== title) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const isThere = async () => (await focused.textContent())?.startsWith(item);
  for (let n = 0; n < 30 && !(await isThere()); n++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

/** Does by keys what solves a task. */
async function act(sheet: SheetPage, action: Action): Promise<void> {
  const { page } = sheet;
  const { keyboard } = page;
  const go = async (cells: string) => {
    await keyboard.press('Control+g');
    await expect(sheet.dialog).toBeVisible();
    await keyboard.type(cells);
    await keyboard.press('Enter');
    await expect(sheet.dialog).toBeHidden();
    // The panel had the keyboard before the dialog, and gives it to the sheet.
    await expect(page.locator(':focus')).toHaveAttribute('aria-colindex', /.+/);
    await expect(sheet.nameBox).toHaveValue(new RegExp(`^${cells.split(':')[0]}\\b`));
  };
  if ('type' in action) {
    await go(action.into);
    await keyboard.type(action.type);
    await keyboard.press(action.into.includes(':') ? 'Control+Enter' : 'Enter');
  } else if ('select' in action) {
    await go(action.select);
    if (action.clear) await keyboard.press('Delete');
  } else if ('undo' in action) {
    await focusSheet(sheet);
    for (let n = 0; n < action.undo; n++) await keyboard.press('Control+z');
  } else if ('command' in action) {
    const { command } = action;
    if (KEYS[command]) await keyboard.press(KEYS[command]);
    else await menuByKeys(sheet, IN_MENU[command]);
    if (command === 'explain.scan') await keyboard.press('Escape');
  } else {
    const training = new TrainingPage(page);
    await keyboard.press('Control+Enter');
    await expect.poll(() => training.steps(), { timeout: EPOCH_WITHIN }).toBeGreaterThan(0);
    await keyboard.press('Shift+F8');
  }
}

/** Ctrl+F6 goes from part to part of the window, until it is the sheet. */
async function focusSheet({ page }: SheetPage): Promise<void> {
  for (let n = 0; n < 12 && !(await inside(page, '.sheet-host')); n++) await page.keyboard.press('Control+F6');
}

test('the whole tour by keyboard: every task of the twelve lessons is done, and that is kept', async ({ app }) => {
  const sheet = await app.start();
  const { page } = sheet;
  const { keyboard } = page;
  const panel = page.getByRole('region', { name: 'Lesson', exact: true });
  const focused = page.locator(':focus');
  const done = page.locator('.lesson-task.done:visible, .lesson-strip.done:visible');

  await keyboard.press('Control+Shift+H');
  await expect(focused).toContainText('What a pixel is');
  expect(await seriousFaults(page)).toEqual([]);
  await keyboard.press('Enter');
  for (const [number, id] of Object.keys(solutions)
    .filter(each => !each.endsWith('-de'))
    .entries()) {
    await expect(focused, id).toHaveClass(/lesson-step/);
    if (number > 0) {
      // The workbook before was edited: the lesson's own is opened in its place, if the reader agrees.
      await keyboard.press('Tab');
      await expect(focused, id).toHaveText('Open It');
      await keyboard.press('Enter');
      await expect(sheet.dialog).toBeVisible();
      await keyboard.press('Shift+Tab');
      await keyboard.press('Shift+Tab');
      await expect(focused).toHaveText('Don’t save');
      await keyboard.press('Enter');
      await expect(panel.locator('.lesson-offer')).toBeHidden();
    }
    const steps = solutions[id];
    for (const [at, actions] of steps.entries()) {
      const told = `${id}, step ${at + 1}`;
      await expect(panel.locator('[aria-current="step"]'), told).toHaveText(String(at + 1));
      // What a lesson has one edit doesn't make the workbook another's.
      await expect(panel.locator('.lesson-offer'), told).toBeHidden();
      // Each number in the text has come.
      for (const shown of await panel.locator('.lesson-number').all()) await expect(shown, told).not.toHaveText(/^…?$/);
      for (const action of actions) await act(sheet, action);
      if (actions.length > 0) await expect(done, told).toBeVisible({ timeout: 30_000 });
      if (number === 0 && at === 1) {
        await expect(panel.getByRole('status')).toHaveText('Done. Press Next to go on.');
        await sheet.screenshot('lessons-1-done');
      }
      await focusNext(sheet);
      await keyboard.press('Enter');
    }
    await expect(panel, id).toContainText('You have finished this lesson.');
    if (number === 11) break;
    await keyboard.press('Tab');
    await expect(focused).toContainText('Next lesson: ');
    await keyboard.press('Enter');
  }
  await sheet.screenshot('lessons-2-finished');
  expect(await seriousFaults(page)).toEqual([]);
});

test('a teacher writes a lesson with a live preview; another window takes its file; a restart goes on with it', async ({
  app,
}) => {
  const sheet = await app.start();
  const { page } = sheet;
  await sheet.menu('Explain', 'New Lesson…');
  const editor = page.getByRole('region', { name: 'Lesson editor' });
  const text = editor.getByRole('textbox', { name: 'Text of the lesson' });
  const panel = page.getByRole('region', { name: 'Lesson', exact: true });
  await expect(text).toBeFocused();
  await expect(panel).toContainText('It holds 1 now.');
  await expect(panel.locator('.lesson-checks li')).toHaveAttribute('data-holds', 'false');
  expect(await seriousFaults(page)).toEqual([]);
  const begun = await text.inputValue();
  const own = begun
    .replace('My lesson', 'Kernels of Class 3b')
    .replace('check: =AD11=2', 'check: =AD11=2\ncheck: selectet AD11')
    .concat('\n## The second step\n\n<b>Here</b> it ends.\n');
  await text.fill(own);
  await editor.getByRole('button', { name: /^Line 16: “selectet AD11” is no check/ }).click();
  await expect(text).toBeFocused();
  await page.keyboard.type('check: selected AD11');
  await expect(editor).toContainText('No mistakes.');
  // Its height is the teacher's choice.
  const edge = page.getByRole('separator', { name: 'Height of the lesson’s text' });
  const height = async () => Math.round((await editor.boundingBox())!.height);
  const before = await height();
  await edge.press('Shift+ArrowDown');
  await expect.poll(height).toBe(before - 64);
  await edge.press('Shift+ArrowUp');
  await expect.poll(height).toBe(before);
  // The teacher's own sheet shows whether the task can be solved.
  await sheet.typeIntoCell('AD11', '2');
  await sheet.selectCell('AD11');
  for (const check of await panel.locator('.lesson-checks li').all())
    await expect(check).toHaveAttribute('data-holds', 'true');
  await sheet.screenshot('lessons-3-editor');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await seriousFaults(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(editor.getByRole('status')).toHaveText('kept');
  const path = join(app.home, 'class-3b.md');
  await editor.getByRole('button', { name: 'Save to a File…' }).click();
  await sheet.dialog.getByLabel('File name').fill(path);
  await page.keyboard.press('Enter');
  await expect(sheet.notice).toHaveText(`The lesson was saved as ${path}.`);
  await editor.getByRole('button', { name: 'Close the editor' }).click();
  await expect(panel.getByRole('button', { name: 'Kernels of Class 3b', exact: false }).first()).toBeVisible();

  // Another window opens the file. It only looks, but the teacher has solved the first part.
  const other = await app.openWindow();
  await other.page.keyboard.press('Control+Shift+H');
  const taken = other.page.getByRole('region', { name: 'Lesson', exact: true });
  await taken.getByRole('button', { name: 'Open…' }).click();
  await other.dialog.getByLabel('File name').fill(path);
  await other.page.keyboard.press('Enter');
  await expect(taken).toContainText('Kernels of Class 3b');
  await expect(taken).toContainText('It holds 2 now.');
  await other.goTo('A2');
  await taken.locator('.lesson-do .lesson-cells').click();
  await expect(taken.locator('.lesson-task')).toHaveClass(/done/);
  expect(await other.activeCell()).toBe('AD11');
  await taken.getByRole('button', { name: 'Next' }).click();
  // What looks like HTML is only text.
  await expect(taken).toContainText('<b>Here</b> it ends.');
  await other.page.close();

  // A newer version of the file takes the place of the older one, if the reader agrees; a broken one says why not.
  await writeFile(path, own.replace('check: selectet AD11\n', '').replace('Class 3b', 'Class 3c'));
  await page.keyboard.press('Control+o');
  await sheet.dialog.getByLabel('File name').fill(path);
  await page.keyboard.press('Enter');
  await expect(sheet.dialog).toContainText('Replace your “Kernels of Class 3b”?');
  await sheet.dialog.getByRole('button', { name: 'Replace' }).click();
  await expect(panel).toContainText('Kernels of Class 3c');
  await expect(panel.locator('[aria-current="step"]')).toHaveAccessibleName(/^Step 2 of 2/);
  await writeFile(join(app.home, 'broken.md'), 'no lesson');
  await page.keyboard.press('Control+o');
  await sheet.dialog.getByLabel('File name').fill(join(app.home, 'broken.md'));
  await page.keyboard.press('Enter');
  await expect(sheet.dialog).toContainText('broken.md, line 1: A lesson begins with a line ---');
  await page.keyboard.press('Enter');

  // After a restart, the lesson goes on where it was left.
  await page.close();
  const again = await app.start();
  await again.page.keyboard.press('Control+Shift+H');
  const resumed = again.page.getByRole('region', { name: 'Lesson', exact: true });
  await expect(resumed).toContainText('Kernels of Class 3c');
  await expect(resumed.locator('[aria-current="step"]')).toHaveAccessibleName('Step 2 of 2: The second step');
  await expect(resumed.locator('.lesson-trail .done')).toHaveAccessibleName('Step 1 of 2: The first step, done');
});

/** Gives the keyboard to the button that goes on: from elsewhere by the lesson's key, inside by Tab. */
async function focusNext({ page }: SheetPage): Promise<void> {
  const next = page.locator('.lesson-foot .primary');
  if (!(await inside(page, '.panel.side[data-side="lesson"]'))) await page.keyboard.press('Control+Shift+H');
  for (let n = 0; n < 20 && !(await inside(page, '.lesson-foot .primary')); n++) await page.keyboard.press('Tab');
  await expect(next).toBeFocused();
}

const inside = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate(selector => document.activeElement?.closest(selector) !== null, selector);
