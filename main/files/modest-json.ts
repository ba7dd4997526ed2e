import { isModestJson } from '../../shared/json.ts';

/** Real files are seven levels deep. Thousands of levels could exhaust the stack. */
const DEPTH = 64;

/** Parses JSON text. undefined if it is no JSON, is too deep, or has more values than allowed. */
export function parseModestJson(bytes: Uint8Array, values: number): unknown {
  if (!isModestJson(bytes, { depth: DEPTH, values })) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
