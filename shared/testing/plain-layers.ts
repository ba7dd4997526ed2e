/** Layers and networks for tests, as they come from outside: nothing about them is checked. */
import { UserError } from '../errors.ts';
import { parseNetwork } from '../network.ts';

export const input = { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [28, 28, 1] };
export const conv = {
  id: 'conv1',
  name: 'conv1',
  inputs: ['input'],
  kind: 'conv2d',
  filters: 2,
  kernelSize: [3, 3],
  strides: [1, 1],
  padding: 'valid',
  useBias: true,
};
export const network = (...layers: unknown[]): unknown => ({ version: 1, layers });
export const plain = (kind: string, from: string, id = kind): Record<string, unknown> => ({
  id,
  name: id,
  inputs: [from],
  kind,
});
export const dense = { id: 'dense', name: 'dense', inputs: ['flatten'], kind: 'dense', units: 10, useBias: true };

/** The sentence that refuses a network; 'accepted' if none does. */
export function refusal(value: unknown): string {
  try {
    parseNetwork(value);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
  return 'accepted';
}
