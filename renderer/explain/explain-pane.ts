/** The panel that explains the active cell: how its number comes about, in pictures, words and formulas. It follows the
 *  selection. */
import { formatAddress, formatRange } from '../../shared/address.ts';
import { isError } from '../../shared/cell-content.ts';
import { describeElement } from '../../shared/describe.ts';
import { claimsOf } from '../../shared/explain/claims.ts';
import { explain, referencesIn, type Step } from '../../shared/explain/explain.ts';
import { contentOf, type Source } from '../../shared/explain/numbers.ts';
import { expressionOf } from '../../shared/formula/derive.ts';
import type { Expression } from '../../shared/formula/expression.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { cellsOf } from '../../shared/formula/placed.ts';
import { rangeOf } from '../../shared/formula/ranges.ts';
import { dependents, receptiveField } from '../../shared/formula/trace.ts';
import type { Block } from '../../shared/layout/layout.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { type CellPlace, only, type RangePlace } from '../../shared/places.ts';
import { coloursOf } from '../core/colours.ts';
import { destroyAll, element } from '../core/element.ts';
import { inOwnFrame } from '../core/frames.ts';
import { selected } from '../core/selection.ts';
import type { State, Store, Values, View } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { errorText, ownFormula } from '../grid/cell-text.ts';
import { createSide, section } from '../parts/sides.ts';
import { readTheme } from '../parts/theme.ts';
import { drawCurve } from './curve.ts';
import { cells as drawCells, type Drawing } from './drawing.ts';
import { drawFormula } from './formula-forms.ts';
import { addressButton, type Pointing, tensorAt, valueText } from './number-grid.ts';
import { drawSights, sights } from './sights.ts';
import { drawSum } from './sum.ts';
import { sentencesOf } from './words.ts';
import './explain.css';

export function createExplain(parent: Element, store: Store, values: Values, grid: () => GridApi): View {
  const text = messages.explain;
  const { root, body, end } = createSide(store, 'explain', text.title);
  let blocks: readonly Block[] = [];

  const pointing: Pointing = {
    point: range => store.set({ pointed: range }),
    go(range) {
      if (!grid().leaveEditing()) return;
      grid().turnTo(range.sheet);
      store.set({ ...selected(range, range), pointed: undefined });
      grid().focus();
    },
  };
  const isOpen = () => store.get().side === 'explain';
  const sourceOf = ({ sheet, sheets }: Readonly<State>): Source => ({
    sheet,
    sheets,
    element: ({ tensor, index }) => values.element(tensor, index),
    cell: place => (values.hasCells('explain') || place.sheet === sheet.id ? values.cell(place) : undefined),
  });
  const formulaAt = (state: Readonly<State>, place: CellPlace): Expression | undefined => {
    const found = elementAt(state.sheet, place);
    return ownFormula(state, place) ?? (found && expressionOf(state.sheet, found));
  };

  /** Asks for the numbers that the explanation needs. */
  const watch = () => {
    const state = store.get();
    const { sheet, active } = state;
    const expression = isOpen() ? formulaAt(state, active) : undefined;
    const ranges: RangePlace[] = isOpen() ? [only(active)] : [];
    for (const reference of expression === undefined ? [] : referencesIn(expression)) {
      const cells = cellsOf(sheet, reference, active.sheet === sheet.id);
      if (cells) ranges.push({ sheet: cells.sheet ?? active.sheet, ...rangeOf(cells) });
    }
    const found = isOpen() ? elementAt(sheet, active) : undefined;
    if (found) ranges.push(...sights(sheet, found, expression).map(({ cells }) => cells));
    const wanted = ranges.filter(range => range.sheet === sheet.id).flatMap(range => sheet.layout.blocksIn(range));
    if (wanted.length + blocks.length > 0) values.show('explain', wanted);
    blocks = wanted;
    const others = ranges.filter(range => range.sheet !== sheet.id);
    values.showCells('explain', others.length > 0 ? around(others) : undefined);
    show();
  };

  const show = () => {
    if (!isOpen()) {
      if (body.childElementCount > 0) body.replaceChildren();
      return;
    }
    const state = store.get();
    const focused = body.contains(document.activeElement) ? document.activeElement : undefined;
    const at = focused ? [...body.querySelectorAll('button, input')].indexOf(focused) : -1;
    const { scrollTop } = body;
    body.replaceChildren(...contents(state));
    body.scrollTop = scrollTop;
    if (at >= 0) [...body.querySelectorAll<HTMLElement>('button, input')][at]?.focus();
    else if (focused) body.focus();
  };

  function contents(state: Readonly<State>): Node[] {
    const theme = readTheme(document.documentElement, coloursOf(state));
    const { sheet, active, sheets } = state;
    const source = sourceOf(state);
    const found = elementAt(sheet, active);
    const expression = formulaAt(state, active);
    const value = contentOf(source, active);
    const sheetName = sheets.find(({ id }) => id === active.sheet)?.name ?? '';
    const head = [
      element('p', { class: 'explain-place' }, found ? describeElement(sheet, found) : sheetName),
      element(
        'p',
        { class: 'explain-value' },
        element('b', {}, value === undefined || value === null ? '–' : valueText(value)),
        ` ${text.in(formatAddress(active))}`,
      ),
    ];
    const wrong = isError(value) ? errorText(state, values, active) : undefined;
    if (wrong !== undefined) head.push(element('p', { class: 'problem' }, wrong));
    const told = expression === undefined ? undefined : explain(source, active, expression, spokenFormulas());
    if (expression === undefined || typeof expression !== 'object')
      return [...head, element('p', {}, givenWords(found && tensorAt(sheet, active)?.role)), ...facts(state)];
    if (!told) return [...head, element('p', { class: 'remark' }, text.waiting)];
    const number = typeof value === 'number' ? value : null;
    const words = sentencesOf(claimsOf(source, found, told, number));
    const drawing: Drawing = { state, theme, pointing, source, at: active, expression, told, number };
    return [
      ...head,
      ...(words === '' ? [] : [element('p', { class: 'explain-words' }, words)]),
      ...drawWay(drawing),
      ...(found ? [drawSights(drawing, values, found)] : []),
      ...facts(state),
      drawFormula(drawing),
    ];
  }

  function drawWay(drawing: Drawing): Node[] {
    const { told, number, pointing } = drawing;
    const { way } = told;
    switch (way.kind) {
      case 'sum':
        return drawSum(drawing, way.terms);
      case 'window':
        return [section(text.window, [], drawCells(drawing, text.window, way.window, way.chosen))];
      case 'curve': {
        const [x] = way.input.contents;
        if (number === null || typeof x !== 'number') return stepList(way.steps);
        const graph = drawCurve(way.points, [x, number]);
        return [section(text.curve, [addressButton(way.input, 1, pointing)], graph), ...stepList(way.steps)];
      }
      case 'steps':
        return stepList(way.steps);
      default:
        return [];
    }
  }

  function stepList(steps: readonly Step[]): Node[] {
    // One step says no more than the formula.
    if (steps.length < 2) return [];
    const items = steps.map(({ text: written, value }) =>
      element('li', {}, element('code', {}, written), element('b', {}, ` = ${valueText(value)}`)),
    );
    return [section(text.steps, [], element('ol', { class: 'explain-steps' }, ...items))];
  }

  function facts(state: Readonly<State>): Node[] {
    const { sheet, active, trace } = state;
    const found = elementAt(sheet, active);
    if (!found) return [];
    const expression = formulaAt(state, active);
    let [cells, parameters] = [0, 0];
    for (const reference of expression === undefined ? [] : referencesIn(expression)) {
      const place = cellsOf(sheet, reference, true);
      if (!place) continue;
      const range = rangeOf(place);
      const count = range.height * range.width;
      const isParameter = tensorAt(sheet, {
        sheet: place.sheet ?? sheet.id,
        row: range.row,
        column: range.column,
      })?.role;
      if (isParameter === 'parameter') parameters += count;
      else cells += count;
    }
    const pixels = receptiveField(sheet, found);
    const readers = dependents(sheet, found);
    const entry = (name: string, told: string) => [element('dt', {}, name), element('dd', {}, told)];
    const outlines = (['precedents', 'pixels'] as const).map(kind => {
      const radio = element('input', { type: 'radio', name: 'explain-outlines', checked: trace === kind });
      radio.addEventListener('change', () => store.set({ trace: kind, stepsBack: 0 }));
      return element('label', {}, radio, kind === 'pixels' ? text.toPixels : text.direct);
    });
    return [
      element(
        'dl',
        { class: 'explain-facts' },
        ...entry(text.facts.reads, text.reads(cells, parameters)),
        ...(pixels.length > 0
          ? entry(
              text.facts.sees,
              text.pixels(
                pixels.reduce((all, { height, width }) => all + height * width, 0),
                formatRange(pixels[0]),
              ),
            )
          : []),
        ...entry(
          text.facts.feeds,
          text.feeds(
            readers.slice(0, 3).map(range => formatRange(range)),
            Math.max(0, readers.length - 3),
          ),
        ),
      ),
      element('fieldset', { class: 'explain-outlines' }, element('legend', {}, text.outlines), ...outlines),
    ];
  }

  function givenWords(role: string | undefined): string {
    if (role === 'parameter') return text.parameter;
    return role === 'pixels' ? text.pixel : text.typed;
  }

  const soon = inOwnFrame(show);
  parent.append(root);
  watch();
  return destroyAll(root, [
    end,
    store.on(['active', 'sheet', 'side', 'written'], watch),
    store.on(['trace', 'dark', 'settings', 'scales'], () => isOpen() && soon.request()),
    values.onChange(() => isOpen() && soon.request()),
    soon.cancel,
    () => values.show('explain', []),
    () => values.showCells('explain', undefined),
  ]);
}

/** The rectangle around some of one sheet. */
function around(ranges: readonly RangePlace[]): RangePlace {
  const [{ sheet }] = ranges;
  const own = ranges.filter(range => range.sheet === sheet);
  const row = Math.min(...own.map(range => range.row));
  const column = Math.min(...own.map(range => range.column));
  const height = Math.max(...own.map(range => range.row + range.height)) - row;
  const width = Math.max(...own.map(range => range.column + range.width)) - column;
  return { sheet, row, column, height, width };
}
