/** The names that users give to cells and values: what they may be, what they name, and how one is renamed. */
import {
  type Cell,
  CELL_LIMITS,
  isFormula,
  type ElementContent,
  type Name,
  type Names,
  type PlacedFormula,
  type Written,
} from './cells.ts';
import { cellEdits, formulaEdits, placesIn } from './changes/edits.ts';
import type { WrittenChange } from './changes/kinds.ts';
import { ABSOLUTE, type Expression, isReference, mapLeaves, mapReferences } from './formula/expression.ts';
import { cellsOf } from './formula/placed.ts';
import type { FormulaLanguage } from './formula/print.ts';
import { rangeOf } from './formula/ranges.ts';
import { canBeName, namesOfTensors, readTyped } from './formula/typed.ts';
import type { Sheet } from './layout/sheet.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import type { RangePlace, SheetId, SheetInfo } from './places.ts';

const { names: say } = sentences;

/** Why a text can't be a name of the user's own; undefined if it can. */
export function nameFault(sheet: Sheet, name: string): Sentence | undefined {
  if (name === '') return say.blank;
  if (name.length > CELL_LIMITS.name) return say.tooLong(CELL_LIMITS.name);
  if (!/^[\p{L}_]/u.test(name)) return say.begins(name);
  const sign = /[^\p{L}\p{N}_.]/u.exec(name)?.[0];
  if (sign !== undefined) return sign.trim() === '' ? say.spaces(name) : say.signs(name, sign);
  if (!canBeName(name)) return /^(true|false)$/i.test(name) ? say.truth(name) : say.address(name);
  return namesOfTensors(sheet).byName.has(name.toLowerCase()) ? say.tensor(name) : undefined;
}

/** The cells of a name, if it names cells that are there. */
export function rangeOfName(sheet: Sheet, { formula }: Pick<Name, 'formula'>): RangePlace | undefined {
  if (!isReference(formula)) return undefined;
  const cells = cellsOf(sheet, formula, false);
  return cells?.sheet === undefined ? undefined : { sheet: cells.sheet, ...rangeOf(cells) };
}

/** The name of exactly these cells, if one has been defined. */
export function nameOfRange(sheet: Sheet, names: Names, range: RangePlace): string | undefined {
  const { sheet: on, row, column, height, width } = range;
  for (const own of names.values()) {
    const found = rangeOfName(sheet, own);
    if (!found || found.sheet !== on || found.row !== row || found.column !== column) continue;
    if (found.height === height && found.width === width) return own.name;
  }
  return undefined;
}

/** Reads what a name stands for: a formula, with or without its "=". Its references become absolute. Those without a
 *  sheet lie on the sheet `shown`. */
export function readNamed(
  text: string,
  workbook: { sheet: Sheet; sheets: readonly SheetInfo[]; names: Names },
  shown: SheetId,
  language?: FormulaLanguage,
): { expression: Expression; problem?: undefined } | { problem: Sentence } {
  const typed = text.trimStart().startsWith('=') ? text.trim() : `=${text.trim()}`;
  const read = readTyped(typed, { ...workbook, on: shown }, language);
  if (read.problem !== undefined) return read;
  return {
    expression: mapReferences(read.expression, reference => ({
      ...reference,
      ...(reference.kind === 'cells' && { sheet: reference.sheet ?? shown }),
      anchors: ABSOLUTE,
    })),
  };
}

/** Whether a formula has this name in it. */
export function usesName(formula: Expression, name: string): boolean {
  let uses = false;
  mapLeaves(formula, leaf => {
    if (isNamed(leaf, name)) uses = true;
    return leaf;
  });
  return uses;
}

const isNamed = (leaf: Expression, name: string) =>
  typeof leaf === 'object' && leaf.kind === 'name' && leaf.name.toLowerCase() === name.toLowerCase();

/** The names in a formula that stand for nothing (any more). */
export function missingNames(formula: Expression, names: Names): string[] {
  const missing = new Set<string>();
  mapLeaves(formula, leaf => {
    if (typeof leaf === 'object' && leaf.kind === 'name' && !names.has(leaf.name.toLowerCase())) missing.add(leaf.name);
    return leaf;
  });
  return [...missing];
}

/** Whether a name would stand for itself, directly or through other names, if it stood for this formula. */
export function standsForItself(names: Names, name: string, formula: Expression, seen = new Set<string>()): boolean {
  let found = false;
  mapLeaves(formula, leaf => {
    if (found || typeof leaf !== 'object' || leaf.kind !== 'name') return leaf;
    const key = leaf.name.toLowerCase();
    const inner = seen.has(key) ? undefined : names.get(key);
    seen.add(key);
    found = key === name.toLowerCase() || (inner !== undefined && standsForItself(names, name, inner.formula, seen));
    return leaf;
  });
  return found;
}

/** How many formulas have this name in them: over elements, in cells, and of other names. */
export function countUses(written: Written, name: string): number {
  const uses = usesIn(name);
  let count = [...written.names.values()].filter(own => usesName(own.formula, name)).length;
  for (const own of written.formulas.values()) for (const content of own.values()) if (uses(content)) count++;
  for (const { cells } of written.sheets) for (const [, { content }] of placesIn(cells)) if (uses(content)) count++;
  return count;
}

/** Asks once for all cells that share a formula. */
function usesIn(name: string): (content: unknown) => boolean {
  const known = new Map<unknown, boolean>();
  return content => {
    if (!isFormula(content)) return false;
    const found = known.get(content) ?? usesName(content.formula, name);
    known.set(content, found);
    return found;
  };
}

/** The changes that give a name another name and another meaning. Formulas with the old name get the new one. */
export function renameChanges(written: Written, before: string, after: Name): WrittenChange[] {
  const renamed = (formula: Expression) =>
    mapLeaves(formula, leaf => (isNamed(leaf, before) ? { kind: 'name', name: after.name } : leaf));
  const names = [...written.names.values()].flatMap(own => {
    const isIt = own.name.toLowerCase() === before.toLowerCase();
    return !isIt && usesName(own.formula, before) ? [{ name: own.name, formula: renamed(own.formula) }] : [];
  });
  const edits = [{ name: before }, ...names, { name: after.name, formula: renamed(after.formula) }];
  const changes: WrittenChange[] = [{ kind: 'names', edits }];
  if (before === after.name) return changes;
  const uses = usesIn(before);
  const contents = new Map<PlacedFormula<unknown>, PlacedFormula<unknown>>();
  /** Cells that share a formula share the new one. */
  const next = <T extends PlacedFormula<unknown>>(content: T): T => {
    const known = contents.get(content) ?? { ...content, formula: renamed(content.formula) };
    contents.set(content, known);
    return known as T;
  };
  const formulas = [...written.formulas].flatMap(([tensor, own]) => {
    const found = [...own].filter(([, content]) => uses(content));
    return formulaEdits(
      tensor,
      found.map(([index, content]) => [index, next(content as Extract<ElementContent, object>)] as const),
    );
  });
  if (formulas.length > 0) changes.push({ kind: 'formulas', edits: formulas });
  for (const { id, cells } of written.sheets) {
    const found = [...placesIn(cells)].filter(([, { content }]) => uses(content));
    if (found.length === 0) continue;
    const moved = found.map(([place, cell]) => {
      const content = next(cell.content as Extract<Cell['content'], object>);
      return [place, { ...cell, content }] as const;
    });
    changes.push({ kind: 'cells', sheet: id, edits: cellEdits(moved) });
  }
  return changes;
}
