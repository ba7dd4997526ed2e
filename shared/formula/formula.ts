import type { RangePlace } from '../places.ts';

/** What a formula reads there; parameter: those of a batchNorm layer. */
export type ReferenceRole = 'activation' | 'kernel' | 'bias' | 'parameter' | 'actual';
/** Parameters stay where they are when a formula is filled or copied; everything else moves with it. */
export function isAbsolute(role: ReferenceRole): boolean {
  return role === 'kernel' || role === 'bias' || role === 'parameter';
}
/** One reference of a formula: where it stands in the text (start inclusive, end exclusive) and the cells it means. */
export type Reference = { start: number; end: number; range: RangePlace; role: ReferenceRole };
/** A derived formula: its text with the leading "=", and its references in the order they stand in the text. */
export type Formula = { text: string; references: Reference[] };
