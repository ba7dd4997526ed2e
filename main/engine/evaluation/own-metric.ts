/** Calculates a metric of the user's own. */
import type { OwnFigure } from '../../../shared/judging.ts';
import { ABSOLUTE, type Expression, mapLeaves } from '../../../shared/formula/expression.ts';
import { formatA1 } from '../../../shared/formula/notation.ts';
import { ENGLISH, print } from '../../../shared/formula/print.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { type MetricColumn, printMetric, readMetric } from '../../../shared/own-metric.ts';
import { CONFIGURATION, withTruthFunctions } from '../formulas/configuration.ts';
import { loadHyperFormula } from '../formulas/hyperformula.ts';

/** HyperFormula takes a second for so many numbers. */
const MOST_NUMBERS = 250_000;

/** The rows of each column, [count][1 or classes]. */
export type MetricRows = Readonly<Record<MetricColumn, () => number[][]>>;

/** What the formula gives over these rows, or a sentence about why it gives no number. */
export function ownFigure(formula: string, rows: MetricRows): OwnFigure {
  const { metric } = sentences.judging;
  const read = readMetric(formula);
  if (read.problem !== undefined) return { formula, problem: read.problem };
  const told = printMetric(read.expression);
  const columns = read.columns.map(name => ({ name, rows: rows[name]() }));
  const count = columns[0].rows.length;
  const numbers = columns.reduce((sum, column) => sum + count * (column.rows[0]?.length ?? 0), 0);
  if (count === 0) return { formula: told, problem: metric.noImages };
  if (numbers > MOST_NUMBERS) return { formula: told, problem: metric.tooMany(numbers, MOST_NUMBERS) };
  const places = new Map<string, Expression>();
  let width = 0;
  for (const { name, rows: own } of columns) {
    const last = { row: count - 1, column: width + own[0].length - 1 };
    places.set(name, { kind: 'cells', first: { row: 0, column: width }, last, anchors: ABSOLUTE });
    width = last.column + 1;
  }
  const placed = mapLeaves(withTruthFunctions(read.expression), leaf =>
    typeof leaf === 'object' && leaf.kind === 'name' ? places.get(leaf.name)! : leaf,
  );
  const text = print(placed, { language: ENGLISH, reference: each => formatA1(each as never) }).text;
  const all = columns[0].rows.map((_, row) => columns.flatMap(column => column.rows[row]));
  const engine = loadHyperFormula().HyperFormula.buildFromArray(all, CONFIGURATION);
  try {
    const found: unknown = engine.calculateFormula(text, 0);
    if (Array.isArray(found)) return { formula: told, problem: metric.manyValues(found.length * found[0].length) };
    if (typeof found === 'number' && Number.isFinite(found)) return { formula: told, value: found };
    if (typeof found === 'boolean') return { formula: told, value: Number(found) };
    const { value } = (found ?? {}) as { value?: unknown };
    return { formula: told, problem: metric.noNumber(typeof value === 'string' ? value : String(found)) };
  } finally {
    engine.destroy();
  }
}
