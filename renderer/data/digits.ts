import { DIGIT_NAMES } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import type { DigitFilter, DigitInfo } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import type { Browsing } from '../core/browsing.ts';
import { showsDigits } from './data-choice.ts';
import { destroyAll, element, iconButton, type IconName } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { createPictureGrid } from '../parts/picture-grid.ts';

/** The shape of the digits' pictures. */
const SHAPE = [28, 28, 1] as const;
const PIXELS = 28 * 28;
/** Milliseconds to wait after an edit of a parameter before asking for the new predictions. */
const REFRESH = 500;

/** The test digits as a grid of pictures, each with its class; in red with the prediction, if that is wrong. It loads
 *  only what is in view. */
export function createDigits(
  parent: Element,
  store: Store,
  client: Client,
  commands: Commands,
  browsing: Browsing,
): View {
  const text = messages.panels;
  let filter: DigitFilter = browsing.get().filter;
  /** The digit in the sheet and its prediction, as a key. */
  const inSheet = () => `${current()} ${store.get().workbook.predicted?.class}`;
  let shown = '';
  const current = (): number | undefined => {
    const { source } = store.get().workbook;
    return source.kind === 'digit' ? source.index : undefined;
  };
  const className = (index: number) => store.get().classes[index] ?? String(index);

  // ── heading and filter ──
  const walk = (name: IconName, id: string, label: string) => iconButton(name, label, () => commands.run(id));
  const classes = element('select', { class: 'field small', 'aria-label': messages.menu.onlyClass });
  classes.addEventListener('change', () => commands.run('network.class', classes.value));
  const wrong = element(
    'button',
    { type: 'button', class: 'button outlined small', title: messages.menu.onlyWrong },
    text.wrong,
  );
  wrong.addEventListener('click', () => commands.run('network.onlyWrong'));
  const stale = element(
    'button',
    { type: 'button', class: 'button outlined small stale', hidden: true },
    text.askAgain,
  );
  stale.addEventListener('click', () => reload(false));

  // ── the grid ──
  const count = element('small', { id: 'digits-count' });
  const empty = element('p', { class: 'empty', hidden: true }, text.noSuchDigit);
  const grid = createPictureGrid<DigitInfo>(store, {
    label: text.digits,
    describedBy: count.id,
    id: 'digit',
    async load(from, size) {
      const { total, digits, pixels } = await client.send('listDigits', { filter, from, count: size });
      const items = digits.map((item, i) => ({ item, pixels: pixels.subarray(i * PIXELS, (i + 1) * PIXELS) }));
      return { total, shape: SHAPE, items };
    },
    look(digit) {
      const selected = digit.index === current();
      // For the digit in the sheet, the sheet's prediction is the newest.
      const predicted = selected ? (store.get().workbook.predicted?.class ?? digit.predicted) : digit.predicted;
      const name = DIGIT_NAMES[digit.class];
      const mistaken = predicted !== undefined && digit.unit !== undefined && predicted !== digit.unit;
      return {
        key: digit.index,
        label: mistaken ? `${name}→${className(predicted)}` : name,
        spoken: mistaken ? text.takenFor(name, className(predicted)) : name,
        wrong: mistaken,
        selected,
      };
    },
    choose: ({ index }) => client.send('showDigit', { index }),
    loaded(total) {
      count.textContent = text.digitCount(total);
      empty.hidden = total > 0;
      grid.root.hidden = !empty.hidden;
      if (arriving) grid.follow(positionOf(current() ?? 0) ?? 0);
      arriving = false;
    },
    // If another workbook was opened, nobody needs these digits any more.
    refuse: sentence => {
      if (!root.hidden) commands.refuse(sentence);
    },
  });
  /** True until the first digits arrive. They are then scrolled to the digit in the sheet. */
  let arriving = true;
  /** The position of a digit in the list; undefined if it isn't known. */
  const positionOf = (index: number): number | undefined =>
    filter.class === undefined && !filter.wrong
      ? index
      : grid.items().find(({ item }) => item.index === index)?.position;

  const root = element(
    'section',
    { class: 'browse-panel', 'aria-label': text.digits },
    element(
      'h2',
      {},
      text.digits,
      element(
        'span',
        { class: 'walk' },
        walk('previous', 'network.previousDigit', messages.menu.previousDigit),
        walk('random', 'network.randomDigit', messages.menu.randomDigit),
        walk('next', 'network.nextDigit', messages.menu.nextDigit),
      ),
    ),
    element('div', { class: 'browse-filter' }, classes, wrong),
    stale,
    empty,
    grid.root,
    count,
  );

  const paint = () => {
    shown = inSheet();
    grid.paint();
  };
  const reload = (top: boolean) => {
    stale.hidden = true;
    if (!root.hidden) grid.reload(top);
  };
  const showFilter = () => {
    const next = browsing.get().filter;
    classes.value = next.class === undefined ? 'any' : String(next.class);
    wrong.setAttribute('aria-pressed', String(next.wrong === true));
    if (next === filter) return;
    filter = next;
    reload(true);
  };
  const buildClasses = () => {
    classes.replaceChildren(
      element('option', { value: 'any' }, text.all),
      ...DIGIT_NAMES.map((name, index) => element('option', { value: index }, name)),
    );
    showFilter();
  };

  let { workbook: known, workbookId } = store.get();
  let refresh: ReturnType<typeof setTimeout> | undefined;
  /** Another digit moves the outline. A changed parameter may change every prediction. */
  const workbookChanged = () => {
    const { workbook } = store.get();
    const index = current();
    const moved = JSON.stringify(workbook.source) !== JSON.stringify(known.source);
    if (moved && index !== undefined) {
      const position = positionOf(index);
      if (position !== undefined) grid.follow(position);
    }
    if (workbook.parameterRevision !== known.parameterRevision) {
      clearTimeout(refresh);
      // Finding all wrong digits takes long, so it waits until the user asks.
      if (filter.wrong) stale.hidden = false;
      else refresh = setTimeout(() => reload(false), REFRESH);
    }
    known = workbook;
    if (shown !== inSheet()) paint();
  };
  /** Another workbook was opened, or the chosen data set has changed. */
  const opened = () => {
    const { sheet, dataChoice, workbookId: id } = store.get();
    const hidden = !showsDigits(sheet.network, dataChoice);
    if (hidden === root.hidden && id === workbookId) return;
    // Hidden first, because only networks with the digits' size may ask for them.
    root.hidden = hidden;
    if (id !== workbookId) buildClasses();
    workbookId = id;
    reload(true);
  };

  parent.append(root);
  buildClasses();
  root.hidden = true;
  opened();
  return destroyAll(root, [
    browsing.onChange(showFilter),
    store.on(['workbook'], workbookChanged),
    store.on(['workbookId', 'sheet', 'dataChoice'], opened),
    () => grid.destroy(),
    () => clearTimeout(refresh),
  ]);
}
