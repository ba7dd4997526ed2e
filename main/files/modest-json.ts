import { isModestJson } from '../../shared/json.ts';
import { FORMULA_LEVELS } from '../../shared/layers/layer-formula.ts';

/** Real files are seven levels deep, and below that are the formulas of formula layers. Thousands of levels could
 *  exhaust the stack. */
const DEPTH = 64 + FORMULA_LEVELS;

/** Parses JSON text. undefined if it is no JSON, is too deep, or has more values than allowed. */
export function parseModestJson(bytes: Uint8Array, values: number): unknown {
  if (!isModestJson(bytes, { depth: DEPTH, values })) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
