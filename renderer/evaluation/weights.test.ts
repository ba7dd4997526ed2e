import { expect, test } from 'vitest';
import type { Client } from '../core/client.ts';
import { createStore, type State } from '../core/store.ts';
import { nameWeights } from './weights.ts';

const at = (parameterRevision: number) => ({ workbook: { parameterRevision } }) as State;
const run = (status: string) => ({ run: { state: { status } } }) as unknown as State;

function opened() {
  const store = createStore({ ...at(3), workbookId: 'a', run: undefined });
  const listeners = new Map<string, () => void>();
  const client = {
    on: (event: string, callback: () => void) => listeners.set(event, callback),
    onConnection: (callback: () => void) => listeners.set('connection', callback),
  } as unknown as Client;
  const weights = nameWeights(store, client);
  return { store, weights, tell: (event: string) => listeners.get(event)!() };
}

test('what was found of the weights holds until a parameter changes', () => {
  const { store, weights } = opened();
  const found = weights.name();
  expect(weights.hold(found)).toBe(true);
  store.set(at(4));
  expect(weights.hold(found)).toBe(false);
});

test('while a run changes the weights nothing holds, nor what was found meanwhile when it pauses', () => {
  const { store, weights } = opened();
  const before = weights.name();
  store.set(run('running'));
  expect(weights.hold(before)).toBe(false);
  const meanwhile = weights.name();
  expect(weights.hold(meanwhile)).toBe(false);
  store.set(run('paused'));
  expect(weights.hold(meanwhile)).toBe(false);
  expect(weights.hold(weights.name())).toBe(true);
});

test('a new engine, a returned connection or another workbook may have the same revision by chance', () => {
  const { store, weights, tell } = opened();
  for (const happens of [() => tell('workbook'), () => tell('connection'), () => store.set({ workbookId: 'b' })]) {
    const found = weights.name();
    happens();
    expect(weights.hold(found)).toBe(false);
  }
});
