/** The sheet that the window shows: the network's, or an own sheet, which has no elements. */
import { sheetOf, type WorkbookSheet } from '../../shared/cells.ts';
import type { Layout } from '../../shared/layout/layout.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { extentOf } from './extents.ts';
import type { State } from './store.ts';

type Shown = Pick<State, 'sheet' | 'written' | 'active'>;

/** Own sheets as they were last looked at. Every change of what users wrote makes them anew. */
let known: { written: State['written']; sheet: Sheet; shown: Sheet } | undefined;

/** The shown sheet as a layout. That of an own sheet has no elements, bands or labels. */
export function shownSheet({ sheet, written, active }: Shown): Sheet {
  if (active.sheet === sheet.id) return sheet;
  if (known?.written === written && known.sheet === sheet && known.shown.id === active.sheet) return known.shown;
  const own = sheetOf(written.sheets, active.sheet);
  const shown = { ...sheet, id: active.sheet, tensors: new Map(), layout: ownLayout(own) };
  known = { written, sheet, shown };
  return shown;
}

/** The own sheet that is shown; undefined while the network's is. */
export function ownSheet({ sheet, written, active }: Shown): WorkbookSheet | undefined {
  return active.sheet === sheet.id ? undefined : sheetOf(written.sheets, active.sheet);
}

function ownLayout(own: WorkbookSheet | undefined): Layout {
  const { rows, columns } = own ? extentOf(own.cells) : { rows: 1, columns: 1 };
  return {
    bands: [],
    regions: [],
    rows,
    columns,
    elementAt: () => undefined,
    isFree: () => true,
    cellOf(tensor, index) {
      throw new RangeError(`${tensor}[${index}] isn't on this sheet`);
    },
    labelAt: () => undefined,
    labelsIn: () => [],
    blocksIn: () => [],
  };
}
