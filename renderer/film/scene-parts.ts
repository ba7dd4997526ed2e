/** What the fields of cameras and motions share. */
import type { FilmScene } from '../../shared/film/storyboard.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { formatShape, type TensorId, type TensorInfo } from '../../shared/network.ts';
import { smallButton } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import type { Board } from './board.ts';
import { type Choice, type Field, textField } from './fields.ts';
import { addressOfElement, elementNamed } from './regions.ts';

/** How the fields of a scene change it. `part`: what consecutive typing into one field is one step of. */
export type SceneEdit = (patch: Partial<FilmScene>, part: string) => void;

export type Needs = { store: Store; board: Board; edit: SceneEdit; begin: () => void };

/** Fields, and the lines in which they stand. */
export type Fields = { fields: Field[]; rows: HTMLElement[] };

/** The tensors of the network by their layers: “conv1, 26×26×2”, “kernel of conv1, 3×3×1×2”. With `shaped` false they
 *  have no shapes. */
export function tensorChoices(store: Store, fits: (info: TensorInfo) => boolean, shaped = true): Choice[] {
  const { sheet } = store.get();
  return [...sheet.tensors.values()].filter(fits).map(info => {
    const { name } = sheet.layers.get(info.layer)!;
    const part = info.name === 'output' ? name : messages.storyboardPanel.tensorOf(partName(info), name);
    return { value: info.id, label: shaped ? `${part}, ${formatShape(info.shape)}` : part };
  });
}

/** What a tensor is called on the sheet. */
function partName({ name }: TensorInfo): string {
  const { softmaxHeadings } = messages.cells;
  const { names } = messages.layers;
  if (name in softmaxHeadings) return softmaxHeadings[name as keyof typeof softmaxHeadings];
  return name in names ? names[name as keyof typeof names] : name;
}

/** A cell by its address, or the selected one. */
export function elementField(
  { store, board, begin }: Needs,
  name: string,
  get: () => ElementIndex | undefined,
  set: (element: ElementIndex) => void,
): Fields {
  const text = messages.storyboardPanel;
  const field = textField({
    label: name,
    begin,
    disabled: !board.mayEdit(),
    get: () => {
      const now = get();
      return now ? addressOfElement(store.get(), now) : '';
    },
    set(typed) {
      const found = elementNamed(store.get(), typed);
      if (!found) return text.problems.cell(typed);
      set(found);
      return undefined;
    },
  });
  const take = smallButton(text.takeCell, () => {
    const { sheet, active } = store.get();
    const found = elementAt(sheet, active);
    if (found) set(found);
  });
  const update = () => {
    const { sheet, active } = store.get();
    take.disabled = !board.mayEdit() || !elementAt(sheet, active);
    take.title = text.takeCellHelp;
  };
  update();
  return { fields: [field, { root: take, update }], rows: [field.root, take] };
}

export const asTensor = (value: string): TensorId => value as TensorId;
