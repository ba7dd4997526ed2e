/** What a data set means to a network: which of its classes are which of the network's. Training, evaluating and panels
 *  all go by it, so that classes are told apart by what they are called and never by where they stand. */
import type { DataChoice, DataSummary, Fit } from './data.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import type { Workbook } from './workbook.ts';

export type Meaning = {
  /** For each class of the data set the network's unit that means it; undefined where it has none. */
  units: readonly (number | undefined)[];
  /** Classes of the data set that the network doesn't have. */
  unknown: readonly string[];
  /** Classes of the network that the data set doesn't have. */
  absent: readonly string[];
  /** The network's classes have no names, so as many of the data set are taken in their order. */
  byPlace: boolean;
};

/** As long as workbooks keep class names. */
const LONGEST_NAME = 200;

/** What a class of a data set is called in a workbook. */
export const keptName = (name: string): string => name.slice(0, LONGEST_NAME);

/** What a data set's classes mean to a network that ends in so many scores, called `own`; none of them has a name where
 *  that is empty. */
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

/** For each name the place of the same one among others. Names are the same where they are written alike; else where
 *  but one on either side differs in nothing but case, spaces or how its characters are composed; else where they are
 *  one whole number, as 3, 003 and 3.0 are. Several names written alike are told apart by their order, where there are
 *  as many on either side. */
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
// Upper case first: ß is SS there.
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

/** A sentence about what training on a data set makes of a network's scores, where they are others then. */
export function scoreRemarks(own: readonly string[], scores: number, classes: readonly string[]): Sentence[] {
  const { unknown, absent } = meaningOf(own, scores, classes);
  if (unknown.length === 0 && absent.length === 0) return [];
  const { willRescore, willScore } = sentences.meaning;
  if (unknown.length === classes.length) return [willRescore(scores, classes.length, own)];
  return [willScore(classes.length, unknown, absent)];
}

/** How the images a workbook was trained with were fitted to its input; undefined where that isn't known. */
export function trainedFit({
  fit,
  runs,
}: Pick<Workbook, 'fit'> & { runs?: readonly { config: { data: DataChoice } }[] }): Fit | undefined {
  return fit ?? runs?.at(-1)?.config.data.fit;
}

/** A sentence where images are fitted otherwise than those a network was trained with. */
export function fitRemarks(fit: Fit, trained: Fit | undefined): Sentence[] {
  return trained === undefined || trained === fit ? [] : [sentences.meaning.otherFit(fit, trained)];
}

/** A sentence where there are classes without training images. */
export function untrainedRemarks({
  name,
  classes,
  counts,
}: Pick<DataSummary, 'name' | 'classes' | 'counts'>): Sentence[] {
  const untrained = classes.filter((_, place) => counts[place].training === 0);
  return untrained.length === 0 ? [] : [sentences.meaning.untrained(name, untrained)];
}
