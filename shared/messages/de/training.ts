/** Sentences about training, gradients, optimizers and the native engine. */
import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { ofImages } from './words.ts';

export const trainingMessages: Catalogue['training'] = {
  expected: {
    epochs: 'eine ganze Zahl von 1 bis 10.000',
    batchSize: 'eine ganze Zahl von 1 bis 4.096',
    learningRate: 'eine Zahl über 0 und bis 100',
    share: 'eine Zahl von 0 bis unter 1',
    notNegative: 'eine Zahl ab 0',
    positive: 'eine Zahl über 0',
    layerRate: 'eine Zahl von 0 bis 1.000',
    factor: 'eine Zahl über 0 und bis 1',
    rise: 'eine Zahl über 0 und bis 0,9',
    steps: 'eine ganze Zahl von 0 bis 1.000.000',
    cycle: 'eine Zahl von Epochen über 0 und bis 10.000',
    multiplier: 'eine Zahl von 1 bis 10',
    seed: 'eine ganze Zahl von 0 bis 4.294.967.295',
    averaging: 'gemittelte oder beste Gewichte, nicht beides',
    phases: 'Phasen, deren Epochen zusammen die des Laufs ergeben',
    weights: 'eine Liste von Zahlen über 0, eine für jede Klasse',
  },
  noNumbers: (images, of) =>
    `Bei ${whole(images)} von ${whole(of)} Bildern kam keine Zahl heraus (#ZAHL! im Blatt): Auf dem Weg zu ihren ` +
    'Klassenwerten werden Zahlen zu groß. Machen Sie die Änderung rückgängig, die das bewirkt, oder trainieren Sie ' +
    'mit frischen Gewichten.',
  countedWrong: 'Diese Bilder zählen als falsch.',
  noNumber: actual => `${actual}, es kam keine Zahl heraus`,
};

export const gradientMessages: Catalogue['gradients'] = {
  noProbabilities: layer =>
    `Das Netz endet in ${layer} und gibt so keine Wahrscheinlichkeiten, auf die sich trainieren ließe. Lassen Sie es ` +
    'in einem Softmax (eine Klasse je Bild) oder einem Sigmoid (mehrere Labels je Bild) enden.',
  probabilityMaps: layer =>
    `Das Netz endet in ${layer}, und diese Schicht liest Karten: Es gäbe eine Klasse für jedes Pixel. Setzen Sie ein ` +
    'Flatten oder ein globales Pooling und eine Dense-Schicht davor.',
  softmaxInside: layer =>
    `${layer} ist ein Softmax vor dem Ende des Netzes, wo er sich nicht trainieren lässt. Entfernen Sie ihn, oder ` +
    'setzen Sie eine andere Aktivierung an seine Stelle.',
  batchTooLarge: (layer, images, most) =>
    `Für Batches von ${ofImages(images)} reicht der Speicher nicht, vor allem wegen ${layer}. ${
      most > 0
        ? `Batches von ${whole(most)} passen: Verkleinern Sie die Batches oder die Karten von ${layer}.`
        : `Nicht einmal ein Bild passt: Verkleinern Sie Kernel oder Karten von ${layer}.`
    }`,
};

export const optimizerMessages: Catalogue['optimizers'] = {
  otherMemory:
    'Der Zustand des Optimierers nach dem letzten Lauf passt nicht zu diesem: Optimierer oder Schichten wurden ' +
    'geändert. Beginnen Sie mit den Gewichten, wie sie sind, statt fortzusetzen.',
};

export const nativeMessages: Catalogue['native'] = {
  absent:
    'Die native Engine (tensorflow) ist hier nicht installiert. Führen Sie im Ordner des Projekts npm run ' +
    'setup:native aus, oder wählen Sie die Engine wasm, die auch alles trainiert.',
  broken: reason =>
    `Die native Engine (tensorflow) lässt sich nicht laden: ${reason} Führen Sie im Ordner des Projekts npm run ` +
    'setup:native aus, oder wählen Sie die Engine wasm, die auch alles trainiert.',
};
