import { beforeAll, expect, test } from 'vitest';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import { elementInBraces } from '../../../shared/film/caption-cells.ts';
import { HIGH, pictureAt, WIDE } from '../../../shared/film/film.ts';
import { numberText } from '../../../shared/film/number-form.ts';
import type { FilmState, SceneFilm } from '../../../shared/film/numbers.ts';
import { mapsIn } from '../../../shared/film/panel.ts';
import { type Item, numbersIn } from '../../../shared/film/picture.ts';
import type { Camera, FilmScene, Motion, Storyboard } from '../../../shared/film/storyboard.ts';
import { filmTemplates, storyboardFrom } from '../../../shared/film/templates.ts';
import { sceneOf } from '../../../shared/film/testing/small-storyboard.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { TensorInfo } from '../../../shared/network.ts';
import type { Random } from '../../../shared/random.ts';
import { createRandom } from '../../../shared/random.ts';
import { randomExample, randomValues } from '../../../shared/testing/random-network.ts';
import { starter, withReference } from '../../fuzz/libreoffice.ts';
import { startBackend } from '../backend/backend.ts';
import type { Numbers } from './example-network.ts';

/** The states of a film as the app has them, and what the reference loops give for each. */
type Example = { sheet: Sheet; states: FilmState[]; reference: Numbers[] };

beforeAll(startBackend);

test('every number of 300 frames is that of the reference loops, and its text is that number’s', async () => {
  const random = createRandom(2024);
  const examples = [await fromStarter('lesson3'), await fromStarter('letters')];
  for (let seed = 0; seed < 16; seed++) examples.push(fromChance(7000 + seed));
  const wrong: string[] = [];
  const cameras = new Map<string, number>();
  let numbers = 0;
  for (let frame = 0; frame < 300; frame++) {
    const example = examples[frame % examples.length];
    const scene = randomScene(example.sheet, random);
    const film = filmOf(example, scene);
    const seconds = random.uniform() * 4;
    const { items } = pictureAt(film, 4, seconds, { size: frame % 5 === 0 ? HIGH : WIDE });
    const found = numbersIn(items);
    const where = `frame ${frame}, ${JSON.stringify(scene.camera)}, ${JSON.stringify(scene.motion)}, ${seconds}`;
    wrong.push(...problemsIn(found, example, stateOf(film, seconds)).map(problem => `${where}: ${problem}`));
    wrong.push(...unknownIn(items, scene).map(text => `${where}: nobody says what ${text} is`));
    wrong.push(...unsaidIn(items, film).map(text => `${where}: the caption doesn’t say ${text}`));
    numbers += found.length;
    cameras.set(scene.camera.kind, (cameras.get(scene.camera.kind) ?? 0) + found.length);
  }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(numbers).toBeGreaterThan(5000);
  for (const kind of ['sheet', 'maps', 'cell', 'network', 'scores', 'kernels'])
    expect(cameras.get(kind), kind).toBeGreaterThan(20);
});

test('the films that the app makes of a network show its numbers from beginning to end', async () => {
  const random = createRandom(5);
  let said = 0;
  const examples = [await fromStarter('lesson3'), ...[1, 2, 3, 4, 5, 6].map(seed => fromChance(8000 + seed))];
  const wrong: string[] = [];
  for (const example of examples)
    for (const name of filmTemplates) {
      const { sheet, states } = example;
      const run = runOf(example);
      const board = storyboardFrom(name, { sheet, now: states[0], run });
      if (typeof board === 'string' || !('scenes' in board)) continue;
      if (name === 'training' && run) {
        const told = board.scenes.find(({ caption }) => caption.includes('every weight is moved'))!;
        expect(told.motion).toEqual({ kind: 'run', run: run.id });
        expect(told.caption).toContain(`In ${run.steps} steps, `);
        expect(told.caption).toContain(`the loss falls from ${run.points[0].loss} to ${run.points.at(-1)!.loss}.`);
      }
      for (const scene of board.scenes) {
        const length = scene.duration as number;
        const seconds = random.uniform() * length;
        const film = filmOf(example, scene);
        const { items } = pictureAt(film, length, seconds);
        const state = stateOf(film, seconds, length);
        const found = problemsIn(numbersIn(items), example, state);
        wrong.push(...found.map(problem => `${name}, ${scene.title}: ${problem}`));
        said += wordsIn(items).flatMap(item => item.numbers ?? []).length;
        wrong.push(...unsaidIn(items, film).map(text => `${name}, ${scene.title}: the caption doesn’t say ${text}`));
        // Numbers that were written down when the film was made would be wrong after the next edit.
        if (scene.motion.kind !== 'run' && /\d\.\d|\d %/.test(scene.caption)) wrong.push(scene.caption);
      }
    }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(said).toBeGreaterThan(examples.length);
  const [{ sheet, states }] = examples;
  const lengths = filmTemplates.map(name => {
    const board = storyboardFrom(name, { sheet, now: states[0] });
    if (typeof board === 'string' || !('scenes' in board)) return 0;
    return board.scenes.reduce((sum, { duration }) => sum + (duration as number), 0);
  });
  expect(lengths[1]).toBeCloseTo(90, 5);
  for (const length of lengths) expect(length).toBeGreaterThan(30);
});

test('while one picture follows another, no title stands in another one', async () => {
  const random = createRandom(6);
  const wrong: string[] = [];
  let titles = 0;
  for (const example of [await fromStarter('lesson3'), fromChance(8001), fromChance(8002)])
    for (const name of filmTemplates) {
      const board = storyboardFrom(name, { sheet: example.sheet, now: example.states[0] });
      if (!('scenes' in (board as object))) continue;
      const { scenes } = board as Storyboard;
      for (const [at, scene] of scenes.entries()) {
        if (at === 0 || scene.transition === 'cut') continue;
        const last = scenes[at - 1];
        const before = { film: filmOf(example, last), length: last.duration as number };
        const { items } = pictureAt(filmOf(example, scene), scene.duration as number, random.uniform() * 0.5, {
          before,
        });
        const places = new Map<string, string>();
        for (const { x, y, text } of titlesIn(items)) {
          titles++;
          const place = `${x},${y}`;
          const other = places.get(place) ?? text;
          if (other !== text) wrong.push(`${name}, ${scene.title}: ${other} and ${text}`);
          places.set(place, text);
        }
      }
    }
  expect(wrong).toEqual([]);
  expect(titles).toBeGreaterThan(50);
});

test('no film is made of a blank image, but of others that come after it', async () => {
  const { sheet, states } = await fromStarter('lesson3');
  const now = { ...states[0], tensors: new Map(states[0].tensors).set('input/output', new Float32Array(784)) };
  for (const name of ['one-cell', 'whole-network'] as const)
    expect(storyboardFrom(name, { sheet, now })).toEqual(sentences.filmTemplates.refusals.blank);
  const others = storyboardFrom('another-letter', { sheet, now }) as Storyboard;
  expect(others.scenes.map(({ motion }) => motion.kind)).toEqual(['images', 'images', 'images']);
});

async function fromStarter(name: string): Promise<Example> {
  const { sheet, stored, expected } = await starter(name);
  const { expected: reference } = withReference(name, { sheet, stored });
  return { sheet, states: [stateFrom(expected)], reference: [reference] };
}

/** A random network in three states, as an edit, a run or other images make them. */
function fromChance(seed: number): Example {
  const { sheet, stored, random } = randomExample(seed, 'plain');
  const values = [stored, randomValues(sheet.network, random, 'plain'), randomValues(sheet.network, random, 'ties')];
  const reference = values.map(each => withReference('', { sheet, stored: each }).expected);
  const states = reference.map((numbers, step) => ({
    ...stateFrom(numbers),
    step,
    points: Array.from({ length: step + 1 }, (_, at) => ({ step: at, loss: 2 - at / 2, metric: 0, learningRate: 0.1 })),
  }));
  return { sheet, states, reference };
}

/** The run whose states an example has. */
function runOf({ states }: Example) {
  const { step, points } = states.at(-1)!;
  return step === undefined || !points ? undefined : { id: 'kept', steps: step, fresh: true, points };
}

const stateFrom = (numbers: Numbers): FilmState => ({
  tensors: new Map([...numbers].map(([id, values]) => [id, Float32Array.from(values)])),
});

const filmOf = ({ sheet, states }: Example, scene: FilmScene): SceneFilm => ({
  scene,
  sheet,
  sheets: [{ id: sheet.id, name: 'Network' }],
  written: { formulas: new Map() },
  states:
    scene.motion.kind === 'still' || scene.motion.kind === 'scan' || scene.motion.kind === 'walk'
      ? states.slice(0, 1)
      : states,
});

/** Which state a scene of a film shows then, as the timeline says it in words. */
function stateOf({ scene, states }: SceneFilm, seconds: number, length = 4): number {
  const [from, to] = [Math.min(scene.before, length), Math.max(Math.min(scene.before, length), length - scene.after)];
  const progress = seconds < from ? 0 : to > from ? Math.min(1, (seconds - from) / (to - from)) : 1;
  if (scene.motion.kind === 'edit') return progress < 2 / 3 ? 0 : states.length - 1;
  return Math.min(states.length - 1, Math.floor(progress * states.length));
}

function problemsIn(found: ReturnType<typeof numbersIn>, { reference, states }: Example, state: number): string[] {
  // A few numbers are shown as they were at first.
  return found.flatMap(({ text, value, terms, form }) => {
    if (text !== numberText(value, form)) return [`${text} isn’t how ${value} is written`];
    const fits = (numbers: Numbers) => {
      const products = terms.map(factors => factors.reduce((product, each) => product * valueIn(numbers, each), 1));
      const sum = products.reduce((total, each) => total + each, 0);
      const size = products.reduce((total, each) => total + Math.abs(each), 0);
      return Math.abs(sum - value) <= 1e-5 * Math.max(1, size);
    };
    if (terms.length === 0 && value !== 0) return [`${text} is made of nothing`];
    return fits(reference[Math.min(state, states.length - 1)])
      ? []
      : [`${text} is ${JSON.stringify(terms.slice(0, 3))}`];
  });
}

const valueIn = (numbers: Numbers, { tensor, index }: ElementIndex) => numbers.get(tensor)![index];

/** Texts in the typeface of numbers that don't say what they are, besides what is being typed and the loss of a run. */
function unknownIn(items: readonly Item[], { motion }: FilmScene): string[] {
  return items.flatMap(item => {
    if (item.kind === 'group') return unknownIn(item.items, { motion } as FilmScene);
    if (item.kind !== 'text' || item.font !== 'numerals' || item.shown || !/^[+−\d.]/.test(item.text)) return [];
    return motion.kind === 'edit' && motion.text.startsWith(item.text) ? [] : [item.text];
  });
}

/** The texts of several lines in a picture: its caption. */
function wordsIn(items: readonly Item[]): (Item & { kind: 'lines' })[] {
  return items.flatMap(item => (item.kind === 'group' ? wordsIn(item.items) : item.kind === 'lines' ? [item] : []));
}

/** Words that aren't numbers. */
function titlesIn(items: readonly Item[]): (Item & { kind: 'text' })[] {
  return items.flatMap(item =>
    item.kind === 'group' ? titlesIn(item.items) : item.kind === 'text' && !item.shown ? [item] : [],
  );
}

/** What the caption of a picture should say and doesn't: each cell that is named in it, by its number. */
function unsaidIn(items: readonly Item[], { scene }: SceneFilm): string[] {
  const words = wordsIn(items);
  const named = scene.caption.match(/\{#[^}]*\}/g) ?? [];
  const numbers = words.flatMap(item => (item.numbers ?? []).map(number => ({ ...number, words: item.text })));
  const isSaid = (cell: string) =>
    numbers.some(
      ({ terms: [[{ tensor, index }]], text, words: all }) => cell === `{#${tensor}@${index}}` && all.includes(text),
    );
  return named.filter(cell => !isSaid(cell) || words.some(({ text }) => text.includes('{')));
}

function randomScene(sheet: Sheet, random: Random): FilmScene {
  const all = [...sheet.tensors.values()].filter(({ size }) => size > 0);
  const computed = all.filter(({ role }) => role === 'computed');
  const pick = <T>(from: readonly T[]): T => from[random.integer(from.length)];
  const elementOf = (info: TensorInfo) => ({ tensor: info.id, index: random.integer(info.size) });
  const mapOf = (info: TensorInfo) => ({ tensor: info.id, map: random.integer(mapsIn(info)) });
  const cameras: (() => Camera)[] = [
    () => {
      const element = elementOf(pick(all));
      return {
        kind: 'sheet',
        region: { elements: [element], margin: 1 + random.integer(8) },
        selection: { elements: [element] },
      };
    },
    () => ({ kind: 'maps', maps: Array.from({ length: 1 + random.integer(4) }, () => mapOf(pick(all))) }),
    () => ({ kind: 'cell', element: elementOf(pick(computed)) }),
    () => ({ kind: 'network' }),
    () => ({ kind: 'scores' }),
    () => ({ kind: 'kernels' }),
  ];
  const scanned = pick(computed);
  const from = random.integer(scanned.size);
  const motions: (() => Motion)[] = [
    () => ({ kind: 'still' }),
    () => ({ kind: 'scan', tensor: scanned.id, from, to: from + random.integer(scanned.size - from) }),
    () => ({ kind: 'walk', element: elementOf(pick(computed)) }),
    () => ({ kind: 'edit', element: elementOf(pick(all)), text: '−12.5' }),
    () => ({ kind: 'run', run: 'kept' }),
    () => ({ kind: 'images', images: [1, 2, 3] }),
  ];
  const numbers = all.filter(({ role }) => role !== 'actual');
  const [here, there] = [1, 2].map(() => elementInBraces(elementOf(pick(numbers))));
  const caption = `Here ${here}, there ${there}.`;
  return sceneOf('scene', { camera: pick(cameras)(), motion: pick(motions)(), before: 0.5, after: 0.5, caption });
}
