import { decimal } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import { formatAddress } from '../../shared/address.ts';
import type { CellContent } from '../../shared/cell-content.ts';
import type { Block } from '../../shared/layout/layout.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import type { Layer, LayerId, TensorId } from '../../shared/network.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element, FOCUS_SHEET, iconButton } from '../core/element.ts';
import { inOwnFrame } from '../core/frames.ts';
import { divergingStep } from '../../shared/explain/steps.ts';
import { glyphsAt, numberRoom, numberText, otherText } from '../grid/number-text.ts';
import { readTheme, type Theme } from '../parts/theme.ts';
import { isUnderWay } from '../core/run-view.ts';
import { planeKey, type Store, type Values, type View } from '../core/store.ts';
import { coloursOf, onColours } from '../core/colours.ts';
import { createWeightPaths, type WeightPaths } from './weight-paths.ts';
import { pixelRatio } from '../core/magnified.ts';

/** The most weights that are shown at once. */
const MOST_WEIGHTS = 160;
/** The size of a weight's cell, and the room for its path, in CSS pixels. The same as in the style sheet. */
const CELL = { width: 74, height: 42 };
const PATH = { left: 4, top: 22, width: 66, height: 15 };
/** A weight is framed if it has moved at least this share of its layer's largest move. */
const FRAMED = 0.3;
/** A smaller move would be shown as .000. */
const SMALLEST_MOVE = 0.0005;

/** One slice of a kernel: the weights for one input map. */
type Slice = {
  layer: Layer;
  tensor: TensorId;
  kernel: number;
  map: number | undefined;
  width: number;
  /** `indices`: the slice's elements in the tensor, row by row. `bias`: the index of its bias. */
  indices: number[];
  bias: number | undefined;
};

/** Kernels shown large under the sheet: each weight's number, its last move, and its path since the run began. Pressing
 *  a weight selects its cell. */
export function createKernels(parent: Element, store: Store, values: Values, commands: Commands): View {
  const text = messages.trainingPanel;
  const moved = element('small', {});
  /** The legend of the marks, shown if there are marks. */
  const moveKeys = [element('span', { class: 'moved-key' }, text.movedMost), element('span', {}, text.byHowMuch)];
  const wayKey = element('span', {}, text.sinceStart);
  const focusSheet = () => document.querySelector('.sheet-host')?.dispatchEvent(new Event(FOCUS_SHEET));
  const close = iconButton('close', text.closeKernels, () => {
    store.set({ kernels: false });
    focusSheet();
  });
  const which = element('select', { class: 'field small', 'aria-label': text.shownKernels });
  const extent = element('small', { role: 'status' });
  /** `from`: the first shown kernel. `page`: how many fit. */
  let from = 0;
  let page = 1;
  const turn = (name: 'previous' | 'next') => {
    const made = iconButton(name, text.otherKernels[name], () => {
      from += name === 'next' ? page : -page;
      build();
      // At the last page, the button can't keep the keyboard.
      if (made.disabled) (name === 'next' ? previous : next).focus();
    });
    return made;
  };
  const previous = turn('previous');
  const next = turn('next');
  const list = element('div', { class: 'kernel-list' });
  const root = element(
    'section',
    { class: 'kernels', 'aria-label': text.kernels },
    element(
      'h2',
      {},
      text.kernels,
      moved,
      which,
      previous,
      extent,
      next,
      element('span', { class: 'kernel-keys', 'aria-hidden': true }, ...moveKeys, wayKey),
      close,
    ),
    list,
  );

  let theme: Theme;
  let shown: { slice: Slice; view: SliceView }[] = [];
  let paths: { run: string | undefined; of: WeightPaths } | undefined;
  /** The weight where the arrow keys start. */
  let current = 0;

  const weights = () => shown.flatMap(({ view }) => view.cells);
  const readValues = () => {
    const all = shown.flatMap(({ slice }) => slice.indices.map(index => values.element(slice.tensor, index)));
    return all.includes(undefined) ? undefined : (all as CellContent[]);
  };

  const build = () => {
    const { sheet, kernels } = store.get();
    const layers = convolutions(sheet);
    root.hidden = !kernels || layers.length === 0;
    if (root.hidden) {
      values.show('kernels', []);
      shown = [];
      list.replaceChildren();
      return;
    }
    const chosen = layers.some(({ id }) => id === which.value) ? which.value : '';
    const all = layers.flatMap(layer => slicesOf(sheet, layer));
    const few = countOf(all) <= MOST_WEIGHTS;
    which.hidden = layers.length === 1;
    which.replaceChildren(
      ...(few ? [element('option', { value: '' }, text.allLayers)] : []),
      ...layers.map(({ id, name }) => element('option', { value: id }, name)),
    );
    which.value = chosen === '' && !few ? layers[0].id : chosen;
    const wanted = which.value === '' ? all : all.filter(({ layer }) => layer.id === which.value);
    // If not all fit, they are of one layer, so every page holds the same number.
    page = atMost(wanted).length;
    from = Math.max(0, Math.min(from, page * Math.floor((wanted.length - 1) / page)));
    const slices = wanted.slice(from, from + page);
    previous.hidden = next.hidden = extent.hidden = page === wanted.length;
    previous.disabled = from === 0;
    next.disabled = from + page >= wanted.length;
    extent.textContent = text.kernelsShown(from + 1, from + slices.length, wanted.length);
    shown = slices.map((slice, i) => ({ slice, view: sliceView(slice, i === 0) }));
    list.replaceChildren(...shown.map(({ view }) => view.root));
    values.show('kernels', blocksOf(sheet, slices));
    paths = undefined;
    current = 0;
    for (const [i, cell] of weights().entries()) {
      cell.root.tabIndex = i === 0 ? 0 : -1;
      cell.root.addEventListener('click', () => select(i));
    }
    show();
  };

  const select = (index: number) => {
    focusAt(index);
    let at = index;
    const { slice } = shown.find(({ slice: { indices } }) => {
      if (at < indices.length) return true;
      at -= indices.length;
      return false;
    })!;
    commands.goTo(formatAddress(store.get().sheet.layout.cellOf(slice.tensor, slice.indices[at])));
  };
  const focusAt = (index: number) => {
    const cells = weights();
    cells[current]?.root.setAttribute('tabindex', '-1');
    current = index;
    cells[index].root.tabIndex = 0;
    cells[index].root.focus();
  };
  root.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    focusSheet();
  });
  list.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const cells = weights();
    const width = shown[0]?.slice.width ?? 1;
    const to = {
      ArrowRight: current + 1,
      ArrowLeft: current - 1,
      ArrowDown: current + width,
      ArrowUp: current - width,
      Home: 0,
      End: cells.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (to >= 0 && to < cells.length) focusAt(to);
  });
  which.addEventListener('change', () => {
    from = 0;
    build();
  });

  /** Shows the current values, and how they moved if a run is under way. */
  const show = () => {
    if (root.hidden) return;
    const { scales, run, sheet, active } = store.get();
    const contents = readValues();
    // After the run, the weights aren't changed by training any more.
    const moving = run && isUnderWay(run.state) && run.moved.steps > 0;
    moved.textContent = moving ? text.movedIn(run.moved.steps) : '';
    for (const key of moveKeys) key.hidden = !moving;
    wayKey.hidden = run === undefined;
    if (!contents) return;
    const now = Float32Array.from(contents, content => (typeof content === 'number' ? content : Number.NaN));
    const step = run?.moved.step;
    if (paths && paths.run === run?.state.id) paths.of.take(now, step);
    else paths = { run: run?.state.id, of: createWeightPaths(now, step) };
    const largest = moving ? largestMoves(shown, paths.of) : new Map<LayerId, number>();
    const at = sheet.layout.elementAt(active.row, active.column);
    let first = 0;
    for (const { slice, view } of shown) {
      const limit = scales.get(planeKey(slice.tensor, 'value')) ?? 0;
      const bias = slice.bias === undefined ? undefined : values.element(`${slice.layer.id}/bias`, slice.bias);
      if (bias !== undefined) setText(view.bias, weightText(bias));
      for (const [i, cell] of view.cells.entries()) {
        const move = moving ? paths.of.move(first + i) : 0;
        setText(cell.value, weightText(contents[first + i]));
        setText(cell.move, Math.abs(move) < SMALLEST_MOVE ? '' : moveText(move));
        cell.root.classList.toggle('here', at?.tensor === slice.tensor && at.index === slice.indices[i]);
      }
      drawWeights(view, paths.of, first, largest.get(slice.layer.id) ?? 0, limit, theme);
      first += view.cells.length;
    }
  };
  const later = inOwnFrame(show);
  const readColours = () => {
    theme = readTheme(document.documentElement, coloursOf(store.get()));
    later.request();
  };
  parent.append(root);
  readColours();
  build();
  return destroyAll(root, [
    store.on(['kernels', 'sheet'], build),
    onColours(store, readColours),
    store.on(['active', 'scales', 'run'], later.request),
    values.onChange(later.request),
    () => values.show('kernels', []),
    later.cancel,
  ]);
}

type WeightView = { root: HTMLButtonElement; value: HTMLElement; move: HTMLElement };
type SliceView = {
  root: HTMLElement;
  name: string;
  bias: HTMLElement;
  cells: WeightView[];
  canvas: HTMLCanvasElement;
  width: number;
};

/** `first`: the first slice of its page. It shows its kernel's name, like the first slice of every kernel. */
function sliceView({ layer, kernel, map, width, indices, bias }: Slice, first: boolean): SliceView {
  const text = messages.trainingPanel;
  const of = text.kernelOf(layer.name, kernel + 1);
  const name = map === undefined ? of : `${of} ${text.fromMap(map + 1)}`;
  const biasValue = element('b', {});
  const cells = indices.map((_, at) => {
    // Sighted users see which weight it is from its place. Screen readers need its name.
    const place = element('span', { class: 'unseen' }, text.weightAt(Math.floor(at / width) + 1, (at % width) + 1));
    const value = element('span', { class: 'weight-value' });
    const move = element('span', { class: 'weight-move' });
    return { root: element('button', { type: 'button', class: 'weight' }, place, value, move), value, move };
  });
  const canvas = element('canvas', { 'aria-hidden': true });
  const grid = element('div', { class: 'weights' }, canvas, ...cells.map(cell => cell.root));
  grid.style.gridTemplateColumns = `repeat(${width}, ${CELL.width}px)`;
  const head = element(
    'h3',
    {},
    first || map === undefined || map === 0 ? of : '',
    element('span', {}, map === undefined ? '' : text.fromMap(map + 1)),
    bias !== undefined && element('span', { class: 'kernel-bias' }, `${text.bias} `, biasValue),
  );
  return {
    root: element('div', { role: 'group', 'aria-label': name }, head, grid),
    name,
    bias: biasValue,
    cells,
    canvas,
    width,
  };
}

/** Draws what is behind a kernel's numbers: each weight's colour, its path since the run began with a dot at the end,
 *  and an amber frame if it moved much. It is a canvas, because changing the styles of a hundred elements ten times a
 *  second would be much slower. */
function drawWeights(
  { canvas, cells, width }: SliceView,
  paths: WeightPaths,
  first: number,
  largest: number,
  limit: number,
  theme: Theme,
): void {
  const ratio = pixelRatio();
  const rows = Math.ceil(cells.length / width);
  // Cells are one pixel apart, and the line between them shows through.
  const size = { width: width * (CELL.width + 1) - 1, height: rows * (CELL.height + 1) - 1 };
  if (canvas.width !== Math.round(size.width * ratio)) {
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    canvas.style.width = `${size.width}px`;
    canvas.style.height = `${size.height}px`;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  for (let i = 0; i < cells.length; i++) {
    const left = (i % width) * (CELL.width + 1);
    const top = Math.floor(i / width) * (CELL.height + 1);
    const path = paths.path(first + i);
    context.fillStyle = theme.colours.parameter.css[divergingStep(path.at(-1)!, limit)];
    context.fillRect(left, top, CELL.width, CELL.height);
    if (path.length > 1) drawPath(context, path, left + PATH.left, top + PATH.top, theme.ink);
    const share = largest > 0 ? Math.abs(paths.move(first + i)) / largest : 0;
    if (share < FRAMED) continue;
    context.globalAlpha = (share - FRAMED) / (1 - FRAMED);
    context.strokeStyle = theme.change;
    context.lineWidth = 2;
    context.strokeRect(left + 1, top + 1, CELL.width - 2, CELL.height - 2);
    context.globalAlpha = 1;
  }
}

function drawPath(
  context: CanvasRenderingContext2D,
  path: readonly number[],
  left: number,
  top: number,
  ink: string,
): void {
  const low = Math.min(...path);
  const high = Math.max(...path);
  const x = (at: number) => left + (PATH.width * at) / (path.length - 1);
  const y = (value: number) => top + PATH.height * (high === low ? 0.5 : (high - value) / (high - low));
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = 1;
  context.globalAlpha = 0.45;
  context.beginPath();
  for (const [at, value] of path.entries()) context.lineTo(x(at), y(value));
  context.stroke();
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(x(path.length - 1), y(path.at(-1)!), 1.75, 0, 2 * Math.PI);
  context.fill();
}

const convolutions = ({ network }: Sheet) => network.layers.filter(layer => kindOf(layer).weights === 'kernels');

function slicesOf({ tensors }: Sheet, layer: Layer): Slice[] {
  const tensor: TensorId = `${layer.id}/kernel`;
  const [height, width, inC, outC] = tensors.get(tensor)!.shape;
  const hasBias = tensors.has(`${layer.id}/bias`);
  const window = Array.from({ length: height * width }, (_, i) => i);
  return Array.from({ length: outC * inC }, (_, i) => {
    const [kernel, map] = [Math.floor(i / inC), i % inC];
    return {
      layer,
      tensor,
      kernel,
      map: inC === 1 ? undefined : map,
      width,
      indices: window.map(at => (at * inC + map) * outC + kernel),
      bias: hasBias && map === inC - 1 ? kernel : undefined,
    };
  });
}

const countOf = (slices: readonly Slice[]) => slices.reduce((sum, { indices }) => sum + indices.length, 0);

/** As many slices as fit, at least one. */
function atMost(slices: readonly Slice[]): Slice[] {
  let count = 0;
  return slices.filter(({ indices }, i) => (count += indices.length) <= MOST_WEIGHTS || i === 0);
}

/** The blocks of the sheet with these kernels and their biases. */
function blocksOf({ layout, tensors }: Sheet, slices: readonly Slice[]): Block[] {
  return slices.flatMap(({ layer, tensor, indices, width, bias }) => {
    const [height] = tensors.get(tensor)!.shape;
    const kernel = layout.blocksIn({ ...layout.cellOf(tensor, indices[0]), height, width });
    if (bias === undefined) return kernel;
    return [...kernel, ...layout.blocksIn({ ...layout.cellOf(`${layer.id}/bias`, bias), height: 1, width: 1 })];
  });
}

function largestMoves(shown: readonly { slice: Slice }[], paths: WeightPaths): Map<LayerId, number> {
  const largest = new Map<LayerId, number>();
  let index = 0;
  for (const { slice } of shown)
    for (let i = 0; i < slice.indices.length; i++, index++) {
      const id = slice.layer.id;
      largest.set(id, Math.max(largest.get(id) ?? 0, Math.abs(paths.move(index))));
    }
  return largest;
}

/** The text of a weight as in the sheet: two decimals, whole numbers as they were typed. */
const weightText = (content: CellContent) =>
  typeof content === 'number' ? numberText(content, NUMBER, true) : otherText(content ?? '', NUMBER);
const NUMBER = numberRoom(CELL.height, CELL.height, glyphsAt(12, 600));

/** The text of a move: ▴.011, ▾1.200. */
const moveText = (move: number) => `${move > 0 ? '▴' : '▾'}${decimal(Math.abs(move).toFixed(3).replace(/^0/, ''))}`;

function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
