/** Random networks of all kinds of layers with numbers up to float32's largest and beyond. A batch has to give what the
 *  sheet shows. */
import { beforeAll, expect, test } from 'vitest';
import { inferShapes, type LayerId, sizeOf, type TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { type BackendName, createBatchNetwork } from './batch-network.ts';
import { createForward } from '../show/forward.ts';
import { type GradientCase, randomCases } from '../oracle/gradient-cases.ts';
import { loadNative, nativeAvailable } from '../backend/native.ts';

beforeAll(startBackend);

/** Makes some parameters and pixels of a case larger by as many orders of magnitude as float32 allows. */
function inflate({ values, batch, seed }: GradientCase): void {
  const random = createRandom(seed + 0.25);
  const all = [...values].filter(([id]) => !id.endsWith('/rate')).map(([, numbers]) => numbers);
  for (const numbers of [...all, batch.images]) {
    if (random.integer(3) > 0) continue;
    const factor = 10 ** (39 * random.uniform());
    for (let i = 0; i < numbers.length; i++) {
      const larger = Math.fround(numbers[i] * factor);
      if (Number.isFinite(larger) && random.integer(2) === 0) numbers[i] = larger;
    }
  }
  // So that some images of a batch overflow and others don't.
  const size = batch.images.length / batch.count;
  for (let i = 0; i < batch.images.length; i++) batch.images[i] *= 10 ** -(4 * (Math.floor(i / size) % 2));
}

const frozen = (layer: LayerId, trained: ReadonlySet<TensorId>) =>
  !trained.has(`${layer}/gamma`) && !trained.has(`${layer}/beta`);

/** The probabilities that the sheet shows for each sample. */
function sheetOf({ network, values, batch }: GradientCase): Float32Array[] {
  const [input, last] = [network.layers[0].id, network.layers.at(-1)!.id];
  const size = sizeOf(inferShapes(network).get(input)!);
  const stored = new Map(values).set(`${input}/output`, new Float32Array(size));
  stored.set(`${last}/actual`, new Float32Array(sizeOf(inferShapes(network).get(last)!)));
  const forward = createForward(network, stored);
  forward.update(stored.keys());
  const found = Array.from({ length: batch.count }, (_, sample) => {
    stored.get(`${input}/output`)!.set(batch.images.subarray(sample * size, (sample + 1) * size));
    forward.update([`${input}/output`]);
    return forward.value(`${last}/output` as TensorId).slice();
  });
  forward.dispose();
  return found;
}

test.for<BackendName>(['wasm', 'tensorflow'])(
  'on %s, probabilities of random networks are NaN where the sheet shows #NUM!, else the sheet’s; and so is the ' +
    'training loss',
  async (backend, { skip }) => {
    skip(backend === 'tensorflow' && !nativeAvailable(), 'The native engine is not installed: npm run setup:native');
    if (backend === 'tensorflow') await loadNative();
    const verdicts = { lost: 0, kept: 0, mixed: 0 };
    for (const example of randomCases(0, 300)) {
      inflate(example);
      const { name, network, values, batch, trained, seed } = example;
      const runner = createBatchNetwork(network, backend);
      runner.setParameters(values);
      const { probabilities, losses } = runner.evaluate(batch.images, batch.targets, batch.count);
      const sheet = sheetOf(example);
      const classes = probabilities.length / batch.count;
      let lost = 0;
      for (const [sample, wanted] of sheet.entries()) {
        const found = probabilities.subarray(sample * classes, (sample + 1) * classes);
        expect(Array.from(found, Number.isNaN), name).toEqual(Array.from(wanted, Number.isNaN));
        expect(Number.isNaN(losses[sample]), name).toBe(wanted.some(Number.isNaN));
        if (wanted.some(Number.isNaN)) lost++;
      }
      const { loss } = runner.gradients({ ...batch, weights: undefined }, { trained, random: createRandom(seed) });
      // A batchNorm layer that learns uses the batch's statistics, the sheet the moving averages. Their results differ.
      const asSheet = !network.layers.some(({ kind, id }) => kind === 'batchNorm' && !frozen(id, trained));
      if (lost > 0 && asSheet) expect(loss, name).toBeNaN();
      runner.dispose();
      verdicts.lost += lost;
      verdicts.kept += batch.count - lost;
      if (lost > 0 && lost < batch.count) verdicts.mixed++;
    }
    expect(verdicts.lost).toBeGreaterThan(100);
    expect(verdicts.kept).toBeGreaterThan(100);
    expect(verdicts.mixed).toBeGreaterThan(5);
  },
);
