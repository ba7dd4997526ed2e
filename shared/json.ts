/** JSON from outside, looked at before anything is made of it: a few million empty objects fit a small file, and would
 *  take gigabytes. */

export type JsonLimits = { depth: number; values: number };

/** Keys of one object: many different ones are slow to read. Ours have a few thousand at most, one a tensor. */
const MOST_KEYS = 20_000;

/** Whether JSON text (as UTF-8) nests no deeper, has no more values than this, and no endless object. It may be no JSON
 *  all the same. */
export function isModestJson(bytes: Uint8Array, { depth, values }: JsonLimits): boolean {
  let open = 0;
  let count = 1;
  /** Of the objects that are open, by their depth. */
  const keys = new Int32Array(depth + 1);
  for (let at = 0; at < bytes.length; at++) {
    const letter = bytes[at];
    if (letter === QUOTE) {
      at++;
      while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    } else if (letter === COMMA) count++;
    else if (letter === BRACKET || letter === BRACE) {
      count++;
      if (++open <= depth) keys[open] = 0;
    } else if (letter === BRACKET + 2 || letter === BRACE + 2) open--;
    else if (letter === COLON) keys[Math.max(open, 0)]++;
    else continue;
    if (open > depth || count > values || keys[Math.max(open, 0)] > MOST_KEYS) return false;
  }
  return true;
}

const [QUOTE, COMMA, BRACKET, BACKSLASH, BRACE, COLON] = new TextEncoder().encode('",[\\{:');
