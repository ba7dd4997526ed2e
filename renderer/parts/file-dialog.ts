import { date, fixed } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import type { Args, Folder, FolderEntry } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import { element, icon } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import { button, buttons, type Dialogs } from './dialogs.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** What to choose. open, save: a workbook (or to open, a lesson). openLesson, saveLesson: a lesson. openData: an image,
 *  a CSV or an IDX file. openFolder: a folder of images. export: where to write a film, a picture or a text; the ending
 *  of the suggestion says which. */
export type ChooseMode = Args<'chooseFile'>['mode'];
/** `replace`: the user was told that the file exists, and wants it replaced. */
export type ChosenFile = { path: string; replace: boolean };
type ListFolder = (path?: string) => Promise<Folder>;

/** Which files each dialog of the page lists. */
const SHOWN = {
  open: 'openable',
  save: 'workbooks',
  openData: 'data',
  openFolder: 'data',
  openLesson: 'lessons',
  saveLesson: 'lessons',
  export: 'exports',
} as const;

/** Asks for a file or folder of this computer, in the system's dialog if the shell has one, else in the page. undefined
 *  if the user cancels. */
export async function choosePath(
  store: Store,
  client: Client,
  dialogs: Dialogs,
  mode: ChooseMode,
  suggestion: string,
): Promise<ChosenFile | undefined> {
  if (!store.get().capabilities.nativeDialogs) {
    const show = SHOWN[mode];
    return chooseFileInPage(dialogs, mode, suggestion, path => client.send('listFolder', { path, show }));
  }
  const { path } = await client.send('chooseFile', { mode, suggestion });
  // The system's dialog asks before it returns an existing file.
  return path === undefined ? undefined : { path, replace: true };
}

/** The in-page dialog for files of this computer, for shells without a native one. */
async function chooseFileInPage(
  dialogs: Pick<Dialogs, 'show'>,
  mode: ChooseMode,
  suggestion: string,
  listFolder: ListFolder,
): Promise<ChosenFile | undefined> {
  const text = messages.panels.dialogs;
  const lesson = messages.lessons.files;
  const words = {
    open: { title: messages.shell.openTitle, confirm: text.open, files: text.files, empty: text.emptyFolder },
    save: { title: messages.shell.saveTitle, confirm: messages.shell.save, files: text.files, empty: text.emptyFolder },
    openData: messages.views.chooseData,
    openFolder: messages.views.chooseFolder,
    openLesson: { title: lesson.openTitle, confirm: text.open, files: lesson.list, empty: lesson.empty },
    saveLesson: { title: lesson.saveTitle, confirm: messages.shell.save, files: lesson.list, empty: lesson.empty },
    export: {
      title: messages.filmExport.saveTitle,
      confirm: messages.shell.save,
      files: messages.filmExport.files,
      empty: messages.filmExport.emptyFolder,
    },
  }[mode];
  const saves = mode === 'save' || mode === 'saveLesson' || mode === 'export';
  const ending =
    { saveLesson: '.md', export: suggestion.slice(suggestion.lastIndexOf('.')) }[mode as string] ?? '.convsheet';
  const withEnding = (name: string) => (name.toLowerCase().endsWith(ending) ? name : `${name}${ending}`);
  /** The existing file that the user was told about. */
  let replace = '';
  const path = await dialogs.show<string>(
    words.title,
    close => {
      let folder: Folder | undefined;
      let shown: FolderEntry[] = [];
      let at = -1;
      const path = element('input', { type: 'text', class: 'field', spellcheck: 'false', 'aria-label': text.folder });
      const up = element(
        'button',
        { type: 'button', class: 'button quiet outlined', 'aria-label': text.parent, title: text.parent },
        icon('up'),
      );
      const list = element('div', {
        class: 'files',
        role: 'listbox',
        tabindex: 0,
        autofocus: mode === 'openFolder',
        'aria-label': words.files,
      });
      const name = element('input', {
        type: 'text',
        class: 'field',
        spellcheck: 'false',
        autofocus: true,
        value: saves ? suggestion : '',
      });
      const problem = element('p', { class: 'problem', role: 'alert' });

      /** Whether the user is typing a folder. A listing that arrives late then leaves the text alone. */
      let typing = false;
      /** The newest listing. Older ones are dropped. */
      let listing = Promise.resolve();
      let asked = 0;
      const show = (to?: string) => {
        if (to !== undefined) typing = false;
        return (listing = read(to, ++asked));
      };
      const read = async (to: string | undefined, question: number) => {
        let found: Folder;
        try {
          found = await listFolder(to);
        } catch (error) {
          if (question === asked) problem.textContent = sentenceOf(error);
          return;
        }
        if (question !== asked) return;
        folder = found;
        problem.textContent = '';
        if (!typing) {
          path.value = folder.path;
          // What somebody is about to type replaces it.
          if (document.activeElement === path) path.select();
        }
        up.disabled = folder.parent === undefined;
        shown = folder.entries;
        at = -1;
        list.replaceChildren(
          ...shown.map((entry, index) => {
            const option = element(
              'div',
              { class: 'file', role: 'option', id: `file-${index}`, 'aria-selected': false },
              icon(entry.kind),
              element('span', { class: 'file-name' }, entry.name),
              entry.kind === 'file' &&
                element(
                  'span',
                  { class: 'file-detail' },
                  [sizeText(entry.size), dateText(entry.modified)].filter(Boolean).join(' · '),
                ),
            );
            option.addEventListener('click', () => select(index));
            option.addEventListener('dblclick', () => enter(index));
            return option;
          }),
        );
        // A listbox may contain only options. So "empty" and "more" are options that can't be chosen.
        const say = (sentence: string) =>
          list.append(element('div', { class: 'empty', role: 'option', 'aria-disabled': true }, sentence));
        if (shown.length === 0) say(words.empty);
        if (found.more > 0) say(text.moreFiles(found.more, mode === 'openFolder'));
        list.removeAttribute('aria-activedescendant');
      };
      const select = (index: number) => {
        at = index;
        for (const [i, option] of [...list.children].entries()) option.setAttribute('aria-selected', String(i === at));
        list.setAttribute('aria-activedescendant', `file-${index}`);
        list.children[index]?.scrollIntoView({ block: 'nearest' });
        if (shown[index].kind === 'file') name.value = shown[index].name;
      };
      const enter = (index: number) => {
        // If a folder is wanted, its files are shown only so that the user recognises it.
        if (shown[index].kind === 'folder') void show(shown[index].path).then(() => list.focus());
        else if (mode !== 'openFolder') void submit();
      };
      /** Reads the typed folder, if it isn't the listed one. Returns false and shows the problem if it can't be
       *  read. */
      const readTyped = async () => {
        if (path.value !== folder?.path) await show(path.value);
        return path.value === folder?.path;
      };
      /** What was confirmed and is being read. */
      let confirmed: string | undefined;
      const submit = async () => {
        const typed = name.value.trim();
        if (mode !== 'openFolder' && typed === '') {
          problem.textContent = text.nameMissing;
          return;
        }
        // A second Enter while the folder is being read must not answer the question that follows. If something else
        // was typed before it, it counts instead of the first.
        const wanted = `${path.value}\n${typed}`;
        if (confirmed === wanted) return;
        confirmed = wanted;
        await listing;
        const found = isWholePath(typed) || (await readTyped());
        if (confirmed !== wanted) return;
        confirmed = undefined;
        if (!found) return;
        if (mode === 'openFolder') return close(folder!.path);
        const whole = joinPath(folder?.path ?? '', saves ? withEnding(typed) : typed);
        const exists = shown.some(entry => entry.path === whole && entry.kind === 'file');
        if (saves && exists && replace !== whole) {
          replace = whole;
          problem.textContent = messages.shell.exists(withEnding(typed));
          confirm.textContent = text.replace;
          return;
        }
        close(whole);
      };
      const confirm = button(words.confirm, 'primary', () => void submit());
      const reset = () => {
        replace = '';
        confirm.textContent = words.confirm;
      };

      up.addEventListener('click', () => void show(folder?.parent).then(() => list.focus()));
      path.addEventListener('input', () => (typing = true));
      path.addEventListener('keydown', event => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        void show(path.value).then(() => mode === 'openFolder' && list.focus());
      });
      name.addEventListener('input', reset);
      name.addEventListener('keydown', event => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        void submit();
      });
      list.addEventListener('keydown', event => {
        const last = shown.length - 1;
        const to = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[event.key];
        if (to !== undefined && last >= 0) select(to);
        else if (event.key === 'Enter' && at >= 0) enter(at);
        else if (event.key === 'Backspace' && folder?.parent) void show(folder.parent);
        else return;
        event.preventDefault();
      });
      void show();
      queueMicrotask(() => name.select());
      return [
        element('div', { class: 'path-row' }, up, path),
        list,
        ...(mode === 'openFolder' ? [] : [element('label', { class: 'labelled' }, text.fileName, name)]),
        problem,
        buttons(
          button(messages.shell.cancel, 'plain', () => close(undefined)),
          confirm,
        ),
      ];
    },
    'wide',
  );
  return path === undefined ? undefined : { path, replace: path === replace };
}

const isWholePath = (name: string) => name.startsWith('/') || /^[A-Za-z]:[\\/]/.test(name) || name.startsWith('\\\\');

/** The path of a name in a folder. A whole path stays as it is. */
function joinPath(folder: string, name: string): string {
  if (isWholePath(name)) return name;
  const separator = folder.includes('\\') ? '\\' : '/';
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

function sizeText(size: number | undefined): string {
  if (size === undefined) return '';
  return size < 1e6 ? `${Math.ceil(size / 1000)} kB` : `${fixed(size / 1e6, 1)} MB`;
}

function dateText(modified: number | undefined): string {
  return modified === undefined ? '' : date(modified);
}
