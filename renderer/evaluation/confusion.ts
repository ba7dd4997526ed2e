import { whole } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import type { ConfusionCell } from '../../shared/training.ts';
import { element } from '../core/element.ts';

/** The most classes for which cells have room for numbers. */
const MOST_NUMBERED = 12;
/** How many mistakes are listed, the most frequent first. */
const LISTED = 7;

/** A confusion matrix. The diagonal is pale, mistakes are strong, the more frequent the stronger. Beside it is a list
 *  of the most frequent mistakes. */
export type ConfusionMatrix = {
  readonly root: HTMLElement;
  /** Shows these counts [actual, predicted], row by row. The cells stay, and so does the keyboard in one of them.
   *  `lost`: images that are in no cell and count as wrong. */
  update(counts: readonly number[], lost?: number): void;
};

/** A confusion matrix of these classes. `open` is called with the pressed cell or mistake. Tab reaches one cell, the
 *  arrow keys the others. */
export function createConfusionMatrix(
  classes: readonly string[],
  open: (cell: ConfusionCell) => void,
): ConfusionMatrix {
  const text = messages.views.evaluation;
  const size = classes.length;
  let cells: ConfusionCell[] = [];
  const name = ({ actual, predicted, count }: ConfusionCell) =>
    text.cell(classes[actual], classes[predicted], count, actual === predicted);

  const mistakes = createMistakes(classes, open);
  const readout = element('p', { class: 'help readout', 'aria-hidden': true });
  const table = element('table', {
    class: size > MOST_NUMBERED ? 'confusion dense' : 'confusion',
    role: 'grid',
    'aria-label': text.confusion,
  });
  const buttons = Array.from({ length: size * size }, (_, i) =>
    element('td', { class: i % (size + 1) === 0 ? 'right' : undefined, tabindex: i === 0 ? 0 : -1 }),
  );
  // Letters of this font are a bit wider than its digits.
  const longest = Math.max(...classes.map(each => each.length));
  table.style.setProperty('--names', `${(1.1 * longest).toFixed(1)}ch`);
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
          ...buttons.slice(actual * size, (actual + 1) * size),
        ),
      ),
    ),
  );
  const at = (target: EventTarget | null) => buttons.indexOf((target as HTMLElement).closest('td')!);
  /** The cell whose text is shown. */
  let said = -1;
  const say = (index: number) => {
    said = index;
    readout.textContent = index < 0 ? '' : name(cells[index]);
  };
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

  return {
    root: element(
      'div',
      { class: 'confusion-part' },
      element('div', { class: 'confusion-box' }, table),
      readout,
      mistakes.root,
    ),
    update(counts, lost = 0) {
      const before = cells;
      cells = cellsOf(counts, size);
      const found = mistakesOf(cells);
      const most = found[0]?.count ?? 1;
      mistakes.update(found, lost);
      for (const [i, cell] of cells.entries()) {
        const { count } = cell;
        const made = buttons[i];
        // The strength is the square root of the share, so that a few mistakes look clearly different from none.
        if (cell.actual !== cell.predicted)
          made.style.setProperty('--share', `${Math.round(60 * Math.sqrt(count / most))}%`);
        if (before[i]?.count === count) continue;
        made.ariaLabel = made.title = name(cell);
        made.textContent = size > MOST_NUMBERED || count === 0 ? '' : whole(count);
      }
      say(said);
    },
  };
}

/** The most frequent mistakes alone. They are shown instead of a matrix if there are too many classes. */
export function mistakeList(
  mistakes: readonly ConfusionCell[],
  classes: readonly string[],
  open: (cell: ConfusionCell) => void,
  lost: number,
): HTMLElement {
  const list = createMistakes(classes, open);
  list.update(mistakes, lost);
  const help = element('p', { class: 'help' }, messages.views.evaluation.tooManyClasses(classes.length));
  return element('div', {}, help, list.root);
}

/** The most frequent mistakes as a list of buttons. The buttons stay when their texts change. */
function createMistakes(classes: readonly string[], open: (cell: ConfusionCell) => void) {
  const text = messages.views.evaluation;
  let shown: ConfusionCell[] = [];
  const root = element('ul', { class: 'mistakes', 'aria-label': text.mistakes });
  const none = element('li', { class: 'help' }, text.noMistakes);
  const lines = Array.from({ length: LISTED }, (_, i) => {
    const what = element('span', {});
    const count = element('span', {});
    const button = element('button', { type: 'button' }, what, ' ', count);
    button.addEventListener('click', () => open(shown[i]));
    return { line: element('li', {}, button), what, count };
  });
  root.append(...lines.map(({ line }) => line), none);
  return {
    root,
    update(found: readonly ConfusionCell[], lost: number) {
      shown = found.slice(0, LISTED);
      for (const [i, { line, what, count }] of lines.entries()) {
        line.hidden = i >= shown.length;
        if (line.hidden) continue;
        what.textContent = text.takenFor(classes[shown[i].actual], classes[shown[i].predicted]);
        count.textContent = whole(shown[i].count);
      }
      none.hidden = shown.length > 0 || lost > 0;
    },
  };
}

const cellsOf = (counts: readonly number[], size: number): ConfusionCell[] =>
  counts.map((count, i) => ({ actual: Math.floor(i / size), predicted: i % size, count }));

/** The cells off the diagonal that aren't empty, the largest count first. */
const mistakesOf = (cells: readonly ConfusionCell[]): ConfusionCell[] =>
  cells.filter(({ actual, predicted, count }) => actual !== predicted && count > 0).sort((a, b) => b.count - a.count);
