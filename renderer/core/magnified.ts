/** The window's text and everything else can be shown larger (View > Text size), by CSS zoom. The browser tells the
 *  places of the pointer, of rectangles and of the window's edges in pixels of the screen. Styles and sizes such as
 *  clientWidth count the page's own pixels, which are then larger. */

/** How many times larger everything is shown. Kept here because the browser would lay out the page to tell it. */
let shownTimes = 1;

/** 1 also in browsers that tell all places in the page's own pixels. They know no currentCSSZoom. */
const factor = (): number => ('currentCSSZoom' in document.documentElement ? shownTimes : 1);

export function magnify(times: number): void {
  shownTimes = times;
  document.documentElement.style.zoom = times === 1 ? '' : String(times);
}

/** Where the pointer is, in the page's own pixels. */
export function pointerAt({ clientX, clientY }: MouseEvent): { x: number; y: number } {
  return { x: clientX / factor(), y: clientY / factor() };
}

/** An element's rectangle in the page's own pixels. */
export function rectOf(element: Element): DOMRect {
  const { x, y, width, height } = element.getBoundingClientRect();
  const times = factor();
  return new DOMRect(x / times, y / times, width / times, height / times);
}

/** The window's size in the page's own pixels. */
export const windowSize = (): { width: number; height: number } => ({
  width: innerWidth / factor(),
  height: innerHeight / factor(),
});

/** How many pixels of the screen are one of the page's own. */
export const pixelRatio = (): number => devicePixelRatio * factor();
