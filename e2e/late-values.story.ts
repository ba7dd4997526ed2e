import { expect, test } from './app.ts';

/** Values that a slow connection hasn't brought to the window yet. undefined while it is fast. */
let late: (() => void)[] | undefined;

test.beforeEach(async ({ context }) => {
  late = undefined;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await context.routeWebSocket('**/socket', window => {
    const shell = window.connectToServer();
    window.onMessage(frame => shell.send(frame));
    shell.onMessage(frame => {
      if (late) late.push(() => window.send(frame));
      else window.send(frame);
    });
  });
});

function bringAll(): void {
  for (const bring of late ?? []) bring();
  late = undefined;
}

test('while the engine is slow, what was entered is edited, copied and filled, and late values are kept', async ({
  sheet,
}) => {
  const { keyboard } = sheet.page;
  await sheet.selectCell('AD11');
  late = [];
  await keyboard.type('2');
  await keyboard.press('Tab');
  await keyboard.type('3');
  await keyboard.press('Enter');
  await sheet.goTo('AD11');
  await expect(sheet.formulaBar).toHaveValue('2');
  await keyboard.press('F2');
  await keyboard.type('5');
  await keyboard.press('Enter');
  await sheet.goTo('AD11:AE11');
  await keyboard.press('Control+c');
  await expect.poll(() => sheet.page.evaluate(() => navigator.clipboard.readText())).toBe('25\t3');
  await sheet.goTo('AE11:AE13');
  await keyboard.press('Control+d');
  bringAll();
  await sheet.expectValue('AD11', 25);
  await sheet.expectValue('AE11', 3);
  await sheet.expectValue('AE13', 3);
  await sheet.undo();
  await sheet.expectValue('AE13', -1);
  for (let steps = 0; steps < 3; steps++) await sheet.undo();
  await sheet.expectValue('AD11', 1);
  await expect(sheet.page.getByText('Unchanged', { exact: true })).toBeVisible();

  // A cell that is opened before its value has come, and left as it is, keeps its value.
  const places = [
    ['dense/bias[9]', () => sheet.page.keyboard.press('F2')],
    ['dense/bias[8]', () => sheet.formulaBar.focus()],
  ] as const;
  for (const [place, open] of places) {
    await sheet.goTo('A1');
    late = [];
    await sheet.goTo(place);
    await open();
    await expect.poll(() => late!.length).toBeGreaterThan(0);
    bringAll();
    await expect(sheet.page.locator('.sheet-input .ht_master td.current')).not.toHaveText('');
    await sheet.page.keyboard.press('Enter');
    await sheet.goTo(place);
    await expect.poll(() => sheet.number()).toBeDefined();
    expect(await sheet.number(), place).not.toBe(0);
  }
  await expect(sheet.page.getByText('Unchanged', { exact: true })).toBeVisible();
});
