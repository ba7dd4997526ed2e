/** Checks a change before anything is done. The shell asks before it writes the change into its journal, the engine
 *  before it makes the change. */
import { formatAddress } from './address.ts';
import { type FormulaEdit, isFormula } from './cells.ts';
import { canTake, refusalOf } from './cell-entry.ts';
import type { AskedChange, TensorEdit } from './change.ts';
import { checkStoryboard } from './changes/storyboard.ts';
import { UserError } from './errors.ts';
import { sentences } from './messages/sentences.ts';
import { describeTensors, parseNetwork, type NetworkSpec, type TensorId, type TensorInfo } from './network.ts';
import { buildSheet, type Sheet } from './layout/sheet.ts';

/** What is to be changed. `sheet` is needed only to name a cell in a sentence. */
export type Editable = { tensors: ReadonlyMap<TensorId, TensorInfo>; sheet: () => Sheet };

/** A network as something to be changed. Its sheet is built only when a sentence needs it. */
export function editable(network: NetworkSpec, classes: readonly string[]): Editable {
  const tensors = new Map(describeTensors(network).map(tensor => [tensor.id, tensor]));
  let sheet: Sheet | undefined;
  return { tensors, sheet: () => (sheet ??= buildSheet(network, classes)) };
}

/** Throws UserError where a network can't take a change. The sentence names the cell or the tensor, or says why no
 *  sheet can hold such a network. (What else is in the workbook, `checkWritten` asks just before each change.) */
export function checkChanges(before: Editable, changes: readonly AskedChange[]): void {
  let now = before;
  for (const change of changes) {
    if (change.kind === 'values') for (const edit of change.edits) checkEdit(now, edit);
    if (change.kind === 'formulas') for (const edit of change.edits) checkFormulas(now, edit);
    if (change.kind === 'storyboard') checkStoryboard(change);
    if (change.kind === 'comments')
      for (const { tensor, index } of change.edits) checkElements(now, tensor, Uint32Array.of(index));
    if (change.kind === 'network') {
      now = editable(change.network, []);
      now.sheet();
      for (const edit of change.values) checkEdit(now, edit, true);
    }
    if (change.kind === 'layers') {
      now = editable(parseNetwork(change.network), []);
      now.sheet();
    }
    if (change.kind === 'classes' && change.values) {
      const actual = [...now.tensors.values()].find(({ role }) => role === 'actual');
      if (!actual) throw new UserError(sentences.engine.unknownTensor('actual'));
      checkEdit(now, { tensor: actual.id, values: change.values }, true);
    }
  }
}

function checkEdit({ tensors, sheet }: Editable, { tensor, indices, values }: TensorEdit, whole = false): void {
  const info = tensors.get(tensor);
  if (!info) throw new UserError(sentences.engine.unknownTensor(tensor));
  const name = () => `${sheet().layers.get(info.layer)!.name}/${info.name}`;
  const count = indices?.length ?? info.size;
  if (count !== values.length || (whole && count !== info.size))
    throw new UserError(sentences.engine.valuesMissing(name(), whole ? info.size : count, values.length));
  for (let i = 0; i < count; i++) {
    const index = indices ? indices[i] : i;
    if (index >= info.size) throw new UserError(sentences.engine.unknownElement(name(), index, info.size));
    if (!canTake(info, values[i])) throw new UserError(refusalOf(sheet(), { tensor, index }, values[i]));
  }
  // An edit of no cells gets here too. It is refused if it names a computed tensor.
  if (info.role === 'computed') throw new UserError(sentences.grid.computed(name(), []));
}

/** Returns the tensor. */
function checkElements({ tensors, sheet }: Editable, tensor: TensorId, indices: Uint32Array): TensorInfo {
  const info = tensors.get(tensor);
  if (!info) throw new UserError(sentences.engine.unknownTensor(tensor));
  let beyond: number | undefined;
  for (const index of indices) if (index >= info.size) beyond ??= index;
  if (beyond === undefined) return info;
  const name = `${sheet().layers.get(info.layer)!.name}/${info.name}`;
  throw new UserError(sentences.engine.unknownElement(name, beyond, info.size));
}

/** A formula may stand over any element, a number only over a computed one: elsewhere it is the value. */
function checkFormulas(now: Editable, { tensor, indices, content }: FormulaEdit): void {
  const info = checkElements(now, tensor, indices);
  if (isFormula<number>(content)) checkElements(now, tensor, Uint32Array.of(content.from));
  else if (content !== undefined && indices.length > 0) {
    const where = () => formatAddress(now.sheet().layout.cellOf(tensor, indices[0]));
    if (info.role !== 'computed') throw new UserError(sentences.written.numberIsValue(where()));
    if (!Number.isFinite(Math.fround(content))) throw new UserError(sentences.grid.tooLarge(where(), String(content)));
  }
}
