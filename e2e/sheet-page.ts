import { fileURLToPath } from 'node:url';
import { expect, type Locator, type Page } from '@playwright/test';

/** Frames over cells, by their purpose. */
export type OutlineKind =
  | 'selection'
  | 'precedent'
  | 'trace'
  | 'dependent'
  | 'pointed'
  | 'veil'
  | 'scanned'
  | 'overlay';
export type Outline = { range: string; reference: number };

/** The window in the user's words. To read a value it goes to the cell first, as a user does. */
export class SheetPage {
  readonly grid: Locator;
  readonly nameBox: Locator;
  readonly formulaBar: Locator;
  readonly statusBar: Locator;
  /** The message in the status bar. */
  readonly notice: Locator;
  readonly dialog: Locator;
  /** The line over the tools, if there is one. */
  readonly banner: Locator;

  constructor(readonly page: Page) {
    this.grid = page.getByRole('grid', { name: 'Network sheet' });
    this.nameBox = page.getByRole('combobox', { name: 'Name box' });
    this.formulaBar = page.getByRole('textbox', { name: 'Formula or value of the selected cell' });
    this.statusBar = page.getByRole('contentinfo', { name: 'Status' });
    this.notice = this.statusBar.locator('.notice');
    this.dialog = page.getByRole('dialog');
    this.banner = page.locator('.banner:visible');
  }

  /** Waits until the window is there, has its values and takes keys. */
  async ready(): Promise<void> {
    // This works in every language.
    await expect(this.page.locator('.statusbar .predicted')).not.toBeEmpty();
    await expect(this.page.locator('.sheet-input')).toBeAttached();
    await expect(this.page.locator('.formula-input')).not.toHaveValue('');
  }

  /** Waits until everything that the window knows is painted and written into the cells. It waits for two frames,
   *  because the first may already have begun, and until the window rests: then the cells follow. */
  async drawn(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise<unknown>(done =>
          requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(done, { timeout: 1000 }))),
        ),
    );
  }

  // ── where ──

  /** Goes to a cell, range, layer or tensor with the name box. */
  async goTo(place: string): Promise<void> {
    await this.nameBox.fill(place);
    await this.nameBox.press('Enter');
    await expect(this.page.locator(':focus')).toHaveAttribute('aria-colindex', /.+/);
    await this.drawn();
  }

  async selectCell(address: string): Promise<void> {
    await this.goTo(address);
    await expect(this.nameBox).toHaveValue(address);
  }

  activeCell(): Promise<string> {
    return this.nameBox.inputValue();
  }

  // ── what is in a cell ──

  formulaText(): Promise<string> {
    return this.formulaBar.inputValue();
  }

  /** The text of the active cell for screen readers: its value, and its formula if it has one. */
  async spoken(): Promise<string> {
    await this.drawn();
    return (await this.page.locator('.sheet-input td:focus').textContent()) ?? '';
  }

  /** The number in the active cell. undefined if it hasn't arrived or isn't a number. */
  async number(): Promise<number | undefined> {
    const [value] = (await this.spoken()).split(', formula ');
    // In some languages the decimal sign is a comma.
    return value === '' ? undefined : Number(value.replace(',', '.'));
  }

  /** A cell's number, as soon as it is known. After a change, first wait for a sign of that change. */
  async valueOf(address: string): Promise<number> {
    await this.selectCell(address);
    await this.drawn();
    let value: number | undefined;
    await expect(async () => {
      value = await this.number();
      expect(value, address).toBeDefined();
    }).toPass();
    return value!;
  }

  /** Waits until a cell has this number. */
  async expectValue(address: string, value: number): Promise<void> {
    await this.selectCell(address);
    await expect.poll(() => this.number(), address).toBe(value);
  }

  /** Waits until a cell has another number than this. */
  async expectOtherValue(address: string, value: number): Promise<void> {
    await this.selectCell(address);
    await expect(async () => {
      const now = await this.number();
      expect(now, address).toBeDefined();
      expect(now, address).not.toBe(value);
    }).toPass();
  }

  async typeIntoCell(address: string, text: string): Promise<void> {
    await this.selectCell(address);
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  // ── what the network says ──

  /** The class in the status bar. */
  async predictedClass(): Promise<string | undefined> {
    return /Predicted (\S+)/.exec((await this.statusBar.textContent()) ?? '')?.[1];
  }

  async expectPredicted(name: string): Promise<void> {
    await expect.poll(() => this.predictedClass()).toBe(name);
  }

  // ── frames and pixels ──

  /** The frames of a kind, in the order of the formula's references. */
  async outlines(kind: OutlineKind): Promise<Outline[]> {
    return this.page.locator(`.sheet-outlines .${kind}`).evaluateAll(elements =>
      elements.map(element => ({
        range: (element as HTMLElement).dataset.range ?? '',
        reference: Number((element as HTMLElement).dataset.reference ?? 0),
      })),
    );
  }

  /** The colours of the frames around the cells that the formula reads, and of its references in the formula bar. */
  async outlineColours(kind: OutlineKind): Promise<string[]> {
    return this.page
      .locator(`.sheet-outlines .${kind}`)
      .evaluateAll(elements => elements.map(element => getComputedStyle(element).borderTopColor));
  }
  async referenceColours(): Promise<string[]> {
    return this.page
      .locator('.formula-text .ref')
      .evaluateAll(elements => elements.map(element => getComputedStyle(element).color));
  }

  /** The rectangle of a range on the page, in pixels. The range is selected and scrolled to. */
  async box(range: string): Promise<{ x: number; y: number; width: number; height: number }> {
    await this.goTo(range);
    // If this scrolls, the frame moves with the next painting.
    await this.drawn();
    const frame = await this.page.locator(`.sheet-outlines .selection[data-range="${range}"]`).boundingBox();
    if (!frame) throw new Error(`${range} can't be seen.`);
    // The frame covers the edge of its cells.
    return { x: frame.x + 2, y: frame.y + 2, width: frame.width - 3, height: frame.height - 3 };
  }

  /** A picture of a range while it is selected, scrolled to from the sheet's beginning. It waits until the values have
   *  arrived and two pictures are equal. */
  async pixelsOf(range: string): Promise<Buffer> {
    await this.goTo('A1');
    const clip = await this.box(range);
    await expect.poll(() => this.number(), range).toBeDefined();
    let pixels = await this.page.screenshot({ clip });
    await expect(async () => {
      const before = pixels;
      pixels = await this.page.screenshot({ clip });
      expect(pixels.equals(before), `${range} stands still`).toBe(true);
    }).toPass({ intervals: [250] });
    return pixels;
  }

  /** Waits until a range looks like this picture. */
  async expectPixels(range: string, pixels: Buffer): Promise<void> {
    await expect(async () => {
      expect((await this.pixelsOf(range)).equals(pixels), range).toBe(true);
    }).toPass();
  }

  /** Sets the height of cells in pixels. */
  async zoomTo(cellSize: number): Promise<void> {
    const slider = this.page.getByRole('slider', { name: 'Zoom' });
    const position = Math.round((100 * Math.log(cellSize)) / Math.log(64));
    await slider.fill(String(position));
    await expect(this.page.getByRole('button', { name: `Zoom ${cellSize * 5} %` })).toBeVisible();
  }

  /** Keeps a picture of the window in .build/screenshots, if LOOK is set in the environment. */
  async screenshot(name: string): Promise<void> {
    if (!process.env.LOOK) return;
    const path = fileURLToPath(new URL(`../.build/screenshots/${name}.png`, import.meta.url));
    await this.page.screenshot({ path });
  }

  // ── commands ──

  /** Chooses from the menubar with the mouse: menu('File', 'New', 'The lesson: edges on a digit'). */
  async menu(...path: [string, string, ...string[]]): Promise<void> {
    const [title, ...items] = path;
    await this.page.getByRole('menubar').getByRole('menuitem', { name: title, exact: true }).click();
    let menu = this.page.getByRole('menu', { name: title, exact: true });
    for (const [i, name] of items.entries()) {
      const item = menu.locator('> .menu-item', { has: this.page.getByText(name, { exact: true }) });
      if (i < items.length - 1) {
        await item.hover();
        menu = this.page.getByRole('menu', { name, exact: true });
      } else await item.click();
    }
  }

  /** Opens the data set dialog with a kind of source, and chooses its folders and files by their labels. */
  async openDataDialog(source: string, paths: Record<string, string> = {}): Promise<void> {
    await this.menu('Train', 'Data set…');
    await this.dialog.getByRole('radio', { name: source }).check();
    for (const [name, path] of Object.entries(paths)) {
      await this.dialog.getByRole('button', { name: `Choose: ${name}`, exact: true }).click();
      const chooser = this.dialog.last();
      await expect(chooser.getByLabel('Folder', { exact: true })).not.toHaveValue('');
      if (name.startsWith('Folder')) {
        await chooser.getByLabel('Folder', { exact: true }).fill(path);
        await this.page.keyboard.press('Enter');
        // The list takes the keyboard back when it shows the folder.
        await expect(chooser.getByRole('listbox')).toBeFocused();
        await chooser.getByRole('button', { name: 'Choose this folder' }).click();
      } else {
        await chooser.getByLabel('File name').fill(path);
        await chooser.getByRole('button', { name: 'Choose', exact: true }).click();
      }
      await expect(this.dialog).toHaveCount(1);
    }
  }

  async undo(): Promise<void> {
    await this.page.keyboard.press('Control+z');
  }
  async redo(): Promise<void> {
    await this.page.keyboard.press('Control+y');
  }
}
