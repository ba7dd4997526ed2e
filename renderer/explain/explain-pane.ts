/** The panel that explains the active cell: how its number comes about, in pictures, words and formulas. It follows the
 *  selection. */
import { type CellRange, contains, formatAddress, formatRange } from '../../shared/address.ts';
import { isError } from '../../shared/cell-content.ts';
import { describeElement } from '../../shared/describe.ts';
import { claimsOf, kernelBehind } from '../../shared/explain/claims.ts';
import { explain, referencesIn } from '../../shared/explain/explain.ts';
import { contentOf, rangeRead, type Source } from '../../shared/explain/numbers.ts';
import { expressionOf } from '../../shared/formula/derive.ts';
import type { Expression } from '../../shared/formula/expression.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { framesAt } from '../../shared/scene/scan.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { Block } from '../../shared/layout/layout.ts';
import { elementAt, type Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { type CellPlace, only, planeNames, type Plane, type RangePlace } from '../../shared/places.ts';
import type { Client } from '../core/client.ts';
import { coloursOf, onColours } from '../core/colours.ts';
import { destroyAll, element } from '../core/element.ts';
import { inOwnFrame } from '../core/frames.ts';
import { layerOfCell } from '../core/layer-places.ts';
import { showsLiveGradients } from '../core/planes.ts';
import type { State, Store, Values, View } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { errorText, ownFormula } from '../grid/cell-text.ts';
import { contentOver } from '../grid/over-elements.ts';
import { onOtherScreen } from '../grid/other-screen.ts';
import { createSide } from '../parts/sides.ts';
import { readTheme, type Theme } from '../parts/theme.ts';
import { createCanvases } from './canvases.ts';
import type { Drawing } from './drawing.ts';
import { createExciting } from './exciting.ts';
import { drawFacts } from './facts.ts';
import { drawFormula } from './formula-forms.ts';
import { createSlope, drawWords, exactly, gradientShown, whyNoGradient } from './gradient.ts';
import { drawLayer, layerRanges } from './layer-view.ts';
import { cellsOfElements, MOST_PICTURED } from './map-pictures.ts';
import { roomyText, tensorAt } from './number-grid.ts';
import { createNumberGrids } from './number-grids.ts';
import { drawSights, sights } from './sights.ts';
import { createOnImage } from './on-image.ts';
import { createPointing } from './pointing.ts';
import { drawWay } from './way.ts';
import { createWhy } from './why.ts';
import { sentencesOf } from './words.ts';
import './explain.css';

/** A formula that reads more cells than this isn't explained. */
const MOST_CELLS = 200_000;
/** Nor is one that reads more rectangles than this: telling them would take longer than a frame or two. */
const MOST_RANGES = 2500;
/** Milliseconds between two cells of a scan that are explained: nobody reads faster. */
const SCANNED_EVERY = 250;
/** What can have the keyboard. */
const FOCUSABLE = 'button, input, select, [tabindex="0"]';
/** So many blocks are asked for one by one. */
const MANY = 200;
/** So many rectangles of cells besides the network's are asked for. */
const MOST_WINDOWS = 12;

export function createExplain(
  parent: Element,
  store: Store,
  client: Client,
  values: Values,
  grid: () => GridApi,
): View {
  const text = messages.explain;
  const { root, body, end } = createSide(store, 'explain', text.title);
  let blocks: readonly Block[] = [];
  /** The rectangles around what the explanation reads besides elements. */
  let beside: readonly RangePlace[] = [];
  const ownerOf = (at: number) => `explain ${at}`;
  const showBeside = (ranges: readonly RangePlace[]) => {
    for (let at = 0; at < Math.max(beside.length, ranges.length); at++) values.showCells(ownerOf(at), ranges[at]);
    beside = ranges;
  };
  /** Whether the active cell is explained, or the layer that it belongs to. */
  let about: 'cell' | 'layer' = 'cell';
  const tabs = (['cell', 'layer'] as const).map(each => {
    const tab = element('button', { type: 'button', role: 'tab', class: 'explain-tab' }, text.tabs[each]);
    tab.addEventListener('click', () => turnTo(each));
    return { each, tab };
  });
  const tabList = element('div', { role: 'tablist', class: 'explain-tabs' }, ...tabs.map(({ tab }) => tab));
  tabList.addEventListener('keydown', event => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    turnTo(about === 'cell' ? 'layer' : 'cell');
    tabs.find(({ each }) => each === about)!.tab.focus();
  });
  const content = element('div', { role: 'tabpanel', class: 'explain-content', 'aria-label': text.title });
  body.append(tabList, content);
  /** How far the numbers of the formula are scrolled. */
  let numbersTop = 0;
  const scrolled = ({ target }: Event) => {
    if (!(target instanceof Element)) return;
    if (target === body) body.classList.toggle('scrolled', body.scrollTop > 0);
    else if (target.isConnected && target.matches('.explain-numbers')) numbersTop = target.scrollTop;
  };
  // Scroll events don't bubble, so this catches them on their way down.
  body.addEventListener('scroll', scrolled, true);
  const turnTo = (wanted: typeof about) => {
    about = wanted;
    watch();
  };

  const pointing = createPointing(store, grid);
  const canvases = createCanvases();
  const grids = createNumberGrids(canvases, pointing);
  const isOpen = () => store.get().side === 'explain';
  const sourceOf = ({ sheet, sheets }: Readonly<State>): Source => ({
    sheet,
    sheets,
    element: ({ tensor, index }, plane) => values.element(tensor, index, plane),
    cell(place) {
      // Between the network's blocks nothing can stand.
      if (place.sheet === sheet.id && !sheet.layout.isFree(place.row, place.column)) return null;
      const isThere = beside.some((range, at) => holds(range, place) && values.hasCells(ownerOf(at)));
      return isThere ? values.cell(place) : undefined;
    },
  });
  /** The formula that counts in a cell. undefined if a number or a text is written there. `isBuiltIn`: it is the
   *  network's own. */
  const formulaAt = (state: Readonly<State>): { expression: Expression | undefined; isBuiltIn: boolean } => {
    const found = elementAt(state.sheet, state.active);
    if (showsLiveGradients(state)) return { expression: found && gradientShown(state, found), isBuiltIn: true };
    const isBuiltIn = found !== undefined && contentOver(state, found) === undefined;
    return { expression: isBuiltIn ? expressionOf(state.sheet, found) : ownFormula(state, state.active), isBuiltIn };
  };

  const rangesOf = ({ sheet, active }: Readonly<State>, expression: Expression): RangePlace[] =>
    referencesIn(expression).flatMap(reference => rangeRead(sheet, reference, active) ?? []);
  const layerAt = ({ sheet, active }: Readonly<State>) => {
    const layer = active.sheet === sheet.id ? layerOfCell(sheet, active) : undefined;
    return layer === undefined ? undefined : sheet.layers.get(layer);
  };

  /** The cell to explain: that of a scan, else the active one. */
  const stateNow = (): Readonly<State> => {
    const state = store.get();
    const frames = state.scan && framesAt(state.sheet, state.scan.plan, state.scan.time, state.written);
    if (frames) return { ...state, plane: 'value', active: frames.target };
    return showsLiveGradients(state) ? { ...state, active: { ...state.active, plane: 'gradient' } } : state;
  };

  /** Asks for the numbers that the explanation needs. */
  const watch = () => {
    const state = stateNow();
    const { sheet, active } = state;
    const { expression, isBuiltIn } = isOpen() ? formulaAt(state) : { isBuiltIn: true };
    const ranges: RangePlace[] = isOpen() ? [only(active)] : [];
    if (expression !== undefined) ranges.push(...rangesOf(state, expression));
    const found = isOpen() ? elementAt(sheet, active) : undefined;
    const layer = isOpen() && about === 'layer' ? layerAt(state) : undefined;
    const pictures: RangePlace[] = layer ? layerRanges(sheet, layer) : [];
    const isGradient = showsLiveGradients(state);
    const reasons = !layer && found && !isGradient ? why.cells(sourceOf(state), found) : [];
    if (!layer && found && !isGradient) {
      ranges.push(...kernelsBehind(sheet, ranges));
      pictures.push(...sights(sheet, found, expression).map(({ cells }) => cells));
    }
    // What is too large isn't told. It doesn't keep the rest from being told.
    const near = isTooMuch(ranges) ? [only(active)] : ranges;
    if (sizeOfAll(reasons) <= MOST_CELLS) near.push(...reasons);
    if (sizeOfAll(pictures) <= MOST_PICTURED) near.push(...pictures);
    const blocksOf = (plane: Plane) => {
      const own = near.filter(range => range.sheet === sheet.id && (range.plane ?? 'value') === plane);
      const all = own.flatMap(range => sheet.layout.blocksIn(range));
      return isGradient ? fewer(sheet, all) : all;
    };
    const wanted = blocksOf('value');
    const gradients = blocksOf('gradient');
    if (wanted.length + gradients.length + blocks.length > 0) {
      values.show('explain', wanted);
      values.show('explain gradients', gradients, 'gradient');
    }
    blocks = [...wanted, ...gradients];
    const others = isBuiltIn ? [] : near.filter(range => !isOfElements(sheet, range));
    showBeside(gathered(others));
    // What was under the pointer isn't shown any more.
    if (store.get().pointed) store.set({ pointed: undefined });
    // The frame in which a scan comes to another cell is the sheet's.
    if (store.get().scan) soon.request();
    else show();
  };

  /** Reading it lays out the window, so it is read once. */
  let theme: Theme | undefined;

  let scanned = -Infinity;
  let later = 0;
  /** A scan may come to another cell in each frame. */
  const followScan = () => {
    clearTimeout(later);
    const wait = store.get().scan && isOpen() ? scanned + SCANNED_EVERY - performance.now() : 0;
    if (wait > 0) later = window.setTimeout(followScan, wait);
    else {
      scanned = performance.now();
      watch();
    }
  };

  const show = () => {
    if (!isOpen()) {
      grids.end();
      content.replaceChildren();
      return;
    }
    const state = stateNow();
    const focused = body.contains(document.activeElement) ? document.activeElement : undefined;
    const at = focused ? [...body.querySelectorAll(FOCUSABLE)].indexOf(focused) : -1;
    for (const { each, tab } of tabs) {
      tab.setAttribute('aria-selected', String(each === about));
      tab.tabIndex = each === about ? 0 : -1;
    }
    theme ??= readTheme(document.documentElement, coloursOf(state));
    canvases.begin();
    grids.begin();
    const layer = about === 'layer' ? layerAt(state) : undefined;
    if (about === 'cell') content.replaceChildren(...contents(state, theme));
    else if (layer) content.replaceChildren(...drawLayer({ state, theme, canvases, values, pointing }, layer));
    else content.replaceChildren(element('p', { class: 'remark' }, text.layer.none));
    if (numbersTop > 0) body.querySelector('.explain-numbers')?.scrollTo({ top: numbersTop });
    if (at >= 0) [...body.querySelectorAll<HTMLElement>(FOCUSABLE)][at]?.focus();
    else if (focused) body.focus();
  };

  function contents(state: Readonly<State>, theme: Theme): Node[] {
    const { sheet, active, sheets } = state;
    const source = sourceOf(state);
    const found = elementAt(sheet, active);
    const { expression, isBuiltIn } = formulaAt(state);
    const isGradient = showsLiveGradients(state);
    const value = contentOf(source, active);
    const sheetName = sheets.find(({ id }) => id === active.sheet)?.name ?? '';
    const head = [
      element('p', { class: 'explain-place' }, found ? describeElement(sheet, found) : sheetName),
      element(
        'p',
        { class: 'explain-value' },
        element('b', {}, value === undefined || value === null ? '–' : isGradient ? exactly(value) : roomyText(value)),
        ` ${text.in((isGradient ? `${planeNames.gradient}!` : '') + formatAddress(active))}`,
      ),
    ];
    const wrong = isError(value) ? errorText(state, values, active) : undefined;
    if (wrong !== undefined) head.push(element('p', { class: 'problem' }, wrong));
    const facts = found && !isGradient ? drawFacts(store, state, found, expression) : [];
    if (isGradient && expression === undefined)
      return [...head, element('p', {}, found ? whyNoGradient(state, found) : text.gradients.none)];
    if (typeof expression !== 'object') {
      const isZero = isBuiltIn && expression !== undefined;
      const words = isZero ? text.claims.constant : givenWords(value, found && tensorAt(sheet, active)?.role);
      return [...head, element('p', {}, words), ...facts];
    }
    const isThere = (range: RangePlace | undefined) => sheets.some(({ id }) => id === range?.sheet);
    if (!referencesIn(expression).every(reference => isThere(rangeRead(sheet, reference, active))))
      return [...head, element('p', { class: 'remark' }, text.gone), ...facts];
    const number = typeof value === 'number' ? value : null;
    const meant =
      isGradient && found ? { words: drawWords(state, found, number), slope: slope.section(found, number) } : undefined;
    if (isTooMuch(rangesOf(state, expression))) {
      const remark = element('p', { class: 'remark' }, text.tooMany);
      return [...head, ...(meant?.words ?? []), ...(meant?.slope ?? []), remark, ...facts];
    }
    const told = explain(source, active, expression, spokenFormulas());
    if (!told) return [...head, element('p', { class: 'remark' }, text.waiting)];
    if (meant) {
      const drawing: Drawing = {
        state,
        theme,
        pointing,
        canvases,
        grids,
        source,
        at: active,
        expression,
        told,
        number,
      };
      return [...head, ...meant.words, ...drawWay(drawing), ...meant.slope, drawFormula(drawing)];
    }
    const words = sentencesOf(claimsOf(source, isBuiltIn ? found : undefined, told, number));
    const most = found && exciting.section(found);
    const drawing: Drawing = { state, theme, pointing, canvases, grids, source, at: active, expression, told, number };
    return [
      ...head,
      ...(words === '' ? [] : [element('p', { class: 'explain-words' }, words)]),
      ...drawWay(drawing),
      ...(found ? why.section(source, found, drawing) : []),
      ...(found ? onImage.section(source, found, drawing) : []),
      ...(found ? [drawSights(drawing, values, found)] : []),
      ...facts,
      ...(most ? [most] : []),
      drawFormula(drawing),
    ];
  }

  function givenWords(value: Value | undefined, role: string | undefined): string {
    if (role === undefined && typeof value !== 'number') return text.blank;
    if (role === 'parameter') return text.parameter;
    return role === 'pixels' ? text.pixel : text.typed;
  }

  const soon = inOwnFrame(show);
  const exciting = createExciting(store, client, show);
  const onImage = createOnImage(store, client, show);
  const why = createWhy(store, client, watch);
  const slope = createSlope(store, client, show);
  parent.append(root);
  watch();
  return destroyAll(root, [
    end,
    onColours(store, () => {
      theme = undefined;
      if (isOpen()) soon.request();
    }),
    store.on(['active', 'sheet', 'side', 'written', 'plane', 'run'], watch),
    store.on(['scan'], followScan),
    store.on(['trace', 'settings', 'scales'], () => isOpen() && soon.request()),
    values.onChange(() => isOpen() && soon.request()),
    onOtherScreen(() => isOpen() && soon.request()),
    soon.cancel,
    grids.end,
    () => clearTimeout(later),
    exciting.destroy,
    onImage.destroy,
    () => values.show('explain', []),
    () => values.show('explain gradients', [], 'gradient'),
    () => showBeside([]),
  ]);
}

/** Instead of very many blocks, the whole maps and kernels that they are in: each is looked through for each number. */
function fewer({ layout }: Sheet, blocks: readonly Block[]): readonly Block[] {
  if (blocks.length <= MANY) return blocks;
  const wholes = new Map(blocks.map(({ whole }) => [formatRange(whole), whole]));
  const size = [...wholes.values()].reduce((sum, { height, width }) => sum + height * width, 0);
  return size > MOST_CELLS ? blocks : [...wholes.values()].flatMap(whole => layout.blocksIn(whole));
}

/** The kernels that made the maps among these cells: what a map is bright for is told from them. */
function kernelsBehind(sheet: Sheet, ranges: readonly RangePlace[]): RangePlace[] {
  const kernels = new Set(
    ranges.flatMap(range => {
      const info = tensorAt(sheet, range);
      return (info?.role !== 'parameter' && info && kernelBehind(sheet, info)) || [];
    }),
  );
  return [...kernels].map(({ id, size }) => cellsOfElements(sheet, id, 0, size - 1));
}

/** Whether every cell of a rectangle is an element of the network. */
function isOfElements({ id, layout }: Sheet, range: RangePlace): boolean {
  return range.sheet === id && sizeOfAll(layout.blocksIn(range)) === range.height * range.width;
}

/** Few rectangles around all of these, none with more cells than the engine gives at once. */
function gathered(ranges: readonly RangePlace[]): RangePlace[] {
  const found: RangePlace[] = [];
  for (const range of ranges) {
    const place = found.findIndex(
      other => other.sheet === range.sheet && sizeOfAll([around(other, range)]) <= MOST_CELLS,
    );
    if (place >= 0) found[place] = around(found[place], range);
    else if (found.length < MOST_WINDOWS) found.push(range);
  }
  return found;
}

/** The rectangle around two of one sheet. */
function around(one: RangePlace, other: RangePlace): RangePlace {
  const [row, column] = [Math.min(one.row, other.row), Math.min(one.column, other.column)];
  const height = Math.max(one.row + one.height, other.row + other.height) - row;
  const width = Math.max(one.column + one.width, other.column + other.width) - column;
  return { sheet: one.sheet, row, column, height, width };
}

const holds = (range: RangePlace, place: CellPlace): boolean => range.sheet === place.sheet && contains(range, place);

const isTooMuch = (ranges: readonly CellRange[]): boolean =>
  ranges.length > MOST_RANGES || sizeOfAll(ranges) > MOST_CELLS;

const sizeOfAll = (ranges: readonly CellRange[]): number =>
  ranges.reduce((size, { height, width }) => size + height * width, 0);
