/** What a cell holds: a plain number, or something else. A tensor is all numbers, so a message lists the other contents
 *  beside them. */
import type { ErrorName } from './formula/expression.ts';
import type { TensorInfo } from './tensor.ts';
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

export const isError = (content: CellContent | boolean | undefined): content is CellError =>
  typeof content === 'object' && content !== null;

/** What an element means when its number isn't finite: a blank where the tensor may have blanks, else an error. */
export function otherOf({ role }: TensorInfo, plane: Plane): Other {
  return plane !== 'value' || role === 'actual' ? null : NUMBER_ERROR;
}

/** The content of an element as the engine keeps it. */
export function contentOf(info: TensorInfo, value: number, plane: Plane = 'value'): CellContent {
  return Number.isFinite(value) ? value : otherOf(info, plane);
}

/** The cells whose numbers aren't finite, in the form a message has for them. `otherAt` gives what each of them
 *  holds. */
export function groupOthers(numbers: Float32Array, otherAt: (at: number) => Other): OthersAt[] {
  const groups = new Map<unknown, { content: Other; at: number[] }>();
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(numbers[i])) continue;
    const content = otherAt(i);
    const key = isError(content) ? content.error : content === null ? content : `"${content}`;
    const group = groups.get(key);
    if (group) group.at.push(i);
    else groups.set(key, { content, at: [i] });
  }
  return [...groups.values()].map(({ content, at }) => ({ content, at: Uint32Array.from(at) }));
}

/** Whether two lists name the same contents at the same places. */
export function sameOthers(one: readonly OthersAt[] = [], other: readonly OthersAt[] = []): boolean {
  const isSame = (a: OthersAt, b: OthersAt) =>
    (isError(a.content) && isError(b.content) ? a.content.error === b.content.error : a.content === b.content) &&
    a.at.length === b.at.length &&
    a.at.every((place, i) => place === b.at[i]);
  return one.length === other.length && one.every((each, i) => isSame(each, other[i]));
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
