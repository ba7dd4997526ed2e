import type { Client } from '../core/client.ts';
import type { State, Store } from '../core/store.ts';

/** Tells whether what was once found of the network's weights still holds. */
export type Weights = {
  /** Names the weights as they are; undefined while a run changes them. Of two names that are the same the weights are,
   *  too. */
  name(): string | undefined;
  /** Whether they have had that name since. */
  hold(name: string | undefined): boolean;
};

/** What to listen to in the store for names to become others. */
export const WEIGHTS: readonly (keyof State)[] = ['workbook', 'workbookId', 'run'];

/** Names the weights of the workbook. An engine counts their changes from its own start, so what was found before the
 *  engine or the connection came back no longer holds. */
export function nameWeights(store: Store, client: Pick<Client, 'on' | 'onConnection'>): Weights {
  let times = 0;
  client.on('workbook', () => times++);
  client.onConnection(() => times++);
  const name = () => {
    const { workbookId, workbook, run } = store.get();
    if (run?.state.status === 'running') return undefined;
    return `${times} ${workbookId} ${workbook.parameterRevision}`;
  };
  return { name, hold: known => known !== undefined && known === name() };
}
