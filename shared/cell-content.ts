/** What a cell holds: a plain number, or something else. A tensor is all numbers, so a message lists the other contents
 *  beside them. */
import type { ErrorName } from './formula/expression.ts';
import type { TensorInfo } from './network.ts';
import { NOT_A_NUMBER } from './numbers.ts';
import type { Plane } from './places.ts';

export type CellError = { readonly error: CellErrorName };
/** The errors that a formula can name, and those that only a calculation finds: a formula that depends on itself, and
 *  an array with no room. */
export type CellErrorName = ErrorName | '#CYCLE!' | '#SPILL!';
/** What a cell may hold besides a number: a text, an error by its name, or null for a blank. */
export type Other = string | CellError | null;
export type CellContent = number | Other;

export const NUMBER_ERROR: CellError = { error: NOT_A_NUMBER };

/** Where one such content stands in a window of numbers. The numbers at these places are NaN and mean nothing. */
export type OthersAt = { content: Other; at: Uint32Array };

/** The contents of several cells in a row. `others` lists the cells that hold no number; it is left out where every
 *  cell holds one. */
export type CellContents = { readonly numbers: Float32Array; readonly others?: readonly (Other | undefined)[] };

export const isError = (content: CellContent | undefined): content is CellError =>
  typeof content === 'object' && content !== null;

/** What an element means when its number isn't finite: a blank where the tensor may have blanks, else an error. */
export function otherOf({ role }: TensorInfo, plane: Plane): Other {
  return plane !== 'value' || role === 'actual' ? null : NUMBER_ERROR;
}

/** The content of an element as the engine keeps it. */
export function contentOf(info: TensorInfo, value: number, plane: Plane = 'value'): CellContent {
  return Number.isFinite(value) ? value : otherOf(info, plane);
}

/** The numbers that aren't finite, in the form a message has for them. undefined where all are finite. */
export function listOthers(numbers: Float32Array, other: Other): OthersAt[] | undefined {
  let count = 0;
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) count++;
  if (count === 0) return undefined;
  const at = new Uint32Array(count);
  for (let i = 0, to = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) at[to++] = i;
  return [{ content: other, at }];
}

/** The same as an array with one entry for each cell. */
export function placeOthers(length: number, others: readonly OthersAt[]): (Other | undefined)[] {
  const placed = Array.from<Other | undefined>({ length });
  for (const { content, at } of others) for (const place of at) placed[place] = content;
  return placed;
}

/** The text of a whole content. `written` gives the text of a number. `errors` gives the reader's names of errors. */
export function contentText(
  content: CellContent,
  written: (value: number) => string,
  errors?: Readonly<Partial<Record<CellErrorName, string>>>,
): string {
  if (isError(content)) return errors?.[content.error] ?? content.error;
  return typeof content === 'number' ? written(content) : (content ?? '');
}

export function contentAt({ numbers, others }: CellContents, at: number): CellContent {
  const other = others?.[at];
  return other === undefined ? numbers[at] : other;
}
