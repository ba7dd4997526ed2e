/** How loud a sound is to people, as broadcasters measure it: ITU-R BS.1770-4, with the gates of EBU R 128. */

/** The samples of each channel, from −1 to 1. */
export type Samples = readonly Float32Array[];

/** Seconds between two measurements, and how many of such pieces make a block. */
const PIECE_SECONDS = 0.1;
const BLOCK_PIECES = 4;
/** Blocks below this (in LUFS) are silence; so are those this much below the mean of the others. */
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;

/** The integrated loudness in LUFS. A sound of one channel counts as heard from two sides, which it is in a film.
 *  `alone`: whether there is silence before it and after it. undefined for silence; without any around, also for less
 *  than 0.4 s. */
export function loudnessOf(samples: Samples, rate: number, alone = false): number | undefined {
  const silence = alone ? Array.from({ length: BLOCK_PIECES - 1 }, () => 0) : [];
  const pieces = [...silence, ...powersOf(samples, rate), ...silence];
  const blocks: number[] = [];
  for (let at = 0; at + BLOCK_PIECES <= pieces.length; at++) blocks.push(meanOf(pieces.slice(at, at + BLOCK_PIECES)));
  const loud = blocks.filter(power => lufs(power) >= ABSOLUTE_GATE);
  if (loud.length === 0) return undefined;
  const gate = lufs(meanOf(loud)) + RELATIVE_GATE;
  return lufs(meanOf(loud.filter(power => lufs(power) >= gate)));
}

const meanOf = (powers: readonly number[]) => powers.reduce((sum, power) => sum + power, 0) / powers.length;
const lufs = (power: number) => -0.691 + 10 * Math.log10(power);

/** The power of each piece, weighted as ears hear and added over the channels. */
function powersOf(samples: Samples, rate: number): number[] {
  const length = Math.round(PIECE_SECONDS * rate);
  const count = Math.floor((samples[0]?.length ?? 0) / length);
  const powers = Array.from({ length: count }, () => 0);
  const [shelf, highPass] = weighting(rate);
  for (const channel of samples) {
    // Two filters of second order, one behind the other. Kept in locals, because this is most of the work.
    let [x1, x2, y1, y2, z1, z2] = [0, 0, 0, 0, 0, 0];
    for (let piece = 0; piece < count; piece++) {
      let sum = 0;
      for (let at = piece * length; at < (piece + 1) * length; at++) {
        const x = channel[at];
        const y = shelf.b0 * x + shelf.b1 * x1 + shelf.b2 * x2 - shelf.a1 * y1 - shelf.a2 * y2;
        const z = y - 2 * y1 + y2 - highPass.a1 * z1 - highPass.a2 * z2;
        [x2, x1] = [x1, x];
        [y2, y1] = [y1, y];
        [z2, z1] = [z1, z];
        sum += z * z;
      }
      powers[piece] += ((samples.length === 1 ? 2 : 1) * sum) / length;
    }
  }
  return powers;
}

/** The filters for a sample rate: a shelf, as a head has it, and a high pass. Made from the analogue ones that give the
 *  coefficients of the recommendation at 48 kHz. */
function weighting(rate: number) {
  const k = Math.tan((Math.PI * 1681.974450955533) / rate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  const shelf = {
    b0: (high + (band * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
  const low = Math.tan((Math.PI * 38.13547087602444) / rate);
  const lowQ = 0.5003270373238773;
  const lowA0 = 1 + low / lowQ + low * low;
  return [shelf, { a1: (2 * (low * low - 1)) / lowA0, a2: (1 - low / lowQ + low * low) / lowA0 }] as const;
}

/** Points between two samples at which the sound is looked at, and samples on each side that they follow from. */
const BETWEEN = 3;
const SIDE = 12;

/** The largest size of the sound at each sample and between it and the next one, over all channels: what comes out of a
 *  loudspeaker can be larger than every sample. */
export function truePeaks(samples: Samples): Float32Array {
  const length = samples[0]?.length ?? 0;
  const peaks = new Float32Array(length);
  const least = LOOKED_AT * Math.max(0, ...samples.map(largestSize));
  for (const channel of samples) {
    for (let at = 0; at < length; at++) {
      const here = Math.abs(channel[at]);
      const next = at + 1 < length ? Math.abs(channel[at + 1]) : 0;
      peaks[at] = Math.max(peaks[at], here);
      // Most of a sound is far from its peaks.
      if (Math.max(here, next) < least) continue;
      const first = at - SIDE + 1;
      for (const taps of TAPS) {
        let sum = 0;
        for (let nth = 0; nth < taps.length; nth++) {
          const from = first + nth;
          if (from >= 0 && from < length) sum += taps[nth] * channel[from];
        }
        peaks[at] = Math.max(peaks[at], Math.abs(sum));
      }
    }
  }
  return peaks;
}
/** Between samples that are smaller than this share of the largest one, nothing is looked at. */
const LOOKED_AT = 0.15;

/** The size of the largest value. */
export const largestSize = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** For each point between two samples, how much each sample around counts: a sinc within a window. */
const TAPS = Array.from({ length: BETWEEN }, (_, nth) => {
  const part = (nth + 1) / (BETWEEN + 1);
  return Float64Array.from({ length: 2 * SIDE }, (_each, tap) => {
    const away = tap - SIDE + 1 - part;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * away) / SIDE);
    return (window * Math.sin(Math.PI * away)) / (Math.PI * away);
  });
});
