import type { Catalogue } from '../catalogue.ts';
import { plural } from './words.ts';

export const lintMessages: Catalogue['lint'] = {
  title: 'Ratschläge',
  none: 'Es gibt keine Ratschläge.',
  unlooked:
    'Nach ReLUs, die immer 0 sind, wurde nicht gesucht: Durch ein so großes Netz brauchen Bilder dafür zu lange.',
  mark: count => plural(count, 'ein Ratschlag', `${count} Ratschläge`),
  waiting: 'Wenden Sie zuerst Ihre Änderungen an, oder brechen Sie sie ab.',
  hush: 'Nicht mehr zeigen',
  hushed: what => `Nicht mehr zeigen: ${what}`,
  tellAgain: count => `${plural(count, 'Einen', `${count}`)} wieder zeigen`,
  toldAgain: 'Alle Ratschläge wieder zeigen',
  goTo: layer => `${layer} zeigen`,
  unread: {
    what: (layer, rows, columns) => `${layer} liest ${edges(rows, columns)} seiner Eingabe nie.`,
    why: 'Was dort steht, ändert am Ergebnis nichts.',
    remedy: layer => `Rand um die Eingabe von ${layer} legen`,
  },
  skipped: {
    what: (layer, strides, window) =>
      `Die Schritte von ${layer} (${strides}) sind größer, als sein Fenster (${window}) reicht.`,
    why: 'Die Zellen zwischen zwei Fenstern werden nie gelesen.',
    remedy: (_layer, strides) => `Schritte von ${strides}`,
  },
  noActivation: {
    what: (layer, source) => `Zwischen ${source} und ${layer} steht keine Aktivierung.`,
    why: 'Zwei Faltungen nacheinander können nicht mehr als eine größere.',
    remedy: after => `ReLU nach ${after} einfügen`,
  },
  biasBeforeNorm: {
    what: layer => `Der Bias von ${layer} bewirkt nichts.`,
    why: 'Die Batch-Normalisierung danach zieht den Mittelwert ab, und den Bias mit ihm.',
    remedy: layer => `Bias von ${layer} weglassen`,
  },
  softmaxTwice: {
    what: (layer, next) => `${layer} ist ein Softmax vor dem Softmax ${next}.`,
    why: 'Wahrscheinlichkeiten zwischen 0 und 1 macht das zweite fast gleich, und es lernt kaum.',
    remedy: layer => `${layer} herausnehmen`,
  },
  sigmoidForClasses: {
    what: layer => `${layer} ist ein Sigmoid, aber jedes Bild hat genau eine Klasse.`,
    why: 'Ein Sigmoid bewertet jede Klasse für sich; ein Softmax teilt eine Gewissheit unter ihnen auf.',
    remedy: layer => `${layer} zum Softmax machen`,
  },
  heavyDense: {
    what: (layer, percent) => `${layer} hat ${percent} % der Parameter.`,
    why: 'So viele Gewichte lernen einzelne Bilder auswendig. Eine kleinere Karte davor braucht weniger.',
    remedy: (window, flat) => `Max-Pool ${window} vor ${flat} einfügen`,
    remedyMean: flat => `${flat} den Mittelwert jeder Karte nehmen lassen`,
  },
  zeroKernel: {
    what: (layer, filters, of) =>
      filters === of
        ? `Die Gewichte von ${layer} sind alle 0.`
        : plural(filters, `Ein Kernel von ${layer} ist ganz 0.`, `${filters} Kernel von ${layer} sind ganz 0.`),
    why: 'So wird nichts gefunden, was auch immer das Bild zeigt.',
    remedy: (_layer, filters) => plural(filters, 'Ihm frische Gewichte geben', 'Ihnen frische Gewichte geben'),
  },
  dead: {
    what: (layer, count, of) => `${count} von ${of} Ausgaben von ${layer} sind bei jedem Bild einer Stichprobe 0.`,
    why: 'Ein ReLU, das immer 0 ist, gibt nichts weiter und lernt nie wieder.',
    remedy: layer => `${layer} auch unter 0 durchlässig machen`,
  },
};

function edges(rows: number, columns: number): string {
  const parts = [
    ...(rows > 0 ? [plural(rows, 'die letzte Zeile', `die letzten ${rows} Zeilen`)] : []),
    ...(columns > 0 ? [plural(columns, 'die letzte Spalte', `die letzten ${columns} Spalten`)] : []),
  ];
  return parts.join(' und ');
}
