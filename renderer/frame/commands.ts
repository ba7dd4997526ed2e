import { type CellRange, formatAddress, formatRange, intersect } from '../../shared/address.ts';
import { parseTarget } from '../../shared/goto.ts';
import { commandKey, commandsOf, type MenuFolder, menuTemplate } from '../../shared/menu.ts';
import { messages } from '../../shared/messages.ts';
import type { LayerId } from '../../shared/network.ts';
import type { Settings } from '../../shared/protocol.ts';
import { isBrowserKey, matches } from '../core/accelerators.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import { createClipboardCommands } from './clipboard-commands.ts';
import { download } from '../core/download.ts';
import type { Drawing } from '../grid/drawing.ts';
import { type Dropped, type DroppedItem, meaningOf } from '../data/dropped.ts';
import { element } from '../core/element.ts';
import { foldable } from '../core/foldable.ts';
import type { GridApi } from '../grid/api.ts';
import type { Entry } from '../grid/entry.ts';
import { fillText } from '../grid/fill.ts';
import { reachOf } from '../grid/geometry.ts';
import { regionToSelect } from '../grid/navigation.ts';
import { traceSentence, visibleSteps } from '../grid/tracing.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { chooseFit, type FitQuestion } from '../data/fit-dialog.ts';
import { putIntoInput } from '../data/own-image.ts';
import { openDataDialog } from '../data/data.ts';
import { bandOf, suggestionsFor, unfold } from '../core/layer-places.ts';
import { choosePath } from '../parts/file-dialog.ts';
import { focusSide } from '../parts/sides.ts';
import { shownPlanes } from './tabs.ts';
import { isUnderWay } from '../core/run-view.ts';
import { selectedRanges, type State, type Store } from '../core/store.ts';
import { refusal } from '../core/notices.ts';
import { createTrainingCommands } from '../training/training-commands.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Browsing } from '../core/browsing.ts';

/** What commands work on. `grid` is asked when a command runs: the sheet is made after the commands. */
export type Commanded = {
  store: Store;
  client: Client;
  dialogs: Dialogs;
  drawing: Drawing;
  grid: () => GridApi;
  browsing: Browsing;
};
/** All commands, with the menu and what the window does with dropped files. */
export type WindowCommands = Commands & {
  menu: () => MenuFolder[];
  /** Opens or uses what was dropped on the window. */
  drop: (items: readonly (DroppedItem & { file: File | undefined })[]) => void;
  destroy: () => void;
};

/** Cell heights: 100 % is 20 px. */
export const FULL_SIZE = 20;
/** The smallest a key or the wheel leads to; a network that is larger is fitted with smaller ones. */
export const SMALLEST = 1;
export const LARGEST = 64;
/** Steps of zooming in and out, in pixels. */
const ZOOM_STEPS = [1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64];

export function createCommands({ store, client, dialogs, drawing, grid, browsing }: Commanded): WindowCommands {
  const text = messages.panels;

  const refuse = (sentence: string) => store.set({ notice: refusal(sentence, store.get()) });
  /** Runs something that may fail; a sentence for the user becomes a dialog, a defect one as well, but says so. */
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      await dialogs.tell(text.dialogs.problem, sentenceOf(error));
      return false;
    }
  };
  /** For small things like undo: a failure is a line in the status bar, not a dialog. */
  const quietly = (work: Promise<unknown>) => {
    work.catch((error: unknown) => refuse(sentenceOf(error)));
  };

  const chooseFile = (mode: 'open' | 'save', suggestion: string) =>
    choosePath(store, client, dialogs, mode, suggestion);
  /** Takes what is being typed before work is saved or left; false where it is refused: then typing goes on. */
  const finishEditing = () => grid().finishEditing();
  const saveAs = async (): Promise<boolean> => {
    if (!finishEditing()) return false;
    // Another workbook may be opened while a file is chosen for this one.
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
  /** Before the open workbook goes away: whether to go on. */
  const mayLeave = async (): Promise<boolean> => {
    if (!finishEditing()) return false;
    // The last edit may still be on its way; this is answered after it. Where nothing answers, what is known has to do.
    await client.send('getWorkbook', {}).catch(() => undefined);
    const { workbook, role, document, run } = store.get();
    if (!workbook.modified || role === 'viewer') return true;
    const answer = await dialogs.unsaved(document.name, isUnderWay(run?.state) ? run!.state.name : undefined);
    return answer === 'save' ? save() : answer === 'discard';
  };
  const openInstead = async (work: () => Promise<unknown>) => {
    if (await mayLeave()) await attempt(work);
  };
  const downloadCopy = async () => {
    const { name, bytes } = await client.send('fileBytes', {});
    download(name, new Blob([bytes.slice()], { type: 'application/zip' }));
  };
  const quit = async () => {
    const { workbook, role, workbookId } = store.get();
    if (!(await mayLeave())) return;
    // What the user chose not to save must not come back at the next start.
    if (workbook.modified && store.get().workbook.modified && role === 'editor') {
      if (!(await attempt(() => client.send('discard', {}, workbookId)))) return;
    }
    if (!(await attempt(() => client.send('quit', {})))) return;
    client.end();
    // A browser closes the window only where it was opened for this app.
    document.body.replaceChildren(element('p', { class: 'starting', role: 'status' }, text.ended));
    window.close();
  };

  const changeSheet = (by: 1 | -1) => {
    const shown = shownPlanes(store.get());
    const next = shown.indexOf(store.get().plane) + by;
    if (next in shown) store.set({ plane: shown[next] });
    else if (shown.length === 1) refuse(text.onlySheet);
  };

  const zoom = (size: number) => store.set({ cellSize: Math.min(LARGEST, Math.max(SMALLEST, Math.round(size))) });
  const step = (direction: 1 | -1) => {
    const { cellSize } = store.get();
    const next =
      direction > 0 ? ZOOM_STEPS.find(size => size > cellSize) : ZOOM_STEPS.filter(size => size < cellSize).at(-1);
    if (next !== undefined) zoom(next);
  };
  const reveal = (range: CellRange, align?: 'nearest' | 'start') => {
    const active = { row: range.row, column: range.column };
    unfold(store, range);
    store.set({ active, selection: range });
    // Blocks have their name in the row over them: it is shown along.
    const top = Math.min(range.row, Math.max(1, range.row - 1));
    grid().scrollTo({ ...range, row: top, height: range.height + range.row - top }, align);
  };
  const select = (range: CellRange, align?: 'nearest' | 'start') => {
    if (!grid().leaveEditing()) return;
    reveal(range, align);
    grid().focus();
  };
  /** What the last undo or redo selected. */
  let revisited: CellRange | undefined;
  /** Undoes or redoes, and selects the cells that changed, which may be out of view; unless the user has gone on
   *  meanwhile. */
  const revisit = async (direction: 'undo' | 'redo') => {
    const { workbookId, selection: before } = store.get();
    const { cells } = await client.send(direction, {});
    const { workbookId: shown, selection, editing } = store.get();
    if (!cells || editing || shown !== workbookId || (selection !== before && selection !== revisited)) return;
    const inSheet = document.activeElement?.closest('.sheet-host');
    revisited = cells;
    reveal(cells);
    if (inSheet) grid().focus();
  };
  /** The cells a text names, as far as one can go; or why it names none. */
  const placeOf = (typed: string): CellRange | string => {
    const { sheet } = store.get();
    const range = parseTarget(store.get(), typed);
    if (!range) return text.noSuchPlace(typed.trim());
    const { rows, columns } = sheet.layout;
    return (
      intersect(range, reachOf(sheet)) ??
      text.beyondSheet(formatRange(range), formatAddress({ row: rows - 1, column: columns - 1 }))
    );
  };
  const goTo = (typed: string): string | undefined => {
    const place = placeOf(typed);
    if (typeof place === 'string') return place;
    select(place);
    return undefined;
  };
  const goToLayer = (id: LayerId) => {
    const { sheet } = store.get();
    // Kernels stand before the maps they make, and never hide.
    const shown = sheet.layout.bands.find(({ layer }) => layer === id);
    if (!shown) return;
    const first = sheet.layout.regions.find(
      region => region.column >= shown.column && region.column < shown.column + shown.width,
    );
    const cell = first ? { row: first.row, column: first.column } : { row: 0, column: shown.column };
    select({ ...cell, height: 1, width: 1 }, 'start');
  };

  const browse = async (direction: 'next' | 'previous' | 'random') => {
    const { workbookId } = store.get();
    const { source } = store.get().workbook;
    const { filter, walkSamples } = browsing.get();
    if (walkSamples) return walkSamples(direction);
    const { index } = await client.send('findDigit', {
      filter,
      index: source.kind === 'digit' ? source.index : -1,
      direction,
    });
    if (index === undefined) refuse(text.noSuchDigit);
    else await client.send('showDigit', { index }, workbookId);
  };

  const { inTextField, copy, paste } = createClipboardCommands(store, grid, refuse);
  /** The layers that were folded last, which are the ones to fold again. */
  let lastFolded = store.get().foldedLayers;
  const endFolding = store.on(['foldedLayers'], ({ foldedLayers }) => {
    if (foldedLayers.size > 0) lastFolded = foldedLayers;
  });
  const setSettings = (settings: Partial<Settings>) => quietly(client.send('setSettings', settings));

  const openData = (dropped?: Extract<Dropped, { kind: 'data' }>) =>
    openDataDialog(document.body, store, client, dialogs, dropped);
  const askFit = (...question: FitQuestion) => chooseFit(dialogs, ...question);
  const openImage = async () => {
    if (!finishEditing()) return;
    const chosen = await choosePath(store, client, dialogs, 'openData', '');
    if (chosen) await putIntoInput(store, client, { from: 'file', path: chosen.path }, askFit);
  };
  const drop = async (items: Parameters<WindowCommands['drop']>[0]) => {
    const meant = meaningOf(items);
    if (meant.kind === 'refused') return refuse(meant.sentence);
    if (store.get().role === 'viewer') return refuse(messages.shell.viewerRefused);
    if (!finishEditing()) return;
    if (meant.kind === 'data') return openData(meant);
    const file = items[meant.at].file!;
    if (meant.kind === 'image') return putIntoInput(store, client, { from: 'bytes', file }, askFit, items.length - 1);
    const { name } = file;
    return openInstead(async () => {
      await client.send('openBytes', { name, bytes: new Uint8Array(await file.arrayBuffer()) });
    });
  };

  const training = createTrainingCommands({
    store,
    client,
    refuse,
    quietly,
    finishEditing,
    openData: () => openData(),
    focusSide,
  });
  const actions: Record<string, (argument: string) => unknown> = {
    ...training.actions,
    'file.new': template => openInstead(() => client.send('newWorkbook', { template })),
    'file.open': () =>
      openInstead(async () => {
        const chosen = await chooseFile('open', '');
        if (chosen) await client.send('openFile', { path: chosen.path });
      }),
    'file.openRecent': path => openInstead(() => client.send('openFile', { path })),
    'file.openImage': () => quietly(openImage()),
    'file.clearRecent': async () => {
      if (await dialogs.confirm(text.dialogs.clearRecent)) quietly(client.send('clearRecent', {}));
    },
    'file.save': save,
    'file.saveAs': saveAs,
    'file.download': () => finishEditing() && attempt(downloadCopy),
    'file.quit': quit,
    'edit.undo': () => (inTextField() ? document.execCommand('undo') : quietly(revisit('undo'))),
    'edit.redo': () => (inTextField() ? document.execCommand('redo') : quietly(revisit('redo'))),
    'edit.cut': () => copy('cut'),
    'edit.copy': () => copy('copy'),
    'edit.paste': () => quietly(paste(false)),
    'edit.pasteSpecial': () => quietly(paste(true)),
    'edit.delete': () => grid().clear(),
    'edit.fill': async () => {
      const { sheet } = store.get();
      const filled = (typed: string): Entry => fillText(sheet, selectedRanges(store), typed);
      const typed = await dialogs.ask({ ...text.fillQuestion, value: '0', check: entered => filled(entered).refusal });
      if (typed !== undefined) grid().run(filled(typed));
    },
    'edit.fillDown': () => grid().transfer.fillLines('down'),
    'edit.fillRight': () => grid().transfer.fillLines('right'),
    'edit.goTo': async () => {
      const { sheet } = store.get();
      await dialogs
        .ask({
          ...text.goToQuestion,
          suggestions: suggestionsFor(sheet.network),
          check: typed => {
            const place = placeOf(typed);
            return typeof place === 'string' ? place : undefined;
          },
        })
        .then(typed => typed !== undefined && goTo(typed));
    },
    'edit.selectAll': () => {
      if (inTextField()) {
        document.execCommand('selectAll');
        return;
      }
      const { sheet, active, selection } = store.get();
      store.set({ selection: regionToSelect(sheet.layout, active, selection) });
      grid().focus();
    },
    'view.zoomIn': () => step(1),
    'view.zoomOut': () => step(-1),
    'view.zoom100': () => zoom(FULL_SIZE),
    'view.zoomFit': () => grid().fit(),
    'view.zoomPixels': () => zoom(1),
    'view.trace': trace => {
      const wanted = trace as State['trace'];
      const { trace: shown, stepsBack } = store.get();
      if (wanted === 'precedents' && shown === wanted) {
        // Again and again the same key: one step further back each time, after the pixels from the start.
        const steps = visibleSteps(store.get()).length;
        store.set({ stepsBack: stepsBack + 1 < steps ? stepsBack + 1 : 0 });
      } else store.set({ trace: shown === wanted ? 'precedents' : wanted, stepsBack: 0 });
      const told = store.get();
      const sentence = traceSentence(told);
      const holds = ({ sheet, active, trace: now, stepsBack: steps }: State) =>
        sheet === told.sheet && active === told.active && now === told.trace && steps === told.stepsBack;
      store.set({ notice: sentence === undefined ? undefined : { tone: 'info', sentence, holds } });
    },
    'view.foldRelu': id => {
      const { foldedLayers } = store.get();
      if (id !== '') {
        const next = new Set(foldedLayers);
        if (!next.delete(id)) next.add(id);
        store.set({ foldedLayers: next });
      } else {
        store.set({ foldedLayers: foldedLayers.size > 0 ? new Set() : lastFolded });
      }
    },
    'view.toolbars': () => browsing.set({ toolbars: !browsing.get().toolbars }),
    'view.fullScreen': () =>
      document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
    'view.nextSheet': () => changeSheet(1),
    'view.previousSheet': () => changeSheet(-1),
    'view.layers': () => browsing.set({ panel: !browsing.get().panel }),
    'view.palette': palette => setSettings({ palette: palette as Settings['palette'] }),
    'view.theme': theme => setSettings({ theme: theme as Settings['theme'] }),
    'network.nextDigit': () => quietly(browse('next')),
    'network.previousDigit': () => quietly(browse('previous')),
    'network.randomDigit': () => quietly(browse('random')),
    'network.class': name => {
      const { wrong } = browsing.get().filter;
      browsing.set({ filter: { ...(wrong ? { wrong } : {}), ...(name === 'any' ? {} : { class: Number(name) }) } });
    },
    'network.onlyWrong': () => {
      const { wrong, ...rest } = browsing.get().filter;
      browsing.set({ filter: wrong ? rest : { ...rest, wrong: true } });
    },
    'network.draw': () => {
      const drawn = store.get().tool === 'select';
      store.set({ tool: drawn ? 'brush' : 'select' });
      if (drawn) browsing.set({ panel: true });
    },
    'network.clearDrawing': () => drawing.clear(),
    'network.goToLayer': goToLayer,
    'help.keyboard': () =>
      dialogs.keyboard(
        menuTemplate({ ...menuInput(), undo: undefined, redo: undefined, disabled: [], checked: [] }),
        store.get().capabilities.platform,
      ),
    'help.about': () => dialogs.about(store.get().backend),
  };

  const flags = () => {
    const { settings, trace, foldedLayers, tool, role, document, workbook, sheet, cellSize, capabilities, editing } =
      store.get();
    const { filter, panel, toolbars } = browsing.get();
    const viewer = role === 'viewer';
    const changingCells = [
      'cut',
      'paste',
      'pasteSpecial',
      'delete',
      'fill',
      'fillDown',
      'fillRight',
      'undo',
      'redo',
    ].map(name => `edit.${name}`);
    const changing = ['nextDigit', 'previousDigit', 'randomDigit', 'draw', 'clearDrawing'].map(
      name => `network.${name}`,
    );
    const ofTraining = training.flags();
    const disabled = [
      ...ofTraining.disabled,
      ...(viewer ? [...changingCells, ...changing, 'file.open', 'file.openImage', 'file.save', 'file.saveAs'] : []),
      ...(viewer
        ? commandsOf(menuTemplate({ ...menuInput(), disabled: [], checked: [] }))
            .filter(({ id }) => id === 'file.new' || id === 'file.openRecent')
            .map(({ id, argument }) => commandKey(id, argument))
        : []),
      ...(document.path !== undefined && !workbook.modified && !editing ? ['file.save'] : []),
      ...(foldable(sheet.network).length === 0 ? ['view.foldRelu'] : []),
      ...(cellSize >= LARGEST ? ['view.zoomIn'] : []),
      ...(cellSize <= SMALLEST ? ['view.zoomOut'] : []),
      ...(capabilities.shell === 'electron' ? ['file.download'] : []),
    ];
    const checked = [
      ...ofTraining.checked,
      commandKey('view.palette', settings.palette),
      commandKey('view.theme', settings.theme),
      commandKey('view.trace', trace),
      commandKey('network.class', filter.class === undefined ? 'any' : String(filter.class)),
      ...(foldedLayers.size > 0 ? ['view.foldRelu'] : []),
      ...(panel ? ['view.layers'] : []),
      ...(toolbars ? ['view.toolbars'] : []),
      ...(filter.wrong ? ['network.onlyWrong'] : []),
      ...(tool === 'select' ? [] : ['network.draw']),
    ];
    return { disabled, checked };
  };
  const menuInput = () => {
    const { capabilities, document, sheet, workbook } = store.get();
    return {
      platform: capabilities.platform,
      recent: document.recent,
      layers: sheet.network.layers.filter(({ id }) => bandOf(sheet, id)),
      undo: workbook.undo,
      redo: workbook.redo,
    };
  };
  const menu = () => menuTemplate({ ...menuInput(), ...flags() });

  const run = (id: string, argument = '') => {
    const key = commandKey(id, argument === '' ? undefined : argument);
    if (flags().disabled.includes(key)) return;
    Promise.resolve(actions[id]?.(argument)).catch((error: unknown) => refuse(sentenceOf(error)));
  };
  const onKey = (event: KeyboardEvent) => {
    const { capabilities } = store.get();
    if (event.defaultPrevented) return;
    const { platform } = capabilities;
    const browserKey = isBrowserKey(event, platform);
    // Whatever comes of it here: the page must not be loaded anew, searched or printed in its place.
    if (browserKey) event.preventDefault();
    // A modal dialog keeps its keys, and a native menu listens itself.
    if (document.querySelector('dialog[open]')) return;
    const command = capabilities.nativeMenu
      ? undefined
      : commandsOf(menu()).find(
          ({ accelerator, shownOnly }) => accelerator && !shownOnly && matches(event, accelerator, platform),
        );
    if (!command) {
      if (inTextField()) return;
      if (matches(event, 'F5', platform)) run('edit.goTo');
      const elsewhere = text.elsewhere.find(({ keys }) => keys.some(key => matches(event, key, platform)));
      if (elsewhere) refuse(elsewhere.sentence);
      return;
    }
    // While somebody types, undo means the text, and Alt with an arrow moves in it; in a cell, Ctrl+Enter enters it.
    if (inTextField() && (command.id.startsWith('edit.') || command.id.startsWith('network.'))) return;
    if (store.get().editing && command.id.startsWith('train.')) return;
    event.preventDefault();
    event.stopPropagation();
    if (command.enabled) run(command.id, command.argument);
  };
  document.addEventListener('keydown', onKey, true);

  return {
    run,
    menu,
    flags,
    drop: items => quietly(drop(items)),
    goTo,
    refuse,
    destroy() {
      endFolding();
      document.removeEventListener('keydown', onKey, true);
    },
  };
}
