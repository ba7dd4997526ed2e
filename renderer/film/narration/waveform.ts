/** A sound as a picture, with points that are moved by dragging and by keys. */
import { element, setAttributes } from '../../core/element.ts';
import { followPointer } from '../../core/follow-pointer.ts';
import { pixelRatio, pointerAt, rectOf } from '../../core/magnified.ts';
import { clock } from '../clock.ts';

/** `peaks`: of equal parts of it, 0 to 1. `points`: seconds, in their order. `heard`: from when to when it is heard. */
export type Wave = {
  peaks: readonly number[];
  seconds: number;
  points: readonly number[];
  heard?: { from: number; to: number };
};

export type Waveform = {
  root: HTMLElement;
  show(wave: Wave): void;
  /** Where a playback is. undefined: nowhere. */
  playhead(seconds: number | undefined): void;
};

/** `moved`: a point is somewhere else; while it is dragged, `ends` is false. In the end it may be where it was.
 *  `removed`: Delete was pressed on it. */
type Options = {
  label: string;
  nameOf: (nth: number) => string;
  moved: (nth: number, seconds: number, ends: boolean) => void;
  removed?: (nth: number) => void;
  seek?: (seconds: number) => void;
};

const HIGH = 56;
/** Seconds that points stay apart, and by which keys move them. */
const APART = 0.1;
const STEP = 0.05;
const LARGE_STEP = 0.5;

export function createWaveform({ label, nameOf, moved, removed, seek }: Options): Waveform {
  const canvas = element('canvas', { role: 'img', 'aria-label': label });
  const head = element('i', { class: 'wave-head', hidden: true });
  const root = element('div', { class: 'wave' }, canvas, head);
  let wave: Wave = { peaks: [], seconds: 0, points: [] };
  let handles: HTMLElement[] = [];

  const share = (seconds: number) => `${(100 * seconds) / Math.max(1e-6, wave.seconds)}%`;
  const within = (nth: number, seconds: number) => {
    const { points } = wave;
    const least = nth === 0 ? 0 : points[nth - 1] + APART;
    const most = nth === points.length - 1 ? wave.seconds : points[nth + 1] - APART;
    return Math.max(least, Math.min(most, Math.round(1000 * seconds) / 1000));
  };
  const timeAt = (event: MouseEvent) => {
    const { left, width } = rectOf(canvas);
    return (Math.max(0, Math.min(width, pointerAt(event).x - left)) / Math.max(1, width)) * wave.seconds;
  };
  const draw = () => {
    const { width } = rectOf(root);
    if (width === 0) return;
    const ratio = pixelRatio();
    [canvas.width, canvas.height] = [Math.round(width * ratio), HIGH * ratio];
    const context = canvas.getContext('2d')!;
    const style = getComputedStyle(root);
    const [on, off] = ['--accent', '--ink-4'].map(token => style.getPropertyValue(token).trim());
    const { peaks, seconds, heard = { from: 0, to: seconds } } = wave;
    const bar = canvas.width / Math.max(1, peaks.length);
    for (const [nth, peak] of peaks.entries()) {
      const at = (nth / peaks.length) * seconds;
      context.fillStyle = at >= heard.from && at < heard.to ? on : off;
      const size = Math.max(ratio, peak * canvas.height);
      context.fillRect(nth * bar, (canvas.height - size) / 2, Math.max(1, bar - ratio / 2), size);
    }
  };
  const place = () => {
    for (const [nth, handle] of handles.entries()) {
      const at = wave.points[nth];
      handle.style.left = share(at);
      setAttributes(handle, {
        'aria-label': nameOf(nth),
        'aria-valuemax': Number(wave.seconds.toFixed(2)),
        'aria-valuenow': Number(at.toFixed(2)),
        'aria-valuetext': clock(at, 2),
        title: nameOf(nth),
      });
    }
  };
  const handleOf = (nth: number): HTMLElement => {
    const handle = element('div', { class: 'wave-point', role: 'slider', tabindex: 0, 'aria-valuemin': 0 });
    handle.addEventListener('pointerdown', event => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.stopPropagation();
      handle.focus();
      const before = wave.points[nth];
      followPointer(event, {
        move: to => moved(nth, within(nth, timeAt(to)), false),
        end: dropped => moved(nth, dropped ? within(nth, timeAt(dropped)) : before, true),
      });
    });
    handle.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      const step = event.shiftKey ? LARGE_STEP : STEP;
      const at = wave.points[nth];
      const wanted = { Home: 0, End: wave.seconds }[event.key] ?? (by === undefined ? undefined : at + by * step);
      if (wanted === undefined && !(event.key === 'Delete' && removed)) return;
      event.preventDefault();
      event.stopPropagation();
      if (wanted === undefined) removed!(nth);
      else moved(nth, within(nth, wanted), true);
    });
    return handle;
  };
  root.addEventListener('pointerdown', event => {
    if (event.button === 0) seek?.(timeAt(event));
  });
  new ResizeObserver(draw).observe(root);
  return {
    root,
    show(next) {
      const isAnother = next.points.length !== wave.points.length;
      const looks = (each: Wave) => JSON.stringify([each.seconds, each.heard]);
      const isRedrawn = next.peaks !== wave.peaks || looks(next) !== looks(wave);
      wave = next;
      if (isAnother) {
        const focused = handles.indexOf(document.activeElement as HTMLElement);
        for (const handle of handles) handle.remove();
        handles = next.points.map((_, nth) => handleOf(nth));
        root.append(...handles);
        if (focused >= 0) handles[Math.min(focused, handles.length - 1)]?.focus();
      }
      place();
      if (isRedrawn) draw();
    },
    playhead(seconds) {
      head.hidden = seconds === undefined;
      if (seconds !== undefined) head.style.left = share(seconds);
    },
  };
}
