/** Schemas for the settings of layer kinds. The message of a schema says which values it takes. */
import * as v from 'valibot';
import { LIMITS } from '../network-limits.ts';
import { issuesOf } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';

const expected = issuesOf(sentences.network.expected);
const layersExpected = issuesOf(sentences.layers.expected);

export function whole(maximum: number) {
  return wholeFrom(1, maximum, expected.whole(maximum));
}
function wholeFrom(minimum: number, maximum: number, message: string) {
  return v.pipe(v.number(message), v.integer(message), v.minValue(minimum, message), v.maxValue(maximum, message));
}
export function number(minimum: number, maximum: number, message: string) {
  return v.pipe(v.number(message), v.minValue(minimum, message), v.maxValue(maximum, message));
}
export const flag = v.boolean(expected.flag);
export const padding = v.picklist(['valid', 'same'], expected.padding);
/** The sides or strides of a window: height, width. */
export const windowSides = v.pipe(
  v.strictTuple([whole(LIMITS.window), whole(LIMITS.window)], expected.pair),
  v.readonly(),
);

const zeroCounts = layersExpected.zeroSides(LIMITS.window);
const zeroCount = wholeFrom(0, LIMITS.window, expected.wholeOrNone(LIMITS.window));
const zeroPair = v.pipe(v.strictTuple([zeroCount, zeroCount], zeroCounts), v.readonly());
/** How many zeros there are around a map: [[top, bottom], [left, right]]. */
export const zeroSides = v.pipe(v.strictTuple([zeroPair, zeroPair], zeroCounts), v.readonly());
