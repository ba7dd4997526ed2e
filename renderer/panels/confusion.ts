import { messages } from '../../shared/messages.ts';
import { element } from '../element.ts';

/** More classes than this are not drawn as a matrix: its cells would be too small to see and to hit. */
const MOST_CLASSES = 100;
/** Mistakes listed, the most frequent first. */
const LISTED = 7;

export type ConfusionCell = { actual: number; predicted: number; count: number };

/** The confusion matrix of counts [actual, predicted], row by row: the diagonal calm, mistakes loud, strength by how often they happen. Beside it the most frequent mistakes. `open` is told of
 *  the cell that was pressed. `lost` images are in no cell, and wrong. One cell is reached by Tab, the others by arrow keys. */
export function confusionMatrix(
  counts: readonly number[],
  classes: readonly string[],
  open: (cell: ConfusionCell) => void,
  lost = 0,
): HTMLElement {
  const text = messages.views.evaluation;
  const size = classes.length;
  const cells = counts.map((count, i) => ({ actual: Math.floor(i / size), predicted: i % size, count }));
  const mistakes = cells
    .filter(({ actual, predicted, count }) => actual !== predicted && count > 0)
    .sort((a, b) => b.count - a.count);
  const most = mistakes[0]?.count ?? 1;
  const name = ({ actual, predicted, count }: ConfusionCell) =>
    text.cell(classes[actual], classes[predicted], count, actual === predicted);

  const list = element(
    'ul',
    { class: 'mistakes', 'aria-label': text.mistakes },
    ...mistakes.slice(0, LISTED).map(cell => {
      const button = element(
        'button',
        { type: 'button' },
        element('span', {}, text.takenFor(classes[cell.actual], classes[cell.predicted])),
        ' ',
        element('span', {}, cell.count.toLocaleString('en-US')),
      );
      button.addEventListener('click', () => open(cell));
      return element('li', {}, button);
    }),
    mistakes.length === 0 && lost === 0 && element('li', { class: 'help' }, text.noMistakes),
  );
  if (size > MOST_CLASSES) return element('div', {}, element('p', { class: 'help' }, text.tooManyClasses(size)), list);

  const readout = element('p', { class: 'help readout', 'aria-hidden': true });
  const table = element('table', {
    class: size > 12 ? 'confusion dense' : 'confusion',
    role: 'grid',
    'aria-label': text.confusion,
  });
  const buttons: HTMLElement[] = [];
  const label = (index: number) => element('span', {}, classes[index]);
  table.append(
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { class: 'corner', title: text.axes }, element('span', { class: 'unseen' }, text.axes)),
        ...classes.map((each, index) => element('th', { scope: 'col', title: each }, label(index))),
      ),
    ),
    element(
      'tbody',
      {},
      ...classes.map((each, actual) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row', title: each }, label(actual)),
          ...classes.map((_, predicted) => {
            const cell = cells[actual * size + predicted];
            const right = actual === predicted;
            const called = name(cell);
            const made = element(
              'td',
              {
                class: right ? 'right' : undefined,
                tabindex: buttons.length === 0 ? 0 : -1,
                'aria-label': called,
                title: called,
              },
              size > 12 || cell.count === 0 ? '' : cell.count.toLocaleString('en-US'),
            );
            // Few mistakes are far more than none, so strength grows with the root.
            if (!right) made.style.setProperty('--share', `${Math.round(60 * Math.sqrt(cell.count / most))}%`);
            buttons.push(made);
            return made;
          }),
        ),
      ),
    ),
  );
  const at = (target: EventTarget | null) => buttons.indexOf((target as HTMLElement).closest('td')!);
  const say = (index: number) => (readout.textContent = index < 0 ? '' : name(cells[index]));
  table.addEventListener('pointerover', event => say(at(event.target)));
  table.addEventListener('focusin', event => say(at(event.target)));
  table.addEventListener('click', event => {
    const index = at(event.target);
    if (index < 0) return;
    focus(index);
    open(cells[index]);
  });
  const focus = (index: number) => {
    for (const [i, each] of buttons.entries()) each.tabIndex = i === index ? 0 : -1;
    buttons[index].focus();
  };
  table.addEventListener('keydown', event => {
    const index = at(event.target);
    if (index < 0) return;
    const [row, column] = [Math.floor(index / size), index % size];
    const to = {
      ArrowRight: column < size - 1 ? index + 1 : index,
      ArrowLeft: column > 0 ? index - 1 : index,
      ArrowDown: row < size - 1 ? index + size : index,
      ArrowUp: row > 0 ? index - size : index,
      Home: row * size,
      End: row * size + size - 1,
    }[event.key];
    if (to !== undefined) focus(to);
    else if (event.key === 'Enter' || event.key === ' ') open(cells[index]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return element('div', { class: 'confusion-part' }, element('div', { class: 'confusion-box' }, table), readout, list);
}
