/** A metric of the user's own: a formula over columns with a row for each evaluated image. */
import { calledIn, type Expression, isReference, mapLeaves } from './formula/expression.ts';
import { functionNamed, functionsNear } from './formula/language.ts';
import { parseFormula } from './formula/parse.ts';
import { ENGLISH, type FormulaLanguage, print } from './formula/print.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';

/** What a formula of a metric reads. `actual` and `predicted`: the numbers that the classes are called, or else their
 *  places, counted from 0. `truth` and `probability`: a column for each class, with 0 or 1, and with its probability.
 *  With several labels, all have a column for each class; `actual` and `predicted` have 0 or 1. */
export const metricColumns = ['actual', 'predicted', 'truth', 'probability'] as const;
export type MetricColumn = (typeof metricColumns)[number];

const columnNamed = (name: string) => metricColumns.find(column => column === name.toLowerCase());
const known = {
  name: (name: string) => (columnNamed(name) ? ({ kind: 'name', name: name.toLowerCase() } as const) : undefined),
  sheet: () => undefined,
};

/** Reads the formula of a metric as it was typed, with or without its equals sign; or says what is wrong. */
export function readMetric(
  text: string,
  language: FormulaLanguage = ENGLISH,
): { expression: Expression; columns: MetricColumn[]; problem?: undefined } | { problem: Sentence } {
  const { metric } = sentences.judging;
  const typed = text.trim();
  const read = parseFormula(typed.startsWith('=') ? typed : `=${typed}`, language, known);
  if (read.problem !== undefined) return { problem: metric.unreadable(read.problem, metricColumns) };
  const unknown = calledIn(read.expression).find(name => functionNamed(name, ENGLISH) === undefined);
  if (unknown !== undefined)
    return { problem: sentences.grid.formulaHelp.noFunction(unknown, functionsNear(unknown, language)) };
  const columns = new Set<MetricColumn>();
  let readsCells = false;
  mapLeaves(read.expression, leaf => {
    if (typeof leaf === 'object' && leaf.kind === 'name') columns.add(columnNamed(leaf.name)!);
    readsCells ||= isReference(leaf) || (typeof leaf === 'object' && leaf.kind === 'tensor');
    return leaf;
  });
  if (readsCells) return { problem: metric.readsCells(metricColumns) };
  if (columns.size === 0) return { problem: metric.readsNothing(metricColumns) };
  return { expression: read.expression, columns: [...columns] };
}

/** The formula of a metric in a language, with its equals sign. */
export const printMetric = (expression: Expression, language: FormulaLanguage = ENGLISH): string =>
  print(expression, { language, reference: () => '#REF!' }).text;
