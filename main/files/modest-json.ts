import { isModestJson } from '../../shared/json.ts';

/** Real files nest seven deep; walking through thousands of levels could exhaust the stack. */
const DEPTH = 64;

/** What JSON text says; undefined where it is no JSON, or nests too deep, or has more values than this. */
export function parseModestJson(bytes: Uint8Array, values: number): unknown {
  if (!isModestJson(bytes, { depth: DEPTH, values })) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
