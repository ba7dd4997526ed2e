/** Checks JSON from outside before it is parsed. A small file can hold millions of empty objects, which would take
 *  gigabytes of memory. */

export type JsonLimits = { depth: number; values: number };

/** The most keys of one object, because many different keys are slow to read. Our own files have one key for each
 *  tensor, a few thousand at most. */
const MOST_KEYS = 20_000;

/** Whether JSON text (in UTF-8) stays within these limits of depth and number of values, and has no object with too
 *  many keys. It doesn't check that the text is valid JSON. */
export function isModestJson(bytes: Uint8Array, { depth, values }: JsonLimits): boolean {
  let open = 0;
  let count = 1;
  /** For each depth, how many keys its open object has so far. */
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
