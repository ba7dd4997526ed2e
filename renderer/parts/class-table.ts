import { fixed, whole } from '../../shared/messages/format.ts';
import { csvText } from '../../shared/csv.ts';
import { messages } from '../../shared/messages.ts';
import { ABSENT } from '../../shared/numbers.ts';
import type { ClassMetrics, Evaluation } from '../../shared/training.ts';
import { element, setAttributes } from '../core/element.ts';

type Column = 'name' | keyof ClassMetrics;
/** Classes that have a row in a table: more would hold up the window. */
export const MOST_ROWS = 1000;
const COLUMNS = ['name', 'precision', 'recall', 'f1', 'support'] as const satisfies readonly Column[];

const share = (value: number | null) => (value === null ? ABSENT : fixed(value, 3));

/** Precision, recall, F1 and support of each class, sorted by the column whose heading is pressed, with their means
 *  below; of very many, the first in that order. */
export function classTable({ classes, perClass, macro, count }: Evaluation): HTMLElement {
  const text = messages.views.evaluation;
  const rows = classes.map((name, index) => ({ name, index, ...perClass[index] }));
  let by: Column | undefined;
  let descending = false;

  const body = element('tbody', {});
  const headings = COLUMNS.map(column => {
    const button = element('button', { type: 'button' }, text.columns[column]);
    button.addEventListener('click', () => {
      // The worst first is what one looks for; names begin with the first.
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
      // Names keep the order of the classes, which for digits and letters is theirs as well.
      if (by === undefined || by === 'name') return sign * (a.index - b.index);
      const [one, other] = [a[by], b[by]];
      // Those without a figure come last, whichever way the others go.
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

/** The row that says how many of the classes have none. */
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

/** The same table as CSV, with all digits of the numbers. */
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
