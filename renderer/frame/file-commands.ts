import { extensionOf } from '../../shared/image-extensions.ts';
import { messages } from '../../shared/messages.ts';
import type { Args } from '../../shared/protocol.ts';
import { templateNames } from '../../shared/templates.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import { download } from '../core/download.ts';
import { element } from '../core/element.ts';
import { isUnderWay } from '../core/run-view.ts';
import type { Store } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { choosePath } from '../parts/file-dialog.ts';
import type { OpenInstead } from '../data/use-data.ts';
import { chooseImageSize } from './empty-network.ts';

/** The choices of an empty network and of one for own pictures, beside the names of the templates. */
const EMPTY = 'empty';
const PICTURES = 'pictures';

type Filed = {
  store: Store;
  client: Client;
  dialogs: Dialogs;
  /** Enters the text that is being typed before work is saved or closed. Returns false if it is refused, so that typing
   *  continues. */
  finishEditing: () => boolean;
  openLesson: (path: string) => Promise<unknown>;
  /** Asks for a folder of pictures, and makes a network for them. */
  networkForPictures: () => Promise<void>;
} & Pick<Telling, 'attempt' | 'quietly'>;

/** The commands of the File menu. `openInstead` opens something else after the user has agreed to close the
 *  workbook. */
export function createFileCommands(needs: Filed): { commands: Command[]; openInstead: OpenInstead } {
  const { store, client, dialogs, finishEditing, openLesson, networkForPictures, attempt, quietly } = needs;
  const mayEdit = () => store.get().role !== 'viewer';
  const chooseFile = (mode: 'open' | 'save', suggestion: string) =>
    choosePath(store, client, dialogs, mode, suggestion);
  const saveAs = async (): Promise<boolean> => {
    if (!finishEditing()) return false;
    // Another workbook may be opened while a file is being chosen.
    const { document: work, workbookId } = store.get();
    let saved = false;
    const done = await attempt(async () => {
      const chosen = await chooseFile('save', work.name);
      const replace = chosen?.replace ? { overwrite: true } : {};
      if (chosen) await client.send('save', { path: chosen.path, ...replace }, workbookId);
      saved = chosen !== undefined;
    });
    return done && saved;
  };
  const save = async (): Promise<boolean> => {
    if (!finishEditing()) return false;
    return store.get().document.path === undefined ? saveAs() : attempt(() => client.send('save', {}));
  };
  /** Asks what to do with unsaved work. Returns whether to continue. */
  const mayLeave = async (): Promise<boolean> => {
    if (!finishEditing()) return false;
    // The last edit may still be on its way. The engine answers this request after it. Without an answer, the state as
    // it is known must do.
    await client.send('getWorkbook', {}).catch(() => undefined);
    const { workbook, role, document: work, run } = store.get();
    if (!workbook.modified || role === 'viewer') return true;
    const answer = await dialogs.unsaved(work.name, isUnderWay(run?.state) ? run!.state.name : undefined);
    return answer === 'save' ? save() : answer === 'discard';
  };
  const openInstead: OpenInstead = async work => (await mayLeave()) && attempt(work);
  const begin = (work: Args<'newWorkbook'>) => openInstead(() => client.send('newWorkbook', work));
  const beginEmpty = async () => {
    const images = await chooseImageSize(dialogs);
    if (images) await begin({ images });
  };
  /** Opens a workbook instead of this one, or a lesson beside it. */
  const openPath = async (path: string) => {
    if (extensionOf(path) === '.md') await openLesson(path);
    else await openInstead(() => client.send('openFile', { path }));
  };
  const open = async () => {
    let chosen: Awaited<ReturnType<typeof chooseFile>>;
    await attempt(async () => void (chosen = await chooseFile('open', '')));
    if (!chosen) return;
    await openPath(chosen.path);
  };
  const downloadCopy = async () => {
    const { name, bytes } = await client.send('fileBytes', {});
    download(name, new Blob([bytes.slice()], { type: 'application/zip' }));
  };
  const clearRecent = async () => {
    if (await dialogs.confirm(messages.panels.dialogs.clearRecent)) quietly(client.send('clearRecent', {}));
  };
  const quit = async () => {
    const { workbook, role, workbookId } = store.get();
    if (!(await mayLeave())) return;
    // Work that the user chose not to save must not come back at the next start.
    if (workbook.modified && store.get().workbook.modified && role === 'editor') {
      if (!(await attempt(() => client.send('discard', {}, workbookId)))) return;
    }
    if (!(await attempt(() => client.send('quit', {})))) return;
    client.end();
    // A browser closes a window only if it was opened for this app.
    document.body.replaceChildren(element('p', { class: 'starting', role: 'status' }, messages.panels.ended));
    window.close();
  };

  const commands: Command[] = [
    {
      id: 'file.new',
      label: () => messages.menu.new,
      choices: () => [
        ...templateNames.map(name => ({ argument: name, label: messages.menu.templates[name] })),
        '-',
        { argument: PICTURES, label: messages.templates.pictures.menu },
        { argument: EMPTY, label: messages.templates.empty.menu },
      ],
      enabled: mayEdit,
      run(template) {
        if (template === PICTURES) return networkForPictures();
        return template === EMPTY ? beginEmpty() : begin({ template });
      },
    },
    {
      id: 'file.open',
      label: () => messages.menu.open,
      key: 'CmdOrCtrl+O',
      enabled: mayEdit,
      run: open,
    },
    {
      id: 'file.openRecent',
      label: () => messages.menu.openRecent,
      choices: () => store.get().document.recent.map(({ name, path }) => ({ argument: path, label: name })),
      noChoices: () => messages.menu.noRecent,
      enabled: mayEdit,
      run: openPath,
    },
    { id: 'file.clearRecent', label: () => messages.menu.clearRecent, run: clearRecent },
    {
      id: 'file.save',
      label: () => messages.menu.save,
      key: 'CmdOrCtrl+S',
      enabled: () => {
        const { document: work, workbook, editing } = store.get();
        return mayEdit() && (work.path === undefined || workbook.modified || editing !== undefined);
      },
      run: save,
    },
    {
      id: 'file.saveAs',
      label: () => messages.menu.saveAs,
      key: 'CmdOrCtrl+Shift+S',
      enabled: mayEdit,
      run: saveAs,
    },
    {
      id: 'file.download',
      label: () => messages.menu.download,
      enabled: () => store.get().capabilities.shell !== 'electron',
      run: () => finishEditing() && attempt(downloadCopy),
    },
    {
      id: 'file.quit',
      label: () => (store.get().capabilities.platform === 'mac' ? messages.menu.quit : messages.menu.close),
      key: 'CmdOrCtrl+Q',
      run: quit,
    },
  ];
  return { commands, openInstead };
}
