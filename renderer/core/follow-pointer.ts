/** Follows the pointer from a press to its release, wherever it goes. */

/** `far`: it becomes a drag after so many pixels of the screen; 0 by default. `move`: it is a drag, and the pointer is
 *  somewhere else. `end`: it is over. `dropped` is the release that ended a drag; it is left out after Escape, and if
 *  the press hasn't become a drag. */
type Drag = { far?: number; move: (event: PointerEvent) => void; end: (dropped?: PointerEvent) => void };

export function followPointer(press: PointerEvent, { far = 0, move, end }: Drag): void {
  const ends = new AbortController();
  const { signal } = ends;
  let isDrag = false;
  const over = (dropped?: PointerEvent) => {
    ends.abort();
    end(isDrag ? dropped : undefined);
  };
  const isOther = ({ pointerId }: PointerEvent) => pointerId !== press.pointerId;
  addEventListener(
    'pointermove',
    event => {
      if (isOther(event)) return;
      isDrag ||= Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) >= far;
      if (!isDrag) return;
      event.preventDefault();
      move(event);
    },
    { signal },
  );
  addEventListener('pointerup', event => !isOther(event) && over(event), { signal });
  addEventListener('pointercancel', event => !isOther(event) && over(), { signal });
  addEventListener(
    'keydown',
    event => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      over();
    },
    { signal, capture: true },
  );
}
