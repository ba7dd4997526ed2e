/** Sounds of the same loudness: a gain, and a limiter for the peaks that it would make too large. */
import { largestSize, loudnessOf, type Samples, truePeaks } from './loudness.ts';

/** The loudness that all narrations get, in LUFS, and the largest true peak, in decibels under full scale. */
export const LOUDNESS = -16;
export const LARGEST_PEAK = -1;
/** The most that a gain may be away from 0: beyond it, one would hear the microphone's own noise. */
export const MOST_GAIN = 40;
/** A gain is found when the loudness is this near. */
const NEAR = 0.05;
const TRIES = 6;
/** Seconds by which the limiter sees a peak coming, and in which it lets go. */
const AHEAD = 0.005;
const RELEASE = 0.08;

export const factorOf = (decibels: number): number => 10 ** (decibels / 20);

/** The samples with a gain in decibels, and no true peak above the largest that there may be. */
export function withGain(samples: Samples, gain: number, rate: number): Float32Array<ArrayBuffer>[] {
  return limited(samples, truePeaks(samples), gain, rate);
}

function limited(samples: Samples, peaks: Float32Array, gain: number, rate: number): Float32Array<ArrayBuffer>[] {
  const factor = factorOf(gain);
  const ceiling = factorOf(LARGEST_PEAK);
  if (largestSize(peaks) * factor <= ceiling) return samples.map(channel => channel.map(sample => sample * factor));
  const curve = limits(peaks, factor, ceiling, rate);
  return samples.map(channel => channel.map((sample, at) => sample * factor * curve[at]));
}

/** How much of each sample the limiter lets through, at most 1: at every peak at most what keeps it under the ceiling,
 *  and going there and back smoothly. */
function limits(peaks: Float32Array, factor: number, ceiling: number, rate: number): Float32Array {
  const { length } = peaks;
  const ahead = Math.max(1, Math.round(AHEAD * rate));
  const letGo = 1 - Math.exp(-1 / (RELEASE * rate));
  const least = leastAhead(
    Float32Array.from(peaks, peak => ceiling / Math.max(ceiling, peak * factor)),
    ahead,
  );
  const curve = new Float32Array(length);
  // The mean over as long as it looks ahead: it has come down when the peak is there.
  let held = least[0];
  const recent = new Float32Array(ahead).fill(held);
  let sum = held * ahead;
  for (let at = 0; at < length; at++) {
    held = Math.min(least[at], held + (1 - held) * letGo);
    sum += held - recent[at % ahead];
    recent[at % ahead] = held;
    curve[at] = Math.min(1, sum / ahead);
  }
  return curve;
}

/** The least of each value and those after it, so many in all. */
function leastAhead(values: Float32Array, count: number): Float32Array {
  const least = new Float32Array(values.length);
  /** Places whose values rise; the first one is the least of those ahead. */
  const places = new Int32Array(values.length);
  let [first, end] = [0, 0];
  let next = 0;
  for (let at = 0; at < values.length; at++) {
    for (; next < Math.min(values.length, at + count); next++) {
      while (end > first && values[places[end - 1]] >= values[next]) end--;
      places[end++] = next;
    }
    if (places[first] < at) first++;
    least[at] = values[places[first]];
  }
  return least;
}

/** How a sound is evened. `loudness`: in LUFS, undefined for silence. `gain`: in decibels, to two places. `reached`:
 *  the loudness with it. A narration is measured with the rests around it, so that the whole film is as loud. */
export type Evening = { loudness: number | undefined; truePeak: number; gain: number; reached: number | undefined };

export function eveningOf(samples: Samples, rate: number): Evening {
  const loudness = loudnessOf(samples, rate, true);
  const peaks = truePeaks(samples);
  const truePeak = 20 * Math.log10(Math.max(1e-6, largestSize(peaks)));
  if (loudness === undefined) return { loudness, truePeak, gain: 0, reached: undefined };
  const within = (gain: number) => Math.round(100 * Math.max(-MOST_GAIN, Math.min(MOST_GAIN, gain))) / 100;
  let gain = within(LOUDNESS - loudness);
  let reached = loudness + gain;
  // The limiter takes some loudness away, so it needs a little more.
  for (let tried = 0; tried < TRIES && truePeak + gain > LARGEST_PEAK; tried++) {
    reached = loudnessOf(limited(samples, peaks, gain, rate), rate, true) ?? reached;
    const next = within(gain + LOUDNESS - reached);
    if (Math.abs(LOUDNESS - reached) < NEAR || next === gain || next > LOUDNESS - loudness + MOST_MORE) break;
    gain = next;
  }
  return { loudness, truePeak, gain, reached };
}
/** Decibels beyond the plain gain, after which a limiter would only distort. */
const MOST_MORE = 4;
