import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { calc } from './shell.ts';

test('work is saved in a dialog, everything closed, and opened again with the same values', async ({ app, sheet }) => {
  const path = join(app.home, 'edges on a seven.convsheet');
  await sheet.typeIntoCell('AD11', '0.1');
  await sheet.typeIntoCell('M15', '0.30000001');
  await expect(sheet.page.getByText('Edited', { exact: true })).toBeVisible();

  await sheet.page.keyboard.press('Control+s');
  await expect(sheet.dialog).toHaveAccessibleName('Save as');
  await sheet.dialog.getByLabel('File name').fill('edges on a seven');
  await sheet.screenshot('save-and-reopen-1-dialog');
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.page.getByText('Saved', { exact: true })).toBeVisible();
  await expect(sheet.page).toHaveTitle('edges on a seven – ConvSheet');
  expect(existsSync(path)).toBe(true);

  await sheet.page.close();
  expect(await app.shell.stop()).toBe(0);
  const again = await app.start(path);
  await again.expectValue('AD11', 0.1);
  await again.expectValue('M15', 0.3);
  const edits = ['--set', 'AD11=0.1', '--set', 'M15=0.30000001'];
  expect((await calc(path, '--tensors')).tensors).toEqual((await calc('lesson3', '--tensors', ...edits)).tensors);

  // Without changes nothing is asked. The file is in the list of recent files.
  await again.menu('File', 'New', 'LeNet-like, a stronger network');
  await expect(again.page).toHaveTitle('lenet – ConvSheet');
  await again.menu('File', 'Open recent', 'edges on a seven');
  await expect(again.page).toHaveTitle('edges on a seven – ConvSheet');
  await again.expectValue('AD11', 0.1);
});

test('a reopened file shows what was shown of it, and so does restored work (fault 47, habit 34)', async ({
  app,
  sheet,
}) => {
  app.expectProblems(/WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/);
  const path = join(app.home, 'mine.convsheet');
  await sheet.page.keyboard.press('Control+s');
  await sheet.dialog.getByLabel('File name').fill('mine');
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.page).toHaveTitle('mine – ConvSheet');

  const scroller = (page: typeof sheet) => page.page.locator('.sheet-scroller');
  const scrolled = (page: typeof sheet) =>
    scroller(page).evaluate(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
  await sheet.page.keyboard.press('Control+Shift+f');
  await sheet.page.keyboard.press('Control+=');
  await sheet.page.keyboard.press('Control+=');
  await sheet.menu('Train', 'Evaluate…');
  await sheet.goTo('AD11:AF13');
  await scroller(sheet).evaluate(area => area.scrollTo(432, 60));
  await expect.poll(() => scrolled(sheet)).toEqual([432, 60]);
  await sheet.menu('View', 'Tool bar');
  await sheet.screenshot('save-and-reopen-5-shown');
  const shows = async (page: typeof sheet) => {
    await expect(page.page.getByRole('region', { name: 'Evaluation' })).toBeVisible();
    await expect(page.nameBox).toHaveValue('AD11');
    await expect.poll(() => scrolled(page)).toEqual([432, 60]);
    await expect(page.page.locator('.toolbar')).toBeHidden();
    await page.page.getByRole('menubar').getByRole('menuitem', { name: 'View', exact: true }).click();
    await expect(page.page.getByRole('menuitemcheckbox', { name: /Fold ReLU/ })).not.toBeChecked();
    await page.page.keyboard.press('Escape');
    await page.page.keyboard.press('Escape');
  };
  // The view is kept after a moment, and doesn't change the file.
  const kept = () => readFileSync(join(app.home, '../state/settings.json'), 'utf8');
  await expect.poll(kept).toMatch(/"x": 432[^]*"toolbars": false|"toolbars": false[^]*"x": 432/);
  await expect(sheet.page.getByText('Saved', { exact: true })).toBeVisible();
  await sheet.page.close();
  expect(await app.shell.stop()).toBe(0);
  const again = await app.start(path);
  await shows(again);
  await again.menu('File', 'New', 'LeNet-like, a stronger network');
  await expect(again.page).toHaveTitle('lenet – ConvSheet');
  await again.menu('File', 'Open recent', 'mine');
  await expect(again.page).toHaveTitle('mine – ConvSheet');
  await shows(again);

  await again.page.keyboard.type('3');
  await again.page.keyboard.press('Control+Enter');
  await expect(again.page.getByText('Edited', { exact: true })).toBeVisible();
  await app.shell.crash();
  await again.page.close();
  const restored = await app.start();
  await expect(restored.banner).toContainText('Unsaved work from the last session was restored.');
  await shows(restored);
  // The whole range was selected.
  await restored.expectValue('AF13', 3);
});

test('the list of recent files is cleared only after a question, in which Cancel has the focus (habit 39)', async ({
  sheet,
}) => {
  await sheet.page.keyboard.press('Control+s');
  await sheet.dialog.getByLabel('File name').fill('mine');
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.page).toHaveTitle('mine – ConvSheet');
  await sheet.menu('File', 'Open recent', 'Clear this list');
  await expect(sheet.dialog).toHaveAccessibleName('Clear the list of recent workbooks?');
  await expect(sheet.dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await sheet.page.keyboard.press('Enter');
  await expect(sheet.dialog).toBeHidden();
  await sheet.menu('File', 'Open recent', 'Clear this list');
  await sheet.dialog.getByRole('button', { name: 'Clear the list' }).click();
  // An open menu stays as it was opened, and the window may not have heard yet that the list is empty.
  await expect(async () => {
    await sheet.page.getByRole('menubar').getByRole('menuitem', { name: 'File', exact: true }).click();
    await sheet.page.getByRole('menuitem', { name: 'Open recent' }).hover();
    const none = await sheet.page.getByText('No recent workbooks', { exact: true }).isVisible();
    await sheet.page.keyboard.press('Escape');
    if (await sheet.page.getByRole('menu').count()) await sheet.page.keyboard.press('Escape');
    expect(none).toBe(true);
  }).toPass();
});

test('before unsaved work goes away the user is asked, and may stay, save or lose it', async ({ app, sheet }) => {
  await sheet.typeIntoCell('AD11', '4');
  await sheet.menu('File', 'New', 'LeNet-like, a stronger network');
  await expect(sheet.dialog).toHaveAccessibleName('Do you want to save the changes to lesson3?');
  await sheet.screenshot('save-and-reopen-2-unsaved');
  await sheet.dialog.getByRole('button', { name: 'Cancel' }).click();
  await sheet.expectValue('AD11', 4);

  await sheet.menu('File', 'New', 'LeNet-like, a stronger network');
  await sheet.dialog.getByRole('button', { name: 'Save' }).last().click();
  await expect(sheet.dialog).toHaveAccessibleName('Save as');
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.page).toHaveTitle('lenet – ConvSheet');
  expect((await calc(join(app.home, 'lesson3.convsheet'), '--cells', 'AD11')).sheets.Network.AD11).toBe(4);

  await sheet.typeIntoCell('A9', '0.5');
  await sheet.menu('File', 'New', 'The lesson: edges on a digit');
  await sheet.dialog.getByRole('button', { name: 'Don’t save' }).click();
  await expect(sheet.page).toHaveTitle('lesson3 – ConvSheet');
  await sheet.expectValue('AD11', 1);
});

test('what is still being typed in the cell or the formula bar is saved too, or says why it can’t be', async ({
  app,
  sheet,
}) => {
  const path = join(app.home, 'mine.convsheet');
  const saved = async () => (await calc(path, '--cells', 'AD11')).sheets.Network.AD11;
  await sheet.selectCell('AD11');
  await sheet.page.keyboard.type('0.25');
  await sheet.page.keyboard.press('Control+s');
  await sheet.dialog.getByLabel('File name').fill('mine');
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.page.getByText('Saved', { exact: true })).toBeVisible();
  expect(await saved()).toBe(0.25);

  await sheet.formulaBar.fill('0.75');
  await sheet.page.keyboard.press('Control+s');
  await expect.poll(saved).toBe(0.75);

  await sheet.selectCell('AD11');
  await sheet.page.keyboard.type('abc');
  await sheet.page.keyboard.press('Control+s');
  await expect(sheet.notice).toHaveText('AD11 needs a number such as 0.5, not "abc". The old value stays.');
  await sheet.page.keyboard.press('Escape');
  await sheet.expectValue('AD11', 0.75);
});

test('an existing file is replaced only after a second word', async ({ app, sheet }) => {
  const path = join(app.home, 'mine.convsheet');
  const saveAs = async () => {
    await sheet.page.keyboard.press('Control+Shift+s');
    await sheet.dialog.getByLabel('File name').fill('mine.convsheet');
  };
  await saveAs();
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.dialog).toBeHidden();
  await sheet.typeIntoCell('AD11', '6');
  await expect(sheet.page.getByText('Edited', { exact: true })).toBeVisible();
  await saveAs();
  await sheet.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(sheet.dialog.getByRole('alert')).toContainText('mine.convsheet exists already.');
  expect((await calc(path, '--cells', 'AD11')).sheets.Network.AD11).toBe(1);
  await sheet.dialog.getByRole('button', { name: 'Replace' }).click();
  await expect(sheet.page.getByText('Saved', { exact: true })).toBeVisible();
  expect((await calc(path, '--cells', 'AD11')).sheets.Network.AD11).toBe(6);
});

test('a reload keeps the work and its undo', async ({ sheet }) => {
  await sheet.typeIntoCell('AD11', '7');
  await sheet.expectValue('AD11', 7);
  await sheet.page.reload();
  await sheet.ready();
  await sheet.expectValue('AD11', 7);
  await expect(sheet.page.getByText('Edited', { exact: true })).toBeVisible();
  await sheet.undo();
  await sheet.expectValue('AD11', 1);
});

test('a second window only looks, follows, and takes over when the first is closed', async ({ app, sheet }) => {
  const second = await app.openWindow();
  await expect(second.banner).toContainText(
    'This window only shows the workbook: it is being edited in another window.',
  );
  await second.expectValue('AD11', 1);
  await expect(second.notice, 'said once is enough').toBeEmpty();
  await second.typeIntoCell('AD11', '8');
  await expect(second.notice).toContainText('another one is editing it');
  await second.expectValue('AD11', 1);
  await second.screenshot('save-and-reopen-3-second-window');

  await sheet.typeIntoCell('AD11', '9');
  await second.expectValue('AD11', 9);

  await sheet.page.close();
  await expect(second.banner).toBeHidden();
  await expect(second.notice).toContainText('This window can edit now.');
  await second.typeIntoCell('AD11', '10');
  await second.expectValue('AD11', 10);
});

test('a page that was left, and that the browser keeps for the way back, gives the work free', async ({
  app,
  sheet,
}) => {
  await sheet.typeIntoCell('AD11', '5');
  const transition = (name: string) =>
    sheet.page.evaluate(name => dispatchEvent(new PageTransitionEvent(name, { persisted: true })), name);
  await transition('pagehide');
  await expect(async () => {
    const second = await app.openWindow();
    const editor = await second.banner.isHidden();
    if (!editor) await second.page.close();
    expect(editor).toBe(true);
  }).toPass();

  await transition('pageshow');
  await expect(sheet.banner).toContainText('This window only shows the workbook');
  await sheet.expectValue('AD11', 5);
});

test('after a power cut the next start brings the work back, and losing it takes a decision', async ({
  app,
  sheet,
}) => {
  app.expectProblems(/WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/);
  await sheet.typeIntoCell('AD11', '11');
  await sheet.typeIntoCell('AE11', '12');
  await sheet.expectValue('AE11', 12);
  await app.shell.crash();
  // A request that was under way may have been told the same with other words.
  await expect(sheet.notice).toContainText(/(connection|connected).*your work is kept/);
  await sheet.page.close();

  const restored = await app.start();
  await expect(restored.banner).toContainText('Unsaved work from the last session was restored.');
  await restored.screenshot('save-and-reopen-4-recovered');
  await restored.expectValue('AD11', 11);
  await restored.expectValue('AE11', 12);
  await expect(restored.notice, 'said once is enough').toBeEmpty();
  await restored.undo();
  await restored.expectValue('AE11', 1);

  await restored.menu('File', 'Close');
  await restored.dialog.getByRole('button', { name: 'Don’t save' }).click();
  await expect.poll(() => app.shell.output()).toContain('ConvSheet has ended.');
  const fresh = await app.start();
  await fresh.expectValue('AD11', 1);
  await expect(fresh.banner).toBeHidden();
});

test('a name that is entered before the folder is listed waits for it, and goes into that folder', async ({
  app,
  context,
}) => {
  let list = () => {};
  const listed = new Promise<void>(resolve => (list = resolve));
  await context.routeWebSocket('**/socket', window => {
    const shell = window.connectToServer();
    window.onMessage(async frame => {
      if (frame.includes('"listFolder"')) await listed;
      shell.send(frame);
    });
  });
  const sheet = await app.start('lesson3');
  await sheet.page.keyboard.press('Control+s');
  await sheet.dialog.getByLabel('File name').fill('early');
  await sheet.page.keyboard.press('Enter');
  await sheet.page.keyboard.press('Enter');
  await expect(sheet.dialog).toBeVisible();
  list();
  await expect(sheet.dialog).toBeHidden();
  await expect(sheet.page).toHaveTitle('early – ConvSheet');
  expect(existsSync(join(app.home, 'early.convsheet'))).toBe(true);
});
