import { expect, type Locator, type Page } from '@playwright/test';

/** How many milliseconds an epoch may take. */
export const EPOCH_WITHIN = 150_000;

/** The training panel in the user's words. */
export class TrainingPage {
  readonly panel: Locator;
  /** The state of the run: "running", "paused", "finished" and so on. */
  readonly status: Locator;

  constructor(readonly page: Page) {
    this.panel = page.getByRole('region', { name: 'Training', exact: true });
    this.status = this.panel.locator('h2').getByRole('status');
  }

  button(name: string): Locator {
    return this.panel.getByRole('button', { name, exact: true });
  }
  field(name: string): Locator {
    return this.panel.getByRole('textbox', { name, exact: true });
  }
  choice(name: string): Locator {
    return this.panel.getByRole('combobox', { name, exact: true });
  }

  async expectStatus(status: string | RegExp): Promise<void> {
    await expect(this.status).toHaveText(status, { timeout: EPOCH_WITHIN });
  }

  /** Waits until the run is paused. Returns the number of its steps. */
  async pausedAt(): Promise<number> {
    await this.expectStatus('paused');
    // The status changes at once, everything else a few frames later and together.
    await expect(this.button('Resume')).toBeVisible();
    return this.steps();
  }

  /** Waits until the result of an ended run is in the workbook, where one undo takes it back. */
  async expectKept(run: string): Promise<void> {
    await expect(this.page.getByRole('button', { name: `Undo Train: ${run}`, exact: true })).toBeVisible({
      timeout: EPOCH_WITHIN,
    });
  }

  /** The number of steps that is shown. */
  async steps(): Promise<number> {
    const text = (await this.panel.locator('.training-progress').textContent()) ?? '';
    return Number(/Step ([\d,]+) of/.exec(text)?.[1].replaceAll(',', '') ?? 0);
  }

  /** Waits until the last point of this plot reads like this for screen readers. */
  async expectReading(plot: string, pattern: RegExp): Promise<void> {
    const area = this.panel.getByRole('slider', { name: plot, exact: true });
    await expect(async () => {
      await area.focus();
      await area.press('End');
      expect(await area.getAttribute('aria-valuetext')).toMatch(pattern);
    }).toPass();
  }
}
