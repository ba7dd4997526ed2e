import { languageChoices } from '../../shared/messages/languages.ts';
import { messages } from '../../shared/messages.ts';
import { type Settings, textSizes } from '../../shared/protocol.ts';
import type { Browsing } from '../core/browsing.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import { foldable } from '../core/foldable.ts';
import { ownSheet } from '../core/shown-sheet.ts';
import { tabsOf } from '../core/show-sheet.ts';
import type { State, Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { traceSentence, visibleSteps } from '../grid/tracing.ts';
import { shownPlanes } from '../core/planes.ts';
import { removeAllOver } from '../grid/entry.ts';
import { focusSide } from '../parts/sides.ts';

/** The cell height at 100 %, in CSS pixels. */
export const FULL_SIZE = 20;
/** The smallest size for keys and the wheel. Fitting a large network can give smaller ones. */
export const SMALLEST = 1;
export const LARGEST = 64;
const PALETTES = ['greenRed', 'orangeBlue'] as const;
const THEMES = ['system', 'light', 'dark'] as const;
/** The steps of zooming, in pixels. */
const ZOOM_STEPS = [1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64];

type Viewed = {
  store: Store;
  client: Client;
  grid: () => GridApi;
  browsing: Browsing;
} & Pick<Telling, 'refuse' | 'quietly'>;

/** The commands of the View menu, and those that go from sheet to sheet. */
export function createViewCommands({ store, client, grid, browsing, refuse, quietly }: Viewed): {
  commands: Command[];
  end: () => void;
} {
  const zoom = (size: number) => store.set({ cellSize: Math.min(LARGEST, Math.max(SMALLEST, Math.round(size))) });
  const step = (direction: 1 | -1) => {
    const { cellSize } = store.get();
    const next =
      direction > 0 ? ZOOM_STEPS.find(size => size > cellSize) : ZOOM_STEPS.filter(size => size < cellSize).at(-1);
    if (next !== undefined) zoom(next);
  };
  const outline = (wanted: State['trace']) => {
    const { trace: shown, stepsBack } = store.get();
    if (wanted === 'precedents' && shown === wanted) {
      // Each press goes one step further back. After the pixels it starts again.
      const steps = visibleSteps(store.get()).length;
      store.set({ stepsBack: stepsBack + 1 < steps ? stepsBack + 1 : 0 });
    } else store.set({ trace: shown === wanted ? 'precedents' : wanted, stepsBack: 0 });
    const told = store.get();
    const sentence = traceSentence(told);
    const holds = ({ sheet, active, trace: now, stepsBack: steps }: State) =>
      sheet === told.sheet && active === told.active && now === told.trace && steps === told.stepsBack;
    store.set({ notice: sentence === undefined ? undefined : { tone: 'info', sentence, holds } });
  };
  /** The layers that were folded last. They are the ones to fold again. */
  let lastFolded = store.get().foldedLayers;
  const end = store.on(['foldedLayers'], ({ foldedLayers }) => {
    if (foldedLayers.size > 0) lastFolded = foldedLayers;
  });
  /** Folds or unfolds a layer, or all of them. */
  const fold = (id: string) => {
    const { foldedLayers } = store.get();
    if (id === '') {
      store.set({ foldedLayers: foldedLayers.size > 0 ? new Set() : lastFolded });
      return;
    }
    const next = new Set(foldedLayers);
    if (!next.delete(id)) next.add(id);
    store.set({ foldedLayers: next });
  };
  const changeSheet = (by: 1 | -1) => {
    const { active, plane } = store.get();
    const shown = tabsOf(store.get(), shownPlanes(store.get()));
    const next = shown.findIndex(tab => tab.id === active.sheet && tab.plane === plane) + by;
    if (next in shown) grid().turnTo(shown[next].id, shown[next].plane);
    else if (shown.length === 1) refuse(messages.panels.onlySheet);
  };
  /** There, the keys of zooming insert and delete rows and columns. With Alt they zoom everywhere, as in Excel. */
  const onOwnSheet = (): true | undefined => (ownSheet(store.get()) ? true : undefined);
  const setSettings = (settings: Partial<Settings>) => quietly(client.send('setSettings', settings));

  const commands: Command[] = [
    {
      id: 'view.zoomIn',
      label: () => messages.menu.zoomIn,
      key: 'CmdOrCtrl+=',
      get keyElsewhere() {
        return onOwnSheet();
      },
      enabled: () => store.get().cellSize < LARGEST,
      run: () => step(1),
    },
    {
      id: 'view.zoomOut',
      label: () => messages.menu.zoomOut,
      key: 'CmdOrCtrl+-',
      get keyElsewhere() {
        return onOwnSheet();
      },
      enabled: () => store.get().cellSize > SMALLEST,
      run: () => step(-1),
    },
    { id: 'view.zoom100', label: () => messages.menu.zoom100, key: 'CmdOrCtrl+0', run: () => zoom(FULL_SIZE) },
    { id: 'view.zoomFit', label: () => messages.menu.zoomFit, key: 'CmdOrCtrl+9', run: () => grid().fit() },
    { id: 'view.zoomPixels', label: () => messages.menu.zoomPixels, key: 'CmdOrCtrl+8', run: () => zoom(1) },
    {
      id: 'view.trace',
      label: () => messages.menu.outline,
      choices: () => [
        { argument: 'precedents', label: messages.menu.tracePrecedents, key: 'CmdOrCtrl+[' },
        { argument: 'pixels', label: messages.menu.tracePixels, key: 'CmdOrCtrl+Shift+[' },
        { argument: 'dependents', label: messages.menu.traceDependents, key: 'CmdOrCtrl+]' },
        { argument: 'none', label: messages.menu.traceNone },
      ],
      checked: trace => store.get().trace === trace,
      run: trace => outline(trace as State['trace']),
    },
    {
      id: 'view.foldRelu',
      label: () => messages.menu.foldRelu,
      key: 'CmdOrCtrl+Shift+F',
      enabled: argument => argument !== '' || foldable(store.get().sheet.network).length > 0,
      checked: () => store.get().foldedLayers.size > 0,
      run: fold,
    },
    {
      id: 'view.layers',
      label: () => messages.menu.layerList,
      key: 'CmdOrCtrl+Shift+L',
      checked: () => browsing.get().panel,
      run: () => browsing.set({ panel: !browsing.get().panel }),
    },
    {
      id: 'view.formulas',
      label: () => messages.looks.formulas,
      key: 'CmdOrCtrl+`',
      checked: () => store.get().formulasShown,
      run: () => store.set({ formulasShown: !store.get().formulasShown }),
    },
    {
      id: 'view.overrides',
      label: () => messages.menu.overrides,
      key: 'CmdOrCtrl+Shift+O',
      checked: () => store.get().side === 'overrides',
      run: () => {
        const open = store.get().side !== 'overrides';
        store.set({ side: open ? 'overrides' : undefined });
        if (open) focusSide();
      },
    },
    {
      id: 'view.removeOverrides',
      enabled: () => store.get().role !== 'viewer',
      run: () => {
        const { sheet, written } = store.get();
        grid().run(removeAllOver(sheet, written.formulas));
      },
    },
    {
      id: 'view.toolbars',
      label: () => messages.menu.toolbars,
      checked: () => browsing.get().toolbars,
      run: () => browsing.set({ toolbars: !browsing.get().toolbars }),
    },
    {
      id: 'view.fullScreen',
      label: () => messages.menu.fullScreen,
      key: 'F11',
      role: 'togglefullscreen',
      run: () =>
        document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
    },
    {
      id: 'view.palette',
      label: () => messages.menu.colours,
      choices: () => PALETTES.map(name => ({ argument: name, label: messages.menu.palettes[name] })),
      checked: palette => store.get().settings.palette === palette,
      run: palette => setSettings({ palette: palette as Settings['palette'] }),
    },
    {
      id: 'view.theme',
      label: () => messages.menu.theme,
      choices: () => THEMES.map(name => ({ argument: name, label: messages.menu.themes[name] })),
      checked: theme => store.get().settings.theme === theme,
      run: theme => setSettings({ theme: theme as Settings['theme'] }),
    },
    {
      id: 'view.textSize',
      label: () => messages.menu.textSize,
      choices: () => textSizes.map(name => ({ argument: name, label: messages.menu.textSizes[name] })),
      checked: size => (store.get().settings.textSize ?? 'normal') === size,
      run: size => setSettings({ textSize: size as Settings['textSize'] }),
    },
    {
      id: 'view.language',
      label: () => messages.menu.language,
      choices: () => languageChoices.map(name => ({ argument: name, label: messages.menu.languages[name] })),
      checked: language => (store.get().settings.language ?? 'en') === language,
      run: language => setSettings({ language: language as Settings['language'] }),
    },
    { id: 'view.zoomInToo', key: 'CmdOrCtrl+Alt+=', keyInPage: true, run: () => step(1) },
    { id: 'view.zoomOutToo', key: 'CmdOrCtrl+Alt+-', keyInPage: true, run: () => step(-1) },
    { id: 'view.nextSheet', key: 'CmdOrCtrl+PageDown', keyInPage: true, run: () => changeSheet(1) },
    { id: 'view.previousSheet', key: 'CmdOrCtrl+PageUp', keyInPage: true, run: () => changeSheet(-1) },
  ];
  return { commands, end };
}
