import type { Page } from '@playwright/test';

/** What is wrong with the words in sight, each in a line: cut, outside the window, over their own box, over others. */
export function wordFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** Pixels that a glyph may reach beyond its line. */
    const SLACK = 3;
    /** Pixels between two texts of their own. */
    const AIR = 4;
    /** Words that are not to be seen, or are drawn under others on purpose, and formulas, which the browser sets. */
    const UNSEEN = '.unseen, .sheet-input, .formula-input, .sheet-outlines, .plot.preview h3, .plot svg, math';
    /** Nobody scrolls these sideways to read a sentence. */
    const UPRIGHT = '.side-body, .training-body, .data-form, .menu, .dialog *';
    /** What lies one over the other. */
    const LAYERS = '.menu, dialog, .film-export, .sheet-note, .name-problem, .plot-readout, .window';

    type Box = { left: number; top: number; right: number; bottom: number };
    type Found = {
      whole: Box;
      seen: Box;
      scroller: Element | undefined;
      element: Element;
      layer: Element | null;
      /** Of a text: the box its lines stand in. */
      block?: Element;
    };
    const faults = new Set<string>();
    const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
    const menus = document.querySelector('.menu');
    /** A menu or dialog is looked at alone. */
    const counts = (each: Element) =>
      each.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !each.closest(UNSEEN) &&
      (menus ? each.closest('.menu') !== null : !dialog || dialog.contains(each));
    const told = (each: Element, text: string) =>
      `${each.parentElement?.className ?? ''} > ${each.tagName.toLowerCase()}.${each.className} "${text.slice(0, 50)}"`;
    const hasTitle = (each: Element) => each.closest('[title]:not([title=""])') !== null;
    const empty = ({ left, top, right, bottom }: Box) => right <= left || bottom <= top;

    /** What the boxes around an element leave of it, and whether they cut it where nobody can scroll to the rest. */
    const look = (element: Element, whole: Box): Found & { cut: boolean } => {
      let seen = whole;
      let cut = false;
      let scroller: Element | undefined;
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { overflowX: x, overflowY: y } = getComputedStyle(at);
        if ((x === 'visible' && y === 'visible') || at instanceof SVGElement) continue;
        const scrolls = [x, y].some(each => each === 'auto' || each === 'scroll');
        if (scrolls) scroller ??= at;
        const edge = at.getBoundingClientRect();
        const wide = x !== 'visible' && (seen.right > edge.right + 1 || seen.left < edge.left - 1);
        const high = y !== 'visible' && (seen.bottom > edge.bottom + SLACK || seen.top < edge.top - SLACK);
        if ((wide || high) && (!scroller || (wide && at.matches(UPRIGHT)))) cut = true;
        seen = {
          left: Math.max(seen.left, edge.left),
          top: Math.max(seen.top, edge.top),
          right: Math.min(seen.right, edge.right),
          bottom: Math.min(seen.bottom, edge.bottom),
        };
      }
      return { whole, seen, scroller, element, layer: element.closest(LAYERS), cut };
    };

    const found: Found[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      const text = node.textContent!.trim();
      if (text === '' || !counts(element) || element.matches('option, datalist *')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (empty(box)) continue;
      let block: Element = element;
      while (getComputedStyle(block).display === 'inline') block = block.parentElement!;
      const own = block.getBoundingClientRect();
      const grows = getComputedStyle(block).overflowX === 'visible';
      if (grows && (box.bottom > own.bottom + SLACK || box.top < own.top - SLACK || box.right > own.right + SLACK))
        faults.add(`over its box: ${told(element, text)}`);
      const looked = look(element, box);
      // Scales that find no room go out of sight as a whole.
      const dropped = element.closest('.legend') !== null && empty(looked.seen);
      if (looked.cut && !dropped && !hasTitle(element)) faults.add(`cut: ${told(element, text)}`);
      const { seen } = looked;
      if (!empty(seen) && (seen.right > innerWidth + 1 || seen.bottom > innerHeight + 1 || seen.left < -1))
        faults.add(`outside the window: ${told(element, text)}`);
      found.push({ ...looked, block });
    }
    // What is chosen in a list and what stands in an empty field are texts too, though not as nodes.
    const pen = document.createElement('canvas').getContext('2d')!;
    for (const field of document.querySelectorAll<HTMLSelectElement | HTMLInputElement>('select, input[placeholder]')) {
      if (!counts(field) || hasTitle(field)) continue;
      const isSelect = field instanceof HTMLSelectElement;
      const text = isSelect ? (field.selectedOptions[0]?.textContent ?? '') : field.placeholder;
      const { font, paddingLeft, paddingRight } = getComputedStyle(field);
      pen.font = font;
      // A list has its arrow at the right.
      const room = field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      if (pen.measureText(text).width > room + 1 - (isSelect ? 18 : 0)) faults.add(`cut: ${told(field, text)}`);
    }
    for (const control of document.querySelectorAll('input, select, button, progress, canvas.picture')) {
      const box = control.getBoundingClientRect();
      if (counts(control) && !empty(box)) found.push(look(control, box));
    }
    for (const [i, one] of found.entries())
      for (let j = i + 1; j < found.length; j++) {
        const other = found[j];
        // In one list they are compared where they stand, though some are scrolled away.
        const which = one.scroller && one.scroller === other.scroller ? 'whole' : 'seen';
        const [a, b] = [one[which], other[which]];
        // Two texts of their own want air between them; a text that goes on in bold doesn't.
        const air = one.block && other.block && one.block !== other.block ? AIR : 0;
        if (Math.min(a.right, b.right) + air - Math.max(a.left, b.left) <= 1.5) continue;
        if (Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) <= SLACK || one.layer !== other.layer) continue;
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        const [first, second] = [one, other].map(({ element }) => told(element, element.textContent ?? ''));
        faults.add(`over each other, or too close: ${first} and ${second}`);
      }
    return [...faults];
  });
}

/** Words in the page that the pseudo-language hasn't: texts, names, tooltips and placeholders, but for those that are
 *  data. */
export function foreignWords(page: Page, data: readonly string[]): Promise<string[]> {
  return page.evaluate(known => {
    const found = new Set<string>();
    const look = (text: string | null, where: Element) => {
      for (const word of (text ?? '').match(/(?<!\d)\p{L}*\p{Ll}\p{L}*\d*/gu) ?? [])
        if (word.length > 2 && !/[^\p{ASCII}]/u.test(word) && !known.includes(word.replace(/\d+$/, '')))
          found.add(`${where.tagName.toLowerCase()}.${where.getAttribute('class') ?? ''}: ${word} (${text})`);
    };
    for (const each of document.querySelectorAll('body *')) {
      if (each.closest('script, style, .formula, .layer .name, .path')) continue;
      for (const child of each.childNodes) if (child.nodeType === Node.TEXT_NODE) look(child.textContent, each);
      for (const name of [
        'aria-label',
        'title',
        'placeholder',
        'aria-description',
        'aria-valuetext',
        'alt',
        'data-drop',
      ])
        look(each.getAttribute(name), each);
    }
    look(document.title, document.documentElement);
    return [...found];
  }, data);
}
