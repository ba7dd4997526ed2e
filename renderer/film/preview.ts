/** The film at the playhead, drawn at the canvas's own pixels, with its transport. */
import { filmSizes } from '../../shared/film/film-job.ts';
import { filmLength, framesIn } from '../../shared/film/timeline.ts';
import { whole } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import { destroyAll, element, icon, type IconName } from '../core/element.ts';
import { pixelRatio, rectOf } from '../core/magnified.ts';
import type { Store, View } from '../core/store.ts';
import type { Board } from './board.ts';
import { clock } from './clock.ts';
import { type LoadedScenes, waiting } from './loaded-scenes.ts';
import { type Options, unitsOf } from './options.ts';
import type { Painter } from './painted.ts';
import type { Player } from './player.ts';

type Needs = { store: Store; board: Board; films: LoadedScenes; player: Player; painter: Painter; options: Options };
const SCALES = ['fit', 0.5, 1] as const;
/** The room that the picture keeps around itself, in CSS pixels. */
const MARGIN = 24;

export function createPreview(parent: Element, needs: Needs): View {
  const { store, board, films, player, painter, options } = needs;
  const text = messages.storyboardPanel;
  let scale: (typeof SCALES)[number] = 'fit';
  const canvas = element('canvas', { class: 'film-canvas', role: 'img', 'aria-label': '' });
  const problem = element('p', { class: 'film-no-picture', role: 'status' });
  const stage = element(
    'div',
    { class: 'film-stage', tabindex: 0, role: 'group', 'aria-label': text.preview },
    canvas,
    problem,
  );
  const round = (name: IconName, label: string, press: () => void) => {
    const made = element(
      'button',
      { type: 'button', class: 'film-round', 'aria-label': label, title: label },
      icon(name),
    );
    made.addEventListener('click', press);
    return made;
  };
  const back = round('back', `${text.sceneBack} (${text.keys.pageUp})`, () => player.scene(-1));
  const play = round('play', text.play, () => player.toggle());
  play.classList.add('main');
  const on = round('step', `${text.sceneOn} (${text.keys.pageDown})`, () => player.scene(1));
  const now = element('b', {});
  const of = element('span', {});
  const frame = element('span', {});
  const scales = SCALES.map(each => {
    const word = each === 'fit' ? text.fit : text.percent(100 * each);
    const button = element('button', { type: 'button', 'aria-pressed': each === scale }, word);
    button.addEventListener('click', () => {
      scale = each;
      for (const [at, other] of scales.entries()) other.setAttribute('aria-pressed', String(SCALES[at] === scale));
      lay();
    });
    return button;
  });
  const bar = element(
    'div',
    { class: 'film-transport' },
    back,
    play,
    on,
    now,
    of,
    element('span', { class: 'spacer' }),
    frame,
    element('span', { class: 'segmented', role: 'group', 'aria-label': text.scale }, ...scales),
  );
  const root = element('section', { class: 'film-preview', 'aria-label': text.preview }, stage, bar);

  /** The picture's size on the page. Its pixels are those of the screen. */
  const lay = () => {
    const units = unitsOf(options.get());
    const box = rectOf(stage);
    if (box.width === 0) return;
    const ratio = pixelRatio();
    const film = filmSizes[options.get().size];
    const room = { width: Math.max(64, box.width - 2 * MARGIN), height: Math.max(64, box.height - 2 * MARGIN) };
    const fitting = Math.min(room.width / units.width, room.height / units.height);
    const width = scale === 'fit' ? units.width * fitting : (scale * film.width) / ratio;
    const [wide, high] = [Math.round(width * ratio), Math.round((width * ratio * units.height) / units.width)];
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    canvas.style.width = `${wide / ratio}px`;
    canvas.style.height = `${high / ratio}px`;
    bar.style.width = `${Math.min(room.width, Math.max(400, width))}px`;
    draw();
  };
  let said = '';
  const draw = () => {
    if (!store.get().filming) return;
    const scene = board.scene();
    const { rate, captions } = options.get();
    const storyboard = board.get();
    const time = player.time();
    now.textContent = clock(time);
    of.textContent = text.ofTime(clock(filmLength(storyboard)));
    const last = framesIn(storyboard, rate) - 1;
    frame.textContent = text.frame(whole(scene ? Math.min(last, Math.floor(time * rate + 1e-6)) : 0));
    showPlaying();
    const why = scene && films.problem(scene);
    const shown =
      scene && !why
        ? painter.paint(canvas, scene, player.seconds(), {
            size: unitsOf(options.get()),
            captions: captions === 'burnt',
            // At the beginning of a scene it rests at that scene, not at the last moment of the one before.
            between: player.isPlaying() || player.seconds() > 0,
          })
        : undefined;
    const missing = why ?? (scene && !films.isSettled(scene) ? waiting() : '');
    // A picture that is about to be replaced stays until then.
    const isOld = shown === undefined || (scene !== undefined && !films.isNow(scene));
    canvas.classList.toggle('stale', isOld && why === undefined && said !== '');
    canvas.hidden = !scene || why !== undefined || (shown === undefined && said === '');
    if (problem.textContent !== missing) problem.textContent = missing;
    problem.hidden = missing === '' || (why === undefined && !canvas.hidden);
    if (shown !== undefined && shown !== said) canvas.setAttribute('aria-label', shown);
    if (shown !== undefined) said = shown;
    if (!scene) said = '';
  };
  const showPlaying = () => {
    const playing = player.isPlaying();
    const label = `${playing ? text.pause : text.play} (${text.keys.space})`;
    if (play.title === label) return;
    play.replaceChildren(icon(playing ? 'pause' : 'play'));
    play.title = label;
    play.setAttribute('aria-label', label);
  };
  let wanted = 0;
  const soon = () => {
    wanted ||= requestAnimationFrame(() => {
      wanted = 0;
      draw();
    });
  };
  const resized = new ResizeObserver(lay);
  resized.observe(stage);
  parent.append(root);
  lay();
  return destroyAll(root, [
    // While it plays, a frame has begun already.
    player.onChange(() => (player.isPlaying() ? draw() : soon())),
    board.onChange(soon),
    films.onChange(soon),
    options.onChange(lay),
    store.on(['filming'], lay),
    store.on(['settings', 'dataChoice', 'sheet'], soon),
    () => cancelAnimationFrame(wanted),
    () => resized.disconnect(),
  ]);
}
