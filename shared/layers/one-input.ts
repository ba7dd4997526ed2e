import { sentences } from '../messages/sentences.ts';

/** The input count of most kinds: exactly one. */
export const oneInput = {
  least: 1,
  most: 1,
  refusal: (layer: string, count: number) => sentences.network.inputCount(layer, count, 1),
} as const;
