import type { Locator, Page } from '@playwright/test';
import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import { TrainingPage } from './training-page.ts';

/** The graph and the panel of layers in the user's words. */
function graphOf(page: Page) {
  const drawer = page.getByRole('region', { name: 'Graph', exact: true });
  const boxes = drawer.getByRole('treeitem');
  const panel = page.getByRole('region', { name: 'Layers' });
  const listed = page.getByRole('navigation', { name: 'Layers' }).getByRole('button');
  return {
    drawer,
    boxes,
    panel,
    listed,
    box: (name: string) => boxes.filter({ has: page.locator(`b [title="${name}"]`) }),
    field: (name: string) => panel.getByRole('textbox', { name, exact: true }),
    fact: (name: string) => panel.locator('dt', { hasText: name }).locator('+ dd'),
    chosen: drawer.locator('[aria-selected="true"]'),
    menu: page.getByRole('menu', { name: 'Add layer' }),
  };
}

/** Where two boxes' straight wire is. */
async function between(left: Locator, right: Locator): Promise<{ x: number; y: number }> {
  const [from, to] = [(await left.boundingBox())!, (await right.boundingBox())!];
  return { x: (from.x + from.width + to.x) / 2, y: from.y + from.height / 2 };
}
async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 3 });
  await page.mouse.up();
}
const middle = async (box: Locator) => {
  const { x, y, width, height } = (await box.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
};
const edge = async (box: Locator) => {
  const { x, y, width, height } = (await box.boundingBox())!;
  return { x: x + width, y: y + height / 2 };
};

test('a learner adds a convolution in the graph, sees that the answer stays, and trains it', async ({ sheet }) => {
  const { page } = sheet;
  const { drawer, boxes, box, panel, listed, field, fact, chosen, menu } = graphOf(page);
  const answer = (await sheet.predictedClass())!;
  const before = await listed.count();

  // The graph shows each layer, and a box selects its layer everywhere.
  await page.getByRole('button', { name: 'Graph', exact: true }).click();
  await expect(boxes).toHaveCount(before);
  await expect(box('conv1')).toHaveAccessibleName(
    /^conv1 ?, ?20 parameters, ?2×26×26 ?, Convolution 3×3 ?, reads input, read by /,
  );
  await box('pool').click();
  await expect(listed.filter({ hasText: 'pool' })).toHaveAttribute('aria-current', 'true');
  await sheet.selectCell('AH5');
  await expect(chosen).toContainText('conv1');

  // A convolution is dragged from the list onto the wire before the pool.
  await drawer.getByRole('button', { name: 'Add layer' }).click();
  const relu = boxes.nth(before - 5);
  const place = await between(relu, box('pool'));
  await drag(page, await middle(menu.getByRole('menuitem', { name: 'Convolution', exact: true })), place);
  await expect(box('conv2d')).toHaveClass(/added/);
  await expect(panel.getByRole('button', { name: 'Apply' })).toBeEnabled();
  await expect(fact('Answer')).toContainText(`The same: ${answer} · `);
  await expect(fact('Kept')).toContainText('All ');
  await expect(fact('New')).toContainText('38 in conv2d (passes its input on)');
  await field('Filters').fill('4');
  await expect(box('pool')).toContainText('2×12×12');
  await expect(box('pool')).toContainText('4×12×12');
  await expect(fact('New')).toContainText('start at 0');
  await expect(fact('Answer')).toContainText(`The same: ${answer} · `);
  await expect(fact('Memory')).toContainText('→');
  await sheet.screenshot('graph-1-draft');

  // A shortcut that doesn't fit says what would; one that does brings an add layer.
  await drag(page, await edge(box('conv1')), await middle(box('conv2d')));
  await expect(panel.getByRole('alert')).toContainText('only equal shapes can be added');
  await field('Filters').fill('2');
  await expect(box('pool')).not.toContainText('becomes');
  await drag(page, await edge(relu), await middle(box('conv2d')));
  await expect(box('add')).toHaveAccessibleName(/reads conv2d and /);
  await expect(fact('Answer')).toContainText('·');
  await sheet.screenshot('graph-2-shortcut');
  // Taking it out again closes the wire.
  await box('add').click({ button: 'right' });
  await page.getByRole('menu', { name: 'Layer add' }).getByRole('menuitem', { name: 'Remove' }).click();
  await expect(box('add')).toHaveCount(0);
  await page.keyboard.press('Control+Enter');
  await expect(listed).toHaveCount(before + 1);
  await expect(listed.filter({ hasText: 'conv2d' })).toContainText('2×24×24');
  await sheet.expectPredicted(answer);
  await expect(box('conv2d')).not.toHaveClass(/added/);

  // It learns: its first weight moves away from what passed the input on.
  await listed.filter({ hasText: 'conv2d' }).click();
  const weight = await sheet.number();
  const training = new TrainingPage(page);
  await sheet.menu('Train', 'Start training');
  await training.expectStatus('running');
  await expect.poll(() => training.steps()).toBeGreaterThan(5);
  await page.keyboard.press('F8');
  await training.pausedAt();
  await expect.poll(() => sheet.number()).not.toBe(weight);

  // An edit in a pause ends the run, and says so.
  await box('conv2d').dblclick();
  await field('Filters').fill('3');
  await expect(panel).toContainText('The paused run ends here');
  await page.keyboard.press('Control+Enter');
  await expect(listed.filter({ hasText: 'conv2d' })).toContainText('3×24×24');
  await sheet.screenshot('graph-3-trained');
  await sheet.undo();
  await expect(listed.filter({ hasText: 'conv2d' })).toContainText('2×24×24');
});

test('the graph by keyboard alone: along wires, insert, move, delete, apply, undo; and axe finds nothing', async ({
  app,
}) => {
  const sheet = await app.start('resnet-tiny');
  const { page } = sheet;
  const { drawer, boxes, box, panel, listed, chosen, fact, menu } = graphOf(page);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const before = await listed.count();
  await press('Control+Shift+g');
  await expect(box('conv1')).toBeFocused();
  await press('Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight');
  await expect(chosen).toContainText('pool');
  await expect(listed.filter({ hasText: 'pool' })).toHaveAttribute('aria-current', 'true');
  // Down goes to the other end of a shortcut, or to the branch below.
  await press('ArrowDown');
  await expect(chosen).toContainText('sum1');
  await press('ArrowRight', 'ArrowRight', 'ArrowDown');
  await expect(chosen).toContainText('conv6');
  await press('ArrowRight', 'ArrowRight');
  await expect(chosen).toContainText('sum2');

  // Insert asks for the kind; the new layer waits. Enter goes to its settings, Ctrl+Enter applies.
  await press('Insert');
  await expect(menu).toBeVisible();
  await press('d', 'd', 'd', 'Enter');
  await expect(chosen).toContainText('new');
  const added = (await chosen.locator('b [title]').textContent())!;
  await expect(chosen).toBeFocused();
  await press('Alt+ArrowDown');
  await expect(box('leaky5')).toHaveAccessibleName(new RegExp(`read by .*${added}`));
  await press('Enter');
  await expect(panel.locator(':focus')).toBeVisible();
  await press('Control+Shift+g', 'Control+Shift+g');
  await expect(box(added)).toBeFocused();
  expect(await seriousFaults(page)).toEqual([]);
  await sheet.screenshot('graph-4-keyboard');
  await press('Control+Enter');
  await expect(listed).toHaveCount(before + 1);
  await expect(box(added)).toBeFocused();

  // Delete closes the wires. Escape forgets it, and then goes back to the sheet.
  await press('Delete');
  await expect(drawer.getByRole('status')).toContainText(`remove ${added}`);
  await expect(fact('Answer')).toContainText('·');
  await press('Escape');
  await expect(boxes).toHaveCount(before + 1);

  // The same as a table: arrows go from layer to layer, and what Apply would change is told there too.
  await drawer.getByRole('button', { name: 'List' }).click();
  const row = (name: string) => drawer.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
  await drawer.getByRole('button', { name: 'conv1', exact: true }).click();
  await press('End', 'Home', 'ArrowDown');
  await expect(drawer.getByRole('button', { name: 'conv1', exact: true })).toBeFocused();
  await expect(row('conv1')).toContainText('Convolution 3×316×28×28144input');
  await press('Enter');
  await page.getByRole('textbox', { name: 'Kernel, high', exact: true }).fill('5');
  await expect(row('conv1')).toContainText('144 → 240');
  expect(await seriousFaults(page)).toEqual([]);
  await sheet.screenshot('graph-6-list');
  await press('Escape');
  await expect(row('conv1')).not.toContainText('→');
  await drawer.getByRole('button', { name: 'Graph', exact: true }).click();
  await box('conv1').click();
  await press('+', '+', '0', 'Escape');
  await expect(page.locator('.sheet-host :focus')).toBeAttached();
  await sheet.undo();
  await expect(listed).toHaveCount(before);

  // Its height is kept, and so is that it is open; dark and in German it looks alike.
  const edgeOf = page.getByRole('separator', { name: 'Height of the graph' });
  await edgeOf.focus();
  await press('Shift+ArrowUp');
  const height = (await drawer.boundingBox())!.height;
  await expect.poll(async () => edgeOf.getAttribute('aria-valuenow')).toBe(String(height));
  const under = await middle(edgeOf);
  await page.mouse.move(under.x, under.y);
  await page.mouse.down();
  await page.mouse.move(under.x, under.y - 40, { steps: 3 });
  await expect.poll(async () => (await drawer.boundingBox())!.height).not.toBe(height);
  await press('Escape');
  await page.mouse.up();
  await expect.poll(async () => (await drawer.boundingBox())!.height).toBe(height);
  await sheet.menu('View', 'Theme', 'Dark');
  await sheet.menu('View', 'Language', 'Deutsch');
  const german = page.getByRole('region', { name: 'Graph', exact: true });
  await expect(german.getByRole('button', { name: 'Schicht einfügen' })).toBeVisible();
  expect((await german.boundingBox())!.height).toBe(height);
  await german.getByRole('treeitem').nth(1).click();
  await press('Enter');
  await page.getByRole('textbox', { name: 'Kern, hoch', exact: true }).fill('5');
  await expect(page.getByText('Antwort', { exact: true })).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);
  await sheet.screenshot('graph-5-german-dark');
  await expect(page.getByRole('textbox', { name: 'Filters', exact: true })).toHaveCount(0);
});
