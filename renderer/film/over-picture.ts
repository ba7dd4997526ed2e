/** What a presenter lays over a picture: a spotlight, a laser pointer with its trail, strokes of a pen, and the frame
 *  of a part to zoom to. The pointer or Shift with arrows move it. */
import type { Box } from '../../shared/film/picture.ts';
import { destroyAll, element } from '../core/element.ts';
import { pixelRatio, pointerAt, rectOf } from '../core/magnified.ts';
import type { View } from '../core/store.ts';
import { boxBetween, type Camera } from './camera.ts';
import { begun, extended, finished, type Ink, isFading, PEN_COLOURS, shownInk, strength, undone } from './ink.ts';
import { isTool, type PresenterAct, type PresenterTool } from './presenter-keys.ts';

type Point = { x: number; y: number };

export type OverPicture = View & {
  tool(): PresenterTool | undefined;
  pen(): { colour: number; fades: boolean };
  /** Does something of the tools. Returns false if it is something else. */
  act(act: PresenterAct): boolean;
  /** Moves the pointer, in steps. */
  move(by: readonly [x: number, y: number]): void;
  /** From now on, the strokes over this picture are shown. */
  show(picture: string): void;
  /** Paints again, because the camera or the size is another one. */
  request(): void;
};

export type OverNeeds = {
  /** Where the pointer is followed. */
  area: HTMLElement;
  /** How the picture's units become pixels of the canvas. */
  camera(): Camera;
  /** The pointer was pressed while no tool is on. */
  press?(event: PointerEvent): void;
  /** Zooms to a part, or back. Both in the picture's units. */
  zoomTo(part: Box | undefined): void;
  isZoomed(): boolean;
  /** Makes the picture larger around a point of the canvas. */
  zoomBy?(by: number, at: Point): void;
  /** Another tool, colour or way of the pen. */
  changed(act: PresenterAct): void;
};

/** In pixels: the spotlight's size, and how much it changes; the laser's; a step of the keyboard. */
const SPOT = { radius: 130, least: 40, most: 600, factor: 1.2 };
const LASER = 7;
const STEP = 24;
/** Milliseconds that the laser's trail lasts. */
const TRAIL = 450;
/** Width of the pen, in units. */
const PEN = 6;
/** A smaller part isn't meant as one. In pixels. */
const SMALLEST = 24;
const PEN_TOKENS = ['change', 'ref-1', 'ref-4', 'ref-3', 'ink'] as const;

export function createOverPicture(parent: HTMLElement, needs: OverNeeds): OverPicture {
  const canvas = element('canvas', { class: 'over-picture', 'aria-hidden': true });
  const context = canvas.getContext('2d')!;
  parent.append(canvas);
  let tool: PresenterTool | undefined;
  let colour = 0;
  let fades = false;
  let radius = SPOT.radius;
  let pointer: Point | undefined;
  let dragged: Point | undefined;
  let trail: { at: Point; since: number }[] = [];
  const inks = new Map<string, Ink>();
  let picture = '';
  let frame = 0;

  const ink = (): Ink => inks.get(picture) ?? [];
  const setInk = (next: Ink) => {
    inks.set(picture, next);
    request();
  };
  const request = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const unitsOf = ({ x, y }: Point): Point => {
    const camera = needs.camera();
    return { x: (x - camera.x) / camera.scale, y: (y - camera.y) / camera.scale };
  };
  const middle = (): Point => ({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 });

  // ── painting ──
  const paint = () => {
    frame = 0;
    const now = performance.now();
    const ratio = pixelRatio();
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.globalAlpha = 1;
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
    const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
    paintInk(now, token);
    if (tool === 'spotlight') paintSpot(pointer ?? middle(), width, height);
    if (tool === 'laser') paintLaser(now, token('danger'));
    if (tool === 'zoom' && dragged && pointer) paintFrame(boxBetween(dragged, pointer), token('ref-1'));
    if (trail.length > 1 || isFading(ink())) request();
  };
  const paintInk = (now: number, token: (name: string) => string) => {
    const { x, y, scale } = needs.camera();
    const shown = shownInk(ink(), now);
    inks.set(picture, shown);
    context.save();
    context.translate(x, y);
    context.scale(scale, scale);
    context.lineCap = context.lineJoin = 'round';
    for (const stroke of shown) {
      const { points } = stroke;
      context.globalAlpha = strength(stroke, now);
      context.strokeStyle = token(PEN_TOKENS[stroke.colour]);
      context.lineWidth = PEN;
      context.beginPath();
      context.moveTo(points[0], points[1]);
      for (let at = 2; at + 3 < points.length; at += 2)
        context.quadraticCurveTo(
          points[at],
          points[at + 1],
          (points[at] + points[at + 2]) / 2,
          (points[at + 1] + points[at + 3]) / 2,
        );
      // A point alone is a dot.
      context.lineTo(points.at(-2)!, points.at(-1)!);
      context.stroke();
    }
    context.restore();
  };
  const paintSpot = ({ x, y }: Point, width: number, height: number) => {
    context.globalAlpha = 0.72;
    context.fillStyle = 'black';
    context.beginPath();
    context.rect(0, 0, width, height);
    context.arc(x, y, radius, 0, 2 * Math.PI, true);
    context.fill();
  };
  const paintLaser = (now: number, css: string) => {
    trail = trail.filter(({ since }) => now - since < TRAIL);
    const at = pointer ?? middle();
    context.strokeStyle = context.fillStyle = css;
    context.lineCap = 'round';
    for (const [nth, { at: from, since }] of trail.entries()) {
      const to = trail[nth + 1]?.at ?? at;
      const left = 1 - (now - since) / TRAIL;
      context.globalAlpha = 0.6 * left;
      context.lineWidth = 2 * LASER * left;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }
    for (const [size, alpha] of [
      [2.4, 0.25],
      [1, 1],
    ]) {
      context.globalAlpha = alpha;
      context.beginPath();
      context.arc(at.x, at.y, size * LASER, 0, 2 * Math.PI);
      context.fill();
    }
  };
  const paintFrame = ({ x, y, width, height }: Box, css: string) => {
    context.globalAlpha = 1;
    context.strokeStyle = css;
    context.lineWidth = 2;
    context.setLineDash([8, 5]);
    context.strokeRect(x, y, width, height);
    context.setLineDash([]);
  };

  // ── what it does ──
  const choose = (next: PresenterTool | undefined) => {
    tool = next;
    dragged = undefined;
    trail = [];
    setInk(finished(ink(), performance.now()));
    canvas.dataset.tool = tool ?? '';
  };
  const toggle = (wanted: PresenterTool) => {
    // The key that zooms in zooms back.
    if (wanted === 'zoom' && needs.isZoomed()) {
      needs.zoomTo(undefined);
      choose(undefined);
    } else choose(tool === wanted ? undefined : wanted);
  };
  const grow = (by: number) => {
    if (tool === 'spotlight') radius = Math.max(SPOT.least, Math.min(SPOT.most, radius * by));
    else needs.zoomBy?.(by, pointer ?? middle());
    request();
  };
  const goTo = (next: Point) => {
    if (pointer && tool === 'laser') trail.push({ at: pointer, since: performance.now() });
    pointer = next;
    if (tool) request();
  };

  // ── the pointer ──
  const placeOf = (event: PointerEvent): Point => {
    const { x, y } = pointerAt(event);
    const rect = rectOf(canvas);
    return { x: x - rect.x, y: y - rect.y };
  };
  const onMove = (event: PointerEvent) => {
    goTo(placeOf(event));
    if (tool !== 'pen' || !dragged) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) {
      const { x, y } = unitsOf(placeOf(each));
      setInk(extended(ink(), x, y));
    }
  };
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    if (tool !== 'pen' && tool !== 'zoom') {
      needs.press?.(event);
      return;
    }
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    pointer = dragged = placeOf(event);
    if (tool !== 'pen') return;
    const { x, y } = unitsOf(dragged);
    setInk(begun(ink(), colour, fades, x, y));
  };
  const onUp = () => {
    if (!dragged || !pointer) return;
    const [from, to] = [dragged, pointer];
    dragged = undefined;
    if (tool === 'pen') setInk(finished(ink(), performance.now()));
    if (tool !== 'zoom') return;
    const part = boxBetween(from, to);
    if (part.width < SMALLEST || part.height < SMALLEST) return request();
    choose(undefined);
    needs.changed('zoom');
    needs.zoomTo(boxBetween(unitsOf(from), unitsOf(to)));
  };
  const onWheel = (event: WheelEvent) => {
    if (tool === 'spotlight') grow(event.deltaY < 0 ? SPOT.factor : 1 / SPOT.factor);
  };
  const listen = <K extends 'pointermove' | 'pointerdown' | 'pointerup' | 'pointercancel' | 'wheel'>(
    target: HTMLElement,
    kind: K,
    act: (event: HTMLElementEventMap[K]) => void,
  ) => {
    target.addEventListener(kind, act, { passive: kind !== 'pointerdown' });
    return () => target.removeEventListener(kind, act);
  };
  const sized = new ResizeObserver(request);
  sized.observe(canvas);
  const view = destroyAll(canvas, [
    listen(needs.area, 'pointermove', onMove),
    listen(canvas, 'pointerdown', onDown),
    listen(canvas, 'pointerup', onUp),
    listen(canvas, 'pointercancel', onUp),
    listen(canvas, 'wheel', onWheel),
    () => sized.disconnect(),
    () => cancelAnimationFrame(frame),
  ]);

  return {
    ...view,
    tool: () => tool,
    pen: () => ({ colour, fades }),
    act(act) {
      if (isTool(act)) toggle(act);
      else if (act === 'colour') colour = (colour + 1) % PEN_COLOURS;
      else if (act === 'fade') fades = !fades;
      else if (act === 'undo') setInk(undone(ink(), performance.now()));
      else if (act === 'clear') setInk([]);
      else if (act === 'larger') grow(SPOT.factor);
      else if (act === 'smaller') grow(1 / SPOT.factor);
      else return false;
      needs.changed(act);
      return true;
    },
    move([x, y]) {
      const at = pointer ?? middle();
      const within = (place: number, most: number) => Math.max(0, Math.min(most, place));
      goTo({
        x: within(at.x + x * STEP, canvas.clientWidth),
        y: within(at.y + y * STEP, canvas.clientHeight),
      });
    },
    show(next) {
      if (next === picture) return;
      setInk(finished(ink(), performance.now()));
      picture = next;
      request();
    },
    request,
  };
}
