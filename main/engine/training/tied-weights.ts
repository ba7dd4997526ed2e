/** Formulas over parameters in a run: which ones it follows, and what is to be said of the others. */
import { formatAddress } from '../../../shared/address.ts';
import { isUnwritten, writtenFrom } from '../../../shared/changes/written.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { frozenIn } from '../../../shared/phases.ts';
import type { TrainingConfig } from '../../../shared/training.ts';
import type { Workbook } from '../../../shared/workbook.ts';
import type { Ties } from '../formulas/ties.ts';
import { createSession, type Session, type TensorValues } from '../workbook/session.ts';

/** The most cells that a sentence names. */
const MOST_NAMED = 3;

/** The formulas over the parameters of an open workbook, for a run with parameters of its own. */
export function tiesOf(
  { sheet, unrecorded }: Session,
  parameters: TensorValues,
  config: Pick<TrainingConfig, 'layerRates' | 'groups' | 'phases'>,
): Ties | undefined {
  return unrecorded.ties(parameters, frozenIn(sheet.network, config));
}

/** What is to be said of the formulas that a run can't follow: a sentence for each reason. */
export function stayingIn(ties: Ties): Sentence[] {
  const cells = new Map<keyof typeof sentences.runs.stays, string[]>();
  const inOrder = ties.stays().sort(({ cell: a }, { cell: b }) => a.row - b.row || a.column - b.column);
  for (const { cell, reason } of inOrder) cells.set(reason, [...(cells.get(reason) ?? []), formatAddress(cell)]);
  return [...cells].map(([reason, all]) => sentences.runs.stays[reason](all.slice(0, MOST_NAMED), all.length));
}

/** A workbook, open, if users have written anything around its network: to train it, or to try learning rates, without
 *  a window. The backend has to be started. */
export function openWrittenWorkbook(workbook: Workbook): Session | undefined {
  return isUnwritten(writtenFrom(workbook)) ? undefined : createSession(workbook);
}

/** Gives an open workbook the network that a run begins with. What users wrote is carried over. */
export function beginWith(
  { sheet, unrecorded }: Session,
  { network, classes, values }: Pick<Workbook, 'network' | 'classes' | 'values'>,
): void {
  const given = [...values].map(([tensor, own]) => ({ tensor, values: own }));
  if (network !== sheet.network) unrecorded.write([{ kind: 'network', network, values: given }]);
  if (classes !== sheet.classes) unrecorded.write([{ kind: 'classes', classes }]);
}
