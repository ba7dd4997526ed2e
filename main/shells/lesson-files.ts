/** Lessons as files: those that come along, the user's own in the state folder, and .md files that people share. */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { MOST_LESSON } from '../../shared/lessons/limits.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Args, LessonFile, Replies } from '../../shared/protocol.ts';
import { assets } from '../files/assets.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { explainReadError } from '../files/file-error.ts';
import { stampOf } from './workbook-files.ts';

export const LESSON_EXTENSION = '.md';
/** A character has at most this many bytes in UTF-8. */
const BYTES_EACH = 4;
const MOST_OWN = 500;

type Kind = 'listLessons' | 'openLesson' | 'saveLesson' | 'keepLesson' | 'dropLesson';

/** Answers the requests about lessons. `folder`: the state folder. `changed`: tells the windows that the list is
 *  another one. */
export function lessonHandlers(
  folder: string,
  changed: () => void,
): { [K in Kind]: (args: Args<K>) => Promise<Replies[K]> } {
  const own = join(folder, 'lessons');
  const pathOf = (name: string) => join(own, `${name}${LESSON_EXTENSION}`);
  return {
    async listLessons() {
      const [coming, kept] = await Promise.all([lessonsIn(new URL('lessons/', assets)), lessonsIn(own)]);
      const as = (isOwn: boolean) => (each: Omit<LessonFile, 'own'>) => ({ ...each, own: isOwn });
      return { lessons: [...coming.map(as(false)), ...kept.map(as(true))] };
    },
    async openLesson({ path }) {
      checkLessonPath(path);
      return { name: basename(path), text: await readLessonFile(path) };
    },
    async saveLesson({ path, text, overwrite }) {
      checkLessonPath(path);
      if (!overwrite && (await stampOf(path))) throw new UserError(sentences.shell.exists(basename(path)));
      await writeFileAtomically(path, Buffer.from(text));
      return { path };
    },
    async keepLesson({ name, text }) {
      await mkdir(own, { recursive: true, mode: 0o700 });
      const names = await namesIn(own);
      if (!names.includes(`${name}${LESSON_EXTENSION}`) && names.length >= MOST_OWN)
        throw new UserError(sentences.lessons.files.many(MOST_OWN));
      await writeFileAtomically(pathOf(name), Buffer.from(text));
      changed();
      return {};
    },
    async dropLesson({ name }) {
      await rm(pathOf(name), { force: true });
      changed();
      return {};
    },
  };
}

/** Whether a path names a lesson. */
export const isLessonPath = (path: string): boolean => extname(path).toLowerCase() === LESSON_EXTENSION;

/** What the app is started with: a workbook or a lesson, with its whole path, or a template. */
export function namedBy(target: { file: string } | { template: string } | undefined): {
  file?: string;
  template?: string;
  lesson?: string;
} {
  if (!target || 'template' in target) return target ?? {};
  const path = resolve(target.file);
  return isLessonPath(path) ? { lesson: path } : { file: path };
}

function checkLessonPath(path: string): void {
  if (!isAbsolute(path) || path.includes('\0')) throw new UserError(sentences.shell.pathNotAbsolute(path));
  if (!isLessonPath(path)) throw new UserError(sentences.lessons.files.notLesson(basename(path)));
}

/** The lessons of a folder, by the names of their files. None if there is no such folder. */
async function lessonsIn(folder: string | URL): Promise<Omit<LessonFile, 'own'>[]> {
  const found = await Promise.all(
    (await namesIn(folder)).map(async name => {
      const path = folder instanceof URL ? new URL(name, folder) : join(folder, name);
      const text = await readFile(path, 'utf8').catch(() => undefined);
      return text === undefined ? [] : [{ name: name.slice(0, -LESSON_EXTENSION.length), text }];
    }),
  );
  return found.flat();
}

async function namesIn(folder: string | URL): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter(name => isLessonPath(name) && name !== 'README.md').sort();
}

/** The text of a file. Throws UserError if it can't be read, is too large, or is no text. */
async function readLessonFile(path: string): Promise<string> {
  const name = basename(path);
  try {
    const found = await stat(path);
    if (found.isFile() && found.size > BYTES_EACH * MOST_LESSON)
      throw new UserError(sentences.lessons.files.tooLarge(name, MOST_LESSON));
    // What is neither file nor folder, such as a pipe, may never end.
    if (!found.isFile() && !found.isDirectory()) throw new UserError(sentences.lessons.files.noText(name));
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof TypeError) throw new UserError(sentences.lessons.files.noText(name));
    throw explainReadError(error, path);
  }
}
