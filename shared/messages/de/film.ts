import type { Catalogue } from '../catalogue.ts';
import { fixed, whole } from '../format.ts';

/** Wörter in den Bildern eines Films. */
export const filmMessages: Catalogue['film'] = {
  map: (layer: string, map: number) => `${layer}, Karte ${whole(map)}`,
  cellOf: (cell: number, of: number) => `Zelle ${whole(cell)} von ${whole(of)}`,
  products: 'Produkte',
  weights: 'Gewichte',
  above: 'positive Produkte',
  below: 'negative Produkte',
  strongestOf: (count: number, of: number) => `die stärksten ${whole(count)} von ${whole(of)} Karten`,
  someOf: (count: number, of: number) => `${whole(count)} von ${whole(of)} Karten`,
  unit: (unit: number) => `Einheit ${whole(unit)}`,
  templates: 'Schablonen',
  overlaid: (maps: number) => `die Gewichte von ${whole(maps)} Karten übereinander`,
  ranking: (whole: boolean) => (whole ? 'Rangliste' : 'Rangliste bisher'),
  before: 'vorher',
  kernelOf: (kernel: number, map?: number) =>
    map === undefined ? `Kernel ${whole(kernel)}` : `Kernel ${whole(kernel)}, Karte ${whole(map)}`,
  someKernels: (count: number, of: number) => `die stärksten ${whole(count)} von ${whole(of)}`,
  loss: 'Fehler',
  lossOf: (loss: number) => `Fehler ${fixed(loss, 3)}`,
  step: (step: number) => `Schritt ${whole(step)}`,
  window: { MAX: 'Größte von', MIN: 'Kleinste von', AVERAGE: 'Mittel von', SUM: 'Summe von' },
  spoken: (title: string, caption: string) => `${title}: ${caption}`,
};
