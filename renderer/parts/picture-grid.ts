import { destroyAll, element } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { onColours } from '../core/colours.ts';
import { createPictures, edgeFor, type ImageShape } from './pictures.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** Gaps in pixels: beside a picture, and below it with its label. */
const GAP = 13;
const LABEL = 22;
/** About the width of a character of a label, in bold. */
const CHARACTER = 6.3;
/** The largest distance from one picture to the next, if labels are long. */
const WIDEST = 96;
/** The picture's size in a list with one picture in a row. */
const ROW_EDGE = 32;
const ROW_HEIGHT = 40;
/** How many pictures one request asks for. This is a bit more than a screen shows. */
const PAGE = 80;
/** The most canvases that are kept. */
const MOST_PICTURES = 1000;
/** The most bytes of pixels that are kept, unless the view needs more. All ten thousand digits fit, but not ten
 *  thousand photos. */
const MOST_BYTES = 64 * 2 ** 20;

/** Calls back when the sheet shows another image. (A run changes the workbook ten times a second, but not its image.)
 *  Returns a function that ends this. */
export function onImageInSheet(store: Store, callback: () => void): () => void {
  const named = () => JSON.stringify(store.get().workbook.source);
  let shown = named();
  return store.on(['workbook'], () => {
    const now = named();
    if (now === shown) return;
    shown = now;
    callback();
  });
}

/** An image with its texts. In a list, each image has its own row, with `row` beside it. */
type Picture = {
  /** Identifies the image. */
  key: string | number;
  /** In a grid, the text below the image. In a list, the text between the row's name and its detail. */
  label: string;
  /** What a screen reader calls the image, and what pointing at it shows. */
  spoken: string;
  wrong?: boolean;
  selected?: boolean;
  row?: { name: string; second?: string; detail?: string };
};

export type PictureGridOptions<T> = {
  /** The accessible name, and the id of its description. */
  label: string;
  describedBy?: string;
  /** The start of the options' ids. */
  id: string;
  /** Whether grey images are drawn as ink on paper. By default as for the chosen data set. */
  inkOnPaper?: () => boolean;
  /** The texts that labels may have, such as the names of classes. The distance between pictures depends on them. */
  names?(): readonly string[];
  /** Whether each image has its own row, with its name. Otherwise as many as fit are in a row. */
  rows?: boolean;
  /** Loads images by position. Rejections go to `refuse`. */
  load(
    from: number,
    count: number,
  ): Promise<{ total: number; shape: ImageShape; items: readonly { item: T; pixels: Uint8Array }[] }>;
  /** How an item looks now. */
  look(item: T): Picture;
  /** An item was chosen by a click or key. While one choice is being handled, only the newest other choice is kept. */
  choose?(item: T, position: number): Promise<unknown>;
  /** The number of images has become known, or has changed. */
  loaded?(total: number): void;
  refuse(sentence: string): void;
};

export type PictureGrid<T> = View & {
  readonly root: HTMLElement;
  /** Everything loaded is void. `top`: this is another list, so it is scrolled to its top. */
  reload(top: boolean): void;
  /** Paints the items again, because they look different now. */
  paint(): void;
  /** The loaded items with their positions. */
  items(): { item: T; position: number }[];
  total(): number;
  position(): number;
  /** Moves the keyboard's position here and scrolls to it, unless a newer choice is being handled. */
  follow(position: number): void;
  /** Chooses an item as a click does. */
  choose(position: number): void;
};

/** Which loaded pages to drop so that at most `most` bytes stay. Pages far from the used ones are dropped first, used
 *  ones never. `bytes`: the size of each page. */
export function pagesToDrop(bytes: ReadonlyMap<number, number>, inUse: readonly number[], most: number): number[] {
  const distance = (page: number) => Math.min(...inUse.map(used => Math.abs(used - page)));
  let kept = 0;
  for (const size of bytes.values()) kept += size;
  return [...bytes.keys()]
    .sort((a, b) => distance(b) - distance(a))
    .filter(page => {
      if (kept <= most || distance(page) === 0) return false;
      kept -= bytes.get(page)!;
      return true;
    });
}

/** The distance from one picture to the next, in pixels. The longest of these names fits, but at least two pictures are
 *  in a row. `width`: the width of the list. */
export function pitchFor(edge: number, names: readonly string[], width: number): number {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  const wanted = Math.min(Math.ceil(longest * CHARACTER) + 3, WIDEST, Math.floor((width + GAP) / 2));
  return Math.max(edge + GAP, wanted);
}

/** Pictures with labels, in rows. It is a listbox in which only the options in view exist. */
export function createPictureGrid<T>(store: Store, options: PictureGridOptions<T>): PictureGrid<T> {
  let total = 0;
  let shape: ImageShape = [28, 28, 1];
  /** Counts up when all pages become void. Answers to older requests are dropped. */
  let edition = 0;
  let pages = new Map<number, readonly { item: T; pixels: Uint8Array }[] | 'loading'>();
  let cursor = 0;
  let wanted: number | undefined;
  let choosing = false;
  const picturesNow = () => createPictures(store, options.inkOnPaper ? { inkOnPaper: options.inkOnPaper() } : {});
  let pictures = picturesNow();
  /** Drawn pictures by key, to be used again when the user scrolls back. */
  const drawn = new Map<string | number, HTMLCanvasElement>();
  /** The options in view, by position, with what they show. */
  let inView = new Map<number, { root: HTMLElement; canvas: HTMLCanvasElement; shows: string }>();

  const spacer = element('div', { class: 'pictures-spacer' });
  const list = element(
    'div',
    {
      class: options.rows ? 'pictures rows' : 'pictures',
      role: 'listbox',
      tabindex: 0,
      'aria-label': options.label,
      'aria-describedby': options.describedBy,
    },
    spacer,
  );

  const edge = () => (options.rows ? ROW_EDGE : edgeFor(shape));
  const rowHeight = () => (options.rows ? ROW_HEIGHT : edge() + LABEL);
  const pitch = () => pitchFor(edge(), options.names?.() ?? [], spacer.clientWidth);
  const columns = () => (options.rows ? 1 : Math.max(1, Math.floor((spacer.clientWidth + GAP) / pitch())));

  const load = async (page: number) => {
    if (pages.has(page)) return;
    const asked = edition;
    pages.set(page, 'loading');
    try {
      const answer = await options.load(page * PAGE, PAGE);
      if (asked !== edition) return;
      total = answer.total;
      if (answer.items.length > 0) shape = answer.shape;
      pages.set(page, answer.items);
      dropFar();
      paint();
      options.loaded?.(total);
    } catch (error) {
      if (asked !== edition) return;
      pages.delete(page);
      options.refuse(sentenceOf(error));
    }
  };
  const at = (position: number) => {
    const page = pages.get(Math.floor(position / PAGE));
    return page === 'loading' ? undefined : page?.[position % PAGE];
  };

  /** The positions in view, from the first to before the last, and one more row on either side. */
  const seen = () => ({
    from: Math.max(0, Math.floor(list.scrollTop / rowHeight()) - 1) * columns(),
    to: Math.min(total, (Math.ceil((list.scrollTop + list.clientHeight) / rowHeight()) + 1) * columns()),
  });
  const dropFar = () => {
    const { from, to } = seen();
    // If the list is hidden, the newest choice may be out of view.
    const inUse = [Math.floor(cursor / PAGE)];
    for (let page = Math.floor(from / PAGE); page * PAGE < to; page++) inUse.push(page);
    const bytes = new Map<number, number>();
    for (const [page, items] of pages)
      if (items !== 'loading') bytes.set(page, items.length * (items[0]?.pixels.length ?? 0));
    for (const page of pagesToDrop(bytes, inUse, MOST_BYTES)) pages.delete(page);
  };

  const paint = () => {
    const across = columns();
    list.style.setProperty('--edge', `${edge()}px`);
    list.style.setProperty('--beside', `${(pitch() - edge() - GAP) / 2}px`);
    spacer.style.height = `${Math.ceil(total / across) * rowHeight()}px`;
    list.setAttribute('aria-busy', String([...pages.values()].includes('loading')));
    const { from, to } = seen();
    const before = inView;
    inView = new Map();
    for (let position = from; position < to; position++) {
      const found = at(position);
      if (found) inView.set(position, option(found.item, found.pixels, position, across, before.get(position)));
      else void load(Math.floor(position / PAGE));
    }
    // Options that stay aren't touched: an option that is removed between mouse down and up gets no click.
    const kept = new Set([...inView.values()].map(({ root }) => root));
    for (const { root } of before.values()) if (!kept.has(root)) root.remove();
    for (const [i, root] of [...kept].entries())
      if (spacer.children[i] !== root) spacer.insertBefore(root, spacer.children[i] ?? null);
    tellCursor();
  };
  /** An option out of view, or still to come, isn't there to be told of. */
  const tellCursor = () => {
    if (inView.has(cursor)) list.setAttribute('aria-activedescendant', `${options.id}-${cursor}`);
    else list.removeAttribute('aria-activedescendant');
  };
  /** The option of an item. The old one is used again if it shows the same. */
  const option = (
    item: T,
    pixels: Uint8Array,
    position: number,
    across: number,
    before: ReturnType<typeof inView.get>,
  ): NonNullable<ReturnType<typeof inView.get>> => {
    const picture = options.look(item);
    const { key, label, spoken, wrong, selected, row } = picture;
    let canvas = drawn.get(key);
    if (!canvas) {
      if (drawn.size > MOST_PICTURES) drawn.clear();
      drawn.set(key, (canvas = pictures.draw(pixels, shape)));
    }
    const shows = JSON.stringify([picture, total, across, edge(), pitch()]);
    if (before?.shows === shows && before.canvas === canvas) return before;
    const root = element(
      'div',
      {
        class: `picture-option${wrong ? ' wrong' : ''}${position === cursor ? ' cursor' : ''}`,
        role: 'option',
        id: `${options.id}-${position}`,
        'aria-selected': selected === true,
        'aria-setsize': total,
        'aria-posinset': position + 1,
        // A row's name is its text.
        'aria-label': row ? undefined : spoken,
        title: spoken === label ? undefined : spoken,
      },
      canvas,
      ...(row
        ? [
            element('span', { class: 'name' }, row.name),
            element('span', { class: 'label' }, label),
            element('span', { class: 'detail' }, row.detail ?? ''),
            element('span', { class: 'second' }, row.second ?? ''),
          ]
        : // The style sheet draws this text. Screen readers use the option's name, because they can't read an arrow.
          [element('span', { class: 'label', 'data-text': label })]),
    );
    root.style.top = `${Math.floor(position / across) * rowHeight()}px`;
    root.style.left = `${(position % across) * pitch() + (pitch() - edge() - GAP) / 2}px`;
    root.addEventListener('click', () => choose(position));
    return { root, canvas, shows };
  };

  const moveTo = (position: number) => {
    cursor = Math.max(0, Math.min(total - 1, position));
    const top = Math.floor(cursor / columns()) * rowHeight();
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + rowHeight() > list.scrollTop + list.clientHeight)
      list.scrollTop = top + rowHeight() - list.clientHeight;
    tellCursor();
    for (const [at, { root }] of inView) root.classList.toggle('cursor', at === cursor);
  };
  const choose = (position: number) => {
    moveTo(position);
    wanted = cursor;
    void chooseWanted();
  };
  const chooseWanted = async () => {
    if (choosing) return;
    choosing = true;
    try {
      while (wanted !== undefined) {
        const position = wanted;
        wanted = undefined;
        await load(Math.floor(position / PAGE));
        const found = at(position);
        if (found) await options.choose?.(found.item, position);
      }
    } catch (error) {
      options.refuse(sentenceOf(error));
    } finally {
      choosing = false;
    }
  };

  list.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const across = columns();
    const screen = Math.max(1, Math.floor(list.clientHeight / rowHeight())) * across;
    const to = {
      ArrowRight: cursor + 1,
      ArrowLeft: cursor - 1,
      ArrowDown: cursor + across,
      ArrowUp: cursor - across,
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
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      paint();
    });
  });
  const resized = new ResizeObserver(() => paint());
  resized.observe(list);
  const recolour = () => {
    drawn.clear();
    pictures = picturesNow();
    paint();
  };

  return {
    ...destroyAll(list, [onColours(store, recolour), () => resized.disconnect(), () => cancelAnimationFrame(frame)]),
    root: list,
    reload(top) {
      edition++;
      pages = new Map();
      drawn.clear();
      pictures = picturesNow();
      if (top) {
        list.scrollTop = 0;
        cursor = 0;
        total = 0;
        wanted = undefined;
      }
      void load(Math.floor((Math.floor(list.scrollTop / rowHeight()) * columns()) / PAGE));
    },
    paint,
    items: () =>
      [...pages].flatMap(([page, items]) =>
        items === 'loading' ? [] : items.map(({ item }, i) => ({ item, position: page * PAGE + i })),
      ),
    total: () => total,
    position: () => cursor,
    follow(position) {
      if (!choosing) moveTo(position);
    },
    choose,
  };
}
