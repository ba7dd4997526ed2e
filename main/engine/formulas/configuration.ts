/** How HyperFormula is set up, wherever it is asked. */
import type { ConfigParams } from 'hyperformula';
import { MAX_COLUMNS, MAX_ROWS } from '../../../shared/address.ts';
import { call, type Expression, isReference } from '../../../shared/formula/expression.ts';
import { textByCode } from './number-code.ts';

export const CONFIGURATION: Partial<ConfigParams> = {
  licenseKey: 'internal-use-in-handsontable',
  // Otherwise SUM(range*range) is #VALUE!, and results are rounded to about 11 digits.
  useArrayArithmetic: true,
  smartRounding: false,
  // As in Excel and LibreOffice, "é" isn't "e".
  accentSensitive: true,
  maxRows: MAX_ROWS,
  maxColumns: MAX_COLUMNS,
  // HyperFormula asks this first for every code of TEXT, of a currency or not.
  stringifyCurrency: textByCode,
};

/** The formula with TRUE() and FALSE() for truth values: HyperFormula takes plain ones for names. */
export function withTruthFunctions(expression: Expression): Expression {
  if (typeof expression === 'boolean') return call(expression ? 'TRUE' : 'FALSE');
  if (typeof expression !== 'object' || isReference(expression)) return expression;
  if (expression.kind === 'call') return { ...expression, arguments: expression.arguments.map(withTruthFunctions) };
  if (expression.kind === 'operation') return { ...expression, operands: expression.operands.map(withTruthFunctions) };
  return expression;
}
