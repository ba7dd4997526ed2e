import { type CellAddress, formatAddress, formatRange } from '../../shared/address.ts';
import { type CellErrorName, contentText, isError } from '../../shared/cell-content.ts';
import { isFormula } from '../../shared/cells.ts';
import { calledIn, type Expression, referencesOf } from '../../shared/formula/expression.ts';
import { functionNames, functionsNear, spokenFormulas } from '../../shared/formula/language.ts';
import { sheetPrefix } from '../../shared/formula/notation.ts';
import { cellsOf, formulaOfCell, formulaOfElement } from '../../shared/formula/placed.ts';
import { rangeOf } from '../../shared/formula/ranges.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { missingNames } from '../../shared/own-names.ts';
import type { CellPlace } from '../../shared/places.ts';
import type { InPlane } from '../core/planes.ts';
import type { State, Values } from '../core/store.ts';
import { commentAt } from './comments.ts';
import { learningText } from './learning.ts';
import { cellShown, contentShown, writtenCell, writtenText } from './written-cell.ts';
import { cellAsTyped } from './entry.ts';
import { LONGEST } from '../../shared/backprop/gradients.ts';
import { contentOver, formulaShown, overAt, type Overwritten, writtenOver } from './over-elements.ts';

type Shown = Pick<State, 'sheet' | 'plane' | 'active' | 'written'> & InPlane & Overwritten;

/** The text for editing a cell, in the cell and in the formula bar: its formula, or its number with all digits. */
export function editText(state: Shown, values: Values, cell: CellPlace): string {
  const found = elementAt(state.sheet, cell);
  const own = found ? undefined : writtenText(state, cell);
  if (own !== undefined) return own;
  const formula = found && formulaShown(state, found);
  return formula?.text ?? plainText(state, values, cell);
}

/** The text of a cell for screen readers. Only the active cell's formula is read, because writing the formulas of all
 *  cells takes longer than painting. */
export function spokenText(state: Shown, values: Values, cell: CellPlace): string {
  const { sheet, plane, active } = state;
  const text = formattedText(state, values, cell) ?? plainText(state, values, cell);
  if (cell.row !== active.row || cell.column !== active.column) return text;
  const found = elementAt(sheet, cell);
  const whole = found ? formulaShown(state, found)?.text : plane === 'value' && freeFormula(state, cell);
  const formula = whole && whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
  if (plane !== 'value') return formula ? messages.grid.formula(text, formula) : text;
  const over = overAt(state, cell);
  const read = formula ? messages.grid.formula(text, formula) : text;
  const kind = over ? `${read}, ${messages.panels.overKinds[over].name}` : read;
  const error = errorText(state, values, cell);
  const comment = commentAt(state, cell);
  const learning = learningText(state, cell);
  const known = learning === undefined ? kind : `${kind}, ${learning}`;
  const told = error === undefined ? known : `${known}. ${error}`;
  return comment === undefined ? told : `${told}${told === '' ? '' : ', '}${messages.looks.comment.spoken(comment)}`;
}

/** The formula that a user has typed into a cell that is no element. */
function freeFormula({ sheet, written }: Shown, cell: CellPlace): string | undefined {
  return isFormula(writtenCell({ written }, cell)?.content) ? writtenText({ sheet, written }, cell) : undefined;
}

/** A number as its cell's format shows it. undefined where there is no format. */
function formattedText(state: Shown, values: Values, cell: CellPlace): string | undefined {
  const { sheet, written } = state;
  if (elementAt(sheet, cell) || !written) return undefined;
  const number = writtenCell({ written }, cell)?.format?.number;
  return number && cellShown(values.cell(cell), number, () => true);
}

/** What an error in a cell means, and what to do. undefined if the cell has none. */
export function errorText(
  state: Pick<Shown, 'sheet' | 'plane'> & Overwritten,
  values: Values,
  cell: CellPlace,
): string | undefined {
  const found = elementAt(state.sheet, cell);
  const beside = state.plane === 'value' ? values.cell(cell) : undefined;
  const content = found ? values.element(found.tensor, found.index, state.plane) : beside;
  if (!isError(content)) return undefined;
  const where = formatAddress(cell);
  const { errorHelp } = messages.grid;
  const own = found && writtenOver(state, found);
  if (content.error === '#CYCLE!' && own && own.references.length > 0) {
    const read = own.references.map(({ range }) => formatRange(range)).slice(0, 3);
    return errorHelp.loop(where, read);
  }
  const formula = ownFormula(state, cell);
  const missing = content.error === '#NAME?' && formula ? missingNames(formula, state.written?.names ?? new Map()) : [];
  if (missing.length > 0) return errorHelp.noName(where, messages.cells.errors['#NAME?'], missing);
  const strange = content.error === '#NAME?' && formula ? strangeFunctions(formula) : [];
  if (strange.length > 0) {
    const near = strange.flatMap(name => functionsNear(name, spokenFormulas()));
    return errorHelp.noFunction(where, messages.cells.errors['#NAME?'], strange, near);
  }
  const source = formula === undefined ? undefined : errorRead(state, values, cell, content.error, formula);
  if (source !== undefined) return errorHelp.because(where, messages.cells.errors[content.error], source);
  // What stands in a cell outside the network is always the user's own.
  const isOwn = own !== undefined || !found;
  return errorHelp.of(where, messages.cells.errors[content.error], content.error, isOwn);
}

/** The functions that a formula calls and that there aren't. */
function strangeFunctions(formula: Expression): string[] {
  return calledIn(formula).filter(name => !functionNames.includes(name));
}

/** The formula that a user has typed into a cell, with what it reads there. */
export function ownFormula({ sheet, written }: Overwritten, cell: CellPlace): Expression | undefined {
  const found = elementAt(sheet, cell);
  if (found) {
    const content = contentOver({ sheet, written }, found);
    return isFormula<number>(content) ? formulaOfElement(sheet, found.tensor, found.index, content) : undefined;
  }
  const content = written && writtenCell({ written }, cell)?.content;
  return isFormula<CellAddress>(content) ? formulaOfCell(sheet, cell, content, cell.sheet === sheet.id) : undefined;
}

/** The first cell with this error that a typed formula reads, as far as the cells are known. */
function errorRead(
  state: Pick<Shown, 'sheet'> & Overwritten,
  values: Values,
  cell: CellPlace,
  error: CellErrorName,
  formula: Expression,
): string | undefined {
  // In a loop each cell reads the error of another one.
  if (error === '#CYCLE!') return undefined;
  const { sheet, written } = state;
  for (const reference of referencesOf(formula)) {
    const cells = cellsOf(sheet, reference, cell.sheet === sheet.id);
    if (!cells) continue;
    const on = cells.sheet ?? cell.sheet;
    const range = rangeOf(cells);
    const height = Math.min(range.height, Math.ceil(MOST_LOOKS / range.width));
    for (let row = range.row; row < range.row + height; row++)
      for (let column = range.column; column < range.column + range.width; column++) {
        const place = { sheet: on, row, column };
        const found = elementAt(sheet, place);
        const content = found ? values.element(found.tensor, found.index) : values.cell(place);
        if (!isError(content) || content.error !== error) continue;
        const other = on === cell.sheet ? undefined : written?.sheets.find(({ id }) => id === on)?.name;
        return sheetPrefix(other) + formatAddress(place);
      }
  }
  return undefined;
}

/** The most cells of a range that are looked at. */
const MOST_LOOKS = 1000;

/** A cell's content with all digits, or the sheet's own label there. */
function plainText({ sheet, plane }: Pick<Shown, 'sheet' | 'plane'>, values: Values, cell: CellPlace): string {
  const found = elementAt(sheet, cell);
  if (!found) {
    const label = cell.sheet === sheet.id ? sheet.layout.labelAt(cell.row, cell.column) : undefined;
    return label?.text ?? contentShown(values.cell(cell));
  }
  return contentText(values.element(found.tensor, found.index, plane) ?? null, cellAsTyped, messages.cells.errors);
}
