/** What keeps formulas over cells from being layers, for the list of what is typed over cells. */
import { formatAddress } from '../../shared/address.ts';
import { isFormula } from '../../shared/cells.ts';
import { liftedFrom } from '../../shared/layer-edits/lift.ts';
import { placeOf } from '../../shared/layout/sheet.ts';
import { messages, say } from '../../shared/messages.ts';
import type { TensorId } from '../../shared/tensor.ts';
import type { CellPlace } from '../../shared/places.ts';
import { element, smallButton } from '../core/element.ts';
import type { State, Store } from '../core/store.ts';
import { section } from '../parts/sides.ts';

/** The most cells that are listed. */
const LISTED = 50;

/** A layer whose cells are full of formulas, or nearly, and why it is none of its own: a sentence, or the cells that
 *  differ. */
export type NearlyLayer = { title: string } & ({ reason: string } | { cells: readonly DifferingCell[] });
type DifferingCell = { place: CellPlace; where: string; holds: string };

type Formulas = Pick<State, 'sheet' | 'written'>;

/** Looks at all formulas over cells. */
export function nearlyLayersIn({ sheet, written }: Formulas): NearlyLayer[] {
  const text = messages.formulaLayers;
  const values = { get: (id: TensorId) => new Float32Array(sheet.tensors.get(id)?.size ?? 0) };
  const { lifted } = liftedFrom({ ...written, sheet, values }, [], new Set(written.formulas.keys()));
  return lifted.flatMap((each): NearlyLayer[] => {
    // These formulas were left as overrides.
    if (each.kind === 'layer') return [];
    if (each.kind === 'overrides')
      return [{ title: text.notLayer(sheet.layers.get(each.layer)!.name), reason: say(each.reason) }];
    const { name } = sheet.layers.get(sheet.tensors.get(each.tensor)!.layer)!;
    const own = written.formulas.get(each.tensor);
    const cells = each.differing.slice(0, LISTED).map(index => {
      const place = placeOf(sheet, each.tensor, index);
      return {
        place,
        where: formatAddress(place),
        holds: isFormula(own?.get(index)) ? text.otherFormula : text.blank,
      };
    });
    return [{ title: text.nearly(name, each.count), cells }];
  });
}

/** A section for each such layer. `go` selects a cell. */
export function createNearlyLayers(store: Store, go: (place: CellPlace) => void): () => HTMLElement[] {
  /** What was found for this state of what is written. */
  let found: { of: Formulas; layers: readonly NearlyLayer[] } | undefined;
  return () => {
    const { sheet, written } = store.get();
    if (found?.of.written !== written || found.of.sheet !== sheet)
      found = { of: { sheet, written }, layers: nearlyLayersIn({ sheet, written }) };
    return found.layers.map(each => sectionOf(each, go));
  };
}

function sectionOf(layer: NearlyLayer, go: (place: CellPlace) => void): HTMLElement {
  const { goTo, goToHelp } = messages.panels.overrides;
  if ('reason' in layer) return section(layer.title, [], element('p', { class: 'remark' }, layer.reason));
  const items = layer.cells.map(({ place, where, holds }) =>
    element(
      'li',
      { class: 'override-item' },
      element('b', {}, where),
      element('span', { class: 'override-place' }, holds),
      element(
        'span',
        { class: 'override-buttons' },
        smallButton(goTo, () => go(place), goToHelp(where)),
      ),
    ),
  );
  return section(layer.title, [], element('ul', { class: 'override-list' }, ...items));
}
