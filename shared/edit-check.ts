/** Whether an edit can be done, before anything is done: the shell asks before it writes a change down, the engine
 *  before it makes one. */
import { formatAddress } from './address.ts';
import { UserError } from './errors.ts';
import { messages } from './messages.ts';
import { canHold, type TensorId, type TensorInfo } from './network.ts';
import type { Sheet } from './layout/sheet.ts';
import type { TensorEdit } from './workbook.ts';

/** What is to be edited: its tensors, and the sheet for whoever has to be told of a cell. */
export type Editable = { tensors: ReadonlyMap<TensorId, TensorInfo>; sheet: () => Sheet };

/** Throws UserError naming the cell that can't be edited this way, or the tensor. */
export function checkEdit({ tensors, sheet }: Editable, { tensor, indices, values }: TensorEdit): void {
  const info = tensors.get(tensor);
  if (!info) throw new UserError(messages.engine.unknownTensor(tensor));
  const name = () => `${sheet().layers.get(info.layer)!.name}/${info.name}`;
  const cell = (index: number) => formatAddress(sheet().layout.cellOf(tensor, index));
  if (indices.length !== values.length)
    throw new UserError(messages.engine.valuesMissing(name(), indices.length, values.length));
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (index >= info.size) throw new UserError(messages.engine.unknownElement(name(), index, info.size));
    if (info.role === 'computed') throw new UserError(messages.engine.computedCell(cell(index)));
    const blank = info.role === 'actual' && Number.isNaN(values[i]);
    if (!Number.isFinite(values[i]) && !blank) throw new UserError(messages.engine.notANumber(cell(index)));
    if (!canHold(info.name, values[i])) throw new UserError(messages.layers.outsideLimits(cell(index), info.name));
  }
  // Of no cell at all, but a command that names it is none of this workbook's.
  if (info.role === 'computed') throw new UserError(messages.engine.computedCell(name()));
}
