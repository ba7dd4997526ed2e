import { formatAddress } from '../../../shared/address.ts';
import type { Written } from '../../../shared/cells.ts';
import type { Carried } from '../../../shared/changes/carry.ts';
import { sheetPrefix } from '../../../shared/formula/notation.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { describeTensors, type LayerId, type NetworkSpec } from '../../../shared/network.ts';

/** So many cells are named, at most. */
const NAMED = 5;

/** Says which formulas and comments another network dropped, by the cells they stood in, which formulas lost cells that
 *  they read, and which free cells moved. `sheets`: all sheets as they were. */
export function saidOf(
  { dropped, uncommented, broken, moved }: Carried,
  before: Sheet,
  sheets: Written['sheets'],
): Sentence[] {
  const { written } = sentences;
  const cellsOf = (elements: readonly ElementIndex[]) =>
    elements.slice(0, NAMED).map(({ tensor, index }) => formatAddress(before.layout.cellOf(tensor, index)));
  const went = moved.slice(0, NAMED).map(({ from, to }) => written.movedTo(formatAddress(from), formatAddress(to)));
  const count = broken.elements.length + broken.cells.length + broken.names.length;
  const prefix = (id: string) => (id === before.id ? '' : sheetPrefix(sheets.find(each => each.id === id)?.name));
  const losing = [
    ...broken.cells.slice(0, NAMED).map(cell => prefix(cell.sheet) + formatAddress(cell)),
    ...cellsOf(broken.elements),
    ...broken.names.slice(0, NAMED),
  ];
  return [
    ...(dropped.length > 0 ? [written.dropped(dropped.length, cellsOf(dropped))] : []),
    ...(uncommented.length > 0 ? [written.uncommented(uncommented.length, cellsOf(uncommented))] : []),
    ...(count > 0 ? [written.broken(count, losing.slice(0, NAMED))] : []),
    ...(moved.length > 0 ? [written.moved(moved.length, went)] : []),
  ];
}

/** Says which built-in layers take the place of formula layers and begin with new weights. Such a layer keeps only
 *  those that its formula reads. */
export function begunAnew(before: NetworkSpec, after: NetworkSpec): Sentence[] {
  const was = new Map(before.layers.map(layer => [layer.id, layer]));
  const had = new Set(describeTensors(before).map(({ id }) => id));
  const begun = new Set<LayerId>();
  for (const { id, layer, role } of describeTensors(after))
    if (role === 'parameter' && !had.has(id) && was.get(layer)?.kind === 'formula') begun.add(layer);
  const names = after.layers.flatMap(({ id, kind, name }) => (begun.has(id) && kind !== 'formula' ? [name] : []));
  return names.length > 0 ? [sentences.formulaLayers.begunAnew(names)] : [];
}
