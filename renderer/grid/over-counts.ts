/** How much the user has typed over the network's cells, and what figures over many images make of it. */
import type { CellContents } from '../../shared/cell-content.ts';
import type { Block } from '../../shared/layout/layout.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import type { State, Store } from '../core/store.ts';

/** How many cells have something of the user's over them, and whether a computed one is among them. */
export function countOver({ written, sheet }: Pick<State, 'written' | 'sheet'>): { all: number; computed: number } {
  let [all, computed] = [0, 0];
  for (const [tensor, own] of written.formulas) {
    all += own.size;
    if (sheet.tensors.get(tensor)?.role === 'computed') computed += own.size;
  }
  return { all, computed };
}

/** A remark that is shown while computed cells are overridden: figures over many images don't count them. */
export function overridesIgnored(store: Store): { root: HTMLElement; end: () => void } {
  const root = element('p', { class: 'remark', role: 'status' }, messages.panels.overrides.ignored);
  const show = () => {
    root.hidden = countOver(store.get()).computed === 0;
  };
  show();
  return { root, end: store.on(['written', 'sheet'], show) };
}

/** The contents of a block with derived values where something is typed over its elements. */
export function withDerived(
  contents: CellContents,
  { view }: Pick<Block, 'view'>,
  derived: ReadonlyMap<string, number>,
): CellContents {
  const numbers = contents.numbers.slice();
  const others = contents.others?.slice();
  for (let i = 0; i < numbers.length; i++) {
    const index = view.offset + Math.floor(i / view.width) * view.rowStride + (i % view.width) * view.columnStride;
    const value = derived.get(`${view.tensor} ${index}`);
    if (value === undefined) continue;
    numbers[i] = value;
    if (others) others[i] = undefined;
  }
  return { numbers, ...(others && { others }) };
}
