import { followLanguage } from './language.ts';
import { foldable } from './core/foldable.ts';
import type { LayerId } from '../shared/network.ts';
import { messages, say } from '../shared/messages.ts';
import type { CellPlace, SheetInfo } from '../shared/places.ts';
import { sheetOf, type Written } from '../shared/cells.ts';
import { EMPTY_STORYBOARD } from '../shared/film/storyboard.ts';
import { applyWritten, nothingWritten } from '../shared/changes/written.ts';
import type { Replies, Settings, WorkbookInfo } from '../shared/protocol.ts';
import { buildSheet, placeOf, type Sheet } from '../shared/layout/sheet.ts';
import { connect } from './core/client.ts';
import { imageShape } from '../shared/data.ts';
import { choiceFor } from './data/data-choice.ts';
import { element } from './core/element.ts';
import { createWindow, type WindowView } from './frame/window.ts';
import { runAfterReturn, runView } from './core/run-view.ts';
import { followed } from './core/followed.ts';
import { type Selected, selected } from './core/selection.ts';
import { noteChanges } from './core/extents.ts';
import { createStore, planeKey, type State, type Store } from './core/store.ts';
import { followRuns } from './training/follow-runs.ts';
import { keepSetup } from './training/keep-setup.ts';
import { followNotices, noticeOf } from './core/notices.ts';
import { firstSetup, fittedSetup, followSizes } from './training/setup.ts';
import { createValues, type FedValues } from './core/values.ts';
import { firstSide, stateOf } from './frame/shown-view.ts';
import { sentenceOf } from './core/sentence-of.ts';
import { magnify } from './core/magnified.ts';

/** How many times larger everything is shown. */
const TEXT_SIZES = { normal: 1, large: 1.25, larger: 1.5 };
/** At 16 px, cells are just large enough to show their numbers. */
const START_SIZE = 16;

const client = connect();
const darkPreferred = matchMedia('(prefers-color-scheme: dark)');
/** High contrast: the system's colours replace those of the page, but not of the canvas. */
const coloursForced = matchMedia('(forced-colors: active)');
let running: { store: Store; values: FedValues; window?: WindowView } | undefined;

/** Why there is no connection; undefined if there is one. */
let disconnected: string | undefined;

client.onConnection(closed => {
  disconnected = closed;
  if (closed === undefined) void greet();
  else if (running) running.store.set({ connection: 'lost', notice: connectionNotice('lost', closed) });
  else document.body.replaceChildren(startingLine(closed));
});

client.on('changes', ({ workbook, state, windows, scales, cells }) => {
  if (!running || workbook !== running.store.get().workbookId) return;
  const { scales: known } = running.store.get();
  // New windows often bring scales that are known already. They change no colours.
  const fresh = scales
    .map(({ tensor, plane, maximum }) => [planeKey(tensor, plane), maximum] as const)
    .filter(([key, maximum]) => known.get(key) !== maximum);
  running.store.set({
    workbook: state,
    scales: fresh.length > 0 ? new Map([...known, ...fresh]) : known,
  });
  running.values.receive(windows, cells);
});
client.on('workbook', workbook => running && openWorkbook(running, workbook));
client.on('written', ({ workbook, changes }) => {
  if (!running || workbook !== running.store.get().workbookId) return;
  const { sheet, sheets, written, active } = running.store.get();
  const next = { ...written };
  for (const change of changes) applyWritten(next, change, () => sheet);
  noteChanges(changes, id => sheetOf(next.sheets, id)?.cells);
  const gone = next.sheets.every(({ id }) => id !== active.sheet);
  running.store.set({
    written: next,
    sheets: sameInfos(sheets, next),
    ...(gone && selected({ sheet: sheet.id, row: 1, column: 0 })),
  });
});
client.on('storyboard', ({ workbook, storyboard }) => {
  if (running && workbook === running.store.get().workbookId) running.store.set({ storyboard });
});
client.on('document', document => running?.store.set({ document }));
client.on('role', ({ role }) => running?.store.set({ role }));
client.on('settings', settings => {
  if (!running) return;
  running.store.set({ settings, dark: isDark(settings.theme) });
  const { store, window } = running;
  if (window) followLanguage(settings.language, store, window.keepView);
});
client.on('notice', notice => running?.store.set({ notice: noticeOf(notice, running.store.get()) }));
client.on('memory', ({ bytes }) => running?.store.set({ memory: bytes }));
client.on('progress', progress =>
  running?.store.set({ progress: progress.fraction < 1 ? { ...progress, task: say(progress.task) } : undefined }),
);

/** Asks the shell what to show, at the start and after every lost connection. */
async function greet(): Promise<void> {
  let hello: Replies['hello'];
  try {
    hello = await client.send('hello', {});
  } catch (error) {
    // The user already knows.
    if (disconnected !== undefined) return;
    if (running) running.store.set({ notice: { tone: 'error', sentence: sentenceOf(error) } });
    else document.body.replaceChildren(startingLine(sentenceOf(error)));
    return;
  }
  const { role, capabilities, settings, document: file, workbook } = hello;
  if (running) {
    running.store.set({
      role,
      capabilities,
      settings,
      document: file,
      connection: 'open',
      dark: isDark(settings.theme),
    });
    openWorkbook(running, workbook);
    running.store.set({ notice: connectionNotice('open', messages.panels.connectionBack) });
    return;
  }
  const store = createStore({
    connection: 'open',
    role,
    capabilities,
    settings,
    document: file,
    cellSize: START_SIZE,
    side: firstSide(workbook),
    kernels: false,
    graph: false,
    plane: 'value',
    formulasShown: false,
    ...workbookState(workbook, buildSheet(workbook.network, workbook.classes)),
    dataChoice: firstData(workbook, settings),
    trace: 'precedents',
    stepsBack: 0,
    tool: 'select',
    editing: undefined,
    notice: undefined,
    progress: undefined,
    memory: undefined,
    dataSummary: undefined,
    ...trainingState(workbook),
    dark: isDark(settings.theme),
  });
  const values = createValues(
    (windows, cells) => client.send('watch', { windows, ...(cells.length > 0 && { cells }) }),
    tensor => store.get().sheet.tensors.get(tensor),
  );
  running = { store, values };
  for (const query of [darkPreferred, coloursForced])
    query.addEventListener('change', () => store.set({ dark: isDark(store.get().settings.theme) }));
  const applyTheme = () => {
    const { dark, contrast } = store.get();
    document.documentElement.dataset.theme = contrast ?? (dark ? 'dark' : 'light');
  };
  applyTheme();
  store.on(['dark', 'contrast'], applyTheme);
  const applyTextSize = () => magnify(TEXT_SIZES[store.get().settings.textSize ?? 'normal']);
  applyTextSize();
  store.on(['settings'], applyTextSize);
  document.body.replaceChildren();
  followRuns(store, client);
  followNotices(store);
  followSizes(store);
  keepSetup(store, client);
  running.window = createWindow(document.body, store, values, client);
}

/** Shows another workbook, or the same one after the engine or the connection came back. */
function openWorkbook({ store, values }: { store: Store; values: FedValues }, workbook: WorkbookInfo): void {
  const known = store.get();
  const same = workbook.id === known.workbookId;
  const { written, sheets } = writtenState(workbook, known.sheet);
  if (same) {
    const { runs, run, canContinue, goesOn, nativeBackend } = workbook;
    const sheet = restructured(known, workbook);
    // Views ask for the new sheet's values while they redraw. So the old values must be gone by then.
    if (sheet) values.reset(false);
    store.set({
      ...sheet,
      written,
      sheets,
      storyboard: workbook.storyboard ?? EMPTY_STORYBOARD,
      workbook: workbook.state,
      backend: workbook.backend,
      runs,
      canContinue,
      goesOn,
      nativeBackend,
      run: runAfterReturn(known.run, run),
    });
    if (!sheet) values.reset(true);
    return;
  }
  values.reset(false);
  store.set({
    editing: undefined,
    plane: 'value',
    ...workbookState(workbook, buildSheet(workbook.network, workbook.classes)),
    dataChoice: firstData(workbook, known.settings),
    dataSummary: undefined,
    ...trainingState(workbook),
    tool: 'select',
  });
}

/** The new sheet if the network or classes of the same workbook have changed, as training with several labels does.
 *  undefined if they haven't. */
function restructured(
  known: State,
  workbook: WorkbookInfo,
):
  | (Selected & Pick<State, 'classes' | 'structure' | 'sheet' | 'scales' | 'editing' | 'foldedLayers' | 'setup'>)
  | undefined {
  const { network, classes, structure } = workbook;
  if (structure === known.structure) return undefined;
  const sheet = buildSheet(network, classes);
  return {
    classes,
    structure,
    sheet,
    scales: new Map(),
    editing: undefined,
    ...(followed(known.sheet, sheet, known) ?? selected(startCell(sheet))),
    // Layers that are gone can't be folded or trained.
    foldedLayers: new Set(foldable(network).filter(id => known.foldedLayers.has(id))),
    setup: fittedSetup(known.setup, workbook),
    ...resizedData(known.dataChoice, network),
  };
}

/** The chosen data set made for another input. Nothing if the network takes the same images as before. */
function resizedData(choice: State['dataChoice'], network: WorkbookInfo['network']) {
  const shape = imageShape(network);
  if (!choice || !shape || shape.join() === choice.shape.join()) return {};
  return { dataChoice: { ...choice, shape }, dataSummary: undefined };
}

/** The first data set: that of the workbook's last training, else the last one that was used. */
function firstData({ setup, network, classes, runs, state }: WorkbookInfo, { data }: Settings): State['dataChoice'] {
  const own = setup?.data;
  return choiceFor(network, classes, own ?? runs.at(-1)?.config.data, data, own ? own.fit : state.fit);
}

function trainingState(
  workbook: WorkbookInfo,
): Pick<
  State,
  'runs' | 'canContinue' | 'goesOn' | 'nativeBackend' | 'run' | 'setup' | 'sizedFor' | 'settingUp' | 'finder'
> {
  const { runs, canContinue, goesOn, nativeBackend, run } = workbook;
  return {
    runs,
    canContinue,
    goesOn,
    nativeBackend,
    run: run && runView(run),
    setup: firstSetup(workbook),
    sizedFor: workbook.setup || runs.length > 0 ? 'chosen' : undefined,
    settingUp: false,
    finder: undefined,
  };
}

function workbookState(
  workbook: WorkbookInfo,
  sheet: Sheet,
): Pick<
  State,
  | 'workbookId'
  | 'classes'
  | 'structure'
  | 'workbook'
  | 'backend'
  | 'sheets'
  | 'sheet'
  | 'written'
  | 'storyboard'
  | 'scales'
  | 'foldedLayers'
  | keyof Selected
  | 'shownLast'
> &
  Partial<State> {
  const { id, classes, structure, state, backend, run, view } = workbook;
  const wrote = writtenState(workbook, sheet);
  return {
    workbookId: id,
    classes,
    structure,
    workbook: state,
    backend,
    ...wrote,
    storyboard: workbook.storyboard ?? EMPTY_STORYBOARD,
    sheet,
    scales: new Map(),
    foldedLayers: firstFold(sheet),
    ...selected(startCell(sheet)),
    filming: false,
    filmScene: undefined,
    filmSheet: undefined,
    shownLast: view,
    ...(view && { ...stateOf(view, sheet, wrote.written), side: firstSide({ run, view }) }),
  };
}

/** What users wrote, made by the changes that the engine tells. */
function writtenState({ sheets, written = [] }: WorkbookInfo, sheet: Sheet): Pick<State, 'written' | 'sheets'> {
  const all = nothingWritten();
  for (const change of written) applyWritten(all, change, () => sheet);
  return { written: all, sheets };
}

/** The sheets' ids and names: the same list as long as they are the same. */
function sameInfos(before: readonly SheetInfo[], { sheets }: Written): readonly SheetInfo[] {
  const now = sheets.map(({ id, name }) => ({ id, name }));
  return JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

/** At first, the first ReLU is shown for its convolution too, so that input, kernels and the next convolution are side
 *  by side. */
function firstFold({ network }: Sheet): ReadonlySet<LayerId> {
  return new Set(foldable(network).slice(0, 1));
}

/** The top left cell of the first kernel, which is the first thing to edit. */
function startCell(sheet: Sheet): CellPlace {
  const tensors = [...sheet.tensors.values()];
  const first = tensors.find(({ role }) => role === 'parameter') ?? tensors[0];
  return placeOf(sheet, first.id, 0);
}

function isDark(theme: 'system' | 'light' | 'dark'): boolean {
  // In high contrast the system decides. A light sheet in a dark system would have white text on white.
  if (coloursForced.matches || theme === 'system') return darkPreferred.matches;
  return theme === 'dark';
}

/** This notice stays until the connection changes. */
function connectionNotice(connection: State['connection'], sentence: string): State['notice'] {
  return { tone: connection === 'lost' ? 'warning' : 'info', sentence, holds: now => now.connection === connection };
}

function startingLine(sentence: string): HTMLElement {
  return element('p', { class: 'starting', role: 'status' }, sentence);
}
