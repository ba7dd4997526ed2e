/** What keeps formulas over cells from being layers, for the list of what is typed over cells. */
import { formatAddress } from '../../shared/address.ts';
import { isFormula } from '../../shared/cells.ts';
import { type Lifted, liftedFrom } from '../../shared/layer-edits/lift.ts';
import { placeOf } from '../../shared/layout/sheet.ts';
import { messages, say } from '../../shared/messages.ts';
import type { TensorId } from '../../shared/tensor.ts';
import type { CellPlace } from '../../shared/places.ts';
import { element, smallButton } from '../core/element.ts';
import type { State, Store } from '../core/store.ts';
import { section } from '../parts/sides.ts';

/** The most cells that are listed. */
const LISTED = 50;

/** A section for each layer whose cells are full of formulas, or nearly. `go` selects a cell. */
export function createNearlyLayers(store: Store, go: (place: CellPlace) => void): () => HTMLElement[] {
  /** What was found for this state of what is written. */
  let found: { of: State['written']; sheet: State['sheet']; lifted: readonly Lifted[] } | undefined;
  return () => {
    const { sheet, written } = store.get();
    if (found?.of !== written || found.sheet !== sheet) {
      const values = { get: (id: TensorId) => new Float32Array(sheet.tensors.get(id)?.size ?? 0) };
      const { lifted } = liftedFrom({ ...written, sheet, values }, [], new Set(written.formulas.keys()));
      found = { of: written, sheet, lifted };
    }
    return found.lifted.flatMap(each => sectionOf(store, each, go));
  };
}

function sectionOf(store: Store, lifted: Lifted, go: (place: CellPlace) => void): HTMLElement[] {
  const { sheet, written } = store.get();
  const text = messages.formulaLayers;
  const { goTo, goToHelp } = messages.panels.overrides;
  if (lifted.kind === 'layer') return [];
  if (lifted.kind === 'overrides') {
    const { name } = sheet.layers.get(lifted.layer)!;
    return [section(text.notLayer(name), [], element('p', { class: 'remark' }, say(lifted.reason)))];
  }
  const { name } = sheet.layers.get(sheet.tensors.get(lifted.tensor)!.layer)!;
  const own = written.formulas.get(lifted.tensor);
  const items = lifted.differing.slice(0, LISTED).map(index => {
    const place = placeOf(sheet, lifted.tensor, index);
    const where = formatAddress(place);
    const content = own?.get(index);
    return element(
      'li',
      { class: 'override-item' },
      element('b', {}, where),
      element('span', { class: 'override-place' }, isFormula(content) ? text.otherFormula : text.blank),
      element(
        'span',
        { class: 'override-buttons' },
        smallButton(goTo, () => go(place), goToHelp(where)),
      ),
    );
  });
  return [section(text.nearly(name, lifted.count), [], element('ul', { class: 'override-list' }, ...items))];
}
