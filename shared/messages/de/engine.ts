import type { PartialCatalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

export const engineMessages: PartialCatalogue['engine'] = {
  noWorkbook: 'Es ist keine Arbeitsmappe geöffnet. Öffnen Sie eine, oder beginnen Sie mit einer Vorlage.',
  unknownTensor: tensor =>
    `In der Arbeitsmappe gibt es ${tensor} nicht. Laden Sie das Fenster neu, falls das Netz geändert wurde.`,
  unknownElement: (tensor, index, size) =>
    `${tensor} hat ${whole(size)} Zahlen; eine Zahl ${whole(index + 1)} gibt es nicht.`,
  showDigit: index => `Testziffer ${index} zeigen`,
  otherWorkbook: 'Inzwischen wurde eine andere Arbeitsmappe geöffnet. Fragen Sie noch einmal.',
  classifying: 'Testziffern werden erkannt',
  calculating: layer => `${layer} wird berechnet`,
};
