/** What a search finds: the engine's cells, and the labels of the network's sheet. The labels are looked for here,
 *  because here they are in the reader's language. */
import type { CellRange } from '../../shared/address.ts';
import { matcherOf } from '../../shared/find.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { CellPlace, SheetInfo } from '../../shared/places.ts';
import type { Args, Replies } from '../../shared/protocol.ts';

/** The cells in the order of sheets, rows and columns. `texts` are those of the first cells. `more`: there may be
 *  more. */
export type Found = { cells: CellPlace[]; texts: readonly string[]; more: boolean };

/** As many cells and texts as the engine gives. */
const [MOST, MOST_TEXTS] = [5000, 200];
/** Labels are made so many rows at a time. */
const ROWS_AT_ONCE = 64;

type FoundCell = { place: CellPlace; text: string | undefined };

/** `sheet` is the network's, in the reader's language. */
export function foundWith(
  { cells, texts, more }: Replies['findCells'],
  search: Args<'findCells'>,
  { sheet, sheets }: { sheet: Sheet; sheets: readonly SheetInfo[] },
): Found {
  const places = cells.flatMap(({ sheet: id, at }) =>
    Array.from({ length: at.length / 2 }, (_, i) => ({ sheet: id, row: at[2 * i], column: at[2 * i + 1] })),
  );
  const looksHere = search.look === 'values' && (search.sheet === undefined || search.sheet === sheet.id);
  const labels = looksHere ? labelsFound(sheet, search) : [];
  const tabs = new Map(sheets.map(({ id }, i) => [id, i]));
  const tab = ({ sheet: id }: CellPlace) => tabs.get(id) ?? 0;
  const all = [...places.map((place, i): FoundCell => ({ place, text: texts[i] })), ...labels].sort(
    ({ place: a }, { place: b }) => tab(a) - tab(b) || a.row - b.row || a.column - b.column,
  );
  const told = all.findIndex(({ text }) => text === undefined);
  return {
    cells: all.slice(0, MOST).map(({ place }) => place),
    texts: all.slice(0, Math.min(told < 0 ? all.length : told, MOST_TEXTS)).map(({ text }) => text!),
    more: more || all.length > MOST,
  };
}

/** The labels that match. A caption is a layer's name and its settings, so it is found as a whole by the name, too. */
function labelsFound({ id, layout }: Sheet, search: Args<'findCells'>): FoundCell[] {
  const matches = matcherOf(search, { decimalComma: search.decimal === ',' });
  const found: FoundCell[] = [];
  for (let row = 0; row < layout.rows && found.length < MOST; row += ROWS_AT_ONCE) {
    const rows: CellRange = { row, column: 0, height: ROWS_AT_ONCE, width: layout.columns };
    for (const { row: at, column, text, kind } of layout.labelsIn(rows)) {
      const isFound = matches.text(text) || (kind === 'caption' && matches.text(text.split(' · ')[0]));
      if (isFound) found.push({ place: { sheet: id, row: at, column }, text });
    }
  }
  return found;
}
