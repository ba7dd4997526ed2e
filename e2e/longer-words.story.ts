import { join } from 'node:path';
import { en } from '../shared/messages/en.ts';
import { pseudo } from '../shared/messages/pseudo.ts';
import { expect, test } from './app.ts';
import { writeBrokenImages, writeDigitFolders, writeWideImage } from './image-folder.ts';
import type { SheetPage } from './sheet-page.ts';
import { EPOCH_WITHIN } from './training-page.ts';
import { foreignWords, wordFaults } from './word-faults.ts';

/** The catalogue of these windows: English, every text 40 % longer. */
const text = pseudo(en);
const { menu, trainMenu, views, trainingPanel: training } = text;
const LANGUAGE = ['--lang=pseudo'];
const SMALL = { width: 1024, height: 700 };
const LARGE = { width: 1600, height: 1000 };
/** Names that stand as they are in every language: of layers and tensors, sheets, engines, files. */
const NAMES = [
  'lesson input conv relu pool flatten dense softmax kernel bias Network Gradient Mask wasm tensorflow convsheet',
  'photos digit png jpg nowhere half wide letter cut off empty shift training validation image',
  new Date().toLocaleString('en-US', { month: 'short' }),
]
  .join(' ')
  .split(' ');

/** Looks at the words in sight in windows of these sizes, and gathers what is wrong with them. */
class Looks {
  readonly faults = new Set<string>();
  constructor(readonly sheet: SheetPage) {}

  async at(place: string, sizes = [SMALL, LARGE]): Promise<void> {
    const { page } = this.sheet;
    // The size that the window has comes first, because another one lays out and paints everything.
    const [first] = sizes;
    const ordered = page.viewportSize()!.width === first.width ? sizes : sizes.toReversed();
    for (const size of ordered) {
      await page.setViewportSize(size);
      await this.sheet.drawn();
      if (process.env.LOOK) await page.screenshot({ path: `.build/screenshots/longer-${place}-${size.width}.png` });
      for (const fault of await wordFaults(page)) this.faults.add(`${place}, ${size.width}×${size.height}: ${fault}`);
    }
    for (const word of await foreignWords(page, NAMES)) this.faults.add(`not from the catalogue: ${word}`);
  }
  /** Opens a dialog from the menu, looks at it, and closes it. */
  async atDialog(name: string, ...path: [string, string]): Promise<void> {
    const { page, dialog } = this.sheet;
    await this.sheet.menu(...path);
    await expect(dialog).toBeVisible();
    await this.at(name);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }
}

async function goTo({ page }: SheetPage, place: string): Promise<void> {
  await page.locator('.name-input').fill(place);
  await page.locator('.name-input').press('Enter');
}

test('With every word 40 % longer, nothing in the window, its menus and its dialogs is cut or from nowhere', async ({
  app,
}) => {
  const sheet = await app.start('lesson3', LANGUAGE);
  const { page, dialog } = sheet;
  const looks = new Looks(sheet);
  await looks.at('window');
  await goTo(sheet, 'half/nowhere');
  await expect(page.locator('.name-problem')).toBeVisible();
  await looks.at('name-box');
  await page.keyboard.press('Escape');
  await goTo(sheet, 'AD11:AF13');
  await expect(page.locator('.figures-of-selection')).toBeVisible();
  await looks.at('selection');
  await goTo(sheet, 'AD11');
  await page.keyboard.type('half');
  await page.keyboard.press('Enter');
  await expect(page.locator('.statusbar .notice')).not.toBeEmpty();
  await looks.at('refused');
  await page.keyboard.press('Escape');

  for (const size of [SMALL, LARGE]) {
    await page.setViewportSize(size);
    const titles = page.getByRole('menubar').getByRole('menuitem');
    for (let i = 0; i < (await titles.count()); i++) {
      await titles.nth(i).click();
      await looks.at(`menu-${i}`, [size]);
      const submenus = page.locator('.menu > [aria-haspopup]');
      for (let j = 0; j < (await submenus.count()); j++) {
        await submenus.nth(j).hover();
        await expect(page.locator('.menu')).toHaveCount(2);
        await looks.at(`menu-${i}-${j}`, [size]);
      }
      await titles.nth(i).click();
      await expect(page.locator('.menu')).toHaveCount(0);
    }
    await page.locator('.sheet-scroller').click({ button: 'right' });
    await looks.at('cell-menu', [size]);
    await page.keyboard.press('Escape');
    for (const [i, button] of (await page.locator('.toolbar [aria-haspopup]:visible').all()).entries()) {
      await button.click();
      await looks.at(`tool-menu-${i}`, [size]);
      await page.keyboard.press('Escape');
    }
  }

  await looks.atDialog('open', menu.file, menu.open);
  await looks.atDialog('save-as', menu.file, menu.saveAs);
  await looks.atDialog('fill', menu.edit, menu.fill);
  await looks.atDialog('names', text.sheets.title, text.names.open);
  await sheet.menu(menu.edit, text.find.menu);
  // A text that no label of the network has.
  await page.keyboard.type('EXP(');
  await expect(page.locator('.find-count')).not.toBeEmpty();
  await looks.at('find');
  await page.keyboard.press('Escape');
  await looks.atDialog('keyboard', menu.help, menu.keyboard);
  await looks.atDialog('about', menu.help, menu.about);
  await sheet.menu(menu.edit, menu.goTo);
  await dialog.locator('input').fill('nowhere');
  await page.keyboard.press('Enter');
  await expect(dialog.locator('.problem')).not.toBeEmpty();
  await looks.at('go-to');
  await page.keyboard.press('Escape');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(() => navigator.clipboard.writeText('1,234;5\n6,7;8'));
  await looks.atDialog('paste-special', menu.edit, menu.pasteSpecial);

  await sheet.menu(menu.network, menu.draw);
  await expect(page.locator('.draw-panel')).toBeVisible();
  await looks.at('draw');
  await sheet.menu(menu.network, menu.draw);
  // An edit, so that there is something to lose.
  await goTo(sheet, 'AD11');
  await page.keyboard.type('0.25');
  await page.keyboard.press('Enter');
  await expect(page.locator('.toolbar button').first()).toBeEnabled();
  await sheet.menu(menu.file, menu.new, menu.templates.lenet);
  await expect(dialog).toBeVisible();
  await looks.at('unsaved');
  await page.keyboard.press('Escape');

  // ── the storyboard, with what each kind of picture and motion asks for ──
  await page.keyboard.press('Shift+F7');
  await looks.at('storyboard-empty');
  await page.keyboard.press('Escape');
  await page.keyboard.press('F7');
  await expect(page.locator('.statusbar .notice')).not.toBeEmpty();
  await looks.at('captured');
  await page.keyboard.press('Shift+F7');
  await page.keyboard.press('m');
  const settings = page.locator('.film-settings');
  const [camera, motion] = [text.storyboardPanel.camera, text.storyboardPanel.motion].map(name =>
    settings.getByRole('combobox', { name, exact: true }),
  );
  await settings.getByRole('textbox', { name: text.storyboardPanel.duration, exact: true }).fill('half');
  await looks.at('storyboard');
  for (const [picture, moves] of [
    ['maps', 'scan'],
    ['cell', 'edit'],
    ['kernels', 'train'],
    ['network', 'images'],
  ]) {
    await camera.selectOption(picture);
    await motion.selectOption(moves);
    await looks.at(`storyboard-${picture}`);
  }
  await page.locator('.toolbar [aria-haspopup]:visible').click();
  await looks.at('storyboard-look');
  await page.keyboard.press('Escape');
  await page.locator('.toolbar button:visible').last().click();
  await looks.at('storyboard-export');
  await page.keyboard.press('Escape');
  await page.keyboard.press('t');
  await page.locator('.film-written textarea').fill('?');
  await expect(page.locator('.film-written li button')).toBeVisible();
  await looks.at('storyboard-text');
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog')).toBeVisible();
  await looks.at('storyboard-text-left');
  await page.locator('dialog .button').last().click();
  await page.keyboard.press('Escape');

  // Another window only looks.
  const viewer = new Looks(await app.openWindow());
  await expect(viewer.sheet.banner).toBeVisible();
  await viewer.at('viewer');
  expect([...looks.faults, ...viewer.faults]).toEqual([]);
});

test('With every word 40 % longer, nothing of data sets, training and its panels is cut or from nowhere', async ({
  app,
}) => {
  const photos = join(app.home, 'photos');
  await writeDigitFolders(photos, 12);
  await writeBrokenImages(join(photos, '7'));
  await writeWideImage(join(app.home, 'wide.png'));
  const sheet = await app.start('lesson3', LANGUAGE);
  const { page, dialog } = sheet;
  const looks = new Looks(sheet);
  const panel = page.locator('.panel.training');

  // ── the data set ──
  await sheet.menu(trainMenu.title, trainMenu.data);
  const use = dialog.getByRole('button', { name: views.data.use });
  for (const kind of ['csv', 'idx'] as const) {
    await dialog.getByRole('radio', { name: views.data.sources[kind].name }).check();
    const reading = dialog.locator('.data-reading');
    if (kind === 'csv') await reading.locator('summary').click();
    await looks.at(`data-${kind}`);
  }
  await dialog.getByRole('radio', { name: views.data.sources.folders.name }).check();
  await dialog.getByRole('button', { name: views.data.chooseWhat(views.data.paths.folders) }).click();
  const chooser = dialog.last();
  await expect(chooser.locator('.path-row input')).not.toHaveValue('');
  await looks.at('choose-folder');
  await chooser.locator('.path-row input').fill(photos);
  await page.keyboard.press('Enter');
  await expect(chooser.getByRole('listbox')).toBeFocused();
  await chooser.getByRole('button', { name: views.chooseFolder.confirm }).click();
  await expect(use).toBeEnabled();
  await expect(dialog.locator('.picture-option').first()).toBeVisible();
  await looks.at('data-folders');
  await use.click();
  await expect(dialog).toBeHidden();
  await looks.at('images');

  // ── the set-up, every part of it open ──
  await sheet.menu(trainMenu.title, trainMenu.setup);
  await panel
    .locator('.training-setup details')
    .evaluateAll((all: HTMLDetailsElement[]) => all.map(each => (each.open = true)));
  const choose = (name: string, label: string) =>
    panel.getByRole('combobox', { name, exact: true }).selectOption({ label });
  await choose(training.classWeights, training.classWeightKinds.listed);
  await panel.getByRole('textbox', { name: training.augmentations.shift }).fill('0.1');
  for (const kind of ['momentum', 'rmsprop', 'adam'] as const) {
    await choose(training.optimizer, training.optimizers[kind]);
    await looks.at(`setup-${kind}`, [SMALL]);
  }
  for (const kind of ['step', 'oneCycle', 'cosine'] as const) {
    await choose(training.schedule, training.scheduleKinds[kind]);
    await looks.at(`setup-${kind}`);
  }
  await panel.getByRole('textbox', { name: training.epochs, exact: true }).fill('0');
  await panel.getByRole('textbox', { name: training.learningRate, exact: true }).fill('-1');
  await looks.at('setup-problems');
  await panel.getByRole('textbox', { name: training.learningRate, exact: true }).fill('0.002');
  await panel.getByRole('textbox', { name: training.epochs, exact: true }).fill('2');
  await panel.getByRole('button', { name: training.find }).click();
  await expect(panel.locator('.finder .plot-legend, .finder-status')).not.toHaveCount(0);
  await expect(panel.getByRole('button', { name: text.shell.cancel })).toBeVisible({ timeout: EPOCH_WITHIN });
  await looks.at('finder');
  await panel.getByRole('button', { name: text.shell.cancel }).click();

  // ── a run that stands still, with kernels and gradients; then its end ──
  await sheet.menu(trainMenu.title, trainMenu.kernels);
  await panel.getByRole('textbox', { name: training.epochs, exact: true }).fill('1000');
  await panel.getByRole('button', { name: training.start }).click();
  const pause = panel.getByRole('button', { name: training.pause, exact: true });
  await expect(panel.locator('.epochs')).toBeVisible();
  await expect(panel.locator('.confusion')).toBeVisible({ timeout: EPOCH_WITHIN });
  await looks.at('running');
  await pause.click();
  await expect(panel.getByRole('button', { name: training.resume, exact: true })).toBeVisible();
  await panel.locator('.training-run details summary').click();
  const rate = panel.getByRole('textbox', { name: training.changeRate });
  await rate.fill('0.001');
  await rate.press('Enter');
  await expect(panel.locator('.run-notes')).toBeVisible();
  await panel.getByRole('slider', { name: training.lossCurve, exact: true }).focus();
  await page.keyboard.press('End');
  await looks.at('paused');
  await panel.locator('.plot-tool[aria-haspopup]').first().click();
  await looks.at('save-plot');
  await page.keyboard.press('Escape');
  await page.locator('.sheet-tabs .tab').nth(1).click();
  await looks.at('gradients');
  await panel.getByRole('button', { name: training.stop, exact: true }).click();
  await expect(panel.getByRole('button', { name: training.startAgain })).toBeVisible();
  await looks.at('stopped');

  // ── what is made of it ──
  await sheet.menu(trainMenu.title, trainMenu.evaluate);
  const evaluation = page.locator('[data-side="evaluation"]');
  await evaluation.getByRole('button', { name: views.evaluation.evaluate, exact: true }).click();
  await expect(evaluation.locator('.confusion')).toBeVisible({ timeout: EPOCH_WITHIN });
  await evaluation.locator('.confusion td').first().click();
  await expect(evaluation.locator('.confused .picture-option').first()).toBeVisible();
  await looks.at('evaluation');
  await sheet.menu(trainMenu.title, trainMenu.predict);
  const prediction = page.locator('[data-side="prediction"]');
  await looks.at('predict');
  await prediction.getByRole('button', { name: views.prediction.folder }).click();
  await expect(dialog.locator('.path-row input')).not.toHaveValue('');
  await dialog.locator('.path-row input').fill(photos);
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('listbox')).toBeFocused();
  await dialog.getByRole('button', { name: views.chooseFolder.confirm }).click();
  await expect(prediction.locator('.picture-option').first()).toBeVisible();
  await looks.at('predicted');
  await sheet.menu(trainMenu.title, trainMenu.setup);
  await panel.getByRole('textbox', { name: training.epochs, exact: true }).fill('1');
  await panel.getByRole('textbox', { name: training.batchSize, exact: true }).fill('32');
  await panel.getByRole('button', { name: training.start }).click();
  await expect(panel.getByRole('button', { name: training.startAgain })).toBeVisible({ timeout: EPOCH_WITHIN });
  await looks.at('finished');
  await sheet.menu(trainMenu.title, trainMenu.runs);
  const runs = page.locator('[data-side="runs"]');
  await expect(runs.getByRole('checkbox')).toHaveCount(2);
  for (const tick of await runs.getByRole('checkbox').all()) await tick.check();
  await expect(runs.locator('.differences')).toBeVisible();
  await looks.at('compared');
  await runs.locator('.run-tools button').first().click();
  await looks.at('rename');
  await page.keyboard.press('Escape');
  expect([...looks.faults]).toEqual([]);
});
