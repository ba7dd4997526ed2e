import { formatAddress, formatRange } from '../../shared/address.ts';
import type { CellContent } from '../../shared/cell-content.ts';
import { computedRefusal, readEntry, writtenNumber } from '../../shared/cell-entry.ts';
import { type Command, editCommand, type TensorEdit } from '../../shared/change.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { messages, say } from '../../shared/messages.ts';
import { decimalSign } from '../../shared/messages/format.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { TensorId } from '../../shared/network.ts';
import { type Sheet, usedPart } from '../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';

/** The result of typing, pasting, filling or deleting: a command, or a sentence that says why nothing changes. It has
 *  neither if there is nothing to do. */
export type Entry =
  | { command?: Command; refusal?: undefined; foreign?: undefined }
  | { command?: undefined; refusal: string; foreign?: boolean };
export type Refused = Extract<Entry, { refusal: string }>;

/** The most cells that one paste, fill or deletion can change. More happens only by accident, such as after Ctrl+A. */
export const MAX_CELLS = 200_000;

const text = messages.grid;

/** Whether the reader writes one half as 0,5. */
export const decimalComma = decimalSign === ',';

/** The command for typing a text into a cell. Emptying a parameter or pixel makes it 0, and an expected value blank.
 *  `foreign`: the number may be written as in another language. */
export function enterText(sheet: Sheet, cell: CellPlace, typed: string, foreign = false): Entry {
  const edits = createEdits(sheet);
  return enterCell(sheet, cell, typed, edits, foreign) ?? edits.finish(sentences.grid.editLabel(formatAddress(cell)));
}

/** The entry of the Delete key. Parameters and pixels become 0, expected values blank. Blanks and labels stay. A
 *  computed cell refuses all of it. */
export function clearRange(sheet: Sheet, range: RangePlace): Entry {
  return clearRanges(sheet, [range]);
}

/** `clearRange` for several ranges, as one step. If one cell refuses, nothing changes. */
export function clearRanges(sheet: Sheet, ranges: readonly RangePlace[]): Entry {
  const where = ranges.map(range => formatRange(range)).join(', ');
  const filled = ranges.filter(range => {
    const used = usedPart(sheet, range);
    return used && sheet.layout.blocksIn(used).length > 0;
  });
  if (filled.length === 0) return { refusal: text.nothingToDelete(where) };
  return enterInAll(sheet, filled, '', sentences.grid.deleteLabel(where));
}

/** Puts a number or a typed text into every cell of several ranges, as one step. */
export function enterInAll(
  sheet: Sheet,
  ranges: readonly RangePlace[],
  entered: number | string,
  label: Sentence,
  foreign = false,
): Entry {
  const edits = createEdits(sheet);
  for (const range of ranges) {
    const refused = enterEverywhere(sheet, range, entered, edits, foreign);
    if (refused) return refused;
  }
  return edits.finish(label);
}

/** Puts a number or a typed text into every cell of the network in a range. If the range is a whole tensor, only the
 *  tensor's own cells change. */
export function enterEverywhere(
  sheet: Sheet,
  range: RangePlace,
  entered: number | string,
  edits: Edits,
  foreign = false,
): Refused | undefined {
  const used = usedPart(sheet, range);
  const only = wholeTensor(sheet, range);
  const blocks = used ? sheet.layout.blocksIn(used).filter(({ view }) => !only || view.tensor === only) : [];
  const cells = blocks.reduce((sum, block) => sum + block.height * block.width, 0);
  const computed = blocks.find(block => sheet.tensors.get(block.view.tensor)!.role === 'computed');
  if (computed)
    return { refusal: say(computedRefusal(sheet, { sheet: sheet.id, row: computed.row, column: computed.column })) };
  if (cells === 0) return { refusal: messages.clipboard.nothingToChange(formatRange(range)) };
  if (cells > MAX_CELLS) return { refusal: text.tooManyCells(cells) };
  for (const { row, column, height, width } of blocks)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const refused = enterCell(
          sheet,
          { sheet: sheet.id, row: row + y, column: column + x },
          entered,
          edits,
          foreign,
        );
        if (refused) return refused;
      }
  return undefined;
}

/** Collects changes for one command. If an element is changed twice, the later value counts. */
export type Edits = { add(element: ElementIndex, value: number): void; finish(label: Sentence): Entry };

export function createEdits(sheet: Sheet): Edits {
  const byTensor = new Map<TensorId, Map<number, number>>();
  return {
    add({ tensor, index }, value) {
      let values = byTensor.get(tensor);
      if (!values) byTensor.set(tensor, (values = new Map()));
      values.set(index, value);
    },
    finish(label) {
      const edits = [...byTensor].map(
        ([tensor, values]): TensorEdit => ({
          tensor,
          indices: Uint32Array.from(values.keys()),
          values: Float32Array.from(values.values()),
        }),
      );
      if (edits.length === 0) return {};
      const pixels = edits.some(({ tensor }) => sheet.tensors.get(tensor)!.role === 'pixels');
      return { command: editCommand(label, edits, pixels ? { source: { kind: 'typed' } } : {}) };
    },
  };
}

/** Adds the change of one cell: a number, or a text as if it were typed. Returns the reason if it is refused. */
export function enterCell(
  sheet: Sheet,
  cell: CellPlace,
  content: CellContent,
  edits: Edits,
  foreign = false,
): Refused | undefined {
  const read = readEntry(sheet, cell, content, { decimalComma }, foreign);
  if (read && 'refusal' in read) return { ...read, refusal: say(read.refusal) };
  if (read) edits.add(read.element, read.value);
  return undefined;
}

/** A number's text with the decimal separator of this language. */
export const asTyped = (text: string): string => (decimalComma ? text.replace('.', ',') : text);
/** A cell's number with all digits, as the user would type it. */
export const cellAsTyped = (value: number): string => writtenNumber(value, { decimalComma });
