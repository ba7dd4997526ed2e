import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, ImpactValue, RunOptions } from 'axe-core';
import type { Page } from '@playwright/test';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The faults that axe finds in a page, each with its elements: if a dialog is open, in that, which keeps the rest from
 *  being used. `options`: the rules it goes by, if not all. */
export async function axeFaults(
  page: Page,
  options: RunOptions = {},
): Promise<{ impact: ImpactValue | undefined; told: string }[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return page.evaluate(async options => {
    const { axe } = window as unknown as { axe: { run(where: Node, options: RunOptions): Promise<AxeResults> } };
    const where = document.querySelector('dialog[open]') ?? document;
    // What passes isn't gathered, which takes half of the time.
    const { violations } = await axe.run(where, { ...options, resultTypes: ['violations'] });
    return violations.map(({ impact, id, help, nodes }) => ({
      impact,
      told: `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' … ')}`,
    }));
  }, options);
}

/** The faults that keep somebody from using the page. */
export async function seriousFaults(page: Page, options?: RunOptions): Promise<string[]> {
  const faults = await axeFaults(page, options);
  return faults.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ told }) => told);
}
