import { beforeAll, expect, test } from 'vitest';
import { activationsOf, releaseActivations } from '../show/activations.ts';
import { startBackend } from '../backend/backend.ts';
import { activate } from './activation.ts';

beforeAll(startBackend);

test('NaN stays NaN through every activation, whatever its sign bit', () => {
  const values = new Float32Array(19).fill(-1);
  const bits = new Uint32Array(values.buffer);
  // ∞ − ∞ has the sign bit set on x86, and not on ARM.
  for (const [i, nan] of [0xffc00000, 0x7fc00000, 0xff800001].entries()) bits[5 * i] = nan;
  for (const kind of ['relu', 'sigmoid', 'tanh'] as const) {
    const input = activationsOf(values, [19]);
    const output = activate(input, kind);
    expect(Array.from(output.values, Number.isNaN)).toEqual(Array.from(values, Number.isNaN));
    expect(output.finite).toBe(false);
    for (const activations of [input, output]) releaseActivations(activations);
  }
  expect(activate(activationsOf(Float32Array.of(Number.NaN, -2, -0, 3), [4]), 'relu').values).toEqual(
    Float32Array.of(Number.NaN, 0, 0, 3),
  );
});
