/** Keeps formulas from making arrays that are larger than an edit has time for. */
import type { CellError } from '../../../shared/cell-content.ts';
import { CELL_LIMITS } from '../../../shared/cells.ts';
import { type Expression, isReference } from '../../../shared/formula/expression.ts';
import { rangeOf } from '../../../shared/formula/ranges.ts';
import { ERRORS } from '../../../shared/formula/value.ts';

/** A formula may calculate so many numbers of arrays on its way to its result. */
const MOST_STEPS = 100_000;
/** So many products of a matrix product take as long as one step. */
const PRODUCTS = 50;

type Size = { height: number; width: number };
const ONE: Size = { height: 1, width: 1 };

/** The error that a formula gives because its arrays are too large; undefined if they aren't. An array that fills too
 *  many cells is #SPILL!, and one that is only calculated with is #NUM!. `isScalar`: whether a function is calculated
 *  for each cell of a range that stands at this place of its arguments. */
export function faultOfArrays(
  formula: Expression,
  isScalar: (name: string, place: number) => boolean,
): CellError | undefined {
  let steps = 0;
  const { height, width } = sizeOf(formula);
  if (height * width > CELL_LIMITS.filled) return ERRORS['#SPILL!'];
  return steps > MOST_STEPS ? ERRORS['#NUM!'] : undefined;

  /** How many rows and columns a part of the formula has. Functions that make an array of their own count as one
   *  number, because of most of them the size is known only later. */
  function sizeOf(expression: Expression): Size {
    if (typeof expression !== 'object') return ONE;
    if (isReference(expression)) return expression.kind === 'cells' ? rangeOf(expression) : ONE;
    switch (expression.kind) {
      case 'operation':
        return calculated(expression.operands.map(sizeOf));
      case 'call': {
        const { name } = expression;
        const sizes = expression.arguments.map(sizeOf);
        if (name === 'ARRAYFORMULA' && sizes.length === 1) return sizes[0];
        if (name === 'TRANSPOSE' && sizes.length === 1) return { height: sizes[0].width, width: sizes[0].height };
        if (name === 'MMULT' && sizes.length === 2) return product(sizes[0], sizes[1]);
        return calculated(sizes.filter((_, place) => isScalar(name, place)));
      }
      case 'array':
        return { height: expression.rows.length, width: expression.rows[0].length };
      default:
        return ONE;
    }
  }

  /** What is calculated for each cell of the largest of these. */
  function calculated(sizes: readonly Size[]): Size {
    const size = sizes.reduce(
      (one, other) => ({ height: Math.max(one.height, other.height), width: Math.max(one.width, other.width) }),
      ONE,
    );
    if (size.height * size.width > 1) steps += size.height * size.width;
    return size;
  }

  function product(left: Size, right: Size): Size {
    if (left.width === right.height) steps += (left.height * left.width * right.width) / PRODUCTS;
    return { height: left.height, width: right.width };
  }
}
