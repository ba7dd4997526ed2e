import { messages } from '../../shared/messages.ts';
import { type CellPlace, only } from '../../shared/places.ts';
import type { Command, Telling } from '../core/commands.ts';
import { selected, selectedRanges } from '../core/selection.ts';
import type { Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { deleteComments, nextCommented } from '../grid/comments.ts';

type Needed = { store: Store; grid: () => GridApi } & Pick<Telling, 'refuse'>;

/** Selects a cell and shows its comment. */
export function goToComment(store: Store, grid: () => GridApi, place: CellPlace): void {
  if (!grid().leaveEditing()) return;
  grid().turnTo(place.sheet);
  store.set(selected(place, only(place)));
  grid().focus();
  grid().showComment(place);
}

/** The commands of comments on cells. */
export function createCommentCommands({ store, grid, refuse }: Needed): Command[] {
  const text = messages.looks.comment;
  const mayEdit = () => store.get().role !== 'viewer';
  const go = (by: 1 | -1) => {
    const next = nextCommented(store.get(), store.get().active, by);
    if (!next) return refuse(text.none);
    goToComment(store, grid, next);
  };
  return [
    {
      id: 'comment.edit',
      label: () => text.edit,
      key: 'Shift+F2',
      enabled: mayEdit,
      run: () => grid().comment(store.get().active),
    },
    {
      id: 'comment.delete',
      label: () => text.delete,
      enabled: mayEdit,
      run: () => grid().run(deleteComments(store.get(), selectedRanges(store))),
    },
    { id: 'comment.next', label: () => text.next, run: () => go(1) },
    { id: 'comment.previous', label: () => text.previous, run: () => go(-1) },
  ];
}
