import { selected } from '../core/selection.ts';
import type { Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import type { Pointing } from './number-grid.ts';

/** Numbers that outline their cells on the sheet, and go there. */
export function createPointing(store: Store, grid: () => GridApi): Pointing {
  return {
    point: range => store.set({ pointed: range }),
    go(range) {
      if (!grid().leaveEditing()) return;
      grid().turnTo(range.sheet, range.plane);
      store.set({ ...selected(range, range), pointed: undefined });
      grid().focus();
    },
  };
}
