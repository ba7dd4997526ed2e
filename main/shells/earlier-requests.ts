/** Turns the requests in journals of earlier versions into today's. */
import { type Change, type Command, editCommand, type Made, type TensorEdit } from '../../shared/change.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { EngineKind } from '../../shared/protocol.ts';
import type { Source } from '../../shared/workbook.ts';

type Request = { kind: EngineKind; args: unknown };
type Edit = { label: string; edits: readonly TensorEdit[]; source?: Source; mergeKey?: string };
type Restructured = { network: NetworkSpec; classes: readonly string[]; commands: number };

/** Earlier versions changed values with `edit`, and had a run's changes of the network in `restructured`. */
export function asToday({ kind, args }: Request): Request {
  if ((kind as string) === 'edit') return { kind: 'change', args: commandOf(args as Edit) };
  if (kind !== 'beginRun' && kind !== 'finishRun') return { kind, args };
  const { restructured, ...rest } = args as { restructured?: Restructured };
  return restructured ? { kind, args: { ...rest, made: madeOf(restructured) } } : { kind, args };
}

const commandOf = ({ label, edits, source, mergeKey }: Edit): Command =>
  editCommand(label, edits, { source, mergeKey });

function madeOf({ network, classes, commands }: Restructured): Made {
  const changes: Change[] = [
    { kind: 'network', network, values: [] },
    { kind: 'classes', classes },
  ];
  return { changes, commands };
}
