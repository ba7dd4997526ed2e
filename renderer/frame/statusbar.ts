import { contains } from '../../shared/address.ts';
import { sheetOf } from '../../shared/cells.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { RangePlace } from '../../shared/places.ts';
import { extentOf } from '../core/extents.ts';
import type { Block } from '../../shared/layout/layout.ts';
import { messages, say } from '../../shared/messages.ts';
import { destroyAll, element } from '../core/element.ts';
import type { Commands } from '../core/commands.ts';
import { countOver } from '../grid/over-counts.ts';
import { modeOf } from '../core/edit-session.ts';
import { epochOf, isUnderWay } from '../core/run-view.ts';
import { learnsFrom } from '../training/learns-from.ts';
import { createFilmStatus } from '../film/film-status.ts';
import type { FilmParts } from '../film/film-parts.ts';
import { figuresOf, selectedBlocks, selectedCells } from './selection-figures.ts';
import { selectedRanges } from '../core/selection.ts';
import type { Notice, Store, Values, View } from '../core/store.ts';

/** How long a message stays, in milliseconds. */
const NOTICE_STAYS = 12_000;

/** The status bar: prediction, last recalculation, last message, and the sizes. */
export function createStatusBar(
  parent: Element,
  store: Store,
  values: Values,
  commands: Commands,
  parts: FilmParts,
): View {
  const text = messages.panels;
  const training = messages.trainingPanel;
  const film = messages.filmExport;
  const mode = element('span', { class: 'mode' });
  const predicted = element('span', { class: 'predicted', 'aria-live': 'polite' });
  const actual = element('span', { class: 'actual' });
  const time = element('span', { class: 'time' });
  const notice = element('span', { class: 'notice', role: 'status', 'aria-live': 'polite' });
  const noticeActions = element('span', { class: 'notice-actions' });
  const unkept = element('span', { class: 'unkept', role: 'alert', hidden: true }, text.unkept);
  const bar = element('progress', { max: 1 });
  const task = element('span', {});
  const progress = element('label', { class: 'progress', hidden: true }, task, bar);
  const filmBar = element('progress', { max: 1 });
  const filmTask = element('span', {});
  const stop = element('button', { type: 'button', class: 'button small', title: film.stopHelp }, film.stop);
  stop.addEventListener('click', () => store.get().exporting?.stop());
  const filmLabel = element('label', { class: 'progress' }, filmTask, filmBar);
  const exporting = element('span', { class: 'exporting', hidden: true }, filmLabel, stop);
  const images = element('span', { class: 'images', hidden: true });
  const figures = element('span', {
    class: 'figures-of-selection',
    role: 'group',
    'aria-label': text.selection,
    hidden: true,
  });
  const over = element('button', { type: 'button', class: 'button small', hidden: true });
  over.addEventListener('click', () => commands.run('view.overrides'));
  const showOver = () => {
    const { all } = countOver(store.get());
    over.hidden = all === 0;
    over.textContent = text.overrides.count(all);
  };
  const cells = element('span', { class: 'cells' });
  const memory = element('span', { class: 'memory', hidden: true });
  const backend = element('span', { class: 'backend' });
  const filmed = createFilmStatus(store, parts);
  const root = element(
    'footer',
    { class: 'statusbar', 'aria-label': text.statusBar },
    filmed.root,
    mode,
    predicted,
    actual,
    time,
    over,
    notice,
    noticeActions,
    element('span', { class: 'spacer' }),
    unkept,
    figures,
    exporting,
    progress,
    images,
    cells,
    memory,
    backend,
  );

  const className = (index: number) => store.get().classes[index] ?? String(index);
  const showWorkbook = () => {
    const { workbook } = store.get();
    const guess = workbook.predicted;
    predicted.replaceChildren(
      ...(guess
        ? [
            `${text.predicted} `,
            element('b', { title: className(guess.class) }, className(guess.class)),
            ' · ',
            element('b', {}, text.probability(guess.probability)),
          ]
        : [text.noPrediction]),
    );
    const right = !guess || workbook.actual === undefined || workbook.actual === guess.class;
    actual.classList.toggle('wrong', !right);
    actual.textContent = workbook.actual === undefined ? text.noActual : text.actual(className(workbook.actual));
    showTime();
  };
  /** During a run, its progress and its data; else the time of the last recalculation. */
  const showTime = () => {
    const { run, workbook } = store.get();
    const state = isUnderWay(run?.state) ? run!.state : undefined;
    const said = !state
      ? text.calculated(workbook.milliseconds, workbook.revision === 0)
      : state.status === 'preparing'
        ? training.preparing
        : training.status(epochOf(state), state.epochs, state.status === 'paused');
    if (time.textContent !== said) time.textContent = said;
    const data = learnsFrom(store.get());
    images.hidden = !data;
    if (data) images.textContent = training.statusData(data.training, data.validation, data.batch);
  };
  /** The selected blocks. */
  let selected: readonly Block[] = [];
  /** The rectangle around selected cells that are no elements. */
  let beside: RangePlace | undefined;
  const watchSelection = () => {
    const { sheet, plane } = store.get();
    const ranges = selectedRanges(store);
    selected = selectedBlocks(sheet, ranges) ?? [];
    values.show('status bar', selected, plane);
    const own = sheetOf(store.get().written.sheets, ranges[0].sheet);
    const isAny = own !== undefined && own.cells.size > 0 && plane === 'value';
    beside = isAny ? selectedCells(ranges, extentOf(own.cells)) : undefined;
    values.showCells('status bar', beside);
    later();
  };
  /** What stands in selected cells that are no elements. Each selected range counts, as in other spreadsheets. */
  const contentsBeside = (): Value[] => {
    const contents: Value[] = [];
    const ranges = selectedRanges(store);
    if (beside)
      values.eachCell('status bar', (content, row, column) => {
        for (const range of ranges) if (contains(range, { row, column })) contents.push(content);
      });
    return contents;
  };
  /** Figures are updated once in a frame, because a drag selects many times. */
  let frame = 0;
  const later = () => {
    if (selected.length > 0 || beside || !figures.hidden) frame ||= requestAnimationFrame(showFigures);
  };
  const showFigures = () => {
    frame = 0;
    const { plane } = store.get();
    const parts = selected.flatMap(block => values.block(block, plane) ?? []);
    const now = parts.length === selected.length ? figuresOf(parts, contentsBeside()) : undefined;
    figures.hidden = now === undefined;
    figures.textContent = now ? text.figures(now) : '';
  };
  const showSheet = () => {
    const { sheet, backend: name } = store.get();
    let count = 0;
    for (const { size } of sheet.tensors.values()) count += size;
    cells.textContent = text.cellCount(count);
    backend.textContent = text.backend(name);
  };
  const showMemory = () => {
    const { memory: bytes, sheet } = store.get();
    memory.hidden = bytes === undefined;
    if (bytes === undefined) return;
    let numbers = 0;
    for (const { size } of sheet.tensors.values()) numbers += size * Float32Array.BYTES_PER_ELEMENT;
    memory.textContent = text.memory(bytes);
    memory.title = text.memoryHelp(bytes, numbers);
  };
  let clearing: ReturnType<typeof setTimeout> | undefined;
  const showNotice = () => {
    const now = store.get().notice;
    notice.textContent = now?.sentence ?? '';
    notice.title = now?.sentence ?? '';
    notice.dataset.tone = now?.tone ?? '';
    showActions(now?.actions ?? []);
    clearTimeout(clearing);
    // A message at a cell, or with something to do, stays until the user goes on.
    if (now && !now.at && !now.actions && store.get().connection === 'open') {
      clearing = setTimeout(() => store.set({ notice: undefined }), NOTICE_STAYS);
    }
  };
  let shownActions: NonNullable<Notice['actions']> = [];
  const showActions = (actions: typeof shownActions) => {
    if (actions === shownActions) return;
    shownActions = actions;
    noticeActions.replaceChildren(
      ...actions.map(({ label, help, run }) => {
        const button = element('button', { type: 'button', class: 'button outlined small', title: help }, label);
        button.addEventListener('click', run);
        return button;
      }),
    );
  };
  /** This warning stays as long as it is true. */
  const showKept = () => {
    const why = store.get().document.unkept;
    unkept.hidden = why === undefined;
    unkept.title = say(why) ?? '';
  };
  const showProgress = () => {
    const now = store.get().progress;
    progress.hidden = !now;
    task.textContent = now?.task ?? '';
    bar.value = now?.fraction ?? 0;
  };
  const showExporting = () => {
    const now = store.get().exporting;
    exporting.hidden = !now;
    filmTask.textContent = now?.task ?? '';
    filmBar.value = now?.fraction ?? 0;
  };
  const showMode = () => {
    const word = text.modes[modeOf(store.get().editing)];
    if (mode.textContent !== word) mode.textContent = word;
  };
  showMode();
  showOver();
  showWorkbook();
  showSheet();
  showMemory();
  showNotice();
  showKept();
  parent.append(root);
  return destroyAll(root, [
    store.on(['workbook', 'classes'], showWorkbook),
    store.on(['selection', 'areas', 'sheet', 'plane', 'written'], watchSelection),
    values.onChange(later),
    () => cancelAnimationFrame(frame),
    () => values.show('status bar', []),
    () => values.showCells('status bar', undefined),
    store.on(['sheet', 'backend'], showSheet),
    store.on(['memory', 'sheet'], showMemory),
    store.on(['run', 'dataChoice', 'dataSummary'], showTime),
    store.on(['notice', 'connection'], showNotice),
    store.on(['editing'], showMode),
    store.on(['written', 'sheet'], showOver),
    store.on(['progress'], showProgress),
    store.on(['exporting'], showExporting),
    store.on(['document'], showKept),
    () => filmed.destroy(),
    () => clearTimeout(clearing),
  ]);
}
