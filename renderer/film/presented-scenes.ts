/** The scenes of a storyboard over the whole window: the picture, what is laid over it, and the strip below. */
import { pictureAt, WIDE } from '../../shared/film/film.ts';
import type { Box } from '../../shared/film/picture.ts';
import type { FilmLook } from '../../shared/film/storyboard.ts';
import { messages } from '../../shared/messages.ts';
import { coloursOf } from '../core/colours.ts';
import { element, setAttributes } from '../core/element.ts';
import { pixelRatio } from '../core/magnified.ts';
import type { Store, View } from '../core/store.ts';
import { type Camera, cameraBetween, cameraBy, cameraOn, seen, WHOLE } from './camera.ts';
import { type FilmTheme, type Look, readLook } from './look.ts';
import { createOverPicture } from './over-picture.ts';
import { paintPicture } from './paint.ts';
import type { Presentation } from './presentation.ts';
import { keyOfScenes } from './presenter-keys.ts';
import { type Contrast, createPresenterTools } from './presenter-tools.ts';
import type { Voice } from './narration/voice.ts';
import { createSceneStrip } from './scene-strip.ts';
import './present.css';

/** Milliseconds that the camera takes to a part and back. */
const ZOOM_TAKES = 350;
/** How much + and − change the picture. */
const ZOOM_STEP = 1.25;

type Needs = { store: Store; presentation: Presentation; voice: Voice; notes: () => boolean; leave: () => void };

export function presentScenes(parent: HTMLElement, { store, presentation, voice, notes, leave }: Needs): View {
  const text = messages.present;
  const { platform } = store.get().capabilities;
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let contrast: Contrast;
  let look: Look | undefined;
  let typed = '';
  let camera: Camera = WHOLE;
  /** Where the camera goes, from where, and since when. */
  let way: { from: Camera; to: Camera; since: number } | undefined;
  /** What the picture on the canvas follows from. */
  let painted: readonly unknown[] = [];
  let told = '';
  let frame = 0;

  const canvas = element('canvas', { class: 'presenter-picture', role: 'img' });
  const context = canvas.getContext('2d')!;
  const stage = element('div', { class: 'presenter-stage' }, canvas);
  const heading = element('b', {});
  const place = element('span', {});
  const head = element('header', { class: 'presenter-head' }, heading, ' ', place);
  const spoken = element('p', { class: 'unseen', role: 'status' });
  const problem = element('p', { class: 'presenter-problem', hidden: true });
  const strip = createSceneStrip(
    store,
    presentation,
    () => look,
    wanted => step(wanted),
  );
  const dialog = element('dialog', { class: 'presenter', 'aria-label': text.name }, stage, head, spoken, problem);

  // ── the picture ──
  const baseOf = () => canvas.clientWidth / WIDE.width;
  const readColours = () => {
    const theme: FilmTheme = contrast ?? store.get().storyboard.look;
    dialog.dataset.theme = theme;
    const { palette, inkOnPaper } = coloursOf(store.get());
    look = readLook(theme, { palette, inkOnPaper });
    strip.repaint();
  };
  const paint = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    const from = camera;
    if (way) {
      const share = still.matches ? 1 : (performance.now() - way.since) / ZOOM_TAKES;
      camera = cameraBetween(way.from, way.to, share);
      if (share >= 1) way = undefined;
      else soon();
    }
    const ratio = pixelRatio();
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round((width * WIDE.height) / WIDE.width));
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const at = presentation.at();
    const shown = presentation.scene();
    problem.hidden = shown?.film !== undefined;
    const sentence = shown?.problem === undefined ? text.loading : text.wrong(shown.scene.title, shown.problem);
    if (!problem.hidden && problem.textContent !== sentence) problem.textContent = sentence;
    // The scene before stays while this one is read.
    if (!shown || !look) return;
    if (!shown.film) {
      if (shown.problem !== undefined) context.clearRect(0, 0, width, height);
      painted = [];
      return;
    }
    const before = at.place > 0 ? presentation.scene(at.place - 1) : undefined;
    const wanted = [shown.film, shown.length, before?.film, before?.length, at.seconds, camera, width, look];
    if (wanted.every((each, nth) => each === painted[nth])) return;
    painted = wanted;
    const picture = pictureAt(shown.film, shown.length, at.seconds, {
      ...(before?.film && { before: { film: before.film, length: before.length } }),
    });
    paintPicture(context, seen(picture, camera), look);
    if (camera !== from) over.request();
    const words = text.told(at.place + 1, scenes().length, picture.spoken);
    if (words === told) return;
    spoken.textContent = told = words;
    setAttributes(canvas, { 'aria-label': picture.spoken });
  };
  /** Paints in the next frame. */
  const soon = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const scenes = () => store.get().storyboard.scenes;

  const goTo = (to: Camera) => {
    way = { from: camera, to, since: performance.now() };
    soon();
  };
  const over = createOverPicture(stage, {
    area: dialog,
    camera: () => {
      const base = baseOf();
      return {
        x: canvas.offsetLeft + base * camera.x,
        y: canvas.offsetTop + base * camera.y,
        scale: base * camera.scale,
      };
    },
    press: () => step('next'),
    zoomTo: (part?: Box) => goTo(part ? cameraOn(WIDE, part) : WHOLE),
    isZoomed: () => (way?.to ?? camera).scale > 1,
    zoomBy(by, at) {
      const base = baseOf();
      const point = { x: (at.x - canvas.offsetLeft) / base, y: (at.y - canvas.offsetTop) / base };
      goTo(cameraBy(WIDE, way?.to ?? camera, by > 1 ? ZOOM_STEP : 1 / ZOOM_STEP, point));
    },
    changed: act => tools.told(act),
  });
  const tools = createPresenterTools(dialog, dialog, {
    what: 'scenes',
    platform,
    presentation,
    over: () => over,
    isZoomed: () => (way?.to ?? camera).scale > 1,
    contrast: {
      get: () => contrast,
      set(next) {
        contrast = next;
        readColours();
      },
    },
    voice,
    focus: () => dialog.focus(),
    notes,
    leave,
    changed: () => update(),
  });
  const { help } = tools;
  const say = (words: string) => tools.say(words);

  // ── what is done ──
  const step = (wanted: Parameters<Presentation['step']>[0]) => {
    if (presentation.step(wanted)) return;
    if (wanted === 'next') say(text.lastScene);
    else if (typeof wanted === 'object') say(text.noScene(wanted.go + 1));
  };
  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    tools.press(event);
    const { target, key } = event;
    // A button is pressed by its own keys.
    if (target instanceof HTMLButtonElement && (key === 'Enter' || key === ' ') && typed === '') return;
    const found = keyOfScenes(event, typed);
    const before = typed;
    typed = found && 'typed' in found ? found.typed : '';
    if (typed !== before && typed === '') say('');
    if (!found) return;
    event.preventDefault();
    if ('typed' in found) {
      if (typed !== '') say(text.goingTo(typed));
    } else if ('move' in found) over.move(found.move);
    else if ('step' in found) step(found.step);
    else tools.perform(found.act);
  };

  // ── what follows ──
  const update = () => {
    const at = presentation.at();
    const shown = presentation.scene();
    heading.textContent = shown?.scene.title ?? '';
    place.textContent = text.sceneOf(at.place + 1, scenes().length);
    over.show(shown?.scene.id ?? '');
    strip.update();
    tools.update();
    soon();
  };
  let followed: readonly unknown[] = [];
  const follow = () => {
    const { place: now, cover, moves } = presentation.at();
    const shown = presentation.scene();
    // Another scene is shown whole.
    if (now !== followed[0]) [camera, way] = [WHOLE, undefined];
    const wanted = [now, cover, moves, scenes().length, shown?.scene.id];
    if (wanted.every((each, nth) => each === followed[nth])) {
      strip.tick();
      // While it moves, a frame has begun already.
      paint();
    } else update();
    followed = wanted;
  };
  const lookOf = (): FilmLook => store.get().storyboard.look;
  let lookNow = lookOf();
  const followLook = () => {
    if (lookOf() !== lookNow) readColours();
    lookNow = lookOf();
  };

  dialog.append(
    element(
      'footer',
      { class: 'presenter-foot' },
      strip.scenes,
      strip.marks,
      tools.bar,
      strip.transport,
      element('span', { class: 'presenter-leaves' }, text.leaves),
    ),
    tools.cover,
    help,
  );
  parent.append(dialog);
  dialog.showModal();
  dialog.tabIndex = -1;
  dialog.focus();
  readColours();
  update();
  dialog.addEventListener('keydown', onKey);
  // Whoever presses a button with the pointer still steps on by Space.
  dialog.addEventListener('click', event => event.detail > 0 && help.hidden && dialog.focus());
  dialog.addEventListener('cancel', event => event.preventDefault());
  const sized = new ResizeObserver(soon);
  sized.observe(stage);
  const ends = [
    presentation.onChange(follow),
    store.on(['storyboard'], () => {
      followLook();
      update();
    }),
    store.on(['settings', 'sheet', 'dataChoice'], () => {
      readColours();
      soon();
    }),
    () => cancelAnimationFrame(frame),
    () => sized.disconnect(),
  ];
  return {
    destroy() {
      for (const end of ends) end();
      for (const view of [over, tools, strip]) view.destroy();
      dialog.close();
      dialog.remove();
    },
  };
}
