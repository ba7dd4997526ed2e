import { formatAddress } from '../../shared/address.ts';
import type { Term } from '../../shared/explain/explain.ts';
import { messages } from '../../shared/messages.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';
import { element } from '../core/element.ts';
import { section } from '../parts/sides.ts';
import type { Theme } from '../parts/theme.ts';
import { cells, type Drawing } from './drawing.ts';
import { addressButton, signedHeat, valueText } from './number-grid.ts';

/** So many parts of a sum are shown by themselves, the strongest ones; the others are summed up. */
const MOST_TERMS = 6;
/** So many numbers of a long list are shown. */
const MOST_PRODUCTS = 8;
/** A list is long if it has more numbers than this in one row or column. */
const LONG = 9;

/** The parts of a sum with their numbers, then the sum itself. */
export function drawSum(drawing: Drawing, terms: readonly Term[]): Node[] {
  const multiplied = terms.filter(({ factors }) => factors.length > 1);
  const shown = strongest(multiplied);
  const limit = Math.max(0, ...multiplied.flatMap(({ products }) => products.map(Math.abs)));
  const parts = shown.map(term =>
    section(
      term.label,
      [element('b', {}, shortNumber(term.sum))],
      isLong(term) ? longList(drawing, term) : product(drawing, term, limit),
    ),
  );
  const others = terms.filter(({ factors }) => factors.length === 1);
  return [...parts, bars(drawing, terms, [...shown, ...strongest(others)])];
}

/** The strongest terms, in their order in the formula. */
function strongest(terms: readonly Term[]): Term[] {
  const chosen = new Set(terms.toSorted((a, b) => Math.abs(b.sum) - Math.abs(a.sum)).slice(0, MOST_TERMS));
  return terms.filter(term => chosen.has(term));
}

const isLong = ({ factors: [{ range }], products }: Term): boolean =>
  (range.width === 1 || range.height === 1) && products.length > LONG;

/** Two rectangles of cells, and their products in a third. */
function product(drawing: Drawing, { label, factors, products }: Term, limit: number): HTMLElement {
  const { theme, grids } = drawing;
  const { width } = factors[0].range;
  const text = messages.explain;
  return element(
    'div',
    { class: 'explain-product' },
    ...factors.flatMap((factor, i) => [
      ...(i > 0 ? [element('span', { class: 'sign' }, '×')] : []),
      cells(drawing, label, factor),
    ]),
    // Where there is no room for three, the products stand below, with their sign.
    element(
      'div',
      { class: 'explain-result' },
      element('span', { class: 'sign' }, '='),
      element(
        'div',
        { class: 'explain-factor' },
        element('span', { class: 'address' }, text.products),
        grids.draw(text.gridName(label, text.products), products, { width, heat: signedHeat(theme, limit) }, theme),
      ),
    ),
  );
}

/** A long list of products: the strongest ones, and how much the others add. */
function longList({ pointing }: Drawing, { factors, products }: Term): HTMLElement {
  const order = products.map((each, at) => ({ each, at })).toSorted((a, b) => Math.abs(b.each) - Math.abs(a.each));
  const { sheet, row, column, width } = factors[0].range;
  const rows = order.slice(0, MOST_PRODUCTS).map(({ each, at }) => {
    const range = { sheet, row: row + Math.floor(at / width), column: column + (at % width), height: 1, width: 1 };
    const address = addressButton({ address: formatAddress(range), range }, undefined, pointing);
    return line(address, factors.map(({ contents }) => valueText(contents[at])).join(' × '), each);
  });
  const rest = order.slice(MOST_PRODUCTS);
  const left = rest.reduce((total, { each }) => total + each, 0);
  return element(
    'table',
    { class: 'explain-list' },
    element('tbody', {}, ...rows, rest.length > 0 && line(messages.explain.others(rest.length), '', left)),
  );
}

function line(name: Node | string, factors: string, value: number): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    element('td', {}, factors),
    element('td', {}, element('b', {}, shortNumber(value))),
  );
}

/** The terms as bars, and the cell's number under them. */
function bars({ at, number, theme }: Drawing, terms: readonly Term[], shown: readonly Term[]): HTMLElement {
  const rest = terms.filter(term => !shown.includes(term));
  const rows = terms.filter(term => shown.includes(term)).map(({ label, sum }) => ({ label, sum }));
  if (rest.length > 0)
    rows.push({ label: messages.explain.others(rest.length), sum: rest.reduce((total, each) => total + each.sum, 0) });
  const list = barList(theme, rows, { label: formatAddress(at), sum: number ?? Number.NaN });
  return section(messages.explain.sums, [], list);
}

/** A number with its name, to be drawn as a bar. */
export type Bar = { label: Node | string; sum: number };

/** Signed numbers as bars, and what they come to under them. */
export function barList(theme: Theme, rows: readonly Bar[], result: Bar): HTMLElement {
  const limit = Math.max(...[...rows, result].map(({ sum }) => Math.abs(sum) || 0), Number.MIN_VALUE);
  const { css } = theme.colours.diverging;
  const entry = ({ label, sum }: Bar, last = false) => {
    const bar = element('i');
    bar.style.width = `${(50 * Math.abs(sum || 0)) / limit}%`;
    bar.style.background = css[sum < 0 ? 0 : 256];
    return element(
      'div',
      { class: last ? 'total' : undefined },
      element('dt', {}, label),
      element(
        'dd',
        {},
        element('span', { class: sum < 0 ? 'bar negative' : 'bar', 'aria-hidden': true }, bar),
        Number.isNaN(sum) ? '–' : shortNumber(sum),
      ),
    );
  };
  return element('dl', { class: 'explain-bars' }, ...rows.map(row => entry(row)), entry(result, true));
}
