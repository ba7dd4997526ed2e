/** Brings copied contents into cells of every kind: elements of the network, free cells, cells of own sheets. */
import { type CellAddress, formatAddress } from '../../shared/address.ts';
import { isError } from '../../shared/cell-content.ts';
import {
  type Cell,
  cellAt,
  CELL_LIMITS,
  isFormula,
  type NumberFormat,
  type PlacedFormula,
  sheetOf,
} from '../../shared/cells.ts';
import { expressionOf } from '../../shared/formula/derive.ts';
import { copiedToSheet, transposedFormula } from '../../shared/formula/elsewhere.ts';
import {
  cellsBetween,
  ERROR_NAMES,
  type Expression,
  operation,
  type Operator,
  RELATIVE,
} from '../../shared/formula/expression.ts';
import { filledOver } from '../../shared/formula/fill.ts';
import { spokenFormulas, truthNamed } from '../../shared/formula/language.ts';
import { copied as copiedBy, formulaOfCell, formulaOfElement } from '../../shared/formula/placed.ts';
import { readFormula, readRelative } from '../../shared/formula/typed.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { elementAt, type Sheet } from '../../shared/layout/sheet.ts';
import { say } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { TensorId } from '../../shared/network.ts';
import type { CellPlace } from '../../shared/places.ts';
import type { Pasted } from './clipboard-table.ts';
import type { Edits } from './edits.ts';
import { enterCell, type Own, type Refused } from './entry.ts';

/** What a cell of this workbook brings along when it is copied, besides its value. */
export type CopiedCell = {
  place: CellPlace;
  element?: ElementIndex;
  /** Whether it has the formula of its layer. */
  isDerived?: boolean;
  /** The formula that a user wrote in it, on its sheet. */
  formula?: PlacedFormula<CellAddress>;
  /** Of a cell that is no element. */
  looks?: Omit<Cell, 'content'>;
};

/** What of a copied cell is pasted. 'links': formulas that read the copied cells. */
export type PasteWhat = 'all' | 'values' | 'formulas' | 'formats' | 'links';
/** What to do with pasted numbers: replace the cells' numbers, or calculate with both. */
export type PasteOperation = 'replace' | 'add' | 'subtract' | 'multiply' | 'divide';
export type Bringing = {
  what?: PasteWhat;
  operation?: PasteOperation;
  transpose?: boolean;
  /** Blanks leave the cells as they are. */
  skipBlanks?: boolean;
  /** The present number of an element, for calculating with it. */
  value?: (cell: CellPlace) => number | undefined;
};

/** What a cell of another program brings along: a formula in R1C1, a number format. */
type Foreign = { formula?: string; number?: NumberFormat };

const OPERATORS: Record<Exclude<PasteOperation, 'replace'>, Operator> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
};

/** Reads what cells bring along. Cells that share a formula go on sharing it. */
export function copier(sheet: Sheet, { sheets, formulas }: Own): (place: CellPlace) => CopiedCell {
  const placed = new Map<PlacedFormula<number>, PlacedFormula<CellAddress>>();
  return place => {
    const element = elementAt(sheet, place);
    if (!element) {
      const own = sheetOf(sheets, place.sheet);
      const { content, ...looks } = (own && cellAt(own.cells, place)) ?? {};
      return { place, looks, ...(isFormula<CellAddress>(content) && { formula: content }) };
    }
    const content = formulas.get(element.tensor)?.get(element.index);
    const isComputed = sheet.tensors.get(element.tensor)!.role === 'computed';
    if (!isFormula<number>(content)) return { place, element, isDerived: isComputed && content === undefined };
    let formula = placed.get(content);
    if (!formula) {
      formula = { formula: content.formula, from: sheet.layout.cellOf(element.tensor, content.from) };
      placed.set(content, formula);
    }
    return { place, element, formula };
  };
}

/** Brings contents into cells, one after the other. `end` adds what was collected to the edits. */
export function createBringer(sheet: Sheet, own: Own, edits: Edits, bringing: Bringing = {}) {
  const { what = 'all', operation: calculate = 'replace', transpose = false, skipBlanks = false } = bringing;
  const around = (on: string) => ({ sheet, sheets: own.sheets, names: own.names, on });
  /** Formulas that were copied to other sheets, so that their copies share them. */
  const elsewhere = new Map<string, Map<object, PlacedFormula<CellAddress>>>();
  /** Elements that get a formula of their own tensor. */
  const within = new Map<CopiedCell, Map<TensorId, number[]>>();

  const cellIn = (place: CellPlace): Cell => {
    const found = sheetOf(own.sheets, place.sheet);
    return (found && cellAt(found.cells, place)) ?? {};
  };
  /** A formula as it stands on the target's sheet, before it moves to its cell. */
  const onSheet = (formula: PlacedFormula<CellAddress>, source: string, target: string) => {
    if (source === target) return formula;
    const key = `${source} ${target}`;
    const known = elsewhere.get(key) ?? new Map<object, PlacedFormula<CellAddress>>();
    elsewhere.set(key, known);
    const found = known.get(formula) ?? copiedToSheet(sheet, formula, source, target);
    known.set(formula, found);
    return found;
  };
  /** The formula that a copied cell brings to another; undefined where it brings its value. */
  const broughtTo = (target: CellPlace, copy: CopiedCell): PlacedFormula<CellAddress> | undefined => {
    const { place, element } = copy;
    if (what === 'values' || what === 'formats') return undefined;
    if (what === 'links') return { formula: linkTo(sheet, place, target.sheet), from: addressOf(target) };
    let { formula } = copy;
    if (!formula && element) {
      // Weights and pixels aren't made by formulas. What a layer calculates goes along on its own sheet; on another
      // one it would read other cells, so the value does, unless formulas are asked for.
      const derived = copy.isDerived && isWanted(target) ? expressionOf(sheet, element) : undefined;
      if (derived === undefined) return undefined;
      if (target.sheet !== sheet.id) return { formula: derived, from: addressOf(target) };
      formula = { formula: derived, from: addressOf(place) };
    }
    if (!formula) return undefined;
    const here = onSheet(formula, place.sheet, target.sheet);
    if (!transpose) return here;
    const onNetwork = target.sheet === sheet.id;
    const standing = formulaOfCell(sheet, place, here, onNetwork);
    return {
      formula: transposedFormula(sheet, standing, place, target, onNetwork),
      from: addressOf(target),
    };
  };
  const isWanted = (target: CellPlace) =>
    what === 'formulas' || (target.sheet === sheet.id && !elementAt(sheet, target));

  const intoElement = (element: ElementIndex, target: CellPlace, value: Pasted, copy?: CopiedCell) => {
    if (what === 'formats') return undefined;
    const isPlain = calculate === 'replace' && !transpose;
    if (isPlain && copy?.element?.tensor === element.tensor && what !== 'values' && what !== 'links') {
      const { tensor, index } = element;
      // A computed cell has the formula of its layer, and its neighbours have theirs.
      if (copy.isDerived) {
        if (own.formulas.get(tensor)?.has(index)) edits.over(element, undefined);
        return undefined;
      }
      if (copy.formula) {
        const groups = within.get(copy) ?? new Map<TensorId, number[]>();
        within.set(copy, groups);
        const indices = groups.get(tensor);
        if (indices) indices.push(index);
        else groups.set(tensor, [index]);
        return undefined;
      }
    }
    const formula = calculate === 'replace' && copy ? broughtTo(target, copy) : undefined;
    if (formula) {
      edits.over(element, { formula: standing(formula, target), from: element.index });
      return undefined;
    }
    if (value === undefined) return undefined;
    if (!copy && typeof value === 'string' && value.trimStart().startsWith('=')) {
      const read = readFormula(value.trim(), around(sheet.id), spokenFormulas());
      if (read.problem !== undefined)
        return { refusal: say(sentences.written.formula(formatAddress(target), say(read.problem))) };
      edits.over(element, { formula: read.expression, from: element.index });
      return undefined;
    }
    const entered = typeof value === 'boolean' ? String(value).toUpperCase() : value;
    if (calculate === 'replace' || typeof entered !== 'number') return enterCell(sheet, target, entered, edits);
    const present = bringing.value?.(target);
    const result = present === undefined ? null : Math.fround(calculated(present, entered, calculate));
    return enterCell(sheet, target, result, edits);
  };
  const standing = ({ formula, from }: PlacedFormula<CellAddress>, { sheet: on, row, column }: CellPlace) => {
    const by = { rows: row - from.row, columns: column - from.column };
    return by.rows === 0 && by.columns === 0 ? formula : copiedBy(sheet, formula, by, on === sheet.id);
  };

  const intoCell = (
    target: CellPlace,
    value: Pasted,
    copy: CopiedCell | undefined,
    foreign: Foreign,
  ): Refused | undefined => {
    const before = cellIn(target);
    const { content: present, ...looksBefore } = before;
    if (what === 'formats') {
      if (copy?.looks) write(target, before, { ...before, format: copy.looks.format });
      return undefined;
    }
    const looks =
      what === 'all' && copy?.looks
        ? { format: copy.looks.format, comment: copy.looks.comment ?? looksBefore.comment }
        : foreign.number && what === 'all' && !looksBefore.format?.number
          ? { ...looksBefore, format: { ...looksBefore.format, number: foreign.number } }
          : looksBefore;
    const formula = copy ? broughtTo(target, copy) : relativeAt(target, foreign.formula);
    if (calculate !== 'replace') {
      const brought = formula ? standing(formula, target) : value;
      const result = combined(present, brought, calculate, target);
      if (result !== undefined) write(target, before, { ...looksBefore, content: result });
      return undefined;
    }
    if (formula) write(target, before, { ...looks, content: formula });
    else if (value === undefined || value === null) {
      if (!skipBlanks) write(target, before, looks);
    } else if (typeof value === 'string' && value.length > CELL_LIMITS.text)
      return { refusal: say(sentences.written.textTooLong(formatAddress(target), CELL_LIMITS.text)) };
    else write(target, before, { ...looks, content: contentOf(value, target, copy !== undefined) });
    return undefined;
  };
  const write = (
    target: CellPlace,
    before: Cell,
    { content, format, comment }: { [K in keyof Cell]: Cell[K] | undefined },
  ) => {
    if (content === undefined && format === undefined && comment === undefined) {
      if (Object.keys(before).length > 0) edits.cell(target, undefined);
      return;
    }
    edits.cell(target, {
      ...(content !== undefined && { content }),
      ...(format && { format }),
      ...(comment !== undefined && { comment }),
    });
  };
  const combined = (
    present: Cell['content'],
    brought: Expression | Pasted,
    by: Exclude<PasteOperation, 'replace'>,
    target: CellPlace,
  ): Cell['content'] => {
    const isFormulaToo = typeof brought === 'object' && brought !== null && 'kind' in brought;
    const isCalculable = typeof brought === 'number' || isFormulaToo;
    if (!isCalculable || typeof present === 'string' || typeof present === 'boolean') return undefined;
    const left = isFormula<CellAddress>(present)
      ? formulaOfCell(sheet, target, present, target.sheet === sheet.id)
      : (present ?? 0);
    if (typeof left === 'number' && typeof brought === 'number') {
      const result = calculated(left, brought, by);
      return contentOf(
        Number.isFinite(result) ? result : { error: by === 'divide' && brought === 0 ? '#DIV/0!' : '#NUM!' },
        target,
        true,
      );
    }
    return { formula: operation(OPERATORS[by], left, brought), from: addressOf(target) };
  };

  /** A formula of another program. undefined where it means nothing here. */
  const relativeAt = (target: CellPlace, text: string | undefined): PlacedFormula<CellAddress> | undefined => {
    if (text === undefined || what === 'values') return undefined;
    const read = readRelative(text, target, around(target.sheet));
    return read.problem === undefined ? { formula: read.expression, from: addressOf(target) } : undefined;
  };

  /** The content of a value. What other programs bring is read as if it were typed. */
  const contentOf = (value: NonNullable<Pasted>, target: CellPlace, isExact: boolean): Cell['content'] => {
    const from = addressOf(target);
    if (isError(value)) {
      const name = ERROR_NAMES.find(each => each === value.error);
      return name ? { formula: { kind: 'error', name }, from } : value.error;
    }
    if (typeof value === 'number') return value === 0 ? 0 : value;
    if (typeof value === 'boolean' || isExact) return value;
    const truth = truthNamed(value, spokenFormulas());
    if (truth !== undefined) return truth;
    if (!value.trimStart().startsWith('=') || cellIn(target).format?.number?.kind === 'text') return value;
    const read = readFormula(value.trim(), around(target.sheet), spokenFormulas());
    return read.problem === undefined ? { formula: read.expression, from } : value;
  };

  return {
    /** Brings a content into a cell. A cell of this workbook comes as `copy`. Other programs may bring a formula in
     *  R1C1 and a number format, which cells of the network don't take. Returns the reason if it is refused. */
    put(target: CellPlace, value: Pasted, copy?: CopiedCell, foreign: Foreign = {}): Refused | undefined {
      const element = elementAt(sheet, target);
      return element ? intoElement(element, target, value, copy) : intoCell(target, value, copy, foreign);
    },
    end(): void {
      for (const [{ element, formula }, groups] of within)
        for (const [tensor, indices] of groups) {
          const from = element!.index;
          const content = {
            formula: formula!.formula,
            from: sheet.layout.elementAt(formula!.from.row, formula!.from.column)!.index,
          };
          const here = formulaOfElement(sheet, tensor, from, content);
          for (const edit of filledOver(sheet, tensor, from, here, indices)) edits.put(edit);
        }
    },
  };
}

const addressOf = ({ row, column }: CellAddress): CellAddress => ({ row, column });

function calculated(present: number, brought: number, by: Exclude<PasteOperation, 'replace'>): number {
  if (by === 'add') return present + brought;
  if (by === 'subtract') return present - brought;
  return by === 'multiply' ? present * brought : present / brought;
}

/** A formula that reads one cell, as it is written on the sheet `on`. */
function linkTo(sheet: Sheet, place: CellPlace, on: string): Expression {
  const element = elementAt(sheet, place);
  if (element)
    return { kind: 'elements', tensor: element.tensor, first: element.index, last: element.index, anchors: RELATIVE };
  const at = addressOf(place);
  return cellsBetween(at, at, RELATIVE, place.sheet === on ? undefined : place.sheet);
}
