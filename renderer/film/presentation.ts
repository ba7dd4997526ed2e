/** The presentation that runs, if one does: which scene is shown, and since when. It moves in real time. The presented
 *  window and the speaker's window follow it. It changes nothing in the workbook. */
import type { FilmScene, Storyboard } from '../../shared/film/storyboard.ts';
import { lengthOf } from '../../shared/film/timeline.ts';
import type { Client } from '../core/client.ts';
import type { Store, View } from '../core/store.ts';
import { createFilms, type Filmed } from './films.ts';
import { filmKey } from './scene-films.ts';
import { followedScene, later, type Presented, type PresentedStep, restOf, stepped } from './presented.ts';

/** What is presented: scenes of the storyboard, or the sheet. */
export type What = 'nothing' | 'scenes' | 'sheet';

/** `rest`: after how many seconds it rests. */
export type PresentedScene = Filmed & { scene: FilmScene; length: number; rest: number };

export type Presentation = View & {
  what(): What;
  at(): Presented;
  /** The scene at a place, the one that is shown by default, with its numbers as far as they are known. */
  scene(place?: number): PresentedScene | undefined;
  /** Whether the picture of a scene would be the same: everything that it follows from, as a text. The scene isn't
   *  asked for. */
  nameOf(place: number): string;
  begin(what: 'scenes' | 'sheet', place?: number): void;
  end(): void;
  /** Returns whether there was something to go to. */
  step(step: PresentedStep): boolean;
  /** Calls back after every change, also of the time. */
  onChange(callback: () => void): () => void;
};

/** A frame that comes later than this counts as this late, in milliseconds. */
const LATEST = 250;
/** So many scenes are kept. */
const KEPT = 12;

export function createPresentation(store: Store, client: Client): Presentation {
  const listeners = new Set<() => void>();
  const films = createFilms(store, client, KEPT);
  let what: What = 'nothing';
  let at: Presented = { place: 0, seconds: 0, moves: false };
  let frame = 0;
  let last = 0;

  const scenes = () => store.get().storyboard.scenes;
  /** What is known of a scene. What isn't known is asked for. */
  const filmed = (scene: FilmScene): Filmed => {
    if (films.isDue(scene)) void films.read(scene);
    return films.get(scene);
  };
  let rested: { of: Storyboard; rests: readonly number[] } | undefined;
  const rests = () => {
    const { storyboard } = store.get();
    if (rested?.of !== storyboard)
      rested = { of: storyboard, rests: storyboard.scenes.map(scene => restOf(storyboard, scene)) };
    return rested.rests;
  };
  const tell = () => {
    if (what === 'scenes' && at.moves && !at.cover) frame ||= requestAnimationFrame(tick);
    for (const callback of listeners) callback();
  };
  const tick = (now: number) => {
    frame = 0;
    if (what !== 'scenes') return;
    const passed = last === 0 ? 0 : Math.min(LATEST, now - last) / 1000;
    const shown = scenes()[at.place];
    // It waits for the numbers.
    const isReady = shown !== undefined && filmed(shown).film !== undefined;
    last = isReady ? now : 0;
    if (isReady) at = later(at, passed, rests());
    if (!at.moves || !isReady) last = 0;
    if (isReady) tell();
  };
  const set = (next: Presented) => {
    at = next;
    last = 0;
    tell();
  };
  let followed = store.get().storyboard;
  const follow = () => {
    const { storyboard } = store.get();
    if (storyboard !== followed) at = followedScene(at, followed.scenes, storyboard.scenes);
    followed = storyboard;
    if (what === 'scenes' && storyboard.scenes.length === 0) what = 'nothing';
    tell();
  };
  const ends = [
    store.on(
      ['storyboard', 'workbook', 'sheet', 'runs', 'dataChoice', 'setup', 'document', 'dark', 'settings'],
      follow,
    ),
    films.onChange(tell),
    () => films.destroy(),
  ];

  return {
    what: () => what,
    at: () => at,
    scene(place = at.place) {
      const { storyboard } = store.get();
      const scene = storyboard.scenes[place];
      if (!scene) return undefined;
      return { scene, length: lengthOf(storyboard, scene), rest: rests()[place], ...filmed(scene) };
    },
    nameOf(place) {
      const { storyboard } = store.get();
      const scene = storyboard.scenes[place];
      return JSON.stringify([filmKey(store.get(), scene), scene, lengthOf(storyboard, scene)]);
    },
    begin(wanted, place = 0) {
      what = wanted;
      set({ place: Math.max(0, Math.min(place, scenes().length - 1)), seconds: 0, moves: true });
    },
    end() {
      what = 'nothing';
      set({ place: at.place, seconds: at.seconds, moves: false });
    },
    step(step) {
      if (what === 'nothing') return false;
      const isCover = step === 'black' || step === 'white';
      // A sheet has no scenes.
      if (what === 'sheet' && !isCover) return false;
      const next = stepped(at, step, rests());
      if (next === at) return false;
      set(next);
      return true;
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    destroy() {
      what = 'nothing';
      cancelAnimationFrame(frame);
      for (const end of ends) end();
    },
  };
}
