/** Finds the formulas that lose cells that they read. */
import type { CellAddress } from '../address.ts';
import { isFormula, type Written } from '../cells.ts';
import { type Expression, mapLeaves } from '../formula/expression.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { CellPlace } from '../places.ts';

/** Where such formulas stand: over elements, in free cells and on own sheets, and the names whose they are. */
export type Broken = { elements: ElementIndex[]; cells: CellPlace[]; names: string[] };

/** The formulas with more #REF! than before. Both have the same places; only what the formulas read has changed. */
export function brokenBetween(before: Written, after: Written, was: Sheet, is: Sheet): Broken {
  const [lostBefore, lostAfter] = [lostIn(was), lostIn(is)];
  const isBroken = (one: Expression, other: Expression) => lostAfter(other) > lostBefore(one);
  const formulaOf = (content: unknown) => (isFormula(content) ? content.formula : 0);
  const broken: Broken = { elements: [], cells: [], names: [] };
  for (const [tensor, own] of before.formulas)
    for (const [index, content] of own)
      if (isBroken(formulaOf(content), formulaOf(after.formulas.get(tensor)?.get(index))))
        broken.elements.push({ tensor, index });
  for (const [at, { id, cells }] of before.sheets.entries())
    for (const [row, line] of cells)
      for (const [column, { content }] of line) {
        const next = after.sheets[at].cells.get(row)?.get(column)?.content;
        if (isBroken(formulaOf(content), formulaOf(next))) broken.cells.push({ sheet: id, row, column });
      }
  for (const [key, { name, formula }] of before.names)
    if (isBroken(formula, after.names.get(key)?.formula ?? 0)) broken.names.push(name);
  broken.cells.sort(inReadingOrder(before));
  return broken;
}

const inReadingOrder = ({ sheets }: Written) => {
  const places = new Map(sheets.map(({ id }, place) => [id, place]));
  const order = (one: CellAddress, other: CellAddress) => one.row - other.row || one.column - other.column;
  return (one: CellPlace, other: CellPlace) => places.get(one.sheet)! - places.get(other.sheet)! || order(one, other);
};

/** Counts the #REF! of a formula: those in its text, and the names of tensors that the network doesn't have. Formulas
 *  that cells share are counted once. */
function lostIn({ tensors }: Sheet): (formula: Expression) => number {
  const known = new Map<object, number>();
  return formula => {
    if (typeof formula !== 'object') return 0;
    const counted = known.get(formula);
    if (counted !== undefined) return counted;
    let count = 0;
    mapLeaves(formula, leaf => {
      if (typeof leaf !== 'object') return leaf;
      if (leaf.kind === 'error' ? leaf.name === '#REF!' : leaf.kind === 'tensor' && !tensors.has(leaf.tensor)) count++;
      return leaf;
    });
    known.set(formula, count);
    return count;
  };
}
