import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { messages } from '../../shared/messages.ts';
import { inWindow } from './browser.ts';
import { beginFrames, endFrames } from './page/measure.ts';
import { type Result, summarize, worstOf } from './results.ts';
import { mainThreadTasks } from './train-frames.ts';

/** Milliseconds for which the preview plays, and how often the playhead is moved. */
const PLAYED = 15_000;
const SCRUBBED = 300;
const FRAME = 1000 / 60;

/** What is exported beside the film, and the ending of its file. */
const FORMS = { gif: 'gif', pdf: 'pdf', html: 'html', sequence: 'zip' } as const;
/** Milliseconds after which an export is stopped: all frames as pictures take minutes. */
const EXPORTED = 40_000;

/** How smooth the window stays while a storyboard of the whole network plays, while its playhead is dragged, and while
 *  it is exported: the time from frame to frame, and the processor time of tasks on the main thread. */
export async function* benchFilmFrames(template: string): AsyncIterable<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-bench-film-frames-'));
  try {
    yield* await inWindow(template, async page => {
      await openStoryboard(page);
      const results: Result[] = [];
      const measure = async (name: string, work: () => Promise<unknown>) => {
        const browser = page.context().browser()!;
        await browser.startTracing(page, { categories: ['-*', 'toplevel'] });
        await page.evaluate(beginFrames);
        await work();
        const frames = await page.evaluate(endFrames);
        const tasks = mainThreadTasks(await browser.stopTracing());
        const whole = `film-frames/${template}/${name}`;
        results.push({ ...summarize(whole, frames), ...worstOf(frames) });
        results.push({ ...summarize(`${whole}/tasks`, tasks), ...worstOf(tasks) });
      };
      await measure('play', () => play(page));
      await measure('scrub', () => scrub(page));
      await page.getByRole('button', { name: messages.storyboardPanel.export.title, exact: true }).click();
      await page.getByRole('button', { name: messages.storyboardPanel.export.film, exact: true }).click();
      await measure('mp4', () => save(page, join(folder, 'film.mp4')));
      for (const [form, ending] of Object.entries(FORMS)) {
        await measure(form, async () => {
          const { menu, forms, chooseFile } = messages.filmFiles;
          await choose(page, messages.menu.file, menu, forms[form as keyof typeof FORMS]);
          await page.getByRole('button', { name: chooseFile }).click();
          await save(page, join(folder, `film.${ending}`));
        });
      }
      return results;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes a storyboard of the network, and waits until all of it is drawn. */
async function openStoryboard(page: Page): Promise<void> {
  const { menu, template } = messages.storyboardPanel;
  await choose(page, menu, template, messages.filmTemplates.names['whole-network']);
  await page.locator('.film-thumbnail').first().waitFor();
  while ((await page.locator('.film-thumbnail.empty').count()) > 0) await page.waitForTimeout(100);
}

async function play(page: Page): Promise<void> {
  await page.locator('.film-scene[tabindex="0"]').focus();
  await page.keyboard.press('Space');
  await page.waitForTimeout(PLAYED);
  await page.keyboard.press('Space');
}

/** Drags the playhead to and fro. */
async function scrub(page: Page): Promise<void> {
  const { x, y, width } = (await page.locator('.film-tracks').boundingBox())!;
  await page.mouse.move(x + width / 2, y + 6);
  await page.mouse.down();
  for (let n = 0; n < SCRUBBED; n++) {
    await page.mouse.move(x + width * (0.5 + 0.4 * Math.sin(n / 15)), y + 6);
    await page.waitForTimeout(FRAME);
  }
  await page.mouse.up();
}

/** Chooses from the menu bar. */
async function choose(page: Page, title: string, ...items: string[]): Promise<void> {
  await page.getByRole('menubar').getByRole('menuitem', { name: title, exact: true }).click();
  let menu = page.getByRole('menu', { name: title, exact: true });
  for (const name of items) {
    const item = menu.locator('> .menu-item', { has: page.getByText(name, { exact: true }) });
    await (name === items.at(-1) ? item.click() : item.hover());
    menu = page.getByRole('menu', { name, exact: true });
  }
}

/** Gives a file its name, and waits until it is there. */
async function save(page: Page, path: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(messages.panels.dialogs.fileName).fill(path);
  await dialog.getByRole('button', { name: messages.shell.save, exact: true }).click();
  const done = page.locator('.notice', { hasText: path }).waitFor({ timeout: EXPORTED });
  await done.catch(() => dialog.getByRole('button', { name: messages.shell.cancel }).click());
}
