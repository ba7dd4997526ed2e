import { checkChanges, type Editable, editable } from '../../shared/change-check.ts';
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import {
  type Args,
  type ClientKind,
  type ClientRole,
  clientRequests,
  engineRequests,
  isForWorkbook,
  type Message,
  type WorkbookInfo,
} from '../../shared/protocol.ts';
import { parseArgs } from '../../shared/rpc.ts';
import { checkDataPaths } from './workbook-files.ts';

/** A checked request. `workbook`: the workbook that it is meant for, if it names one. `complete`: the engine need not
 *  check it again. */
type Admitted = { kind: ClientKind; args: unknown; workbook: string | undefined; complete: boolean };

/** Checks a window's request. Every part of it comes from outside. Throws UserError if it is refused. So a refused
 *  request never gets into a journal. */
export type Admit = (
  request: Extract<Message, { type: 'request' }>,
  role: ClientRole,
  open: WorkbookInfo | undefined,
) => Admitted;

/** What a second window on the same work may not do, besides changing the workbook. */
const EDITOR_ONLY = new Set<ClientKind>([
  'newWorkbook',
  'openFile',
  'openBytes',
  'save',
  'discard',
  'setMenu',
  'controlRun',
  'correctLabels',
  'keepSetup',
  'keepView',
]);

/** Makes the check. It remembers the tensors of the last network that it saw. */
export function createAdmission(): Admit {
  let known: { structure: string; tensors: Editable } | undefined;

  /** Throws UserError if the workbook can't take a change, or has another structure than the one that the change is
   *  meant for. */
  function checkChange({ structure, network, classes }: WorkbookInfo, change: Args<'change'>): void {
    if (change.structure !== structure) throw new UserError(sentences.engine.otherStructure);
    if (known?.structure !== structure) known = { structure, tensors: editable(network, classes) };
    checkChanges(known.tensors, change.changes);
  }

  return ({ kind: asked, args: given, workbook }, role, open) => {
    if (!Object.hasOwn(clientRequests, asked)) throw new UserError(sentences.shell.refused(asked));
    const kind = asked as ClientKind;
    const args = parseArgs(clientRequests[kind].args as never, kind, given);
    const changes = EDITOR_ONLY.has(kind) || (isEngineKind(kind) && engineRequests[kind].journal);
    if (changes && role !== 'editor') throw new UserError(sentences.shell.viewerRefused);
    if (!isForWorkbook(kind)) {
      if (isEngineKind(kind)) checkDataPaths(args);
      return { kind, args, workbook: undefined, complete: true };
    }
    if (workbook === undefined)
      throw new UserError(sentences.rpc.malformed(kind, 'workbook', sentences.rpc.workbookMissing));
    if (isEngineKind(kind)) checkDataPaths(args);
    if (kind !== 'change') return { kind, args, workbook, complete: true };
    const change = args as Args<'change'>;
    // Windows always name it. Only journals of earlier versions don't.
    if (change.structure === undefined) throw new UserError(sentences.engine.otherStructure);
    if (open?.id !== workbook) return { kind, args, workbook, complete: false };
    checkChange(open, change);
    return { kind, args, workbook, complete: true };
  };
}

/** Whether the engine answers requests of this kind. */
export function isEngineKind(kind: ClientKind): kind is keyof typeof engineRequests {
  return Object.hasOwn(engineRequests, kind);
}
