/** The present values of the network's tensors, as formulas read them. */
import type { Layer, TensorId, TensorInfo, TensorName } from '../../../shared/network.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';

export type Tensor = {
  readonly info: TensorInfo;
  values: Float32Array;
  /** When its values are there: before the layers (−1), or at its place in the pass. */
  readonly time: number;
  /** Its layer's turn. A formula over a parameter has to be known before. */
  readonly turn: number;
};

/** Within a layer, the order in which its tensors are made. */
const ORDER: readonly TensorName[] = ['partial', 'shifted', 'exp', 'output', 'crossEntropy'];
/** Times from one layer's turn to the next one's. */
const PER_LAYER = ORDER.length;
/** The time before the first layer. */
export const BEFORE = -1;

/** The time of the last tensor of a layer. */
export const endOf = (position: number) => (position + 1) * PER_LAYER - 1;

/** All tensors of a network. `stored` has the arrays of those that aren't computed. `computed` gives the values of the
 *  others, if there are any yet. */
export function tensorsOf(
  sheet: Sheet,
  stored: ReadonlyMap<TensorId, Float32Array>,
  computed: (tensor: TensorId) => Float32Array = () => NOTHING,
): Map<TensorId, Tensor> {
  const positions = new Map(sheet.network.layers.map(({ id }: Layer, position) => [id, position]));
  return new Map(
    [...sheet.tensors.values()].map(info => {
      const turn = positions.get(info.layer)! * PER_LAYER;
      const time = info.role === 'computed' ? turn + ORDER.indexOf(info.name) : BEFORE;
      return [info.id, { info, values: stored.get(info.id) ?? computed(info.id), time, turn }];
    }),
  );
}

const NOTHING = new Float32Array(0);
