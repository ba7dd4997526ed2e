/** Networks whose numbers overflow float32. A batch has to give NaN for exactly those images for which the sheet shows
 *  #NUM!. */
import { beforeAll, describe, expect, test } from 'vitest';
import { editCommand } from '../../shared/change.ts';
import { type TensorId, trainedTensors } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { type BackendName, type BatchNetwork, createBatchNetwork } from '../engine/batch/batch-network.ts';
import { pixelsOf, testDigits } from '../engine/data/digits.ts';
import { loadNative, nativeAvailable } from '../engine/backend/native.ts';
import { createSession } from '../engine/workbook/session.ts';
import { readTemplate } from '../files/templates.ts';

beforeAll(startBackend);

const COUNT = 24;
const PIXELS = 784;

/** Test digits, of which every other one is dimmed: sums that overflow for one image may stay finite for another. */
function someImages(): Float32Array {
  const images = pixelsOf(
    testDigits(),
    Array.from({ length: COUNT }, (_, i) => i),
  );
  for (let i = 0; i < images.length; i++) if (Math.floor(i / PIXELS) % 2 === 1) images[i] /= 16;
  return images;
}

const images = someImages();
const targets = new Float32Array(COUNT * 10);
for (let image = 0; image < COUNT; image++) targets[image * 10 + testDigits().classes[image]] = 1;

/** Huge numbers that are written into the workbook's first convolution. */
const changes: Record<string, (values: Map<TensorId, Float32Array>, first: string) => void> = {
  'none, so that all stays finite': () => {},
  'one negative weight, whose overflow a ReLU would hide': (values, first) =>
    values.get(`${first}/kernel`)!.fill(-3e38, 4, 5),
  'a whole kernel of one sign': (values, first) => values.get(`${first}/kernel`)!.fill(3e38),
  'a whole kernel of the other sign': (values, first) => values.get(`${first}/kernel`)!.fill(-3e38),
  'weights that take each other away': (values, first) =>
    values.get(`${first}/kernel`)!.forEach((_, i, kernel) => (kernel[i] = i % 4 < 2 ? 3.4e38 : -3.4e38)),
  'a bias and a weight': (values, first) => {
    values.get(`${first}/kernel`)!.fill(-2e38, 0, 3);
    values.get(`${first}/bias`)!.fill(-2.5e38);
  },
  'numbers that overflow only in a later layer': (values, first) => values.get(`${first}/kernel`)!.fill(1e37, 0, 6),
};

/** What the sheet shows for each image. */
function sheetOf(workbook: Workbook): { probabilities: Float32Array[]; losses: number[] } {
  const session = createSession(workbook);
  const { network } = workbook;
  const last = network.layers.at(-1)!.id;
  const found = { probabilities: [] as Float32Array[], losses: [] as number[] };
  const all = (tensor: TensorId, values: Float32Array) => ({
    tensor,
    indices: Uint32Array.from(values.keys()),
    values,
  });
  for (let image = 0; image < COUNT; image++) {
    const edits = [
      all(`${network.layers[0].id}/output`, images.slice(image * PIXELS, (image + 1) * PIXELS)),
      all(`${last}/actual`, targets.slice(image * 10, (image + 1) * 10)),
    ];
    session.change(editCommand('', edits));
    found.probabilities.push(session.value(`${last}/output`).slice());
    found.losses.push(session.value(`${last}/crossEntropy`).reduce((sum, value) => sum + value, 0));
  }
  session.dispose();
  return found;
}

/** Compares what the workbook's network gives with the sheet. Returns how many images have NaN. */
function compare(network: BatchNetwork, workbook: Workbook): number {
  network.setParameters(parametersOf(workbook));
  const sheet = sheetOf(workbook);
  const { probabilities, losses } = network.evaluate(images, targets, COUNT);
  expect(network.predict(images, COUNT)).toEqual(probabilities);
  const trained = new Set(trainedTensors(workbook.network).map(({ id }) => id));
  let lost = 0;
  for (let image = 0; image < COUNT; image++) {
    const found = probabilities.subarray(image * 10, (image + 1) * 10);
    found.forEach((value, unit) =>
      expect(Math.abs(value - sheet.probabilities[image][unit])).not.toBeGreaterThan(1e-5),
    );
    expect(Array.from(found, Number.isNaN)).toEqual(Array.from(sheet.probabilities[image], Number.isNaN));
    expect(Number.isNaN(losses[image])).toBe(Number.isNaN(found[0]));
    expect(Number.isNaN(losses[image])).toBe(Number.isNaN(sheet.losses[image]));
    if (Number.isNaN(losses[image])) lost++;
    else expect(Math.abs(losses[image] - sheet.losses[image])).toBeLessThan(1e-4 * Math.max(1, sheet.losses[image]));
    // The image is alone in its batch, so that its result doesn't depend on others.
    const batch = {
      images: images.subarray(image * PIXELS, (image + 1) * PIXELS),
      targets: targets.subarray(image * 10, (image + 1) * 10),
      count: 1,
    };
    const { loss } = network.gradients(batch, { trained, random: createRandom(1) });
    if (Number.isNaN(losses[image])) expect(loss).toBeNaN();
  }
  const { loss } = network.gradients({ images, targets, count: COUNT }, { trained, random: createRandom(1) });
  expect(Number.isFinite(loss)).toBe(lost === 0);
  return lost;
}

const parametersOf = ({ network, values }: Workbook) =>
  new Map([...values].filter(([id]) => !id.startsWith(`${network.layers[0].id}/`) && !id.endsWith('/actual')));

async function brokenWorkbook(name: string, change: string): Promise<Workbook> {
  const workbook = await readTemplate(name);
  changes[change](new Map(workbook.values), workbook.network.layers[1].id);
  return workbook;
}

describe.each(['lesson3', 'lenet'])('%s', name => {
  for (const backend of ['wasm', 'tensorflow'] as BackendName[]) {
    test(`on ${backend} gives NaN where the sheet shows #NUM!, and the sheet’s number for all others`, async ({
      skip,
    }) => {
      skip(backend === 'tensorflow' && !nativeAvailable(), 'The native engine is not installed: npm run setup:native');
      if (backend === 'tensorflow') await loadNative();
      const lost: number[] = [];
      for (const change of Object.keys(changes)) {
        const workbook = await brokenWorkbook(name, change);
        const whole = createBatchNetwork(workbook.network, backend);
        lost.push(compare(whole, workbook));
        whole.dispose();
      }
      expect(lost[0]).toBe(0);
      expect(lost.filter(number => number >= COUNT / 2).length).toBeGreaterThan(2);
      expect(lost.some(number => number > 0 && number < COUNT)).toBe(true);
    });
  }
});

test('finite images of a batch keep the same bits beside images that overflow', async () => {
  const workbook = await brokenWorkbook('lenet', 'numbers that overflow only in a later layer');
  const network = createBatchNetwork(workbook.network, 'wasm');
  network.setParameters(parametersOf(workbook));
  const together = network.predict(images, COUNT);
  for (let image = 0; image < COUNT; image++)
    expect(network.predict(images.slice(image * PIXELS, (image + 1) * PIXELS), 1)).toEqual(
      together.subarray(image * 10, (image + 1) * 10),
    );
  network.dispose();
});
