/** The editor of lessons under the sheet: the text on the left. The panel on the right of it shows the lesson as
 *  readers see it, with its checks on the open workbook. What is typed is kept at once. */
import { formatRange } from '../../shared/address.ts';
import { faultsIn, type LessonProblem, readLesson } from '../../shared/lessons/lesson.ts';
import { lessonPlaces } from '../../shared/lessons/lesson-places.ts';
import { MOST_LESSON } from '../../shared/lessons/limits.ts';
import { messages, say } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element, FOCUS_SHEET, iconButton, smallButton } from '../core/element.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store, View } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { choosePath } from '../parts/file-dialog.ts';
import { createTextProblems } from '../parts/text-problems.ts';
import type { Lessons } from './lessons.ts';

/** Milliseconds after the last key until the text is kept. */
const KEEP_AFTER = 400;

type Needs = { store: Store; client: Client; lessons: Lessons; dialogs: Dialogs; commands: Commands };

export function createLessonEditor(parent: Element, { store, client, lessons, dialogs, commands }: Needs): View {
  const text = messages.lessons.editor;
  const field = element('textarea', {
    class: 'ruled-text',
    'aria-label': text.text,
    spellcheck: 'true',
    maxlength: MOST_LESSON,
  });
  const kept = element('span', { class: 'lesson-kept', role: 'status' });
  const problems = createTextProblems(field);
  const root = element(
    'section',
    { class: 'lesson-editor', 'aria-label': text.title, hidden: true },
    element(
      'div',
      { class: 'lesson-editor-head' },
      element('h2', {}, text.title),
      kept,
      element('span', { class: 'spacer' }),
      smallButton(text.insert, () => insert()),
      smallButton(text.save, () => void save().catch((error: unknown) => commands.refuse(sentenceOf(error)))),
      iconButton('close', text.close, () => void close()),
    ),
    field,
    problems.list,
  );
  /** The lesson that is being written. */
  let name: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unkept = false;

  /** Keeps the text among the user's lessons. */
  const keep = async () => {
    clearTimeout(timer);
    if (!unkept || name === undefined) return;
    unkept = false;
    try {
      await client.send('keepLesson', { name, text: field.value });
      if (!unkept) kept.textContent = text.kept;
    } catch (error) {
      unkept = true;
      kept.textContent = sentenceOf(error);
    }
  };
  const close = async () => {
    await keep();
    if (unkept) return;
    lessons.edit(undefined);
    await lessons.refresh().catch(() => {});
  };
  const save = async () => {
    await keep();
    const { lesson } = readLesson(field.value);
    const chosen = await choosePath(store, client, dialogs, 'saveLesson', `${lesson?.id ?? name}.md`);
    if (!chosen) return;
    const { path } = await client.send('saveLesson', {
      path: chosen.path,
      text: field.value,
      ...(chosen.replace && { overwrite: true }),
    });
    store.set({ notice: { tone: 'info', sentence: text.saved(path) } });
  };
  /** Puts the selected cells' address at the caret. */
  const insert = () => {
    field.setRangeText(`\`${formatRange(store.get().selection)}\``, field.selectionStart, field.selectionEnd, 'end');
    field.focus();
    changed();
  };

  const caretLine = () => field.value.slice(0, field.selectionStart).split('\n').length;
  const show = () => {
    if (name === undefined) return;
    const { lesson, problems: found } = readLesson(field.value);
    const faults: LessonProblem[] = [...found];
    if (lesson) {
      const { sheet, sheets, written } = store.get();
      const places = lessonPlaces(lesson.network, { sheet, sheets, names: written.names });
      faults.push(...faultsIn(lesson, places, commands.has));
      const line = caretLine();
      const after = lesson.steps.findIndex(step => step.line > line);
      const step = after < 0 ? lesson.steps.length - 1 : Math.max(0, after - 1);
      lessons.preview({ name, text: field.value, lesson, step });
    }
    problems.show(faults.map(({ line, sentence }) => ({ line, sentence: say(sentence) })));
  };
  const changed = () => {
    unkept = true;
    kept.textContent = text.keeping;
    clearTimeout(timer);
    timer = setTimeout(() => void keep(), KEEP_AFTER);
    show();
  };
  field.addEventListener('input', changed);
  // The panel shows the step with the caret.
  for (const event of ['keyup', 'click'] as const) field.addEventListener(event, () => followCaret());
  let lastLine = 0;
  const followCaret = () => {
    const line = caretLine();
    if (line !== lastLine) show();
    lastLine = line;
  };
  root.addEventListener('keydown', event => {
    if (event.key === 'Tab' || event.ctrlKey || event.metaKey || event.altKey) return;
    // The sheet listens for keys on the whole document.
    event.stopPropagation();
    if (event.key === 'Escape') void close();
  });

  const follow = () => {
    const { editing } = lessons.get();
    if (editing?.name === name) return;
    void keep();
    const hadFocus = root.contains(document.activeElement);
    name = editing?.name;
    root.hidden = !editing;
    if (!editing) {
      if (hadFocus) document.querySelector('.sheet-host')?.dispatchEvent(new Event(FOCUS_SHEET));
      return;
    }
    field.value = editing.text;
    field.setSelectionRange(0, 0);
    kept.textContent = '';
    store.set({ side: 'lesson' });
    field.focus();
    // Even if nothing is typed, it is among the user's lessons from now on.
    changed();
  };
  parent.append(root);
  follow();
  const leave = () => void keep();
  window.addEventListener('pagehide', leave);
  return destroyAll(root, [
    lessons.onChange(follow),
    () => window.removeEventListener('pagehide', leave),
    () => void keep(),
  ]);
}
