import { destroyAll, element } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { onColours } from '../core/colours.ts';
import { createPictures, edgeFor, type ImageShape } from './pictures.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** Air beside a picture, and its label with air below it, in pixels. */
const GAP = 13;
const LABEL = 22;
/** About the width of a character of a label, in bold. */
const CHARACTER = 6.3;
/** From one picture to the next at most, where labels are long. */
const WIDEST = 96;
/** Where there is one picture to a row. */
const ROW_EDGE = 32;
const ROW_HEIGHT = 40;
/** Pictures a request asks for: a bit more than a screen shows. */
const PAGE = 80;
/** Canvases kept at most. */
const MOST_PICTURES = 1000;
/** Bytes of pixels kept at most, unless those in view are more: all of ten thousand digits, not of ten thousand
 *  photos. */
const MOST_BYTES = 64 * 2 ** 20;

/** Calls back when another image has come into the sheet: a run changes the workbook ten times a second, but not that.
 *  Returns a function that ends it. */
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

/** An image of a grid, with its texts. In a list, each image has a row of its own, with `row` beside it. */
type Picture = {
  /** Tells the image from all others. */
  key: string | number;
  /** In a grid, the text below the image; in a list, the text between the row's name and its detail. */
  label: string;
  /** What a screen reader calls the image, and what pointing at it shows. */
  spoken: string;
  wrong?: boolean;
  selected?: boolean;
  row?: { name: string; second?: string; detail?: string };
};

export type PictureGridOptions<T> = {
  /** Accessible name, and the id of what describes it. */
  label: string;
  describedBy?: string;
  /** Begins the ids of the options. */
  id: string;
  /** Whether grey images are drawn as ink on paper; where left out, as those of the chosen data set are. */
  inkOnPaper?: () => boolean;
  /** What labels may say, such as the names of classes: pictures stand as far apart as these need. */
  names?(): readonly string[];
  /** One image to a row, with its name; else as many as fit. */
  rows?: boolean;
  /** Images by position. Rejections go to `refuse`. */
  load(
    from: number,
    count: number,
  ): Promise<{ total: number; shape: ImageShape; items: readonly { item: T; pixels: Uint8Array }[] }>;
  /** How an item looks now. */
  look(item: T): Picture;
  /** An item was chosen by a click or key. While one is under way, only the newest choice follows. */
  choose?(item: T, position: number): Promise<unknown>;
  /** The number of images, or whether they are known, has changed. */
  loaded?(total: number): void;
  refuse(sentence: string): void;
};

export type PictureGrid<T> = View & {
  readonly root: HTMLElement;
  /** What was loaded is void. `top`: it is another list, so it begins at its top. */
  reload(top: boolean): void;
  /** Items look differently now. */
  paint(): void;
  /** The loaded items with their positions. */
  items(): { item: T; position: number }[];
  total(): number;
  position(): number;
  /** The arrow keys go on from here, and it is scrolled into view; unless a choice is under way, which is newer. */
  follow(position: number): void;
  /** As if it had been clicked. */
  choose(position: number): void;
};

/** Which loaded pages, given with their bytes, are dropped so that no more than `most` stay: those furthest from the
 *  ones in use first, and never these. */
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

/** From one picture to the next, in pixels: as far as the longest of these names needs, but so that two fit beside each
 *  other. `width` is of the list. */
export function pitchFor(edge: number, names: readonly string[], width: number): number {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  const wanted = Math.min(Math.ceil(longest * CHARACTER) + 3, WIDEST, Math.floor((width + GAP) / 2));
  return Math.max(edge + GAP, wanted);
}

/** Pictures with labels in rows, as a list of options of which only those in view exist. */
export function createPictureGrid<T>(store: Store, options: PictureGridOptions<T>): PictureGrid<T> {
  let total = 0;
  let shape: ImageShape = [28, 28, 1];
  /** Counts what voids every page: an answer to an older question is dropped. */
  let edition = 0;
  let pages = new Map<number, readonly { item: T; pixels: Uint8Array }[] | 'loading'>();
  let cursor = 0;
  let wanted: number | undefined;
  let choosing = false;
  const picturesNow = () => createPictures(store, options.inkOnPaper ? { inkOnPaper: options.inkOnPaper() } : {});
  let pictures = picturesNow();
  /** Pictures already drawn, by key: scrolling back uses them again. */
  const drawn = new Map<string | number, HTMLCanvasElement>();
  /** The options in view, by position, with all that they show. */
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

  /** The positions in view, from the first up to but without the last, and a row more on either side. */
  const seen = () => ({
    from: Math.max(0, Math.floor(list.scrollTop / rowHeight()) - 1) * columns(),
    to: Math.min(total, (Math.ceil((list.scrollTop + list.clientHeight) / rowHeight()) + 1) * columns()),
  });
  const dropFar = () => {
    const { from, to } = seen();
    // The newest choice may be out of view, where the list is hidden.
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
    // What stays is not touched: an option that is taken out between pressing and releasing the mouse gets no click.
    const kept = new Set([...inView.values()].map(({ root }) => root));
    for (const { root } of before.values()) if (!kept.has(root)) root.remove();
    for (const [i, root] of [...kept].entries())
      if (spacer.children[i] !== root) spacer.insertBefore(root, spacer.children[i] ?? null);
    list.setAttribute('aria-activedescendant', `${options.id}-${cursor}`);
  };
  /** The option of an item: the one that was there before, if it shows the same. */
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
        // A row is called what stands in it.
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
        : // Drawn by the style sheet: what is said is the option's name, and an arrow can't be said.
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
    const id = `${options.id}-${cursor}`;
    list.setAttribute('aria-activedescendant', id);
    for (const each of spacer.children) each.classList.toggle('cursor', each.id === id);
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
