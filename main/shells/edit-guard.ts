import { checkEdit, type Editable } from '../../shared/edit-check.ts';
import { describeTensors, type NetworkSpec } from '../../shared/network.ts';
import type { WorkbookInfo } from '../../shared/protocol.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import type { TensorEdit } from '../../shared/workbook.ts';

/** Throws UserError where the workbook can't take these edits. */
export type EditGuard = (workbook: WorkbookInfo, edits: readonly TensorEdit[]) => void;

/** What is refused before it is journalled can't come back from a journal. Keeps the tensors of the last network it was
 *  asked about. */
export function createEditGuard(): EditGuard {
  let known: { network: NetworkSpec; tensors: Editable['tensors'] } | undefined;
  return ({ network, classes }, edits) => {
    if (known?.network !== network) {
      known = { network, tensors: new Map(describeTensors(network).map(tensor => [tensor.id, tensor])) };
    }
    const { tensors } = known;
    for (const edit of edits) checkEdit({ tensors, sheet: () => buildSheet(network, classes) }, edit);
  };
}
