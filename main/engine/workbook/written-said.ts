import { formatAddress } from '../../../shared/address.ts';
import type { Carried } from '../../../shared/changes/carry.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';

/** So many cells are named, at most. */
const NAMED = 5;

/** Says which formulas and comments another network dropped, by the cells they stood in, and which free cells moved. */
export function saidOf({ dropped, uncommented, moved }: Carried, before: Sheet): Sentence[] {
  const { written } = sentences;
  const cellsOf = (elements: readonly ElementIndex[]) =>
    elements.slice(0, NAMED).map(({ tensor, index }) => formatAddress(before.layout.cellOf(tensor, index)));
  const went = moved.slice(0, NAMED).map(({ from, to }) => written.movedTo(formatAddress(from), formatAddress(to)));
  return [
    ...(dropped.length > 0 ? [written.dropped(dropped.length, cellsOf(dropped))] : []),
    ...(uncommented.length > 0 ? [written.uncommented(uncommented.length, cellsOf(uncommented))] : []),
    ...(moved.length > 0 ? [written.moved(moved.length, went)] : []),
  ];
}
