import { fixed, whole } from '../../shared/messages/format.ts';
import { csvText } from '../../shared/csv.ts';
import { messages } from '../../shared/messages.ts';
import { ABSENT } from '../../shared/numbers.ts';
import type { JudgedEvaluation } from '../../shared/training.ts';
import { element, setAttributes } from '../core/element.ts';

/** The most classes in a table. More would block the window. */
export const MOST_ROWS = 1000;

/** A column of figures. `csv`: its name in a file. `shown`: how a figure is written. */
type Column = {
  heading: string;
  csv: string;
  figures: readonly (number | null)[];
  mean?: number | null;
  shown: (value: number | null) => string;
};

const share = (value: number | null) => (value === null ? ABSENT : fixed(value, 3));

function columnsOf({ perClass, macro, count, judged }: JudgedEvaluation): Column[] {
  const { columns } = messages.views.evaluation;
  const text = messages.judging;
  const { beta, thresholds } = judged;
  const at = thresholds && (thresholds.chosen ?? thresholds.found);
  const of = (heading: string, csv: string, figures: readonly (number | null)[], mean?: number | null): Column => ({
    heading,
    csv,
    figures,
    mean,
    shown: share,
  });
  return [
    ...(['precision', 'recall', 'f1'] as const).map(name =>
      of(
        columns[name],
        name,
        perClass.map(each => each[name]),
        macro[name],
      ),
    ),
    ...(beta === 1
      ? []
      : [
          of(
            text.fBeta(beta),
            `f${beta}`,
            judged.perClass.map(({ fBeta }) => fBeta),
            judged.macro.fBeta,
          ),
        ]),
    of(
      text.auc,
      'auc',
      judged.perClass.map(({ auc }) => auc),
      judged.macro.auc,
    ),
    of(
      text.averagePrecisionShort,
      'averagePrecision',
      // scikit-learn's is 0 where no image has the class.
      judged.perClass.map(({ averagePrecision }, label) => (perClass[label].support === 0 ? null : averagePrecision)),
      judged.macro.averagePrecision,
    ),
    ...(at
      ? [
          of(text.threshold, 'threshold', at.thresholds),
          of(`${text.fBeta(beta)} ${text.atThreshold}`, `f${beta} at threshold`, at.perClass, at.macro),
        ]
      : []),
    {
      heading: columns.support,
      csv: 'support',
      figures: perClass.map(({ support }) => support),
      mean: count,
      shown: value => whole(value!),
    },
  ];
}

/** The figures of each class, with their means below. Pressing a heading sorts the table. If there are very many
 *  classes, only the first of that order are shown. */
export function classTable(evaluation: JudgedEvaluation): HTMLElement {
  const { classes } = evaluation;
  const text = messages.views.evaluation;
  const columns = columnsOf(evaluation);
  /** The column that the table is sorted by; undefined: by the classes' names. */
  let by: Column | 'name' | undefined;
  let descending = false;

  const body = element('tbody', {});
  const headings = ([['name', text.columns.name], ...columns.map(each => [each, each.heading])] as const).map(
    ([column, label]) => {
      const button = element('button', { type: 'button' }, label as string);
      button.addEventListener('click', () => {
        // Figures are first sorted with the worst on top, names with the first.
        descending = by === column ? !descending : false;
        by = column as Column | 'name';
        show();
      });
      return { column, cell: element('th', { scope: 'col' }, button) };
    },
  );
  const show = () => {
    for (const { column, cell } of headings) {
      setAttributes(cell, { 'aria-sort': column !== by ? 'none' : descending ? 'descending' : 'ascending' });
    }
    const sign = descending ? -1 : 1;
    const order = [...classes.keys()].sort((a, b) => {
      // Names are sorted in the order of the classes.
      if (by === undefined || by === 'name') return sign * (a - b);
      const [one, other] = [by.figures[a], by.figures[b]];
      // Classes without a figure are always last.
      if (one === null || other === null) return Number(one === null) - Number(other === null) || a - b;
      return sign * (one - other) || a - b;
    });
    body.replaceChildren(
      ...order.slice(0, MOST_ROWS).map(label =>
        line(
          classes[label],
          columns.map(({ figures, shown }) => shown(figures[label])),
        ),
      ),
      ...moreClasses(order.length),
    );
  };
  show();
  return element(
    'div',
    { class: 'table-box classes', tabindex: 0, role: 'region', 'aria-label': text.perClass },
    element(
      'table',
      { class: 'numbers' },
      element('thead', {}, element('tr', {}, ...headings.map(({ cell }) => cell))),
      body,
      element(
        'tfoot',
        {},
        line(
          text.macro,
          columns.map(({ mean, shown }) => (mean === undefined ? '' : shown(mean))),
        ),
      ),
    ),
  );
}

/** The row that says how many classes are not shown. */
export function moreClasses(count: number): HTMLElement[] {
  if (count <= MOST_ROWS) return [];
  return [element('tr', {}, element('th', { scope: 'row' }, messages.views.moreClasses(count - MOST_ROWS)))];
}

function line(name: string, cells: readonly string[]): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row', title: name }, name),
    ...cells.map(cell => element('td', {}, cell)),
  );
}

/** The table as CSV, with all digits of its numbers. */
export function classCsv(evaluation: JudgedEvaluation): string {
  const columns = columnsOf(evaluation);
  return csvText([
    ['class', ...columns.map(({ csv }) => csv)],
    ...evaluation.classes.map((name, label) => [name, ...columns.map(({ figures }) => figures[label] ?? '')]),
    [messages.views.evaluation.macro, ...columns.map(({ mean }) => mean ?? '')],
  ]);
}
