import { type AskedChange, type Command, editsOf } from '../../shared/change.ts';
import { mayLift } from '../../shared/layer-edits/lift.ts';
import { withDraw } from '../../shared/changes/draw.ts';
import { messages } from '../../shared/messages.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { Client } from '../core/client.ts';
import { matches } from '../core/accelerators.ts';
import { createCommands } from './commands.ts';
import type { Browsing } from '../core/browsing.ts';
import { createDrawing } from '../grid/drawing.ts';
import { destroyAll, element, FOCUS_SHEET, focusFirst, icon } from '../core/element.ts';
import { createGrid, type Grid } from '../grid/grid.ts';
import { isUnderWay } from '../core/run-view.ts';
import { followView } from './shown-view.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Store, Values, View } from '../core/store.ts';
import { createDialogs } from '../parts/dialogs.ts';
import { choosePaste } from './paste-dialog.ts';
import { createScanBar } from '../explain/scan-bar.ts';
import { createLessonEditor } from '../lessons/lesson-editor.ts';
import { createLessonPanel } from '../lessons/lesson-panel.ts';
import { createLessonStrip } from '../lessons/lesson-strip.ts';
import { createFilmParts } from '../film/film-parts.ts';
import { AT_START } from '../film/live/live-commands.ts';
import { createFilmTools } from '../film/film-tools.ts';
import { createStoryboard } from '../film/storyboard-view.ts';
import { createLessons } from '../lessons/lessons.ts';
import { createExplain } from '../explain/explain-pane.ts';
import { createStage } from '../explain/stage.ts';
import { createDigits } from '../data/digits.ts';
import { createAdvice } from '../layers/advice.ts';
import { createGraph } from '../layers/graph.ts';
import { createLayerEditing } from '../layers/layer-editing.ts';
import { createLayerList } from '../layers/layer-list.ts';
import { createLayerPane } from '../layers/layer-pane.ts';
import { tellLifted } from '../layers/lifted.ts';
import { createDrawPanel } from './drawpanel.ts';
import { createEdge } from './edges.ts';
import { createEvaluation } from '../evaluation/evaluation.ts';
import { createFind } from './find.ts';
import { createFormulaBar } from './formulabar.ts';
import { createInvertHint } from '../data/invert-hint.ts';
import { createKernels } from '../training/kernels.ts';
import { listenForFiles } from './drops.ts';
import { createLoopCard } from './loop-card.ts';
import { createMenubar } from './menubar.ts';
import { createOverrides } from './overrides.ts';
import { createPrediction } from '../evaluation/predict.ts';
import { createRuns } from '../training/runs.ts';
import { createSamples } from '../data/samples.ts';
import { focusSide } from '../parts/sides.ts';
import { createStatusBar } from './statusbar.ts';
import { createTabs } from './tabs.ts';
import { createToolbar } from './toolbar.ts';
import { createTrainingPanel } from '../training/training.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import { createSharedState } from '../core/shared-state.ts';

/** `keepView` saves the view for the next opening. It resolves when that is done. */
export type WindowView = View & { keepView: () => Promise<void> };

/** The whole window: the sheet, and everything around it. */
export function createWindow(parent: Element, store: Store, values: Values, client: Client): WindowView {
  const text = messages.panels;
  const browsing: Browsing = createSharedState({ filter: {}, panel: true, toolbars: true, walkSamples: undefined });
  const dialogs = createDialogs(document.body);
  const layers = createLayerEditing(store, values, client);
  const advice = createAdvice(store, client);
  const lessons = createLessons(store, client);
  const drawing = createDrawing(store, values, client);
  const film = createFilmParts(store, client);
  let grid: Grid;
  const commands = createCommands({
    store,
    client,
    dialogs,
    drawing,
    browsing,
    grid: () => grid,
    layers,
    lessons,
    film,
  });

  const root = element('div', { class: 'window' });
  const left = element('div', { class: 'panel left', id: 'left-panel' });
  const host = element('div', { class: 'sheet-host' });
  const sheet = element('section', { class: 'sheet-area', 'aria-label': messages.grid.name }, host);
  const views: View[] = [];

  const header = element('header', {});
  root.append(header);
  views.push(createMenuRow(header, store, commands));
  views.push(createBanner(header, store, () => commands.run('file.save')));
  views.push(createInvertHint(header, store, values, client));
  const filmTools = createFilmTools(store, commands, film);
  views.push(createToolbar(header, store, commands, filmTools, () => grid.focus()));
  views.push(createFormulaBar(header, store, values, commands, () => grid));
  const leftEdge = createEdge('left', () => left, store, client);
  const sideEdge = createEdge('side', () => root.querySelector('.panel.side:not([hidden])'), store, client);
  views.push(leftEdge, sideEdge);
  const workspace = element('main', { class: 'workspace' }, left, leftEdge.root, sheet, sideEdge.root);
  root.append(workspace);
  views.push(createLayerList(left, store, commands, { editing: layers, advice }));
  views.push(createDigits(left, store, client, commands, browsing));
  views.push(createSamples(left, store, client, commands, browsing));
  views.push(createDrawPanel(left, store, commands, drawing));
  views.push(createFoot(left, store, commands));
  const evaluation = createEvaluation(workspace, store, client, commands);
  views.push(
    createTrainingPanel(workspace, store, client, commands, cell => {
      evaluation.openConfused(cell);
      focusSide();
    }),
    evaluation,
  );
  views.push(createPrediction(workspace, store, client, dialogs));
  views.push(createRuns(workspace, store, client, dialogs));
  views.push(createFind(workspace, store, client, commands.reveal, () => grid));
  const parts = { editing: layers, advice, run: (command: Command) => grid.run({ command }) };
  views.push(layers, advice, createLayerPane(workspace, store, client, parts));
  views.push(createOverrides(workspace, store, client, values, commands, () => grid));
  views.push(createExplain(workspace, store, client, values, () => grid));
  const revealHere = (range: RangePlace) => {
    if (!grid.leaveEditing()) return;
    store.set({ plane: 'value' });
    commands.reveal(range);
    grid.focus();
  };
  const taught = { store, client, lessons, dialogs, commands };
  views.push(lessons, createLessonPanel(workspace, { ...taught, reveal: revealHere }));
  views.push(createStatusBar(root, store, values, commands, film));
  // After the last control, Tab continues in the sheet instead of leaving the page.
  const end = element('div', { class: 'unseen', tabindex: 0 });
  end.addEventListener('focus', () => grid.focus());
  root.append(end);
  parent.append(root);

  let unanswered: Promise<void> | undefined;
  /** Makes changes again, so that formulas among them stay overrides. */
  const leave = async (label: Sentence, changes: readonly AskedChange[]) => {
    await client.send('undo', {});
    await client.send('change', { structure: store.get().structure, label, changes });
  };
  // The sheet measures its element, so it is made last.
  grid = createGrid(host, store, values, {
    edit: command => {
      const { structure, written } = store.get();
      const changes = withDraw(command.changes, written.names);
      const answered = client.send('change', {
        structure,
        ...command,
        changes,
        ...(mayLift(changes) && { lifts: true }),
      });
      values.expect(editsOf(changes), answered);
      const settle = async () => {
        try {
          const { lifted = [] } = await answered;
          tellLifted(store, lifted, {
            leave: () => void leave(command.label, changes).catch(error => commands.refuse(sentenceOf(error))),
            show: () => commands.run('view.overrides'),
          });
        } catch (error) {
          commands.refuse(sentenceOf(error));
        }
        if (unanswered === settled) unanswered = undefined;
      };
      const settled = settle();
      unanswered = settled;
    },
    unanswered: () => unanswered ?? film.narrating.underWay(),
    tryOut: async (place, formula) => (await client.send('tryFormula', { ...place, formula })).value,
    refuse: commands.refuse,
    choosePaste: question => choosePaste(document.body, question),
    runCommand: (id, argument) => commands.run(id, argument),
    menuItems: ids => commands.items(ids),
    strokeStart: ({ x, y, channel }) => drawing.start({ x, y }, 'cells', channel),
    strokeMove: point => drawing.move(point),
    strokeEnd: () => drawing.end(),
  });
  views.push(grid, createKernels(sheet, store, values, commands));
  const graphEdge = createEdge('graph', () => sheet.querySelector('.graph'), store, client);
  sheet.append(graphEdge.root);
  views.push(createScanBar(sheet, store, () => grid));
  views.push(createLessonStrip(sheet, store, lessons, () => commands.run('lesson.show')));
  const lessonEdge = createEdge('lesson', () => sheet.querySelector('.lesson-editor'), store, client);
  sheet.append(lessonEdge.root);
  views.push(lessonEdge, createLessonEditor(sheet, taught));
  views.push(graphEdge, createGraph(sheet, store, { editing: layers, advice }, commands));
  views.push(createStage(host, { store, client, values, commands, grid: () => grid }));
  views.push(createLoopCard(host, store, client, { reveal: commands.reveal, grid: () => grid }));
  views.push(createTabs(sheet, store, grid, host, client, commands), drawing, commands);
  views.push(createStoryboard(workspace, { store, client, commands, dialogs, film }), film);
  host.addEventListener(FOCUS_SHEET, () => grid.focus());
  grid.focus();

  const showPanel = () => {
    const toolbar = root.querySelector<HTMLElement>('.toolbar')!;
    // An element that is about to be hidden can't keep the focus.
    if (left.contains(document.activeElement) || toolbar.contains(document.activeElement)) grid.focus();
    left.hidden = leftEdge.root.hidden = !browsing.get().panel;
    root.classList.toggle('drawing', store.get().tool !== 'select');
    toolbar.hidden = !browsing.get().toolbars;
  };
  let titled = '';
  const showTitle = () => {
    const { document: file, workbook, run } = store.get();
    const title = text.windowTitle(file.name, workbook.modified);
    const progress = run && isUnderWay(run.state) ? run.state.step / Math.max(1, run.state.steps) : undefined;
    const now = progress === undefined ? title : messages.trainingPanel.windowTitle(Math.floor(100 * progress), title);
    // Comparing with our own copy is faster than asking the document.
    if (titled !== now) document.title = titled = now;
  };
  const tellNativeMenu = () => {
    if (store.get().capabilities.nativeMenu) telling ||= requestAnimationFrame(tellMenu);
  };
  const tellMenu = () => {
    telling = 0;
    const menu = commands.menu();
    const now = JSON.stringify(menu);
    if (now === told) return;
    told = now;
    client.send('setMenu', { menu }).catch(() => {
      // After a reconnection, the shell says hello again and needs to be told the menu again.
      told = '';
    });
  };
  let told = '';
  let telling = 0;
  const tellError = () => {
    const { notice, document: file } = store.get();
    // The banner already says this.
    const inBanner: (string | undefined)[] = [messages.shell.viewer, messages.shell.recovered(file.name)];
    if (inBanner.includes(notice?.sentence)) store.set({ notice: undefined });
    if (notice?.tone !== 'error') return;
    store.set({ notice: undefined });
    void dialogs.tell(text.dialogs.problem, notice.sentence);
  };
  client.on('command', ({ id, argument }) => commands.run(id, argument));

  const everything = [
    'settings',
    'trace',
    'foldedLayers',
    'tool',
    'role',
    'document',
    'workbook',
    'sheet',
    'cellSize',
    'editing',
    'run',
    'runs',
    'canContinue',
    'finder',
    'side',
    'kernels',
    'graph',
    'active',
    'written',
    'formulasShown',
    'stage',
    'filming',
    'filmSheet',
    'storyboard',
  ] as const;
  const ends = [
    browsing.onChange(showPanel),
    browsing.onChange(tellNativeMenu),
    store.on(['tool'], showPanel),
    store.on(['document', 'workbook', 'run'], showTitle),
    store.on(everything, tellNativeMenu),
    store.on(['notice'], tellError),
    listenForFiles(root, commands.drop),
    listenForParts(root, store, () => grid.focus()),
    warnBeforeLosing(store),
  ];
  const view = followView(store, client, browsing, grid, host);
  showPanel();
  showTitle();
  tellNativeMenu();
  // Recordings that a crash has left.
  if (store.get().role === 'editor') commands.run('film.recordings', AT_START);
  return {
    keepView: view.keep,
    destroy() {
      view.end();
      for (const end of ends) end();
      for (const view of views) view.destroy();
      root.remove();
    },
  };
}

/** The menu and the document's name. Empty if the operating system shows both. */
function createMenuRow(parent: Element, store: Store, commands: ReturnType<typeof createCommands>): View {
  const { nativeMenu, platform } = store.get().capabilities;
  if (nativeMenu) return { destroy() {} };
  const mark = element('span', { class: 'mark', 'aria-hidden': true });
  const name = element('h1', {});
  const saved = element('span', { role: 'status' });
  const row = element('div', { class: 'menubar' }, mark);
  const menubar = createMenubar(row, commands.menu, platform, ({ id, argument }) => commands.run(id, argument));
  row.append(element('div', { class: 'document' }, name, saved));
  const show = () => {
    const { document: file, workbook } = store.get();
    name.textContent = file.name;
    // An unchanged starter network isn't saved in any file of the user's.
    const kept = file.path === undefined ? messages.panels.unchanged : messages.panels.saved;
    saved.textContent = workbook.modified ? messages.panels.edited : kept;
  };
  show();
  parent.append(row);
  const end = store.on(['document', 'workbook'], show);
  return {
    destroy() {
      end();
      menubar.destroy();
      row.remove();
    },
  };
}

/** A line over the tools: this window only looks, or unsaved work was restored. */
function createBanner(parent: Element, store: Store, save: () => void): View {
  const text = messages.panels;
  let dismissed = false;
  const sentence = element('span', {});
  const saveButton = element('button', { type: 'button', class: 'button outlined' }, messages.menu.save);
  saveButton.addEventListener('click', save);
  const dismiss = element(
    'button',
    { type: 'button', class: 'button quiet', 'aria-label': text.dismiss },
    icon('close'),
  );
  const banner = element('div', { class: 'banner', role: 'status' }, sentence, saveButton, dismiss);
  const show = () => {
    const { role, document: file, workbook } = store.get();
    const viewer = role === 'viewer';
    const recovered = file.recovered && workbook.modified && !dismissed;
    banner.hidden = !viewer && !recovered;
    saveButton.hidden = dismiss.hidden = viewer;
    sentence.textContent = banner.hidden ? '' : viewer ? messages.shell.viewer : text.recoveredBanner;
  };
  dismiss.addEventListener('click', () => {
    dismissed = true;
    show();
  });
  show();
  parent.append(banner);
  const end = store.on(['role', 'document', 'workbook'], show);
  return {
    destroy() {
      end();
      banner.remove();
    },
  };
}

function createFoot(parent: Element, store: Store, commands: ReturnType<typeof createCommands>): View {
  const button = (label: string, id: string) => {
    const made = element('button', { type: 'button', class: 'button outlined' }, label);
    made.addEventListener('click', () => commands.run(id));
    return made;
  };
  const buttons = [button(messages.panels.draw, 'network.draw'), button(messages.menu.open, 'file.open')];
  const foot = element('div', { class: 'panel-foot browse' }, ...buttons);
  const show = () => {
    for (const each of buttons) each.disabled = store.get().role === 'viewer';
  };
  show();
  parent.append(foot);
  return destroyAll(foot, [store.on(['role'], show)]);
}

/** Ctrl+F6 goes through the parts of the window: the sheet, the kernels, the graph, the tabs (if there are several),
 *  the formula bar, the tools, the layers, the digits or images, the panel on the right. In each part it goes to the
 *  first control of `inside`, if given. */
function listenForParts(root: HTMLElement, store: Store, focusSheet: () => void): () => void {
  const selectors: readonly (readonly [part: string, inside?: string])[] = [
    ['.sheet-host'],
    ['.kernels', '.kernel-list'],
    ['.scan-bar:not([hidden])'],
    ['.lesson-strip:not([hidden])'],
    ['.lesson-editor:not([hidden])', 'textarea'],
    ['section.graph:not([hidden])', '.graph-view:not([hidden]) .graph-boxes, .graph-list:not([hidden])'],
    ['.sheet-tabs:has(.tab:not([hidden]) ~ .tab:not([hidden]))'],
    ['.formulabar'],
    ['.toolbar'],
    ['.layers'],
    ['.browse-panel:not([hidden]) .pictures'],
    ['.draw-panel'],
    ['.panel.side:not([hidden])', '.side-body'],
    ['.film-scenes', '.film-list'],
    ['.film-written:not([hidden])', 'textarea'],
    ['.film-stage'],
    ['.film-timeline', '.film-tracks'],
    ['.film-settings', '.film-settings-body'],
    ['.film-export:not([hidden])'],
  ];
  const onKey = (event: KeyboardEvent) => {
    const { platform } = store.get().capabilities;
    const isBack = matches(event, 'CmdOrCtrl+Shift+F6', platform);
    if (!isBack && !matches(event, 'CmdOrCtrl+F6', platform)) return;
    if (document.querySelector('dialog[open], .window.presented')) return;
    event.preventDefault();
    event.stopPropagation();
    const parts = selectors.flatMap(([selector, inside]) => {
      const part = root.querySelector<HTMLElement>(selector);
      return part?.checkVisibility() && !part.closest('[inert]') ? [{ part, inside }] : [];
    });
    const at = parts.findIndex(({ part }) => part.contains(document.activeElement));
    const { part, inside } = parts[(at + (isBack ? -1 : 1) + parts.length) % parts.length];
    if (part.matches('.sheet-host')) focusSheet();
    else if (part.tabIndex === 0) part.focus();
    else focusFirst(inside === undefined ? part : part.querySelector<HTMLElement>(inside)!);
  };
  document.addEventListener('keydown', onKey, true);
  return () => document.removeEventListener('keydown', onKey, true);
}

/** The engine keeps the work when the page is reloaded. Only if nothing answers, closing the window could lose the last
 *  change. */
function warnBeforeLosing(store: Store): () => void {
  const warn = (event: BeforeUnloadEvent) => {
    const { connection, workbook } = store.get();
    if (connection === 'lost' && workbook.modified) event.preventDefault();
  };
  window.addEventListener('beforeunload', warn);
  return () => window.removeEventListener('beforeunload', warn);
}
