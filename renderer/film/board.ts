/** The storyboard as the window edits it. What was changed is shown at once, before the engine has answered; so quick
 *  edits build on each other. */
import type { Storyboard, FilmScene } from '../../shared/film/storyboard.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { Client } from '../core/client.ts';
import { refusal } from '../core/notices.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store, View } from '../core/store.ts';
import { placeOf } from './storyboard-edits.ts';

export type Spoken = { narrations: readonly { id: string; bytes: Uint8Array }[]; done?: (isKept: boolean) => void };

export type Board = View & {
  get(): Storyboard;
  /** The chosen scene; the first one if none is chosen. undefined without scenes. */
  scene(): FilmScene | undefined;
  choose(id: string | undefined): void;
  /** One step of undo. Consecutive edits with the same `mergeKey` are one step too. `spoken`: the bytes of new
   *  narrations; `done` is told whether they are kept. */
  edit(label: Sentence, change: (board: Storyboard) => Storyboard, mergeKey?: string, spoken?: Spoken): void;
  mayEdit(): boolean;
  /** Calls back when the storyboard or the chosen scene has changed. */
  onChange(callback: () => void): () => void;
};

export function createBoard(store: Store, client: Client): Board {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const callback of listeners) callback();
  };
  /** The storyboard with the edits that the engine hasn't answered yet. */
  let draft: Storyboard | undefined;
  let unanswered = 0;
  let opened = store.get().workbookId;
  const get = () => draft ?? store.get().storyboard;
  const mayEdit = () => store.get().role !== 'viewer';
  const settle = () => {
    unanswered--;
    if (unanswered > 0) return;
    draft = undefined;
    tell();
  };
  return {
    get,
    mayEdit,
    scene() {
      const { scenes } = get();
      return scenes.find(({ id }) => id === store.get().filmScene) ?? scenes[0];
    },
    choose(id) {
      if (store.get().filmScene !== id) store.set({ filmScene: id });
    },
    edit(label, change, mergeKey, { narrations, done = () => {} } = { narrations: [] }) {
      if (!mayEdit()) return done(false);
      const before = get();
      const storyboard = change(before);
      if (storyboard === before) return done(false);
      const { structure, workbookId, filmScene } = store.get();
      draft = storyboard;
      unanswered++;
      // Of a narration that is gone again meanwhile, the bytes aren't wanted.
      const brought = narrations.filter(({ id }) => storyboard.narrations.some(each => each.id === id));
      const changes = [{ kind: 'storyboard' as const, storyboard, ...(brought.length > 0 && { narrations: brought }) }];
      const send = async () => {
        const merged = mergeKey !== undefined && { mergeKey };
        try {
          await client.send('change', { structure, label, changes, ...merged }, workbookId);
        } catch (error) {
          store.set({ notice: refusal(sentenceOf(error), store.get()) });
          settle();
          return done(false);
        }
        settle();
        return done(true);
      };
      void send();
      // Where the chosen scene was, another one is chosen.
      if (filmScene !== undefined && placeOf(storyboard, filmScene) < 0) {
        const at = Math.min(Math.max(0, placeOf(before, filmScene)), storyboard.scenes.length - 1);
        store.set({ filmScene: storyboard.scenes[at]?.id });
      }
      tell();
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    destroy: store.on(['storyboard', 'filmScene', 'role', 'workbookId'], ({ workbookId }) => {
      if (workbookId !== opened) [opened, draft] = [workbookId, undefined];
      tell();
    }),
  };
}
