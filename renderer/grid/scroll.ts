/** Browsers lay out at most about 33 million device pixels. This is safe for up to four device pixels per CSS pixel. */
const MAX_EXTENT = 8_000_000;

/** A native scroll area as large as the sheet, over the canvas. It takes wheel, touch and scroll bars, and gives the
 *  position of the view. A sheet that is too large for the browser is mapped to a smaller area: small steps move by
 *  pixels, dragging the bar moves in proportion. So every row can be reached. */
export type Scroller = {
  /** Covers the whole sheet with its headings, and takes all pointer events. */
  element: HTMLElement;
  readonly x: number;
  readonly y: number;
  /** The size of the area without its scroll bars. */
  readonly width: number;
  readonly height: number;
  /** Sets the size of what scrolls, with the headings. The position stays if possible. */
  setExtent(width: number, height: number): void;
  moveTo(x: number, y: number): void;
  destroy(): void;
};

/** One direction of scrolling: the logical position, and the native one that it is mapped to. */
type Axis = { position: number; native: number; extent: number; view: number };

export function createScroller(parent: HTMLElement, onScroll: () => void, onResize: () => void): Scroller {
  const element = document.createElement('div');
  element.className = 'sheet-scroller';
  element.tabIndex = -1;
  const extent = document.createElement('div');
  extent.className = 'sheet-extent';
  element.append(extent);
  parent.append(element);
  const horizontal: Axis = { position: 0, native: 0, extent: 0, view: element.clientWidth };
  const vertical: Axis = { position: 0, native: 0, extent: 0, view: element.clientHeight };

  const scrolled = () => {
    const moved = [follow(horizontal, element.scrollLeft), follow(vertical, element.scrollTop)];
    if (moved.includes(true)) onScroll();
  };
  /** Sets the bars to the right place after a series of small steps. */
  const settled = () => {
    horizontal.native = settle(horizontal, element.scrollLeft, native => (element.scrollLeft = native));
    vertical.native = settle(vertical, element.scrollTop, native => (element.scrollTop = native));
  };
  element.addEventListener('scroll', scrolled, { passive: true });
  element.addEventListener('scrollend', settled, { passive: true });
  const resize = new ResizeObserver(() => {
    horizontal.view = element.clientWidth;
    vertical.view = element.clientHeight;
    onResize();
  });
  resize.observe(element);

  const write = () => {
    element.scrollLeft = horizontal.native = nativeOf(horizontal);
    element.scrollTop = vertical.native = nativeOf(vertical);
  };
  return {
    element,
    get x() {
      return horizontal.position;
    },
    get y() {
      return vertical.position;
    },
    get width() {
      return horizontal.view;
    },
    get height() {
      return vertical.view;
    },
    setExtent(width, height) {
      horizontal.extent = width;
      vertical.extent = height;
      extent.style.width = `${Math.min(MAX_EXTENT, width)}px`;
      extent.style.height = `${Math.min(MAX_EXTENT, height)}px`;
      horizontal.view = element.clientWidth;
      vertical.view = element.clientHeight;
      horizontal.position = clamp(horizontal, horizontal.position);
      vertical.position = clamp(vertical, vertical.position);
      write();
    },
    moveTo(x, y) {
      const left = clamp(horizontal, x);
      const top = clamp(vertical, y);
      if (left === horizontal.position && top === vertical.position) return;
      horizontal.position = left;
      vertical.position = top;
      write();
      onScroll();
    },
    destroy() {
      resize.disconnect();
      element.remove();
    },
  };
}

const lastPosition = ({ extent, view }: Axis) => Math.max(0, extent - view);
const lastNative = ({ extent, view }: Axis) => Math.max(0, Math.min(MAX_EXTENT, extent) - view);
const clamp = (axis: Axis, position: number) => Math.max(0, Math.min(position, lastPosition(axis)));

function nativeOf(axis: Axis): number {
  const last = lastPosition(axis);
  return axis.extent <= MAX_EXTENT ? axis.position : (axis.position / last) * lastNative(axis);
}

/** Updates the logical position from the native one. Returns whether it moved. */
export function follow(axis: Axis, native: number): boolean {
  const step = native - axis.native;
  if (Math.abs(step) < 1 && step !== 0 && Math.abs(native - nativeOf(axis)) < 1) return false;
  axis.native = native;
  if (step === 0) return false;
  const before = axis.position;
  const end = lastNative(axis);
  if (axis.extent <= MAX_EXTENT) axis.position = clamp(axis, native);
  else if (native <= 0) axis.position = 0;
  else if (native >= end - 1) axis.position = lastPosition(axis);
  else if (Math.abs(step) <= 2 * axis.view) axis.position = clamp(axis, axis.position + step);
  else axis.position = clamp(axis, (native / end) * lastPosition(axis));
  return axis.position !== before;
}

function settle(axis: Axis, native: number, write: (native: number) => void): number {
  const target = nativeOf(axis);
  if (Math.abs(target - native) <= 1) return axis.native;
  write(target);
  return target;
}
