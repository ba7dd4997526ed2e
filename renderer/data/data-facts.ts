import { whole } from '../../shared/messages/format.ts';
import type { DataSummary } from '../../shared/data.ts';
import { splits } from '../../shared/data.ts';
import { scoreRemarks, untrainedRemarks } from '../../shared/data-meaning.ts';
import { messages, say } from '../../shared/messages.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { element } from '../core/element.ts';
import { MOST_ROWS, moreClasses } from '../parts/class-table.ts';

/** What is known of a data set, in words and numbers: what speaks against training a network with it, the images of
 *  each class, files that couldn't be read, its owner. `scores`: the number of the network's scores. */
export function dataFacts(
  summary: DataSummary,
  { network, classes, scores }: Pick<Sheet, 'network' | 'classes'> & { scores: number },
): HTMLElement[] {
  const text = messages.views.data;
  const several = network.layers.at(-1)?.kind === 'softmax' ? text.severalLabelsSoftmax : text.severalLabels;
  return [
    ...[...scoreRemarks(classes, scores, summary.classes), ...untrainedRemarks(summary)].map(remark =>
      element('p', { class: 'remark warning' }, say(remark)),
    ),
    ...(summary.notes?.warnings ?? []).map(sentence => element('p', { class: 'remark warning' }, say(sentence))),
    ...(summary.severalLabels ? [element('p', { class: 'remark' }, several)] : []),
    ...understood(summary),
    problemList(summary),
    countTable(summary),
    ...(summary.licence === undefined ? [] : [element('p', { class: 'help' }, text.licence(say(summary.licence)))]),
  ];
}

/** How the reader has understood folders and tables. */
function understood({ notes }: DataSummary): HTMLElement[] {
  if (!notes || notes.understood.length === 0) return [];
  return [
    element(
      'ul',
      { class: 'help understood', 'aria-label': messages.views.data.understood },
      ...notes.understood.map(sentence => element('li', {}, say(sentence))),
    ),
  ];
}

function countTable({ classes, counts, totals }: DataSummary): HTMLElement {
  const text = messages.views;
  const row = (name: string, numbers: Readonly<Record<(typeof splits)[number], number>>) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...splits.map(split => element('td', {}, whole(numbers[split]))),
    );
  return element(
    'div',
    { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': text.data.counts },
    element(
      'table',
      { class: 'numbers' },
      element('caption', { class: 'unseen' }, text.data.counts),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, text.data.class),
          ...splits.map(split => element('th', { scope: 'col' }, text.splits[split])),
        ),
      ),
      element(
        'tbody',
        {},
        ...classes.slice(0, MOST_ROWS).map((name, index) => row(name, counts[index])),
        ...moreClasses(classes.length),
      ),
      element('tfoot', {}, row(text.data.total, totals)),
    ),
  );
}

function problemList({ problems, problemCount }: DataSummary): HTMLElement {
  const text = messages.views.data;
  if (problemCount === 0) return element('p', { class: 'help' }, text.noProblems);
  return fileProblems(text.problems(problemCount), problems, problemCount);
}

/** The files that couldn't be used, with the reasons. `total`: how many there are, if not all are listed. */
export function fileProblems(
  heading: string,
  problems: readonly { name: string; reason: Sentence }[],
  total: number,
): HTMLElement {
  return element(
    'details',
    { class: 'remark warning', open: true },
    element('summary', {}, heading),
    element(
      'ul',
      { class: 'problems' },
      ...problems.map(({ name, reason }) => element('li', {}, element('b', {}, `${name}:`), ` ${say(reason)}`)),
      total > problems.length && element('li', {}, messages.views.data.moreProblems(total - problems.length)),
    ),
  );
}
