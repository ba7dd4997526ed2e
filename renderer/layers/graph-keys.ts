/** Which box an arrow key goes to in the graph. */
import type { LayerId } from '../../shared/tensor.ts';
import type { Box, GraphPicture } from './graph-layout.ts';

/** Left and right go along the wires, in the same row where there is one. Up and down go to the nearest box in the row
 *  above or below, or else to the other end of a wire that is drawn under the row. Home and End go to the ends. */
export function neighbourOf({ boxes, wires }: GraphPicture, from: LayerId, key: string): LayerId | undefined {
  const own = boxes.get(from);
  if (!own) return undefined;
  const all = [...boxes.values()];
  if (key === 'Home') return all[0].layer;
  if (key === 'End') return all.at(-1)!.layer;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const ends = wires.flatMap(wire => {
      const [near, far] = key === 'ArrowLeft' ? [wire.to, wire.from] : [wire.from, wire.to];
      return near === from ? [boxes.get(far)!] : [];
    });
    return nearest(ends, box => Math.abs(box.row - own.row) * 1e6 + Math.abs(box.column - own.column));
  }
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const isBeyond = (box: Box) => (key === 'ArrowUp' ? box.row < own.row : box.row > own.row);
  const beyond = all.filter(isBeyond);
  const found = nearest(beyond, box => Math.abs(box.row - own.row) * 1e6 + Math.abs(middle(box) - middle(own)));
  if (found !== undefined || key === 'ArrowUp') return found;
  const jumps = wires.filter(({ points }) => points.length > 2);
  return (jumps.find(wire => wire.from === from) ?? undefined)?.to ?? jumps.find(wire => wire.to === from)?.from;
}

const middle = ({ x, width }: Box) => x + width / 2;

function nearest(boxes: readonly Box[], distance: (box: Box) => number): LayerId | undefined {
  return boxes.toSorted((a, b) => distance(a) - distance(b))[0]?.layer;
}
