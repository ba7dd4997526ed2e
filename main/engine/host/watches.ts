/** What each client sees: the windows of tensors it watches, and the values it was last sent. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Scale, Window, WindowValues } from '../../../shared/protocol.ts';
import { groupOthers, isError, type Other, otherOf, type OthersAt, sameOthers } from '../../../shared/cell-content.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Plane } from '../../../shared/places.ts';

/** Reads the values that a tensor has in a plane now. */
type Read = (tensor: TensorId, plane: Plane) => Float32Array;

/** Windows and scales that a client has to be sent. */
export type Update = { windows: WindowValues[]; scales: Scale[] };

export type Watches = {
  /** Replaces the windows of a client. Returns the values of the windows it didn't have before, and the scales of their
   *  tensors. Throws UserError if a window leaves its tensor; the client then keeps its old windows. */
  watch(client: number | undefined, windows: readonly Window[]): Update;
  /** What each client has to be sent after these tensors changed: the windows and scales that differ from the last ones
   *  it was sent. Gradients and masks may have changed with any tensor. */
  collect(changed: ReadonlySet<TensorId>): Map<number | undefined, Update>;
  drop(client: number | undefined): void;
};

/** The most cells that one client may watch: a few screens full of single pixels. */
const MAX_CELLS = 16_000_000;

type Watched = { window: Window; sent: Gathered };
/** `shown` has the tensors and planes of the client's windows, by key. */
type Client = { windows: Map<number, Watched>; shown: Map<string, Shown>; scales: Map<string, number> };
type Shown = Pick<Window, 'tensor' | 'plane'>;

const keyOf = ({ tensor, plane }: Shown) => `${plane} ${tensor}`;

/** `otherAt` says what an element holds whose number isn't finite. */
export function createWatches(
  sheet: Sheet,
  read: Read,
  otherAt: (tensor: TensorId, index: number) => Other = tensor => otherOf(sheet.tensors.get(tensor)!, 'value'),
): Watches {
  const clients = new Map<number | undefined, Client>();
  /** The largest absolute value of each tensor and plane, kept until the tensor changes. */
  const maxima = new Map<string, Shown & { maximum: number }>();

  const maximumOf = (key: string, { tensor, plane }: Shown): number => {
    let known = maxima.get(key);
    if (known === undefined) {
      known = { tensor, plane, maximum: scaleEnd(read(tensor, plane)) };
      maxima.set(key, known);
    }
    return known.maximum;
  };

  /** A window's values as they are now. Cells without a number are named in `others`. */
  function gather(window: Window): Gathered {
    const { tensor, plane, offset, width, rowStride, columnStride } = window;
    const { values, finite } = valuesIn(read(tensor, plane), window);
    if (finite) return { values };
    const content = otherOf(sheet.tensors.get(tensor)!, plane);
    const others = groupOthers(values, cell => {
      if (plane !== 'value') return content;
      return otherAt(tensor, offset + Math.floor(cell / width) * rowStride + (cell % width) * columnStride);
    });
    return { values, others };
  }

  const scalesOf = ({ shown, scales }: Client): Scale[] => {
    for (const key of scales.keys()) if (!shown.has(key)) scales.delete(key);
    const changed: Scale[] = [];
    for (const [key, each] of shown) {
      const { tensor, plane } = each;
      const maximum = maximumOf(key, each);
      if (scales.get(key) === maximum) continue;
      scales.set(key, maximum);
      changed.push({ tensor, plane, maximum });
    }
    return changed;
  };

  return {
    watch(id, windows) {
      checkWindows(sheet, windows);
      const shown = new Map(windows.map(window => [keyOf(window), window]));
      const client: Client = { windows: new Map(), shown, scales: clients.get(id)?.scales ?? new Map() };
      const before = clients.get(id)?.windows;
      const fresh: WindowValues[] = [];
      for (const window of windows) {
        const known = before?.get(window.id);
        if (known && sameWindow(known.window, window)) {
          client.windows.set(window.id, known);
          continue;
        }
        const now = gather(window);
        client.windows.set(window.id, { window, sent: now });
        // A client that asks again may have missed the scale it was sent, such as while a workbook was being opened.
        client.scales.delete(keyOf(window));
        fresh.push({ id: window.id, ...now });
      }
      clients.set(id, client);
      return { windows: fresh, scales: scalesOf(client) };
    },
    collect(changed) {
      for (const [key, { tensor, plane }] of maxima) if (plane !== 'value' || changed.has(tensor)) maxima.delete(key);
      const updates = new Map<number | undefined, Update>();
      for (const [id, client] of clients) {
        const windows: WindowValues[] = [];
        for (const watched of client.windows.values()) {
          const { id: window, tensor, plane } = watched.window;
          // An error may have another name now, although no number has changed.
          const hasErrors = watched.sent.others?.some(({ content }) => isError(content));
          if (plane === 'value' && !changed.has(tensor) && !hasErrors) continue;
          const now = gather(watched.window);
          if (sameCells(now.values, watched.sent.values) && sameOthers(now.others, watched.sent.others)) continue;
          watched.sent = now;
          windows.push({ id: window, ...now });
        }
        updates.set(id, { windows, scales: scalesOf(client) });
      }
      return updates;
    },
    drop(id) {
      clients.delete(id);
    },
  };
}

function checkWindows(sheet: Sheet, windows: readonly Window[]): void {
  let cells = 0;
  for (const { tensor, offset, height, width, rowStride, columnStride } of windows) {
    const info = sheet.tensors.get(tensor);
    if (!info) throw new UserError(sentences.engine.unknownTensor(tensor));
    if (height === 0 || width === 0) continue;
    const last = offset + (height - 1) * rowStride + (width - 1) * columnStride;
    if (last >= info.size) throw new UserError(sentences.engine.unknownWindow(tensor));
    cells += height * width;
    if (cells > MAX_CELLS) throw new UserError(sentences.engine.tooManyCells);
  }
}

function sameWindow(a: Window, b: Window): boolean {
  return (
    a.tensor === b.tensor &&
    a.plane === b.plane &&
    a.offset === b.offset &&
    a.height === b.height &&
    a.width === b.width &&
    a.rowStride === b.rowStride &&
    a.columnStride === b.columnStride
  );
}

/** A window's values [height, width], row-major, and what cells hold instead of a number. */
type Gathered = { values: Float32Array; others?: OthersAt[] };

/** `finite`: all of the values are. */
function valuesIn(
  tensor: Float32Array,
  { offset, height, width, rowStride, columnStride }: Window,
): { values: Float32Array; finite: boolean } {
  const values = new Float32Array(height * width);
  let i = 0;
  // x − x is 0 for a finite x, else NaN. A sum with a NaN in it is NaN.
  let sum = 0;
  for (let row = 0; row < height; row++) {
    let element = offset + row * rowStride;
    for (let column = 0; column < width; column++) {
      const value = tensor[element];
      values[i++] = value;
      sum += value - value;
      element += columnStride;
    }
  }
  return { values, finite: sum === 0 };
}

/** Whether two windows show the same: NaN equals NaN, and 0 differs from −0. */
function sameCells(a: Float32Array, b: Float32Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Where the colour scale of these values ends: at the largest absolute value, or 0 if no element is finite. If all
 *  values are equal, it ends at 1 or more; otherwise a map of one small number would get the strongest colour. */
function scaleEnd(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (size > largest) largest = size;
  }
  let alike = 0;
  while (alike < values.length && values[alike] === values[0]) alike++;
  return alike === values.length && largest > 0 ? Math.max(1, largest) : largest;
}
