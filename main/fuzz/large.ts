/** VGG-16 as a workbook in the real app. It is opened, saved and given checkpoints, and has to come back after kills of
 *  engine and server. The memory of all processes but the engine is measured meanwhile. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Args, Events } from '../../shared/protocol.ts';
import { createRandom } from '../../shared/random.ts';
import { connectClient, type RunningApp, startApp } from '../bench/app.ts';
import { launch } from '../bench/browser.ts';
import { childrenOf, watchFootprint } from '../bench/footprint.ts';
import { noteReady, readyTime } from '../bench/page/measure.ts';
import { writeVgg16 } from '../bench/vgg16-file.ts';
import { openWorkbook } from '../files/open.ts';
import { unsavedWorks } from '../shells/journal.ts';
import { findBrowser } from '../shells/server/browser.ts';
import type { Fuzz } from './fuzz.ts';

/** The cell that is edited. */
const TENSOR = 'predictions/kernel';
const CELL = 5;
/** The most MiB that all processes but the engine may take together. */
const MOST = 600;
/** A save is killed after at most this many milliseconds. */
const SAVE = 4000;

/** Starts the app with a client that edits, and with a window if a browser is installed. The window is open while the
 *  app opens the file or restores the work. */
async function begin(state: string, onStart: (app: RunningApp) => void, target?: string) {
  const app = await startApp(target, state);
  onStart(app);
  /** What the engine has told of the edited cell, by the number of the question. */
  const told = new Map<number, number>();
  const client = await connectClient(app, (event, data) => {
    if (event !== 'changes') return;
    for (const { id, values } of (data as Events['changes']).windows) told.set(id, values[0]);
  });
  // Before the window's, so that the window only looks.
  const hello = client.caller.send('hello', {});
  const browser = findBrowser() ? await launch() : undefined;
  if (browser) {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.addInitScript(noteReady);
    await page.goto(await app.anotherLink());
    while ((await page.evaluate(readyTime)) === undefined) await pause(100);
  }
  let { workbook } = await hello;
  return {
    app,
    client,
    edit: (value: number) =>
      client.caller.send('change', {
        structure: workbook.structure,
        label: `Type ${value}`,
        changes: [
          {
            kind: 'values',
            edits: [{ tensor: TENSOR, indices: Uint32Array.of(CELL), values: Float32Array.of(value) }],
          },
        ],
      }),
    /** The value of the edited cell. */
    async value() {
      workbook = await client.caller.send('getWorkbook', {});
      const id = told.size + 1;
      const cell = { offset: CELL, height: 1, width: 1, rowStride: 1, columnStride: 1 };
      await client.caller.send('watch', { windows: [{ id, tensor: TENSOR, plane: 'value', ...cell }] });
      return told.get(id);
    },
    async end(how: 'stop' | 'kill') {
      client.close();
      await Promise.all([browser?.close(), app[how]()]);
    },
  };
}

/** The value in a file of the cell that is edited. */
const valueIn = async (path: string) => (await openWorkbook(path)).values.get(TENSOR)![CELL];

export const large: Fuzz = {
  line: 'VGG-16 in the real app: opened, saved, and back after kills of engine and server (minutes, 4 GB of memory)',
  count: 2,
  async run({ seed, count, log }) {
    const folder = mkdtempSync(join(tmpdir(), 'convsheet-large-'));
    const [state, path, saved] = ['state', 'vgg.convsheet', 'saved.convsheet'].map(name => join(folder, name));
    mkdirSync(state);
    const random = createRandom(seed);
    const failures: string[] = [];
    const started = performance.now();
    let running: Awaited<ReturnType<typeof begin>> | undefined;
    let server: number | undefined;
    const start = (target?: string) => begin(state, ({ pid }) => (server = pid), target);
    const footprint = watchFootprint(() => server);
    const phases: string[] = [];
    /** The most memory since the phase before. */
    const tell = (what: string) => {
      const { server: own, browser, resident } = footprint.takePeak();
      const together = own + browser;
      const memory = `server ${own.toFixed(0)} MiB, browser ${browser.toFixed(0)} MiB`;
      const time = ((performance.now() - started) / 1000).toFixed(1);
      log(`${time} s: ${what} (${memory}; the server's largest resident set ${resident.toFixed(0)} MiB)`);
      phases.push(`${what} ${together.toFixed(0)} (${own.toFixed(0)})`);
      if (together > MOST) failures.push(`${what}: ${memory}, more than ${MOST} MiB`);
    };
    const until = async (holds: () => boolean) => {
      while (!holds()) await pause(100);
    };
    /** What the journal begins with is a checkpoint. */
    const isRestoredFromCheckpoint = () => {
      const [work] = unsavedWorks(join(state, 'works'));
      return (work?.content?.requests[0].args as Args<'load'> | undefined)?.from === 'checkpoint';
    };
    const expectValue = async (value: number, when: string) => {
      const found = await running!.value();
      if (found !== value) failures.push(`${when}: the cell has ${found}, not ${value}`);
    };
    try {
      await writeVgg16(path, seed);
      footprint.takePeak();
      running = await start(path);
      tell('opened');
      // The first kill may come while its checkpoint is made; the others come later.
      for (let kill = 1; kill <= count; kill++) {
        await running.edit(kill);
        tell('edited');
        if (kill > 1) {
          await until(isRestoredFromCheckpoint);
          tell('its checkpoint made');
        }
        const [engine] = childrenOf(running.app.pid);
        process.kill(engine, 'SIGKILL');
        await expectValue(kill, `kill ${kill} of the engine`);
        tell('back after a kill of the engine');
        await pause(random.integer(10_000));
        tell('idle');
      }
      await running.client.caller.send('save', { path: saved });
      tell('saved');
      if ((await valueIn(saved)) !== count) failures.push('the file lacks an edit');
      await running.edit(count + 1);
      tell('edited again');
      await running.end('kill');
      running = await start();
      await expectValue(count + 1, 'after a kill of the server');
      tell('back after a kill of the server');
      const saving = running.client.caller.send('save', { path: saved, overwrite: true }).then(
        () => true,
        () => false,
      );
      await pause(random.integer(SAVE));
      tell('saving again');
      await running.end('kill');
      const answered = await saving;
      const value = await valueIn(saved);
      if (value !== count + 1 && (answered || value !== count)) failures.push(`the file has ${value}`);
      running = await start();
      tell(`back after a kill of the server ${answered ? 'after' : 'during'} a save`);
      // A workbook that was saved and not changed since doesn't come back as unsaved work.
      if (value !== count + 1) await expectValue(count + 1, 'after a kill during a save');
      await running.client.caller.send('discard', {});
      await running.end('stop');
      running = undefined;
      tell('discarded and ended');
      const left = readdirSync(join(state, 'works'));
      if (left.length > 0) failures.push(`left behind: ${left.join()}`);
    } finally {
      footprint.stop();
      await running?.end('kill');
      rmSync(folder, { recursive: true, force: true });
    }
    const browser = findBrowser() ? '' : ' No browser is installed.';
    const summary = `${count} kills of the engine. MiB of all processes but the engine at most (the server's): `;
    return { summary: `${summary}${phases.join(', ')}.${browser}`, failures };
  },
};
