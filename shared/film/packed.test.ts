import { expect, test } from 'vitest';
import { pack, toBase64, unpack } from './packed.ts';

test('numbers, maps and arrays come back bit for bit, and a shared array is written once', () => {
  const shared = Float32Array.from({ length: 1001 }, (_, nth) => Math.fround(Math.sin(nth) * 10 ** ((nth % 70) - 35)));
  const special = new Float32Array([NaN, -0, Infinity, -Infinity, 1e-45]);
  const data = {
    states: [
      { tensors: new Map([['a/output', shared]]), step: 0 },
      {
        tensors: new Map([
          ['a/output', shared],
          ['b/bias', special],
        ]),
      },
    ],
    points: [{ loss: NaN, at: [null, true, 'x'] }, { loss: -Infinity }],
    words: new Uint32Array([0, 2 ** 32 - 1]),
    small: [new Int16Array([-1, 256]), new Uint8Array([7]), new Uint8Array(0), new Uint8Array([1, 2])],
  };
  const text = pack(data);
  const back = unpack(text) as typeof data;
  expect(back).toEqual(data);
  const bits = (numbers: Float32Array) => Array.from(new Uint32Array(numbers.slice().buffer));
  expect(bits(back.states[1].tensors.get('b/bias')!)).toEqual(bits(special));
  expect(back.states[0].tensors.get('a/output')).toBe(back.states[1].tensors.get('a/output'));
  expect(text.length).toBeLessThan((1001 * 4 * 4) / 3 + 600);
});

test('base64 is what others write', () => {
  for (let length = 0; length < 9; length++) {
    const bytes = Uint8Array.from({ length }, (_, nth) => (nth * 89 + 250) % 256);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  }
});
