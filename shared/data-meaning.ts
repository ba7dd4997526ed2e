/** Which classes of a data set are which classes of a network. Training, evaluation and panels all use this. Classes
 *  are told apart by their names, never by their order. */
import type { DataChoice, DataSummary, Fit } from './data.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import type { Workbook } from './workbook.ts';

export type Meaning = {
  /** For each class of the data set, the network's unit that stands for it; undefined where no unit does. */
  units: readonly (number | undefined)[];
  /** Classes of the data set that the network doesn't have. */
  unknown: readonly string[];
  /** Classes of the network that the data set doesn't have. */
  absent: readonly string[];
  /** The network's classes have no names. So the classes of the data set are taken in their order. */
  byPlace: boolean;
};

/** Workbooks keep class names up to this length. */
const LONGEST_NAME = 200;

/** What a class of a data set is called in a workbook. */
export const keptName = (name: string): string => name.slice(0, LONGEST_NAME);

/** What a data set's classes mean to a network with so many scores. `own` has the names of the network's classes, and
 *  is empty where they have none. */
export function meaningOf(own: readonly string[], scores: number, classes: readonly string[]): Meaning {
  const byPlace = own.length === 0;
  const units = byPlace
    ? classes.map((_, place) => (classes.length === scores ? place : undefined))
    : matchNames(classes.map(keptName), own);
  const known = new Set(units);
  return {
    units,
    unknown: classes.filter((_, place) => units[place] === undefined),
    absent: own.filter((_, unit) => !known.has(unit)),
    byPlace,
  };
}

/** For each name, the place of the same name among `others`. Three rules are tried in turn:
 *  - The names are written alike. Where both sides have such a name several times, and equally often, their order tells
 *    them apart.
 *  - One name on each side, and no further one, is the same but for case, spaces and how its characters are composed.
 *  - One name on each side, and no further one, is the same whole number, as 3, 003 and 3.0 are. */
export function matchNames(names: readonly string[], others: readonly string[]): (number | undefined)[] {
  const found = names.map((): number | undefined => undefined);
  const taken = new Set<number>();
  for (const [round, keyOf] of [composed, folded, numeral].entries()) {
    if (found.every(place => place !== undefined)) break;
    const [left, right] = [placesBy(keyOf, names), placesBy(keyOf, others)];
    for (const [key, places] of left) {
      const same = right.get(key);
      if (same?.length !== places.length || (round > 0 && places.length > 1)) continue;
      for (const [n, place] of places.entries()) {
        if (found[place] !== undefined || taken.has(same[n])) continue;
        found[place] = same[n];
        taken.add(same[n]);
      }
    }
  }
  return found;
}

const composed = (name: string) => name.normalize('NFC');
// Upper case first, because it turns ß into SS.
const folded = (name: string) => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase().toLowerCase();
const numeral = (name: string) => /^0*(\d+)(?:\.0*)?$/.exec(folded(name))?.[1] ?? folded(name);

function placesBy(keyOf: (name: string) => string, names: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, name] of names.entries()) {
    const key = keyOf(name);
    const others = places.get(key);
    if (others) others.push(place);
    else places.set(key, [place]);
  }
  return places;
}

/** Sentences that say how a network's scores change when it is trained on a data set. Empty if they stay. */
export function scoreRemarks(own: readonly string[], scores: number, classes: readonly string[]): Sentence[] {
  const { unknown, absent } = meaningOf(own, scores, classes);
  if (unknown.length === 0 && absent.length === 0) return [];
  const { willRescore, willScore } = sentences.meaning;
  if (unknown.length === classes.length) return [willRescore(scores, classes.length, own)];
  return [willScore(classes.length, unknown, absent)];
}

/** How the images that trained a workbook were fitted to its input. undefined if that isn't known. */
export function trainedFit({
  fit,
  runs,
}: Pick<Workbook, 'fit'> & { runs?: readonly { config: { data: DataChoice } }[] }): Fit | undefined {
  return fit ?? runs?.at(-1)?.config.data.fit;
}

/** A warning if images are fitted in another way than the images that trained the network. */
export function fitRemarks(fit: Fit, trained: Fit | undefined): Sentence[] {
  return trained === undefined || trained === fit ? [] : [sentences.meaning.otherFit(fit, trained)];
}

/** A warning where some classes have no training images. */
export function untrainedRemarks({
  name,
  classes,
  counts,
}: Pick<DataSummary, 'name' | 'classes' | 'counts'>): Sentence[] {
  const untrained = classes.filter((_, place) => counts[place].training === 0);
  return untrained.length === 0 ? [] : [sentences.meaning.untrained(name, untrained)];
}
