import { expect, test, vi } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { fusesHere } from './modules.ts';
import { createHeap } from './testing/heap.ts';

test('the kernels round products and sums, or only their result', () => {
  // a² = 1 + 2⁻¹¹ + 2⁻²⁴, which float32 rounds to 1 + 2⁻¹¹.
  const [a, c] = [1 + 2 ** -12, -1 - 2 ** -11];
  expect(createHeap(createRandom(1)).exports.multiplyAdd(a, a, c)).toBe(0);
  if (fusesHere()) expect(createHeap(createRandom(1), true).exports.multiplyAdd(a, a, c)).toBe(2 ** -24);
});

test('CONVSHEET_FMA=0 switches off that they multiply and add in one step', async () => {
  vi.resetModules();
  vi.stubEnv('CONVSHEET_FMA', '0');
  const again = await import('./modules.ts');
  expect(again.fusesHere()).toBe(false);
  vi.unstubAllEnvs();
});
