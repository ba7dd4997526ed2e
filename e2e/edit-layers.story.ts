import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import { TrainingPage } from './training-page.ts';

test('layers are edited in a panel: consequences first, one step of undo, and the answer stays', async ({ sheet }) => {
  const { page } = sheet;
  const panel = page.getByRole('region', { name: 'Layers' });
  const field = (name: string) => panel.getByRole('textbox', { name, exact: true });
  const row = (name: string) =>
    panel.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  const layers = page.getByRole('navigation', { name: 'Layers' }).getByRole('button');
  const predicted = await sheet.statusBar.textContent();
  const before = await layers.count();

  // More filters: the table says what follows, and nothing has changed yet.
  await sheet.selectCell('AH5');
  await page.keyboard.press('Control+Shift+Y');
  await expect(field('Filters')).toHaveValue('2');
  await field('Filters').fill('4');
  await expect(row('conv1')).toContainText('2×26×26 → 4×26×26');
  await expect(panel.getByText('was 2', { exact: true })).toBeVisible();
  await sheet.screenshot('edit-layers-filters');
  expect(await seriousFaults(page)).toEqual([]);

  // Another layer is chosen in the list, also one without columns of its own, and the edits wait.
  const chosen = panel.getByRole('combobox', { name: 'Layer', exact: true });
  await layers.filter({ hasText: 'flatten' }).click();
  await expect(chosen).toHaveValue('flatten');
  await layers.filter({ hasText: 'conv1' }).click();
  await expect(field('Filters')).toHaveValue('4');

  // What can't be says why, while one types.
  await field('Kernel, high').fill('90');
  await expect(panel.getByRole('alert')).toHaveText(
    'Kernel (high) of conv1: a whole number from 1 to 64 belongs here.',
  );
  await expect(field('Kernel, high')).toHaveValue('90');
  await field('Kernel, high').fill('');
  await expect(field('Kernel, high')).toHaveValue('');
  await field('Kernel, high').fill('3');
  await page.keyboard.press('Control+Enter');
  await expect(panel.getByText('nothing has changed yet')).toBeVisible();
  await expect(layers.nth(1)).toContainText('4×26×26');
  expect(await sheet.statusBar.textContent()).toContain(predicted!.slice(0, 12));

  // Two numbers that fit only together are typed one after the other.
  await sheet.menu('Network', 'Add layer', 'Depthwise convolution');
  await field('Strides, down').fill('2');
  await expect(panel.getByRole('alert')).toContainText('give both the same number');
  await field('Strides, across').fill('2');
  await expect(panel.getByRole('alert')).toHaveCount(0);
  await expect(row('depthwiseConv2d')).toContainText('4×13×13');
  await expect(panel.locator('[aria-invalid="true"]')).toHaveCount(0);
  await page.keyboard.press('Escape');

  // A convolution is added from the menu; it passes its input on, so the answer stays again.
  await sheet.menu('Network', 'Add layer', 'Convolution');
  await panel.getByRole('button', { name: 'Apply' }).click();
  await expect(layers).toHaveCount(before + 1);
  await sheet.screenshot('edit-layers-added');
  // By keyboard from the list of layers: Delete closes the wires, Ctrl+Enter applies.
  // The active cell stays that of its weight, wherever the edit moves it.
  await sheet.goTo('conv2/bias[1]');
  const [weight, place] = [await sheet.number(), await sheet.activeCell()];
  await layers.nth(2).focus();
  await page.keyboard.press('Delete');
  await expect(row('conv2d')).toContainText('removed');
  await page.keyboard.press('Control+Enter');
  await expect(layers).toHaveCount(before);
  await expect(sheet.nameBox).not.toHaveValue(place);
  await sheet.goTo(await sheet.activeCell());
  await expect.poll(() => sheet.number()).toBe(weight);
  await sheet.undo();
  await expect(layers).toHaveCount(before + 1);
  await expect(sheet.nameBox).toHaveValue(place);
  await sheet.undo();
  await sheet.undo();
  await expect(layers).toHaveCount(before);
  await expect(layers.nth(1)).toContainText('2×26×26');

  // While a run goes on, the buttons of the panel keep the keyboard.
  await sheet.redo();
  await sheet.redo();
  await expect(layers).toHaveCount(before + 1);
  const training = new TrainingPage(page);
  await sheet.menu('Train', 'Set up training…');
  await training.field('Epochs').fill('1');
  await sheet.menu('Train', 'Start training');
  await training.expectStatus('running');
  await page.keyboard.press('Control+Shift+Y');
  const hush = panel.getByRole('button', { name: 'Don’t tell again' }).last();
  await hush.focus();
  const title = await page.title();
  await expect.poll(() => page.title()).not.toBe(title);
  await expect(hush).toBeFocused();
});
