import type { RangePlace } from '../places.ts';

/** The kind of tensor a formula reads. `parameter` means a parameter of a batchNorm layer. */
export type ReferenceRole = 'activation' | 'kernel' | 'bias' | 'parameter' | 'actual';
/** Whether a reference stays the same when its formula is filled or copied. References to parameters do. */
export function isAbsolute(role: ReferenceRole): boolean {
  return role === 'kernel' || role === 'bias' || role === 'parameter';
}
/** One reference of a formula: its place in the text (start inclusive, end exclusive) and the cells that it means. */
export type Reference = { start: number; end: number; range: RangePlace; role: ReferenceRole };
/** A derived formula: its text with the leading "=", and its references in the order of the text. */
export type Formula = { text: string; references: Reference[] };
