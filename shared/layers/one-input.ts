import { messages } from '../messages.ts';

/** Of most layers: they read exactly one. */
export const oneInput = {
  least: 1,
  most: 1,
  refusal: (layer: string, count: number) => messages.network.inputCount(layer, count, 1),
} as const;
