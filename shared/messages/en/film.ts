import { whole } from '../format.ts';

/** Words in the pictures of a film. */
export const filmMessages = {
  map: (layer: string, map: number) => `${layer}, map ${whole(map)}`,
  cellOf: (cell: number, of: number) => `cell ${whole(cell)} of ${whole(of)}`,
  products: 'Products',
  weights: (label: string) => `Weights, ${label}`,
  window: { MAX: 'The largest of', MIN: 'The smallest of', AVERAGE: 'The mean of', SUM: 'The sum of' },
  spoken: (title: string, caption: string) => `${title}: ${caption}`,
} as const;
