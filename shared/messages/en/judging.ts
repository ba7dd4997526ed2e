/** Sentences about figures beyond accuracy. */
import { fixed, number, whole } from '../format.ts';

const columns = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

export const judgingMessages = {
  auc: 'AUC',
  aucHelp:
    'Area under the ROC curve: how probable an image of the class scores higher than another; mean of the classes',
  averagePrecision: 'Average precision',
  averagePrecisionHelp: 'The mean of the precision over all shares of images that are found; mean of the classes',
  /** The heading of a narrow column. */
  averagePrecisionShort: 'AP',
  fBeta: (beta: number) => `F${number(beta)}`,
  macroFBeta: (beta: number) => `Macro F${number(beta)}`,
  fBetaHelp: (beta: number) => `Recall counts ${number(beta)} times as much as precision; mean of the classes`,
  topK: (k: number) => `Top ${k}`,
  topKHelp: (k: number) => `Images whose class is among the ${k} most probable`,
  calibrationError: 'Calibration error',
  calibrationErrorHelp:
    'How far probabilities are from the share of images for which they are right, on average (15 equal intervals)',
  kappa: 'Kappa',
  kappaHelp: 'Cohen’s kappa: agreement with the actual classes; 0 is chance, 1 is all',
  quadraticKappa: 'Quadratic kappa',
  quadraticKappaHelp: 'Kappa in which a mistake counts by the square of how far it is off',
  meanAbsoluteError: 'Mean error',
  meanAbsoluteErrorHelp: (inNumbers: boolean) =>
    inNumbers
      ? 'How far the numbers of the classes are off, on average'
      : 'How many classes predictions are off, on average',
  own: 'Own metric',

  /** The window. */
  choices: 'What is measured',
  beta: 'Beta of F-beta',
  betaHelp: 'Recall counts so many times as much as precision: 1 for F1, 2 for F2',
  badBeta: 'Beta is a number above 0 and at most 100.',
  ordered: 'The classes are in an order',
  orderedHelp: 'As grades or ages are: a mistake is the larger the further it is off',
  formula: 'Own metric, a formula',
  formulaHelp: 'It reads actual and predicted, or truth and probability: =AVERAGE(ABS(actual-predicted))',
  curves: 'Curves',
  curvesOf: 'Class of the curves',
  roc: 'ROC curve',
  falseAlarms: 'false alarms',
  found: 'found',
  chance: 'chance',
  precisionRecall: 'Precision by recall',
  precision: 'precision',
  recall: 'recall',
  reliability: 'Reliability',
  probability: 'probability',
  right: 'right',
  ideal: 'ideal',
  allClasses: 'Predicted classes',
  allLabels: 'All labels',
  areaOf: (area: string) => `AUC ${area}`,
  precisionOf: (mean: string) => `average precision ${mean}`,
  noCurve: (name: string) => `There is no curve: all of these images are of class ${name}, or none is.`,
  rocFile: 'roc',
  precisionRecallFile: 'precision-recall',
  reliabilityFile: 'reliability',
  thresholds: 'Thresholds',
  thresholdsHelp: 'by label, for the largest F-beta',
  threshold: 'Threshold',
  atThreshold: 'at threshold',
  byThresholds: (beta: number, half: number, found: number) =>
    `F${number(beta)}, mean of the labels: ${fixed(half, 3)} at 0.5, ${fixed(found, 3)} at these thresholds.`,
  useThresholds: 'Predict with these',
  useHalf: 'Predict at 0.5 again',
  used: 'Predictions use the thresholds kept in this workbook.',
  foundOnTest:
    'Thresholds that were chosen on test images look better on them than on others. Choose them on validation images.',

  /** The command line. */
  figure: (name: string, value: string) => `${name} ${value}`,
  ownFigure: (formula: string, value: string) => `${formula} gives ${value}`,
  badThresholds: (text: string, classes: number) =>
    `--thresholds ${text}: give a number from 0 to 1 for each of the ${whole(classes)} labels, as in 0.3,0.5, or ` +
    '“half” for 0.5.',
  thresholdsForLabels: '--thresholds is for networks that give several labels an image. Leave it out.',
  betaOption: (text: string) => `--beta ${text}: give a number above 0 and at most 100.`,
  outputEnding: (path: string) => `-o ${path}: the file of a workbook ends in .convsheet. Add the ending.`,
  metricOption: (reason: string) => `--metric: ${reason}`,

  metric: {
    unreadable: (reason: string, names: readonly string[]) => `${reason} A metric reads the columns ${columns(names)}.`,
    readsCells: (names: readonly string[]) =>
      `A metric reads no cells of the sheet, but the columns ${columns(names)}, as in =AVERAGE(ABS(actual-predicted)).`,
    readsNothing: (names: readonly string[]) =>
      `The formula reads none of the columns ${columns(names)}. Write one, as in =AVERAGE(ABS(actual-predicted)).`,
    noImages: 'No image has scores, so the metric has nothing to read.',
    tooMany: (numbers: number, most: number) =>
      `The metric reads ${whole(numbers)} numbers; at most ${whole(most)} are possible. Evaluate fewer images.`,
    manyValues: (count: number) => `The formula gives ${whole(count)} values. Make one of them with AVERAGE or SUM.`,
    noNumber: (value: string) => `The formula gives ${value}, which is no number.`,
  },
};
