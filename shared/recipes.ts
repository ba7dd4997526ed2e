/** Phases that practitioners begin with: a choice of groups and phases for a network. */
import { type LayerId, type NetworkSpec, trainedTensors } from './network.ts';
import { layerGroups, takesSize } from './phases.ts';
import type { Phase, Schedule, TrainingConfig } from './training.ts';

/** - quick: a few epochs of one cycle, all layers together.
 *  - fineTune: the last layers alone, then all layers with rates that fall towards the input.
 *  - catsAndDogs: the lecture's recipe for photos: three short cycles of the last layers, then cycles that double, the
 *    groups at rates ÷100, ÷10 and 1.
 *  - satellite: the lecture's recipe for tiles: both of these at growing sizes of the images, the groups at ÷9, ÷3 and
 *    1, and all symmetries of the square. */
export const recipes = ['quick', 'fineTune', 'catsAndDogs', 'satellite'] as const;
export type Recipe = (typeof recipes)[number];

/** How the rates of groups fall from the last group to the first, by one choice. same: they don't. third: a third for
 *  each group towards the input. tenth: a tenth. last: all but the last group are frozen. */
export const spreads = ['same', 'third', 'tenth', 'last'] as const;
export type Spread = (typeof spreads)[number];

const ONE_CYCLE = { kind: 'oneCycle', rise: 0.3 } as const satisfies Schedule;
const restarts = (multiplier: number) => ({ kind: 'cosine', cycle: 1, multiplier }) as const satisfies Schedule;
/** Images of growing size begin at a quarter of their height and width, if that many pixels are left. */
const SMALLEST_SIDE = 16;
const STEPS_DOWN = [4, 2];

/** The part of a set-up that a recipe replaces. */
export type FromRecipe = Required<Pick<TrainingConfig, 'groups' | 'phases'>> &
  Pick<TrainingConfig, 'epochs'> &
  Partial<Pick<TrainingConfig, 'augmentation'>>;

/** The groups and phases of a recipe for this network. The set-up's learning rate is the largest of them. */
export function fromRecipe(recipe: Recipe, network: NetworkSpec, config: TrainingConfig): FromRecipe {
  const groups = usualGroups(network);
  const count = groups.length + 1;
  const { learningRate } = config;
  const phase = (epochs: number, schedule: Schedule, spread: Spread, more: Partial<Phase> = {}): Phase => ({
    name: '',
    epochs,
    learningRate,
    schedule,
    groupRates: spreadRates(spread, count),
    ...more,
  });
  const made = (phases: Phase[], more: Partial<FromRecipe> = {}): FromRecipe => ({
    groups,
    phases,
    epochs: phases.reduce((sum, { epochs }) => sum + epochs, 0),
    ...more,
  });
  // With one group there is nothing to freeze.
  const first = count > 1 ? 'last' : 'same';
  switch (recipe) {
    case 'quick':
      return made([phase(3, ONE_CYCLE, 'same')]);
    case 'fineTune':
      return made([phase(1, ONE_CYCLE, first), phase(6, ONE_CYCLE, 'third')]);
    case 'catsAndDogs':
      return made([phase(3, restarts(1), first), phase(7, restarts(2), 'tenth')]);
    default: {
      const sizes = growingSizes(network, config);
      const square = config.data.shape[0] === config.data.shape[1];
      return made(
        sizes.flatMap(imageSize => {
          const sized = imageSize && { imageSize };
          return [phase(3, restarts(1), first, sized), phase(7, restarts(2), 'third', sized)];
        }),
        square ? { augmentation: { ...config.augmentation, symmetries: true } } : {},
      );
    }
  }
}

/** The factors of the learning rate for so many groups. */
export function spreadRates(spread: Spread, groups: number): number[] {
  const ofGroup = (fromLast: number): number => {
    if (spread === 'same') return 1;
    if (spread === 'last') return fromLast === 0 ? 1 : 0;
    return 1 / (spread === 'third' ? 3 : 10) ** fromLast;
  };
  return Array.from({ length: groups }, (_, group) => ofGroup(groups - 1 - group));
}

/** The choice that gives these factors. undefined if none does. */
export function spreadOf(rates: readonly number[], groups: number): Spread | undefined {
  return spreads.find(spread => spreadRates(spread, groups).every((rate, group) => rate === (rates[group] ?? 1)));
}

/** Groups for a network: the dense layers at its end, and the layers before them in two halves. Returns the first layer
 *  of each group after the first one. */
export function usualGroups(network: NetworkSpec): LayerId[] {
  const trained = new Set(trainedTensors(network).map(({ layer }) => layer));
  // A normalization goes with the layer before it.
  const layers = network.layers.filter(({ id, kind }) => trained.has(id) && kind !== 'batchNorm');
  const head = Math.max(1, layers.findLastIndex(({ kind }) => kind !== 'dense') + 1);
  const begin = head < layers.length ? head : layers.length - 1;
  const middle = Math.ceil(begin / 2);
  return [...new Set([middle, begin])].filter(place => place > 0).map(place => layers[place].id);
}

/** What a group is called: its layers with weights, the first and the last. */
export function groupLayers(network: NetworkSpec, groups: readonly LayerId[] = []): LayerId[][] {
  const trained = new Set(trainedTensors(network).map(({ layer }) => layer));
  return layerGroups(network, groups).map(layers => layers.filter(id => trained.has(id)));
}

/** The sizes of images from small to whole (undefined), as far as the network takes them. */
function growingSizes(network: NetworkSpec, config: TrainingConfig): (Phase['imageSize'] | undefined)[] {
  const [height, width] = config.data.shape;
  const sizes = STEPS_DOWN.map((part): [number, number] => [Math.round(height / part), Math.round(width / part)]);
  return [...sizes.filter(size => Math.min(...size) >= SMALLEST_SIDE && takesSize(network, size)), undefined];
}
