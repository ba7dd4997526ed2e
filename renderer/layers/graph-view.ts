/** Draws the graph: boxes of layers, and wires between them. */
import { path as createPath, select } from 'd3';
import { messages } from '../../shared/messages.ts';
import { whole } from '../../shared/messages/format.ts';
import type { LayerId } from '../../shared/tensor.ts';
import { createSvg, element } from '../core/element.ts';
import { pointerAt, rectOf } from '../core/magnified.ts';
import type { BoxLine, BoxText } from './graph-boxes.ts';
import { type Box, type GraphPicture, type Point, placeGraph, type Wire } from './graph-layout.ts';

/** The smallest and largest zoom, and the smallest at which texts are well read. */
const SMALLEST = 0.2;
const LARGEST = 2;
const READABLE = 0.75;
/** The room inside a box beside its text, its least and its greatest width, in pixels. */
const BOX = { padding: 24, gap: 8, least: 64, most: 190 };
/** No more characters of a line fit a box. */
const LONGEST = 80;
const CORNER = 6;
const ARROW = 4;
/** How near a point has to be to a wire to mean it. */
const NEAR = 16;

export type GraphShown = {
  boxes: readonly BoxText[];
  layers: readonly { readonly id: LayerId; readonly inputs: readonly LayerId[] }[];
  /** Whether the edits add this wire. */
  isAdded: (wire: Wire) => boolean;
  chosen: LayerId;
};

export type GraphView = {
  /** What scrolls, and the element with the boxes. */
  root: HTMLElement;
  boxes: HTMLElement;
  show(shown: GraphShown): void;
  boxOf(layer: LayerId): HTMLElement | undefined;
  /** Where things are, in the picture's own pixels. */
  picture(): GraphPicture;
  /** A point of the window in the picture's own pixels. */
  pointAt(event: MouseEvent): Point;
  /** The wire at a point, if one is near. */
  wireAt(point: Point): Wire | undefined;
  /** Marks a wire onto which something would be dropped, or none. */
  markWire(wire: Wire | undefined): void;
  /** Draws a wire that is being dragged, or none. */
  drawWire(points: readonly Point[] | undefined): void;
  /** Shows it larger or smaller. fit: as large as all of it has room. follow: as the drawer's new size asks for, unless
   *  another zoom was chosen. */
  zoom(to: 'in' | 'out' | 'fit' | 'follow'): void;
  scrollTo(layer: LayerId): void;
};

export function createGraphView(): GraphView {
  const svg = createSvg('svg', { class: 'graph-wires', 'aria-hidden': true });
  const dragged = createSvg('path', { class: 'dragged' });
  const boxes = element('div', {
    class: 'graph-boxes',
    role: 'tree',
    'aria-label': messages.graph.name,
    'aria-description': messages.graph.hints,
  });
  const canvas = element('div', { class: 'graph-canvas' }, svg, boxes);
  const root = element('div', { class: 'graph-view' }, canvas);
  let picture: GraphPicture = { boxes: new Map(), wires: [], width: 0, height: 0 };
  let scale = 1;
  /** Whether the zoom follows the size of the drawer. */
  let follows: 'first' | 'fit' | undefined = 'first';
  let marked: Wire | undefined;
  const measure = createMeasure(root);

  const applyScale = () => {
    canvas.style.width = `${picture.width * scale}px`;
    canvas.style.height = `${picture.height * scale}px`;
    for (const part of [svg, boxes]) part.style.transform = `scale(${scale})`;
  };
  const fitting = () => Math.min(root.clientWidth / picture.width, root.clientHeight / picture.height);
  const follow = () => {
    if (follows === undefined || root.clientWidth === 0) return;
    const least = follows === 'fit' ? SMALLEST : READABLE;
    scale = Math.max(least, Math.min(1, fitting()));
    applyScale();
  };
  const setScale = (wanted: number) => {
    const middle = [root.scrollLeft + root.clientWidth / 2, root.scrollTop + root.clientHeight / 2];
    const next = Math.max(SMALLEST, Math.min(LARGEST, wanted));
    const ratio = next / scale;
    scale = next;
    follows = undefined;
    applyScale();
    root.scrollTo(middle[0] * ratio - root.clientWidth / 2, middle[1] * ratio - root.clientHeight / 2);
  };
  const drawWires = (isAdded: GraphShown['isAdded']) => {
    select(svg)
      .selectAll<SVGPathElement, Wire>('path.wire')
      .data(picture.wires, wire => `${wire.from} ${wire.to} ${wire.input}`)
      .join('path')
      .attr('class', 'wire')
      .classed('added', isAdded)
      .classed('shortcut', ({ points }) => points.length > 2)
      .attr('d', ({ points }) => pathOf(points));
    svg.append(dragged);
  };

  return {
    root,
    boxes,
    show({ boxes: texts, layers, isAdded, chosen }) {
      const known = new Map(texts.map(text => [text.layer, text]));
      const widths = new Map(texts.map(text => [text.layer, widthOf(text, measure)]));
      picture = placeGraph(layers, id => widths.get(id)!);
      svg.setAttribute('width', String(picture.width));
      svg.setAttribute('height', String(picture.height));
      drawWires(isAdded);
      const focused = boxes.contains(document.activeElement);
      select(boxes)
        .selectAll<HTMLElement, Box>('.graph-box')
        .data([...picture.boxes.values()], box => box.layer)
        .join(enter => enter.append(() => element('div', { role: 'treeitem', 'aria-level': 1 })))
        .each(function ({ layer, x, y, width, height }) {
          fillBox(this, known.get(layer)!, layer === chosen);
          this.style.transform = `translate(${x}px, ${y}px)`;
          this.style.width = `${width}px`;
          this.style.height = `${height}px`;
        })
        .order();
      if (focused) boxes.querySelector<HTMLElement>('[aria-selected="true"]')?.focus({ preventScroll: true });
      follow();
      applyScale();
    },
    boxOf: layer => boxes.querySelector<HTMLElement>(`[data-layer="${CSS.escape(layer)}"]`) ?? undefined,
    picture: () => picture,
    pointAt(event) {
      const { left, top } = rectOf(canvas);
      const { x, y } = pointerAt(event);
      return [(x - left) / scale, (y - top) / scale];
    },
    wireAt(point) {
      const near = picture.wires.map(wire => ({ wire, distance: distanceTo(wire.points, point) }));
      near.sort((a, b) => a.distance - b.distance);
      return near.length > 0 && near[0].distance <= NEAR / scale ? near[0].wire : undefined;
    },
    markWire(wire) {
      if (wire === marked) return;
      marked = wire;
      select(svg)
        .selectAll<SVGPathElement, Wire>('path.wire')
        .classed('target', each => each === wire);
    },
    drawWire: points => dragged.setAttribute('d', points ? pathOf(points) : ''),
    zoom(to) {
      if (to === 'in' || to === 'out') return setScale(scale * (to === 'in' ? 1.25 : 0.8));
      if (to === 'fit') follows = 'fit';
      follow();
    },
    scrollTo(layer) {
      const box = picture.boxes.get(layer);
      if (!box) return;
      const beside = 24;
      const inView = (from: number, size: number, scroll: number, room: number) =>
        Math.max(Math.min(scroll, from - beside), from + size + beside - room);
      root.scrollTo(
        inView(box.x * scale, box.width * scale, root.scrollLeft, root.clientWidth),
        inView(box.y * scale, box.height * scale, root.scrollTop, root.clientHeight),
      );
    },
  };
}

function fillBox(target: HTMLElement, text: BoxText, chosen: boolean): void {
  const { layer, name, isFormula, parameters, change, lines, more } = text;
  target.className = ['graph-box', change, chosen && 'chosen'].filter(Boolean).join(' ');
  target.dataset.layer = layer;
  target.tabIndex = chosen ? 0 : -1;
  target.setAttribute('aria-selected', String(chosen));
  const key = JSON.stringify(text);
  if (target.dataset.shown === key) return;
  target.dataset.shown = key;
  const unseen = (text: string) => element('span', { class: 'unseen' }, text);
  // The commas stand in what they follow, so that no blank comes before them.
  target.replaceChildren(
    element(
      'b',
      {},
      element('span', { title: name }, name),
      isFormula && element('i', { class: 'fx', 'aria-hidden': true }, messages.formulaLayers.mark),
      unseen(isFormula ? `, ${messages.formulaLayers.spoken},` : ','),
      change === 'added' && element('small', { class: 'new' }, messages.graph.isNew, unseen(',')),
      parameters !== undefined && element('small', {}, whole(parameters), unseen(`${messages.panels.parametersOf},`)),
    ),
    ...lines.map(({ before, now, isFormula: isLong }) => {
      if (before === undefined)
        return element('span', isLong ? { class: 'formula', title: now } : {}, now, unseen(','));
      const arrow = element('span', { 'aria-hidden': true }, ' → ');
      return element(
        'span',
        {},
        before,
        arrow,
        unseen(` ${messages.graph.becomes} `),
        element('i', {}, now),
        unseen(','),
      );
    }),
    unseen(more.join(', ')),
    element('span', { class: 'graph-port', title: messages.graph.port }),
  );
}

/** The width of a text in pixels. */
type Measure = (text: string, kind?: 'name' | 'tag' | 'formula' | 'changed') => number;

/** Measures in the page itself: a canvas doesn't know that all digits have one width. `parent` has to be shown. */
function createMeasure(parent: Element): Measure {
  const known = new Map<string, number>();
  const line = element('span', { class: 'graph-measure', 'aria-hidden': true });
  parent.append(line);
  return (text, kind) => {
    const key = `${kind} ${text}`;
    let width = known.get(key);
    if (width === undefined) {
      line.className = kind === undefined ? 'graph-measure' : `graph-measure ${kind}`;
      line.textContent = text;
      width = line.getBoundingClientRect().width;
      // Before the page's fonts are there, texts have other widths.
      if (document.fonts.status === 'loaded') known.set(key, width);
      line.textContent = '';
    }
    return width;
  };
}

function widthOf({ name, isFormula, parameters, change, lines }: BoxText, measure: Measure): number {
  const tags = [
    ...(isFormula ? [messages.formulaLayers.mark] : []),
    ...(change === 'added' ? [messages.graph.isNew] : []),
    ...(parameters === undefined ? [] : [whole(parameters)]),
  ];
  const title = tags.reduce((sum, tag) => sum + BOX.gap + measure(tag, 'tag'), measure(name, 'name'));
  const lineWidth = ({ before, now, isFormula: isLong }: BoxLine) =>
    before === undefined
      ? measure(now.slice(0, LONGEST), isLong ? 'formula' : undefined)
      : measure(`${before} → `.slice(0, LONGEST)) + measure(now.slice(0, LONGEST), 'changed');
  const text = Math.max(title, ...lines.map(lineWidth));
  return Math.ceil(Math.max(BOX.least, Math.min(BOX.most, text + BOX.padding)));
}

/** A way with round corners, and an arrow at its end. */
function pathOf(points: readonly Point[]): string {
  const way = createPath();
  way.moveTo(...points[0]);
  for (let i = 1; i + 1 < points.length; i++) {
    const shortest = Math.min(lengthOf(points[i - 1], points[i]), lengthOf(points[i], points[i + 1]));
    way.arcTo(...points[i], ...points[i + 1], Math.min(CORNER, shortest / 2));
  }
  const [[fromX, fromY], [x, y]] = [points.at(-2)!, points.at(-1)!];
  way.lineTo(x, y);
  const length = lengthOf([fromX, fromY], [x, y]) || 1;
  const [alongX, alongY] = [((x - fromX) / length) * ARROW, ((y - fromY) / length) * ARROW];
  way.moveTo(x - alongX - alongY, y - alongY + alongX);
  way.lineTo(x, y);
  way.lineTo(x - alongX + alongY, y - alongY - alongX);
  return way.toString();
}

const lengthOf = ([x, y]: Point, [otherX, otherY]: Point) => Math.hypot(otherX - x, otherY - y);

function distanceTo(points: readonly Point[], [x, y]: Point): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 1 < points.length; i++) {
    const [[fromX, fromY], [toX, toY]] = [points[i], points[i + 1]];
    const length = lengthOf(points[i], points[i + 1]) || 1;
    const along = ((x - fromX) * (toX - fromX) + (y - fromY) * (toY - fromY)) / length;
    const at = Math.max(0, Math.min(length, along)) / length;
    nearest = Math.min(nearest, lengthOf([x, y], [fromX + at * (toX - fromX), fromY + at * (toY - fromY)]));
  }
  return nearest;
}
