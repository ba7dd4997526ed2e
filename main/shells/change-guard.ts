import { checkChanges, type Editable, editable } from '../../shared/change-check.ts';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { Args, WorkbookInfo } from '../../shared/protocol.ts';

/** Throws UserError where the workbook can't take a window's change, or has another structure than it is meant for. */
export type ChangeGuard = (workbook: WorkbookInfo, change: Args<'change'>) => void;

/** What is refused before it is journalled can't come back from a journal. Keeps the tensors of the last network it was
 *  asked about. */
export function createChangeGuard(): ChangeGuard {
  let known: { structure: string; tensors: Editable } | undefined;
  return ({ structure, network, classes }, { structure: meant, changes }) => {
    if (meant !== structure) throw new UserError(messages.engine.otherStructure);
    if (known?.structure !== structure) known = { structure, tensors: editable(network, classes) };
    checkChanges(known.tensors, changes);
  };
}
