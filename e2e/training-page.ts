import { expect, type Locator, type Page } from '@playwright/test';

/** The training panel in the user's words. */
export class TrainingPage {
  readonly panel: Locator;
  /** Whether the run goes on: "running", "paused", "finished" and so on. */
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

  async expectStatus(status: string): Promise<void> {
    await expect(this.status).toHaveText(status, { timeout: 60_000 });
  }

  /** Steps made so far. */
  async steps(): Promise<number> {
    const text = (await this.panel.locator('.training-progress').textContent()) ?? '';
    return Number(/Step ([\d,]+) of/.exec(text)?.[1].replaceAll(',', '') ?? 0);
  }

  /** What the plot of this name reads at its last point, as a screen reader is told. */
  async reading(plot: string): Promise<string> {
    const area = this.panel.getByRole('slider', { name: plot, exact: true });
    await area.focus();
    await area.press('End');
    return (await area.getAttribute('aria-valuetext')) ?? '';
  }
}
