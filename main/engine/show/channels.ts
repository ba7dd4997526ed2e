/** Tensors taken apart by channel: by the places of their last axis. A vector's channels are its units. */

/** Channels by their numbers, rising. */
export type Channels = readonly number[];

export function allChannels(count: number): Channels {
  return channelsWhere(count, () => true);
}

function channelsWhere(count: number, holds: (channel: number) => boolean): Channels {
  const channels: number[] = [];
  for (let channel = 0; channel < count; channel++) if (holds(channel)) channels.push(channel);
  return channels;
}

/** Channels that are in one of these lists. */
export function together(lists: readonly Channels[]): Channels {
  if (lists.length === 1) return lists[0];
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

/** The channels of these elements of a tensor with so many channels. */
export function channelsOf(elements: ArrayLike<number>, count: number): Channels {
  const found = new Set<number>();
  for (let i = 0; i < elements.length && found.size < count; i++) found.add(elements[i] % count);
  return [...found].sort((a, b) => a - b);
}

/** These channels of `count`, and those that are in a block of `size` with one of them. */
export function wholeBlocks(channels: Channels, size: number, count: number): Channels {
  if (size === 1 || channels.length === count) return channels;
  const blocks = new Set(channels.map(channel => Math.floor(channel / size)));
  return channelsWhere(count, channel => blocks.has(Math.floor(channel / size)));
}

/** values […,count] → […,channels.length]: only these channels. */
export function takeChannels(values: Float32Array, count: number, channels: Channels): Float32Array {
  const width = channels.length;
  const taken = new Float32Array((values.length / count) * width);
  for (let from = 0, to = 0; to < taken.length; from += count, to += width) {
    for (let n = 0; n < width; n++) taken[to + n] = values[from + channels[n]];
  }
  return taken;
}

/** A copy of values […,count] that has these channels from `part` […,channels.length]. */
export function putChannels(
  values: Float32Array,
  count: number,
  channels: Channels,
  part: Float32Array,
): Float32Array<ArrayBuffer> {
  const width = channels.length;
  const result = values.slice();
  for (let from = 0, to = 0; from < part.length; from += width, to += count) {
    for (let n = 0; n < width; n++) result[to + channels[n]] = part[from + n];
  }
  return result;
}

/** Of these channels those in which two tensors […,count] differ, bit for bit; all NaN are alike. */
export function differentChannels(
  before: Float32Array,
  after: Float32Array,
  count: number,
  channels: Channels,
): Channels {
  if (4 * channels.length <= count)
    return channels.filter(channel => {
      for (let at = channel; at < after.length; at += count) if (areOthers(before[at], after[at])) return true;
      return false;
    });
  // Of many channels it is faster to go through all numbers as they stand.
  const different = new Uint8Array(count);
  let found = 0;
  for (let from = 0; from < after.length && found < channels.length; from += count) {
    for (let channel = 0; channel < count; channel++) {
      const at = from + channel;
      if (different[channel] === 1 || !areOthers(before[at], after[at])) continue;
      different[channel] = 1;
      found++;
    }
  }
  return found === channels.length ? channels : channels.filter(channel => different[channel] === 1);
}

/** Whether two tensors differ anywhere, as above. */
export function differ(before: Float32Array, after: Float32Array): boolean {
  if (after.length < MANY) {
    for (let at = 0; at < after.length; at++) if (areOthers(before[at], after[at])) return true;
    return false;
  }
  const [old, now] = [bitsOf(before), bitsOf(after)];
  for (let at = 0; at < now.length; at++) if (old[at] !== now[at] && areOthers(before[at], after[at])) return true;
  return false;
}

/** Of so many numbers it is faster to look at their bits, for which another array is made. */
const MANY = 256;

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** As !Object.is, which takes longer: 0 is not −0, and NaN is NaN. */
function areOthers(one: number, other: number): boolean {
  if (one !== other) return !(Number.isNaN(one) && Number.isNaN(other));
  return one === 0 && 1 / one !== 1 / other;
}
