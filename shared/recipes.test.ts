import { describe, expect, test } from 'vitest';
import { configIn, frozenIn, layerGroups, withGroups, withoutGone } from './phases.ts';
import { fromRecipe, recipes, spreadOf, spreadRates, usualGroups } from './recipes.ts';
import { networkTemplates } from './templates.ts';
import { defaultConfig } from './training-defaults.ts';
import { learningRateAt, momentumAt, restartSteps } from './schedule.ts';

const config = (shape: readonly [number, number, 1 | 3]) =>
  defaultConfig({
    source: { kind: 'named', name: 'digits' },
    shape: [...shape],
    fit: 'stretch',
    validation: 0.1,
    test: 0,
    seed: 1,
  });
const lenet = networkTemplates.lenet([28, 28, 1], 10);
const residual = networkTemplates['resnet-tiny']([64, 64, 3], 10);

test('the usual groups are the dense layers at the end, and the layers before them in two halves', () => {
  const names = (network: typeof lenet) =>
    usualGroups(network).map(id => network.layers.find(each => each.id === id)!.kind);
  expect(names(lenet)).toEqual(['conv2d', 'dense']);
  expect(names(residual)).toEqual(['conv2d', 'dense']);
  for (const network of [lenet, residual]) expect(layerGroups(network, usualGroups(network))).toHaveLength(3);
});

test.each(recipes)('%s makes phases that fit the networks, whose epochs add up', recipe => {
  for (const [network, shape] of [
    [lenet, [28, 28, 1]],
    [residual, [64, 64, 3]],
  ] as const) {
    const base = config(shape);
    const made = fromRecipe(recipe, network, base);
    expect(made.epochs).toBe(made.phases.reduce((sum, { epochs }) => sum + epochs, 0));
    expect(Math.max(...made.phases.map(({ learningRate }) => learningRate))).toBe(base.learningRate);
    expect(frozenIn(network, { ...base, ...made }).size).toBe(0);
  }
});

test('the recipe for satellite images grows them where the network takes other sizes', () => {
  const sizes = (network: typeof lenet, shape: readonly [number, number, 1 | 3]) =>
    fromRecipe('satellite', network, config(shape)).phases.map(({ imageSize }) => imageSize?.[0]);
  expect(sizes(residual, [64, 64, 3])).toEqual([16, 16, 32, 32, undefined, undefined]);
  expect(sizes(lenet, [28, 28, 1])).toEqual([undefined, undefined]);
});

describe('Groups', () => {
  const phased = { ...config([28, 28, 1]), ...fromRecipe('fineTune', lenet, config([28, 28, 1])) };

  test('the rates of a spread are told as that spread', () => {
    expect(spreadRates('third', 3)).toEqual([1 / 9, 1 / 3, 1]);
    expect(spreadOf([1 / 9, 1 / 3, 1], 3)).toBe('third');
    expect(spreadOf([0, 0], 3)).toBe('last');
    expect(spreadOf([0.5, 1], 2)).toBeUndefined();
  });

  test('a new group begins with the rate that its layers had, whichever group is split or joined', () => {
    const [, second] = phased.groups;
    const dense = lenet.layers.filter(({ kind }) => kind === 'dense').map(({ id }) => id);
    const split = withGroups(phased, lenet, [...phased.groups, dense[1]]);
    expect(split.phases.map(({ groupRates }) => groupRates)).toEqual([
      [0, 0, 1, 1],
      [1 / 9, 1 / 3, 1, 1],
    ]);
    expect(withGroups(phased, lenet, [second]).phases.map(({ groupRates }) => groupRates)).toEqual([
      [0, 1],
      [1 / 9, 1],
    ]);
  });

  test('a group whose first layer is gone joins the one before', () => {
    const without = { ...lenet, layers: lenet.layers.filter(({ id }) => id !== phased.groups[0]) };
    const fitted = withoutGone(phased, without);
    expect(fitted.groups).toEqual([phased.groups[1]]);
    expect(fitted.phases.map(({ groupRates }) => groupRates)).toEqual([
      [0, 1],
      [1 / 9, 1],
    ]);
  });
});

test('each phase has a schedule of its own, from its first step to its last', () => {
  const stepsPerEpoch = 4;
  const base = config([28, 28, 1]);
  const cats = { ...base, ...fromRecipe('catsAndDogs', lenet, base) };
  for (const [place, first] of [0, 12].entries()) {
    const alone = configIn(lenet, cats, place);
    for (let step = 0; step < alone.epochs * stepsPerEpoch; step++) {
      expect(learningRateAt(cats, first + step, stepsPerEpoch)).toBe(learningRateAt(alone, step, stepsPerEpoch));
      expect(momentumAt(cats, first + step, stepsPerEpoch)).toBe(momentumAt(alone, step, stepsPerEpoch));
    }
  }
  // Cycles of 1, 1 and 1 epochs, then of 1, 2 and 4.
  expect(restartSteps(cats, stepsPerEpoch)).toEqual([4, 8, 12, 16, 24]);
});
