/** Offers recordings that a window left behind when it was closed or ended in the middle of one. */
import { messages } from '../../../shared/messages.ts';
import type { Client } from '../../core/client.ts';
import type { Store } from '../../core/store.ts';
import type { Board } from '../board.ts';
import type { Narrating } from './narrating.ts';
import { leftTake } from './takes.ts';

/** Looks for them when a workbook is opened and when its storyboard is shown. */
export function offerUnfinished(store: Store, client: Client, board: Board, narrating: Narrating): () => void {
  const text = messages.narration;
  let asked = '';
  const offer = async () => {
    const { workbookId } = store.get();
    if (!board.mayEdit() || board.get().scenes.length === 0) return;
    const left = await leftTake(client, new Set(board.get().scenes.map(({ id }) => id))).catch(() => undefined);
    const scene = board.get().scenes.find(({ id }) => id === left?.scene);
    if (!left || !scene || asked === left.recording || store.get().workbookId !== workbookId) return;
    asked = left.recording;
    const done = (work: () => Promise<unknown>) => {
      store.set({ notice: undefined });
      void work()
        .catch(() => undefined)
        .then(offer);
    };
    store.set({
      notice: {
        tone: 'warning',
        sentence: text.unfinished(scene.title),
        holds: now => now.workbookId === workbookId,
        actions: [
          { label: text.keep, run: () => done(() => narrating.takeUnfinished(left)) },
          { label: text.discard, run: () => done(() => client.send('dropRecording', { recording: left.recording })) },
        ],
      },
    });
  };
  void offer();
  return store.on(['workbookId', 'filming'], () => void offer());
}
