import type { DataChoice } from '../../shared/data.ts';
import { sentenceOfError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import { sameSentence } from '../../shared/messages/render.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Client } from '../core/client.ts';
import { isUnderWay } from '../core/run-view.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { State, Store } from '../core/store.ts';

const cancelled = [sentences.runs.cancelled, sentences.data.cancelled];

export type DataReading = {
  /** What stands in place of the counts until they are known. */
  status(): string;
  /** Reads the chosen data set as soon as somebody looks at the panel, so that its counts can be told; not while a run
   *  is under way, which reads it itself. What could not be read is tried again when something has changed. `changed`
   *  is called when the status does. Returns a function that ends it. */
  follow(changed: () => void): () => void;
};

export function createDataReading(
  store: Store,
  client: Client,
  looked: NonNullable<State['side']> = 'training',
): DataReading {
  const text = messages.trainingPanel;
  /** The data set that is being read or, with a problem, could not be. */
  let asked: { data: DataChoice; problem?: string } | undefined;
  const read = async (changed: () => void) => {
    const { side, dataChoice: data, dataSummary, run, connection } = store.get();
    if (side !== looked || !data || dataSummary || isUnderWay(run?.state) || connection === 'lost') return;
    if (asked?.data === data && asked.problem === undefined) return;
    const own: NonNullable<typeof asked> = { data };
    asked = own;
    changed();
    try {
      const summary = await client.send('describeData', { data });
      if (asked === own) asked = undefined;
      if (store.get().dataChoice === data) store.set({ dataSummary: summary });
    } catch (error) {
      if (asked !== own) return;
      // What was cancelled was other work of this window, which ends all of it.
      if (cancelled.some(each => sameSentence(sentenceOfError(error as Error), each))) asked = undefined;
      else own.problem = sentenceOf(error);
      changed();
    }
  };
  return {
    status() {
      if (!asked || asked.data !== store.get().dataChoice) return text.dataUnread;
      return asked.problem ?? text.dataReading;
    },
    follow(changed) {
      void read(changed);
      return store.on(['side', 'dataChoice', 'dataSummary', 'run', 'connection'], () => void read(changed));
    },
  };
}
