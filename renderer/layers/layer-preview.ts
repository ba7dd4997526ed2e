/** What the edits of layers would do to the answer: the engine runs the edited network beside the open one. */
import { messages, say } from '../../shared/messages.ts';
import type { Replies } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import { isUnderWay } from '../core/run-view.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store, View } from '../core/store.ts';
import { type LayerEditing, SEED } from './layer-editing.ts';

/** pending: the engine is at it. said: a sentence why there is no answer. */
export type Preview = { pending: true } | { said: string } | Replies['previewLayers'];

/** Milliseconds without an edit after which the engine is asked. */
const WAIT = 60;
/** Answers that differ by less are the same. */
const SAME = 1e-6;

/** `callback` is called whenever there is another preview. */
export function followPreview(
  store: Store,
  client: Pick<Client, 'send'>,
  editing: LayerEditing,
  callback: () => void,
): View & { get(): Preview | undefined } {
  let preview: Preview | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  /** What the last question was about. */
  let asked: readonly unknown[] = [];
  const put = (next: Preview | undefined) => {
    preview = next;
    callback();
  };
  const ask = async (mine: readonly unknown[]) => {
    const { draft, copies, beginning } = editing.get();
    const { structure } = store.get();
    const change = { kind: 'layers' as const, network: draft, beginning, seed: SEED, copies };
    try {
      const reply = await client.send('previewLayers', { structure, change });
      if (mine === asked) put(reply);
    } catch (error) {
      if (mine === asked) put({ said: sentenceOf(error) });
    }
  };
  const changed = () => {
    const { from, draft, copies, beginning } = editing.get();
    const { workbook, run } = store.get();
    const trains = run !== undefined && isUnderWay(run.state) && run.state.status !== 'paused';
    const next = draft === from ? [] : [draft, copies, beginning, trains || workbook.revision];
    if (next.length === asked.length && next.every((part, i) => part === asked[i])) return;
    clearTimeout(waiting);
    asked = next;
    if (draft === from) return put(undefined);
    // While a run trains, its note says why nothing can be applied.
    if (trains) return put(undefined);
    if (!preview || 'said' in preview) put({ pending: true });
    waiting = setTimeout(() => void ask(next), WAIT);
  };
  const ends = [editing.onChange(changed), store.on(['workbook', 'run'], changed)];
  return {
    get: () => preview,
    destroy() {
      clearTimeout(waiting);
      for (const end of ends) end();
    },
  };
}

/** The answer before and after the edits, in words. `classes`: those of the workbook. */
export function answerText(preview: Preview, classes: readonly string[]): string {
  const text = messages.layerEdits;
  if ('pending' in preview) return text.trying;
  if ('said' in preview) return preview.said;
  const { before, after, apart } = preview;
  const answer = (of: typeof before, names: readonly string[]) =>
    of && `${names[of.class] ?? of.class} · ${messages.panels.probability(of.probability)}`;
  const [was, is] = [answer(before, classes), answer(after, preview.classes)];
  if (apart !== undefined && apart <= SAME) return is === undefined ? text.answerStays : text.answerSame(is);
  if (is !== undefined && was === is) return text.answerStill(is);
  if (was !== undefined || is !== undefined) return text.answerBecomes(was ?? text.noAnswer, is ?? text.noAnswer);
  return apart === undefined ? text.answerOther : text.answerApart(apart);
}

/** What becomes of what users wrote. */
export function toldOf(preview: Preview | undefined): string[] {
  return preview && 'told' in preview ? preview.told.map(sentence => say(sentence)) : [];
}
