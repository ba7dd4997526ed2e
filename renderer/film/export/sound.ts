import type { Sound } from './messages.ts';

/** Films have two channels. */
const CHANNELS = 2;

/** So many samples of a sound, from one of them on; silence before its beginning and after its end. A sound of one
 *  channel is heard from both sides. */
export function partOfSound(sound: Sound | undefined, from: number, count: number): Sound {
  return Array.from({ length: CHANNELS }, (_, nth) => {
    const part = new Float32Array(count);
    const channel = sound?.[Math.min(nth, sound.length - 1)];
    if (channel && from < channel.length && from + count > 0)
      part.set(channel.subarray(Math.max(0, from), from + count), Math.max(0, -from));
    return part;
  });
}
