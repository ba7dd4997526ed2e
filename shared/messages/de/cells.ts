import type { Catalogue } from '../catalogue.ts';
import { number, whole } from '../format.ts';
import { plural } from './words.ts';

export const cellMessages: Catalogue['cells'] = {
  errors: {
    '#REF!': '#BEZUG!',
    '#NUM!': '#ZAHL!',
    '#DIV/0!': '#DIV/0!',
    '#VALUE!': '#WERT!',
    '#N/A': '#NV',
    '#NAME?': '#NAME?',
    '#NULL!': '#NULL!',
    '#CYCLE!': '#CYCLE!',
    '#SPILL!': '#ÜBERLAUF!',
  },
  truth: { true: 'WAHR', false: 'FALSCH' },
  caption: (name, detail) => (detail === '' ? name : `${name} · ${detail}`),
  mapsDetail: (maps, size) => `${maps} × ${size}`,
  inputDetail: size => `${size} · Pixel 0…1`,
  convDetail: (size, kernels, kernel) => `${size} · ${kernels} Kernel ${kernel}`,
  poolDetail: (size, maximum, window) => `${size} · ${maximum ? 'Maximum' : 'Mittel'} ${window}`,
  globalPoolDetail: (maps, maximum) => `${maps} · ${maximum ? 'Maximum' : 'Mittel'} jeder Karte`,
  denseDetail: (units, features) => `${units} × ${features} Gewichte`,
  partialCaption: layer => `${layer}, Teilsummen`,
  map: map => `Karte ${map}`,
  partialMap: (map, first, last) => `Karte ${map} aus ${first}–${last}`,
  kernel: kernel => `Kernel ${kernel}`,
  timesMap: map => `× Karte ${map}`,
  bias: 'Bias',
  unitOrClass: (unit, className) =>
    className === undefined
      ? `Einheit ${unit + 1}`
      : className.length < 3 || /^[\d.,\s]+$/.test(className)
        ? `Klasse ${className}`
        : className,
  rowAndColumn: (row, column) => `Zeile ${row}, Spalte ${column}`,
  kernelSlice: (kernel, map) => `Kernel ${kernel} × Karte ${map}`,
  weight: (unit, source) => `Gewicht für ${unit} von ${source}`,
  biasOf: what => `Bias von ${what}`,
  partialSum: (map, part) => `Karte ${map}, Teilsumme ${part}`,
  columnOf: (column, unit) => `${column} von ${unit}`,
  denseHeadings: { bias: 'Bias', output: 'Ausgabe' },
  softmaxHeadings: {
    shifted: 'Ausgabe−max',
    exp: 'exp',
    output: 'Softmax',
    actual: 'richtig',
    crossEntropy: 'Kreuzentropie',
  },
  sigmoidHeadings: { output: 'Sigmoid', actual: 'richtig', crossEntropy: 'Kreuzentropie' },
};

const layersCounted = (count: number) =>
  count === 0 ? 'keine Schichten' : plural(count, 'eine Schicht', `${whole(count)} Schichten`);

export const layerMessages: Catalogue['layers'] = {
  expected: {
    negativeSlope: 'eine Zahl von 0 bis 1.000',
    epsilon: 'eine Zahl von 1e-12 bis 1',
    momentum: 'eine Zahl von 0 bis 1',
    targetShape: 'eine Liste aus einer Zahl (ein Vektor) oder aus dreien (Höhe, Breite und Kanäle)',
    zeroSides: most => `eine Liste [[oben, unten], [links, rechts]] ganzer Zahlen von 0 bis ${whole(most)}`,
    formulas: most => `eine Liste von Formeln für eine Schicht, mit zusammen höchstens ${whole(most)} Teilen,`,
    ownWeights: most => `eine Liste von 1 bis ${whole(most)} Zahlen`,
    instead: 'die Einstellungen der Schicht, an deren Stelle die Formeln treten,',
    besides: most => `eine ganze Zahl von 0 bis ${whole(most)}`,
  },
  reshapeSize: (layer, source, shape, target, size) =>
    `${layer} kann ${source} (${shape}) nicht als ${target} lesen: Das sind nicht gleich viele Zahlen. ` +
    `Als Vektor ist es [${size}].`,
  reshapeOrder: (layer, source, shape, target, size) =>
    `${layer} kann ${source} (${shape}) nicht als ${target} lesen, denn Zeilen, Spalten und Karten kämen ` +
    `durcheinander. Aus Karten wird ein Vektor [${size}], aus einem Vektor werden Karten mit einer Zelle, ` +
    `[1, 1, ${size}].`,
  addInputCount: (layer, count, most) =>
    `${layer} addiert ${layersCounted(count)}. Verbinden Sie diese Schicht mit 2 bis ${whole(most)}.`,
  shapesDiffer: (layer, first, firstShape, other, otherShape) =>
    `${layer} addiert ${first} (${firstShape}) und ${other} (${otherShape}), deren Formen sich unterscheiden. Geben ` +
    'Sie beiden gleich viele Zeilen, Spalten und Karten, zum Beispiel mit einer 1×1-Faltung in einer von beiden.',
  concatenateInputCount: (layer, count, most) =>
    `${layer} fügt ${layersCounted(count)} aneinander. Verbinden Sie diese Schicht mit 2 bis ${whole(most)}.`,
  sidesDiffer: (layer, first, firstShape, other, otherShape) =>
    `${layer} fügt ${other} (${otherShape}) an ${first} (${firstShape}) an; das passt nicht. Verbinden Sie die ` +
    'Schicht nur mit Vektoren oder nur mit Karten, die alle gleich viele Zeilen und Spalten haben.',
  stridesDiffer: (layer, strides) =>
    `Die Schrittweiten von ${layer} sind ${strides}. Eine tiefenweise Faltung geht so weit nach unten wie zur Seite: ` +
    'Geben Sie beiden dieselbe Zahl.',
  dilatedStrides: layer =>
    `${layer} hat eine Dilatation und Schrittweiten über 1; das geht nicht zusammen. Setzen Sie die Schrittweiten ` +
    'oder dilationRate auf 1.',
  dilatedKernel: (layer, kernel, most) =>
    `Der Kernel von ${layer} ist ${kernel}. Ein Kernel mit Dilatation darf bis zu ${most} Gewichte je Kanal haben: ` +
    'Wählen Sie einen kleineren.',
  unequalGroups: (layer, groups, input, channels, filters) =>
    `${layer} kann ${channels === 1 ? 'eine Karte' : `${channels} Karten`} von ${input} und ` +
    `${filters === 1 ? 'einen Filter' : `${filters} Filter`} nicht in ${groups} gleiche Gruppen teilen. Wählen Sie ` +
    'eine Zahl, die beide teilt.',
  largeGroups: (layer, channels, most) =>
    `Eine Gruppe von ${layer} hat ${channels} Eingabekarten, und eine Formel fasst bis zu ${most}. Wählen Sie mehr ` +
    'Gruppen.',
  tooManyNormalised: (layer, input, channels, most) =>
    `${layer} normalisiert über die ${channels} Karten von ${input}, und eine Formel fasst bis zu ${most}. Geben Sie ` +
    `${input} weniger Karten.`,
  formulaInputCount: (layer, count, most) =>
    `${layer} liest ${count === 0 ? 'keine Schicht' : `${whole(count)} Schichten`}. Verbinden Sie diese Schicht mit ` +
    `1 bis ${most}.`,
  formulaCount: (layer, count, maps) =>
    `${layer} hat ${whole(count)} Formeln, aber ${whole(maps)} Karten oder Einheiten. Geben Sie dieser Schicht eine ` +
    'Formel für alle oder eine für jede.',
  formulaWithPartials: layer =>
    `${layer} liest so viele Karten, dass Teilsummen addiert werden; an diese Stelle kann keine Formel treten. ` +
    'Schreiben Sie die Formel über die Schicht danach, oder geben Sie der Schicht davor weniger Karten.',
  formulaRead: layer =>
    `Eine Formel von ${layer} liest etwas, das es nicht für alle ihre Zellen gibt. Machen Sie die Änderung ` +
    'rückgängig, oder entfernen Sie die Formel.',
  formulaTooLong: layer => `Eine Formel von ${layer} ist zu lang, um mit ihr zu lernen. Schreiben Sie eine kürzere.`,
  headings: { gamma: 'Gamma', beta: 'Beta', movingMean: 'Mittel', movingVariance: 'Var.', weights: 'w', rate: 'p' },
  names: {
    gamma: 'Gamma',
    beta: 'Beta',
    movingMean: 'gleitender Mittelwert',
    movingVariance: 'gleitende Varianz',
    rate: 'Wahrscheinlichkeit p, eine Zahl wegzulassen',
  },
  ownWeight: number => `eigenes Gewicht ${number}`,
  addDetail: (size, summands) => `${size} · ${summands.join(' + ')}`,
  concatenateDetail: (size, parts) => `${size} · ${parts.join(', ')}`,
  convDetail: (detail, dilation, groups) =>
    detail + (dilation === '1×1' ? '' : ` · alle ${dilation} Zellen`) + (groups === 1 ? '' : ` · ${groups} Gruppen`),
  depthwiseDetail: (size, kernel) => `${size} · je Karte ein Kernel ${kernel}`,
  zeroPaddingDetail: (size, top, bottom, left, right) =>
    `${size} · Nullen: ${top} oben, ${bottom} unten, ${left} links, ${right} rechts`,
  upSamplingDetail: (size, times) => `${size} · jede Zahl ${times}-mal`,
  leakyDetail: (size, slope) => `${size} · ${number(slope)}·x unter 0`,
  formulaDetail: size => `${size} · fx`,
  dropoutDetail: size => `${size} · nur beim Training`,
  outsideLimits: (cell, parameter) =>
    parameter === 'rate'
      ? `${cell} enthält die Wahrscheinlichkeit, eine Zahl wegzulassen, von 0 bis unter 1. Der alte Wert bleibt; ` +
        'geben Sie zum Beispiel 0,5 ein.'
      : `${cell} enthält eine Varianz, die nicht unter 0 liegen kann. Der alte Wert bleibt; geben Sie 0 oder mehr ein.`,
};
