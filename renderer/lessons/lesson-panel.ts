/** The panel of lessons on the right of the sheet: the list of all, or the lesson that is open. */
import { languages } from '../../shared/messages/languages.ts';
import { messages, spoken } from '../../shared/messages.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Client } from '../core/client.ts';
import { destroyAll, element, icon, iconButton, smallButton } from '../core/element.ts';
import { inOwnFrame } from '../core/frames.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Commands } from '../core/commands.ts';
import type { Store, View } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { createSide } from '../parts/sides.ts';
import { isLessonsOwn, type Lessons, type Listed, networkName } from './lessons.ts';
import { createProse, type Prose } from './prose-view.ts';
import './lessons.css';

/** `reveal` selects cells and gives them the keyboard. */
type Needs = {
  store: Store;
  client: Client;
  lessons: Lessons;
  dialogs: Dialogs;
  commands: Commands;
  reveal: (range: RangePlace) => void;
};

export function createLessonPanel(parent: Element, needs: Needs): View {
  const { store, client, lessons, dialogs, commands, reveal } = needs;
  const text = messages.lessons;
  const { root, body, end } = createSide(store, 'lesson', text.title);
  /** Says to screen readers that a task is done. It stays when the rest is made anew. */
  const live = element('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
  const content = element('div', { class: 'lesson' });
  body.append(content, live);
  const isOpen = () => store.get().side === 'lesson';
  let prose: Prose | undefined;
  /** What the elements were made from. */
  let made: readonly unknown[] = [];
  let showTask: (() => void) | undefined;
  /** The heading gets the keyboard when a step begins. */
  let turned: string | undefined;

  const go = (place: string) => {
    point(undefined);
    const cells = lessons.places().cells(place);
    if (cells) reveal(cells);
    else commands.refuse(messages.panels.noSuchPlace(place));
  };
  const point = (place: string | undefined) => {
    const pointed = place === undefined ? undefined : lessons.places().cells(place);
    if (store.get().pointed !== pointed) store.set({ pointed });
  };

  const show = () => {
    if (!isOpen()) {
      content.replaceChildren();
      made = [];
      return;
    }
    const { opened, listed } = lessons.get();
    const { sheet, written, settings, role, document: file, workbook } = store.get();
    const key = opened
      ? [opened.lesson, opened.step, opened.hints, opened.finished, opened.stays, sheet, written.names, listed]
      : [listed, settings.lessons, role, file.name, workbook.modified];
    if (key.length !== made.length || key.some((each, at) => each !== made[at])) {
      made = key;
      draw();
    }
    prose?.update();
    showTask?.();
  };

  function draw(): void {
    const { opened } = lessons.get();
    const focused = body.contains(document.activeElement);
    const controls = () => [...content.querySelectorAll<HTMLElement>('button')];
    const at = focused ? controls().indexOf(document.activeElement as HTMLElement) : -1;
    const { scrollTop } = body;
    prose = showTask = undefined;
    content.replaceChildren(...(opened ? drawLesson(opened) : drawList()));
    content.lang = opened?.lesson.language ?? '';
    const now = opened
      ? `${opened.lesson.id} ${opened.step} ${opened.finished}`
      : `list ${lessons.get().listed !== undefined}`;
    if (now !== turned) {
      turned = now;
      body.scrollTop = 0;
      live.textContent = '';
      if (focused) firstIn(content).focus();
      return;
    }
    body.scrollTop = scrollTop;
    if (focused) (controls()[at] ?? firstIn(content)).focus();
  }

  type Opened = NonNullable<ReturnType<Lessons['get']>['opened']>;

  function drawLesson(opened: Opened): HTMLElement[] {
    const { lesson, step: at, done, finished, draft } = opened;
    const { steps } = lesson;
    const head = element(
      'div',
      { class: 'lesson-head' },
      element('h3', { class: 'lesson-title' }, lesson.title),
      draft ? '' : smallButton(text.list, () => lessons.close()),
    );
    const trail = element('ol', { class: 'lesson-trail', 'aria-label': text.progress(at + 1, steps.length) });
    for (const [number, step] of steps.entries()) {
      const isDone = done.has(number);
      const name = `${text.stepOf(number + 1, steps.length)}: ${step.title}${isDone ? `, ${text.done}` : ''}`;
      const button = element(
        'button',
        { type: 'button', 'aria-label': name, title: name, class: isDone ? 'done' : undefined },
        isDone ? icon('check') : String(number + 1),
      );
      if (number === at && !finished) button.setAttribute('aria-current', 'step');
      button.addEventListener('click', () => lessons.goTo(number));
      trail.append(element('li', {}, button));
    }
    if (finished) return [head, trail, ...drawEnd(opened)];
    return [head, trail, ...drawStep(opened)];
  }

  /** Offers to open the lesson's network, where another workbook is open. */
  function drawOffer({ lesson, stays }: Opened): HTMLElement[] {
    const { network } = lesson;
    if (network === undefined || stays || store.get().role === 'viewer') return [];
    const openIt = smallButton(text.offerOpen, () => commands.run('file.new', network));
    openIt.classList.replace('outlined', 'primary');
    return [
      element(
        'div',
        { class: 'lesson-offer' },
        element('p', {}, text.offer(networkName(network))),
        element(
          'div',
          { class: 'lesson-buttons' },
          openIt,
          smallButton(text.offerStay, () => lessons.stay()),
        ),
      ),
    ];
  }

  function drawStep(opened: Opened): HTMLElement[] {
    const { lesson, step: at, hints, draft, done } = opened;
    const { steps } = lesson;
    const step = steps[at];
    const { task } = step;
    prose = createProse(store, lessons, { go, point });
    const heading = element('h4', { class: 'lesson-step', tabindex: -1 }, step.title);
    const parts: HTMLElement[] = [heading, ...drawOffer(opened), ...prose.blocks(step.blocks)];
    const isLast = at === steps.length - 1;
    const back = element('button', { type: 'button', class: 'button outlined' }, text.previous);
    back.disabled = at === 0;
    back.addEventListener('click', () => lessons.goTo(at - 1));
    const next = element('button', { type: 'button', class: 'button outlined' }, isLast ? text.finish : text.next);
    next.disabled = draft && isLast;
    next.addEventListener('click', () => (isLast ? lessons.finish() : lessons.goTo(at + 1)));
    if (!task) next.classList.replace('outlined', 'primary');
    else parts.push(drawTask(task, hints, next, done.has(at)));
    parts.push(element('div', { class: 'lesson-buttons lesson-foot' }, back, next));
    return parts;
  }

  function drawTask(
    task: NonNullable<Opened['lesson']['steps'][number]['task']>,
    hints: number,
    next: HTMLElement,
    wasDone: boolean,
  ): HTMLElement {
    const { opened } = lessons.get();
    const sign = element('span', { class: 'lesson-sign' });
    const word = element('span', {});
    const state = element('p', { class: 'lesson-state' }, sign, word);
    const box = element(
      'section',
      { class: 'lesson-task', 'aria-label': text.task },
      element('h5', {}, text.task),
      element('p', { class: 'lesson-do' }, ...prose!.inlines(task.words)),
      state,
    );
    const checks = opened?.draft ? task.checks.map(check => element('li', {}, checkText(check))) : [];
    if (checks.length > 0) box.append(element('ul', { class: 'lesson-checks' }, ...checks));
    for (const [number, hint] of task.hints.slice(0, hints).entries()) {
      const label = element('strong', {}, text.hint(number + 1));
      box.append(element('p', { class: 'lesson-hint' }, label, ' ', ...prose!.inlines(hint)));
    }
    const buttons: HTMLElement[] = [];
    if (hints < task.hints.length) buttons.push(smallButton(text.hints[Math.min(hints, 1)], () => lessons.hint()));
    const { show: place } = task;
    if (place !== undefined) buttons.push(smallButton(text.show, () => go(place)));
    if (buttons.length > 0) box.append(element('div', { class: 'lesson-buttons' }, ...buttons));
    let told = wasDone;
    showTask = () => {
      const { opened: now, checks: held } = lessons.get();
      if (!now) return;
      const holding = held.length > 0 && held.every(each => each === true);
      const isDone = now.draft ? holding : now.done.has(now.step);
      const { network } = now.lesson;
      const unknown = !isDone && held.includes(undefined) && !isLessonsOwn(store, now.lesson) && network !== undefined;
      box.classList.toggle('done', isDone);
      sign.replaceChildren(...(isDone ? [icon('check')] : []));
      const words = isDone ? text.taskDone : unknown ? text.otherNetwork(networkName(network)) : text.taskOpen;
      if (word.textContent !== words) word.textContent = words;
      next.classList.toggle('primary', isDone);
      next.classList.toggle('outlined', !isDone);
      for (const [at, item] of checks.entries()) item.dataset.holds = String(held[at] ?? 'unknown');
      if (isDone && !told && !now.draft) live.textContent = text.announce(now.step < now.lesson.steps.length - 1);
      told = isDone;
    };
    return box;
  }

  function drawEnd({ lesson, done }: Opened): HTMLElement[] {
    const tasks = lesson.steps.filter(({ task }) => task).length;
    const following = lessons.get().listed && nextOf(lesson.id);
    const parts = [
      element('h4', { class: 'lesson-step', tabindex: -1 }, text.finished),
      element('p', {}, text.tasksDone(done.size, tasks)),
    ];
    const buttons: HTMLElement[] = [];
    if (following?.lesson) {
      const { lesson: next } = following;
      const on = element('button', { type: 'button', class: 'button primary' }, text.nextLesson(next.title));
      on.addEventListener('click', () => lessons.open({ ...following, lesson: next }));
      buttons.push(on);
    }
    const again = element('button', { type: 'button', class: 'button outlined' }, text.again);
    again.addEventListener('click', () => lessons.goTo(0));
    return [...parts, element('div', { class: 'lesson-buttons' }, ...buttons, again)];
  }

  /** The lesson after this one in the list, in the same language. */
  function nextOf(id: string): Listed | undefined {
    const all = inOrder(lessons.get().listed ?? []);
    const own = all.find(({ lesson }) => lesson?.id === id);
    const same = all.filter(each => each.own === own?.own && each.lesson?.language === own?.lesson?.language);
    return own && same[same.indexOf(own) + 1];
  }

  function drawList(): HTMLElement[] {
    const { listed } = lessons.get();
    const open = smallButton(text.open, () => commands.run('lesson.choose'));
    open.title = text.openHelp;
    const write = smallButton(text.write, () => commands.run('lesson.write'));
    const parts: HTMLElement[] = [
      element('p', { class: 'remark' }, text.intro),
      element('div', { class: 'lesson-buttons' }, open, write),
    ];
    if (!listed) return parts;
    const all = inOrder(listed);
    const own = all.filter(each => each.own);
    const coming = all.filter(each => !each.own);
    if (own.length > 0) parts.push(element('h4', {}, text.own), listOf(own));
    for (const language of [spoken, ...languages.filter(each => each !== spoken)]) {
      const there = coming.filter(({ lesson }) => (lesson?.language ?? spoken) === language);
      if (there.length === 0) continue;
      if (language !== spoken || own.length > 0)
        parts.push(element('h4', { lang: language }, messages.menu.languages[language]));
      parts.push(listOf(there));
    }
    if (all.length === 0) parts.push(element('p', { class: 'remark' }, text.none));
    return parts;
  }

  function listOf(all: readonly Listed[]): HTMLElement {
    return element('ul', { class: 'lesson-list-all' }, ...all.map(item));
  }

  /** Own lessons are written on; of one that comes along, a copy is. */
  const edit = ({ own, name, text: written, lesson }: Listed) =>
    lessons.edit({ name: own ? name : (lesson?.id ?? name), text: written });

  function item(listed: Listed): HTMLElement {
    const { lesson, name, own } = listed;
    const buttons: HTMLElement[] = [];
    if (own) {
      const remove = async () => {
        if (await dialogs.confirm(text.removeQuestion(lesson?.title ?? name)))
          await client.send('dropLesson', { name });
      };
      const label = lesson?.title ?? name;
      buttons.push(
        iconButton('edit', `${text.edit}: ${label}`, () => edit(listed)),
        iconButton(
          'close',
          `${text.remove}: ${label}`,
          () => void remove().catch((error: unknown) => commands.refuse(sentenceOf(error))),
        ),
      );
    } else buttons.push(iconButton('edit', `${text.editOwn}: ${lesson?.title ?? name}`, () => edit(listed)));
    if (!lesson) {
      const wrong = text.faulty(name, listed.problems[0].line);
      return element('li', {}, element('span', { class: 'problem' }, wrong), ...buttons);
    }
    const known = lessons.progress(lesson.id);
    const state = known?.finished
      ? text.done
      : known && (known.step > 0 || known.done.length > 0)
        ? text.begun(Math.min(known.step + 1, lesson.steps.length), lesson.steps.length)
        : lesson.minutes === undefined
          ? ''
          : text.minutes(lesson.minutes);
    const isLast = store.get().settings.lessons?.[0]?.id === lesson.id;
    const button = element(
      'button',
      { type: 'button', class: `lesson-item${isLast ? ' lesson-first' : ''}`, lang: lesson.language },
      element('span', { class: 'lesson-sign' }, known?.finished && icon('check')),
      element('span', { class: 'lesson-name' }, lesson.order === undefined ? '' : `${lesson.order} · `, lesson.title),
      element('span', { class: 'lesson-detail' }, state),
    );
    button.addEventListener('click', () => lessons.open({ ...listed, lesson }));
    return element('li', {}, button, ...buttons);
  }

  const soon = inOwnFrame(show);
  const opens = () => {
    if (isOpen() && !lessons.get().listed)
      lessons.resume().catch(() => {
        // The list is read again when the panel is opened the next time.
      });
    show();
  };
  parent.append(root);
  opens();
  return destroyAll(root, [
    end,
    lessons.onChange(() => isOpen() && soon.request()),
    store.on(['side'], opens),
    store.on(['sheet', 'written', 'settings', 'role', 'document', 'workbook'], () => isOpen() && soon.request()),
    soon.cancel,
  ]);
}

/** What gets the keyboard in the panel: the step, or the lesson of the list that was open last. */
export function firstIn(lesson: Element): HTMLElement {
  const first = lesson.querySelector<HTMLElement>('.lesson-step') ?? lesson.querySelector('.lesson-first');
  return first ?? lesson.querySelector('.lesson-item') ?? lesson.closest<HTMLElement>('.side-body')!;
}

/** Own lessons first, then by their order, then by their titles. */
function inOrder(all: readonly Listed[]): Listed[] {
  const orderOf = ({ lesson }: Listed) => lesson?.order ?? Infinity;
  return [...all].sort(
    (a, b) =>
      Number(b.own) - Number(a.own) ||
      (orderOf(a) === orderOf(b) ? 0 : orderOf(a) - orderOf(b)) ||
      (a.lesson?.title ?? a.name).localeCompare(b.lesson?.title ?? b.name),
  );
}

/** A check as a teacher has written it. */
function checkText(check: { kind: string; formula?: string; place?: string; command?: string }): string {
  const { kind, formula, place, command } = check;
  if (kind === 'formula') return formula!;
  return [kind, formula ?? place ?? command ?? ''].join(' ').trim();
}
