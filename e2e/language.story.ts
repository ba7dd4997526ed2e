import { expect, type Page } from '@playwright/test';
import { test } from './app.ts';
import { wordFaults } from './word-faults.ts';

/** Chooses from a submenu of the menu bar, in any language. */
async function choose(page: Page, title: string, item: string, choice: string): Promise<void> {
  await page.getByRole('menubar').getByRole('menuitem', { name: title, exact: true }).click();
  await page.getByRole('menu').locator('> .menu-item', { hasText: item }).hover();
  await page.getByRole('menu').last().locator('> .menu-item', { hasText: choice }).click();
}

const formulaBar = (page: Page) => page.locator('.formula-input');

test('German is chosen and left again; what was typed is entered, and can still be undone', async ({ sheet }) => {
  const { page } = sheet;
  await sheet.selectCell('A2');
  await page.keyboard.type('0.25');
  await choose(page, 'View', 'Language', 'Deutsch');

  const menubar = page.getByRole('menubar');
  await expect(menubar.getByRole('menuitem')).toHaveText([
    'Datei',
    'Bearbeiten',
    'Ansicht',
    'Format',
    'Blatt',
    'Netz',
    'Training',
    'Erklärung',
    'Film',
    'Hilfe',
  ]);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(sheet.page.getByRole('contentinfo', { name: 'Statusleiste' })).toContainText('Erkannt');
  await expect(sheet.page.getByRole('contentinfo', { name: 'Statusleiste' })).toContainText(/Speicher \d+ MB/);
  await expect(page.getByRole('grid', { name: 'Blatt des Netzes' })).toBeAttached();
  await expect(formulaBar(page)).toHaveValue('0,25');

  // The decimal sign is a comma, and a point leads to a question.
  await page.locator('.name input').fill('A3');
  await page.keyboard.press('Enter');
  await page.keyboard.type('0,5');
  await page.keyboard.press('Enter');
  await expect(page.locator('.name input')).toHaveValue('A4');
  await page.keyboard.press('ArrowUp');
  await expect(formulaBar(page)).toHaveValue('0,5');

  // The history stays: undo takes both edits back, also the one from before the change of language.
  await page.keyboard.press('Control+z');
  await expect(formulaBar(page)).not.toHaveValue('0,5');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('ArrowUp');
  await expect(formulaBar(page)).not.toHaveValue('0,25');
  await page.keyboard.press('Control+y');
  await expect(formulaBar(page)).toHaveValue('0,25');

  await choose(page, 'Ansicht', 'Sprache', 'English');
  await sheet.ready();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await sheet.expectValue('A2', 0.25);
});

test('What is typed and refused stays to be corrected, and only then the language changes', async ({ sheet }) => {
  const { page } = sheet;
  await sheet.selectCell('A2');
  await page.keyboard.type('half');
  await choose(page, 'View', 'Language', 'Deutsch');
  await expect(sheet.notice).toContainText('needs a number such as 0.5, not "half"');
  await expect(formulaBar(page)).toHaveValue('half');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.locator('.sheet-editor:visible, .formula-input:focus').first().press('Escape');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});

test('--lang chooses a language for this start and those after it', async ({ app }) => {
  const sheet = await app.start('lesson3', ['--lang=de']);
  await expect(sheet.page.getByRole('menubar').getByRole('menuitem').first()).toHaveText('Datei');
  // The first window's server is gone.
  app.expectProblems(/WebSocket/);
  const again = await app.start('lesson3');
  await expect(again.page.getByRole('menubar').getByRole('menuitem').first()).toHaveText('Datei');
});

test('In German nothing of the window, its menus and explanations is cut or runs over its neighbour', async ({
  app,
}) => {
  const { page } = await app.start('lesson3', ['--lang=de']);
  await page.keyboard.press('Shift+F1');
  const explanation = page.getByRole('region', { name: 'Erklärung' });
  for (const [place, words] of [
    [
      'conv2/output[8,3,0]',
      'Das meiste kommt von Karte 1; sie ist hell, wo eine helle Zeile über einer dunklen liegt.',
    ],
    ['softmax/output[7]', 'Am meisten spricht für Klasse 7'],
  ]) {
    await page.locator('.name input').fill(place);
    await page.keyboard.press('Enter');
    await expect(explanation).toContainText(words);
    expect(await wordFaults(page), place).toEqual([]);
    if (process.env.LOOK) await page.screenshot({ path: `.build/screenshots/german-${words.slice(0, 3)}.png` });
  }
  await page.keyboard.press('Shift+F1');
  for (const [width, height] of [
    [1600, 1000],
    [1024, 700],
  ]) {
    await page.setViewportSize({ width, height });
    expect(await wordFaults(page), 'the window').toEqual([]);
    const titles = page.getByRole('menubar').getByRole('menuitem');
    for (let i = 0; i < (await titles.count()); i++) {
      await titles.nth(i).click();
      await expect(page.getByRole('menu').first()).toBeVisible();
      expect(await wordFaults(page), `menu ${i}`).toEqual([]);
      if (process.env.LOOK) await page.screenshot({ path: `.build/screenshots/german-${width}-${i}.png` });
      await page.keyboard.press('Escape');
    }
  }
});
