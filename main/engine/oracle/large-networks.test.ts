import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom, createRandomFor } from '../../../shared/random.ts';
import { describeTensors, parseNetwork, type TensorId } from '../../../shared/network.ts';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { findBackend, type KernelFunc, registerKernel } from '@tensorflow/tfjs-core';
import { countHandles, download, type Handle, startBackend, upload } from '../backend/backend.ts';
import { type Call, checked } from '../kernels/call.ts';
import { createForward } from '../show/forward.ts';
import { largeNetwork, tryNetwork } from './large-networks.ts';
import { checkBatchMemory, largestBatch } from '../batch/batch-memory.ts';

beforeAll(startBackend);

/** A chain of convolutions that change nothing: the middle weight of each kernel is 1, all others are 0. */
function identities(count: number, side: number, [height, width]: [number, number]) {
  const layers = Array.from({ length: count }, (_, n) => ({
    id: `c${n}`,
    name: `c${n}`,
    inputs: [n === 0 ? 'in' : `c${n - 1}`],
    kind: 'conv2d',
    filters: 1,
    kernelSize: [side, side],
    strides: [1, 1],
    padding: 'same',
    useBias: false,
  }));
  const input = { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [height, width, 1] };
  return parseNetwork({ version: 1, layers: [input, ...layers] });
}

describe('large networks', () => {
  test.each([
    [12, 63, [300, 80]],
    [20, 15, [512, 512]],
  ] as const)('%d convolutions of 1 × %d² that change nothing hand on %j as it is (fault 31)', (count, side, size) => {
    const network = identities(count, side, [...size]);
    const random = createRandom(31);
    const stored = new Map<TensorId, Float32Array>();
    for (const { id, role, size: numbers } of describeTensors(network)) {
      if (role === 'parameter') stored.set(id, new Float32Array(numbers).fill(1, (numbers - 1) / 2, (numbers + 1) / 2));
      if (role === 'pixels')
        stored.set(
          id,
          Float32Array.from({ length: numbers }, () => random.uniform()),
        );
    }
    const forward = createForward(network, stored);
    forward.update(stored.keys());
    const last = forward.value(`c${count - 1}/output`);
    expect(last.findIndex((shown, at) => shown !== stored.get('in/output')![at])).toBe(-1);
    forward.dispose();
  });

  test('near every limit are refused naming a layer, or show what plain loops calculate (fault 31)', () => {
    const trials: Record<'shown' | 'refused', number> = { shown: 0, refused: 0 };
    // A few seconds of work. `npm run fuzz -- memory` tries hundreds.
    for (let number = 0; number < 8; number++) {
      const random = createRandomFor(7, number, 0);
      const { refused, fault } = tryNetwork(largeNetwork(random), random);
      expect(fault, `network ${number}`).toBeUndefined();
      trials[refused === undefined ? 'shown' : 'refused']++;
    }
    expect(Math.min(trials.shown, trials.refused)).toBeGreaterThan(1);
  });
});

describe('memory', () => {
  const input = { id: 'in', name: 'in', inputs: [], kind: 'input' };
  const window = { strides: [1, 1], padding: 'same', useBias: true };
  const head = [
    { id: 'p', name: 'p', inputs: ['c'], kind: 'globalAveragePool2d' },
    { id: 's', name: 's', inputs: ['p'], kind: 'softmax' },
  ];

  test('the wasm heap refuses what it has no room for, instead of writing at address 0 (fault 31)', () => {
    const before = countHandles();
    const large = { length: 2 ** 30, buffer: new ArrayBuffer(8), byteOffset: 0 } as unknown as Float32Array;
    expect(() => upload(large, [2 ** 30])).toThrow('no room for 4294967296 bytes');
    expect(countHandles()).toBe(before);
  });

  test('a kernel of the backend that doesn’t write its result is noticed (fault 31)', () => {
    const kernelFunc = ({ inputs, backend }: Parameters<KernelFunc>[0]) =>
      (backend as BackendWasm).makeOutput(inputs.x!.shape, 'float32');
    registerKernel({ kernelName: 'Idle', backendName: 'wasm', kernelFunc });
    const call = { inputs: { x: upload(new Float32Array(6), [2, 3]) }, attrs: {}, backend: findBackend('wasm') };
    expect(() => checked('Idle')(call as unknown as Call<never>)).toThrow('Idle was not calculated');
    const shown = checked('Relu')(call as unknown as Call<never>) as Handle;
    expect(download(shown)).toEqual(new Float32Array(6));
  });

  test('batches that don’t fit in memory are refused naming the layer and the size that fits (fault 31)', () => {
    const network = parseNetwork({
      version: 1,
      layers: [
        { ...input, shape: [224, 224, 3] },
        { id: 'c', name: 'big', inputs: ['in'], kind: 'conv2d', filters: 64, kernelSize: [3, 3], ...window },
        ...head,
      ],
    });
    const most = largestBatch(network);
    expect(most).toBeGreaterThan(32);
    expect(() => checkBatchMemory(network, most)).not.toThrow();
    expect(() => checkBatchMemory(network, most + 1)).toThrow(
      `There is no memory for batches of ${most + 1} images, mostly because of big. Batches of ${most} fit`,
    );
  });

  test('a network whose padded map is too large for memory can be shown, but not trained (fault 31)', () => {
    const network = parseNetwork({
      version: 1,
      layers: [
        { ...input, shape: [1, 16_384, 500] },
        { id: 'c', name: 'tall', inputs: ['in'], kind: 'conv2d', filters: 2, kernelSize: [64, 1], ...window },
        ...head,
      ],
    });
    expect(() => checkBatchMemory(network, 1)).toThrow('mostly because of tall. Not even one image fits');
  });

  test.each([
    [
      'many multiplications',
      { filters: 100, kernelSize: [64, 64] },
      /takes 110,592,\d+,\d+ multip.+ in many: 110,592,000,000/,
    ],
    ['many numbers', { filters: 60_000, kernelSize: [1, 1] }, /numbers, more than the 200,000,000.+ of many: 300×300/],
  ])('a network of too %s is refused naming the layer (fault 31)', (_what, settings, sentence) => {
    const layers = [
      { ...input, shape: [300, 300, 3] },
      { id: 'c', name: 'many', inputs: ['in'], kind: 'conv2d', ...window, ...settings },
    ];
    expect(() => parseNetwork({ version: 1, layers })).toThrow(sentence);
  });
});
