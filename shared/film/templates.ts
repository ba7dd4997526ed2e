/** Films that the app makes by itself, of any network. What can't be shown of a network is left out. */
import { comparisonIn } from '../explain/comparison.ts';
import { shortNumber } from '../explain/short-number.ts';
import type { Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import { trainedTensors } from '../network.ts';
import type { RunSummary } from '../protocol/replies.ts';
import type { StepPoint } from '../training.ts';
import type { FilmState } from './numbers.ts';
import { braces } from './caption-cells.ts';
import { problemOfRun } from './check.ts';
import type { Camera, FilmScene, Motion, Storyboard } from './storyboard.ts';
import {
  cellScenes,
  endScene,
  imageScene,
  mapScenes,
  poolScene,
  reluScene,
  type SceneDraft,
  unitScenes,
} from './templates/scenes.ts';
import { type Facts, factsOf, nextOf, outputOf, patternsIn, readBy, strongestCell } from './templates/network-facts.ts';

export const filmTemplates = ['one-cell', 'whole-network', 'training', 'another-letter'] as const;
export type FilmTemplate = (typeof filmTemplates)[number];

/** What a film is made of. `run`: a kept run to show, its last step, and its loss. `images`: how many images there are
 *  to show; left out where that isn't known. */
export type FilmMaterial = {
  sheet: Sheet;
  now: FilmState;
  run?: ShownRun & { points: readonly StepPoint[] };
  images?: number;
};

/** `fresh`: whether the run began with random weights. */
type ShownRun = { id: string; steps: number; fresh: boolean };

/** The latest of the kept runs that a film about training can show. */
export function runToShow(
  sheet: Sheet,
  runs: readonly Pick<RunSummary, 'id' | 'name' | 'kept' | 'layers' | 'start'>[],
): ShownRun | undefined {
  const run = runs.findLast(each => (each.kept?.steps.length ?? 0) > 1 && problemOfRun(sheet, each) === undefined);
  return run && { id: run.id, steps: run.kept!.steps.at(-1)!, fresh: run.start === 'initial' };
}

/** How long the film of the whole network is, and how many steps it shows where no run is kept. */
const [SECONDS, STEPS] = [90, 300];
/** A scene takes so many times its usual length at most. */
const MOST_STRETCHED = 1.3;
/** So many other images are shown. */
const OTHERS = 6;

/** A storyboard of a network; a sentence that says why, where there is none. */
export function storyboardFrom(name: FilmTemplate, material: FilmMaterial): Storyboard | Sentence {
  const facts = factsOf(material.sheet, material.now);
  const say = sentences.filmTemplates.refusals;
  if (facts.sheet.network.layers.length < 2 || facts.sheet.tensors.size < 2) return say.nothingComputed;
  if (facts.blank && (name === 'one-cell' || name === 'whole-network')) return say.blank;
  switch (name) {
    case 'one-cell':
      return board(oneCell(facts) ?? [], say.nothingComputed);
    case 'whole-network':
      return board(stretched(wholeNetwork(facts), SECONDS), say.nothingComputed);
    case 'training':
      return trainedTensors(facts.sheet.network).length > 0
        ? board(training(facts, material), say.notTrained)
        : say.notTrained;
    default:
      return material.images === 0 ? say.noImages : board(otherImages(facts, material.images), say.noImages);
  }
}

function board(drafts: readonly SceneDraft[], otherwise: Sentence): Storyboard | Sentence {
  if (drafts.length === 0) return otherwise;
  const scenes = drafts.map((draft, at): FilmScene => {
    return { before: 1, after: 1, marks: [], ...draft, id: `scene-${at + 1}` };
  });
  return { look: 'dark', scenes, narrations: [] };
}

/** One cell of the first convolution (or of the first dense layer), and the map that it is in. */
function oneCell(facts: Facts): SceneDraft[] | undefined {
  const [layer] = facts.convolutions;
  const [dense] = facts.dense;
  if (layer) {
    const relu = nextOf(facts, layer, ['relu', 'leakyRelu']);
    const { map } = strongestCell(facts, outputOf(facts.sheet, layer));
    return [
      imageScene(facts),
      ...cellScenes(facts, layer, { sheet: true }),
      ...mapScenes(facts, layer, map),
      ...(relu ? [reluScene(facts, layer, relu, map)] : []),
      ...allMaps(facts, relu ?? layer, layer),
    ];
  }
  return dense ? [imageScene(facts), ...unitScenes(facts, dense, { sheet: true }), ...endScene(facts)] : undefined;
}

/** The maps of a layer beside each other. */
function allMaps({ sheet }: Facts, { id }: { id: string }, { name }: { name: string }): SceneDraft[] {
  const text = messages.filmTemplates.maps;
  const info = sheet.tensors.get(`${id}/output`)!;
  const count = info.shape[2];
  if (count < 2) return [];
  const maps = Array.from({ length: Math.min(4, count) }, (_, map) => ({ tensor: info.id, map }));
  return [
    {
      title: text.title,
      camera: { kind: 'maps', maps },
      motion: { kind: 'still' },
      duration: 7,
      transition: 'fade',
      caption: text.caption(name, count),
      notes: text.notes,
    },
  ];
}

/** Every kind of layer once or twice, from the image to the answer. */
function wholeNetwork(facts: Facts): SceneDraft[] {
  const { sheet, convolutions, dense, answer } = facts;
  const text = messages.filmTemplates;
  const parameters = [...sheet.tensors.values()].reduce(
    (sum, each) => sum + (each.role === 'parameter' ? each.size : 0),
    0,
  );
  const overview: SceneDraft = {
    title: text.whole.title,
    camera: { kind: 'network' },
    motion: { kind: 'still' },
    duration: 11,
    transition: 'fade',
    caption: text.whole.caption(sheet.network.layers.length, parameters),
    notes: text.whole.notes,
  };
  const [first, ...deeper] = convolutions;
  const drafts: SceneDraft[] = [imageScene(facts), overview];
  if (first) {
    const { map } = strongestCell(facts, outputOf(sheet, first));
    drafts.push(...cellScenes(facts, first), ...mapScenes(facts, first, map));
    const relu = nextOf(facts, first, ['relu', 'leakyRelu']);
    if (relu) drafts.push(reluScene(facts, first, relu, map));
    const pool = sheet.network.layers.find(({ kind }) => kind === 'maxPool2d' || kind === 'averagePool2d');
    if (pool) drafts.push(poolScene(facts, pool));
    const last = deeper.at(-1);
    if (last) {
      const [cell] = cellScenes(facts, last).slice(-1);
      const maps = readBy(sheet, last).shape[2];
      const { title, caption, notes } = text.deeper;
      drafts.push({ ...cell, title, caption: caption(last.name, maps), notes });
    }
  } else if (dense[0]) drafts.push(...unitScenes(facts, dense[0]));
  if (answer) {
    if (comparisonIn(sheet))
      drafts.push({
        title: text.scores.title,
        camera: { kind: 'scores' },
        motion: { kind: 'still' },
        duration: 10,
        transition: 'fade',
        caption: text.scores.caption(braces('answer')),
        notes: text.scores.notes,
      });
    drafts.push(...answerScenes(facts, answer));
  }
  return [...drafts, ...endScene(facts)];
}

/** What becomes of the scores, and which pixels they follow from. */
function answerScenes({ sheet, image }: Facts, { element, share, second }: Facts['answer'] & {}): SceneDraft[] {
  const text = messages.filmTemplates;
  const last = sheet.layers.get(sheet.tensors.get(element.tensor)!.layer)!;
  const scores = readBy(sheet, last);
  const drafts: SceneDraft[] = [];
  if (share && last.kind === 'softmax' && scores.shape.length === 1)
    drafts.push({
      title: text.probabilities.title,
      camera: { kind: 'maps', maps: [{ tensor: scores.id }, { tensor: element.tensor }] },
      motion: { kind: 'still' },
      duration: 7,
      transition: 'fade',
      caption: text.probabilities.caption(
        braces('answer'),
        braces('answer', true),
        second ? braces('answer 2') : undefined,
      ),
      notes: text.probabilities.notes,
    });
  if (image.shape.length === 3)
    drafts.push({
      title: text.back.title,
      camera: { kind: 'network' },
      motion: { kind: 'walk', element },
      duration: 9,
      transition: 'fade',
      caption: text.back.caption,
      notes: text.back.notes,
    });
  return drafts;
}

/** Kernels and answers before, during and after a run: a kept one, or one of its own. */
function training(facts: Facts, { run: kept }: FilmMaterial): SceneDraft[] {
  const { sheet, convolutions } = facts;
  const text = messages.filmTemplates;
  const motion: Motion = kept ? { kind: 'run', run: kept.id } : { kind: 'train', start: 'initial', steps: STEPS };
  const [firstLayer] = convolutions;
  const kernels: Camera = { kind: 'kernels', ...(firstLayer && { layer: firstLayer.id }) };
  const network: Camera = { kind: 'network' };
  /** A scene that rests at the first state, or at the last one. */
  const rest = (camera: Camera, duration: number, last: boolean, words: { title: string; notes: string }) => ({
    title: words.title,
    camera,
    motion,
    duration,
    before: last ? 0 : duration,
    after: last ? duration : 0,
    transition: 'fade' as const,
    notes: words.notes,
  });
  const run = (camera: Camera, duration: number, words: { title: string; notes: string }) => ({
    title: words.title,
    camera,
    motion,
    duration,
    transition: 'fade' as const,
    notes: words.notes,
  });
  const { steps, points, fresh } = kept ?? { steps: STEPS, points: [], fresh: true };
  const [first, last] = [points[0], points.at(-1)];
  const caption =
    first && last && last.loss < first.loss
      ? text.learning.captionLoss(steps, shortNumber(first.loss), shortNumber(last.loss))
      : text.learning.caption(steps);
  const before = { ...text.before, ...(!fresh && { notes: '' }) };
  const patterns = firstLayer ? patternsIn(facts, firstLayer) : 0;
  const hasKernels = [...sheet.tensors.values()].some(({ name }) => name === 'kernel');
  return [
    ...(hasKernels ? [{ ...rest(kernels, 6, false, before), caption: before.caption(fresh) }] : []),
    { ...rest(network, 6, false, text.guess), caption: text.guess.caption(fresh) },
    ...(hasKernels ? [{ ...run(kernels, 20, text.learning), caption }] : []),
    { ...run(network, 14, text.clearer), caption: text.clearer.caption },
    ...(hasKernels ? [{ ...rest(kernels, 7, true, text.after), caption: text.after.caption(patterns) }] : []),
    ...(facts.answer ? [{ ...rest(network, 7, true, text.learnt), caption: text.learnt.caption }] : []),
  ];
}

/** The same network with other images. */
function otherImages(facts: Facts, count: number | undefined): SceneDraft[] {
  const { sheet, image, blank, convolutions, dense, answer } = facts;
  const text = messages.filmTemplates;
  const images = otherPlaces(count);
  const motion: Motion = { kind: 'images', images };
  const scene = (camera: Camera, duration: number, words: { title: string; caption: string; notes: string }) => ({
    title: words.title,
    camera,
    motion,
    duration,
    before: 0,
    after: 0,
    transition: 'fade' as const,
    caption: words.caption,
    notes: words.notes,
  });
  const now = text.now;
  const [first] = convolutions;
  const layers = first ? [outputOf(sheet, nextOf(facts, first, ['relu', 'leakyRelu']) ?? first)] : [];
  const deep = convolutions.length > 1 ? convolutions.at(-1) : undefined;
  if (deep) layers.push(outputOf(sheet, nextOf(facts, deep, ['relu', 'leakyRelu']) ?? deep));
  if (layers.length === 0 && dense[0]) layers.push(outputOf(sheet, dense[0]));
  const maps = [
    { tensor: image.id },
    ...layers.map(info => ({ tensor: info.id, ...(info.shape.length > 1 && { map: strongestCell(facts, info).map }) })),
  ];
  const seen: SceneDraft = {
    title: now.title,
    camera: { kind: 'network' },
    motion: { kind: 'still' },
    duration: 8,
    transition: 'cut',
    caption: answer ? now.caption(braces('answer')) : now.captionPlain,
    notes: now.notes,
  };
  return [
    ...(blank ? [] : [seen]),
    scene({ kind: 'network' }, 3 * images.length, text.others),
    scene({ kind: 'maps', maps }, 2 * images.length, text.othersMaps),
    ...(comparisonIn(sheet) ? [scene({ kind: 'scores' }, 2.5 * images.length, text.othersScores)] : []),
  ];
}

/** Places of images that lie far from each other. Of the digits, where their count isn't known, the first ones. */
function otherPlaces(count: number | undefined): number[] {
  if (count === undefined) return [1, 2, 3, 4, 7, 8];
  const many = Math.min(OTHERS, count);
  return Array.from({ length: many }, (_, nth) => Math.floor(((nth + 0.5) * count) / many));
}

/** Scenes that take so long together, in tenths of a second. */
function stretched(drafts: readonly SceneDraft[], seconds: number): SceneDraft[] {
  const own = drafts.reduce((sum, { duration }) => sum + duration, 0);
  // Few scenes don't become slow for it.
  const total = Math.max(own, seconds / MOST_STRETCHED);
  const scaled = drafts.map(draft => ({
    ...draft,
    duration: Math.round((draft.duration * seconds * 10) / total) / 10,
  }));
  const rest = Math.min(seconds, own * MOST_STRETCHED) - scaled.reduce((sum, { duration }) => sum + duration, 0);
  const last = scaled.length - 1;
  return scaled.map((draft, at) =>
    at === last ? { ...draft, duration: Math.round((draft.duration + rest) * 10) / 10 } : draft,
  );
}
