import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { type DataChoice, pathsOf } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import {
  type Args,
  type DocumentInfo,
  exportEndings,
  type FileStamp,
  type Folder,
  type FolderEntry,
} from '../../shared/protocol.ts';

export const EXTENSION = '.convsheet';
/** The most entries of a folder that are shown. The number of the others is told. */
const MAX_ENTRIES = 5000;

/** The name of a file as a title: without folder and extension. */
export function titleOf(path: string): string {
  const name = basename(path.replaceAll('\\', '/'));
  return isWorkbookName(name) ? name.slice(0, -EXTENSION.length) : name;
}

const isWorkbookName = (path: string) => extname(path).toLowerCase() === EXTENSION;

const MAX_RECENT = 10;
/** The list of recent files with this one first. */
export function withRecent(recent: DocumentInfo['recent'], path: string): DocumentInfo['recent'] {
  return [{ name: titleOf(path), path }, ...recent.filter(file => file.path !== path)].slice(0, MAX_RECENT);
}

/** Throws UserError unless this is the whole path of a .convsheet file. */
export function checkPath(path: string): void {
  if (!isAbsolute(path) || path.includes('\0')) throw new UserError(sentences.shell.pathNotAbsolute(path));
  if (!isWorkbookName(path)) throw new UserError(sentences.shell.notConvSheet(basename(path)));
}

/** Adds the extension to a path if somebody hasn't typed it and such a file exists. Otherwise returns the path
 *  unchanged. */
export async function completePath(path: string): Promise<string> {
  if (isWorkbookName(path) || !isAbsolute(path) || path.includes('\0')) return path;
  for (const whole of [`${path}${EXTENSION}`, `${path}${EXTENSION.toUpperCase()}`]) {
    const found = await stat(whole).catch(() => undefined);
    if (found?.isFile()) return whole;
  }
  return path;
}

/** Throws UserError if a request names images or labels by a relative path. Its meaning would depend on where a process
 *  was started. */
export function checkDataPaths(args: object): void {
  type Chosen = { data?: DataChoice };
  const { data, config, setup, path } = args as Chosen & { config?: Chosen; setup?: Chosen; path?: string };
  const source = (data ?? config?.data ?? setup?.data)?.source;
  const named = [...(source ? pathsOf(source) : []), ...(path === undefined ? [] : [path])];
  for (const each of named) {
    if (!isAbsolute(each) || each.includes('\0')) throw new UserError(sentences.shell.pathNotAbsolute(each));
  }
}

/** The current state of a file. undefined if there is none. Throws UserError for a folder. */
export async function stampOf(path: string): Promise<FileStamp | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new UserError(sentences.shell.isFolder(path));
  return found && { modified: found.mtimeMs, size: found.size };
}

/** What a listing shows besides folders. */
type Show = NonNullable<Args<'listFolder'>['show']>;

/** Images, lists of labels, arrays, and IDX files (which may be called train-images-idx3-ubyte, or end in .gz). */
const DATA_NAME = /(\.(png|jpe?g|webp|gif|tiff?|avif|bmp|csv|idx|npy|npz|gz)|ubyte)$/i;

const isLessonName = (name: string) => extname(name).toLowerCase() === '.md';
const SHOWN: Readonly<Record<Show, (name: string) => boolean>> = {
  workbooks: isWorkbookName,
  data: name => DATA_NAME.test(name),
  lessons: isLessonName,
  exports: name => exportEndings.some(ending => extname(name).toLowerCase() === `.${ending}`),
  openable: name => isWorkbookName(name) || isLessonName(name),
};

/** The folders and the files of one kind in a folder: folders first, without hidden ones. `fallback`: the user hasn't
 *  named the folder, so if it is gone, the home folder is used. */
export async function listFolder(
  path: string | undefined,
  { show, fallback }: { show: Show; fallback: boolean },
): Promise<Folder> {
  const folder = path ?? homedir();
  if (!isAbsolute(folder) || folder.includes('\0')) throw new UserError(sentences.shell.pathNotAbsolute(folder));
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (fallback && folder !== homedir()) return listFolder(homedir(), { show, fallback: false });
    const { code } = error as NodeJS.ErrnoException;
    const denied = code === 'EACCES' || code === 'EPERM';
    throw new UserError((denied ? sentences.shell.folderUnreadable : sentences.shell.folderMissing)(folder));
  }
  const shown = names.filter(name => !name.startsWith('.'));
  const isShown = SHOWN[show];
  const found = await Promise.all(shown.map(name => entryOf(folder, name, isShown)));
  const order = new Intl.Collator(undefined, { numeric: true });
  const entries = found
    .filter(entry => entry !== undefined)
    .sort((a, b) => (a.kind === b.kind ? order.compare(a.name, b.name) : a.kind === 'folder' ? -1 : 1));
  const more = Math.max(0, entries.length - MAX_ENTRIES);
  const parent = dirname(folder);
  return { path: folder, parent: parent === folder ? undefined : parent, entries: entries.slice(0, MAX_ENTRIES), more };
}

async function entryOf(
  folder: string,
  name: string,
  isShown: (name: string) => boolean,
): Promise<FolderEntry | undefined> {
  const path = join(folder, name);
  // stat follows links: a link counts as its target, and one without a target is left out.
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return { name, path, kind: 'folder' };
  if (!found?.isFile() || !isShown(name)) return undefined;
  return { name, path, kind: 'file', modified: found.mtimeMs, size: found.size };
}
