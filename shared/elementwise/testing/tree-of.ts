import type { Expression } from '../../formula/expression.ts';
import { parseFormula } from '../../formula/parse.ts';
import { type ElementwiseTree, operand } from '../tree.ts';

/** The tree of a formula over A1, B1, …, which are the operands 0, 1, …. */
export function treeOf(text: string): ElementwiseTree {
  const parsed = parseFormula(`=${text}`);
  if (parsed.problem !== undefined) throw new Error(`${text} can’t be read.`);
  return converted(parsed.expression);
}

function converted(expression: Expression): ElementwiseTree {
  if (typeof expression === 'number') return expression;
  if (typeof expression === 'object') {
    if (expression.kind === 'cells') return operand(expression.first.column);
    if (expression.kind === 'call') return { ...expression, arguments: expression.arguments.map(converted) };
    if (expression.kind === 'operation') return { ...expression, operands: expression.operands.map(converted) };
  }
  throw new Error('Only numbers, cells, operations and functions.');
}
