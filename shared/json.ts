/** JSON from outside, looked at before anything is made of it: a few million empty objects fit a small file, and would
 *  take gigabytes. */

export type JsonLimits = { depth: number; values: number };

/** Whether JSON text (as UTF-8) nests no deeper and has no more values than this. It may be no JSON all the same. */
export function isModestJson(bytes: Uint8Array, { depth, values }: JsonLimits): boolean {
  let open = 0;
  let count = 1;
  for (let at = 0; at < bytes.length; at++) {
    const letter = bytes[at];
    if (letter === QUOTE) {
      at++;
      while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    } else if (letter === COMMA) count++;
    else if (letter === BRACKET || letter === BRACE) {
      open++;
      count++;
    } else if (letter === BRACKET + 2 || letter === BRACE + 2) open--;
    else continue;
    if (open > depth || count > values) return false;
  }
  return true;
}

const [QUOTE, COMMA, BRACKET, BACKSLASH, BRACE] = new TextEncoder().encode('",[\\{');
