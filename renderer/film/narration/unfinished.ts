/** Offers recordings that a window left behind when it was closed or ended in the middle of one. */
import { messages } from '../../../shared/messages.ts';
import type { Store } from '../../core/store.ts';
import type { Board } from '../board.ts';
import type { Narrating } from './narrating.ts';
import { dropTake, unfinishedTakes } from './takes.ts';

/** Looks for them when a workbook is opened and when its storyboard is shown. */
export function offerUnfinished(store: Store, board: Board, narrating: Narrating): () => void {
  const text = messages.narration;
  let asked = '';
  const offer = async () => {
    const { workbookId } = store.get();
    if (!board.mayEdit() || board.get().scenes.length === 0) return;
    const [first] = await unfinishedTakes(new Set(board.get().scenes.map(({ id }) => id)));
    const scene = board.get().scenes.find(({ id }) => id === first?.scene);
    if (!first || !scene || asked === first.take || store.get().workbookId !== workbookId) return;
    asked = first.take;
    const done = (work: () => Promise<unknown>) => {
      store.set({ notice: undefined });
      void work().then(offer);
    };
    store.set({
      notice: {
        tone: 'warning',
        sentence: text.unfinished(scene.title),
        holds: now => now.workbookId === workbookId,
        actions: [
          { label: text.keep, run: () => done(() => narrating.takeUnfinished(first)) },
          { label: text.discard, run: () => done(() => dropTake(first.take)) },
        ],
      },
    });
  };
  void offer();
  return store.on(['workbookId', 'filming'], () => void offer());
}
