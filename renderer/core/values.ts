import { type CellContents, contentAt, contentOf, placeOthers } from '../../shared/cell-content.ts';
import { indicesOf, type TensorEdit } from '../../shared/change.ts';
import type { Block } from '../../shared/layout/layout.ts';
import type { TensorId, TensorInfo } from '../../shared/network.ts';
import type { CellsWindow, CellsWindowValues, Window, WindowValues } from '../../shared/protocol.ts';
import { createCellWindows } from './cell-values.ts';
import type { Plane } from '../../shared/places.ts';
import { planeKey, type Values } from './store.ts';
import { cutFlat, cutParts, partsOf, viewKey, WHOLE, wholeTensor, worthWhole } from './value-windows.ts';

/** A part of a tensor that the engine is asked to watch, and its contents as soon as they arrive. `cuts`: the keys of
 *  the blocks that were cut out of it. */
type Watched = { window: Window; contents: CellContents | undefined; cuts: Set<string> };
/** The watched parts of a tensor in one plane, by key. `cut`: blocks that were cut out of them, by key, as long as
 *  their parts have these contents. */
type Tensor = {
  parts: Map<string, Watched>;
  whole: Watched | undefined;
  cut: Map<string, CellContents>;
  /** The part in which an element was found last. */
  recent?: Watched;
};

/** The values of what is shown, with what main.ts needs to feed them. */
export type FedValues = Values & {
  /** Takes in new values of windows and tells everybody once. */
  receive(windows: readonly WindowValues[], cells?: readonly CellsWindowValues[]): void;
  /** Forgets everything and asks again, after the engine was restarted or another workbook was opened. With
   *  `keepBlocks`, the owners' blocks still count until their next `show`. */
  reset(keepBlocks: boolean): void;
};

/** `watch` sends the list of windows to the engine. It is called at most once per turn of the event loop, and never
 *  before the last call has resolved. */
export function createValues(
  watch: (windows: Window[], cells: CellsWindow[]) => Promise<unknown>,
  tensorInfo: (tensor: TensorId) => TensorInfo | undefined,
): FedValues {
  const owners = new Map<string, { blocks: readonly Block[]; plane: Plane }>();
  /** The watched tensors, by plane and tensor. */
  const tensors = new Map<string, Tensor>();
  const byId = new Map<number, { tensor: Tensor; watched: Watched }>();
  const cellWindows = createCellWindows();
  const listeners = new Set<() => void>();
  /** Edits that are not answered yet, the latest first. */
  let expected: readonly Expected[] = [];
  const tell = () => {
    for (const callback of listeners) callback();
  };
  let next = 1;
  let scheduled = false;
  let waiting = false;
  /** The window ids of the last list, as text. */
  let sent = ' ';

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      if (!waiting) send();
    });
  };

  const send = () => {
    const wanted = new Map<string, Map<string, Omit<Window, 'id'>>>();
    for (const { blocks, plane } of owners.values())
      for (const block of blocks) collect(block, plane, wanted, tensorInfo);
    for (const [key, windows] of wanted) {
      const [{ tensor, plane }] = windows.values();
      const info = tensorInfo(tensor)!;
      if (worthWhole(info, [...windows.values()])) wanted.set(key, new Map([['', wholeTensor(info, plane)]]));
    }
    for (const id of tensors.keys()) if (!wanted.has(id)) drop(id);
    const changed = [...wanted].filter(([id, windows]) => update(id, windows));
    if (changed.length > 0) forgetHidden(new Map(changed.map(([id]) => [id, new Set()])));
    const cells = cellWindows.windows();
    const ids = `${[...byId.keys()].join()} ${cells.map(({ id }) => id).join()}`;
    if (ids === sent) return;
    sent = ids;
    waiting = true;
    void ask(
      [...byId.values()].map(entry => entry.watched.window),
      cells,
    );
  };

  const ask = async (windows: Window[], cells: CellsWindow[]) => {
    try {
      await watch(windows, cells);
    } catch {
      // It fails while the engine or the connection is away. Afterwards everything is asked for again.
    }
    waiting = false;
    schedule();
  };

  const drop = (id: string) => {
    for (const watched of tensors.get(id)?.parts.values() ?? []) byId.delete(watched.window.id);
    tensors.delete(id);
  };

  /** Whether other parts are watched now than before. */
  const update = (id: string, windows: ReadonlyMap<string, Omit<Window, 'id'>>): boolean => {
    const tensor: Tensor = tensors.get(id) ?? { parts: new Map<string, Watched>(), whole: undefined, cut: new Map() };
    tensors.set(id, tensor);
    let changed = false;
    for (const [key, watched] of tensor.parts) {
      if (windows.has(key)) continue;
      byId.delete(watched.window.id);
      tensor.parts.delete(key);
      forgetCuts(tensor, watched);
      changed = true;
    }
    for (const [key, window] of windows) {
      if (tensor.parts.has(key)) continue;
      const watched = { window: { id: next++, ...window }, contents: undefined, cuts: new Set<string>() };
      tensor.parts.set(key, watched);
      byId.set(watched.window.id, { tensor, watched });
      changed = true;
    }
    tensor.whole = tensor.parts.get('');
    if (changed) tensor.recent = undefined;
    return changed;
  };

  /** Of these tensors, keeps only the blocks that an owner shows. */
  const forgetHidden = (shown: ReadonlyMap<string, Set<string>>) => {
    for (const { blocks, plane } of owners.values())
      for (const { view } of blocks) shown.get(planeKey(view.tensor, plane))?.add(viewKey(view));
    for (const [id, keys] of shown) {
      const { cut } = tensors.get(id)!;
      for (const key of cut.keys()) if (!keys.has(key)) cut.delete(key);
    }
  };

  return {
    show(owner, blocks, plane = 'value') {
      if (blocks.length === 0) owners.delete(owner);
      else owners.set(owner, { blocks, plane });
      schedule();
    },
    block(block, plane = 'value') {
      const { view } = block;
      const tensor = tensors.get(planeKey(view.tensor, plane));
      if (!tensor) return undefined;
      const key = viewKey(view);
      const known = tensor.cut.get(key);
      if (known) return known;
      const used: Watched[] = [];
      const use = (watched: Watched | undefined) => {
        if (watched) used.push(watched);
        return watched?.contents;
      };
      const whole = use(tensor.whole);
      const contents = tensor.whole
        ? whole && cutFlat(whole, view)
        : cutParts(block, part => use(tensor.parts.get(viewKey(part.view))));
      if (!contents) return undefined;
      tensor.cut.set(key, contents);
      for (const { cuts } of used) cuts.add(key);
      return contents;
    },
    element(id, index, plane = 'value') {
      if (plane === 'value')
        for (const edit of expected) {
          const value = edit(id, index);
          if (value !== undefined) return contentOf(tensorInfo(id)!, value);
        }
      const tensor = tensors.get(planeKey(id, plane));
      if (!tensor) return undefined;
      // Whoever asks for thousands asks for neighbours one after the other.
      const { recent } = tensor;
      const known = recent?.contents && positionIn(recent.window, index);
      if (known !== undefined) return contentAt(recent!.contents!, known);
      for (const watched of tensor.parts.values()) {
        const at = watched.contents && positionIn(watched.window, index);
        if (at === undefined) continue;
        tensor.recent = watched;
        return contentAt(watched.contents!, at);
      }
      return undefined;
    },
    expect(edits, answered) {
      const edit = reader(edits);
      expected = [edit, ...expected];
      const forget = () => (expected = expected.filter(other => other !== edit));
      answered.then(forget, () => {
        forget();
        tell();
      });
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    showCells(owner, range) {
      if (cellWindows.show(owner, range)) schedule();
    },
    hasCells: owner => cellWindows.has(owner),
    cell: place => cellWindows.cell(place),
    eachCell: (owner, take) => cellWindows.each(owner, take),
    receive(windows, cells = []) {
      let known = cellWindows.receive(cells);
      for (const { id, values, others } of windows) {
        const entry = byId.get(id);
        if (!entry) continue;
        entry.watched.contents = others
          ? { numbers: values, others: placeOthers(values.length, others) }
          : { numbers: values };
        forgetCuts(entry.tensor, entry.watched);
        known = true;
      }
      if (known) for (const callback of listeners) callback();
    },
    reset(keepBlocks) {
      if (!keepBlocks) {
        owners.clear();
        expected = [];
      }
      tensors.clear();
      byId.clear();
      cellWindows.renew(keepBlocks);
      sent = ' ';
      waiting = false;
      schedule();
    },
  };
}

/** A part has other contents, or none any more. */
function forgetCuts({ cut }: Tensor, { cuts }: Watched): void {
  for (const key of cuts) cut.delete(key);
  cuts.clear();
}

/** The new value of an element in an unanswered edit; undefined if the edit doesn't change it. */
type Expected = (tensor: TensorId, index: number) => number | undefined;

/** Looks up elements in an edit. This is rare, so the elements are indexed only at the first question. */
function reader(edits: readonly TensorEdit[]): Expected {
  let byTensor: Map<TensorId, Map<number, number>> | undefined;
  return (tensor, index) => {
    byTensor ??= new Map(
      edits.map(edit => [
        edit.tensor,
        new Map(Array.from(indicesOf(edit), (each, i): [number, number] => [each, edit.values[i]])),
      ]),
    );
    return byTensor.get(tensor)?.get(index);
  };
}

/** Adds the windows that a block needs. */
function collect(
  block: Block,
  plane: Plane,
  wanted: Map<string, Map<string, Omit<Window, 'id'>>>,
  tensorInfo: (tensor: TensorId) => TensorInfo | undefined,
): void {
  const { tensor } = block.view;
  const info = tensorInfo(tensor);
  if (!info) return;
  const key = planeKey(tensor, plane);
  let windows = wanted.get(key);
  if (!windows) wanted.set(key, (windows = new Map()));
  if (windows.has('')) return;
  if (info.size <= WHOLE) {
    windows.set('', wholeTensor(info, plane));
    return;
  }
  for (const { view } of partsOf(block)) {
    const part = viewKey(view);
    if (!windows.has(part)) windows.set(part, { ...view, plane });
  }
}

/** The position of an element in a window's values. undefined if the window doesn't have it. */
function positionIn({ offset, height, width, rowStride, columnStride }: Window, index: number): number | undefined {
  for (let row = 0; row < height; row++) {
    const distance = index - offset - row * rowStride;
    const column = distance === 0 ? 0 : distance / columnStride;
    if (column >= 0 && column < width && Number.isInteger(column)) return row * width + column;
  }
  return undefined;
}
