import type { MenuFolder, MenuItem } from '../../shared/menu.ts';
import { messages } from '../../shared/messages.ts';
import { isBrowserKey, matches } from '../core/accelerators.ts';
import type { Browsing } from '../core/browsing.ts';
import type { Client } from '../core/client.ts';
import type { Choice, Command, Commands, Telling } from '../core/commands.ts';
import { refusal } from '../core/notices.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store } from '../core/store.ts';
import { openDataDialog } from '../data/data.ts';
import { chooseFit, type FitQuestion } from '../data/fit-dialog.ts';
import { createImageCommands } from '../data/image-commands.ts';
import { putIntoInput } from '../data/own-image.ts';
import type { GridApi } from '../grid/api.ts';
import { inTextField, undoesText } from '../grid/clipboard-actions.ts';
import type { Drawing } from '../grid/drawing.ts';
import { createEditCommands } from '../grid/edit-commands.ts';
import { createGoTo, type GoTo } from '../grid/go-to.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { createCommentCommands } from '../looks/comment-commands.ts';
import { createFormatCommands } from '../looks/format-commands.ts';
import { createExplainCommands } from '../explain/explain-commands.ts';
import { createJobCommand } from '../film/film-job.ts';
import { createFormCommands } from '../film/forms/form-commands.ts';
import { createTeachingCommands } from '../explain/teaching-commands.ts';
import { createLessonCommands } from '../lessons/lesson-commands.ts';
import type { Lessons } from '../lessons/lessons.ts';
import { createPresenter } from '../film/presenter.ts';
import { createLive } from '../film/live/live-commands.ts';
import { createLayerCommands } from '../layers/layer-commands.ts';
import type { FilmParts } from '../film/film-parts.ts';
import { createStoryboardCommands } from '../film/storyboard-commands.ts';
import type { LayerEditing } from '../layers/layer-editing.ts';
import { choosePath } from '../parts/file-dialog.ts';
import { focusSide } from '../parts/sides.ts';
import { editPhases } from '../training/phases.ts';
import { createTrainingCommands } from '../training/training-commands.ts';
import { createDropping, type DroppedFile } from './drops.ts';
import { createFileCommands } from './file-commands.ts';
import { createHelpCommands } from './help-commands.ts';
import { itemOf, menuOf } from './menu.ts';
import { createFindCommands } from './find.ts';
import { createLoopCommand } from './loop-card.ts';
import { createNames } from './name-commands.ts';
import { createSheetCommands } from './sheet-commands.ts';
import { createViewCommands } from './view-commands.ts';

/** The commands that F4 does again with what is selected now, as in Excel. */
const REPEATED =
  /^(format\.(?!again)|sheet\.(insert|delete)(Rows|Columns|Lines)|edit\.(delete|fillDown|fillRight|restore))/;

/** The commands whose keys belong to the text while somebody types: Alt+arrow goes through it, and Ctrl+Enter in a cell
 *  enters it. */
const TEXT_KEYS = /^(edit|network\.(?!graph|editLayers)|format|comment|sheet\.(insert|delete)Lines)\b/;

/** The commands that don't lead from the storyboard to the sheet. Their keys count there too. */
const BESIDE_SHEET =
  /^(film|file|help|present|edit\.(undo|redo)$|view\.(toolbars|fullScreen|palette|theme|textSize|language)$)/;

/** What commands work on. `grid` is a function, because the sheet is made after the commands. */
export type Commanded = {
  store: Store;
  client: Client;
  dialogs: Dialogs;
  drawing: Drawing;
  grid: () => GridApi;
  browsing: Browsing;
  layers: LayerEditing;
  lessons: Lessons;
  film: FilmParts;
};

/** All commands, with the menu and the handling of dropped files. */
export type WindowCommands = Commands & {
  reveal: GoTo['reveal'];
  menu: () => MenuFolder[];
  /** The items of these menu commands; '-' gives a line. A command with choices gives all its choices, not a
   *  submenu. */
  items: (ids: readonly string[]) => MenuItem[];
  /** Opens or uses what was dropped on the window. */
  drop: (items: readonly DroppedFile[]) => void;
  destroy: () => void;
};

/** Makes every feature's commands, and listens for their keys. */
export function createCommands(commanded: Commanded): WindowCommands {
  const { store, dialogs, layers, lessons } = commanded;
  const refuse = (sentence: string) => store.set({ notice: refusal(sentence, store.get()) });
  const telling: Telling = {
    refuse,
    quietly(work) {
      work.catch((error: unknown) => refuse(sentenceOf(error)));
    },
    async attempt(work) {
      try {
        await work();
        return true;
      } catch (error) {
        await dialogs.tell(messages.panels.dialogs.problem, sentenceOf(error));
        return false;
      }
    },
  };
  const gathered = gatherCommands(commanded, telling);
  const { all } = gathered;
  const enabled = (id: string, argument = '') => {
    const command = all.get(id);
    return command !== undefined && (command.enabled?.(argument) ?? true);
  };
  /** The last command that F4 can repeat. */
  let last: [id: string, argument?: string] | undefined;
  const run = (id: string, argument = '') => {
    if (!enabled(id, argument) && !all.get(id)?.soon?.()) return;
    if (store.get().filming && !BESIDE_SHEET.test(id)) store.set({ filming: false });
    lessons.ran(id);
    if (REPEATED.test(id)) last = id.startsWith('format.') ? ['format.again'] : [id, argument];
    Promise.resolve(all.get(id)!.run(argument)).catch((error: unknown) => refuse(sentenceOf(error)));
  };
  /** Whether the key of a command means something else where the keyboard is. */
  const isTaken = (id: string): boolean => {
    if (id === 'edit.undo' || id === 'edit.redo') return undoesText(store);
    if (store.get().filming && !BESIDE_SHEET.test(id)) return true;
    if (inTextField(store) && TEXT_KEYS.test(id)) return true;
    if (id === 'train.start' && appliesEdits(layers)) return true;
    const mayHaveLines = store.get().editing !== undefined || document.activeElement instanceof HTMLTextAreaElement;
    return mayHaveLines && /^(train|find)\b/.test(id);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const { platform, nativeMenu } = store.get().capabilities;
    // Even if nothing happens here, the browser must not reload, search or print.
    if (isBrowserKey(event, platform)) event.preventDefault();
    // A modal dialog keeps its keys, and a native menu has its own listener.
    if (document.querySelector('dialog[open]')) return;
    const isPressed = (key: string) => matches(event, key, platform);
    const inPage = [...all.values()].find(each => each.keyInPage && isPressed(each.key!) && enabled(each.id));
    const found = inPage ?? (nativeMenu ? undefined : commandOf(all, isPressed));
    const typing = inTextField(store);
    if (!found) {
      if (typing || store.get().filming) return;
      if (matches(event, 'F5', platform)) run('edit.goTo');
      if (matches(event, 'F4', platform) && last) {
        event.preventDefault();
        run(...last);
      }
      return;
    }
    const { id, argument } = { argument: undefined, ...found };
    if (isTaken(id)) return;
    event.preventDefault();
    event.stopPropagation();
    run(id, argument);
  };
  document.addEventListener('keydown', onKey, true);

  return {
    run,
    has: id => all.has(id),
    enabled,
    menu: () => menuOf(all),
    items: ids =>
      ids.flatMap((id): MenuItem[] => {
        if (id === '-') return [{ kind: 'separator' }];
        const command = all.get(id)!;
        if (!command.choices) return [itemOf(command)];
        return command
          .choices()
          .filter(isChoice)
          .map(choice => itemOf(command, choice));
      }),
    drop: items => telling.quietly(gathered.drop(items)),
    goTo: gathered.goTo,
    reveal: gathered.reveal,
    refuse,
    destroy() {
      gathered.end();
      document.removeEventListener('keydown', onKey, true);
    },
  };
}

/** The commands of every feature by their ids, and what else the window needs from these features. */
export function gatherCommands(commanded: Commanded, telling: Telling) {
  const { store, client, dialogs, drawing, grid, browsing, layers, lessons, film } = commanded;
  const finishEditing = () => grid().finishEditing();
  const askFit = (...question: FitQuestion) => chooseFit(dialogs, ...question);
  const openData = (begin?: Parameters<typeof openDataDialog>[5]) =>
    openDataDialog(document.body, store, client, dialogs, files.openInstead, begin);
  const networkForPictures = () => openData({ source: 'folders', network: 'resnet-tiny' });
  const openImage = async () => {
    if (!finishEditing()) return;
    const chosen = await choosePath(store, client, dialogs, 'openData', '');
    if (chosen) await putIntoInput(store, client, { from: 'file', path: chosen.path }, askFit);
  };

  const needs = { store, client, dialogs, drawing, grid, browsing, finishEditing, ...telling };
  const places = createGoTo(store, dialogs, grid);
  const names = createNames({ ...needs, goTo: places.goTo });
  const teaching = createLessonCommands({ ...needs, lessons });
  const files = createFileCommands({ ...needs, openLesson: teaching.openPath, networkForPictures });
  const views = createViewCommands(needs);
  const presenter = createPresenter({ ...needs, sounds: film.narrating.sounds, begins: () => film.player.pause() });
  const live = createLive(needs);
  const training = createTrainingCommands({
    ...needs,
    openData: () => openData(),
    editPhases: () => editPhases(store, dialogs),
    focusSide,
  });
  const all: ReadonlyMap<string, Command> = new Map(
    [
      ...files.commands,
      ...createImageCommands({ ...needs, openImage }),
      ...createEditCommands({ ...needs, reveal: places.reveal }),
      ...places.commands,
      ...views.commands,
      ...createFormatCommands(needs),
      ...createCommentCommands(needs),
      ...createSheetCommands(needs),
      ...createLayerCommands(store, layers),
      ...createExplainCommands(needs),
      ...createTeachingCommands(needs),
      ...teaching.commands,
      ...createStoryboardCommands({ ...needs, film }),
      ...presenter.commands,
      ...live.commands,
      ...names.commands,
      ...createFindCommands(store, grid),
      createLoopCommand(store, client, telling),
      ...training,
      createJobCommand(store, client),
      ...createFormCommands(needs),
      ...createHelpCommands(store, dialogs, () => all),
    ].map(command => [command.id, command]),
  );
  const drop = createDropping({
    ...needs,
    openInstead: files.openInstead,
    openData,
    askFit,
    openLesson: teaching.take,
  });
  /** A text that names nothing, but can be a name, becomes the name of the selected cells. */
  const goTo = (typed: string) => {
    const reason = places.goTo(typed);
    return reason !== undefined && !places.names(typed) && names.define(typed) ? undefined : reason;
  };
  const end = () => {
    views.end();
    presenter.destroy();
    live.destroy();
  };
  return { all, drop, goTo, reveal: places.reveal, end };
}

const isChoice = (choice: Choice | '-'): choice is Choice => choice !== '-';

/** The command whose key is pressed, with its choice. */
function commandOf(
  commands: ReadonlyMap<string, Command>,
  isPressed: (key: string) => boolean,
): { id: string; argument?: string } | undefined {
  for (const { id, key, keyElsewhere, keyInPage, choices } of commands.values()) {
    if (key !== undefined && !keyElsewhere && !keyInPage && isPressed(key)) return { id };
    const choice = choices?.().find(each => each !== '-' && each.key !== undefined && isPressed(each.key));
    if (choice && choice !== '-') return { id, argument: choice.argument };
  }
  return undefined;
}

/** Whether Ctrl+Enter applies edits of layers: in their panel, and in the list and the graph where edits wait. */
function appliesEdits(layers: LayerEditing): boolean {
  const { draft, from } = layers.get();
  return !!document.activeElement?.closest(draft !== from ? '.layer-pane, .layers-panel, .graph' : '.layer-pane');
}
