/** A schema for lists that checks the length before the items. */
import * as v from 'valibot';

/** Validation stops at the first fault. Otherwise a list of a million faults would give a million sentences. */
export const FIRST_FAULT = { abortEarly: true } as const;

/** A list of at most so many items. */
export function list<T extends v.GenericSchema>(
  item: T,
  most: number,
  message?: string,
): v.GenericSchema<v.InferInput<T>[], v.InferOutput<T>[]> {
  return v.pipe(
    v.array(v.unknown(), message ?? 'Expected a list'),
    v.maxLength(most, message ?? `Expected at most ${most.toLocaleString('en')} items`),
    v.array(item),
  ) as v.GenericSchema<unknown, unknown> as v.GenericSchema<v.InferInput<T>[], v.InferOutput<T>[]>;
}
