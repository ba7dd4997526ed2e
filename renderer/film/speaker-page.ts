/** The speaker's window: what is shown and what comes next, the notes in large type, the time, a timer, and the list of
 *  scenes. It follows the window that presents and controls it. */
import {
  type FromSpeaker,
  readToSpeaker,
  speakerChannel,
  type Told,
  type ToSpeaker,
} from '../../shared/film/speaker.ts';
import { messages } from '../../shared/messages.ts';
import { element, iconButton, setAttributes } from '../core/element.ts';
import { keyOfScenes } from './presenter-keys.ts';
import type { PresentedStep } from './presented.ts';
import { clockOf, elapsed, RESET, restarted, toggled } from './stopwatch.ts';

type Scenes = Extract<ToSpeaker, { kind: 'scenes' }>;

/** The sizes of the notes, in CSS pixels. */
const SIZES = [16, 20, 24, 30, 36, 44];

/** `id`: of the presentation that opened it. */
export function createSpeakerPage(parent: HTMLElement, id: string): void {
  const text = messages.present.speaker;
  const channel = new BroadcastChannel(speakerChannel(id));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has only pages of one origin
  const send = (message: FromSpeaker) => channel.postMessage(message);
  const step = (wanted: PresentedStep) => send({ kind: 'step', step: wanted });
  let scenes: Scenes['scenes'] = [];
  let at: Told | undefined;
  let watch = RESET;
  let size = 2;
  let typed = '';

  // ── the parts ──
  const words = (name: string, act: () => void, kind = 'outlined') => {
    const button = element('button', { type: 'button', class: `button large ${kind}` }, name);
    button.addEventListener('click', act);
    return button;
  };
  const clock = element('time', { class: 'speaker-clock', 'aria-label': text.clock });
  const timer = element('span', { class: 'speaker-timer', role: 'timer', 'aria-label': text.timer });
  const start = words(text.start, () => turn());
  const reset = words(text.reset, () => {
    watch = restarted(watch, Date.now());
    showTime();
  });
  const place = element('h1', {});
  const state = element('p', { class: 'speaker-state', role: 'status' });
  const now = pictureOf(text.now);
  const next = pictureOf(text.next);
  const { transport: names } = messages.present;
  const back = words(names.back, () => step('back'));
  const on = words(names.next, () => step('next'), 'primary');
  const pause = words(names.pause, () => step('pause'));
  const covers = (['black', 'white'] as const).map(cover => ({ cover, button: words(text[cover], () => step(cover)) }));
  const present = words(text.present, () => send({ kind: 'begin' }), 'primary');
  const leave = words(text.leave, () => send({ kind: 'end' }));
  const notes = element('div', { class: 'speaker-notes', tabindex: 0, role: 'region', 'aria-label': text.notes });
  const list = element('ol', { class: 'speaker-scenes', 'aria-label': text.scenes });
  const resize = (by: number) => {
    size = Math.max(0, Math.min(SIZES.length - 1, size + by));
    notes.style.fontSize = `${SIZES[size]}px`;
  };
  resize(0);
  parent.append(
    element(
      'main',
      { class: 'speaker' },
      element(
        'header',
        { class: 'speaker-head' },
        place,
        state,
        element('span', { class: 'spacer' }),
        element('div', { class: 'speaker-time' }, timer, start, reset),
        clock,
      ),
      element(
        'div',
        { class: 'speaker-pictures' },
        now.root,
        element(
          'div',
          { class: 'speaker-steps' },
          back,
          on,
          pause,
          ...covers.map(({ button }) => button),
          present,
          leave,
        ),
        element('p', { class: 'remark' }, text.keys),
      ),
      element(
        'div',
        { class: 'speaker-side' },
        next.root,
        element(
          'div',
          { class: 'speaker-notes-head' },
          element('h2', {}, text.notes),
          iconButton('minus', text.smaller, () => resize(-1)),
          iconButton('plus', text.larger, () => resize(1)),
        ),
        notes,
      ),
      list,
    ),
  );

  // ── the time ──
  const showTime = () => {
    const today = new Date();
    clock.textContent = today.toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    timer.textContent = clockOf(elapsed(watch, today.getTime()));
    start.textContent = watch.since === undefined ? text.start : text.pause;
  };
  const turn = () => {
    watch = toggled(watch, Date.now());
    showTime();
  };
  setInterval(showTime, 250);
  showTime();

  // ── what is shown ──
  const show = () => {
    const what = at?.what ?? 'nothing';
    const scene = at && scenes[at.place];
    const isShown = what !== 'sheet' && scene !== undefined;
    place.textContent = isShown ? `${at!.place + 1} ${scene.title}` : '';
    const said =
      what === 'nothing'
        ? text.notPresenting
        : what === 'sheet'
          ? text.presentsSheet
          : messages.present.sceneOf(at!.place + 1, scenes.length);
    const told = at?.cover ? `${said} · ${text.covers[at.cover]}` : said;
    if (state.textContent !== told) state.textContent = told;
    const noted = isShown ? scene.notes || text.noNotes : '';
    if (notes.textContent !== noted) {
      notes.textContent = noted;
      notes.scrollTop = 0;
    }
    notes.classList.toggle('none', isShown && scene.notes === '');
    now.root.hidden = next.root.hidden = !isShown;
    const following = scenes[(at?.place ?? 0) + 1];
    next.name.textContent = following ? `${text.next}: ${following.title}` : text.end;
    next.canvas.hidden = !following;
    for (const button of [back, on, pause]) button.hidden = what !== 'scenes';
    for (const { cover, button } of covers) {
      button.hidden = what === 'nothing';
      setAttributes(button, { 'aria-pressed': at?.cover === cover });
    }
    present.hidden = what !== 'nothing' || scenes.length === 0;
    leave.hidden = what === 'nothing';
    pause.textContent = at && at.seconds >= at.rest ? names.again : at?.moves && !at.cover ? names.pause : names.play;
    now.root.classList.toggle('covered', at?.cover !== undefined);
    for (const [nth, item] of [...list.children].entries())
      setAttributes(item.firstElementChild!, { 'aria-current': isShown && nth === at?.place ? 'step' : undefined });
  };
  const showScenes = ({ name, theme, scenes: given }: Scenes) => {
    scenes = given;
    document.documentElement.dataset.theme = theme;
    document.title = text.windowTitle(name);
    list.replaceChildren(
      ...scenes.map(({ title, seconds }, nth) => {
        const button = element(
          'button',
          { type: 'button' },
          element('b', {}, `${nth + 1} ${title}`),
          element('span', {}, clockOf(seconds * 1000)),
        );
        button.addEventListener('click', () => step({ go: nth }));
        return element('li', {}, button);
      }),
    );
  };
  channel.addEventListener('message', ({ data }) => {
    const message = readToSpeaker(data);
    if (!message) return;
    if (message.kind === 'close') {
      channel.close();
      state.textContent = text.alone;
      window.close();
      return;
    }
    if (message.kind === 'scenes') showScenes(message);
    else if (message.kind === 'at') {
      // The timer begins with the presentation.
      if (message.what !== 'nothing' && (at?.what ?? 'nothing') === 'nothing' && watch === RESET) turn();
      // It stops with it, so that it tells how long that took.
      if (message.what === 'nothing' && (at?.what ?? 'nothing') !== 'nothing' && watch.since !== undefined) turn();
      at = message;
    } else if (message.picture instanceof ImageBitmap) (message.of === 'now' ? now : next).show(message.picture);
    show();
  });

  // ── keys ──
  addEventListener('keydown', event => {
    const { target, key } = event;
    if (target instanceof HTMLButtonElement && (key === 'Enter' || key === ' ')) return;
    // The notes scroll by the keys that scroll.
    if (target === notes && /^(Arrow(Up|Down)|Page(Up|Down)|Home|End| )$/.test(key)) return;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isPlain && key.toLowerCase() === 't') return turn();
    if (isPlain && key === 'F6') {
      event.preventDefault();
      if (!present.hidden) present.click();
      return undefined;
    }
    const found = keyOfScenes(event, typed);
    typed = found && 'typed' in found ? found.typed : '';
    if (!found || 'move' in found) return undefined;
    if ('step' in found) step(found.step);
    if ('act' in found && found.act === 'leave') send({ kind: 'end' });
    if ('act' in found && (found.act === 'larger' || found.act === 'smaller')) resize(found.act === 'larger' ? 1 : -1);
    if (!('act' in found) || found.act === 'leave') event.preventDefault();
    return undefined;
  });
  show();
  send({ kind: 'hello' });
}

/** A picture with its name. */
function pictureOf(title: string) {
  const name = element('figcaption', {}, title);
  const canvas = element('canvas', { role: 'img', 'aria-label': title, width: 16, height: 9 });
  const context = canvas.getContext('bitmaprenderer')!;
  return {
    root: element('figure', { class: 'speaker-picture' }, name, canvas),
    name,
    canvas,
    show: (picture: ImageBitmap) => context.transferFromImageBitmap(picture),
  };
}
