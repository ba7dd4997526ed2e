import { whole } from '../format.ts';
import { list, plural } from './words.ts';

/** Words and sentences about formula layers: layers whose numbers follow from formulas that a user wrote. */
export const formulaLayerMessages = {
  /** Before the formula in lists. */
  mark: 'fx',
  /** Read out after the name of a layer. */
  spoken: 'formula layer',
  /** The formula of a layer in lists. `count`: how many it has, one for each map. */
  ofLayer: (formula: string, count: number) => (count > 1 ? `${formula} (1 of ${whole(count)})` : formula),
  formula: 'Formula',
  formulaOf: (map: number) => `Formula of map ${whole(map)}`,
  formulaHelp: 'As it stands in the first cell. Enter fills it over the whole layer.',
  applyFirst: 'Apply or cancel the other edits first.',
  builtIn: 'Back to the built-in layer',
  begunAnew: (layers: readonly string[]) =>
    `${list(layers)} ${plural(layers.length, 'begins', 'begin')} with new weights. Those from before the formula ` +
    'come back only with undo.',
  builtInLabel: (layer: string) => `Back to the built-in ${layer}`,
  notFormula: (layer: string) => `${layer} has its own formulas already. Nothing is typed over it.`,
  fillLabel: (layer: string) => `Formula of ${layer}`,
  /** Cells whose numbers are weights. */
  learn: 'Learns in training',
  learnShort: 'learns',
  learnLabel: (cells: string) => `Let ${cells} learn`,
  unlearnLabel: (cells: string) => `Don't let ${cells} learn`,
  noNumbers: (cells: string) => `A weight is a number, and ${cells} holds none. Type one first.`,
  weightOf: (layer: string) => `a weight of ${layer}, which training changes`,
  learnsUnread: 'learns once a formula layer reads it',
  /** In the list of what is typed over cells. */
  nearly: (layer: string, differing: number) =>
    `Nearly a layer: ${layer} (${plural(differing, 'one cell differs', `${whole(differing)} cells differ`)})`,
  blank: 'no formula',
  otherFormula: 'another formula',
  notLayer: (layer: string) => `No layer: the formulas over ${layer}`,
  made: (layer: string, formula: string) => `${layer} is now a formula layer: ${formula}. It trains.`,
  leave: 'Keep as overrides',
  leaveHelp: (layer: string) => `Keep the formulas of ${layer} as overrides of single cells`,
  almost: (layer: string, differing: number, of: number, cells: readonly string[]) =>
    `${whole(differing)} of ${whole(of)} cells of ${layer} ${plural(differing, 'differs', 'differ')} from the ` +
    `formula of the others: ${cells.join(', ')}${differing > cells.length ? ', …' : ''}. With the same formula ` +
    'everywhere it becomes a layer.',
  show: 'Show them',
  overrides: (layer: string, reason: string) => `The formulas over ${layer} stay overrides: ${reason}`,
  /** Why a formula can't be that of a layer. */
  texts: 'They make texts, and a layer calculates with numbers.',
  shape:
    "A layer can't calculate such a formula. It takes numbers, cells of earlier layers, and ranges in SUM, AVERAGE, " +
    'MAX, MIN, SUMSQ and SUMPRODUCT.',
  unknownFunction: (name: string) => `A layer can't calculate ${name}.`,
  position: (name: string) =>
    `A layer can't calculate ${name}: all its cells have one formula, and that doesn't know where a cell stands.`,
  itself: (layer: string) => `They read other cells of ${layer} itself.`,
  beside: (layer: string) => `They read columns beside ${layer}, which belong to the loss.`,
  later: (layer: string) => `They read ${layer}, which comes later.`,
  rangeElsewhere: (layer: string) =>
    `They read a range of weights of ${layer}. Of other layers, only single weights can be read.`,
  plainCell: (cell: string) =>
    `They read ${cell}. If it is to be a weight, put a number there and choose “Learns in training”.`,
  cells: 'They read ranges of cells that belong to no single layer.',
  named: (name: string) => `${name} names no number, weight or cell.`,
  uneven: "Their references don't move evenly from cell to cell.",
  denseRange: (layer: string) =>
    `They read ranges of the weights of ${layer}. Of a dense layer's weights, a layer's formula reads only ` +
    'single ones.',
  probabilities: (layer: string) =>
    `${layer} makes the probabilities that the loss comes from, so training keeps its own formulas. Yours count only ` +
    'on the sheet.',
  duringRun: (layer: string) =>
    `These formulas would make ${layer} a formula layer, and a run trains the layers as they are. Stop the run first.`,
} as const;
