import { decimal, fixed } from '../../shared/messages/format.ts';
import { type DataChoice, type DataSummary, type Split, onlySplit, splits } from '../../shared/data.ts';
import { messages, say, sayName } from '../../shared/messages.ts';
import { NOT_A_NUMBER } from '../../shared/numbers.ts';
import { judgedFigures } from '../../shared/judged-figures.ts';
import type { ConfusionCell, JudgedEvaluation, TopLoss } from '../../shared/training.ts';
import type { Tta } from '../../shared/tta.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import { download } from '../core/download.ts';
import { destroyAll, element } from '../core/element.ts';
import { createLinePlot, type LinePlot } from '../plots/lines.ts';
import { type DataImage, isShown, showDataImage } from '../data/show-image.ts';
import type { Store, View } from '../core/store.ts';
import { chooseJudging, createChoices, judgingIn } from './choices.ts';
import { createCurves } from './curves.ts';
import { createTtaFields } from './tta-fields.ts';
import { nameWeights, WEIGHTS } from './weights.ts';
import { classCsv, classTable } from '../parts/class-table.ts';
import { createDataRow } from '../data/data-row.ts';
import { createCorrector } from './corrector.ts';
import { createConfusionMatrix, mistakeList } from './confusion.ts';
import { createPictureGrid, onImageInSheet, type PictureGrid } from '../parts/picture-grid.ts';
import { labelText, type Sample, samplesOf } from '../data/sample-view.ts';
import { overridesIgnored } from '../grid/over-counts.ts';
import { createSide, createWork, section } from '../parts/sides.ts';

/** How many of the images with the largest losses are asked for. */
const TOP_LOSSES = 40;
/** The splits; the one that says most about a network is first. */
const LIKELY = ['test', 'validation', 'training'] as const;

export type EvaluationView = View & {
  /** Shows the images of one cell of the confusion matrix of the validation images. It evaluates them first. */
  openConfused(cell: Pick<ConfusionCell, 'actual' | 'predicted'>): void;
};

/** The evaluation of the network on a split of the chosen data set. It is on the right of the sheet, so that an image
 *  can be put into the sheet from here. */
export function createEvaluation(parent: Element, store: Store, client: Client, commands: Commands): EvaluationView {
  const text = messages.views.evaluation;
  const { root, body, end } = createSide(store, 'evaluation', text.title);
  const work = createWork(store, client, text.evaluating);
  const weights = nameWeights(store, client);
  /** What was evaluated: the data set, whether with all of its images, and the name of the weights. */
  let evaluated:
    | { data: DataChoice; tta: { tta?: Tta }; evaluation: JudgedEvaluation; all: boolean; weights: string | undefined }
    | undefined;
  /** Whether an evaluation is under way. */
  let busy = false;
  let sweep: LinePlot | undefined;
  let curves: View | undefined;
  let confused: PictureGrid<Sample> | undefined;
  let losses: PictureGrid<TopLoss & { pixels: Uint8Array }> | undefined;

  const dataRow = createDataRow(store, client, commands, 'evaluation', ({ totals }) =>
    messages.views.data.totals(totals.training, totals.validation, totals.test),
  );
  const options = splits.map(name => element('option', { value: name, selected: name === 'validation' }));
  const split = element('select', { class: 'field', 'aria-label': text.split }, ...options);
  const start = element('button', { type: 'button', class: 'button primary' }, text.evaluate);
  const stale = element('p', { class: 'remark', role: 'status', hidden: true }, text.stale);
  const views = createTtaFields(store);
  const noData = element('p', { class: 'remark', hidden: true }, text.noData);
  const results = element('div', { class: 'side-results' });
  const choices = createChoices(store);

  /** Evaluates and shows the result. Returns undefined if there is no data set, if another evaluation is under way, or
   *  if it failed or was ended. */
  const evaluate = async (part = split.value as Split): Promise<JudgedEvaluation | undefined> => {
    const { dataChoice: data, workbookId } = store.get();
    if (!data || busy) return undefined;
    const tta = views.chosen();
    if (!tta) return undefined;
    const name = weights.name();
    busy = true;
    showState();
    const evaluation = await work.run(() =>
      client.send('evaluate', { data, split: part, topLosses: TOP_LOSSES, judging: judgingIn(store), ...tta }),
    );
    busy = false;
    showState();
    // Another workbook may have been opened meanwhile.
    if (!evaluation || store.get().workbookId !== workbookId) return undefined;
    const { dataChoice, dataSummary } = store.get();
    const all = dataChoice === data && dataSummary !== undefined && onlySplit(dataSummary.totals) === evaluation.split;
    evaluated = { data, tta, evaluation, all, weights: name };
    show();
    return evaluation;
  };
  start.addEventListener('click', () => void evaluate());
  let judgedBy = JSON.stringify(judgingIn(store));
  /** After a change of what is measured, images that were evaluated are judged anew. */
  const judgeAgain = () => {
    const now = JSON.stringify(judgingIn(store));
    if (now === judgedBy) return;
    judgedBy = now;
    if (evaluated && stale.hidden) void evaluate(evaluated.evaluation.split);
  };

  /** Where the label of the chosen image is corrected. It stands below the list that the image is in. */
  let corrector: ReturnType<typeof createCorrector> | undefined;
  const send = (image: DataImage, list: HTMLElement | undefined) => {
    const { data, evaluation } = evaluated!;
    if (corrector) list?.after(corrector.root);
    corrector?.choose({ data, name: image.name, labels: image.labels, classes: evaluation.classes });
    return showDataImage(store, client, image, evaluation.classes);
  };
  const corrected = () => {
    // The figures are about the labels before.
    if (evaluated) evaluated = { ...evaluated, weights: undefined };
    showState();
  };

  // ── a cell of the matrix: its images ──
  const confusedPart = element('div', { class: 'confused', hidden: true });
  const openCell = ({ actual, predicted, count }: ConfusionCell) => {
    const { data, tta, evaluation } = evaluated!;
    const names = evaluation.classes;
    confused?.destroy();
    let answer: ReturnType<typeof ask> | undefined;
    const ask = () => client.send('listConfused', { data, split: evaluation.split, actual, predicted, ...tta });
    confused = createPictureGrid<Sample>(store, {
      id: 'confused',
      label: text.cell(names[actual], names[predicted], count, actual === predicted),
      names: () => [names[actual]],
      async load(from, size) {
        const page = await (answer ??= ask());
        const items = samplesOf(page).slice(from, from + size);
        return { total: page.total, shape: page.shape, items: items.map(item => ({ item, pixels: item.pixels })) };
      },
      look: sample => ({
        key: sample.index,
        label: names[actual],
        spoken: messages.views.data.sampleOf(sayName(sample.name), labelText(sample.labels, names)),
        wrong: actual !== predicted,
        selected: isShown(store, sample.name),
      }),
      choose: sample => send(sample, confused?.root),
      refuse: work.refuse,
    });
    confusedPart.hidden = false;
    confusedPart.replaceChildren(
      element(
        'p',
        { class: 'help', role: 'status' },
        text.cell(names[actual], names[predicted], count, actual === predicted),
      ),
      confused.root,
    );
    confused.reload(true);
    confusedPart.scrollIntoView({ block: 'nearest' });
  };

  // ── results ──
  const clear = () => {
    for (const each of [sweep, curves, confused, losses]) each?.destroy();
    sweep = curves = confused = losses = undefined;
    confusedPart.hidden = true;
  };
  const show = () => {
    const { data, evaluation, all } = evaluated!;
    clear();
    corrector = createCorrector(store, client, corrected, evaluation.severalLabels !== undefined);
    const { severalLabels, confusion, mistakes, classes, notes, noNumbers } = evaluation;
    const csv = element('button', { type: 'button', class: 'button outlined small' }, messages.views.saveCsv);
    csv.addEventListener('click', () =>
      download(`${text.fileName}-${evaluation.split}.csv`, new Blob([classCsv(evaluation)], { type: 'text/csv' })),
    );
    losses = evaluation.topLosses.length > 0 ? topLossList(data, evaluation) : undefined;
    const sweepPart = element('section', {});
    const shownCurves = evaluation.judged.curves ? createCurves(evaluation) : undefined;
    curves = shownCurves;
    const matrixOf = (counts: readonly number[]) => {
      const matrix = createConfusionMatrix(classes, openCell);
      matrix.update(counts, noNumbers);
      return matrix.root;
    };
    results.replaceChildren(
      element(
        'p',
        { class: 'help' },
        text.of(sayName(evaluation.dataName), all ? undefined : evaluation.split, evaluation.count),
      ),
      ...notes.map(note => element('p', { class: 'remark' }, say(note))),
      ...(noNumbers > 0 ? [element('p', { class: 'remark' }, lostText(noNumbers, evaluation.count))] : []),
      figures(evaluation),
      figureList(evaluation),
      ...thresholdsPart(store, evaluation),
      ...(severalLabels ? [sweepPart] : []),
      ...(confusion ? [section(text.confusion, [text.axes], matrixOf(confusion), confusedPart)] : []),
      ...(mistakes
        ? [section(text.confusion, [], mistakeList(mistakes, classes, openCell, noNumbers), confusedPart)]
        : []),
      section(text.perClass, [csv], classTable(evaluation)),
      ...(shownCurves ? [section(messages.judging.curves, [], shownCurves.root)] : []),
      section(text.topLosses, [text.topLossesHelp], losses?.root ?? element('p', { class: 'help' }, text.noLosses)),
    );
    if (severalLabels) {
      sweep = createLinePlot(sweepPart, {
        title: text.sweep,
        height: 140,
        fileName: text.sweepFile,
        x: { label: text.threshold, format: value => fixed(value, 2) },
        y: { format: value => fixed(value, 3) },
      });
      sweep.update({
        series: [
          {
            id: 'f2',
            name: text.f2,
            look: 'validation',
            x: severalLabels.sweep.map(({ threshold }) => threshold),
            y: severalLabels.sweep.map(({ f2 }) => f2),
          },
        ],
        markers: [{ x: severalLabels.bestThreshold, kind: 'pick', label: text.best }],
        x: [0, 1],
        note: text.bestThreshold(severalLabels.bestThreshold),
      });
    }
    losses?.reload(true);
    showState();
  };
  const topLossList = (data: DataChoice, { topLosses, classes }: JudgedEvaluation) =>
    createPictureGrid<TopLoss & { pixels: Uint8Array }>(store, {
      id: 'top-loss',
      label: text.topLosses,
      rows: true,
      async load(from, size) {
        const page = topLosses.slice(from, from + size);
        const images = await client.send('getImages', { data, indices: page.map(({ index }) => index) });
        const items = samplesOf(images).map(({ pixels }, i) => ({ item: { ...page[i], pixels }, pixels }));
        return { total: topLosses.length, shape: images.shape, items };
      },
      look({ index, name, loss, actual, predicted }) {
        const [is, taken] = [labelText(actual, classes), labelText(predicted, classes)];
        const wrong = loss === null || is !== taken;
        const known = wrong ? text.takenFor(is, taken) : is;
        const label = loss === null ? messages.training.noNumber(is) : known;
        return {
          key: index,
          label,
          spoken: text.lossOf(sayName(name), label, lossText(loss)),
          wrong,
          selected: isShown(store, name),
          row: { name: sayName(name), detail: lossText(loss) },
        };
      },
      choose: ({ name, pixels, actual }) => send({ name, pixels, labels: actual }, losses?.root),
      refuse: work.refuse,
    });

  /** A split without images can't be chosen. */
  const showParts = (summary: DataSummary | undefined) => {
    const totals = summary?.totals;
    const only = totals && onlySplit(totals);
    for (const [i, name] of splits.entries()) {
      options[i].textContent = only === name ? messages.views.allImages : messages.views.ofSplit[name];
      options[i].disabled = totals?.[name] === 0;
    }
    if (totals?.[split.value as Split] === 0) split.value = LIKELY.find(name => totals[name] > 0) ?? split.value;
  };
  /** Shows whether the results are still valid. */
  const showState = () => {
    const { dataChoice, dataSummary } = store.get();
    dataRow.root.hidden = dataChoice === undefined;
    showParts(dataSummary);
    noData.hidden = dataChoice !== undefined;
    start.disabled = busy || dataChoice === undefined;
    const sameData = !evaluated || JSON.stringify(evaluated.data) === JSON.stringify(dataChoice);
    stale.hidden = !evaluated || (sameData && weights.hold(evaluated.weights));
  };
  const outline = () => {
    confused?.paint();
    losses?.paint();
  };
  const forget = () => {
    evaluated = undefined;
    clear();
    results.replaceChildren();
    showState();
  };

  const ignored = overridesIgnored(store);
  body.append(
    element('div', { class: 'side-start' }, split, start),
    ignored.root,
    views.root,
    dataRow.root,
    choices.root,
    noData,
    ...work.elements,
    stale,
    results,
  );
  parent.append(root);
  showState();
  const openConfused = async ({ actual, predicted }: Pick<ConfusionCell, 'actual' | 'predicted'>) => {
    const { run, classes } = store.get();
    store.set({ side: 'evaluation' });
    split.value = 'validation';
    const evaluation = await evaluate();
    if (!evaluation?.confusion) return;
    // Another data set, with other classes, may have been chosen meanwhile.
    const count = evaluation.confusion[actual * evaluation.classes.length + predicted];
    if (sameNames(evaluation.classes, run?.record?.classes ?? classes)) openCell({ actual, predicted, count });
    else work.refuse(text.otherClasses);
  };
  const view = destroyAll(root, [
    end,
    work.end,
    ignored.end,
    () => dataRow.destroy(),
    () => choices.destroy(),
    store.on(['setup'], judgeAgain),
    () => views.destroy(),
    store.on(['workbookId'], forget),
    store.on([...WEIGHTS, 'dataChoice', 'dataSummary'], showState),
    onImageInSheet(store, outline),
    clear,
  ]);
  return { ...view, openConfused: cell => void openConfused(cell) };
}

const sameNames = (a: readonly string[], b: readonly string[]) => JSON.stringify(a) === JSON.stringify(b);

const noNumber = () => messages.cells.errors[NOT_A_NUMBER];
const lossText = (loss: number | null) => (loss === null ? noNumber() : fixed(loss, 2));

const lostText = (images: number, of: number) =>
  `${messages.training.noNumbers(images, of)} ${messages.training.countedWrong}`;

/** The most important figures. */
function figures({ accuracy, loss, macro, severalLabels }: JudgedEvaluation): HTMLElement {
  const text = messages.views.evaluation;
  const percent = (value: number) => messages.panels.probability(value);
  const shownLoss = loss === null ? noNumber() : decimal(loss.toPrecision(3));
  const shown: (readonly [string, string, string?])[] = severalLabels
    ? [
        [text.f2, fixed(severalLabels.f2, 3), text.atHalf],
        [text.f1, fixed(severalLabels.f1, 3), text.atHalf],
        [text.exact, percent(accuracy), text.exactHelp],
        [text.loss, shownLoss],
      ]
    : [
        [text.accuracy, percent(accuracy)],
        [text.loss, shownLoss],
        [text.macroF1, fixed(macro.f1, 3)],
      ];
  return element(
    'dl',
    { class: 'figures' },
    ...shown.map(([name, value, help]) =>
      element('div', { title: help }, element('dt', {}, name), element('dd', {}, value)),
    ),
  );
}

/** The other figures, one below the other. */
function figureList({ judged }: JudgedEvaluation): HTMLElement {
  const { own } = judged;
  const list = element(
    'dl',
    { class: 'figure-list' },
    ...judgedFigures(judged).map(({ name, value, help }) =>
      element('div', { title: help }, element('dt', {}, name), element('dd', {}, value)),
    ),
  );
  if (own?.problem === undefined) return list;
  return element('div', {}, list, element('p', { class: 'problem' }, say(own.problem)));
}

/** Thresholds by label: what they bring, and a button that predicts with them, or no longer. */
function thresholdsPart(store: Store, { judged, split }: JudgedEvaluation): HTMLElement[] {
  if (!judged.thresholds) return [];
  const text = messages.judging;
  const { found, chosen } = judged.thresholds;
  const use = element('button', { type: 'button', class: 'button outlined small' }, text.useThresholds);
  use.addEventListener('click', () => chooseJudging(store, { thresholds: [...found.thresholds] }));
  const half = element('button', { type: 'button', class: 'button outlined small' }, text.useHalf);
  half.addEventListener('click', () => chooseJudging(store, { thresholds: undefined }));
  const same = chosen !== undefined && JSON.stringify(chosen.thresholds) === JSON.stringify(found.thresholds);
  return [
    section(
      text.thresholds,
      [text.thresholdsHelp],
      element('p', { class: 'help' }, text.byThresholds(judged.beta, judged.macro.fBeta, (chosen ?? found).macro)),
      ...(chosen ? [element('p', { class: 'help', role: 'status' }, text.used)] : []),
      ...(split === 'test' && !same ? [element('p', { class: 'help' }, text.foundOnTest)] : []),
      element('div', { class: 'side-start' }, ...(same ? [] : [use]), ...(chosen ? [half] : [])),
    ),
  ];
}
