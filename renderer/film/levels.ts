/** How loud a sound is at each moment, in decibels under the loudest that there is, and what to say about it. */

export type Level = 'silent' | 'quiet' | 'good' | 'loud';
/** `now`: the largest sample just now. `peak`: the largest one a while ago. */
export type Levels = { now: number; peak: number; level: Level };

/** Nothing is shown below it. */
export const LEAST_LEVEL = -60;
/** Peaks of speech into a microphone that is set well lie between the last two. */
const SILENT = -50;
const QUIET = -27;
const LOUD = -1;
/** Milliseconds that a peak counts: pauses between words are shorter. */
const HELD = 2000;

export const decibels = (size: number): number => 20 * Math.log10(size);

/** `add` takes the samples since the last call, and the time in milliseconds. */
export function createLevels(): { add(samples: Float32Array, time: number): Levels } {
  let peaks: { time: number; size: number }[] = [];
  return {
    add(samples, time) {
      let size = 0;
      for (const sample of samples) size = Math.max(size, Math.abs(sample));
      peaks = [...peaks.filter(each => time - each.time < HELD && each.size > size), { time, size }];
      const peak = Math.max(LEAST_LEVEL, decibels(peaks[0].size));
      return { now: Math.max(LEAST_LEVEL, decibels(size)), peak, level: levelOf(peak) };
    },
  };
}

function levelOf(peak: number): Level {
  if (peak < SILENT) return 'silent';
  if (peak < QUIET) return 'quiet';
  return peak < LOUD ? 'good' : 'loud';
}
