/** Dragging an item of a list to another place. */
import { followPointer } from '../core/follow-pointer.ts';

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
  let to = from;
  const clear = () => {
    for (const each of all()) each.classList.remove('drop-before', 'drop-after', 'dragged');
  };
  followPointer(press, {
    far: THRESHOLD,
    move(event) {
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
    },
    end(dropped) {
      clear();
      if (!dropped) return;
      // The press that ends a drag is no click.
      const stop = (event: Event) => event.stopPropagation();
      addEventListener('click', stop, true);
      setTimeout(() => removeEventListener('click', stop, true));
      if (to !== from) drop(to);
    },
  });
}
