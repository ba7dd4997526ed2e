import { fixed, whole } from '../format.ts';

/** Words in the pictures of a film. */
export const filmMessages = {
  map: (layer: string, map: number) => `${layer}, map ${whole(map)}`,
  cellOf: (cell: number, of: number) => `cell ${whole(cell)} of ${whole(of)}`,
  products: 'Products',
  weights: 'Weights',
  above: 'positive products',
  below: 'negative products',
  strongestOf: (count: number, of: number) => `the strongest ${whole(count)} of ${whole(of)} maps`,
  someOf: (count: number, of: number) => `${whole(count)} of ${whole(of)} maps`,
  unit: (unit: number) => `unit ${whole(unit)}`,
  templates: 'Templates',
  overlaid: (maps: number) => `the weights of ${whole(maps)} maps laid over each other`,
  ranking: (whole: boolean) => (whole ? 'Ranking' : 'Ranking so far'),
  before: 'before',
  kernelOf: (kernel: number, map?: number) =>
    map === undefined ? `Kernel ${whole(kernel)}` : `Kernel ${whole(kernel)}, map ${whole(map)}`,
  someKernels: (count: number, of: number) => `the strongest ${whole(count)} of ${whole(of)}`,
  loss: 'Loss',
  lossOf: (loss: number) => `loss ${fixed(loss, 3)}`,
  step: (step: number) => `Step ${whole(step)}`,
  window: { MAX: 'The largest of', MIN: 'The smallest of', AVERAGE: 'The mean of', SUM: 'The sum of' },
  spoken: (title: string, caption: string) => `${title}: ${caption}`,
} as const;
