/** Reads the rows of a table: the first ones at once, all of them one at a time. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { type CsvRow, parseCsv } from './csv.ts';
import { plainTitle } from './columns.ts';
import { decodeText } from './text.ts';

/** How many rows are used to recognise the columns. */
const FIRST = 200;

export type TableRows = { first: readonly CsvRow[]; all: () => Generator<CsvRow, undefined>; encoding?: string };

/** Reads the rows. Remarks and a title above the table are skipped, and so are empty cells after the last column.
 *  Throws UserError if there is no row. */
export async function readRows(bytes: Uint8Array, name: string): Promise<TableRows> {
  const { text, encoding } = await decodeText(bytes, name);
  const rows = parseCsv(text, name);
  const first: CsvRow[] = [];
  for (let row = rows.next().value; row && first.length < FIRST; row = rows.next().value) first.push(row);
  const start = first.findIndex(({ fields }) => !isRemark(fields));
  if (start === -1)
    throw new UserError(first.length === 0 ? sentences.data.csv.empty(name) : sentences.data.csv.oneColumn(name));
  const width = first[start].fields.length;
  const trim = ({ line, fields }: CsvRow): CsvRow => ({ line, fields: withoutTail(fields, width) });
  return {
    first: first.slice(start).map(trim),
    encoding,
    *all() {
      let left = start;
      // The text is parsed again, because all rows in memory would take many times its size.
      for (const row of parseCsv(text, name)) if (left-- <= 0) yield trim(row);
      return undefined;
    },
  };
}

/** Whether a row is above the table: its name, or a remark that begins with #. (A header may begin with # too, as in
 *  "#file,label".) */
function isRemark(fields: readonly string[]): boolean {
  if (fields.length === 1) return true;
  return fields[0].startsWith('#') && !/^(file|image|img|path|id|name|label|class)/.test(plainTitle(fields[0]));
}

function withoutTail(fields: string[], width: number): string[] {
  let length = fields.length;
  while (length > width && fields[length - 1].trim() === '') length--;
  return length === fields.length ? fields : fields.slice(0, length);
}
