/** The strip under a presented picture: a thumbnail for each scene, the moments of the scene as dots, and back, pause
 *  and next. */
import { pictureAt, WIDE } from '../../shared/film/film.ts';
import type { FilmScene } from '../../shared/film/storyboard.ts';
import { messages } from '../../shared/messages.ts';
import { element, icon, setAttributes } from '../core/element.ts';
import { inOwnFrame } from '../core/frames.ts';
import { pixelRatio } from '../core/magnified.ts';
import type { Store, View } from '../core/store.ts';
import type { Look } from './look.ts';
import { paintPicture } from './paint.ts';
import type { Presentation } from './presentation.ts';
import type { PresentedStep } from './presented.ts';

export type SceneStrip = View & {
  scenes: HTMLElement;
  marks: HTMLElement;
  transport: HTMLElement;
  update(): void;
  /** Follows the time of the scene that is shown. */
  tick(): void;
  /** Paints the thumbnails again, in other colours. */
  repaint(): void;
};

/** A thumbnail's width in CSS pixels. */
const WIDTH = 106;

type Thumbnail = {
  item: HTMLElement;
  button: HTMLButtonElement;
  canvas: HTMLCanvasElement;
  title: HTMLElement;
  painted: string;
};

export function createSceneStrip(
  store: Store,
  presentation: Presentation,
  look: () => Look | undefined,
  step: (step: PresentedStep) => void,
): SceneStrip {
  const text = messages.present;
  const scenes = element('ol', { class: 'presenter-scenes', 'aria-label': text.scenes });
  const marks = element('div', { class: 'presenter-marks', hidden: true });
  const round = (name: string, kind: string, wanted: PresentedStep) => {
    const button = element('button', {
      type: 'button',
      class: `presenter-round ${kind}`,
      'aria-label': name,
      title: name,
    });
    button.addEventListener('click', () => step(wanted));
    return button;
  };
  const back = round(text.transport.back, '', 'back');
  const pause = round('', 'main', 'pause');
  const next = round(text.transport.next, '', 'next');
  back.append(icon('back'));
  next.append(icon('step'));
  const transport = element('div', { class: 'presenter-transport' }, back, pause, next);
  const thumbnails: Thumbnail[] = [];
  const inView = new Set<Element>();
  const seeing = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) inView.add(target);
        else inView.delete(target);
      }
      soon.request();
    },
    { root: scenes },
  );

  const thumbnailAt = (place: number): Thumbnail => {
    const canvas = element('canvas', { 'aria-hidden': true });
    const title = element('span', {});
    const button = element('button', { type: 'button', class: 'presenter-scene' }, canvas, title);
    button.addEventListener('click', () => step({ go: place }));
    seeing.observe(button);
    return { item: element('li', {}, button), button, canvas, title, painted: '' };
  };
  /** Whether a thumbnail waits for a scene that is read. */
  let waits = false;
  /** Paints one thumbnail that is in view. The scenes are read one after the other, after the one that is shown. */
  const paint = () => {
    const colours = look();
    waits = !colours || !isKnown(presentation.scene());
    if (!colours || waits) return;
    for (const [place, thumbnail] of thumbnails.entries()) {
      const wanted = presentation.nameOf(place);
      if (!inView.has(thumbnail.button) || thumbnail.painted === wanted) continue;
      const scene = presentation.scene(place);
      waits = !isKnown(scene);
      if (waits) return;
      thumbnail.painted = wanted;
      soon.request();
      if (!scene?.film) continue;
      const { canvas } = thumbnail;
      canvas.width = Math.round(WIDTH * pixelRatio());
      canvas.height = Math.round((canvas.width * WIDE.height) / WIDE.width);
      paintPicture(
        canvas.getContext('2d')!,
        pictureAt(scene.film, scene.length, scene.rest, { captions: false }),
        colours,
      );
      return;
    }
  };
  const soon = inOwnFrame(paint);

  let titled = '';
  const showScenes = (now: readonly FilmScene[]) => {
    const titles = now.map(({ title }) => title);
    if (JSON.stringify(titles) === titled) return;
    titled = JSON.stringify(titles);
    for (const { button, item } of thumbnails.splice(now.length)) {
      seeing.unobserve(button);
      inView.delete(button);
      item.remove();
    }
    while (thumbnails.length < now.length) thumbnails.push(thumbnailAt(thumbnails.length));
    for (const [place, { button, title }] of thumbnails.entries()) {
      title.textContent = `${place + 1} ${titles[place]}`;
      setAttributes(button, { 'aria-label': text.sceneName(place + 1, titles[place]) });
    }
    scenes.replaceChildren(...thumbnails.map(({ item }) => item));
  };
  let marked = '';
  const showMarks = (scene: FilmScene, seconds: number) => {
    const order = scene.marks.toSorted((a, b) => a.at - b.at);
    const passed = order.filter(({ at }) => at <= seconds).length;
    const wanted = JSON.stringify([order, passed]);
    if (wanted === marked) return;
    marked = wanted;
    marks.hidden = order.length === 0;
    const name = order[passed - 1]?.name ?? '';
    marks.replaceChildren(
      ...order.map((_, nth) => element('i', { class: nth === passed - 1 ? 'now' : nth < passed ? 'passed' : '' })),
      element('span', {}, name),
    );
  };
  let current = -1;
  let playing = '';
  const update = () => {
    const { storyboard } = store.get();
    const { place } = presentation.at();
    showScenes(storyboard.scenes);
    if (place !== current) {
      for (const [nth, { button }] of thumbnails.entries())
        setAttributes(button, { 'aria-current': nth === place ? 'step' : undefined });
      thumbnails[place]?.button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    current = place;
    tick();
    soon.request();
  };
  const tick = () => {
    const { seconds, moves, cover } = presentation.at();
    const shown = presentation.scene();
    if (shown) showMarks(shown.scene, seconds);
    const isOver = shown !== undefined && seconds >= shown.rest;
    const name = isOver ? 'again' : moves && !cover ? 'pause' : 'play';
    if (name !== playing) {
      pause.replaceChildren(icon(isOver ? 'replay' : name === 'pause' ? 'pause' : 'play'));
      setAttributes(pause, { 'aria-label': text.transport[name], title: text.transport[name] });
    }
    playing = name;
    if (waits) soon.request();
  };
  return {
    scenes,
    marks,
    transport,
    update,
    tick,
    repaint() {
      for (const thumbnail of thumbnails) thumbnail.painted = '';
      soon.request();
    },
    destroy() {
      seeing.disconnect();
      soon.cancel();
    },
  };
}

/** Whether what is known of a scene is of the workbook as it is now. */
const isKnown = (scene: ReturnType<Presentation['scene']>): boolean => scene === undefined || scene.isNow;
