/** The scenes of a storyboard over the whole window: the picture, what is laid over it, and the strip below. */
import { pictureAt, WIDE } from '../../shared/film/film.ts';
import type { Box } from '../../shared/film/picture.ts';
import type { FilmLook } from '../../shared/film/storyboard.ts';
import { messages } from '../../shared/messages.ts';
import { coloursOf } from '../core/colours.ts';
import { element, setAttributes } from '../core/element.ts';
import { inOwnFrame } from '../core/frames.ts';
import { pixelRatio } from '../core/magnified.ts';
import type { Store, View } from '../core/store.ts';
import { type Camera, cameraBetween, cameraBy, cameraOn, seen, WHOLE } from './camera.ts';
import { takeScreen } from './full-screen.ts';
import { type FilmTheme, type Look, readLook } from './look.ts';
import { createOverPicture } from './over-picture.ts';
import { paintPicture } from './paint.ts';
import type { Presentation } from './presentation.ts';
import { createPressedKeys } from './pressed-keys.ts';
import { createPresenterBar, restWithPointer } from './presenter-bar.ts';
import { presenterHelp } from './presenter-help.ts';
import { keyOfScenes, type PresenterAct } from './presenter-keys.ts';
import { createSceneStrip } from './scene-strip.ts';
import type { Voice } from './narration/voice.ts';
import { createToast, toldOf } from './toast.ts';
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
  const contrasts = [undefined, 'contrast', 'contrast-light'] as const;
  let contrast = 0;
  let look: Look | undefined;
  let typed = '';
  let camera: Camera = WHOLE;
  /** Where the camera goes, from where, and since when. */
  let way: { from: Camera; to: Camera; since: number } | undefined;
  /** What the canvas shows. */
  let painted = '';
  let told = '';

  const canvas = element('canvas', { class: 'presenter-picture', role: 'img' });
  const context = canvas.getContext('2d')!;
  const stage = element('div', { class: 'presenter-stage' }, canvas);
  const heading = element('b', {});
  const place = element('span', {});
  const head = element('header', { class: 'presenter-head' }, heading, ' ', place);
  const spoken = element('p', { class: 'unseen', role: 'status' });
  const problem = element('p', { class: 'presenter-problem', hidden: true });
  const cover = element('div', { class: 'presenter-cover', hidden: true });
  const strip = createSceneStrip(
    store,
    presentation,
    () => look,
    wanted => step(wanted),
  );
  const bar = createPresenterBar('scenes', platform, act => perform(act));
  const help = presenterHelp('scenes', platform, () => toggleHelp());
  help.hidden = true;
  const dialog = element(
    'dialog',
    { class: 'presenter', 'aria-label': text.name },
    stage,
    head,
    spoken,
    problem,
    element(
      'footer',
      { class: 'presenter-foot' },
      strip.scenes,
      strip.marks,
      bar.root,
      strip.transport,
      element('span', { class: 'presenter-leaves' }, text.leaves),
    ),
    cover,
    help,
  );
  const toast = createToast(dialog);

  // ── the picture ──
  const baseOf = () => canvas.clientWidth / WIDE.width;
  const readColours = () => {
    const theme: FilmTheme = contrasts[contrast] ?? store.get().storyboard.look;
    dialog.dataset.theme = theme;
    const { palette, inkOnPaper } = coloursOf(store.get());
    look = readLook(theme, { palette, inkOnPaper });
    painted = '';
    strip.repaint();
  };
  const paint = () => {
    if (way) {
      const share = still.matches ? 1 : (performance.now() - way.since) / ZOOM_TAKES;
      camera = cameraBetween(way.from, way.to, share);
      if (share >= 1) way = undefined;
      else soon.request();
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
      painted = '';
      return;
    }
    const wanted = JSON.stringify([shown.scene, at.seconds, camera, width, store.get().workbook.contentRevision]);
    if (wanted === painted) return;
    painted = wanted;
    const before = at.place > 0 ? presentation.scene(at.place - 1) : undefined;
    const picture = pictureAt(shown.film, shown.length, at.seconds, {
      ...(before?.film && { before: { film: before.film, length: before.length } }),
    });
    paintPicture(context, seen(picture, camera), look);
    setAttributes(canvas, { 'aria-label': picture.spoken });
    const words = text.told(at.place + 1, scenes().length, picture.spoken);
    if (words !== told) spoken.textContent = told = words;
    over.request();
  };
  const soon = inOwnFrame(paint);
  const scenes = () => store.get().storyboard.scenes;

  const goTo = (to: Camera) => {
    way = { from: camera, to, since: performance.now() };
    soon.request();
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
    changed(act) {
      say(toldOf(act, over));
      update();
    },
  });

  const say = (words: string) => toast.say(words);

  // ── what is done ──
  const step = (wanted: Parameters<Presentation['step']>[0]) => {
    if (presentation.step(wanted)) return;
    if (wanted === 'next') say(text.lastScene);
    else if (typeof wanted === 'object') say(text.noScene(wanted.go + 1));
  };
  const toggleHelp = () => {
    help.hidden = !help.hidden;
    if (help.hidden) dialog.focus();
    else help.focus();
    update();
  };
  const perform = (act: PresenterAct) => {
    if (over.act(act)) return;
    if (act === 'leave') {
      if (help.hidden) leave();
      else toggleHelp();
    } else if (act === 'help') toggleHelp();
    else if (act === 'keys') {
      pressed.toggle();
      say((pressed.isShown() ? text.on : text.off)(text.acts.keys));
    } else if (act === 'voice') {
      voice.toggle();
      say((voice.isOn() ? text.on : text.off)(text.acts.voice));
    } else if (act === 'contrast') {
      contrast = (contrast + 1) % contrasts.length;
      readColours();
      say(text.looks[contrasts[contrast] ?? 'own']);
    } else if (act === 'fullScreen') screen.toggle();
    else if (act === 'notes') {
      screen.expectEnd();
      if (!notes()) say(text.popupRefused);
    }
    update();
  };
  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    pressed.press(event);
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
    else perform(found.act);
  };

  // ── what follows ──
  const update = () => {
    const at = presentation.at();
    const shown = presentation.scene();
    heading.textContent = shown?.scene.title ?? '';
    place.textContent = text.sceneOf(at.place + 1, scenes().length);
    if (at.cover && cover.dataset.cover !== at.cover) say(text.covers[at.cover]);
    cover.hidden = at.cover === undefined;
    cover.dataset.cover = at.cover ?? '';
    over.show(shown?.scene.id ?? '');
    strip.update();
    bar.update({
      tool: over.tool(),
      zoomed: (way?.to ?? camera).scale > 1,
      pen: over.pen(),
      keys: pressed.isShown(),
      contrast: contrast > 0,
      voice: voice.isOn(),
      help: !help.hidden,
    });
    soon.request();
  };
  /** Another scene is shown whole. */
  let followed = '';
  let shownPlace = presentation.at().place;
  const follow = () => {
    const { place: now, cover: over, moves } = presentation.at();
    if (now !== shownPlace) [camera, way] = [WHOLE, undefined];
    shownPlace = now;
    const wanted = JSON.stringify([now, over, moves, scenes().length, presentation.scene()?.scene.id]);
    if (wanted === followed) strip.tick();
    else update();
    followed = wanted;
    soon.request();
  };
  const lookOf = (): FilmLook => store.get().storyboard.look;
  let lookNow = lookOf();
  const followLook = () => {
    if (lookOf() !== lookNow) readColours();
    lookNow = lookOf();
  };

  const pressed = createPressedKeys(dialog, platform, text.keyNames.space);
  parent.append(dialog);
  dialog.showModal();
  dialog.tabIndex = -1;
  dialog.focus();
  const screen = takeScreen(() => leave());
  readColours();
  update();
  dialog.addEventListener('keydown', onKey);
  // Whoever presses a button with the pointer still steps on by Space.
  dialog.addEventListener('click', event => event.detail > 0 && help.hidden && dialog.focus());
  dialog.addEventListener('cancel', event => event.preventDefault());
  const sized = new ResizeObserver(() => soon.request());
  sized.observe(stage);
  const ends = [
    presentation.onChange(follow),
    store.on(['storyboard'], () => {
      followLook();
      update();
    }),
    store.on(['settings', 'sheet', 'dataChoice'], readColours),
    restWithPointer(dialog, dialog),
    soon.cancel,
    () => sized.disconnect(),
  ];
  return {
    destroy() {
      for (const end of ends) end();
      for (const view of [over, pressed, toast, strip, screen]) view.destroy();
      dialog.close();
      dialog.remove();
    },
  };
}
