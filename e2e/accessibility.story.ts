import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import type { SheetPage } from './sheet-page.ts';
import { TrainingPage } from './training-page.ts';

/** What axe finds by colours. Nothing else differs in the dark theme. */
const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];

test('axe finds nothing serious, light or dark: sheet, tracing, drawing, menus, dialogs, panels', async ({ sheet }) => {
  const { page } = sheet;
  await expectNothingSerious(sheet, 'start');

  await sheet.selectCell('CT12');
  await page.keyboard.press('Control+Shift+[');
  await expectNothingSerious(sheet, 'tracing');

  await sheet.typeIntoCell('AD11', 'two');
  await expect(sheet.notice).not.toBeEmpty();
  await expectNothingSerious(sheet, 'a refusal');

  await page.keyboard.press('F2');
  await expectNothingSerious(sheet, 'editing');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('=SUM(A2:B3,(1+2)*su');
  await expect(page.getByRole('listbox', { name: 'Functions and names' })).toBeVisible();
  await expectNothingSerious(sheet, 'a formula with its help');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Wrong' }).click();
  await expect(page.getByText('276 digits')).toBeVisible({ timeout: 60_000 });
  await expectNothingSerious(sheet, 'wrong digits');

  await page.getByRole('toolbar').getByRole('button', { name: 'Draw' }).click();
  await expectNothingSerious(sheet, 'drawing');
  await page.getByRole('button', { name: 'Done' }).click();

  await page.getByRole('menubar').getByRole('menuitem', { name: 'View' }).click();
  await page.getByRole('menu').getByText('Colours').hover();
  await expect(page.getByRole('menu', { name: 'Colours' })).toBeVisible();
  await expectNothingSerious(sheet, 'a menu');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  const dialogs: [what: string, open: () => Promise<void>][] = [
    ['go to', () => page.keyboard.press('Control+g')],
    ['names', () => page.keyboard.press('Control+F3')],
    ['open', () => page.keyboard.press('Control+o')],
    ['keyboard', () => page.keyboard.press('F1')],
    ['about', () => sheet.menu('Help', 'About ConvSheet')],
    [
      'data set',
      async () => {
        await sheet.menu('Train', 'Data set…');
        await expect(sheet.dialog.getByText(/10,000 for test/)).toBeVisible();
        await expect(sheet.dialog.getByRole('option', { name: /^training image/ }).first()).toBeVisible();
      },
    ],
  ];
  for (const [what, open] of dialogs) {
    await open();
    await expect(sheet.dialog, what).toBeVisible();
    await expectNothingSerious(sheet, what);
    await page.keyboard.press('Escape');
    await expect(sheet.dialog, what).toBeHidden();
  }

  await page.keyboard.press('Control+f');
  await page.keyboard.type('0.99');
  const find = page.getByRole('region', { name: 'Find and replace' });
  await expect(find.getByRole('listitem').first()).toBeVisible();
  await expectNothingSerious(sheet, 'find and replace');
  await page.keyboard.press('Escape');
  await expect(find).toBeHidden();

  await sheet.menu('Train', 'Evaluate…');
  const evaluation = page.getByRole('region', { name: 'Evaluation' });
  await evaluation.getByRole('button', { name: 'Evaluate' }).click();
  await evaluation.getByRole('gridcell', { name: /^4 taken for 9/ }).click();
  await expect(
    evaluation
      .getByRole('listbox', { name: /^4 taken for 9/ })
      .getByRole('option')
      .first(),
  ).toBeVisible();
  await expectNothingSerious(sheet, 'evaluation');
  await page.keyboard.press('Escape');
  await expect(evaluation).toBeHidden();
  await sheet.menu('Train', 'Predict image files…');
  await expectNothingSerious(sheet, 'predictions');

  const training = new TrainingPage(page);
  await sheet.menu('Train', 'Set up training…');
  for (const group of await training.panel.locator('summary:visible').all()) await group.click();
  await training.field('Epochs').fill('1.5');
  await sheet.menu('Train', 'Kernels under the sheet');
  await expectNothingSerious(sheet, 'the set-up of a run, with a mistake in it');
  await training.field('Epochs').fill('100');
  await page.keyboard.press('Control+Enter');
  await training.expectStatus('running');
  await training.panel.getByText('Weights and gradients').click();
  await expect.poll(() => training.steps()).toBeGreaterThan(20);
  await page.keyboard.press('F8');
  await training.expectStatus('paused');
  await expectNothingSerious(sheet, 'a run');
  await page.keyboard.press('Shift+F8');
  await training.expectStatus('stopped');
  await expectNothingSerious(sheet, 'a run that has ended');
});

test('a screen reader hears a cell with its value and formula, and where it is', async ({ sheet }) => {
  await sheet.selectCell('GE11');
  await expect.poll(() => sheet.spoken()).toMatch(/^0\.99\d+, formula =GD11\/SUM\(GD4:GD13\)$/);
  await sheet.selectCell('AD11');
  await expect.poll(() => sheet.spoken()).toBe('1');
  const focused = sheet.page.locator(':focus');
  await expect(focused).toHaveAttribute('role', 'gridcell');
  await expect(focused).toHaveAttribute('aria-colindex', '30');

  // An override, an error and a comment are heard with the cell.
  await sheet.typeIntoCell('AT9', '=AT10*2');
  await sheet.selectCell('AT9');
  await expect.poll(() => sheet.spoken()).toMatch(/^[-\d.]+, formula =AT10\*2, override$/);
  await sheet.typeIntoCell('AT11', '=1/0');
  await sheet.selectCell('AT11');
  await expect
    .poll(() => sheet.spoken())
    .toBe(
      '#DIV/0!, formula =1/0, override. AT11 shows #DIV/0!: something is divided by 0. ' +
        'Change the divisor, or ask with IF whether it is 0.',
    );
  await sheet.selectCell('AD11');
  await sheet.page.keyboard.press('Shift+F2');
  await sheet.page.keyboard.type('The upper edge');
  await sheet.page.keyboard.press('Escape');
  await expect.poll(() => sheet.spoken()).toBe('1, comment: The upper edge');
  // What follows from an error elsewhere says so.
  await sheet.selectCell('BU11');
  await expect.poll(() => sheet.spoken()).toContain('BU11 shows #DIV/0!, because a cell it reads does.');
});

/** Looks at the window in the light theme, and at its colours in the dark one too. */
async function expectNothingSerious(sheet: SheetPage, state: string): Promise<void> {
  const { page } = sheet;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    await sheet.screenshot(`accessibility-${colorScheme}-${state.replaceAll(' ', '-')}`);
    const rules = colorScheme === 'light' ? {} : { runOnly: RULES_OF_COLOURS };
    expect(await seriousFaults(page, rules), `${state}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
