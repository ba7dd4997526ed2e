import { fixed, whole } from '../../shared/messages/format.ts';
import { csvText } from '../../shared/csv.ts';
import { messages } from '../../shared/messages.ts';
import { ABSENT } from '../../shared/numbers.ts';
import type { ClassMetrics, Evaluation } from '../../shared/training.ts';
import { element, setAttributes } from '../core/element.ts';

type Column = 'name' | keyof ClassMetrics;
/** The most classes in a table. More would block the window. */
export const MOST_ROWS = 1000;
const COLUMNS = ['name', 'precision', 'recall', 'f1', 'support'] as const satisfies readonly Column[];

const share = (value: number | null) => (value === null ? ABSENT : fixed(value, 3));

/** Precision, recall, F1 and support of each class, with their means below. Pressing a heading sorts the table. If
 *  there are very many classes, only the first of that order are shown. */
export function classTable({ classes, perClass, macro, count }: Evaluation): HTMLElement {
  const text = messages.views.evaluation;
  const rows = classes.map((name, index) => ({ name, index, ...perClass[index] }));
  let by: Column | undefined;
  let descending = false;

  const body = element('tbody', {});
  const headings = COLUMNS.map(column => {
    const button = element('button', { type: 'button' }, text.columns[column]);
    button.addEventListener('click', () => {
      // Figures are first sorted with the worst on top, names with the first.
      descending = by === column ? !descending : false;
      by = column;
      show();
    });
    return element('th', { scope: 'col' }, button);
  });
  const show = () => {
    for (const [i, heading] of headings.entries()) {
      setAttributes(heading, {
        'aria-sort': COLUMNS[i] !== by ? 'none' : descending ? 'descending' : 'ascending',
      });
    }
    const sign = descending ? -1 : 1;
    const order = [...rows].sort((a, b) => {
      // Names are sorted in the order of the classes.
      if (by === undefined || by === 'name') return sign * (a.index - b.index);
      const [one, other] = [a[by], b[by]];
      // Classes without a figure are always last.
      if (one === null || other === null) return Number(one === null) - Number(other === null) || a.index - b.index;
      return sign * (one - other) || a.index - b.index;
    });
    body.replaceChildren(
      ...order
        .slice(0, MOST_ROWS)
        .map(({ name, precision, recall, f1, support }) =>
          line(name, [share(precision), share(recall), share(f1), whole(support)]),
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
      element('thead', {}, element('tr', {}, ...headings)),
      body,
      element(
        'tfoot',
        {},
        line(text.macro, [share(macro.precision), share(macro.recall), share(macro.f1), whole(count)]),
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
export function classCsv({ classes, perClass, macro, count }: Evaluation): string {
  const text = messages.views.evaluation;
  return csvText([
    ['class', 'precision', 'recall', 'f1', 'support'],
    ...classes.map((name, index) => {
      const { precision, recall, f1, support } = perClass[index];
      return [name, precision ?? '', recall ?? '', f1 ?? '', support];
    }),
    [text.macro, macro.precision, macro.recall, macro.f1, count],
  ]);
}
