/** The film along its time: a ruler, the scenes with their lengths, what is spoken, captions, marks and cameras, and
 *  the playhead over all of them. */
import type { FilmScene, Storyboard } from '../../shared/film/storyboard.ts';
import { beginningOf, filmLength, lengthOf } from '../../shared/film/timeline.ts';
import { messages } from '../../shared/messages.ts';
import { destroyAll, element, icon, type IconName, iconButton, setAttributes } from '../core/element.ts';
import { followPointer } from '../core/follow-pointer.ts';
import { pixelRatio, pointerAt, rectOf } from '../core/magnified.ts';
import type { Store, View } from '../core/store.ts';
import type { Board } from './board.ts';
import { clock } from './clock.ts';
import type { LoadedScenes } from './loaded-scenes.ts';
import type { Player } from './player.ts';
import { changeMark, changeScene, placeOf, removeMark, stretch, tenths } from './storyboard-edits.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Dialogs } from '../parts/dialogs.ts';

type Needs = {
  store: Store;
  board: Board;
  films: LoadedScenes;
  player: Player;
  dialogs: Dialogs;
  rate: () => number;
};
/** The widest second in CSS pixels, and the narrowest that a ruler tells apart. */
const WIDEST = 240;
const LABEL_ROOM = 64;
/** Seconds between two labels of the ruler. */
const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
/** What stays free behind the last scene. */
const TAIL = 16;

export function createTimeline(parent: Element, { store, board, films, player, dialogs, rate }: Needs): View {
  const text = messages.storyboardPanel;
  const label = sentences.storyboardPanel.labels;
  /** CSS pixels of a second; undefined: the whole film fits. */
  let zoom: number | undefined;
  /** A length that is being dragged. */
  let dragged: { id: string; seconds: number } | undefined;

  const track = (name: string, kind: string, sign?: IconName) => {
    const content = element('div', { class: 'film-track-content' });
    const head = element('div', { class: 'film-track-name' }, sign && icon(sign), name);
    return { content, root: element('div', { class: `film-track ${kind}` }, head, content) };
  };
  const ruler = track('', 'ruler');
  const scenes = track(text.scenes, 'scenes', 'film');
  const narration = track(text.narration, 'narration', 'mic');
  const captions = track(text.captions, 'captions');
  const marks = track(text.marks, 'marks');
  const cameras = track(text.camera, 'cameras');
  const all = [ruler, scenes, narration, captions, marks, cameras];
  const head = element('div', {
    class: 'film-playhead',
    role: 'slider',
    tabindex: 0,
    'aria-label': text.playhead,
    'aria-valuemin': 0,
  });
  const zooms = element(
    'div',
    { class: 'film-zooms' },
    iconButton('minus', text.zoomOut, () => zoomBy(1 / 1.5)),
    iconButton('fit', text.zoomFit, () => zoomTo(undefined)),
    iconButton('plus', text.zoomIn, () => zoomBy(1.5)),
  );
  ruler.root.querySelector('.film-track-name')!.append(zooms);
  const scroll = element('div', { class: 'film-tracks' }, ...all.map(each => each.root), head);
  const root = element('section', { class: 'film-timeline', 'aria-label': text.timeline }, scroll);

  /** Paint what is spoken in the colours of what is played by then, each if that has become another part. */
  const painters: ((time: number) => void)[] = [];
  const shownBoard = (): Storyboard => {
    const storyboard = board.get();
    return dragged ? stretch(storyboard, dragged.id, dragged.seconds) : storyboard;
  };
  /** CSS pixels of the tracks, of their names, and how far they are scrolled. To ask the page for them would lay it out
   *  in every frame. */
  const sizes = { all: 0, names: 0, scrolled: 0 };
  const measure = () => {
    sizes.all = rectOf(scroll).width;
    sizes.names = rectOf(ruler.root.firstElementChild!).width;
    draw();
  };
  scroll.addEventListener('scroll', () => (sizes.scrolled = scroll.scrollLeft), { passive: true });
  const room = () => Math.max(100, sizes.all - sizes.names - TAIL);
  const perSecond = () => zoom ?? Math.min(WIDEST, room() / Math.max(1, filmLength(shownBoard())));
  const px = (seconds: number) => `${seconds * perSecond()}px`;
  const zoomTo = (wanted: number | undefined) => {
    const fitting = room() / Math.max(1, filmLength(board.get()));
    zoom = wanted === undefined || wanted <= fitting ? undefined : Math.min(WIDEST, wanted);
    draw();
    reveal();
  };
  const zoomBy = (factor: number) => zoomTo(perSecond() * factor);
  const timeAt = (event: MouseEvent) => {
    const { left } = rectOf(scenes.content);
    return Math.max(0, (pointerAt(event).x - left) / perSecond());
  };
  /** Scrolls so that the playhead is in sight. */
  const reveal = () => {
    const at = player.time() * perSecond();
    const seen = sizes.all - sizes.names;
    if (at >= sizes.scrolled && at <= sizes.scrolled + seen - TAIL) return;
    scroll.scrollLeft = Math.max(0, at - seen / 3);
    sizes.scrolled = scroll.scrollLeft;
  };

  function draw(): void {
    if (!store.get().filming) return;
    const storyboard = shownBoard();
    const focused = scroll.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.part
      : undefined;
    const wide = `${sizes.names + filmLength(storyboard) * perSecond() + TAIL}px`;
    for (const each of all) each.root.style.minWidth = wide;
    drawRuler(storyboard);
    const rows = rowsOf(storyboard);
    scenes.content.replaceChildren(...rows.flatMap(sceneBlock));
    painters.length = 0;
    narration.content.replaceChildren(...rows.flatMap(each => peaksOf(storyboard, each)));
    captions.content.replaceChildren(...rows.flatMap(captionBlock));
    marks.content.replaceChildren(...rows.flatMap(markFlags));
    cameras.content.replaceChildren(...rows.map(cameraBlock));
    if (focused !== undefined)
      scroll.querySelector<HTMLElement>(`[data-part="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    drawHead();
  }

  function drawRuler(storyboard: Storyboard): void {
    const step = STEPS.find(each => each * perSecond() >= LABEL_ROOM) ?? STEPS.at(-1)!;
    const length = filmLength(storyboard);
    const parts = step >= 5 || step === 1 ? 5 : 4;
    const signs: HTMLElement[] = [];
    for (let at = 0; at <= Math.min(length, 4000 * step); at += step / parts) {
      const isLabel = Math.abs(at / step - Math.round(at / step)) < 1e-6;
      const tick = element('i', { class: isLabel ? 'large' : undefined });
      tick.style.left = px(at);
      signs.push(tick);
      if (!isLabel || at === 0) continue;
      const word = element('span', {}, clock(at, step < 1 ? 1 : 0));
      word.style.left = px(at);
      signs.push(word);
    }
    ruler.content.replaceChildren(...signs);
  }

  const rowsOf = (storyboard: Storyboard): Row[] =>
    storyboard.scenes.map((scene, place) => ({
      scene,
      from: beginningOf(storyboard, place),
      length: lengthOf(storyboard, scene),
      isChosen: scene.id === board.scene()?.id,
    }));
  /** The numbers in captions have come. */
  const drawCaptions = () => {
    if (store.get().filming) captions.content.replaceChildren(...rowsOf(shownBoard()).flatMap(captionBlock));
  };

  type Row = { scene: FilmScene; from: number; length: number; isChosen: boolean };
  /** What stands over a scene's time. */
  const over = (root: HTMLElement, from: number, length: number) => {
    root.style.left = px(from);
    root.style.width = `${Math.max(2, length * perSecond() - 3)}px`;
    return root;
  };
  function sceneBlock({ scene, from, length, isChosen }: Row): HTMLElement[] {
    const { id, title } = scene;
    const block = element(
      'button',
      {
        type: 'button',
        class: `film-block${isChosen ? ' on' : ''}`,
        tabindex: isChosen ? 0 : -1,
        'data-scene': id,
        'data-part': `scene ${id}`,
        'aria-current': isChosen ? 'true' : undefined,
        title: `${title}, ${text.short(length)}`,
      },
      element('span', {}, title),
      element('small', {}, text.short(length)),
    );
    block.addEventListener('click', () => goTo(id));
    const edge = element('div', {
      class: 'film-edge',
      role: 'slider',
      tabindex: isChosen && board.mayEdit() ? 0 : -1,
      'data-scene': id,
      'data-part': `edge ${id}`,
      'aria-label': text.lengthOf(title),
      'aria-valuemin': 0,
      'aria-valuemax': 3600,
      'aria-valuenow': Number(length.toFixed(2)),
      'aria-valuetext': text.short(length),
      title: text.dragLength,
    });
    edge.style.left = px(from + length);
    return [over(block, from, length), edge];
  }
  const goTo = (id: string) => {
    player.pause();
    player.show(id);
  };
  function peaksOf(storyboard: Storyboard, { scene, from, isChosen }: Row): HTMLElement[] {
    const spoken = storyboard.narrations.find(({ id }) => id === scene.narration);
    if (!spoken) return [];
    const wide = spoken.seconds * perSecond();
    const canvas = element('canvas', { class: 'film-peaks', role: 'img', 'aria-label': text.narrationOf(scene.title) });
    const ratio = pixelRatio();
    const high = 48;
    [canvas.width, canvas.height] = [Math.min(8000, Math.max(1, Math.round(wide * ratio))), high * ratio];
    canvas.style.left = px(from + scene.before);
    canvas.style.width = `${wide}px`;
    const context = canvas.getContext('2d')!;
    const style = getComputedStyle(root);
    const [accent, faint] = ['--accent', '--ink-4'].map(name => style.getPropertyValue(name).trim());
    const { peaks, seconds } = spoken;
    const bar = canvas.width / Math.max(1, peaks.length);
    let painted = -1;
    painters.push(time => {
      const share = Math.max(0, (time - from - scene.before) / seconds);
      const played = Math.min(peaks.length, Math.ceil(share * peaks.length));
      if (played === painted) return;
      painted = played;
      canvas.dataset.played = String(played);
      context.clearRect(0, 0, canvas.width, canvas.height);
      for (const [nth, peak] of peaks.entries()) {
        context.globalAlpha = isChosen && nth >= played ? 0.5 : 1;
        context.fillStyle = isChosen || nth < played ? accent : faint;
        const size = Math.max(ratio, peak * canvas.height);
        context.fillRect(nth * bar, (canvas.height - size) / 2, Math.max(1, bar - ratio / 2), size);
      }
    });
    return [canvas];
  }
  function captionBlock({ scene, from, length, isChosen }: Row): HTMLElement[] {
    if (scene.caption === '') return [];
    const words = films.caption(scene);
    const block = element(
      'div',
      { class: `film-block caption${isChosen ? ' on' : ''}`, 'data-scene': scene.id, title: words },
      element('span', {}, words),
    );
    const { before, after } = scene;
    const rest = before + after < length ? before + after : 0;
    return [over(block, from + (rest > 0 ? before : 0), length - rest)];
  }
  function cameraBlock({ scene, from, length }: Row): HTMLElement {
    const { camera, motion } = scene;
    const moves = motion.kind === 'still' ? '' : `, ${text.motions[motion.kind]}`;
    const words = `${text.cameras[camera.kind]}${moves}`;
    const block = element('div', { class: 'film-block caption', 'data-scene': scene.id, title: words });
    block.append(element('span', {}, words));
    return over(block, from, length);
  }
  function markFlags({ scene, from, length, isChosen }: Row): HTMLElement[] {
    return scene.marks.map(({ name, at }) => {
      const flag = element(
        'button',
        {
          type: 'button',
          class: 'film-flag',
          tabindex: isChosen ? 0 : -1,
          'data-scene': scene.id,
          'data-mark': name,
          'data-part': `mark ${scene.id} ${name}`,
          title: text.markHelp,
          'aria-label': text.markSpoken(name, clock(from + at)),
        },
        element('span', {}, name),
      );
      flag.style.left = px(from + Math.min(at, length));
      return flag;
    });
  }
  function drawHead(): void {
    if (!store.get().filming) return;
    const time = player.time();
    for (const paint of painters) paint(time);
    head.hidden = board.get().scenes.length === 0;
    head.style.transform = `translateX(${sizes.names + time * perSecond()}px)`;
    head.dataset.time = clock(time);
    setAttributes(head, {
      'aria-valuemax': Number(filmLength(board.get()).toFixed(2)),
      'aria-valuenow': Number(time.toFixed(2)),
      'aria-valuetext': clock(time),
    });
    if (player.isPlaying()) reveal();
  }

  // ── drags ──
  const dragEdge = (press: PointerEvent, id: string) => {
    const storyboard = board.get();
    const from = beginningOf(storyboard, placeOf(storyboard, id));
    // The scale stays as it is, also where the whole film fits.
    const before = zoom;
    zoom = perSecond();
    press.preventDefault();
    followPointer(press, {
      move(event) {
        dragged = { id, seconds: timeAt(event) - from };
        draw();
      },
      end(dropped) {
        const wanted = dragged;
        [dragged, zoom] = [undefined, before];
        if (dropped && wanted) board.edit(label.length, now => stretch(now, id, wanted.seconds));
        draw();
      },
    });
  };
  const dragMark = (press: PointerEvent, scene: FilmScene, name: string) => {
    const storyboard = board.get();
    const from = beginningOf(storyboard, placeOf(storyboard, scene.id));
    const length = lengthOf(storyboard, scene);
    const key = `film mark drag ${scene.id} ${name} ${Date.now()}`;
    let moved = false;
    press.preventDefault();
    followPointer(press, {
      far: 4,
      move(event) {
        moved = true;
        const at = tenths(Math.max(0, Math.min(length, timeAt(event) - from)));
        board.edit(label.mark, now => withMarkAt(now, scene.id, name, at), key);
      },
      end(dropped) {
        if (!dropped && moved) board.edit(label.mark, now => changeScene(now, scene.id, { marks: scene.marks }), key);
        if (!moved) player.show(scene.id, scene.marks.find(mark => mark.name === name)?.at ?? 0);
      },
    });
  };
  const withMarkAt = (storyboard: Storyboard, id: string, name: string, at: number) => {
    const scene = storyboard.scenes.find(each => each.id === id);
    return scene ? changeScene(storyboard, id, changeMark(scene, name, { at })) : storyboard;
  };
  const sceneAt = (target: Element) => {
    const id = target.closest<HTMLElement>('[data-scene]')?.dataset.scene;
    return board.get().scenes.find(scene => scene.id === id);
  };
  scroll.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    const target = event.target as Element;
    if (target.closest('.film-track-name')) return;
    const scene = sceneAt(target);
    const mark = target.closest<HTMLElement>('.film-flag')?.dataset.mark;
    if (target.closest('.film-edge') && scene) {
      if (board.mayEdit()) dragEdge(event, scene.id);
    } else if (mark !== undefined && scene) {
      target.closest<HTMLElement>('.film-flag')!.focus();
      if (board.mayEdit()) dragMark(event, scene, mark);
    } else if (target.closest('.ruler, .film-playhead') || !target.closest('.film-block')) {
      head.focus({ preventScroll: true });
      const before = player.time();
      let moved = false;
      player.seek(timeAt(event));
      event.preventDefault();
      followPointer(event, {
        move(each) {
          moved = true;
          player.seek(timeAt(each));
        },
        end(dropped) {
          if (!dropped && moved) player.seek(before);
        },
      });
    } else if (scene) goTo(scene.id);
  });

  // ── keys ──
  const renameMark = async (scene: FilmScene, name: string) => {
    const wanted = await dialogs.ask({
      title: text.renameMark,
      label: text.markName,
      value: name,
      button: text.rename,
      check(typed) {
        if (typed.trim() === '') return text.problems.markName;
        return typed !== name && scene.marks.some(mark => mark.name === typed)
          ? text.problems.markTaken(typed)
          : undefined;
      },
    });
    if (wanted !== undefined)
      board.edit(label.mark, now => changeScene(now, scene.id, changeMark(scene, name, { name: wanted })));
  };
  scroll.addEventListener('dblclick', event => {
    const target = event.target as Element;
    const name = target.closest<HTMLElement>('.film-flag')?.dataset.mark;
    const scene = sceneAt(target);
    if (name !== undefined && scene && board.mayEdit()) void renameMark(scene, name);
  });
  scroll.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as Element;
    const scene = sceneAt(target);
    const name = target.closest<HTMLElement>('.film-flag')?.dataset.mark;
    const isEdge = target.matches('.film-edge');
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[event.key];
    let action: (() => void) | undefined;
    if (target === head) {
      const step = event.shiftKey ? 1 : 1 / rate();
      if (by !== undefined) action = () => player.by(by * step);
      else if (event.key === 'Home') action = () => player.seek(0);
      else if (event.key === 'End') action = () => player.seek(filmLength(board.get()));
    } else if (isEdge && scene && by !== undefined && board.mayEdit()) {
      const step = event.shiftKey ? 1 : 0.1;
      const length = lengthOf(board.get(), scene);
      action = () =>
        board.edit(label.length, now => stretch(now, scene.id, length + by * step), `film ${scene.id} edge`);
    } else if (name !== undefined && scene && board.mayEdit()) {
      const mark = scene.marks.find(each => each.name === name);
      const step = event.shiftKey ? 1 : 0.1;
      if (mark && (event.key === 'ArrowLeft' || event.key === 'ArrowRight'))
        action = () => {
          const at = tenths(Math.max(0, Math.min(lengthOf(board.get(), scene), mark.at + by! * step)));
          board.edit(label.mark, now => withMarkAt(now, scene.id, name, at), `film mark ${scene.id} ${name}`);
        };
      else if (event.key === 'Enter') action = () => player.show(scene.id, mark?.at ?? 0);
      else if (event.key === 'F2') action = () => void renameMark(scene, name);
      else if (event.key === 'Delete')
        action = () => {
          board.edit(label.removeMark, now => changeScene(now, scene.id, removeMark(scene, name)));
          head.focus({ preventScroll: true });
        };
    }
    if (!action && (event.key === '+' || event.key === '=')) action = () => zoomBy(1.5);
    else if (!action && event.key === '-') action = () => zoomBy(1 / 1.5);
    else if (!action && event.key === '0') action = () => zoomTo(undefined);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  scroll.addEventListener(
    'wheel',
    event => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1.2 : 1 / 1.2);
    },
    { passive: false },
  );

  const resized = new ResizeObserver(measure);
  resized.observe(scroll);
  resized.observe(ruler.root.firstElementChild!);
  parent.append(root);
  measure();
  return destroyAll(root, [
    board.onChange(draw),
    player.onChange(drawHead),
    films.onChange(drawCaptions),
    store.on(['filming', 'dark'], draw),
    () => resized.disconnect(),
  ]);
}
