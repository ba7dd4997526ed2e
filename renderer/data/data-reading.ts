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
  /** The text that is shown instead of the counts until they are known. */
  status(): string;
  /** Reads the chosen data set as soon as somebody looks at the panel, so that its counts are known. It doesn't during
   *  a run, which reads it anyway. After a failure it tries again when something has changed. `changed` is called when
   *  the status changes. Returns a function that ends this. */
  follow(changed: () => void): () => void;
};

export function createDataReading(
  store: Store,
  client: Client,
  looked: NonNullable<State['side']> = 'training',
): DataReading {
  const text = messages.trainingPanel;
  /** The data set that is being read; or that couldn't be read, with the problem. */
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
      // Cancelling ends all long work of this window. If other work was meant, this is read again.
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
