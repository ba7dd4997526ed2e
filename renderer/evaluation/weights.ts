import type { Client } from '../core/client.ts';
import type { State, Store } from '../core/store.ts';

/** Tells whether a result is still valid for the network's weights. */
export type Weights = {
  /** A name for the current weights; undefined while a run changes them. The same name means the same weights. */
  name(): string | undefined;
  /** Whether the weights still have this name. */
  hold(name: string | undefined): boolean;
};

/** The store's keys that names depend on. */
export const WEIGHTS: readonly (keyof State)[] = ['workbook', 'workbookId', 'run'];

/** Makes the names. An engine counts changes from its own start. So a result isn't valid any more after the engine or
 *  the connection came back. */
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
