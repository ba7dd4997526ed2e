import { messages, say } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { ofRun } from '../core/notices.ts';
import { isUnderWay, runView, withEvent, withRecord } from '../core/run-view.ts';
import type { Store } from '../core/store.ts';

/** Milliseconds before a record that couldn't be fetched is asked for again. */
const ASK_AGAIN = 1000;

/** Keeps the store's runs up to date with the engine. */
export function followRuns(store: Store, client: Client): void {
  client.on('run', event => {
    const { run } = store.get();
    const known = run?.state.id === event.state.id ? run : undefined;
    // If another run has begun, it is shown instead of the set-up.
    store.set({ run: withEvent(known ?? runView(event.state), event), ...(known ? {} : { settingUp: false }) });
    const { side } = store.get();
    if (isUnderWay(known?.state) && event.state.end && side !== 'training') {
      const { name, end, sentence } = event.state;
      const said = messages.trainingPanel.notice.ended(name, messages.trainingPanel.ends[end]);
      store.set({
        notice: {
          tone: end === 'failed' ? 'warning' : 'info',
          sentence: say(sentence) ?? said,
          holds: ofRun(event.state),
        },
      });
    }
    // Some notes change the set-up, such as another learning rate.
    if (known && event.notes.length > 0) void ask(true);
  });
  client.on('runs', ({ runs, canContinue, goesOn }) => store.set({ runs, canContinue, goesOn }));
  client.on('rateCurve', curve => {
    if (store.get().finder?.busy) store.set({ finder: { curve, busy: true } });
  });

  /** The run whose record is being fetched, or will be asked for again. */
  let asked: string | undefined;
  const ask = async (again = false) => {
    const { run } = store.get();
    // While images are read, there is no record yet.
    if (!run || run.state.status === 'preparing' || (run.record && !again) || asked === run.state.id) return;
    const { id } = run.state;
    asked = id;
    try {
      const record = await client.send('getRun', { id });
      const { run: now } = store.get();
      if (now?.state.id === id) store.set({ run: withRecord(now, record) });
      asked = undefined;
    } catch {
      // A restarted engine may not have resumed the run yet. If the run has ended, another record comes with the next
      // connection or not at all.
      if (!isUnderWay(store.get().run?.state)) {
        asked = undefined;
        return;
      }
      setTimeout(() => {
        asked = undefined;
        void ask(again);
      }, ASK_AGAIN);
    }
  };
  store.on(['run'], () => void ask());
  void ask();
}
