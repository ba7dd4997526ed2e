import { expect, test } from './app.ts';

test('a cell that is opened before its value has come, and left as it is, keeps its value', async ({
  app,
  context,
}) => {
  /** What the app has sent to the window and a slow connection has not brought yet. */
  let late: (() => void)[] | undefined;
  await context.routeWebSocket('**/socket', window => {
    const shell = window.connectToServer();
    window.onMessage(frame => shell.send(frame));
    shell.onMessage(frame => {
      if (late) late.push(() => window.send(frame));
      else window.send(frame);
    });
  });
  const sheet = await app.start('lesson3');
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
    for (const bring of late) bring();
    late = undefined;
    await expect(sheet.page.locator('.sheet-input .ht_master td.current')).not.toHaveText('');
    await sheet.page.keyboard.press('Enter');
    await sheet.goTo(place);
    await expect.poll(() => sheet.number()).toBeDefined();
    expect(await sheet.number(), place).not.toBe(0);
  }
  await expect(sheet.page.getByText('Unchanged', { exact: true })).toBeVisible();
});
