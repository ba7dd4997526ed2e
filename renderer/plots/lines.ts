import { decimal } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import { createSvg, destroyAll, element, icon, setAttributes } from '../core/element.ts';
import { menuButton } from '../parts/menu.ts';
import { type Axis, createAxis, type Scaling, tickLabels, withMargin, withRoom } from './scales.ts';
import { savePng, saveSvg } from './save-plot.ts';
import {
  csvOf,
  dotsPath,
  extentOf,
  linePath,
  type Marker,
  nearestIndex,
  readAt,
  type Series,
  trackOf,
} from './series.ts';
import { download } from '../core/download.ts';
import { pointerAt, rectOf } from '../core/magnified.ts';

export type { Marker } from './series.ts';

/** The options of an axis. */
export type AxisOptions = {
  scaling?: Scaling;
  /** Whether the user can switch between a linear and a logarithmic scale. */
  switchable?: boolean;
  /** The text of a value in ticks and in the readout. */
  format(value: number): string;
  /** Whether values are shares, shown as percents. */
  percent?: boolean;
};
/** An axis of shares. The plot's title should end in "%". */
export const PERCENT: AxisOptions = {
  percent: true,
  format: value => decimal(String(Number((100 * value).toFixed(1)))),
};

export type LinePlotOptions = {
  title: string;
  /** The height of the drawing in CSS pixels. Its width is the parent's. */
  height: number;
  /** `label`: the name of x in the readout and in tables. `axis: false`: no numbers, because another plot below has
   *  them. */
  x: AxisOptions & { label: string; axis?: boolean };
  y: AxisOptions;
  /** The name of exported files, without extension. */
  fileName: string;
  /** Pressing a point of the plot, or Enter at the cursor, picks its x. */
  onPick?(x: number): void;
};
type LinePlotData = {
  series: readonly Series[];
  markers?: readonly Marker[];
  /** The range of x and y. If left out, it fits the lines. */
  x?: readonly [number, number];
  y?: readonly [number, number];
  /** The marks of x. If left out, they are at round values. */
  xTicks?: readonly { x: number; label: string }[];
  /** A text beside the title, instead of a legend. */
  note?: string;
};
/** A plot of lines over a common x, with axes, legend, export, and a crosshair that reads values (by mouse and
 *  keys). */
export type LinePlot = {
  readonly root: HTMLElement;
  update(data: LinePlotData): void;
  destroy(): void;
};

const LEFT = 36;
const RIGHT = 8;
const TOP = 8;
const DOT = 4;
/** The room below the drawing, without and with numbers. */
const BOTTOM = 5;
const AXIS = 20;
/** The room that a label below x needs, and one beside y. */
const X_ROOM = 48;
const Y_ROOM = 18;
/** How far Page Up and Page Down move the cursor. */
const PAGE = 20;

let made = 0;

export function createLinePlot(parent: Element, options: LinePlotOptions): LinePlot {
  const { title, height, fileName } = options;
  const text = messages.plots;
  const id = `plot-${++made}`;
  let data: LinePlotData = { series: [] };
  let scaling = options.y.scaling ?? 'linear';
  let width = 0;
  let axes: { x: Axis; y: Axis } | undefined;
  /** The x of the crosshair; undefined if it is hidden. */
  let cursor: number | undefined;

  // ── heading: title, legend or note, tools ──
  const legend = element('span', { class: 'plot-legend' });
  const tools = element('span', { class: 'plot-tools' });
  if (options.y.switchable) {
    const log = element(
      'button',
      {
        type: 'button',
        class: 'plot-tool',
        title: text.logarithmicHelp,
        'aria-label': text.logarithmicOf(title),
      },
      text.logarithmic,
    );
    const show = () => log.setAttribute('aria-pressed', String(scaling === 'log'));
    log.addEventListener('click', () => {
      scaling = scaling === 'log' ? 'linear' : 'log';
      show();
      draw();
    });
    show();
    tools.append(log);
  }
  const save = element(
    'button',
    { type: 'button', class: 'plot-tool', title: text.save(title), 'aria-label': text.save(title) },
    icon('save'),
  );
  const problem = element('p', { class: 'problem', role: 'alert', hidden: true }, text.notSaved);
  const kinds = { png: text.savePng, svg: text.saveSvg, csv: text.saveCsv };
  menuButton(
    save,
    () => Object.entries(kinds).map(([kind, label]) => ({ kind: 'command' as const, id: kind, label, enabled: true })),
    {
      label: text.save(title),
      platform: 'linux',
      run: ({ id: kind }) => {
        problem.hidden = true;
        const picture = { svg, title, legend: listed(), ...missingAxis() };
        const table = () => csvOf(options.x.label, data.series, options.y.percent);
        if (kind === 'csv') download(`${fileName}.csv`, new Blob([table()], { type: 'text/csv' }));
        else if (kind === 'svg') saveSvg(`${fileName}.svg`, picture);
        else savePng(`${fileName}.png`, picture).catch(() => (problem.hidden = false));
      },
    },
  );
  tools.append(save);

  // ── drawing ──
  const svg = createSvg('svg', { class: 'plot-drawing', height, 'aria-hidden': true });
  // Wider than the axes, so that dots at the ends are whole.
  const clip = createSvg('rect', { x: LEFT - DOT, y: 0 });
  const clipPath = createSvg('clipPath', { id: `${id}-clip` });
  clipPath.append(clip);
  const grid = createSvg('g', { class: 'plot-grid' });
  const marks = createSvg('g', { class: 'plot-marks' });
  const lines = createSvg('g', { 'clip-path': `url(#${id}-clip)` });
  const cross = createSvg('g', { class: 'plot-cross' });
  svg.append(clipPath, grid, marks, lines, cross);
  const readout = element('div', { class: 'plot-readout', 'aria-hidden': true, hidden: true });
  const area = element(
    'div',
    {
      class: 'plot-area',
      tabindex: 0,
      role: 'slider',
      'aria-label': title,
      'aria-description': text.keys,
      'aria-valuemin': 0,
      'aria-valuemax': 0,
      'aria-valuenow': 0,
      'aria-valuetext': text.empty,
    },
    svg,
    readout,
  );
  const root = element(
    'section',
    { class: 'plot', 'aria-label': title },
    element('h3', {}, title, legend, tools),
    area,
    problem,
  );

  const listed = () => data.series.filter(({ look }) => look !== 'faint');
  const bottom = height - (options.x.axis === false ? BOTTOM : AXIS);

  const domains = (): { x: [number, number]; y: [number, number] } | undefined => {
    const x =
      data.x ??
      extentOf(
        data.series.map(each => each.x),
        options.x.scaling === 'log',
      );
    if (!x || !(x[1] > x[0])) return undefined;
    const found =
      data.y ??
      extentOf(
        listed().map(each => each.y),
        scaling === 'log',
      );
    if (!found) return undefined;
    const usable = scaling === 'log' && found[0] <= 0 ? ([found[1] / 1000, found[1]] as const) : found;
    return {
      x: [...x] as [number, number],
      y: data.y && usable === found ? ([...found] as [number, number]) : withMargin(scaling, usable, options.y.percent),
    };
  };

  /** What was last drawn, so that unchanged parts stay untouched. */
  const drawn = { legend: '', grid: '', marks: '' };
  const paths = new Map<string, { line: SVGPathElement; halo?: SVGPathElement; dots?: SVGPathElement }>();

  const draw = () => {
    if (width === 0) return;
    const domain = domains();
    axes = domain && {
      x: createAxis(options.x.scaling ?? 'linear', domain.x, LEFT, width - RIGHT, Math.max(2, (width - LEFT) / X_ROOM)),
      y: createAxis(scaling, domain.y, bottom, TOP, Math.max(2, (bottom - TOP) / Y_ROOM)),
    };
    drawLegend();
    drawGrid();
    drawMarkers();
    drawLines();
    drawCursor();
  };

  const drawLegend = () => {
    const entries = listed().map(({ name, look, dashed }) => ({ name, look, dashed }));
    const now = JSON.stringify([data.note, entries]);
    if (now === drawn.legend) return;
    drawn.legend = now;
    legend.replaceChildren(
      ...(data.note !== undefined
        ? [data.note]
        : entries.length > 1
          ? entries.map(({ name, look, dashed }) => element('span', { class: 'plot-key' }, swatch(look, dashed), name))
          : []),
    );
  };

  const labelled = (axis: Axis, shown: AxisOptions) => {
    const labels = tickLabels(axis.ticks, value => shown.format(value));
    return labels.map((label, i) => ({ x: axis.ticks[i], label }));
  };
  /** The numbers below x: their positions in the drawing, in pixels, and their texts. */
  const numbersOfX = () =>
    axes
      ? withRoom(
          (data.xTicks ?? labelled(axes.x, options.x)).map(
            ({ x, label }) => [Math.round(axes!.x.at(x)), label] as const,
          ),
        )
      : [];
  /** A centred label at the right end would be cut, so it ends there. */
  const numberOfX = ([x, label]: readonly [number, string], y: number) =>
    x > width - RIGHT - 14 ? textAt(width - 1, y, label, 'end') : textAt(x, y, label, 'middle');

  /** An exported file has no plot below it with the numbers, so it gets its own. */
  const missingAxis = () =>
    options.x.axis === false
      ? {
          below: {
            height: AXIS - BOTTOM,
            labels: numbersOfX().map(number => numberOfX(number, height + AXIS - BOTTOM - 4)),
          },
        }
      : {};

  const drawGrid = () => {
    const places = axes
      ? {
          y: labelled(axes.y, options.y).map(({ x: y, label }) => [Math.round(axes!.y.at(y)), label] as const),
          x: options.x.axis === false ? [] : numbersOfX(),
        }
      : { y: [], x: [] };
    const now = JSON.stringify([width, places]);
    if (now === drawn.grid) return;
    drawn.grid = now;
    setAttributes(clip, { width: Math.max(0, width - LEFT - RIGHT + 2 * DOT), height: bottom + 2 });
    grid.replaceChildren(
      ...places.y.flatMap(([y, label]) => [
        createSvg('line', { class: 'plot-line', x1: LEFT, x2: width - RIGHT, y1: y + 0.5, y2: y + 0.5 }),
        textAt(LEFT - 6, y + 3.5, label, 'end'),
      ]),
      ...places.x.map(number => numberOfX(number, height - 4)),
      ...(places.y.length === 0 ? [textAt(LEFT, bottom / 2, text.empty, 'start')] : []),
    );
  };

  const drawMarkers = () => {
    const places = axes
      ? (data.markers ?? []).map(({ x, kind, label }) => ({ x: Math.round(axes!.x.at(x)), kind, label }))
      : [];
    const now = JSON.stringify([width, places]);
    if (now === drawn.marks) return;
    drawn.marks = now;
    marks.replaceChildren(
      ...places.map(({ x, kind, label }) => {
        const line = createSvg('line', { class: `plot-${kind}`, x1: x + 0.5, x2: x + 0.5, y1: TOP - 4, y2: bottom });
        if (label !== undefined) {
          const told = createSvg('title', {});
          told.textContent = label;
          line.append(told);
        }
        return line;
      }),
    );
  };

  const drawLines = () => {
    const kept = new Set(data.series.map(each => each.id));
    for (const [key, { line, halo, dots }] of paths) {
      if (kept.has(key)) continue;
      for (const path of [line, halo, dots]) path?.remove();
      paths.delete(key);
    }
    for (const series of data.series) {
      let shown = paths.get(series.id);
      if (!shown) {
        shown = { line: createSvg('path', { fill: 'none' }) };
        paths.set(series.id, shown);
        lines.append(shown.line);
      }
      setAttributes(shown.line, {
        'data-series': series.id,
        class: `plot-path ${series.look}${series.dashed ? ' dashed' : ''}`,
      });
      shown.line.setAttribute('d', axes ? linePath(series, axes.x.at, axes.y.at) : '');
      const dots = axes ? dotsPath(series, axes.x.at, axes.y.at) : '';
      if (dots !== '' && !shown.dots) {
        shown.halo = createSvg('path', { class: 'plot-halo', fill: 'none' });
        shown.dots = createSvg('path', { class: `plot-dots ${series.look}`, fill: 'none' });
        lines.append(shown.halo, shown.dots);
      }
      for (const path of [shown.halo, shown.dots]) path?.setAttribute('d', dots);
    }
  };

  // ── reading values ──
  const track = () => trackOf(listed());

  const drawCursor = () => {
    const along = track();
    const nearest = along && nearestIndex(along.x, cursor ?? Number.POSITIVE_INFINITY);
    if (!along || nearest === undefined || !axes) {
      setAttributes(area, { 'aria-valuemax': 0, 'aria-valuenow': 0, 'aria-valuetext': text.empty });
      cross.replaceChildren();
      readout.hidden = true;
      return;
    }
    const x = along.x[nearest];
    const placeOf = (at: number) => `${options.x.label} ${options.x.format(at)}`;
    const where = placeOf(x);
    const rows = readAt(listed(), x, axes.x.at).map(({ series, x: at, y: value, apart }) => ({
      series,
      x: at,
      value,
      name: apart ? text.nameAt(series.name, placeOf(at)) : series.name,
      shown: options.y.format(value),
    }));
    setAttributes(area, {
      'aria-valuemax': along.x.length - 1,
      'aria-valuenow': nearest,
      'aria-valuetext': text.readout(
        where,
        rows.map(({ name, shown }) => text.value(name, shown)),
      ),
    });
    readout.hidden = cursor === undefined;
    if (cursor === undefined) {
      if (cross.firstChild) cross.replaceChildren();
      return;
    }
    const px = Math.round(axes.x.at(x));
    cross.replaceChildren(
      createSvg('line', { x1: px + 0.5, x2: px + 0.5, y1: TOP - 4, y2: bottom }),
      ...rows
        .map(row => ({ ...row, y: axes!.y.at(row.value) }))
        .filter(({ y }) => y >= TOP - 4 && y <= bottom + 1)
        .map(row =>
          createSvg('circle', { class: `plot-dot ${row.series.look}`, cx: axes!.x.at(row.x), cy: row.y, r: 3 }),
        ),
    );
    readout.replaceChildren(
      element('b', {}, where),
      ...rows.map(({ series, name, shown }) =>
        element('span', {}, swatch(series.look, series.dashed), name, element('b', {}, shown)),
      ),
    );
    const room = readout.offsetWidth + 10;
    readout.style.transform = `translate(${px + room > width ? Math.max(0, px - room) : px + 10}px, 2px)`;
  };
  const moveTo = (x: number | undefined) => {
    if (x === cursor) return;
    cursor = x;
    drawCursor();
  };
  const under = (event: MouseEvent) => axes?.x.value(pointerAt(event).x - rectOf(area).left);
  area.addEventListener('pointermove', event => moveTo(under(event)));
  area.addEventListener('pointerleave', () => moveTo(undefined));
  area.addEventListener('blur', () => moveTo(undefined));
  area.addEventListener('click', event => {
    const x = under(event);
    if (x !== undefined) options.onPick?.(x);
  });
  area.addEventListener('keydown', event => {
    const along = track();
    if (!along || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = along.x.length - 1;
    const at = nearestIndex(along.x, cursor ?? along.x[last])!;
    const to = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageUp: at + Math.ceil(last / PAGE),
      PageDown: at - Math.ceil(last / PAGE),
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined) moveTo(along.x[Math.max(0, Math.min(last, to))]);
    else if (event.key === 'Enter' && options.onPick) options.onPick(along.x[at]);
    else if (event.key === 'Escape' && cursor !== undefined) moveTo(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const resized = new ResizeObserver(() => {
    if (area.clientWidth === width) return;
    width = area.clientWidth;
    setAttributes(svg, { width, viewBox: `0 0 ${width} ${height}` });
    draw();
  });
  resized.observe(area);
  parent.append(root);
  return {
    root,
    update(next) {
      data = next;
      draw();
    },
    ...destroyAll(root, [() => resized.disconnect()]),
  };
}

function swatch(look: Series['look'], dashed = false): SVGSVGElement {
  const made = createSvg('svg', { class: 'plot-swatch', width: 12, height: 4, 'aria-hidden': true });
  made.append(createSvg('path', { class: `plot-path ${look}${dashed ? ' dashed' : ''}`, d: 'M0 2H12', fill: 'none' }));
  return made;
}

function textAt(x: number, y: number, label: string, anchor: 'start' | 'middle' | 'end'): SVGTextElement {
  const made = createSvg('text', { x, y, 'text-anchor': anchor });
  made.textContent = label;
  return made;
}
