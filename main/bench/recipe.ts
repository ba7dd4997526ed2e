/** How much the lecture's recipe helps on real pictures in colour: the same emoji drawn by two artists. A network
 *  learns one artist's, and is trained further on the other's. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { DataSet } from '../../shared/data.ts';
import { type NetworkSpec, type TensorId } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import { fromRecipe } from '../../shared/recipes.ts';
import { networkTemplates, templateParameters } from '../../shared/templates.ts';
import type { Phase, TrainingConfig } from '../../shared/training.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { predictSplit } from '../engine/evaluation/evaluate.ts';
import { evaluationOf } from '../engine/evaluation/metrics.ts';
import { createTrainer } from '../engine/training/trainer.ts';
import { type Result, summarize } from './results.ts';
import { choiceOf } from './train-networks.ts';

const SIDE = 64;
const SHAPE: [number, number, 3] = [SIDE, SIDE, 3];
/** Most people differ only in the colour of their skin. */
const MOST_OF_A_GROUP = 900;
const SEEDS = [1, 2, 3];
const RATE = 0.004;
/** One in so many training pictures of the second artist is used: people have few of their own. */
const FEW = 3;

type Values = ReadonlyMap<TensorId, Float32Array>;

/** Accuracy on test pictures of the second artist, %, a value for each seed. */
export async function* benchRecipe(): AsyncIterable<Result> {
  await startBackend();
  const [first, second] = [await readEmoji('noto', 1), await readEmoji('twemoji', FEW)];
  const network = networkTemplates['resnet-tiny'](SHAPE, first.classes.length);
  const ways: Record<string, number[]> = {};
  for (const seed of SEEDS) {
    const base = { ...defaultConfig(choiceOf(SHAPE)), batchSize: 32, learningRate: RATE, seed };
    const fresh = templateParameters('resnet-tiny', network, createRandom(seed));
    const learned = train(network, fresh, first, { ...base, epochs: 20 });
    const whole: Phase = {
      name: '',
      epochs: 5,
      learningRate: RATE,
      schedule: { kind: 'oneCycle', rise: 0.3 },
      groupRates: [],
    };
    const growing = [{ ...whole, imageSize: [SIDE / 2, SIDE / 2] as [number, number] }, whole];
    const runs: Record<string, [Values, Partial<TrainingConfig>]> = {
      '7-epochs/from-fresh-weights': [fresh, { epochs: 7 }],
      '7-epochs/tuned-plainly': [learned, { epochs: 7 }],
      '7-epochs/recipe-fine-tune': [learned, fromRecipe('fineTune', network, base)],
      '10-epochs/from-fresh-weights': [fresh, { epochs: 10 }],
      '10-epochs/tuned-plainly': [learned, { epochs: 10 }],
      '10-epochs/recipe-cats-and-dogs': [learned, fromRecipe('catsAndDogs', network, base)],
      '10-epochs/growing-from-fresh-weights': [fresh, { phases: growing, epochs: 10 }],
    };
    for (const [name, [start, changes]] of Object.entries(runs)) {
      const values = train(network, start, second, { ...base, ...changes });
      (ways[name] ??= []).push(100 * (await accuracy(network, values, second)));
    }
  }
  for (const [name, values] of Object.entries(ways)) yield summarize(`recipe/${name}`, values, '%');
}

function train(network: NetworkSpec, parameters: Values, data: DataSet, config: TrainingConfig): Values {
  const trainer = createTrainer({ network, parameters, data, config });
  while (trainer.advance() !== 'ended');
  const values = new Map([...trainer.parameters()].map(([id, own]) => [id, own.slice()]));
  trainer.dispose();
  return values;
}

async function accuracy(network: NetworkSpec, parameters: Values, data: DataSet): Promise<number> {
  const model = { network, classes: data.classes, parameters, backend: 'wasm' as const };
  return evaluationOf(await predictSplit(model, data, 'test', async () => {})).accuracy;
}

/** An artist's emoji on white, by their groups. Which split an emoji is in depends on its name alone, so that it is the
 *  same for both artists and for every colour of skin. `oneIn`: only one in so many training pictures is there. */
async function readEmoji(artist: 'noto' | 'twemoji', oneIn: number): Promise<DataSet> {
  const require = createRequire(import.meta.url);
  const read = async (set: string, file: string) =>
    JSON.parse(
      await readFile(join(dirname(require.resolve(`@iconify-json/${set}/package.json`)), file), 'utf8'),
    ) as unknown;
  type Icons = { icons: Record<string, { body: string }>; width: number; height: number };
  const [own, other] = (await Promise.all([
    read(artist, 'icons.json'),
    read(artist === 'noto' ? 'twemoji' : 'noto', 'icons.json'),
  ])) as [Icons, Icons];
  const { categories } = (await read('twemoji', 'metadata.json')) as { categories: Record<string, string[]> };
  const groups = Object.entries(categories)
    .map(([group, names]) => [group, names.filter(name => own.icons[name] && other.icons[name])] as const)
    .filter(([, names]) => names.length > 50);
  const chosen = groups.flatMap(([, names], label) => names.slice(0, MOST_OF_A_GROUP).map(name => ({ name, label })));
  const bytes = new Uint8Array(chosen.length * SIDE * SIDE * 3);
  const split = { training: [] as number[], validation: [] as number[], test: [] as number[] };
  for (const [index, { name }] of chosen.entries()) {
    const size = `width="${SIDE}" height="${SIDE}" viewBox="0 0 ${own.width} ${own.height}"`;
    const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${own.icons[name].body}</svg>`);
    bytes.set(await sharp(svg).flatten({ background: '#fff' }).removeAlpha().raw().toBuffer(), index * SIDE * SIDE * 3);
    const plain = name.replaceAll(/-(medium-light|medium-dark|light|medium|dark)-skin-tone/g, '');
    const [part, chance] = createHash('sha256').update(plain).digest();
    if (part % 10 < 3) split.test.push(index);
    else if (chance % oneIn === 0) split.training.push(index);
  }
  return {
    name: artist,
    shape: SHAPE,
    classes: groups.map(([group]) => group),
    severalLabels: false,
    count: chosen.length,
    bytes,
    labels: Uint8Array.from(chosen, ({ label }) => label),
    nameOf: index => chosen[index].name,
    split: {
      training: Uint32Array.from(split.training),
      validation: new Uint32Array(),
      test: Uint32Array.from(split.test),
    },
    problems: [],
  };
}
