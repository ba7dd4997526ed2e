import type { Browser, Page } from '@playwright/test';
import { formatRange } from '../../shared/address.ts';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { readTemplate } from '../files/templates.ts';
import { findBrowser, WINDOW_OPTIONS } from '../shells/server/browser.ts';
import { startApp } from './app.ts';
import { type Result, summarize } from './results.ts';
import { editTime, noteReady, type Probe, readyTime, timeScrolling, watchEdit } from './page/measure.ts';

export const VIEWPORT = { width: 1600, height: 1000 };
const EDITS = 100;
const FRAMES = 400;
const STARTS = 7;
/** Cell sizes in pixels: the smallest one that shows numbers, and one that doesn't. */
export const SCROLLED = { readable: 16, pixels: 4 };

/** Edits a cell of the first kernel by keys, again and again. The time is from Enter to the frame that shows the change
 *  in the first map and in both maps of the second convolution, the last maps in view. */
export async function* benchEditToPixels(): AsyncIterable<Result> {
  const { network } = await readTemplate('lesson3');
  const { layout } = buildSheet(network);
  // Rows through the upper bar of the 7, where every map changes.
  const rowOf = (layer: string, width: number, channel: number) => {
    const { id } = network.layers.find(({ name }) => name === layer)!;
    const first = layout.cellOf(`${id}/output`, 8 * width * 2 + channel);
    return formatRange({ ...first, height: 1, width });
  };
  const rows = [rowOf('relu1', 26, 0), rowOf('conv2', 24, 0), rowOf('conv2', 24, 1)];
  const kernel = network.layers.find(({ name }) => name === 'conv1')!.id;
  const edited = formatRange({ ...layout.cellOf(`${kernel}/kernel`, 0), height: 1, width: 1 });

  yield await inWindow('lesson3', async page => {
    const probes: Probe[] = [];
    for (const row of rows) probes.push(await boxOf(page, row));
    await goTo(page, edited);
    const times: number[] = [];
    for (let n = -5; n < EDITS; n++) {
      await page.keyboard.type(String(1 + ((n + 6) % 7) / 8));
      await page.evaluate(watchEdit, probes);
      await page.keyboard.press('Enter');
      const found = (await page.evaluate(editTime))!;
      // The first edits are not counted: they run code for the first time.
      if (n >= 0) times.push(found);
      await page.keyboard.press('ArrowUp');
    }
    return summarize('edit-to-pixels/lesson3', times);
  });
}

/** The time from frame to frame while the larger starter network scrolls, slowly and fast, with and without numbers. */
export async function* benchScroll(): AsyncIterable<Result> {
  for (const [zoom, cellSize] of Object.entries(SCROLLED)) {
    for (const step of [20, 100]) {
      yield await inWindow('lenet', async page => {
        await zoomTo(page, cellSize);
        await page.evaluate(timeScrolling, { step, frames: FRAMES / 4 });
        const times = await page.evaluate(timeScrolling, { step, frames: FRAMES });
        const name = `scroll/${zoom}-${step}`;
        return { ...summarize(name, times), maximum: Math.round(Math.max(...times) * 1000) / 1000 };
      });
    }
  }
}

/** The time from starting the server's process to a sheet that shows its values and takes keys. It includes the start
 *  of the browser. */
export async function* benchStart(): AsyncIterable<Result> {
  const times: number[] = [];
  for (let n = -1; n < STARTS; n++) {
    const started = performance.timeOrigin + performance.now();
    const app = await startApp('lesson3');
    const browser = await launch();
    try {
      const page = await browser.newPage({ viewport: VIEWPORT });
      await page.addInitScript(noteReady);
      await page.goto(app.link);
      let ready: number | undefined;
      while ((ready = await page.evaluate(readyTime)) === undefined);
      // The first start is not counted: it reads from disk what later ones find in memory.
      if (n >= 0) times.push(ready - started);
    } finally {
      await browser.close();
      await app.stop();
    }
  }
  yield summarize('start', times);
}

/** Opens a template in a window of its own, does the work, and closes everything. */
export async function inWindow<T>(template: string, work: (page: Page) => Promise<T>): Promise<T> {
  const app = await startApp(template);
  try {
    const browser = await launch();
    try {
      const page = await browser.newPage({ viewport: VIEWPORT });
      await page.addInitScript(noteReady);
      await page.goto(app.link);
      while ((await page.evaluate(readyTime)) === undefined);
      return await work(page);
    } finally {
      await browser.close();
    }
  } finally {
    await app.stop();
  }
}

/** Starts a browser as the app does for its window. Throws UserError if no browser is installed. */
export async function launch(): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new UserError(messages.shell.noBrowser);
  const { chromium } = await import('@playwright/test');
  return chromium.launch({ executablePath, args: [...WINDOW_OPTIONS] });
}

async function goTo(page: Page, place: string): Promise<void> {
  const box = page.getByRole('combobox', { name: messages.panels.nameBox });
  await box.fill(place);
  await box.press('Enter');
}

/** Where a range is in the window. The range is selected, and lies inside the frame of the selection. */
async function boxOf(page: Page, range: string): Promise<Probe> {
  await goTo(page, range);
  const { x, y, width, height } = (await page
    .locator(`.sheet-outlines [data-range="${range}"]`)
    .first()
    .boundingBox())!;
  return { x: x + 3, y: y + 3, width: width - 6, height: height - 6 };
}

export async function zoomTo(page: Page, cellSize: number): Promise<void> {
  const slider = page.getByRole('slider', { name: messages.panels.zoom, exact: true });
  await slider.fill(String(zoomPosition(cellSize)));
  await page.getByRole('button', { name: messages.panels.zoomLabel(cellSize * 5) }).waitFor();
}

/** The zoom slider's position for a size of cells. */
export const zoomPosition = (cellSize: number) => Math.round((100 * Math.log(cellSize)) / Math.log(64));
