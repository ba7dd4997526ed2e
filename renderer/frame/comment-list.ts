import { formatAddress } from '../../shared/address.ts';
import { describeElement } from '../../shared/describe.ts';
import { sheetPrefix } from '../../shared/formula/notation.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { type CellPlace, only } from '../../shared/places.ts';
import { element, smallButton } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { commentAt, commentedCells, deleteComments } from '../grid/comments.ts';
import { goToComment } from '../looks/comment-commands.ts';
import { section } from '../parts/sides.ts';

/** The most comments that are listed. The others are counted. */
const LISTED = 200;

/** The comments on cells of all sheets, each with buttons that go to it and remove it. undefined if there are none. */
export function commentList(store: Store, grid: () => GridApi): HTMLElement | undefined {
  const text = messages.panels.overrides;
  const state = store.get();
  const all = commentedCells(state);
  if (all.length === 0) return undefined;
  const row = (place: CellPlace) => {
    const own = place.sheet === state.sheet.id ? undefined : state.written.sheets.find(({ id }) => id === place.sheet);
    const where = sheetPrefix(own?.name) + formatAddress(place);
    const found = elementAt(state.sheet, place);
    return element(
      'li',
      { class: 'override-item' },
      element('b', {}, where),
      ' ',
      found && element('span', { class: 'override-place' }, describeElement(state.sheet, found)),
      element('p', { class: 'comment-text' }, commentAt(state, place)),
      element(
        'span',
        { class: 'override-buttons' },
        smallButton(text.goTo, () => goToComment(store, grid, place), text.goToComment(where)),
        smallButton(
          text.remove,
          () => grid().run(deleteComments(store.get(), [only(place)])),
          text.removeComment(where),
          state.role === 'viewer',
        ),
      ),
    );
  };
  return section(
    text.comments(all.length),
    [],
    element('ul', { class: 'override-list' }, ...all.slice(0, LISTED).map(row)),
    ...(all.length > LISTED ? [element('p', { class: 'remark' }, text.more(all.length - LISTED))] : []),
  );
}
