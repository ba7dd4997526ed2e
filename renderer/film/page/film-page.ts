/** The script of a page that plays a storyboard by itself: no server, no network, the real numbers. */
import { contentText } from '../../../shared/cell-content.ts';
import { formatAddress } from '../../../shared/address.ts';
import { describeElement } from '../../../shared/describe.ts';
import { shortClock } from '../../../shared/film/captions.ts';
import { boxOf, type CellGrid, type CellSpot, gridsIn, spotAt, spotBeside } from '../../../shared/film/cells-in.ts';
import { captionAt, HIGH, pictureAt, WIDE } from '../../../shared/film/film.ts';
import { elementIn, stateAt } from '../../../shared/film/numbers.ts';
import type { Picture } from '../../../shared/film/picture.ts';
import {
  beginningOf,
  entryOf,
  filmLength,
  lengthOf,
  motionSpan,
  placeInFilm,
  progressAt,
} from '../../../shared/film/timeline.ts';
import { decimalSign } from '../../../shared/messages/format.ts';
import { messages, speak } from '../../../shared/messages.ts';
import { formatFloat32 } from '../../../shared/numbers.ts';
import { element, icon, iconButton, setAttributes } from '../../core/element.ts';
import type { Sound } from '../export/messages.ts';
import { decodeSound } from '../narration/decode.ts';
import { createHeard } from '../narration/heard.ts';
import { narrationOf } from '../narration/narration-edits.ts';
import { paintPicture } from '../paint.ts';
import './film-page.css';
import { type PageFilm, unpackPage } from './page-data.ts';

const inFull = (value: number) => formatFloat32(value).replace('.', decimalSign);

const film = unpackPage(document.querySelector('#film')!.textContent);
speak(film.language);
document.body.append(createPlayer(film));

function createPlayer({ title, storyboard, films, look, sounds }: PageFilm): HTMLElement {
  const text = messages.filmFiles.page;
  const { scenes } = storyboard;
  const end = filmLength(storyboard);
  for (const [name, colour] of Object.entries(look.colours)) document.body.style.setProperty(`--${name}`, colour);
  document.body.style.setProperty('--ui', look.fonts.ui);
  document.documentElement.style.colorScheme = storyboard.look === 'dark' ? 'dark' : 'light';
  const calm = matchMedia('(prefers-reduced-motion: reduce)');

  const canvas = element('canvas', { tabindex: 0, role: 'application', 'aria-describedby': 'help' });
  const pointer = element('div', { class: 'pointer', hidden: true });
  const told = element('p', { class: 'cell', role: 'status' });
  const caption = element('p', { class: 'caption', 'aria-live': 'polite' });
  const back = iconButton('step', text.back, () => toScene(-1));
  back.classList.add('mirrored');
  const play = iconButton('play', text.play, () => (calm.matches ? step() : toggle()));
  const on = iconButton('step', text.on, () => toScene(1));
  const decoded = new Map<string, Promise<Sound>>();
  const heard = createHeard({ heard: ({ id }) => soundOf(id) });
  const voice = iconButton('sound', text.voice, () => {
    isMute = !isMute;
    setAttributes(voice, { 'aria-pressed': String(!isMute) });
    if (isMute) heard.rest();
    else if (calm.matches) speakFrom(shownScene);
  });
  voice.hidden = sounds.size === 0;
  setAttributes(voice, { title: `${text.voice} (M)`, 'aria-keyshortcuts': 'M' });
  const slider = element('input', { type: 'range', min: 0, max: end, step: 0.05, 'aria-label': text.time });
  const clock = element('span', { class: 'clock' });
  const entries = scenes.map((scene, place) => {
    const name = scene.title.trim() === '' ? messages.filmFiles.sceneNumber(place + 1) : scene.title;
    const begins = shortClock(beginningOf(storyboard, place));
    const button = element('button', { type: 'button' }, element('span', {}, name), element('small', {}, begins));
    button.addEventListener('click', () => go(beginningOf(storyboard, place)));
    return button;
  });
  const list = element('ol', {}, ...entries.map(entry => element('li', {}, entry)));
  const root = element(
    'main',
    {},
    element('h1', {}, title),
    element(
      'div',
      { class: 'film' },
      element(
        'div',
        { class: 'screen' },
        element('div', { class: 'picture' }, canvas, pointer),
        caption,
        element(
          'div',
          { class: 'controls', role: 'group', 'aria-label': text.controls },
          back,
          play,
          on,
          slider,
          clock,
          voice,
        ),
        told,
        element('p', { class: 'help', id: 'help' }, text.help),
      ),
      element('nav', { 'aria-label': text.scenes }, list),
    ),
  );

  let time = 0;
  let playing = false;
  // Where one goes on step by step, nobody has asked yet for something that begins by itself.
  let isMute = calm.matches;
  /** When the narration began that is heard while nothing moves. */
  let speaking = 0;
  let picture: Picture | undefined;
  let grids: CellGrid[] = [];
  let chosen: CellSpot | undefined;
  let shownScene = -1;

  setAttributes(voice, { 'aria-pressed': String(!isMute) });
  const placeNow = () => placeInFilm(storyboard, time)!;
  function paint(): void {
    const { place, seconds } = placeNow();
    const size = innerHeight > innerWidth * 1.15 ? HIGH : WIDE;
    const { clientWidth } = canvas;
    const height = Math.round((clientWidth * size.height) / size.width);
    const [wide, high] = [clientWidth, height].map(side => Math.max(1, Math.round(side * devicePixelRatio)));
    canvas.style.height = `${height}px`;
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    const before = place > 0 ? { film: films[place - 1], length: lengthOf(storyboard, scenes[place - 1]) } : undefined;
    const options = { size, captions: false, ...(before && { before }) };
    picture = pictureAt(films[place], lengthOf(storyboard, scenes[place]), seconds, options);
    paintPicture(canvas.getContext('2d')!, picture, look);
    grids = gridsIn(picture.items);
    if (chosen) choose(again(chosen));
  }
  /** The same place in the present picture. */
  function again(spot: CellSpot): CellSpot | undefined {
    const box = boxOf(spot);
    return spotAt(grids, box.x + box.width / 2, box.y + box.height / 2);
  }
  function show(): void {
    const { place, seconds } = placeNow();
    const scene = scenes[place];
    paint();
    // Numbers that change while the film plays aren't read out one after another.
    caption.setAttribute('aria-live', playing && place === shownScene ? 'off' : 'polite');
    if (place !== shownScene) {
      shownScene = place;
      // Decoded before they are needed, so that nothing of their beginning is lost.
      for (const near of [spokenAt(place), spokenAt(place + 1)]) if (near) soundOf(near.id).catch(() => {});
      for (const [nth, entry] of entries.entries())
        setAttributes(entry, { 'aria-current': nth === place ? 'step' : undefined });
    }
    const said = captionAt(films[place], progressAt(scene, lengthOf(storyboard, scene), seconds)).text || scene.title;
    if (caption.textContent !== said) caption.textContent = said;
    setAttributes(canvas, { 'aria-label': picture!.spoken });
    slider.value = String(time);
    slider.setAttribute('aria-valuetext', text.timeSpoken(shortClock(time), shortClock(end), scene.title));
    clock.textContent = `${shortClock(time)} / ${shortClock(end)}`;
    const name = calm.matches ? text.step : playing ? text.pause : text.play;
    if (play.title !== name || calm.matches) {
      setAttributes(play, { title: name, 'aria-label': name });
      play.replaceChildren(icon(calm.matches ? 'next' : playing ? 'pause' : 'play'));
    }
    told.setAttribute('aria-live', playing ? 'off' : 'polite');
  }
  function go(to: number): void {
    time = Math.max(0, Math.min(end, to));
    show();
    if (playing) speakNow();
  }
  function soundOf(id: string): Promise<Sound> {
    const sound = decoded.get(id) ?? decodeSound(sounds.get(id)!);
    decoded.set(id, sound);
    return sound;
  }
  const spokenAt = (place: number) => {
    const narration = narrationOf(storyboard, scenes[place]);
    return narration && sounds.has(narration.id) ? narration : undefined;
  };
  /** Lets the narration be heard that belongs to this moment. */
  function speakNow(): void {
    const { place, seconds } = placeNow();
    heard.at(isMute ? undefined : spokenAt(place), seconds - scenes[place].before);
  }
  /** Lets a scene's narration be heard from its beginning, while nothing moves. */
  function speakFrom(place: number): void {
    const since = performance.now();
    const narration = spokenAt(place);
    const next = (now: number) => {
      const seconds = (now - since) / 1000;
      if (speaking !== since || isMute || !narration || seconds > narration.seconds) return heard.rest();
      heard.at(narration, Math.max(0, seconds));
      return void requestAnimationFrame(next);
    };
    speaking = since;
    requestAnimationFrame(next);
  }
  function toggle(): void {
    playing = !playing;
    if (playing && time >= end) time = 0;
    let last = performance.now();
    const next = (now: number) => {
      if (!playing) return;
      time += (now - last) / 1000;
      last = now;
      if (time >= end) pause();
      go(time);
      requestAnimationFrame(next);
    };
    if (playing) requestAnimationFrame(next);
    else heard.rest();
    show();
  }
  function pause(): void {
    playing = false;
    heard.rest();
  }
  function toScene(by: 1 | -1): void {
    const { place, seconds } = placeNow();
    // As in players: back goes to the beginning of the scene first.
    const to = by < 0 && seconds > 1 ? place : Math.max(0, Math.min(scenes.length - 1, place + by));
    go(beginningOf(storyboard, to));
  }
  /** The moments that are shown one after another where nothing shall move. */
  const stops = scenes.flatMap((scene, place) => {
    const [begins, length] = [beginningOf(storyboard, place), lengthOf(storyboard, scene)];
    const entered = entryOf(scene, length);
    const { from, to } = motionSpan(scene, length);
    // Where only the picture comes about, it is shown whole.
    const shares = scene.motion.kind === 'still' ? [1] : [0, 0.25, 0.5, 0.75, 1];
    return shares.map(share => begins + Math.max(entered, from + share * (to - from)));
  });
  function step(): void {
    const before = shownScene;
    go(stops.find(stop => stop > time + 0.01) ?? stops[0]);
    if (shownScene !== before) speakFrom(shownScene);
  }

  function choose(spot: CellSpot | undefined): void {
    chosen = spot;
    pointer.hidden = !spot;
    if (!spot || !picture) return;
    const box = boxOf(spot);
    const share = canvas.clientWidth / picture.size.width;
    Object.assign(pointer.style, {
      left: `${box.x * share}px`,
      top: `${box.y * share}px`,
      width: `${box.width * share}px`,
      height: `${box.height * share}px`,
    });
    const words = wordsOf(spot);
    if (told.textContent !== words) told.textContent = words;
  }
  function wordsOf({ grid, nth }: CellSpot): string {
    const { place, seconds } = placeNow();
    const now = films[place];
    const found = grid.elementAt(nth)!;
    const state = stateAt(now, progressAt(scenes[place], lengthOf(storyboard, scenes[place]), seconds));
    const content = elementIn(now.sheet, state, found);
    const address = formatAddress(now.sheet.layout.cellOf(found.tensor, found.index));
    const value = content === undefined ? '' : contentText(content, inFull);
    return text.cell(address, describeElement(now.sheet, found), value);
  }
  const spotUnder = ({ offsetX, offsetY }: PointerEvent) => {
    const share = picture ? picture.size.width / canvas.clientWidth : 1;
    return spotAt(grids, offsetX * share, offsetY * share);
  };
  canvas.addEventListener('pointermove', event => {
    if (event.pointerType === 'mouse') choose(spotUnder(event));
  });
  canvas.addEventListener('pointerdown', event => choose(spotUnder(event)));
  const WAYS: Record<string, readonly [number, number]> = {
    ArrowRight: [1, 0],
    ArrowLeft: [-1, 0],
    ArrowDown: [0, 1],
    ArrowUp: [0, -1],
  };
  canvas.addEventListener('keydown', event => {
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    const next = spotBeside(grids, chosen, way);
    if (next) choose(next);
  });
  slider.addEventListener('input', () => go(Number(slider.value)));
  document.addEventListener('keydown', event => {
    const onButton = event.target instanceof HTMLButtonElement;
    if (event.key === ' ' && !onButton) play.click();
    else if (event.key === 'PageDown') toScene(1);
    else if (event.key === 'PageUp') toScene(-1);
    else if (event.key.toLowerCase() === 'm' && sounds.size > 0) voice.click();
    else return;
    event.preventDefault();
  });
  calm.addEventListener('change', () => {
    pause();
    show();
  });
  new ResizeObserver(paint).observe(canvas.parentElement!);
  // Numbers are painted with a typeface of the page, which may still be loading.
  void document.fonts.ready.then(show);
  queueMicrotask(show);
  return root;
}
