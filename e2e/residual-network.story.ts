import { formatFloat32 } from '../shared/numbers.ts';
import { expect, test } from './app.ts';

/** A calculated number as its cell shows it with all digits. */
const inCell = (value: number) => Number(formatFloat32(Math.fround(value)));

test.use({ target: 'resnet-tiny' });

test('a residual network: batchNorm beside its maps, a shortcut that adds up, a rate that changes nothing', async ({
  sheet,
}) => {
  const { page } = sheet;
  await expect(page.getByRole('navigation', { name: 'Layers' })).toContainText('sum1');
  await sheet.screenshot('residual-network-1-start');

  // Cell BU11 is what BK3, BL3, BM3 and BN3 make of AM11.
  await sheet.selectCell('BU11');
  await expect(sheet.formulaBar).toHaveValue('=$BK$3*(AM11-$BM$3)/SQRT($BN$3+0.001)+$BL$3');
  const before = await sheet.valueOf('BU11');
  const single = async (address: string) => Math.fround(await sheet.valueOf(address));
  const [convolved, gamma, beta] = [await single('AM11'), await single('BK3'), await single('BL3')];
  await sheet.typeIntoCell('BM3', '0.5');
  await sheet.typeIntoCell('BN3', '3.999');
  await sheet.expectValue('BU11', inCell((gamma * (convolved - 0.5)) / Math.sqrt(Math.fround(3.999) + 0.001) + beta));
  await sheet.typeIntoCell('BN3', '-1');
  await expect(sheet.notice).toContainText("BN3 holds a variance, which can't be below 0.");
  // The refused text stays in the cell, so that it can be corrected.
  await page.keyboard.press('Escape');
  await sheet.undo();
  await sheet.undo();
  await sheet.expectValue('BU11', before);

  // One step back shows both branches. The cell of the shortcut stays until the longer branch gets there.
  await sheet.goTo('sum1/output[3,3,0]');
  const [, main, shortcut] = /^=([A-Z]+\d+)\+([A-Z]+\d+)$/.exec(await sheet.formulaText())!;
  const summands = [await single(main), await single(shortcut)];
  await sheet.goTo('sum1/output[3,3,0]');
  const address = await sheet.activeCell();
  await sheet.expectValue(address, inCell(summands[0] + summands[1]));
  await expect
    .poll(async () => (await sheet.outlines('precedent')).map(({ range }) => range))
    .toEqual([main, shortcut]);
  await page.keyboard.press('Control+[');
  await page.keyboard.press('Control+[');
  await expect(sheet.notice).toContainText(`${address} follows from`);
  await sheet.screenshot('residual-network-2-shortcut');

  await sheet.goTo('dropout/rate');
  await expect(sheet.formulaBar).toHaveValue('0.2');
  const rate = await sheet.activeCell();
  await sheet.typeIntoCell(rate, '1');
  await expect(sheet.notice).toContainText(`${rate} holds the probability of dropping a number`);
  await sheet.typeIntoCell(rate, '0.9');
  await sheet.expectValue(rate, 0.9);
  await sheet.goTo('dropout/output[5]');
  const dropped = await sheet.activeCell();
  await sheet.goTo('mean/output[5]');
  await sheet.expectValue(dropped, await sheet.valueOf(await sheet.activeCell()));

  // The second input is connected to another layer by keyboard, past one that doesn't fit. It is one step to undo.
  const panel = page.getByRole('region', { name: 'Layers' });
  await page.getByRole('navigation', { name: 'Layers' }).getByRole('button', { name: /^sum1/ }).click();
  await page.keyboard.press('Control+Shift+Y');
  const too = panel.getByRole('combobox', { name: 'Reads too' });
  await too.focus();
  await page.keyboard.press('ArrowUp');
  await expect(panel.getByRole('alert')).toContainText('sum1 adds norm3 (14×14×16) and leaky1 (28×28×16)');
  await expect(too).toHaveValue('leaky1');
  await page.keyboard.press('Escape');
  await expect(too).toHaveValue('pool');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(panel.getByRole('alert')).toHaveCount(0);
  await page.keyboard.press('Control+Enter');
  await expect(panel.getByText('nothing has changed yet')).toBeVisible();
  await expect(too).toHaveValue('conv2');
  await expect(too).toBeFocused();
  await sheet.undo();
  await expect(too).toHaveValue('pool');
});
