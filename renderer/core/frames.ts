/** Work of a view that is done once in a later frame, however often it is asked for until then. */
export type LaterWork = { readonly request: () => void; readonly cancel: () => void };

/** Views that were asked to show something new, in the order in which they were asked. */
const waiting = new Set<() => void>();
let requested = 0;

/** Makes a view redraw in a frame that it has for itself: what arrives ten times a second while a network is trained
 *  concerns many views, and all of them in one frame would make that frame late. The frame that is about to begin is
 *  left to the sheet. */
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
