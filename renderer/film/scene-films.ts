/** Loads what a scene shows. Preview, thumbnails, presenter and export all ask here. */
import { copyOfWritten } from '../../shared/changes/written.ts';
import { UserError } from '../../shared/errors.ts';
import { namedCells } from '../../shared/film/caption-cells.ts';
import { problemOf } from '../../shared/film/check.ts';
import type { SceneFilm } from '../../shared/film/numbers.ts';
import { sceneFilmOf, statesOf } from '../../shared/film/states.ts';
import type { FilmScene } from '../../shared/film/storyboard.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Client } from '../core/client.ts';
import type { State, Store } from '../core/store.ts';
import { showsDigits } from '../data/data-choice.ts';
import { configOf, setupProblems } from '../training/setup.ts';
import { typefaces } from './typefaces.ts';

/** The most numbers of all films that are kept. */
const MOST_NUMBERS = 16_000_000;

type Kept = { film: Promise<SceneFilm>; numbers: number };

/** For each window's store, the films that were asked for lately, the oldest first. */
const lately = new WeakMap<Store, Map<string, Kept>>();

/** The scene with the numbers of the workbook as it is now. A scene that shows the same as one before, of the same
 *  numbers, isn't asked for again. Rejects with a sentence where the scene doesn't fit. */
export async function loadSceneFilm(store: Store, client: Client, scene: FilmScene): Promise<SceneFilm> {
  const kept = lately.get(store) ?? new Map<string, Kept>();
  lately.set(store, kept);
  const state = store.get();
  const { structure, sheet, sheets, written, runs } = state;
  const problem = problemOf(sheet, scene, { written, runs });
  if (problem !== undefined) throw new UserError(problem);
  const choice = choiceFor(state, scene);
  const key = filmKey(state, scene);
  const known = kept.get(key);
  if (known) {
    // It is the latest now.
    kept.delete(key);
    kept.set(key, known);
    return { ...(await known.film), scene };
  }
  const asked = statesOf({ sheet, scene });
  const around = { scene, sheet, sheets, written: { formulas: copyOfWritten(written).formulas } };
  const film = Promise.all([client.send('filmStates', { structure, ...asked, ...choice }), typefaces()]).then(
    ([told]) => sceneFilmOf(around, asked, told),
  );
  const mine: Kept = { film, numbers: 0 };
  kept.set(key, mine);
  try {
    const found = await film;
    mine.numbers = numbersOf(found);
    forgetOldest(kept);
    return found;
  } catch (error) {
    if (kept.get(key) === mine) kept.delete(key);
    throw error;
  }
}

/** What a scene shows. Its texts and times are no part of it, but for the cells that its caption names. */
export function viewOf(scene: FilmScene): string {
  const { camera, motion, caption } = scene;
  const known = views.get(scene) ?? JSON.stringify([camera, motion, namedCells(caption)]);
  views.set(scene, known);
  return known;
}
const views = new WeakMap<FilmScene, string>();

/** What a scene's numbers follow from. */
export function filmKey(state: Readonly<State>, scene: FilmScene): string {
  if (keysIn !== state) [keys, keysIn] = [new WeakMap(), state];
  let key = keys.get(scene);
  if (key !== undefined) return key;
  const { workbookId, structure, workbook, runs, dataChoice } = state;
  const { kind } = scene.motion;
  const run = kind === 'run' ? runs.map(({ id }) => id) : undefined;
  const images = kind === 'images' ? dataChoice : undefined;
  const config = kind === 'train' ? configOf(state) : undefined;
  key = JSON.stringify([workbookId, structure, workbook.contentRevision, viewOf(scene), run, images, config]);
  keys.set(scene, key);
  return key;
}
/** The keys in the state of now. They are asked for in every frame. */
let keys = new WeakMap<FilmScene, string>();
let keysIn: Readonly<State> | undefined;

/** The images and the set-up that a scene follows from. */
function choiceFor(state: State, { motion }: FilmScene) {
  const { dataChoice, sheet } = state;
  if (motion.kind === 'images' && !showsDigits(sheet.network, dataChoice)) return { data: dataChoice };
  if (motion.kind !== 'train') return {};
  const config = configOf(state);
  if (!config) throw new UserError(sentences.scenes.noImages);
  const [problem] = setupProblems(state).values();
  if (problem !== undefined) throw new UserError(problem);
  return { config };
}

/** How many numbers the states have that they don't share. */
function numbersOf({ states }: SceneFilm): number {
  const arrays = new Set(states.flatMap(({ tensors }) => [...tensors.values()]));
  return [...arrays].reduce((sum, { length }) => sum + length, 0);
}

function forgetOldest(kept: Map<string, Kept>): void {
  let all = [...kept.values()].reduce((sum, { numbers }) => sum + numbers, 0);
  for (const [key, { numbers }] of kept) {
    if (all <= MOST_NUMBERS || kept.size === 1) return;
    kept.delete(key);
    all -= numbers;
  }
}
