import { withoutOverrides } from './over-counts.ts';
import type { Store, Values } from '../core/store.ts';

/** Values whose contents are those of the shown plane. */
export function ofShownPlane(values: Values, store: Store): Values {
  return {
    ...values,
    show: (owner, blocks) => values.show(owner, blocks, store.get().plane),
    block(block) {
      const contents = values.block(block, store.get().plane);
      const { comparing } = store.get();
      return comparing && contents ? withoutOverrides(contents, block, comparing) : contents;
    },
    element: (tensor, index) => values.element(tensor, index, store.get().plane),
  };
}
