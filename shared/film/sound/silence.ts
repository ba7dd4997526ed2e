/** Where in a sound somebody speaks, and how large its samples are over time. */
import type { Samples } from './loudness.ts';

/** Seconds of a piece whose loudness is looked at, and what stays before the first word and after the last. */
const PIECE = 0.01;
const BEFORE = 0.15;
const AFTER = 0.3;
/** Decibels under the loud parts within which something counts as speech, and above the quiet parts. */
const BELOW_LOUD = 32;
const ABOVE_QUIET = 9;
const QUIETEST = -60;
/** So many pieces in a row are a sound; fewer are a click. */
const LEAST_PIECES = 3;

export type Part = { from: number; to: number };

/** From when to when somebody speaks, in seconds, with a little room. All of it where nobody does. */
export function spokenPart(samples: Samples, rate: number): Part {
  const whole = { from: 0, to: (samples[0]?.length ?? 0) / rate };
  const speech = speechOf(samples, rate);
  const starts = speech.findIndex((_, at) => isLong(speech, at));
  if (starts < 0) return whole;
  const ends = speech.findLastIndex((_, at) => isLong(speech, at - LEAST_PIECES + 1));
  return {
    from: Math.max(0, starts * PIECE - BEFORE),
    to: Math.min(whole.to, (ends + 1) * PIECE + AFTER),
  };
}

const isLong = (speech: readonly boolean[], from: number) =>
  from >= 0 && speech.slice(from, from + LEAST_PIECES).filter(Boolean).length === LEAST_PIECES;

/** For each piece, whether somebody speaks. */
function speechOf(samples: Samples, rate: number): boolean[] {
  const length = Math.max(1, Math.round(PIECE * rate));
  const count = Math.floor((samples[0]?.length ?? 0) / length);
  const levels = Array.from({ length: count }, (_, piece) => {
    let sum = 0;
    for (const channel of samples)
      for (let at = piece * length; at < (piece + 1) * length; at++) sum += channel[at] * channel[at];
    return 10 * Math.log10(sum / (length * samples.length) + 1e-12);
  });
  const sorted = levels.toSorted((one, other) => one - other);
  const [quiet, loud] = [0.1, 0.95].map(share => sorted[Math.floor(share * (count - 1))] ?? QUIETEST);
  // Where it is never quiet, as in a tone, all of it is speech.
  const floor = Math.min(quiet + ABOVE_QUIET, loud - ABOVE_QUIET);
  const least = Math.max(QUIETEST, loud - BELOW_LOUD, floor);
  return levels.map(level => level > least);
}

/** So many moments between words at which a sound is best cut: the longest pauses, in their order, in seconds. Fewer
 *  where there aren't as many. */
export function pausesIn(samples: Samples, rate: number, count: number): number[] {
  const speech = speechOf(samples, rate);
  const pauses: { from: number; length: number }[] = [];
  let since = speech.indexOf(true);
  if (since < 0) return [];
  for (let at = since; at < speech.length; at++) {
    if (!speech[at]) continue;
    if (at - since > 1) pauses.push({ from: since + 1, length: at - since - 1 });
    since = at;
  }
  return pauses
    .toSorted((one, other) => other.length - one.length)
    .slice(0, count)
    .map(({ from, length }) => (from + length / 2) * PIECE)
    .toSorted((one, other) => one - other);
}

/** The largest sizes in so many equal parts, from 0 to 1. */
export function peaksOf(samples: Samples, parts: number): number[] {
  const length = samples[0]?.length ?? 0;
  return Array.from({ length: parts }, (_, part) => {
    const [from, to] = [part, part + 1].map(each => Math.floor((each * length) / parts));
    let most = 0;
    for (const channel of samples) for (let at = from; at < to; at++) most = Math.max(most, Math.abs(channel[at]));
    return Math.round(1000 * Math.min(1, most)) / 1000;
  });
}

/** Whether a microphone was too loud: several samples in a row are the largest that there are, at several places. */
export function isClipped(samples: Samples): boolean {
  return samples.some(channel => {
    let [places, row] = [0, 0];
    for (const sample of channel) {
      row = Math.abs(sample) >= CLIPPED ? row + 1 : 0;
      if (row === CLIPPED_ROW) places++;
    }
    return places >= CLIPPED_PLACES;
  });
}
const CLIPPED = 0.985;
const CLIPPED_ROW = 3;
const CLIPPED_PLACES = 5;

/** The samples of a part. */
export const partOf = (samples: Samples, rate: number, { from, to }: Part): Float32Array<ArrayBuffer>[] =>
  samples.map(channel => channel.slice(Math.round(from * rate), Math.round(to * rate)));
