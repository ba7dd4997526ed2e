/** The loss's gradients by the cells of the network, for the example that the sheet shows. */
import { hasGradient, hasLoss } from '../../../shared/backprop/gradients.ts';
import type { Written } from '../../../shared/cells.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import { parameterNames } from '../../../shared/layers/parameters.ts';
import type { ParameterName, TensorId } from '../../../shared/network.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { lossGradientShown, type LossKind } from '../batch/loss.ts';

/** The gradients of every tensor that has some, as `gradientOf` has their formulas. `value` gives what the sheet shows.
 *  `owned` has the computed elements that a user has written something over: they are NaN, and hand none on. Empty if
 *  the network shows no loss. Throws UserError if there is not enough memory to go back through the network. */
export function cellGradients(
  sheet: Sheet,
  value: (tensor: TensorId) => Float32Array,
  owned: ReadonlyMap<TensorId, readonly number[]>,
): ReadonlyMap<TensorId, Float32Array> {
  const { network, tensors } = sheet;
  if (!hasLoss(network)) return new Map();
  const last = network.layers.at(-1)!;
  const loss = lossGradientShown(last.kind as LossKind, value(`${last.id}/output`), value(`${last.id}/actual`));
  const batches = createBatchNetwork(network, 'wasm');
  try {
    const stored = [...tensors.values()].filter(({ name }) => parameterNames.includes(name as ParameterName));
    batches.setParameters(new Map(stored.map(({ id }) => [id, value(id)])));
    const found = batches.cellGradients({ shown: value, loss, owned });
    for (const info of tensors.values())
      if (hasGradient(sheet, info) && !found.has(info.id)) found.set(info.id, new Float32Array(info.size));
    return found;
  } finally {
    batches.dispose();
  }
}

/** The computed elements that a user has written something over. */
export function ownedIn({ sheet, written }: { sheet: Sheet; written: Pick<Written, 'formulas'> }) {
  const owned = new Map<TensorId, number[]>();
  for (const [tensor, contents] of written.formulas)
    if (sheet.tensors.get(tensor)?.role === 'computed') owned.set(tensor, [...contents.keys()]);
  return owned;
}
