/** Collects requests to redraw a view. However many there are, the view is redrawn once, in a later frame. */
export type LaterWork = { readonly request: () => void; readonly cancel: () => void };

/** Views that were asked to show something new, in the order in which they were asked. */
const waiting = new Set<() => void>();
let requested = 0;

/** Redraws a view in a frame of its own. News of a training run arrives ten times a second and concerns many views. All
 *  of them in one frame would make that frame late. The frame that is about to begin is left to the sheet. */
export function inOwnFrame(work: () => void): LaterWork {
  return {
    request() {
      waiting.add(work);
      requested ||= requestAnimationFrame(nextFrame);
    },
    cancel: () => void waiting.delete(work),
  };
}

function nextFrame(): void {
  requested = requestAnimationFrame(doFirst);
}

function doFirst(): void {
  const [work] = waiting;
  waiting.delete(work);
  requested = waiting.size > 0 ? requestAnimationFrame(doFirst) : 0;
  work?.();
}
