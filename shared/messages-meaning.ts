/** Sentences about what a data set means to a network. */
import type { Fit } from './data.ts';

const whole = (count: number) => count.toLocaleString('en');
const images = (count: number) => `${whole(count)} ${count === 1 ? 'image' : 'images'}`;
const scores = (count: number) => `${whole(count)} ${count === 1 ? 'score' : 'scores'}`;

/** Names that are spelled out; of more, their number is told. */
const NAMED = 5;

/** “ant”, “bee” and “fly”; of many, the first and how many more. */
function list(names: readonly string[]): string {
  const more = names.length - NAMED;
  // One more would take no less room than its name.
  const shown = more > 1 ? [...names.slice(0, NAMED).map(quoted), `${whole(more)} more`] : names.map(quoted);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

const LONGEST = 40;
const quoted = (name: string) => `“${name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name}”`;
const is = (names: readonly string[], one: string, many: string) => (names.length === 1 ? one : many);
const fitted: Readonly<Record<Fit, string>> = { stretch: 'stretched', crop: 'cropped', pad: 'padded' };

export const meaningMessages = {
  list,
  /** Of evaluating. */
  someKnown: (data: string, known: number, all: number, unknown: readonly string[]) =>
    `${whole(known)} of the ${whole(all)} classes of ${data} ${known === 1 ? 'is' : 'are'} known to the network; ${list(unknown)} ${is(unknown, 'is', 'are')} not.`,
  imagesLeftOut: (count: number) => `${images(count)} of unknown classes ${count === 1 ? 'is' : 'are'} left out.`,
  labelsLeftOut: 'Labels that are unknown are left out.',
  noneKnown: (data: string, own: readonly string[], others: readonly string[]) =>
    `The network knows none of the classes of ${data}: it was trained on ${list(own)}, and ${data} has ${list(others)}. Choose images of its classes, or train it on these first.`,
  noneOfSplit: (data: string, split: string, own: readonly string[]) =>
    `No ${split} image of ${data} is of a class the network knows (${list(own)}). Choose another part of it, or other images.`,
  byPlace: (data: string) =>
    `The network’s classes have no names, so they are taken to be those of ${data} in their order.`,
  notCounted: (names: readonly string[]) =>
    `${list(names)} ${is(names, 'occurs', 'occur')} neither in these images nor in what they were taken for, and ${is(names, 'is', 'are')} left out of the means.`,

  /** Of training: what becomes of each score. */
  rescored: (layer: string, before: number, after: number, data: string) =>
    `${layer} now has ${scores(after)}${before === after ? '' : ` in place of ${whole(before)}`}, one for each class of ${data}, and learns them from fresh weights.`,
  scores: (
    layer: string,
    after: number,
    data: string,
    known: readonly string[],
    fresh: readonly string[],
    gone: readonly string[],
  ) =>
    `${layer} now has ${scores(after)}, one for each class of ${data}: ${[
      `${list(known)} ${is(known, 'keeps its', 'keep their')} weights`,
      fresh.length > 0 && `${list(fresh)} ${is(fresh, 'begins', 'begin')} with fresh ones`,
      gone.length > 0 && `${list(gone)} ${is(gone, 'goes', 'go')}`,
    ]
      .filter(Boolean)
      .join('; ')}.`,
  /** Before training, of what it will do. */
  willRescore: (before: number, after: number, own: readonly string[]) =>
    `The network ${own.length > 0 ? `knows none of these classes, but ${list(own)}` : `ends in ${scores(before)}, but there are ${whole(after)} classes here`}. Training gives it ${scores(after)}, which it learns from fresh weights; undo takes that back.`,
  willScore: (all: number, unknown: readonly string[], absent: readonly string[]) =>
    [
      unknown.length > 0
        ? `${whole(all - unknown.length)} of these ${whole(all)} classes ${all - unknown.length === 1 ? 'is' : 'are'} known to the network; ${list(unknown)} ${is(unknown, 'is', 'are')} not.`
        : 'All of these classes are known to the network.',
      absent.length > 0 ? `It also knows ${list(absent)}, of which there are no images here.` : '',
      `Training gives it ${scores(all)}, of which those of known classes keep their weights unless it begins anew; undo takes that back.`,
    ]
      .filter(Boolean)
      .join(' '),
  frozenScores: (layer: string) => `${layer} is frozen, so its fresh weights stay as they are.`,
  replaced: (data: string, fresh: readonly string[], gone: readonly string[]) =>
    `The classes are now those of ${data}: ${list(fresh)} ${is(fresh, 'begins', 'begin')} with the weights of ${list(gone)}.`,
  stay: (data: string, absent: readonly string[]) =>
    `${data} has no images of ${list(absent)}: ${is(absent, 'its score stays', 'their scores stay')}, and ${is(absent, 'is', 'are')} trained to be low.`,
  continueUnknown: (data: string, unknown: readonly string[], own: readonly string[]) =>
    `The last run was of other classes: it knows ${list(own)}, but not ${list(unknown)} of ${data}. Start from here instead, which keeps what is known and begins anew with the rest.`,
  otherFit: (now: Fit, before: Fit) =>
    `Images are ${fitted[now]} to the input here; those the network was trained with were ${fitted[before]}.`,
  untrained: (data: string, names: readonly string[]) =>
    `${data} has no training images of ${list(names)}, so the network can’t learn ${is(names, 'it', 'them')}. Set smaller shares aside, or put images of ${is(names, 'it', 'them')} among those for training.`,
} as const;
