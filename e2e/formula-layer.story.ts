import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import { TrainingPage } from './training-page.ts';

test('leaky ReLU by editing and filling: one formula over the band becomes a layer, is trained, and undone', async ({
  sheet,
}) => {
  const { page } = sheet;
  const layer = page.getByRole('navigation', { name: 'Layers' }).getByRole('button', { name: /^relu1/ });
  const panel = page.getByRole('region', { name: 'Layers' });
  const overrides = page.getByRole('region', { name: 'Overrides and comments' });

  // One cell is an override, as everywhere. Filled over the band, the formula is the layer's.
  await sheet.typeIntoCell('BI3', '=MAX(0.1*AH3,AH3)');
  await sheet.selectCell('BI3');
  await expect(page.locator('.chip.state')).toHaveText('override');
  const negative = await sheet.valueOf('AH3');
  await sheet.goTo('relu1');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+Enter');
  await expect(sheet.notice).toHaveText('relu1 is now a formula layer: =MAX(0.1*x,x). It trains.');
  await expect(layer).toContainText('MAX(0.1*x,x)');
  await sheet.selectCell('CA40');
  await expect(sheet.formulaBar).toHaveValue(/^=MAX\(0\.1\*A[A-Z]40,A[A-Z]40\)$/);
  await sheet.expectValue('BI3', Math.fround(Math.max(0.1 * negative, negative)));
  await sheet.screenshot('formula-layer-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await sheet.screenshot('formula-layer-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await sheet.drawn();
  expect(await seriousFaults(page)).toEqual([]);

  // It is one step, which undo takes back and redo makes again.
  await sheet.undo();
  await expect(layer).toContainText('2×26×26');
  await sheet.redo();
  await expect(layer).toContainText('MAX(0.1*x,x)');

  // In the panel the formula is text. What no layer can be says why, and nothing changes.
  await sheet.menu('Network', 'Edit layers');
  const formula = panel.getByRole('textbox', { name: 'Formula', exact: true });
  await expect(formula).toHaveValue('=MAX(0.1*AH3,AH3)');
  // Undo takes back what is typed and not yet entered, and nothing else.
  await formula.press('End');
  // One sign: the browser takes several back one by one if they come slowly.
  await page.keyboard.type('+');
  await sheet.undo();
  await expect(formula).toHaveValue('=MAX(0.1*AH3,AH3)');
  await expect(layer).toContainText('MAX(0.1*x,x)');
  await formula.fill('=ROMAN(AH3)');
  await formula.press('Enter');
  await expect(panel.getByText("A layer can't calculate ROMAN.")).toBeVisible();
  await formula.fill('=MAX(0.2*AH3,AH3)');
  await formula.press('Enter');
  await expect(layer).toContainText('MAX(0.2*x,x)');
  await sheet.screenshot('formula-layer-panel');

  // One differing cell is an override over the layer.
  await sheet.typeIntoCell('BJ3', '5');
  await sheet.expectValue('BJ3', 5);
  await expect(page.locator('.chip.state')).toHaveText('override');
  await expect(layer).toContainText('MAX(0.2*x,x)');
  await sheet.undo();

  // The layer learns like any other.
  const training = new TrainingPage(page);
  const before = await sheet.valueOf('AD11');
  await sheet.menu('Train', 'Set up training…');
  await training.field('Epochs').fill('50');
  await sheet.menu('Train', 'Start training');
  await training.expectStatus('running');
  await sheet.expectOtherValue('AD11', before);
  await page.keyboard.press('Shift+F8');
  await expect(training.panel).toContainText('Stopped after');
  await sheet.undo();
  await sheet.expectValue('AD11', before);

  // Back to the built-in layer: the whole band, without anything typed over it.
  await sheet.goTo('relu1');
  await page.keyboard.press('Control+Shift+Backspace');
  await expect(layer).toContainText('2×26×26');
  await sheet.undo();
  await expect(layer).toContainText('MAX(0.2*x,x)');
  await sheet.undo();
  await sheet.undo();
  await expect(layer).toContainText('2×26×26');

  // Left as overrides at a press, and the list says what is missing where a cell differs.
  await sheet.redo();
  await expect(layer).toContainText('MAX(0.1*x,x)');
  await sheet.undo();
  await expect(layer).toContainText('2×26×26');
  await sheet.goTo('relu1');
  await page.keyboard.type('=ABS(AH3)');
  await page.keyboard.press('Control+Enter');
  await sheet.statusBar.getByRole('button', { name: 'Keep as overrides' }).click();
  await expect(layer).toContainText('2×26×26');
  await sheet.typeIntoCell('BK4', '=AJ4');
  await sheet.menu('View', 'Overrides and comments');
  await expect(overrides).toContainText('Nearly a layer: relu1 (one cell differs)');
  await overrides.getByRole('button', { name: 'Go to BK4' }).first().click();
  await expect(sheet.nameBox).toHaveValue('BK4');
  await sheet.screenshot('formula-layer-nearly');

  // A number in a free cell learns, by the context menu: the formula layer that reads it has it as its weight.
  await sheet.goTo('relu1');
  await page.keyboard.press('Control+Shift+Backspace');
  await sheet.typeIntoCell('A40', '0.25');
  await sheet.selectCell('A40');
  const { x, y } = await sheet.box('A40');
  await page.mouse.click(x + 4, y + 4, { button: 'right' });
  await page.getByRole('menuitemcheckbox', { name: 'Learns in training' }).click();
  await expect.poll(() => sheet.spoken()).toContain('learns once a formula layer reads it');
  await sheet.goTo('relu1');
  await page.keyboard.type('=MAX($A$40*AH3,AH3)');
  await page.keyboard.press('Control+Enter');
  await expect(layer).toHaveAccessibleName(/^relu1 ?, formula layer ?MAX/);
  await sheet.selectCell('A40');
  await expect.poll(() => sheet.spoken()).toContain('a weight of relu1, which training changes');

  // In the graph its box has the formula in place of its kind, in German and dark too.
  await sheet.menu('Network', 'Graph');
  const box = page.getByRole('treeitem', { name: /^relu1 ?, formula layer,/ });
  await expect(box).toContainText('MAX(');
  await expect(box.locator('.formula')).toHaveAttribute('title', /^MAX\(.*x\)$/);
  await sheet.screenshot('formula-layer-graph');
  await sheet.menu('View', 'Theme', 'Dark');
  await sheet.menu('View', 'Language', 'Deutsch');
  await expect(page.getByRole('treeitem', { name: /^relu1 ?, Formelschicht,/ })).toContainText('MAX(');
  await sheet.menu('Netz', 'Graph');
  await page.locator('.sheet-input td:focus').press('Shift+F10');
  await expect(page.getByRole('menuitemcheckbox', { name: 'Lernt im Training' })).toBeChecked();
  expect(await seriousFaults(page)).toEqual([]);
  await sheet.screenshot('formula-layer-german-dark');
});
