import { afterEach, expect, test, vi } from 'vitest';
import { setLayer } from '../../shared/layer-edits/edits.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import { parseNetwork } from '../../shared/network.ts';
import type { Replies } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import type { State, Store } from '../core/store.ts';
import type { LayerEditing } from './layer-editing.ts';
import { followPreview } from './layer-preview.ts';

const from = parseNetwork({
  version: 1,
  layers: [
    { id: 'input', name: 'input', kind: 'input', inputs: [], shape: [6, 6, 1] },
    { id: 'flat', name: 'flat', kind: 'flatten', inputs: ['input'] },
    { id: 'dense', name: 'dense', kind: 'dense', inputs: ['flat'], units: 2, useBias: true },
  ],
});

/** A preview of edits that a test makes, and the questions to the engine that it has to answer. */
function previewing() {
  vi.useFakeTimers();
  let draft: NetworkSpec = from;
  let edited = () => {};
  const asked: { units: number; answer: (reply: Replies['previewLayers']) => void; fail: (why: Error) => void }[] = [];
  const send = ((_name: string, { change }: { change: { network: NetworkSpec } }) =>
    new Promise((answer, fail) => {
      asked.push({ units: unitsIn(change.network), answer, fail });
    })) as unknown as Client['send'];
  const state = { structure: 's', workbook: { revision: 1 }, run: undefined } as unknown as State;
  const store = { get: () => state, on: () => () => {} } as unknown as Store;
  const editing = {
    get: () => ({ from, draft, copies: [], beginning: 'identity' }),
    onChange: (callback: () => void) => {
      edited = callback;
      return () => {};
    },
  } as unknown as LayerEditing;
  const told = vi.fn<() => void>();
  const preview = followPreview(store, { send }, editing, told);
  /** Types a number of units, and waits as long as the panel does before it asks. */
  const type = async (units: number, waits = true) => {
    draft = units === 2 ? from : setLayer(from, 'dense', { units });
    edited();
    if (waits) await vi.advanceTimersByTimeAsync(1000);
  };
  const shown = () => preview.get();
  return { asked, type, shown, told };
}
afterEach(() => void vi.useRealTimers());

const unitsIn = ({ layers }: NetworkSpec) => (layers.at(-1) as { units: number }).units;
const reply = (probability: number) => ({ after: { class: 0, probability }, classes: ['A'], told: [] }) as never;

test('the answer to what was typed last stays, whichever answer comes last', async () => {
  const { asked, type, shown } = previewing();
  await type(3);
  await type(34);
  expect(asked.map(({ units }) => units)).toEqual([3, 34]);
  asked[1].answer(reply(0.34));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toMatchObject({ after: { probability: 0.34 } });
  asked[0].answer(reply(0.3));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toMatchObject({ after: { probability: 0.34 } });
});

test('an answer that was overtaken is not shown while the next one is on its way, nor is its refusal', async () => {
  const { asked, type, shown } = previewing();
  await type(3);
  await type(34);
  asked[0].answer(reply(0.3));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toEqual({ pending: true });
  await type(345);
  asked[1].fail(new Error('too large'));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toEqual({ pending: true });
  asked[2].answer(reply(0.345));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toMatchObject({ after: { probability: 0.345 } });
});

test('the engine is asked once for what is typed without a pause, and not at all for what was taken back', async () => {
  const { asked, type, shown } = previewing();
  await type(3, false);
  await type(34, false);
  await type(345);
  expect(asked.map(({ units }) => units)).toEqual([345]);
  await type(2);
  asked[0].answer(reply(0.345));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toBeUndefined();
  expect(asked.length).toBe(1);
});
