/** Plain data with maps and typed arrays as JSON, for pages that play a film without the app. An array that stands in
 *  several places is written once. */

/** The kinds of typed arrays that films have. */
const ARRAYS = { float32: Float32Array, uint32: Uint32Array, int16: Int16Array, uint8: Uint8Array } as const;
type ArrayKind = keyof typeof ARRAYS;
type Numbers = Float32Array | Uint32Array | Int16Array | Uint8Array;

/** `arrays`: their kinds and their little-endian bytes in base64. What can't stand in JSON is an object with "$". */
type Packed = { arrays: [ArrayKind, string][]; value: unknown };

export function pack(value: unknown): string {
  const places = new Map<Numbers, number>();
  const arrays: Packed['arrays'] = [];
  const placeOf = (numbers: Numbers, kind: ArrayKind): number => {
    const known = places.get(numbers);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    const place = arrays.push([kind, toBase64(bytes)]) - 1;
    places.set(numbers, place);
    return place;
  };
  const packed = (each: unknown): unknown => {
    if (typeof each === 'number' && !Number.isFinite(each)) return { $number: String(each) };
    if (typeof each !== 'object' || each === null) return each;
    for (const kind of Object.keys(ARRAYS) as ArrayKind[])
      if (each instanceof ARRAYS[kind]) return { $array: placeOf(each, kind) };
    if (each instanceof Map) return { $map: Array.from(each, ([key, inner]) => [packed(key), packed(inner)]) };
    if (Array.isArray(each)) return each.map(packed);
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, packed(inner)]));
  };
  return JSON.stringify({ arrays, value: packed(value) } satisfies Packed);
}

/** The opposite of `pack`. */
export function unpack(json: string): unknown {
  const { arrays, value } = JSON.parse(json) as Packed;
  const numbers = arrays.map(([kind, text]) => new ARRAYS[kind](fromBase64(text).buffer));
  const unpacked = (each: unknown): unknown => {
    if (typeof each !== 'object' || each === null) return each;
    if (Array.isArray(each)) return each.map(unpacked);
    if ('$number' in each) return Number(each.$number);
    if ('$array' in each) return numbers[each.$array as number];
    if ('$map' in each) return new Map(unpacked(each.$map) as [unknown, unknown][]);
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, unpacked(inner)]));
  };
  return unpacked(value);
}

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const word = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const signs = [18, 12, 6, 0].map(shift => SIGNS[(word >> shift) & 63]);
    parts.push(left >= 3 ? signs.join('') : `${signs.slice(0, left + 1).join('')}${'='.repeat(3 - left)}`);
  }
  return parts.join('');
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const length = (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  const bytes = new Uint8Array(length);
  const values = new Map(Array.from(SIGNS, (sign, value) => [sign, value]));
  const valueAt = (place: number) => values.get(text[place]) ?? 0;
  for (let at = 0, to = 0; at < text.length; at += 4, to += 3) {
    const word = (valueAt(at) << 18) | (valueAt(at + 1) << 12) | (valueAt(at + 2) << 6) | valueAt(at + 3);
    bytes.set([word >> 16, (word >> 8) & 255, word & 255].slice(0, length - to), to);
  }
  return bytes;
}
