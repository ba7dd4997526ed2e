/** The narration of the chosen scene, in a sheet over its settings: to record it, hear it, trim it, or take a file. */
import { LOUDNESS } from '../../../shared/film/sound/evened.ts';
import type { Narration } from '../../../shared/film/storyboard.ts';
import { lengthOf } from '../../../shared/film/timeline.ts';
import { rounded } from '../../../shared/messages/format.ts';
import { messages } from '../../../shared/messages.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { destroyAll, element, icon, type IconName, iconButton, isFocusLost } from '../../core/element.ts';
import type { Store, View } from '../../core/store.ts';
import type { Board } from '../board.ts';
import { clock } from '../clock.ts';
import { type Field, row, switchField } from '../fields.ts';
import { createLevelMeter } from '../level-meter.ts';
import type { LoadedScenes } from '../loaded-scenes.ts';
import type { Player } from '../player.ts';
import { changeScene, placeOf } from '../storyboard-edits.ts';
import { secondsOf } from './decode.ts';
import type { Narrating } from './narrating.ts';
import { asLongAsSpoken, narrationOf, withoutNarration } from './narration-edits.ts';
import type { Study } from './sound-jobs.ts';
import { createWaveform } from './waveform.ts';
import './narration.css';

type Needs = {
  store: Store;
  board: Board;
  films: LoadedScenes;
  player: Player;
  narrating: Narrating;
  run: (id: string) => void;
  /** Shows why something failed. */
  refuse: (error: unknown) => void;
};

/** Parts of the picture of a whole recording. */
const PARTS = 320;
/** A loudness below this (in LUFS) was a whisper: louder, one hears the room. */
const WHISPER = -45;
/** How far a narration may stay from the common loudness. */
const NEAR = 1;

export function createNarrationSheet(parent: Element, needs: Needs): View {
  const { store, board, films, player, narrating, run, refuse } = needs;
  const text = messages.narration;
  const label = sentences.narration.labels;
  const action = (name: IconName, word: string, press: () => unknown, kind = 'outlined') => {
    const made = element('button', { type: 'button', class: `button ${kind}` }, icon(name), word);
    made.addEventListener('click', () => void press());
    return made;
  };
  const scene = () => board.scene();
  const spoken = () => narrationOf(board.get(), scene());

  // ── what is read while one speaks ──
  const caption = element('p', { class: 'narration-caption' });
  const notes = element('p', { class: 'narration-notes' });
  const script = element(
    'div',
    { class: 'narration-script', role: 'group', 'aria-label': text.script },
    caption,
    notes,
  );

  // ── recording ──
  const record = action('mic', text.record, () => narrating.begin(), 'primary');
  const skip = action('play', text.beginNow, () => narrating.skip(), 'primary');
  const next = action('step', text.nextScene, () => narrating.stop(true), 'primary');
  const stop = action('stop', text.stop, () => narrating.stop());
  const count = element('b', { class: 'narration-count', role: 'timer', 'aria-live': 'assertive' });
  const time = element('span', { class: 'narration-time' });
  const meterRoom = element('div', {});
  const live = element(
    'div',
    { class: 'narration-live' },
    element('div', { class: 'narration-row' }, count, time, skip, next, stop),
    meterRoom,
  );

  // ── what is there ──
  const play = action('play', text.play, () => playScene());
  const trim = action('fit', text.trim, () => trimTo(undefined));
  const whole = action('right', text.whole, () => trimTo('whole'));
  const remove = action('close', text.remove, () => {
    const { id } = scene() ?? {};
    if (id !== undefined) board.edit(label.removed, now => withoutNarration(now, id));
    record.focus();
  });
  const stretch = action('film', text.stretch, () => {
    const now = scene();
    if (now) board.edit(label.stretched, each => changeScene(each, now.id, asLongAsSpoken(now)));
  });
  const file = action('folder', text.fromFile, () => run('film.narrationFile'));
  const over = action('folder', text.overAll, () => run('film.narrationOver'));
  /** A part that is being dragged. */
  let dragged: { from: number; to: number } | undefined;
  const wave = createWaveform({
    label: text.wave,
    nameOf: nth => (nth === 0 ? text.begins : text.ends),
    moved(nth, at, ends) {
      const now = dragged ?? partOf(spoken());
      const part = nth === 0 ? { ...now, from: at } : { ...now, to: at };
      const { from, to } = partOf(spoken());
      const isSame = part.from === from && part.to === to;
      dragged = ends && isSame ? undefined : part;
      showWave();
      if (ends && !isSame) trimTo(part);
    },
    seek(at) {
      const [now, narration] = [scene(), spoken()];
      if (now && narration) player.show(now.id, Math.max(0, now.before + at - (narration.skip ?? 0)));
    },
  });
  const told = element('p', { class: 'narration-told', role: 'status' });
  const switches: Field[] = [
    switchField({
      label: text.all,
      get: () => narrating.get().all,
      set: all => narrating.set({ all }),
    }),
    switchField({
      label: text.shows,
      get: () => narrating.get().shows,
      set: shows => narrating.set({ shows }),
    }),
  ];
  const heading = element('h3', { id: 'film-narration-title' });
  const close = iconButton('close', text.close, () => store.set({ filmSheet: undefined }));
  const rest = element('div', { class: 'narration-row' }, record, play, remove, file);
  const own = element(
    'div',
    { class: 'narration-own' },
    wave.root,
    element('div', { class: 'narration-row' }, trim, whole, stretch),
  );
  const root = element(
    'section',
    { class: 'film-export narration', 'aria-labelledby': heading.id, hidden: true },
    element('div', { class: 'film-export-head' }, heading, close),
    script,
    rest,
    live,
    own,
    told,
    row(text.all, switches[0].root),
    row(text.shows, switches[1].root),
    element('div', { class: 'narration-row' }, over),
  );

  // ── what is done ──
  /** Plays until the scene ends. */
  let stopsAfter: string | undefined;
  const playScene = () => {
    const now = scene();
    if (!now) return;
    if (player.isPlaying()) return player.pause();
    if (player.seconds() >= lengthOf(board.get(), now) - 0.05) player.show(now.id);
    stopsAfter = now.id;
    player.play();
  };
  const followPlayer = () => {
    const now = scene();
    if (!player.isPlaying()) stopsAfter = undefined;
    else if (stopsAfter !== undefined && stopsAfter !== now?.id) {
      const before = board.get().scenes.find(({ id }) => id === stopsAfter);
      player.pause();
      if (before) player.show(before.id, lengthOf(board.get(), before));
    }
    if (root.hidden) return;
    const narration = spoken();
    const word = player.isPlaying() ? text.pause : text.play;
    if (play.lastChild!.textContent !== word) play.replaceChildren(icon(player.isPlaying() ? 'pause' : 'play'), word);
    const at = narration && now ? (narration.skip ?? 0) + player.seconds() - now.before : undefined;
    wave.playhead(at !== undefined && at >= 0 && at <= waved.seconds ? at : undefined);
  };
  const trimTo = (part: { from: number; to: number } | 'whole' | undefined) => {
    const narration = spoken();
    if (!narration || !board.mayEdit()) return;
    player.pause();
    const wanted = part === 'whole' ? { from: 0, to: waved.seconds } : part;
    void narrating.trim(narration, wanted).finally(() => {
      dragged = undefined;
      showWave();
    });
  };

  // ── what is shown ──
  const partOf = (narration: Narration | undefined) => {
    const from = narration?.skip ?? 0;
    return { from, to: from + (narration?.seconds ?? 0) };
  };
  /** The picture of the whole recording. */
  let waved: { id?: string; seconds: number; peaks: readonly number[] } = { seconds: 0, peaks: [] };
  const showWave = () => {
    const heard = dragged ?? partOf(spoken());
    wave.show({ ...waved, points: waved.peaks.length > 0 ? [heard.from, heard.to] : [], heard });
  };
  const readWave = async (narration: Narration) => {
    waved = { id: narration.id, seconds: narration.seconds, peaks: [] };
    try {
      const sound = await narrating.sounds.whole(narration);
      const peaks = await narrating.sounds.desk.do('wave', { sound, parts: PARTS });
      const most = Math.max(0.05, ...peaks);
      if (waved.id !== narration.id) return;
      waved = { id: narration.id, seconds: secondsOf(sound), peaks: peaks.map(peak => peak / most) };
    } catch (error) {
      refuse(error);
    }
    showWave();
  };
  let judged: string | undefined;
  const judge = async (narration: Narration) => {
    const key = JSON.stringify([narration.id, narration.skip, narration.seconds]);
    judged = key;
    const found = await narrating.study(narration).catch(() => undefined);
    if (judged === key && found) told.textContent = wordsOf(narration, found);
  };
  const wordsOf = ({ seconds }: Narration, { loudness, reached, gain, clipped }: Study): string => {
    const length = text.lasts(clock(seconds));
    if (loudness === undefined || reached === undefined) return `${length} ${text.problems.silence}`;
    const evened = text.evened(rounded(loudness, 1), rounded(reached, 1), `${gain < 0 ? '' : '+'}${rounded(gain, 1)}`);
    const doubts = [
      clipped && text.clipped,
      loudness < WHISPER && text.whisper,
      loudness >= WHISPER && reached < LOUDNESS - NEAR && text.unreached,
    ];
    return [length, evened, ...doubts.filter(each => each !== false)].join(' ');
  };
  /** The scene that is recorded, or the chosen one. */
  const sceneNow = () => board.get().scenes.find(({ id }) => id === narrating.get().scene) ?? scene();
  const showCaption = () => {
    const now = sceneNow();
    caption.textContent = now ? films.caption(now) : '';
  };
  let shown: { meter?: View; stream?: MediaStream; phase: string } = { phase: 'rest' };
  let clockFrame = 0;
  const tick = () => {
    clockFrame = narrating.get().phase === 'recording' ? requestAnimationFrame(tick) : 0;
    const now = clock(narrating.seconds());
    if (time.textContent !== now) time.textContent = now;
  };
  const show = () => {
    root.hidden = store.get().filmSheet !== 'narration' || !store.get().filming;
    const { phase, count: left, stream, all, working } = narrating.get();
    if (stream !== shown.stream) {
      shown.meter?.destroy();
      shown = { ...shown, stream, meter: stream && createLevelMeter(meterRoom, stream) };
    }
    if (root.hidden) return;
    const storyboard = board.get();
    const now = sceneNow();
    const narration = narrationOf(storyboard, now);
    const isResting = phase === 'rest';
    const title = now ? text.titleOf(placeOf(storyboard, now.id) + 1, now.title) : text.title;
    if (heading.textContent !== title) heading.textContent = title;
    showCaption();
    notes.textContent = now?.notes ?? '';
    if (now && now.caption + now.notes === '') notes.textContent = text.noScript;
    rest.hidden = !isResting;
    live.hidden = isResting;
    own.hidden = !isResting || !narration;
    play.hidden = remove.hidden = !narration;
    stretch.hidden = now?.duration === 'narration';
    const mayEdit = board.mayEdit() && now !== undefined;
    for (const each of [record, remove, file, over, trim, whole, stretch]) each.disabled = !mayEdit;
    const word = narration ? text.retake : text.record;
    if (record.lastChild!.textContent !== word) record.lastChild!.textContent = word;
    skip.hidden = phase !== 'counting' && phase !== 'asking';
    count.hidden = phase !== 'counting';
    const said = phase === 'counting' ? String(left) : '';
    if (count.textContent !== said) count.textContent = said;
    time.hidden = phase === 'counting';
    if (phase === 'asking') time.textContent = text.asking;
    const place = placeOf(storyboard, now?.id);
    next.hidden = phase !== 'recording' || !all || place === storyboard.scenes.length - 1;
    stop.classList.toggle('primary', phase === 'recording' && next.hidden);
    stop.classList.toggle('outlined', phase !== 'recording' || !next.hidden);
    if (phase === 'recording') clockFrame ||= requestAnimationFrame(tick);
    for (const field of switches) field.update();
    if (narration && isResting) {
      if (waved.id !== narration.id) void readWave(narration);
      else showWave();
      void judge(narration);
    } else {
      judged = undefined;
      told.textContent = '';
    }
    if (working > 0 && isResting) told.textContent = text.working;
    const isLost = isFocusLost();
    if (phase !== shown.phase || (phase === 'recording' && isLost)) {
      shown.phase = phase;
      const wanted = { rest: record, asking: skip, counting: skip, recording: next.hidden ? stop : next }[phase];
      if (root.contains(document.activeElement) || isLost) wanted.focus();
    }
    followPlayer();
  };
  const opened = () => {
    const wasHidden = root.hidden;
    if (store.get().filmSheet !== 'narration' && narrating.get().phase !== 'rest') void narrating.stop();
    show();
    if (wasHidden && !root.hidden) record.focus();
  };
  root.addEventListener('keydown', event => {
    if (narrating.get().phase === 'rest') return;
    // The playhead follows the take.
    if (/^(Arrow|Page|Escape$)/.test(event.key)) {
      event.stopPropagation();
      event.preventDefault();
    }
    if (event.key === 'Escape') void narrating.stop();
  });
  parent.append(root);
  show();
  return destroyAll(root, [
    store.on(['filmSheet', 'filming'], opened),
    board.onChange(show),
    films.onChange(() => root.hidden || showCaption()),
    narrating.onChange(show),
    player.onChange(followPlayer),
    () => cancelAnimationFrame(clockFrame),
    () => shown.meter?.destroy(),
  ]);
}
