import { messages } from '../../shared/messages.ts';
import { DIGIT_CLASSES, type DigitFilter, type DigitInfo } from '../../shared/protocol.ts';
import type { Client } from '../client.ts';
import type { Browsing, Commands } from '../commands.ts';
import { destroyAll, element, icon, type IconName, setAttributes } from '../element.ts';
import { sequentialStep } from '../grid/colour.ts';
import { readTheme } from '../grid/theme.ts';
import type { Store, View } from '../store.ts';

/** Edge of the data set's pictures. */
const SIDE = 28;
const COLUMNS = 4;
/** Distance of two rows: a picture, its label, and air. */
const ROW_HEIGHT = 50;
const COLUMN_WIDTH = 41;
/** Digits a request asks for: a bit more than a screen shows. */
const PAGE = 80;
/** Pictures kept at most. */
const MOST_PICTURES = 1000;
/** After an edit of a parameter, how long to wait before the labels of what the network takes the digits for are asked for again. */
const REFRESH = 500;

type Digit = DigitInfo & { pixels: Uint8Array };

/** The test digits as a grid of pictures, each with its class, in red with what the network takes it for where that is wrong. Loads what is in view. */
export function createDigits(
  parent: Element,
  store: Store,
  client: Client,
  commands: Commands,
  browsing: Browsing,
): View {
  const text = messages.panels;
  let total = 0;
  let filter: DigitFilter = browsing.get().filter;
  /** Counts what voids every page: an answer to an older question is dropped. */
  let edition = 0;
  let pages = new Map<number, readonly Digit[] | 'loading'>();
  /** Position of the digit the arrow keys start from. */
  let cursor = 0;
  let wanted: number | undefined;
  let showing = false;
  let table: Uint32Array;
  /** Pictures already drawn, by digit: scrolling back and edits use them again. */
  const pictures = new Map<number, HTMLCanvasElement>();
  /** What of the sheet the panel shows: which digit is in it, and what the network takes that for. */
  const inSheet = () => `${current()} ${store.get().workbook.predicted?.class}`;
  let painted = '';

  // ── heading and filter ──
  const walk = (name: IconName, id: string, label: string) => {
    const button = element(
      'button',
      { type: 'button', class: 'button quiet small', title: label, 'aria-label': label },
      icon(name),
    );
    button.addEventListener('click', () => commands.run(id));
    return button;
  };
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
  stale.addEventListener('click', () => reload());

  // ── the grid ──
  const spacer = element('div', { class: 'digits-spacer' });
  const list = element(
    'div',
    { class: 'digits', role: 'listbox', tabindex: 0, 'aria-label': text.digits, 'aria-describedby': 'digits-count' },
    spacer,
  );
  const count = element('small', { id: 'digits-count' });
  const empty = element('p', { class: 'empty', hidden: true }, text.noSuchDigit);

  const root = element(
    'section',
    { class: 'digits-panel', 'aria-label': text.digits },
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
    element('div', { class: 'digits-filter' }, classes, wrong),
    stale,
    empty,
    list,
    count,
  );

  const load = async (page: number) => {
    if (pages.has(page)) return;
    const asked = edition;
    pages.set(page, 'loading');
    try {
      const answer = await client.send('listDigits', { filter, from: page * PAGE, count: PAGE });
      if (asked !== edition) return;
      total = answer.total;
      pages.set(
        page,
        answer.digits.map((digit, i) => ({
          ...digit,
          pixels: answer.pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE),
        })),
      );
      paint();
    } catch (error) {
      if (asked !== edition) return;
      pages.delete(page);
      commands.refuse((error as Error).message);
    }
  };
  const digitAt = (position: number): Digit | undefined => {
    const page = pages.get(Math.floor(position / PAGE));
    return page === 'loading' ? undefined : page?.[position % PAGE];
  };
  const current = (): number | undefined => {
    const { source } = store.get().workbook;
    return source.kind === 'digit' ? source.index : undefined;
  };
  /** Where a digit stands among those that are browsed; undefined where that isn't known. */
  const positionOf = (index: number): number | undefined => {
    if (filter.class === undefined && !filter.wrong) return index;
    for (const [page, digits] of pages) {
      const at = digits === 'loading' ? -1 : digits.findIndex(digit => digit.index === index);
      if (at >= 0) return page * PAGE + at;
    }
    return undefined;
  };

  const paint = () => {
    painted = inSheet();
    spacer.style.height = `${Math.ceil(total / COLUMNS) * ROW_HEIGHT}px`;
    count.textContent = text.digitCount(total);
    empty.hidden = total > 0 || !pages.has(0) || pages.get(0) === 'loading';
    list.hidden = !empty.hidden;
    list.setAttribute('aria-busy', String(total === 0));
    const first = Math.max(0, Math.floor(list.scrollTop / ROW_HEIGHT) - 1);
    const last = Math.ceil((list.scrollTop + list.clientHeight) / ROW_HEIGHT) + 1;
    const shown: HTMLElement[] = [];
    for (let position = first * COLUMNS; position < Math.min(total, last * COLUMNS); position++) {
      const digit = digitAt(position);
      if (digit) shown.push(option(digit, position));
      else void load(Math.floor(position / PAGE));
    }
    spacer.replaceChildren(...shown);
    list.setAttribute('aria-activedescendant', `digit-${cursor}`);
  };
  const option = (digit: Digit, position: number): HTMLElement => {
    const { workbook } = store.get();
    const selected = digit.index === current();
    // What is in the sheet is known best there.
    const predicted = selected ? (workbook.predicted?.class ?? digit.predicted) : digit.predicted;
    const name = className(digit.class);
    const mistaken = predicted !== undefined && predicted !== digit.class;
    const made = element(
      'div',
      {
        class: mistaken ? 'digit wrong' : 'digit',
        role: 'option',
        id: `digit-${position}`,
        'aria-selected': selected,
        'aria-setsize': total,
        'aria-posinset': position + 1,
        'aria-label': mistaken ? text.takenFor(name, className(predicted)) : name,
        title: mistaken ? text.takenFor(name, className(predicted)) : undefined,
      },
      pictureOf(digit),
      // Drawn by the style sheet: what is said is the option's name, and an arrow can't be said.
      element('span', { 'data-text': mistaken ? `${name}→${className(predicted)}` : name }),
    );
    made.style.top = `${Math.floor(position / COLUMNS) * ROW_HEIGHT}px`;
    made.style.left = `${(position % COLUMNS) * COLUMN_WIDTH}px`;
    made.addEventListener('click', () => choose(position));
    return made;
  };
  const pictureOf = (digit: Digit): HTMLCanvasElement => {
    let known = pictures.get(digit.index);
    if (!known) {
      if (pictures.size > MOST_PICTURES) pictures.clear();
      pictures.set(digit.index, (known = picture(digit.pixels, table)));
    }
    return known;
  };
  const className = (index: number) => store.get().classes[index] ?? String(index);

  /** Puts the digit at a position into the sheet; while one is on its way, only the newest choice follows. */
  const choose = (position: number) => {
    cursor = Math.max(0, Math.min(total - 1, position));
    const top = Math.floor(cursor / COLUMNS) * ROW_HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW_HEIGHT > list.scrollTop + list.clientHeight)
      list.scrollTop = top + ROW_HEIGHT - list.clientHeight;
    wanted = cursor;
    void showWanted();
  };
  const showWanted = async () => {
    if (showing) return;
    showing = true;
    try {
      while (wanted !== undefined) {
        const position = wanted;
        wanted = undefined;
        await load(Math.floor(position / PAGE));
        const digit = digitAt(position);
        if (digit) await client.send('showDigit', { index: digit.index });
      }
    } catch (error) {
      commands.refuse((error as Error).message);
    } finally {
      showing = false;
    }
  };

  list.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const screen = Math.max(1, Math.floor(list.clientHeight / ROW_HEIGHT)) * COLUMNS;
    const to = {
      ArrowRight: cursor + 1,
      ArrowLeft: cursor - 1,
      ArrowDown: cursor + COLUMNS,
      ArrowUp: cursor - COLUMNS,
      PageDown: cursor + screen,
      PageUp: cursor - screen,
      Home: 0,
      End: total - 1,
      Enter: cursor,
      ' ': cursor,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(to);
  });
  let frame = 0;
  list.addEventListener('scroll', () => {
    if (frame === 0) {
      frame = requestAnimationFrame(() => {
        frame = 0;
        paint();
      });
    }
  });
  const resized = new ResizeObserver(() => paint());
  resized.observe(list);

  const reload = () => {
    edition++;
    pages = new Map();
    stale.hidden = true;
    void load(Math.floor(list.scrollTop / ROW_HEIGHT / (PAGE / COLUMNS)));
  };
  const showFilter = () => {
    const next = browsing.get().filter;
    classes.value = next.class === undefined ? 'any' : String(next.class);
    wrong.setAttribute('aria-pressed', String(next.wrong === true));
    if (next === filter) return;
    filter = next;
    list.scrollTop = 0;
    cursor = 0;
    reload();
  };
  const buildClasses = () => {
    classes.replaceChildren(
      element('option', { value: 'any' }, text.all),
      ...store
        .get()
        .classes.slice(0, DIGIT_CLASSES)
        .map((name, index) => element('option', { value: index }, name)),
    );
    showFilter();
  };

  let { workbook: known, workbookId } = store.get();
  let refresh: ReturnType<typeof setTimeout> | undefined;
  /** Another digit moves the outline; a changed parameter may change what the network takes every digit for. */
  const workbookChanged = () => {
    const { workbook } = store.get();
    const index = current();
    const moved = JSON.stringify(workbook.source) !== JSON.stringify(known.source);
    if (moved && index !== undefined) {
      cursor = positionOf(index) ?? cursor;
      if (wanted === undefined && !showing) scrollToCursor();
    }
    if (workbook.parameterRevision !== known.parameterRevision) {
      clearTimeout(refresh);
      // Finding every wrong one anew is long work: that waits until somebody asks.
      if (filter.wrong) stale.hidden = false;
      else refresh = setTimeout(reload, REFRESH);
    }
    known = workbook;
    if (painted !== inSheet()) paint();
  };
  const scrollToCursor = () => {
    const top = Math.floor(cursor / COLUMNS) * ROW_HEIGHT;
    if (top < list.scrollTop || top + ROW_HEIGHT > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - list.clientHeight / 2 + ROW_HEIGHT / 2;
    }
  };
  const readColours = () => {
    const { dark, settings } = store.get();
    pictures.clear();
    table = grey(readTheme(document.documentElement, dark, settings.palette).colours.pixels.pixels);
    paint();
  };
  const opened = () => {
    if (store.get().workbookId === workbookId) return;
    workbookId = store.get().workbookId;
    buildClasses();
    reload();
  };
  const fits = () => {
    const input = store.get().sheet.network.layers[0];
    root.hidden = input.kind !== 'input' || input.shape.join() !== `${SIDE},${SIDE},1`;
  };

  parent.append(root);
  fits();
  buildClasses();
  readColours();
  cursor = current() ?? 0;
  void load(Math.floor(cursor / PAGE)).then(scrollToCursor);
  return destroyAll(root, [
    browsing.onChange(showFilter),
    store.on(['workbook'], workbookChanged),
    store.on(['workbookId'], opened),
    store.on(['sheet'], fits),
    store.on(['dark', 'settings'], readColours),
    () => resized.disconnect(),
    () => clearTimeout(refresh),
    () => cancelAnimationFrame(frame),
  ]);
}

/** The colour of every byte a picture can hold. */
function grey(steps: Uint32Array): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => steps[sequentialStep(byte / 255)]);
}

function picture(pixels: Uint8Array, table: Uint32Array): HTMLCanvasElement {
  const canvas = element('canvas', { width: SIDE, height: SIDE, 'aria-hidden': true });
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(SIDE, SIDE);
  const colours = new Uint32Array(image.data.buffer);
  for (let i = 0; i < colours.length; i++) colours[i] = table[pixels[i]];
  context.putImageData(image, 0, 0);
  setAttributes(canvas, { class: 'picture' });
  return canvas;
}
