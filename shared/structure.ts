import type { NetworkSpec } from './network.ts';

/** A name for what a change relies on: the layers of a network and the names of its classes. The same structure has the
 *  same name in every process and every version. */
export function structureName(network: NetworkSpec, classes: readonly string[]): string {
  const text = JSON.stringify([network, classes], inOrder);
  // Two FNV-1a hashes with different starts, so that two structures of one workbook never share a name by chance.
  let [low, high] = [0x811c9dc5, 0x9dc5811c];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193) ^ (low >>> 15);
  }
  return [low, high].map(sum => (sum >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Sorts an object's keys, because a file may have them in another order. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
