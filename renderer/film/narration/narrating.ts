/** Recording what is spoken, scene by scene. A take is studied and becomes the scene's narration in one step of undo,
 *  while the next one may be under way. */
import { UserError } from '../../../shared/errors.ts';
import { FILM_LIMITS, type FilmScene, type Narration, type Storyboard } from '../../../shared/film/storyboard.ts';
import { lengthOf } from '../../../shared/film/timeline.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import type { LeftRecording } from '../../../shared/protocol.ts';
import { createSharedState, type SharedState } from '../../core/shared-state.ts';
import type { View } from '../../core/store.ts';
import { SOUND_RATE, type Sound } from '../export/messages.ts';
import type { Board, Spoken } from '../board.ts';
import { endStream, openMicrophone } from '../microphone.ts';
import type { Player } from '../player.ts';
import { addMark, type Mark, placeOf } from '../storyboard-edits.ts';
import { decodeSound, LEAST_SECONDS, readSoundFile, secondsOf, typeOf } from './decode.ts';
import { trimmed, withNarration } from './narration-edits.ts';
import { type Recording, record } from './recorder.ts';
import type { Part } from '../../../shared/film/sound/silence.ts';
import type { Sounds } from './sounds.ts';
import type { Study } from './sound-jobs.ts';
import { readTake, type TakeNeeds } from './takes.ts';

/** asking: for the microphone. counting: `count` is left. `scene`: the one that is recorded. `all`: then the next one
 *  is. `shows`: the scene plays meanwhile. `working`: takes and files that are being studied. */
export type NarratingState = {
  phase: 'rest' | 'asking' | 'counting' | 'recording';
  count: number;
  scene?: string;
  stream?: MediaStream;
  all: boolean;
  shows: boolean;
  working: number;
};

export type Narrating = SharedState<NarratingState> &
  View & {
    sounds: Sounds;
    /** Records the chosen scene, after a countdown. */
    begin(): Promise<void>;
    /** Ends the countdown, or leaves it out where the microphone is still asked for. */
    skip(): void;
    /** Ends the take and keeps it; with `next`, goes on with the next scene. Resolves when the sound has ended. */
    stop(next?: boolean): Promise<void>;
    /** Resolves when the takes, files and trims under way are in the storyboard, or have failed. undefined: none is. */
    underWay(): Promise<void> | undefined;
    /** Seconds of the take under way. */
    seconds(): number;
    /** Sets a mark in the take under way. Returns whether there is one. */
    mark(nameOf: (number: number) => string): boolean;
    /** A file becomes the narration of a scene. Rejects with UserError. */
    takeFile(file: File, scene: FilmScene): Promise<void>;
    /** Parts of a sound become the narrations of scenes, in one step. */
    takeParts(sound: Sound, parts: readonly { scene: FilmScene; part: Part }[]): Promise<void>;
    /** Keeps a recording that another window left behind. */
    takeUnfinished(left: LeftRecording): Promise<void>;
    /** Another part of a narration is heard: without one, that in which somebody speaks. */
    trim(narration: Narration, part?: Part): Promise<void>;
    /** What is known of a narration. */
    study(narration: Narration): Promise<Study>;
  };

type Needs = TakeNeeds & { board: Board; player: Player; sounds: Sounds; refuse: (error: unknown) => void };

const COUNT = 3;
/** Files up to so many bytes stay as they are if they are compressed. */
const KEPT_AS_IS = 16 * 2 ** 20;

export function createNarrating({ board, player, sounds, refuse, ...keeping }: Needs): Narrating {
  const label = sentences.narration.labels;
  const { problems } = sentences.narration;
  const state = createSharedState<NarratingState>({ phase: 'rest', count: 0, all: false, shows: true, working: 0 });
  const studies = new Map<string, Promise<Study>>();
  let recording: Recording | undefined;
  let marks: Mark[] = [];
  let clock: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  let longest: ReturnType<typeof setTimeout> | undefined;
  let isGone = false;

  const sceneOf = (id: string | undefined) => board.get().scenes.find(scene => scene.id === id);
  const keyOf = ({ id, skip = 0, seconds }: Narration) => JSON.stringify([id, skip, seconds]);

  /** Shows how far the take has come, until its scene ends. */
  const show = () => {
    const scene = sceneOf(state.get().scene);
    if (!recording || !scene) return;
    frame = requestAnimationFrame(show);
    if (!state.get().shows) return;
    const length = lengthOf({ ...board.get(), narrations: [] }, scene);
    player.show(scene.id, Math.min(length, scene.before + recording.seconds()));
  };
  const rest = () => {
    clearTimeout(clock);
    clearTimeout(longest);
    cancelAnimationFrame(frame);
    const { stream } = state.get();
    if (stream) endStream(stream);
    recording = undefined;
    state.set({ phase: 'rest', scene: undefined, stream: undefined });
  };

  const start = async (scene: FilmScene, stream: MediaStream) => {
    clearTimeout(clock);
    marks = [];
    try {
      recording = await record(stream, scene.id, keeping, () => void stop());
    } catch (error) {
      rest();
      return refuse(error);
    }
    if (isGone) return recording.drop();
    state.set({ phase: 'recording', scene: scene.id });
    longest = setTimeout(() => {
      void stop();
      refuse(new UserError(problems.longest(FILM_LIMITS.recording / 60)));
    }, FILM_LIMITS.recording * 1000);
    return show();
  };
  /** Whether the countdown is left out. */
  let isHurried = false;
  const count = (left: number, scene: FilmScene, stream: MediaStream) => {
    if (left === 0) return void start(scene, stream);
    state.set({ phase: 'counting', count: left, scene: scene.id, stream });
    clock = setTimeout(() => count(left - 1, scene, stream), 1000);
    return undefined;
  };

  async function stop(next = false): Promise<void> {
    const { phase, scene: id, stream, all } = state.get();
    if (phase === 'counting' || phase === 'asking') return rest();
    const [own, set, scene] = [recording, marks, sceneOf(id)];
    if (!own) return undefined;
    recording = undefined;
    clearTimeout(longest);
    cancelAnimationFrame(frame);
    const ended = own.stop();
    const { scenes } = board.get();
    const following = next && all ? scenes[placeOf(board.get(), id) + 1] : undefined;
    const { bytes, done } = await ended;
    if (following && stream) {
      player.show(following.id);
      await start(following, stream);
    } else {
      rest();
      if (scene) player.show(scene.id);
    }
    if (!scene) return own.drop();
    void work(async () => {
      try {
        done(await take(scene, bytes, await decodeSound(bytes), label.recorded, set));
      } catch (error) {
        done(isEmpty(error));
        throw error;
      }
    });
    return undefined;
  }

  /** Does something that takes a while, and tells if it fails. */
  async function work(what: () => Promise<unknown>): Promise<void> {
    state.set({ working: state.get().working + 1 });
    const done = what().catch(refuse);
    works.add(done);
    await done;
    works.delete(done);
    state.set({ working: state.get().working - 1 });
  }
  const works = new Set<Promise<unknown>>();
  /** Changes the storyboard. Resolves when that is answered: whether it is changed. */
  const edit = (what: Sentence, change: (board: Storyboard) => Storyboard, brought: Spoken['narrations'] = []) =>
    new Promise<boolean>(done => board.edit(what, change, undefined, { narrations: brought, done }));

  /** What a sound becomes as a narration. Bytes that are compressed already stay as they are. */
  async function made(sound: Sound, bytes?: Uint8Array<ArrayBuffer>) {
    if (secondsOf(sound) < LEAST_SECONDS) throw new UserError(problems.nothingRecorded);
    const found = await sounds.desk.do('study', { sound });
    if (found.loudness === undefined) throw new UserError(problems.silence);
    const type = bytes && typeOf(bytes);
    const isSmall = type !== undefined && type !== 'audio/wav' && bytes!.length <= KEPT_AS_IS;
    const encoded = isSmall ? undefined : await sounds.desk.do('encode', { sound });
    const content = encoded ?? bytes;
    const kind = encoded ? 'audio/webm' : type;
    if (!content || kind === undefined) throw new UserError(problems.noEncoder);
    const narration = studied({ id: `narration-${crypto.randomUUID()}`, type: kind }, found);
    studies.set(keyOf(narration), Promise.resolve(found));
    return { narration, bytes: content };
  }
  async function take(
    scene: FilmScene,
    bytes: Uint8Array<ArrayBuffer>,
    sound: Sound,
    what: Sentence,
    set: readonly Mark[] = [],
  ): Promise<boolean> {
    const { narration, bytes: content } = await made(sound, bytes);
    const placed = set.map(({ at, name }) => ({ name, at: at - (narration.skip ?? 0) }));
    const brought = [{ id: narration.id, bytes: content }];
    return edit(what, now => withNarration(now, scene, narration, placed), brought);
  }

  return {
    ...state,
    sounds,
    async begin() {
      const scene = board.scene();
      if (!scene || !board.mayEdit() || state.get().phase !== 'rest') return;
      player.pause();
      player.show(scene.id);
      isHurried = false;
      state.set({ phase: 'asking', scene: scene.id });
      try {
        const stream = await openMicrophone();
        if (state.get().phase !== 'asking' || isGone) return endStream(stream);
        state.set({ stream });
        count(isHurried ? 0 : COUNT, scene, stream);
      } catch (error) {
        rest();
        refuse(error);
      }
    },
    skip() {
      const { phase, scene: id, stream } = state.get();
      const scene = sceneOf(id);
      isHurried = true;
      if (phase === 'counting' && scene && stream) void start(scene, stream);
    },
    stop,
    underWay: () => (works.size > 0 ? Promise.all(works).then(() => undefined) : undefined),
    seconds: () => recording?.seconds() ?? 0,
    mark(nameOf) {
      const scene = sceneOf(state.get().scene);
      if (!recording || !scene) return false;
      const at = recording.seconds();
      const mark = addMark({ ...scene, marks: [...scene.marks, ...marks] }, at, nameOf);
      if (mark) marks.push({ ...mark, at });
      else refuse(new UserError(sentences.storyboardPanel.problems.tooManyMarks(FILM_LIMITS.marks)));
      return true;
    },
    takeFile: (file, scene) =>
      work(async () => {
        const { bytes, sound } = await readSoundFile(file);
        await take(scene, bytes, sound, label.fromFile);
      }),
    takeParts: (sound, parts) =>
      work(async () => {
        const all: (Awaited<ReturnType<typeof made>> & { scene: FilmScene })[] = [];
        for (const { scene, part } of parts) {
          const piece = sound.map(channel => channel.slice(...samplesOf(part)));
          // oxlint-disable-next-line no-await-in-loop -- one piece after the other, so that memory stays small
          all.push({ scene, ...(await made(piece)) });
        }
        await edit(
          label.laidOver,
          now => all.reduce((storyboard, { scene, narration }) => withNarration(storyboard, scene, narration), now),
          all.map(({ narration: { id }, bytes }) => ({ id, bytes })),
        );
      }),
    takeUnfinished: left =>
      work(async () => {
        const scene = sceneOf(left.scene);
        if (!scene) return;
        const bytes = await readTake(keeping.client, left);
        if (await take(scene, bytes, await decodeSound(bytes), label.recorded))
          await keeping.client.send('dropRecording', { recording: left.recording });
      }),
    trim: (narration, part) =>
      work(async () => {
        const found = await sounds.desk.do('study', { sound: await sounds.whole(narration), part });
        if (found.loudness === undefined) throw new UserError(problems.silence);
        const next = studied(narration, found);
        studies.set(keyOf(next), Promise.resolve(found));
        await edit(label.trimmed, now => (narrationIn(now.narrations, narration) ? trimmed(now, next) : now));
      }),
    study(narration) {
      const key = keyOf(narration);
      const known = studies.get(key);
      if (known) return known;
      const { skip = 0, seconds } = narration;
      const found = sounds
        .whole(narration)
        .then(sound => sounds.desk.do('study', { sound, part: { from: skip, to: skip + seconds } }));
      studies.set(key, found);
      found.catch(() => studies.delete(key));
      return found;
    },
    destroy() {
      isGone = true;
      rest();
    },
  };
}

/** Whether there was nothing in a take that anybody would miss. */
const isEmpty = (error: unknown) =>
  error instanceof UserError &&
  [sentences.narration.problems.silence, sentences.narration.problems.nothingRecorded].includes(error.sentence);

const narrationIn = (all: readonly Narration[], { id }: Narration) => all.some(each => each.id === id);

const samplesOf = ({ from, to }: Part): [number, number] => [
  Math.round(from * SOUND_RATE),
  Math.round(to * SOUND_RATE),
];

/** A narration as it was studied. Times are in thousandths. */
function studied({ id, type }: Pick<Narration, 'id' | 'type'>, { part, gain, peaks }: Study): Narration {
  const [skip, seconds] = [part.from, part.to - part.from].map(each => Math.round(1000 * each) / 1000);
  return { id, type, ...(skip > 0 && { skip }), seconds, gain, peaks };
}
