/** Loading scenes from a real engine, and what is kept of them. */
import { expect, test, vi } from 'vitest';
import { digitChoice, smallConfig } from '../../main/engine/data/testing/small-digits.ts';
import { openEngine } from '../../main/engine/host/testing/small-engine.ts';
import { UserError } from '../../shared/errors.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { elementIn } from '../../shared/film/numbers.ts';
import { sceneOf, spokenBoard } from '../../shared/film/testing/small-storyboard.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import type { Client } from '../core/client.ts';
import { createStore, type State } from '../core/store.ts';
import { createFilms } from './films.ts';
import { loadSceneFilm } from './scene-films.ts';

/** A window on the small network. `asked`: how often it has asked for states. */
async function open() {
  const { caller, edit, info } = await openEngine();
  const { id, network, classes, structure, sheets, state } = await info();
  const sheet = buildSheet(network, classes);
  const { data: _, ...setup } = smallConfig();
  const known = { workbookId: id, structure, sheets, sheet, written: nothingWritten(), workbook: state, runs: [] };
  const chosen = { dataChoice: digitChoice, setup: { ...setup, start: 'here' } };
  const store = createStore({ ...known, ...chosen } as unknown as State);
  let asked = 0;
  const client = {
    send(kind: 'filmStates', args: never) {
      if (kind === 'filmStates') asked++;
      return caller.send(kind, args, 1);
    },
  } as unknown as Client;
  const refresh = async () => store.set({ workbook: (await info()).state });
  return { store, client, edit, caller, sheet, refresh, asked: () => asked };
}

/** The page's typefaces, which come when they are let go. */
let letGo = () => {};
const typefaces = new Promise<void>(resolve => (letGo = resolve));
vi.stubGlobal('document', { documentElement: {}, fonts: { load: () => typefaces } });
vi.stubGlobal('getComputedStyle', () => ({ getPropertyValue: () => 'Inter' }));

test('nothing can be painted before the typefaces of pictures are there', async () => {
  const { store, client } = await open();
  let [isAnswered, isLoaded] = [false, false];
  const send = async (kind: never, args: never): Promise<unknown> =>
    (client.send(kind, args) as Promise<unknown>).finally(() => (isAnswered = true));
  const film = loadSceneFilm(store, { ...client, send } as Client, sceneOf('a')).then(() => (isLoaded = true));
  await vi.waitFor(() => expect(isAnswered).toBe(true));
  await new Promise(resolve => setTimeout(resolve));
  expect(isLoaded).toBe(false);
  letGo();
  await film;
});

test('a scene is asked for once, until the workbook’s numbers change; captions do not count', async () => {
  const { store, client, edit, caller, sheet, refresh, asked } = await open();
  const load = (more = {}) => loadSceneFilm(store, client, sceneOf('a', more));
  const kernel = { tensor: 'conv/kernel', index: 2 } as const;
  const [first, again] = await Promise.all([load(), load({ caption: 'Look here.' })]);
  expect([first.scene.caption, again.scene.caption, asked()]).toEqual(['', 'Look here.', 1]);
  expect(again.states).toBe(first.states);
  const film = { kind: 'storyboard' as const, storyboard: { ...spokenBoard(), look: 'light' as const } };
  await caller.send('change', { label: 'Film', changes: [film] }, 1);
  await refresh();
  expect((await load()).states).toBe(first.states);
  await edit(kernel.index, 9);
  await refresh();
  expect(elementIn(sheet, (await load()).states[0], kernel)).toBe(9);
  expect(asked()).toBe(2);
});

test('a scene that trains goes by the set-up of the window, and one that is refused is tried again', async () => {
  const { store, client, asked } = await open();
  const train = sceneOf('t', { motion: { kind: 'train', start: 'initial', steps: 3 } });
  const { states } = await loadSceneFilm(store, client, train);
  expect(states.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
  const { setup } = store.get();
  store.set({ setup: { ...setup, seed: setup.seed + 1 } });
  const other = await loadSceneFilm(store, client, train);
  expect(other.states[0].tensors.get('conv/kernel')).not.toEqual(states[0].tensors.get('conv/kernel'));
  store.set({ setup: { ...setup, epochs: Number.NaN } });
  await expect(loadSceneFilm(store, client, train)).rejects.toThrow(/whole number/);
  store.set({ dataChoice: undefined });
  await expect(loadSceneFilm(store, client, train)).rejects.toThrow(/Choose a data set/);
  const count = asked();
  // What the window knows itself isn't asked for.
  const typed = sceneOf('e', { motion: { kind: 'edit', element: { tensor: 'conv/kernel', index: 0 }, text: 'no' } });
  await expect(loadSceneFilm(store, client, typed)).rejects.toThrow();
  expect(asked()).toBe(count);
  store.set({ dataChoice: { ...digitChoice, source: { kind: 'folders', path: '/nowhere' } } });
  const images = sceneOf('i', { motion: { kind: 'images', images: [10_000_000] } });
  await expect(loadSceneFilm(store, client, images)).rejects.toThrow();
  await expect(loadSceneFilm(store, client, images)).rejects.toThrow();
  expect(asked()).toBe(count + 2);
});

test('a scene keeps its numbers until those after an edit have come, and is the same film meanwhile', async () => {
  const { store, client, edit, sheet, refresh } = await open();
  const films = createFilms(store, client);
  const kernel = { tensor: 'conv/kernel', index: 2 } as const;
  const scene = sceneOf('a');
  expect([films.isDue(scene), films.get(scene)]).toEqual([true, { isNow: false }]);
  await films.read(scene);
  const { film } = films.get(scene);
  expect([films.get(scene).film === film, films.get(scene).isNow, films.isDue(scene)]).toEqual([true, true, false]);
  await edit(kernel.index, 9);
  await refresh();
  expect([films.get(scene).film === film, films.get(scene).isNow, films.isDue(scene)]).toEqual([true, false, true]);
  await films.read(scene);
  expect(elementIn(sheet, films.get(scene).film!.states[0], kernel)).toBe(9);
  // A copy shows the same; with another camera, nothing is known of it.
  expect(films.get({ ...scene, id: 'b', title: 'Copy' }).film!.scene.title).toBe('Copy');
  expect(films.get({ ...scene, camera: { kind: 'kernels' } }).film).toBeUndefined();
  films.destroy();
});

test('a scene that trains is due again when the data set or the set-up becomes another', async () => {
  const { store, client } = await open();
  const films = createFilms(store, client);
  const train = sceneOf('t', { motion: { kind: 'train', start: 'initial', steps: 1 } });
  await films.read(train);
  expect(films.isDue(train)).toBe(false);
  const { setup, dataChoice } = store.get();
  store.set({ setup: { ...setup, seed: setup.seed + 1 } });
  expect(films.isDue(train)).toBe(true);
  store.set({ setup, dataChoice: { ...dataChoice!, seed: 9 } });
  expect(films.isDue(train)).toBe(true);
  films.destroy();
});

test('a refusal is tried again: after a while, and at once when the connection is back', async () => {
  const { store, client } = await open();
  let isLost = true;
  const send = (kind: never, args: never) =>
    isLost ? Promise.reject(new UserError('Not connected.')) : client.send(kind, args);
  const films = createFilms(store, { ...client, send });
  const now = vi.spyOn(performance, 'now');
  const scene = sceneOf('a');
  try {
    await films.read(scene);
    expect(films.get(scene).problem).toBe('Not connected.');
    expect(films.isDue(scene)).toBe(false);
    const later = performance.now() + 1001;
    now.mockImplementation(() => later);
    expect(films.isDue(scene)).toBe(true);
    await films.read(scene);
    store.set({ connection: 'lost' });
    expect(films.isDue(scene)).toBe(false);
    isLost = false;
    store.set({ connection: 'open' });
    expect(films.isDue(scene)).toBe(true);
    await films.read(scene);
    expect(films.get(scene)).toMatchObject({ isNow: true, problem: undefined });
  } finally {
    now.mockRestore();
    films.destroy();
  }
});
