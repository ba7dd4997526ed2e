/** Sentences about the classes of a data set and those of a network. */
import { whole } from '../format.ts';
import { images, named, plural, scores } from './words.ts';

type Fit = 'stretch' | 'crop' | 'pad';
const fitted: Readonly<Record<Fit, string>> = { stretch: 'stretched', crop: 'cropped', pad: 'padded' };

export const meaningMessages = {
  /** For evaluation. */
  someKnown: (data: string, known: number, all: number, unknown: readonly string[]) =>
    `${whole(known)} of the ${whole(all)} classes of ${data} ${plural(known, 'is', 'are')} known to the network; ` +
    `${named(unknown)} ${plural(unknown.length, 'is', 'are')} not.`,
  imagesLeftOut: (count: number) => `${images(count)} of unknown classes ${plural(count, 'is', 'are')} left out.`,
  labelsLeftOut: 'Labels that are unknown are left out.',
  noneKnown: (data: string, own: readonly string[], others: readonly string[]) =>
    `The network knows none of the classes of ${data}: it was trained on ${named(own)}, and ${data} has ` +
    `${named(others)}. Choose images of its classes, or train it on these first.`,
  noneOfSplit: (data: string, split: string, own: readonly string[]) =>
    `No ${split} image of ${data} is of a class the network knows (${named(own)}). Choose another part of it, or ` +
    'other images.',
  byPlace: (data: string) =>
    `The network’s classes have no names, so they are taken to be those of ${data} in their order.`,
  notCounted: (names: readonly string[]) =>
    `${named(names)} ${plural(names.length, 'occurs', 'occur')} neither in these images nor in what they were taken ` +
    `for, and ${plural(names.length, 'is', 'are')} left out of the means.`,

  /** For training: what happens to each score. */
  rescored: (layer: string, before: number, after: number, data: string) =>
    `${layer} now has ${scores(after)}${before === after ? '' : ` in place of ${whole(before)}`}, one for each ` +
    `class of ${data}, and learns them from fresh weights.`,
  scores: (
    layer: string,
    after: number,
    data: string,
    known: readonly string[],
    fresh: readonly string[],
    gone: readonly string[],
  ) =>
    `${layer} now has ${scores(after)}, one for each class of ${data}: ${[
      `${named(known)} ${plural(known.length, 'keeps its', 'keep their')} weights`,
      fresh.length > 0 && `${named(fresh)} ${plural(fresh.length, 'begins', 'begin')} with fresh ones`,
      gone.length > 0 && `${named(gone)} ${plural(gone.length, 'goes', 'go')}`,
    ]
      .filter(Boolean)
      .join('; ')}.`,
  /** Before training: what it will do. */
  willRescore: (before: number, after: number, own: readonly string[]) =>
    (own.length > 0
      ? `The network knows none of these classes, but ${named(own)}. `
      : `The network ends in ${scores(before)}, but there are ${whole(after)} classes here. `) +
    `Training gives it ${scores(after)}, which it learns from fresh weights; undo takes that back.`,
  willScore: (all: number, unknown: readonly string[], absent: readonly string[]) =>
    [
      unknown.length > 0
        ? `${whole(all - unknown.length)} of these ${whole(all)} classes ` +
          `${plural(all - unknown.length, 'is', 'are')} known to the network; ${named(unknown)} ` +
          `${plural(unknown.length, 'is', 'are')} not.`
        : 'All of these classes are known to the network.',
      absent.length > 0 ? `It also knows ${named(absent)}, of which there are no images here.` : '',
      `Training gives it ${scores(all)}, of which those of known classes keep their weights unless it begins anew; ` +
        'undo takes that back.',
    ]
      .filter(Boolean)
      .join(' '),
  frozenScores: (layer: string) => `${layer} is frozen, so its fresh weights stay as they are.`,
  replaced: (data: string, fresh: readonly string[], gone: readonly string[]) =>
    `The classes are now those of ${data}: ${named(fresh)} ${plural(fresh.length, 'begins', 'begin')} with the ` +
    `weights of ${named(gone)}.`,
  stay: (data: string, absent: readonly string[]) =>
    `${data} has no images of ${named(absent)}: ${plural(absent.length, 'its score stays', 'their scores stay')}, ` +
    `and ${plural(absent.length, 'is', 'are')} trained to be low.`,
  continueUnknown: (data: string, unknown: readonly string[], own: readonly string[]) =>
    `The last run was of other classes: it knows ${named(own)}, but not ${named(unknown)} of ${data}. Start from ` +
    'here instead, which keeps what is known and begins anew with the rest.',
  otherFit: (now: Fit, before: Fit) =>
    `Images are ${fitted[now]} to the input here; those the network was trained with were ${fitted[before]}.`,
  untrained: (data: string, names: readonly string[]) =>
    `${data} has no training images of ${named(names)}, so the network can’t learn ` +
    `${plural(names.length, 'it', 'them')}. Set smaller shares aside, or put images of ` +
    `${plural(names.length, 'it', 'them')} among those for training.`,
} as const;
