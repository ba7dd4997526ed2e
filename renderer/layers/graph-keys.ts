/** Which box an arrow key goes to in the graph. */
import type { LayerId } from '../../shared/tensor.ts';
import type { Box, GraphPicture, Wire } from './graph-layout.ts';

/** Left and right go along the wires, in the same row where there is one. Down follows a wire that is drawn below the
 *  row, to its other end; up follows one back. Where there is none, they go to the nearest box below or above. Home and
 *  End go to the ends. */
export function neighbourOf({ boxes, wires }: GraphPicture, from: LayerId, key: string): LayerId | undefined {
  const own = boxes.get(from);
  if (!own) return undefined;
  const all = [...boxes.values()];
  if (key === 'Home') return all[0].layer;
  if (key === 'End') return all.at(-1)!.layer;
  /** The other ends of this box's wires: of those that leave it, and of those that come to it. */
  const ends = (which: readonly Wire[]) => ({
    readers: which.flatMap(wire => (wire.from === from ? [boxes.get(wire.to)!] : [])),
    inputs: which.flatMap(wire => (wire.to === from ? [boxes.get(wire.from)!] : [])),
  });
  const far = (box: Box) => Math.abs(box.row - own.row) * 1e6 + Math.abs(middle(box) - middle(own));
  if (key === 'ArrowLeft') return nearest(ends(wires).inputs, far);
  if (key === 'ArrowRight') return nearest(ends(wires).readers, far);
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const { readers, inputs } = ends(wires.filter(({ points }) => points.length > 2));
  const isThere = (box: Box) => (key === 'ArrowUp' ? box.row < own.row : box.row > own.row);
  const isBeside = (box: Box) => isThere(box) || (key === 'ArrowDown' && box.row === own.row);
  return (
    nearest(readers.filter(isBeside), far) ?? nearest(inputs.filter(isBeside), far) ?? nearest(all.filter(isThere), far)
  );
}

const middle = ({ x, width }: Box) => x + width / 2;

function nearest(boxes: readonly Box[], distance: (box: Box) => number): LayerId | undefined {
  return boxes.toSorted((a, b) => distance(a) - distance(b))[0]?.layer;
}
