/** Dragging in the graph: a wire from a box's right edge to another box, a box onto a wire, a new layer onto a wire. */
import type { LayerId } from '../../shared/tensor.ts';
import { element } from '../core/element.ts';
import { followPointer } from '../core/follow-pointer.ts';
import { pointerAt } from '../core/magnified.ts';
import type { Wire } from './graph-layout.ts';
import type { GraphView } from './graph-view.ts';

/** What is dragged. `label` follows the pointer. */
type Drag =
  | { kind: 'wire'; from: LayerId }
  | { kind: 'layer'; label: string; layer?: LayerId; drop: (wire: Wire) => void };

/** A press becomes a drag after so many pixels. */
const THRESHOLD = 4;
/** So near to an edge, the graph scrolls by so much with each movement, in pixels. */
const EDGE = 28;
const SCROLL = 14;

export type Drags = {
  /** Begins with a press of a box, its right edge, or something that stands for a new layer. `onDrag`: it has become a
   *  drag. */
  begin(event: PointerEvent, drag: Drag, onDrag?: () => void): void;
};

/** `connect` is called when a wire is dropped on a box. */
export function createDrags(view: GraphView, connect: (from: LayerId, to: LayerId) => void): Drags {
  return {
    begin(press, drag, onDrag) {
      if (press.button !== 0) return;
      let ghost: HTMLElement | undefined;
      let active = false;
      let target: HTMLElement | undefined;
      const source = drag.kind === 'wire' ? drag.from : drag.layer;

      const start = () => {
        active = true;
        view.root.classList.add('dragging');
        if (source !== undefined) view.boxOf(source)?.classList.add('moving');
        if (drag.kind === 'layer') {
          ghost = element('div', { class: 'graph-ghost', 'aria-hidden': true }, drag.label);
          document.body.append(ghost);
        }
        onDrag?.();
      };
      const layerAt = ({ clientX, clientY }: PointerEvent) =>
        document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>('.graph-box') ?? undefined;
      const isOver = ({ clientX, clientY }: PointerEvent) => {
        const { left, right, top, bottom } = view.root.getBoundingClientRect();
        return left <= clientX && clientX < right && top <= clientY && clientY < bottom;
      };
      const wireFor = (event: PointerEvent) => (isOver(event) ? view.wireAt(view.pointAt(event)) : undefined);
      followPointer(press, {
        far: THRESHOLD,
        move(event) {
          if (!active) start();
          scrollAtEdge(view.root, event);
          if (drag.kind === 'wire') {
            target?.classList.remove('target');
            target = layerAt(event);
            target?.classList.add('target');
            const box = view.picture().boxes.get(drag.from)!;
            view.drawWire([[box.x + box.width, box.y + box.height / 2], view.pointAt(event)]);
          } else {
            const { x, y } = pointerAt(event);
            ghost!.style.transform = `translate(${x + 10}px, ${y + 10}px)`;
            view.markWire(wireFor(event));
          }
        },
        end(dropped) {
          const wire = dropped && drag.kind === 'layer' ? wireFor(dropped) : undefined;
          const to = dropped && drag.kind === 'wire' ? layerAt(dropped)?.dataset.layer : undefined;
          view.root.classList.remove('dragging');
          if (source !== undefined) view.boxOf(source)?.classList.remove('moving');
          target?.classList.remove('target');
          ghost?.remove();
          view.markWire(undefined);
          view.drawWire(undefined);
          if (wire && drag.kind === 'layer') drag.drop(wire);
          if (to !== undefined && drag.kind === 'wire' && to !== drag.from) connect(drag.from, to);
        },
      });
    },
  };
}

function scrollAtEdge(root: HTMLElement, { clientX }: PointerEvent): void {
  const { left, right } = root.getBoundingClientRect();
  if (clientX > right - EDGE) root.scrollLeft += SCROLL;
  else if (clientX < left + EDGE) root.scrollLeft -= SCROLL;
}
