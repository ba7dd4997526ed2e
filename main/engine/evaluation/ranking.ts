/** How well the scores of one label tell images that have it from those that don't, at every threshold. All figures
 *  equal scikit-learn's. Source: scikit-learn.org/stable/modules/model_evaluation.html */
import type { Curve } from '../../../shared/judging.ts';

/** Counts at each different score, from the highest: how many images with the label (`hits`) and without it
 *  (`falseAlarms`) have at least that score. The last ones are those of all images. */
export type Ranking = { scores: Float64Array; hits: Float64Array; falseAlarms: Float64Array };

/** The ranking of scores, which are float32 from 0 to 1. `actual`: 1 for images that have the label, else 0. */
export function rank(scores: ArrayLike<number>, actual: ArrayLike<number>): Ranking {
  const count = scores.length;
  const numbers = new Float32Array(scores);
  const keys = new Uint32Array(numbers.buffer);
  // The bits of positive float32 numbers are in their order, and there is a bit left for the label. Sorting such keys
  // by their digits takes a tenth of the time that sorting numbers takes.
  for (let i = 0; i < count; i++) keys[i] = (keys[i] << 1) | actual[i];
  const sorted = sortedByDigits(keys);
  const found = {
    scores: new Float64Array(count),
    hits: new Float64Array(count),
    falseAlarms: new Float64Array(count),
  };
  let hits = 0;
  let length = 0;
  for (let i = count - 1; i >= 0; i--) {
    const key = sorted[i];
    hits += key & 1;
    if (i > 0 && sorted[i - 1] >>> 1 === key >>> 1) continue;
    keys[length] = key >>> 1;
    found.hits[length] = hits;
    found.falseAlarms[length++] = count - i - hits;
  }
  found.scores.set(numbers.subarray(0, length));
  return {
    scores: found.scores.subarray(0, length),
    hits: found.hits.subarray(0, length),
    falseAlarms: found.falseAlarms.subarray(0, length),
  };
}

/** The keys in ascending order. `keys` stays as it is. */
function sortedByDigits(keys: Uint32Array): Uint32Array {
  let from = keys;
  let [to, spare] = [new Uint32Array(keys.length), new Uint32Array(keys.length)];
  const places = new Uint32Array(1 << DIGIT);
  for (let shift = 0; shift < 32; shift += DIGIT) {
    places.fill(0);
    for (let i = 0; i < from.length; i++) places[(from[i] >>> shift) & LAST_DIGIT]++;
    let place = 0;
    for (let digit = 0; digit < places.length; digit++) {
      const next = place + places[digit];
      places[digit] = place;
      place = next;
    }
    for (let i = 0; i < from.length; i++) to[places[(from[i] >>> shift) & LAST_DIGIT]++] = from[i];
    from = to;
    [to, spare] = [spare, to];
  }
  return from;
}
/** Bits of a digit. */
const DIGIT = 11;
const LAST_DIGIT = (1 << DIGIT) - 1;

/** The ROC curve: the share of the images without the label that are taken for it (x) and of those with it that are
 *  found (y), if scores from each threshold on count as a yes. It begins at (0, 0), with a threshold of Infinity.
 *  Points on the way between two others are left out. A share of no images is NaN. As `roc_curve`. */
export function rocCurve({ scores, hits, falseAlarms }: Ranking): Curve {
  const [most, mostFalse] = [hits.at(-1) ?? 0, falseAlarms.at(-1) ?? 0];
  const curve: Curve = {
    x: [mostFalse === 0 ? Number.NaN : 0],
    y: [most === 0 ? Number.NaN : 0],
    thresholds: [Infinity],
  };
  const bends = (counts: Float64Array, i: number) => counts[i + 1] - counts[i] !== counts[i] - counts[i - 1];
  const last = scores.length - 1;
  for (let i = 0; i <= last; i++) {
    if (i > 0 && i < last && !bends(hits, i) && !bends(falseAlarms, i)) continue;
    curve.x.push(falseAlarms[i] / mostFalse);
    curve.y.push(hits[i] / most);
    curve.thresholds.push(scores[i]);
  }
  return curve;
}

/** The area under the ROC curve: how probable it is that an image with the label has a higher score than one without.
 *  NaN if all images have the label, or none. As `roc_auc_score`. */
export function rocArea({ hits, falseAlarms }: Ranking): number {
  let [area, before, falseBefore] = [0, 0, 0];
  for (let i = 0; i < hits.length; i++) {
    area += ((falseAlarms[i] - falseBefore) * (hits[i] + before)) / 2;
    before = hits[i];
    falseBefore = falseAlarms[i];
  }
  return area / ((hits.at(-1) ?? 0) * (falseAlarms.at(-1) ?? 0));
}

/** The precision–recall curve: the share of images with the label that are found (x), and how many of those that are
 *  taken for it have it (y), from the lowest threshold to the highest; then (0, 1), with a threshold of Infinity. If no
 *  image has the label, x is 1. As `precision_recall_curve`. */
export function precisionRecallCurve({ scores, hits, falseAlarms }: Ranking): Curve {
  const most = hits.at(-1) ?? 0;
  const curve: Curve = { x: [], y: [], thresholds: [] };
  for (let i = scores.length - 1; i >= 0; i--) {
    curve.x.push(most === 0 ? 1 : hits[i] / most);
    curve.y.push(hits[i] / (hits[i] + falseAlarms[i]));
    curve.thresholds.push(scores[i]);
  }
  curve.x.push(0);
  curve.y.push(1);
  curve.thresholds.push(Infinity);
  return curve;
}

/** The mean of the precision over the recall that each threshold adds. 0 if no image has the label. As
 *  `average_precision_score`. */
export function averagePrecision({ hits, falseAlarms }: Ranking): number {
  const most = hits.at(-1) ?? 0;
  let sum = 0;
  for (let i = 0; i < hits.length; i++)
    sum += ((hits[i] - (i === 0 ? 0 : hits[i - 1])) * hits[i]) / (hits[i] + falseAlarms[i]);
  return most === 0 ? 0 : sum / most;
}

/** F-beta, in which recall counts beta times as much as precision: (1+β²)·hits ÷ (β²·actual+predicted). 0 if there is
 *  nothing to count. As `fbeta_score`. */
export function fBeta(beta: number, hits: number, predicted: number, actual: number): number {
  const whole = beta ** 2 * actual + predicted;
  return whole === 0 ? 0 : ((1 + beta ** 2) * hits) / whole;
}

/** The threshold, from 0 to 1, with the largest F-beta if probabilities above it count as a yes. It is in the middle
 *  between two scores; of equally good ones it is the nearest to 0.5. If no image has the label, it is 0.5. */
export function bestThreshold({ scores, hits, falseAlarms }: Ranking, beta: number): number {
  const actual = hits.at(-1) ?? 0;
  let best = { threshold: 0.5, score: 0 };
  for (const [i, score] of scores.entries()) {
    const threshold = (score + (scores[i + 1] ?? 0)) / 2;
    const found = fBeta(beta, hits[i], hits[i] + falseAlarms[i], actual);
    const nearer = Math.abs(threshold - 0.5) < Math.abs(best.threshold - 0.5);
    if (threshold < score && (found > best.score || (found === best.score && found > 0 && nearer)))
      best = { threshold, score: found };
  }
  return best.threshold;
}

/** At most so many thresholds of a ranking, the first and the last among them. The curves through them look as through
 *  all: they are about as far apart along both curves together. */
export function thinned(ranking: Ranking, most: number): Ranking {
  const { scores, hits, falseAlarms } = ranking;
  const last = scores.length - 1;
  if (last < most) return ranking;
  const [allHits, allFalse] = [hits[last] || 1, falseAlarms[last] || 1];
  const along = new Float64Array(scores.length);
  for (let i = 1; i <= last; i++) {
    const precision = hits[i] / (hits[i] + falseAlarms[i]);
    const before = hits[i - 1] / (hits[i - 1] + falseAlarms[i - 1]);
    const further = (hits[i] - hits[i - 1]) / allHits + (falseAlarms[i] - falseAlarms[i - 1]) / allFalse;
    along[i] = along[i - 1] + further + Math.abs(precision - before);
  }
  const kept = [0];
  for (let i = 1; i < last; i++) {
    const left = most - 1 - kept.length;
    const from = along[kept.at(-1)!];
    if (left > 0 && along[i] - from >= (along[last] - from) / (left + 1)) kept.push(i);
  }
  kept.push(last);
  const of = (values: Float64Array) => Float64Array.from(kept, i => values[i]);
  return { scores: of(scores), hits: of(hits), falseAlarms: of(falseAlarms) };
}
