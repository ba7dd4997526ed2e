/** VGG-16 as a workbook: it is saved, opened, given a checkpoint, and comes back after kills of engine and shell. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initialValues } from '../../shared/initial-values.ts';
import { type Layer, parseNetwork } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { workbookPieces } from '../files/convsheet.ts';
import { openWorkbook } from '../files/open.ts';
import { nodeEngine } from '../shells/engine-link.ts';
import { unsavedWorks } from '../shells/journal.ts';
import { createSupervisor } from '../shells/supervisor.ts';
import type { Fuzz } from './fuzz.ts';

const CLASSES = 1000;
const TENSOR = 'scores/kernel';
/** Filters of the convolutions between two pools. */
const BLOCKS = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

/** Source: Simonyan and Zisserman 2014, configuration D. */
function vgg16() {
  const layers: object[] = [{ id: 'input', name: 'input', inputs: [], kind: 'input', shape: [224, 224, 3] }];
  let last = 'input';
  const add = (kind: Layer['kind'], settings: object = {}, id = `${kind}-${layers.length}`) => {
    layers.push({ id, name: id, inputs: [last], kind, ...settings });
    last = id;
  };
  for (const block of BLOCKS) {
    for (const filters of block) {
      add('conv2d', { filters, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true });
      add('relu');
    }
    add('maxPool2d', { poolSize: [2, 2], strides: [2, 2], padding: 'valid' });
  }
  add('flatten');
  for (const units of [4096, 4096]) {
    add('dense', { units, useBias: true });
    add('relu');
  }
  add('dense', { units: CLASSES, useBias: true }, 'scores');
  add('softmax', {}, 'softmax');
  return parseNetwork({ version: 1, layers });
}

export const large: Fuzz = {
  line: 'VGG-16 is opened, saved and comes back after kills of engine and shell (minutes, 3 GB of memory)',
  count: 1,
  async run({ seed, count, log }) {
    const folder = mkdtempSync(join(tmpdir(), 'convsheet-large-'));
    const works = join(folder, 'works');
    const path = join(folder, 'vgg.convsheet');
    mkdirSync(works);
    const failures: string[] = [];
    /** A checkpoint that a kill cut short is made again. */
    let trouble: Error | undefined;
    const started = performance.now();
    const tell = (what: string) => log(`${((performance.now() - started) / 1000).toFixed(1)} s: ${what}`);
    const start = () =>
      createSupervisor({
        start: nodeEngine(fileURLToPath(new URL('engine-process.mjs', import.meta.url))),
        folder: works,
        onEvent: () => {},
        onTrouble: error => (trouble = error),
      });
    const edit = (value: number) => ({
      label: `Type ${value}`,
      changes: [
        {
          kind: 'values' as const,
          edits: [{ tensor: TENSOR as 'x/kernel', indices: Uint32Array.of(5), values: Float32Array.of(value) }],
        },
      ],
    });
    try {
      const network = vgg16();
      const values = initialValues(network, createRandom(seed))
        .set('input/output', new Float32Array(224 * 224 * 3).fill(0.5))
        .set('softmax/actual', new Float32Array(CLASSES).fill(Number.NaN));
      await writeFileAtomically(path, workbookPieces({ network, classes: [], source: { kind: 'typed' }, values }));
      tell('made');
      let supervisor = start();
      await supervisor.open({ from: 'file', path }, { name: 'vgg', path });
      tell('opened');
      for (let kill = 1; kill <= count; kill++) {
        await supervisor.request('change', edit(kill));
        process.kill(supervisor.enginePid!, 'SIGKILL');
        const { state } = await supervisor.request('getWorkbook', {});
        if (state.undo !== `Type ${kill}`) failures.push(`kill ${kill} of the engine: the last edit is gone`);
        tell('the engine was killed, and the work is back');
      }
      const saved = join(folder, 'saved.convsheet');
      await supervisor.save(saved, async () => ({ name: 'saved', path: saved }));
      if ((await openWorkbook(saved)).values.get(TENSOR)![5] !== count) failures.push('the file lacks an edit');
      tell('saved');
      await supervisor.request('change', edit(count + 1));
      await supervisor.close({ keep: true });
      supervisor = start();
      const [{ path: journal, content }] = unsavedWorks(works);
      const { state } = await supervisor.recover(journal, content!);
      if (state.undo !== `Type ${count + 1}`) failures.push('after the death of the shell: the last edit is gone');
      tell('the shell ended, and the work is back');
      if (trouble) failures.push(trouble.message);
      await supervisor.close({ keep: false });
      const left = readdirSync(works);
      if (left.length > 0) failures.push(`left behind: ${left.join()}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return { summary: `VGG-16, ${count} kills of the engine.`, failures };
  },
};
