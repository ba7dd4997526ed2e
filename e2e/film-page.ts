import type { Locator, Page } from '@playwright/test';

/** The storyboard in the user's words. */
export class FilmPage {
  readonly root: Locator;
  readonly scenes: Locator;
  readonly chosen: Locator;
  readonly picture: Locator;
  readonly playhead: Locator;
  readonly settings: Locator;

  constructor(readonly page: Page) {
    this.root = page.getByRole('region', { name: 'Storyboard', exact: true });
    const list = this.root.getByRole('listbox', { name: 'Scenes' });
    this.scenes = list.getByRole('option');
    this.chosen = list.getByRole('option', { selected: true });
    this.picture = this.root.getByRole('img').first();
    this.playhead = this.root.getByRole('slider', { name: 'Playhead' });
    this.settings = page.locator('.film-settings');
  }

  /** The titles of the scenes in their order. */
  titles(): Promise<string[]> {
    return this.scenes.locator('b').allTextContents();
  }
  field(name: string): Locator {
    return this.settings.getByRole('textbox', { name, exact: true });
  }
  choice(name: string): Locator {
    return this.settings.getByRole('combobox', { name, exact: true });
  }
  /** The time of the playhead, in seconds. */
  async seconds(): Promise<number> {
    return Number(await this.playhead.getAttribute('aria-valuenow'));
  }
  /** The picture at the playhead. */
  drawing(): Promise<string> {
    return this.root.locator('.film-canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  }
  /** How many different colours the picture at the playhead has, among some of its pixels. */
  colours(): Promise<number> {
    return this.root.locator('.film-canvas').evaluate(canvas => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      const found = new Set<number>();
      for (let at = 0; at < data.length; at += 4 * 37) found.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
      return found.size;
    });
  }
}
