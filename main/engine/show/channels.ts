/** Tensors split by channel, which is their last axis. A vector's channels are its units. */

/** Numbers of channels, ascending. */
export type Channels = readonly number[];

export function allChannels(count: number): Channels {
  return channelsWhere(count, () => true);
}

function channelsWhere(count: number, holds: (channel: number) => boolean): Channels {
  const channels: number[] = [];
  for (let channel = 0; channel < count; channel++) if (holds(channel)) channels.push(channel);
  return channels;
}

/** The channels that are in one or more of these lists. */
export function union(lists: readonly Channels[]): Channels {
  if (lists.length === 1) return lists[0];
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

/** The channels that these elements belong to, in a tensor of `count` channels. */
export function channelsOf(elements: ArrayLike<number>, count: number): Channels {
  const found = new Set<number>();
  for (let i = 0; i < elements.length && found.size < count; i++) found.add(elements[i] % count);
  return [...found].sort((a, b) => a - b);
}

/** All channels of the blocks that these channels are in. A block has `size` channels of the `count`. */
export function wholeBlocks(channels: Channels, size: number, count: number): Channels {
  if (size === 1 || channels.length === count) return channels;
  const blocks = new Set(channels.map(channel => Math.floor(channel / size)));
  return channelsWhere(count, channel => blocks.has(Math.floor(channel / size)));
}

/** The values of these channels alone: […,count] → […,channels.length]. */
export function takeChannels(values: Float32Array, count: number, channels: Channels): Float32Array {
  const width = channels.length;
  const taken = new Float32Array((values.length / count) * width);
  for (let from = 0, to = 0; to < taken.length; from += count, to += width) {
    for (let n = 0; n < width; n++) taken[to + n] = values[from + channels[n]];
  }
  return taken;
}

/** A copy of values […,count] in which these channels have the values of `part` […,channels.length]. */
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

/** Those of these channels in which two tensors […,count] differ. They are compared bit for bit, but NaN equals NaN. */
export function differentChannels(
  before: Float32Array,
  after: Float32Array,
  count: number,
  channels: Channels,
): Channels {
  if (4 * channels.length <= count)
    return channels.filter(channel => {
      for (let at = channel; at < after.length; at += count) if (numbersDiffer(before[at], after[at])) return true;
      return false;
    });
  // With many channels it is faster to go through all numbers in their order.
  const different = new Uint8Array(count);
  let found = 0;
  for (let from = 0; from < after.length && found < channels.length; from += count) {
    for (let channel = 0; channel < count; channel++) {
      const at = from + channel;
      if (different[channel] === 1 || !numbersDiffer(before[at], after[at])) continue;
      different[channel] = 1;
      found++;
    }
  }
  return found === channels.length ? channels : channels.filter(channel => different[channel] === 1);
}

/** Whether two tensors differ anywhere. They are compared bit for bit, but NaN equals NaN. */
export function differ(before: Float32Array, after: Float32Array): boolean {
  if (after.length < MANY) {
    for (let at = 0; at < after.length; at++) if (numbersDiffer(before[at], after[at])) return true;
    return false;
  }
  const [old, now] = [bitsOf(before), bitsOf(after)];
  for (let at = 0; at < now.length; at++) if (old[at] !== now[at] && numbersDiffer(before[at], after[at])) return true;
  return false;
}

/** From this many numbers on it is faster to compare their bits first, although that needs another view of the
 *  memory. */
const MANY = 256;

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** The same as !Object.is, but faster: 0 differs from −0, and NaN equals NaN. */
function numbersDiffer(one: number, other: number): boolean {
  if (one !== other) return !(Number.isNaN(one) && Number.isNaN(other));
  return one === 0 && 1 / one !== 1 / other;
}
