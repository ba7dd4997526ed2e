import { expect, test } from './app.ts';

test('a cell of the second convolution is traced back to its 25 input pixels, and on to what depends on it', async ({
  sheet,
}) => {
  await sheet.selectCell('CT12');
  const formula = await sheet.formulaText();
  const references = formula.match(/\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?/g)!;
  expect(references).toHaveLength(5);

  const framed = async () => (await sheet.outlines('precedent')).map(({ range }) => range);
  await expect.poll(framed).toEqual(references.map(reference => reference.replaceAll('$', '')));
  expect(await sheet.outlineColours('precedent')).toEqual(await sheet.referenceColours());
  expect(new Set(await sheet.referenceColours()).size).toBe(5);
  await sheet.screenshot('trace-to-pixels-1-precedents');

  // One key goes back step by step: past the folded convolution to the pixels, and then to the start again.
  const ranges = async () => (await sheet.outlines('trace')).map(outline => outline.range);
  await sheet.page.keyboard.press('Control+[');
  await expect.poll(ranges).toEqual(['G10:K14']);
  await sheet.page.keyboard.press('Control+[');
  await expect.poll(ranges).toEqual([]);

  await sheet.page.keyboard.press('Control+Shift+[');
  await expect.poll(ranges).toEqual(['G10:K14']);
  await sheet.screenshot('trace-to-pixels-2-pixels');

  await sheet.page.keyboard.press('Control+]');
  await expect.poll(() => sheet.outlines('dependent')).toEqual([{ range: 'DS12', reference: 2 }]);
  await expect.poll(ranges).toEqual([]);
  await sheet.goTo('relu2');
  await sheet.screenshot('trace-to-pixels-3-dependents');
});

test('a pixel shows the nine cells of each folded map that follow from it, a bias its whole map', async ({ sheet }) => {
  await sheet.selectCell('K11');
  await sheet.page.keyboard.press('Control+]');
  await expect
    .poll(async () => (await sheet.outlines('dependent')).map(({ range }) => range))
    .toEqual(['BQ10:BS12', 'BQ39:BS41']);
  await sheet.selectCell('AD15');
  await expect.poll(async () => (await sheet.outlines('dependent')).map(({ range }) => range)).toEqual(['BI3:CH28']);
});
