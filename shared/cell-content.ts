/** What a cell holds, beside a plain number. A tensor is all numbers, so a message tells of the others in a list. */
import type { ErrorName } from './formula/expression.ts';
import type { TensorInfo } from './network.ts';
import { NOT_A_NUMBER } from './numbers.ts';
import type { Plane } from './places.ts';

export type CellError = { readonly error: ErrorName };
/** What is no plain number: a text, an error by its name, or null for a blank. */
export type Other = string | CellError | null;
export type CellContent = number | Other;

export const NUMBER_ERROR: CellError = { error: NOT_A_NUMBER };

/** Where the same content stands among the numbers of a window. The numbers there are NaN and mean nothing. */
export type OthersAt = { content: Other; at: Uint32Array };

/** Numbers in a row. `others` has the content of each one that is none; it is left out where all are numbers. */
export type CellContents = { readonly numbers: Float32Array; readonly others?: readonly (Other | undefined)[] };

export const isError = (content: CellContent | undefined): content is CellError =>
  typeof content === 'object' && content !== null;

/** What an element that is no finite number means: a blank where the tensor may have some, else an error. */
export function otherOf({ role }: TensorInfo, plane: Plane): Other {
  return plane !== 'value' || role === 'actual' ? null : NUMBER_ERROR;
}

/** The content of an element as the engine keeps it. */
export function contentOf(info: TensorInfo, value: number, plane: Plane = 'value'): CellContent {
  return Number.isFinite(value) ? value : otherOf(info, plane);
}

/** Which of these numbers are none, as a message tells it; undefined where all are numbers. */
export function listOthers(numbers: Float32Array, other: Other): OthersAt[] | undefined {
  let count = 0;
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) count++;
  if (count === 0) return undefined;
  const at = new Uint32Array(count);
  for (let i = 0, to = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) at[to++] = i;
  return [{ content: other, at }];
}

/** The same, place by place. */
export function placeOthers(length: number, others: readonly OthersAt[]): (Other | undefined)[] {
  const placed = Array.from<Other | undefined>({ length });
  for (const { content, at } of others) for (const place of at) placed[place] = content;
  return placed;
}

/** A content in full. `written` makes a text of a number. */
export function contentText(content: CellContent, written: (value: number) => string): string {
  if (isError(content)) return content.error;
  return typeof content === 'number' ? written(content) : (content ?? '');
}

export function contentAt({ numbers, others }: CellContents, at: number): CellContent {
  const other = others?.[at];
  return other === undefined ? numbers[at] : other;
}
