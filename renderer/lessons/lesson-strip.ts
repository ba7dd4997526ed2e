/** A line under the sheet while another panel stands where the lesson was: its task, whether it is done, and the way
 *  back. */
import { plainText } from '../../shared/lessons/prose.ts';
import { messages } from '../../shared/messages.ts';
import { destroyAll, element, icon, iconButton, smallButton } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import type { Lessons } from './lessons.ts';

export function createLessonStrip(parent: Element, store: Store, lessons: Lessons, back: () => void): View {
  const text = messages.lessons;
  const sign = element('span', { class: 'lesson-sign' });
  const words = element('span', { class: 'lesson-strip-words' });
  const told = element('span', { class: 'lesson-strip-state', role: 'status' });
  const root = element(
    'section',
    { class: 'lesson-strip', 'aria-label': text.strip, hidden: true },
    sign,
    words,
    told,
    smallButton(text.back, back),
    iconButton('close', text.leave, () => lessons.close()),
  );
  const show = () => {
    const { opened } = lessons.get();
    root.hidden = opened === undefined || opened.finished || store.get().side === 'lesson';
    if (root.hidden || !opened) return;
    const { title, task } = opened.lesson.steps[opened.step];
    const isDone = task !== undefined && opened.done.has(opened.step);
    root.classList.toggle('done', isDone);
    sign.replaceChildren(...(isDone ? [icon('check')] : []));
    words.textContent = task ? plainText(task.words) : title;
    words.lang = opened.lesson.language ?? '';
    const state = isDone ? text.taskDone : '';
    if (told.textContent !== state) told.textContent = state;
  };
  parent.append(root);
  show();
  return destroyAll(root, [lessons.onChange(show), store.on(['side'], show)]);
}
