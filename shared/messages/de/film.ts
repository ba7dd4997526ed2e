import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

/** Wörter in den Bildern eines Films. */
export const filmMessages: Catalogue['film'] = {
  map: (layer: string, map: number) => `${layer}, Karte ${whole(map)}`,
  cellOf: (cell: number, of: number) => `Zelle ${whole(cell)} von ${whole(of)}`,
  products: 'Produkte',
  weights: (label: string) => `Gewichte, ${label}`,
  window: { MAX: 'Größte von', MIN: 'Kleinste von', AVERAGE: 'Mittel von', SUM: 'Summe von' },
  spoken: (title: string, caption: string) => `${title}: ${caption}`,
};
