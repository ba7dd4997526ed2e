import { readLesson } from '../../shared/lessons/lesson.ts';
import { MOST_LESSON } from '../../shared/lessons/limits.ts';
import { UserError } from '../../shared/errors.ts';
import { messages, say } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import type { Store } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { choosePath } from '../parts/file-dialog.ts';
import { firstIn } from './lesson-panel.ts';
import type { Lessons } from './lessons.ts';

type Needs = { store: Store; client: Client; dialogs: Dialogs; lessons: Lessons } & Pick<
  Telling,
  'attempt' | 'quietly'
>;

/** The commands of lessons. `openPath` and `take` open a lesson that somebody gives: a file by its path, or its
 *  text. */
export function createLessonCommands({ store, client, dialogs, lessons, attempt, quietly }: Needs): {
  commands: Command[];
  openPath: (path: string) => Promise<unknown>;
  take: (file: File) => Promise<unknown>;
} {
  const text = messages.lessons;
  const showPanel = () => {
    store.set({ side: 'lesson' });
    focusLesson();
  };
  const takeText = async (name: string, content: string) => {
    const { lesson, problems } = readLesson(content);
    if (!lesson) {
      const [{ line, sentence }] = problems;
      await dialogs.tell(messages.panels.dialogs.problem, text.files.wrong(name, line, say(sentence)));
      return;
    }
    await lessons.refresh();
    const known = lessons.get().listed?.find(each => each.own && each.lesson?.id === lesson.id);
    if (known && known.text !== content && !(await dialogs.confirm(text.replaceQuestion(known.lesson!.title)))) return;
    const own = { name: known?.name ?? lesson.id, text: content };
    await client.send('keepLesson', own);
    await lessons.refresh();
    lessons.edit(undefined);
    lessons.open({ ...own, own: true, lesson });
    store.set({ notice: { tone: 'info', sentence: text.taken(lesson.title) } });
    showPanel();
  };
  const openPath = (path: string) =>
    attempt(async () => {
      const { name, text: content } = await client.send('openLesson', { path });
      await takeText(name, content);
    });
  const choose = async () => {
    const chosen = await choosePath(store, client, dialogs, 'openLesson', '');
    if (chosen) await openPath(chosen.path);
  };
  const write = () => {
    const id = `lesson-${crypto.randomUUID().slice(0, 6)}`;
    lessons.edit({ name: id, text: text.editor.start(id) });
  };
  return {
    commands: [
      {
        id: 'lesson.show',
        label: () => text.menu,
        key: 'CmdOrCtrl+Shift+H',
        checked: () => store.get().side === 'lesson',
        run() {
          // The same key goes there and back.
          if (store.get().side === 'lesson' && inLesson()) store.set({ side: undefined });
          else showPanel();
        },
      },
      { id: 'lesson.choose', run: () => quietly(choose()) },
      { id: 'lesson.write', label: () => text.write, run: write },
    ],
    openPath,
    take: file =>
      attempt(async () => {
        if (file.size > 4 * MOST_LESSON) throw new UserError(sentences.lessons.files.tooLarge(file.name, MOST_LESSON));
        await takeText(file.name, await file.text());
      }),
  };
}

const inLesson = () => document.activeElement?.closest('.panel.side[data-side="lesson"]') !== null;

/** Gives the keyboard to the lesson: to the button that goes on if the task is done, else to the step. */
function focusLesson(): void {
  const lesson = document.querySelector('.panel.side[data-side="lesson"] .lesson');
  if (lesson) (lesson.querySelector<HTMLElement>('.lesson-foot .primary') ?? firstIn(lesson)).focus();
}
