/** Dragging an item of a list to another place. */

/** A press becomes a drag after so many pixels. */
const THRESHOLD = 5;
/** So near to an edge, the list scrolls by so much with each movement. */
const EDGE = 32;
const SCROLL = 12;

/** Begins with the press of an item. `drop` gets the place that the item has then; it isn't called if the item stays.
 *  Escape ends the drag. */
export function dragInList(press: PointerEvent, list: HTMLElement, items: string, drop: (to: number) => void): void {
  if (press.button !== 0) return;
  const all = () => [...list.querySelectorAll<HTMLElement>(items)];
  const item = (press.target as Element).closest<HTMLElement>(items);
  if (!item) return;
  const from = all().indexOf(item);
  let active = false;
  let to = from;
  const clear = () => {
    for (const each of all()) each.classList.remove('drop-before', 'drop-after', 'dragged');
  };
  const move = (event: PointerEvent) => {
    if (!active && Math.abs(event.clientY - press.clientY) < THRESHOLD) return;
    active = true;
    event.preventDefault();
    const box = list.getBoundingClientRect();
    if (event.clientY < box.top + EDGE) list.scrollTop -= SCROLL;
    if (event.clientY > box.bottom - EDGE) list.scrollTop += SCROLL;
    const others = all();
    const after = others.filter(each => {
      const { top, height } = each.getBoundingClientRect();
      return event.clientY > top + height / 2;
    }).length;
    to = after > from ? after - 1 : after;
    clear();
    item.classList.add('dragged');
    if (to !== from) others[to].classList.add(to > from ? 'drop-after' : 'drop-before');
  };
  const end = (event?: Event) => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', cancel);
    removeEventListener('keydown', onKey, true);
    clear();
    if (event && active) {
      // The press that ends a drag is no click.
      addEventListener('click', stop, true);
      setTimeout(() => removeEventListener('click', stop, true));
      if (to !== from) drop(to);
    }
  };
  const stop = (event: Event) => event.stopPropagation();
  const cancel = () => end();
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    cancel();
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', cancel);
  addEventListener('keydown', onKey, true);
}
