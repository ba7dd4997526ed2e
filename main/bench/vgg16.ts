import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { formatAddress } from '../../shared/address.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { describeTensors, inferShapes, type LayerKind, sizeOf, type TensorId } from '../../shared/network.ts';
import { connectClient, startApp } from './app.ts';
import { SCROLLED, VIEWPORT, zoomPosition } from './browser.ts';
import { childrenOf, shareOf, watchFootprint } from './footprint.ts';
import { shows, timeGoing, zoomSheet } from './page/follow.ts';
import { isReady, timeScrolling } from './page/measure.ts';
import { openPlainWindow, type PlainWindow } from './plain-window.ts';
import { type Result, summarize } from './results.ts';
import { largeNetwork, writeVgg16 } from './vgg16-file.ts';

const EDITS = 5;
const FRAMES = 200;
/** Milliseconds between two places that are gone to. */
const BETWEEN = 250;

/** VGG-16 with its 138 million weights in the real app: how long it takes to open, to save, to calculate after edits,
 *  to scroll and to show a formula, and the memory of its processes. The peer of an edit is a full forward pass, the
 *  peer of scrolling is `lenet`. */
export async function* benchVgg16(): AsyncIterable<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-bench-'));
  const path = join(folder, 'vgg16.convsheet');
  const network = largeNetwork();
  const sheet = buildSheet(network);
  await writeVgg16(path, 1);
  const app = await startApp('lenet');
  const footprint = watchFootprint(() => app.pid);
  // The client signs in first, so it edits and the window only looks.
  const client = await connectClient(app, () => {});
  const { caller } = client;
  await caller.send('hello', {});
  const page = await openPlainWindow(await app.anotherLink(), VIEWPORT);
  try {
    while (!(await page.evaluate(isReady)));
    const usual = await scrolling(page);

    const began = performance.now();
    await caller.send('openFile', { path });
    while (!(await page.evaluate(shows, '[data-layer="predictions"]')));
    yield summarize('vgg16/open', [performance.now() - began]);
    const { structure, state } = await caller.send('getWorkbook', {});
    yield summarize('vgg16/first-pass', [state.milliseconds]);

    const own = await scrolling(page);
    for (const [name, times] of own)
      yield summarize(`vgg16/scroll-${name}`, times, 'ms', { name: 'lenet', values: usual.get(name)! });

    const layersOf = (kind: LayerKind) => network.layers.filter(layer => layer.kind === kind).map(({ id }) => id);
    const convolutions = layersOf('conv2d');
    const shapes = inferShapes(network);
    const shown: number[] = [];
    // The first round is not counted: it runs code for the first time.
    for (const times of [[], shown])
      for (const id of [...convolutions, ...layersOf('maxPool2d'), ...layersOf('dense')]) {
        const place = formatAddress(sheet.layout.cellOf(`${id}/output`, sizeOf(shapes.get(id)!) >> 1));
        // The numbers of the place before have arrived.
        await pause(BETWEEN);
        times.push(await page.evaluate(timeGoing, place));
      }
    yield { ...summarize('vgg16/formula', shown), maximum: Math.max(...shown) };

    let last = 0;
    const edit = async (tensor: TensorId): Promise<number> => {
      const started = performance.now();
      const edits = [{ tensor, indices: Uint32Array.of(5), values: Float32Array.of((++last % 8) / 8) }];
      await caller.send('change', { structure, label: 'bench', changes: [{ kind: 'values', edits }] });
      return performance.now() - started;
    };
    const [passes, first, end]: number[][] = [[], [], []];
    for (let n = 0; n < EDITS; n++) {
      passes.push(await edit('input/output'));
      first.push(await edit(`${convolutions[0]}/kernel`));
      end.push(await edit(`${convolutions.at(-1)!}/kernel`));
    }
    const full = { name: 'full pass', values: passes };
    yield summarize('vgg16/edit-first-convolution', first, 'ms', full);
    yield summarize('vgg16/edit-last-convolution', end, 'ms', full);

    const saving = performance.now();
    await caller.send('save', { path: join(folder, 'saved.convsheet') });
    yield summarize('vgg16/save', [performance.now() - saving]);

    const bytes = describeTensors(network).reduce((sum, { size }) => sum + size * Float32Array.BYTES_PER_ELEMENT, 0);
    const engines = childrenOf(app.pid).map(shareOf);
    const tensors = { name: 'its tensors', values: [bytes / 2 ** 20] };
    yield summarize('vgg16/engine-memory', [engines.reduce((sum, each) => sum + each, 0)], 'MB', tensors);
    const { server, browser: window } = footprint.takePeak();
    yield summarize('vgg16/other-memory', [server + window], 'MB');
  } finally {
    footprint.stop();
    await page.close();
    client.close();
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The times from frame to frame, with and without numbers. */
async function scrolling(page: PlainWindow): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  for (const [name, cellSize] of Object.entries(SCROLLED)) {
    await page.evaluate(zoomSheet, zoomPosition(cellSize));
    await page.evaluate(timeScrolling, { step: 100, frames: FRAMES / 4 });
    times.set(name, await page.evaluate(timeScrolling, { step: 100, frames: FRAMES }));
  }
  return times;
}
