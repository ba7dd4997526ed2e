import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { EMPTY_STORYBOARD } from '../../../shared/film/storyboard.ts';
import { spokenBoard } from '../../../shared/film/testing/small-storyboard.ts';
import { smallConfig, smallNetwork } from '../data/testing/small-digits.ts';
import { openEngine } from './testing/small-engine.ts';

test('windows are told of a changed storyboard before the new state, and get sounds when they ask', async () => {
  const { caller, events, info } = await openEngine();
  const heard = () => events('storyboard').map(({ storyboard }) => storyboard);
  expect(await info()).not.toHaveProperty('storyboard');
  const storyboard = spokenBoard('a');
  const bytes = Uint8Array.of(7, 8, 9);
  const film = { kind: 'storyboard' as const, storyboard, narrations: [{ id: 'a', bytes }] };
  await caller.send('change', { label: 'Film', changes: [film] }, 1);
  await caller.send('undo', {}, 1);
  await caller.send('redo', {}, 1);
  expect(heard()).toEqual([storyboard, EMPTY_STORYBOARD, storyboard]);
  expect((await info()).storyboard).toEqual(storyboard);
  expect(await caller.send('getNarration', { id: 'a' }, 2)).toEqual({ bytes });
  await expect(caller.send('getNarration', { id: 'b' }, 2)).rejects.toThrow('no narration b any more');
  const foreign = { ...film, narrations: [{ id: 'x', bytes }] };
  await expect(caller.send('change', { label: 'Film', changes: [foreign] }, 1)).rejects.toThrow('doesn’t list');
  expect(heard()).toHaveLength(3);
});

/** A scene that trains for so many steps. Something else can happen meanwhile. */
const training = (structure: string, of: number) => {
  const steps = Array.from({ length: 60 }, (_, at) => Math.floor((at * of) / 60));
  const asks = [{ kind: 'trained' as const, start: 'initial' as const, steps, of }];
  return { structure, asks, tensors: ['conv/kernel' as const], config: smallConfig() };
};

test('a scene of a network that becomes another one meanwhile is refused, and the engine goes on', async () => {
  const { caller, events, info } = await openEngine();
  const { structure } = await info();
  const scene = training(structure, 1200);
  const here = { asks: [{ kind: 'here' as const }], tensors: ['conv/bias' as const, 'conv/kernel' as const] };
  const found = caller.send('filmStates', { ...scene, ...here, asks: [...scene.asks, ...here.asks] }, 1);
  const refused = expect(found).rejects.toThrow(/layers or classes became others/);
  while (events('progress').length === 0) await pause(1);
  const layers = smallNetwork.layers.map(layer => (layer.kind === 'conv2d' ? { ...layer, useBias: false } : layer));
  const network = { ...smallNetwork, layers };
  const change = { kind: 'layers' as const, network, beginning: 'initial' as const, seed: 1 };
  await caller.send('change', { label: 'Edit layers', changes: [change] }, 2);
  await refused;
  const asked = { ...here, tensors: ['conv/kernel' as const], structure: (await info()).structure };
  expect((await caller.send('filmStates', asked, 1)).states).toMatchObject([{ tensors: [{ tensor: 'conv/kernel' }] }]);
});

test('a scene is found beside the workbook: others get through, and its user can end it', async () => {
  const { caller, events, info } = await openEngine();
  const { structure, state } = await info();
  const scene = training(structure, 600);
  const found = caller.send('filmStates', scene, 1);
  const refused = expect(found).rejects.toThrow(/cancelled/i);
  expect((await info()).state).toMatchObject({ revision: state.revision });
  await caller.send('cancel', {}, 1);
  await refused;
  const other = caller.send('filmStates', { ...scene, structure: 'another' }, 1);
  await expect(other).rejects.toThrow(/layers or classes became others/);
  const bare = { structure, asks: [{ kind: 'image' as const, image: 12 }], tensors: ['input/output' as const] };
  const { states } = await caller.send('filmStates', bare, 1);
  expect(states).toMatchObject([{ label: '9', tensors: [{ tensor: 'input/output' }] }]);
  expect(events('changes').every(({ state: told }) => told.revision === state.revision)).toBe(true);
});
