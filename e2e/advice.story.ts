import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { seriousFaults } from './axe.ts';
import { commandLine } from './shell.ts';

/** A network with all that there is advice about, but for what its numbers show. */
const BAD = {
  input: [28, 28, 1],
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  layers: [
    { kind: 'conv2d', name: 'first', filters: 4, kernelSize: 3, padding: 'same' },
    'batchNorm',
    { kind: 'conv2d', name: 'second', filters: 4, kernelSize: 3, padding: 'same' },
    'relu',
    { kind: 'averagePool2d', poolSize: 2, strides: 3, padding: 'same' },
    { kind: 'maxPool2d', name: 'pool', poolSize: 3, strides: 2, padding: 'valid' },
    'flatten',
    { kind: 'dense', units: 1000 },
    { kind: 'dense', name: 'scores', units: 10 },
    { kind: 'softmax', name: 'inner' },
    { kind: 'sigmoid', name: 'outer' },
  ],
};

test('shape lint: each advice about a bad network is taken with one press', async ({ app }) => {
  const [spec, file] = [join(app.home, 'bad.json'), join(app.home, 'bad.convsheet')];
  await writeFile(spec, JSON.stringify(BAD));
  await commandLine('new', '--spec', spec, '-o', file);
  const sheet = await app.start(file);
  const { page } = sheet;
  const layers = page.getByRole('navigation', { name: 'Layers' }).getByRole('button');
  const panel = page.getByRole('region', { name: 'Layers' });
  const advice = panel.locator('[data-advice]');
  const about = (key: string) => panel.locator(`[data-advice="${key}"]`);

  // A mark in the list of layers says that there is something to say.
  await expect(layers.filter({ hasText: 'piece' })).not.toHaveCount(0);
  await expect(layers.nth(1)).toContainText('a piece of advice');
  // Kernels that are deleted, and a bias that silences a ReLU, are found in the numbers.
  await sheet.goTo('first/kernel');
  await page.keyboard.press('Delete');
  await sheet.goTo('second/bias');
  await page.keyboard.type('-1000');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Control+Shift+Y');
  await expect(about('zeroKernel first')).toContainText('The weights of first are all 0.');
  await expect(about('dead relu')).toContainText('outputs of relu are 0 for every image');
  await sheet.screenshot('advice');
  expect(await seriousFaults(page)).toEqual([]);

  // One that isn't wanted is not told again, until undo.
  await about('unread pool').getByRole('button', { name: 'Don’t tell again' }).click();
  await expect(about('unread pool')).toHaveCount(0);
  await expect(panel.getByRole('button', { name: 'Tell one again' })).toBeVisible();
  await sheet.undo();
  await expect(about('unread pool')).toHaveCount(1);

  const taken = new Set<string>();
  for (let press = 0; press < 20 && (await advice.count()) > 0; press++) {
    const key = (await advice.first().getAttribute('data-advice'))!;
    await advice.first().getByRole('button').first().click();
    await expect(about(key)).toHaveCount(0);
    taken.add(key);
  }
  await expect(panel.getByText('There is nothing to advise.')).toBeVisible();
  await expect(layers.filter({ hasText: 'advice' })).toHaveCount(0);
  // Where zeros come out of the first layer, a new ReLU after it is dead too, until the kernels are fresh.
  expect([...new Set([...taken].map(key => key.split(' ')[0]))].sort()).toEqual([
    'biasBeforeNorm',
    'dead',
    'heavyDense',
    'noActivation',
    'sigmoidForClasses',
    'skipped',
    'softmaxTwice',
    'unread',
    'zeroKernel',
  ]);
  await sheet.screenshot('advice-taken');
  for (let step = 0; step < taken.size; step++) await sheet.undo();
  await expect(about('zeroKernel first')).toHaveCount(1);
  await expect(about('unread pool')).toHaveCount(1);
});
