/** Where the cells that a lesson names are in the open workbook. A lesson names the cells of the network that it is
 *  about; if layers were added or removed since, they are elsewhere, and some may be gone. */
import { type CellRange, formatRange, parseRange } from '../address.ts';
import type { Names } from '../cells.ts';
import { type CellsReference, type Expression, mapLeaves, referencesOf, RELATIVE } from '../formula/expression.ts';
import { bound, cellsOf, isElement } from '../formula/placed.ts';
import { rangeOf } from '../formula/ranges.ts';
import { readFormula } from '../formula/typed.ts';
import { parseTarget } from '../goto.ts';
import { buildSheet, type Sheet } from '../layout/sheet.ts';
import type { RangePlace, SheetInfo } from '../places.ts';
import { networkTemplates, type TemplateName, templateSize } from '../templates.ts';

/** The open workbook, as far as a lesson needs to know it. */
export type OpenWorkbook = { sheet: Sheet; sheets: readonly SheetInfo[]; names: Names };

export type LessonPlaces = {
  /** A formula of the lesson as the engine takes it, or what is wrong with it. */
  formula: (text: string) => ReturnType<typeof readFormula>;
  /** Whether everything that a formula reads is in the open network. */
  isThere: (formula: Expression) => boolean;
  /** The cells that a text names, in the open workbook. undefined if it names none, or they are gone. */
  cells: (text: string) => RangePlace | undefined;
  /** A named place as the reader sees it: an address is the present one. */
  shown: (text: string) => string;
};

const sheets = new Map<TemplateName, Sheet>();

/** The sheet of a starter network. */
export function sheetOfTemplate(name: TemplateName): Sheet {
  let sheet = sheets.get(name);
  if (!sheet) {
    const { images, classes } = templateSize(name);
    sheets.set(name, (sheet = buildSheet(networkTemplates[name](images, classes))));
  }
  return sheet;
}

/** The places of a lesson about a starter network, in the open workbook. Without `network`, it is about any network,
 *  and its addresses are those of the open one. */
export function lessonPlaces(network: TemplateName | undefined, open: OpenWorkbook): LessonPlaces {
  const { sheet, sheets: infos, names } = open;
  const home = network === undefined ? sheet : sheetOfTemplate(network);
  /** Cells of the lesson's network in the open one. */
  const moved = (range: CellRange): CellRange | undefined => {
    if (home === sheet) return range;
    const last = { row: range.row + range.height - 1, column: range.column + range.width - 1 };
    const cells: CellsReference = { kind: 'cells', first: range, last, anchors: RELATIVE };
    const now = cellsOf(sheet, bound(home, cells, true), true);
    return now && rangeOf(now);
  };
  const cells = (text: string): RangePlace | undefined => {
    const target = parseTarget({ sheets: infos, sheet: home, names }, text);
    if (!target || target.sheet !== home.id) return target;
    const range = moved(target);
    return range && { ...range, sheet: sheet.id };
  };
  return {
    formula: text => readFormula(text, { sheet: home, sheets: infos, names, on: home.id }),
    isThere(formula) {
      const missing = referencesOf(formula).some(each => each.kind === 'elements' && !cellsOf(sheet, each, true));
      return !missing && tensorsIn(formula).every(tensor => isElement(sheet, tensor, 0));
    },
    cells,
    shown(text) {
      const range = parseRange(text) && cells(text);
      return range ? formatRange(range) : text;
    },
  };
}

/** The tensors that a formula reads by their names. */
function tensorsIn(formula: Expression) {
  const found: Extract<Expression, { kind: 'tensor' }>['tensor'][] = [];
  mapLeaves(formula, leaf => {
    if (typeof leaf === 'object' && leaf.kind === 'tensor') found.push(leaf.tensor);
    return leaf;
  });
  return found;
}
