/** When RAND, NOW and their like get new values: as they are entered, and when somebody asks. What they follow from is
 *  a change like any other, so that the journal and the file keep it. */
import { type Drawn, isFormula, type Names } from '../cells.ts';
import type { AskedChange } from '../change.ts';
import type { Expression } from '../formula/expression.ts';
import { isVolatile } from '../formula/volatile.ts';

/** A seed by chance, and the present time of this place as a spreadsheet's date. */
export function drawNow(): Drawn {
  const now = new Date();
  const midnight = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const time = ((now.getHours() * 60 + now.getMinutes()) * 60 + now.getSeconds()) / 86_400;
  return { seed: Math.floor(Math.random() * 2 ** 32), now: midnight / 86_400_000 + 25_569 + time };
}

/** The changes, and new numbers after them if they write a formula that draws numbers or asks for the time. */
export function withDraw(
  changes: readonly AskedChange[],
  names: Names,
  draw: () => Drawn = drawNow,
): readonly AskedChange[] {
  const isNamed = (name: string): boolean => {
    const named = names.get(name.toLowerCase());
    return named !== undefined && isVolatile(named.formula);
  };
  const isDrawn = (formula: Expression) => isVolatile(formula, isNamed);
  if (!formulasIn(changes).some(isDrawn)) return changes;
  return [...changes, { kind: 'draw', drawn: draw() }];
}

function formulasIn(changes: readonly AskedChange[]): Expression[] {
  return changes.flatMap(change => {
    switch (change.kind) {
      case 'formulas':
        return change.edits.flatMap(({ content }) => (isFormula(content) ? [content.formula] : []));
      case 'cells':
        return change.edits.flatMap(({ cell }) => (isFormula(cell?.content) ? [cell.content.formula] : []));
      case 'names':
        return change.edits.flatMap(({ formula }) => (formula === undefined ? [] : [formula]));
      default:
        return [];
    }
  });
}
