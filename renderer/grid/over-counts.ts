/** How much the user has typed over the network's cells, and what figures over many images make of it. */
import type { CellContents } from '../../shared/cell-content.ts';
import type { Block } from '../../shared/layout/layout.ts';
import { type LayerId, layersBehind, type TensorId } from '../../shared/network.ts';
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

/** Whether something stands over a computed cell of a layer, or of one that it follows from. */
export function overriddenBehind({ written, sheet }: Pick<State, 'written' | 'sheet'>, layer: LayerId): boolean {
  if (written.formulas.size === 0) return false;
  const behind = layersBehind(sheet.network, layer);
  return [...written.formulas.keys()].some(tensor => {
    const info = sheet.tensors.get(tensor);
    return info?.role === 'computed' && behind.has(info.layer);
  });
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

/** The contents of a block as they would be without overrides. */
export function withoutOverrides(
  contents: CellContents,
  { view }: Pick<Block, 'view'>,
  alone: ReadonlyMap<TensorId, Float32Array>,
): CellContents {
  const values = alone.get(view.tensor);
  if (!values) return contents;
  const numbers = Float32Array.from(contents.numbers, (_now, i) => {
    const row = Math.floor(i / view.width);
    return values[view.offset + row * view.rowStride + (i % view.width) * view.columnStride];
  });
  const others = contents.others?.map((other, i) => (Number.isFinite(numbers[i]) ? undefined : other));
  return { numbers, ...(others && { others }) };
}
