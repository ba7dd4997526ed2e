/** What is calculated of sounds, in a worker because it can take seconds. Everything is plain data. */
import { eveningOf, withGain } from '../../../shared/film/sound/evened.ts';
import type { Samples } from '../../../shared/film/sound/loudness.ts';
import { isClipped, type Part, partOf, pausesIn, peaksOf, spokenPart } from '../../../shared/film/sound/silence.ts';
import type { Sound } from '../export/messages.ts';
import { SOUND_RATE } from '../export/messages.ts';

/** What is known of a recording, of which a part is heard. `peaks`: of the part, as loud as it is in the film.
 *  `loudness`: in LUFS, undefined for silence; `reached`: what it is in the film. */
export type Study = {
  part: Part;
  gain: number;
  loudness: number | undefined;
  reached: number | undefined;
  clipped: boolean;
  peaks: number[];
};

/** study: without a part, the one in which somebody speaks is found. wave: the peaks of all of it. */
export type SoundJobs = {
  study: { args: { sound: Sound; part?: Part }; gives: Study };
  wave: { args: { sound: Sound; parts: number }; gives: number[] };
  even: { args: { sound: Sound; gain: number }; gives: Sound };
  pauses: { args: { sound: Sound; count: number }; gives: number[] };
  encode: { args: { sound: Sound }; gives: Uint8Array<ArrayBuffer> | undefined };
};
export type SoundJob = keyof SoundJobs;

/** Parts of the picture of a narration: so many a second, within limits. */
const PARTS = { second: 12, least: 40, most: 1000 };

export function study({ sound, part = spokenPart(sound, SOUND_RATE) }: SoundJobs['study']['args']): Study {
  const heard: Samples = partOf(sound, SOUND_RATE, part);
  const { gain, loudness, reached } = eveningOf(heard, SOUND_RATE);
  const parts = Math.round(Math.max(PARTS.least, Math.min(PARTS.most, (part.to - part.from) * PARTS.second)));
  const louder = 10 ** (gain / 20);
  const peaks = peaksOf(heard, parts).map(peak => Math.round(1000 * Math.min(1, peak * louder)) / 1000);
  return { part, gain, loudness, reached, clipped: isClipped(heard), peaks };
}

export const wave = ({ sound, parts }: SoundJobs['wave']['args']): number[] => peaksOf(sound, parts);

export const even = ({ sound, gain }: SoundJobs['even']['args']): Sound => withGain(sound, gain, SOUND_RATE);

export const pauses = ({ sound, count }: SoundJobs['pauses']['args']): number[] => pausesIn(sound, SOUND_RATE, count);
