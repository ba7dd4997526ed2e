import type { PartialCatalogue } from '../catalogue.ts';

export const cellMessages: PartialCatalogue['cells'] = {
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
};

export const layerMessages: PartialCatalogue['layers'] = {
  headings: { gamma: 'Gamma', beta: 'Beta', movingMean: 'Mittel', movingVariance: 'Var.', rate: 'p' },
  names: {
    gamma: 'Gamma',
    beta: 'Beta',
    movingMean: 'gleitender Mittelwert',
    movingVariance: 'gleitende Varianz',
    rate: 'Wahrscheinlichkeit p, eine Zahl wegzulassen',
  },
  leakyDetail: (size, slope) => `${size} · ${slope}·x unter 0`,
  dropoutDetail: size => `${size} · nur beim Training`,
  outsideLimits: (cell, parameter) =>
    parameter === 'rate'
      ? `${cell} enthält die Wahrscheinlichkeit, eine Zahl wegzulassen: von 0 bis unter 1. Der alte Wert bleibt; ` +
        'geben Sie zum Beispiel 0,5 ein.'
      : `${cell} enthält eine Varianz, die nicht unter 0 liegen kann. Der alte Wert bleibt; geben Sie 0 oder mehr ein.`,
};
