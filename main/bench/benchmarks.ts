import { benchCells } from './cells.ts';
import { benchEditToPixels, benchScroll, benchStart } from './browser.ts';
import { benchEdit } from './edit.ts';
import { benchFilm } from './film.ts';
import { benchFilmFrames } from './film-frames.ts';
import { benchFormulaLayers, benchFormulaPasses } from './formula-layers.ts';
import { benchRecipe } from './recipe.ts';
import { benchVgg16 } from './vgg16.ts';
import { benchTrain } from './train.ts';
import { benchNetworkNames } from './train-networks.ts';
import { benchTrainLatency, benchTrainMemory } from './train-engine.ts';
import { benchTrainScaling } from './train-scaling.ts';
import { benchTrainFrames } from './train-frames.ts';
import { largeTargets } from './train-target.ts';
import type { Result } from './results.ts';

/** Benchmarks by name. Each yields its results as they are measured. A name also stands for all names that begin with
 *  it and a slash. */
export const benchmarks: ReadonlyMap<string, () => AsyncIterable<Result>> = new Map<
  string,
  () => AsyncIterable<Result>
>([
  ['edit-to-values/lesson3', () => benchEdit('lesson3')],
  ['edit-to-values/conv8-conv16', () => benchEdit('conv8-conv16')],
  ['edit-to-pixels/lesson3', benchEditToPixels],
  ['cells/overrides-100', () => benchCells('overrides-100')],
  ['cells/overrides-10000', () => benchCells('overrides-10000')],
  ['cells/own-sheet-10000', () => benchCells('own-sheet-10000')],
  ['cells/library-1000', () => benchCells('library-1000')],
  ['cells/retyped-10000', () => benchCells('retyped-10000')],
  ['film/lesson3', () => benchFilm('lesson3')],
  ['film/lenet', () => benchFilm('lenet')],
  ['film-frames/lesson3', () => benchFilmFrames('lesson3')],
  ['film-frames/lenet', () => benchFilmFrames('lenet')],
  ['formula-layers/passes', benchFormulaPasses],
  ['formula-layers/training', benchFormulaLayers],
  ['recipe', benchRecipe],
  ['scroll', benchScroll],
  ['start', benchStart],
  ['vgg16', benchVgg16],
  ...benchNetworkNames.map(name => [`train/${name}`, () => benchTrain(name)] as const),
  ...benchNetworkNames.map(name => [`train-scaling/${name}`, () => benchTrainScaling(name)] as const),
  ['train-memory', benchTrainMemory],
  ['train-latency', () => benchTrainLatency()],
  ...largeTargets.map(name => [`train-latency/${name}`, () => benchTrainLatency(name)] as const),
  ['train-frames/lesson3', () => benchTrainFrames('lesson3')],
  ['train-frames/lenet', () => benchTrainFrames('lenet')],
  ...largeTargets.map(name => [`train-frames/${name}`, () => benchTrainFrames(name)] as const),
]);

/** Short names. */
const aliases: ReadonlyMap<string, string> = new Map([['edit', 'edit-to-values']]);
/** The part of a result's name that says how it was measured. All engines, training and evaluating are measured in
 *  turn. */
const MEASURED = /^(train|evaluate)\/(wasm|tensorflow)(?=\/|$)/;

/** The benchmarks that a word names: one, or a family such as edit-to-values. Undefined if it names none. */
export function findBenchmarks(word: string): string[] | undefined {
  const name = aliases.get(word) ?? word.replace(MEASURED, 'train');
  const found = [...benchmarks.keys()].filter(key => key === name || key.startsWith(`${name}/`));
  return found.length > 0 ? found : undefined;
}
