import { readFileSync } from 'node:fs';
import { contains, parseRange } from '../shared/address.ts';
import { expect, test } from './app.ts';
import { calc } from './shell.ts';

/** It takes seconds to open, and on a busy machine much longer. */
const OPEN_WITHIN = 200_000;

const referencesIn = (formula: string) =>
  formula.match(/\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?/g)!.map(text => text.replaceAll('$', ''));
const cellOf = (address: string) => parseRange(address)!;

test('VGG-16 is walked from a pixel to a class by keys; an edit, list, graph and memory hold at its size', async ({
  app,
  sheet,
}) => {
  const { page, statusBar } = sheet;
  const listed = page.getByRole('navigation', { name: 'Layers' }).getByRole('button');
  const placeName = () => sheet.nameBox.getAttribute('title');
  await sheet.menu('File', 'New', 'VGG-16, with random weights');
  await expect(listed.filter({ hasText: 'predictions' })).toBeVisible({ timeout: OPEN_WITHIN });
  await expect(listed).toHaveCount(39);
  await expect(statusBar).toContainText('175,585,432 cells');

  // From a pixel to the first cell that reads it, and so on. `seen`: the numbers and formulas on the way.
  const way = ['DI120'];
  const seen = new Map<string, { formula: string; value: number | undefined }>();
  const layers = new Set<string>();
  await sheet.selectCell(way[0]);
  await page.keyboard.press('Control+]');
  for (;;) {
    await sheet.drawn();
    const [reader] = await sheet.outlines('dependent');
    const next = reader?.range.split(':')[0];
    if (next === undefined || way.includes(next)) break;
    await sheet.goTo(next);
    await expect.poll(() => sheet.number(), next).toBeDefined();
    seen.set(next, { formula: await sheet.formulaText(), value: await sheet.number() });
    layers.add((await placeName())!.split(' · ')[0]);
    way.push(next);
  }
  await sheet.screenshot('vgg16-1-class');
  for (const name of ['block1_conv2', 'block1_pool', 'block3_conv3', 'block5_conv3', 'block5_pool', 'fc1', 'softmax'])
    expect(layers).toContain(name);
  expect(await placeName()).toBe('softmax · unit 1');
  // The first convolution is folded into its ReLU.
  const [hidden] = referencesIn(seen.get(way[1])!.formula);
  const cells = [...seen.keys(), hidden].flatMap(cell => ['--cells', `Network!${cell}`]);
  const calculating = calc('vgg16', ...cells, '--formulas');

  // Back: what the class reads, and all pixels that it follows from.
  const last = way.at(-1)!;
  const { formula, value } = seen.get(last)!;
  await page.keyboard.press('Control+[');
  await expect
    .poll(async () => (await sheet.outlines('precedent')).map(({ range }) => range))
    .toEqual(referencesIn(formula));
  await page.keyboard.press('Control+Shift+[');
  await expect(sheet.notice).toContainText(`${last} follows from input: A3:HP226, A228:HP451, A453:HP676.`);

  // An edit of the last bias reaches the class, and undo takes it back.
  const bias = referencesIn(seen.get(way.at(-4)!)!.formula).at(-1)!;
  await sheet.typeIntoCell(bias, '5');
  await sheet.expectOtherValue(last, value!);
  await sheet.undo();
  await sheet.expectValue(last, value!);

  // The panel of layers says what was not looked at. With the graph, a box selects its layer in the list.
  await page.keyboard.press('Control+Shift+Y');
  const panel = page.getByRole('region', { name: 'Layers' });
  await expect(panel.getByText('ReLUs that are always 0 were not looked for')).toBeVisible();
  await page.getByRole('button', { name: 'Graph', exact: true }).click();
  const boxes = page.getByRole('region', { name: 'Graph', exact: true }).getByRole('treeitem');
  await expect(boxes).toHaveCount(39);
  await boxes.filter({ hasText: '102,764,544' }).click();
  await expect(listed.filter({ hasText: '102,764,544' })).toHaveAttribute('aria-current', 'true');
  await sheet.screenshot('vgg16-2-graph');

  // The command line has the same formulas and numbers, and each cell on the way reads the one before.
  const { sheets, formulas } = await calculating;
  const reads = (cell: string, other: string): boolean =>
    referencesIn(formulas.Network[cell]).some(
      range => contains(cellOf(range), cellOf(other)) || (range === hidden && reads(hidden, other)),
    );
  for (const [i, [cell, shown]] of [...seen].entries()) {
    expect.soft({ cell, ...shown }).toEqual({ cell, formula: formulas.Network[cell], value: sheets.Network[cell] });
    expect.soft(reads(cell, way[i]), `${cell} reads ${way[i]}`).toBe(true);
  }
  // The status bar tells what the system tells of the engine's process.
  if (process.platform === 'linux')
    await expect(async () => {
      const told = Number(/Memory ([\d,]+) MB/.exec((await statusBar.textContent())!)![1].replaceAll(',', ''));
      const status = readFileSync(`/proc/${app.shell.enginePid()}/status`, 'utf8');
      const resident = (Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024) / 1e6;
      expect(Math.abs(told - resident) / resident).toBeLessThan(0.03);
    }).toPass();
});
