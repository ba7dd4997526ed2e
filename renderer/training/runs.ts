import { date as dateText, decimal, fixed, number } from '../../shared/messages/format.ts';
import { messages, say, sayName } from '../../shared/messages.ts';
import { sameSentence } from '../../shared/messages/render.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { RunSummary } from '../../shared/protocol.ts';
import type { Loss, RunRecord } from '../../shared/training.ts';
import type { Client } from '../core/client.ts';
import { choiceFor } from '../data/data-choice.ts';
import { destroyAll, element, iconButton } from '../core/element.ts';
import { createLinePlot, PERCENT } from '../plots/lines.ts';
import type { Look, Series } from '../plots/series.ts';
import { type Curves, curvesOf, validated } from '../core/run-view.ts';
import type { State, Store, View } from '../core/store.ts';
import { firstSetup } from './setup.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { partMarks } from '../plots/epoch-marks.ts';
import { differingSettings } from './run-settings.ts';
import { createSide, createWork, focusSide, section } from '../parts/sides.ts';

/** How many runs can be compared at once. */
const COMPARED = 2;
/** Each loss has its own metric, which needs its own axis. */
const LOSSES = ['crossEntropy', 'binaryCrossEntropy'] as const satisfies readonly Loss[];

/** The kept runs of the workbook. They can be looked at, renamed, deleted, compared in pairs, and their settings used
 *  again. */
export function createRuns(parent: Element, store: Store, client: Client, dialogs: Dialogs): View {
  const text = messages.views.runs;
  const { root, body, end } = createSide(store, 'runs', text.title);
  const work = createWork(store, client, text.title);
  /** The ids of the ticked runs, in the order of ticking. */
  let ticked: string[] = [];
  /** The records that were already fetched. Not of a run under way, whose record still changes. */
  const records = new Map<string, { record: RunRecord; curves: Curves }>();

  const list = element('ul', { class: 'runs', 'aria-label': text.list });
  const none = element('p', { class: 'help' }, text.none);
  const loss = element('div', {});
  const metric = element('div', {});
  const differences = element('div', {});
  const comparison = element('div', { class: 'side-results', hidden: true }, loss, metric, differences);
  const epoch = (value: number) => decimal(String(Number(value.toFixed(2))));
  const lossPlot = createLinePlot(loss, {
    title: text.loss,
    height: 160,
    x: { label: text.epoch, axis: false, format: epoch },
    y: { scaling: 'log', switchable: true, format: value => decimal(String(Number(value.toPrecision(2)))) },
    fileName: text.file('loss'),
  });
  const metricPlots = LOSSES.map(kind => ({
    kind,
    plot: createLinePlot(metric, {
      title: messages.trainingPanel.metricCurves[kind],
      height: 160,
      x: { label: text.epoch, format: epoch },
      y: PERCENT,
      fileName: text.file(messages.trainingPanel.metricFiles[kind]),
    }),
  }));

  const rename = async ({ id, name }: RunSummary) => {
    const typed = await dialogs.ask({
      ...text.renameQuestion,
      value: name,
      check: entered => (entered.trim() === '' ? text.nameMissing : undefined),
    });
    if (typed !== undefined)
      await work.run(() => client.send('renameRun', { id, name: typed.trim().slice(0, 200), undoable: true }));
  };
  const remove = async ({ id, name }: RunSummary) => {
    if (!(await work.run(() => client.send('deleteRun', { id, undoable: true })))) return;
    const label = sentences.runs.deleteLabel(name);
    const holds = ({ workbook }: Readonly<State>) => sameSentence(workbook.undo, label);
    store.set({ notice: { tone: 'info', sentence: text.removed(name), holds } });
  };

  /** Sets the next run up like this one, as far as the network is still the same. */
  const useSettings = (run: RunSummary) => {
    const { sheet, classes, nativeBackend, dataChoice: before, setup: last } = store.get();
    const dataChoice = choiceFor(sheet.network, classes, run.config.data, undefined);
    const same = JSON.stringify(dataChoice) === JSON.stringify(before);
    const { judging } = last;
    const setup = { ...firstSetup({ runs: [run], network: sheet.network, classes, nativeBackend }), judging };
    store.set({
      setup,
      sizedFor: 'chosen',
      ...(same ? {} : { dataChoice, dataSummary: undefined }),
      side: 'training',
      settingUp: true,
      notice: { tone: 'info', sentence: text.used(run.name), holds: now => now.setup === setup },
    });
    focusSide();
  };

  const row = (run: RunSummary, viewer: boolean): HTMLElement => {
    const { id, name, started, config, dataName } = run;
    const tick = element('input', {
      type: 'checkbox',
      'aria-label': text.compare(name),
      checked: ticked.includes(id),
    });
    tick.addEventListener('change', () => {
      // One more tick replaces the oldest one.
      ticked = tick.checked ? [...ticked, id].slice(-COMPARED) : ticked.filter(each => each !== id);
      for (const other of list.querySelectorAll<HTMLInputElement>('input'))
        other.checked = ticked.includes(other.dataset.run!);
      void compare();
    });
    tick.dataset.run = id;
    const again = element(
      'button',
      { type: 'button', class: 'button outlined small', 'aria-label': text.useHelp(name), disabled: viewer },
      text.use,
    );
    again.addEventListener('click', () => useSettings(run));
    const date = dateText(started, true);
    const tools = viewer
      ? []
      : [
          iconButton('edit', text.rename(name), () => void rename(run)),
          iconButton('clear', text.remove(name), () => void remove(run)),
        ];
    return element(
      'li',
      { class: 'run' },
      tick,
      element(
        'div',
        { class: 'run-facts' },
        element('b', {}, name),
        element('span', {}, text.started(date, sayName(dataName))),
        element(
          'span',
          {},
          text.settings(
            config.epochs,
            config.batchSize,
            messages.trainingPanel.optimizers[config.optimizer.kind],
            number(config.learningRate),
          ),
        ),
        element('span', { title: say(run.sentence) }, outcome(run)),
      ),
      element('div', { class: 'run-tools' }, ...tools, again),
    );
  };
  const showList = () => {
    const { runs, role } = store.get();
    const focused = list.contains(document.activeElement);
    const ids = new Set(runs.map(({ id }) => id));
    ticked = ticked.filter(id => ids.has(id));
    none.hidden = runs.length > 0;
    // The last run is first, because it is the newest.
    list.replaceChildren(...[...runs].reverse().map(run => row(run, role === 'viewer')));
    if (focused) list.querySelector<HTMLElement>('input')?.focus();
    void compare();
  };

  /** Counts the comparisons. Results of older ones are dropped. */
  let comparing = 0;
  const compare = async () => {
    const own = ++comparing;
    const { runs } = store.get();
    const chosen = ticked.flatMap(id => runs.find(run => run.id === id) ?? []);
    comparison.hidden = chosen.length === 0;
    list.classList.toggle('comparing', chosen.length > 0);
    if (chosen.length === 0) return;
    const found = await work.run(() => Promise.all(chosen.map(recordOf)));
    if (!found || own !== comparing) return;
    const series = (pick: 'loss' | 'metric', kinds: readonly Loss[]) =>
      found.flatMap(({ record, curves }, i) =>
        kinds.includes(record.loss) ? linesOf(chosen[i].name, record, curves, i, pick) : [],
      );
    const longest = Math.max(...found.map(({ record, curves }) => (curves.step.at(-1) ?? 0) / record.stepsPerEpoch));
    const common = longest > 0 ? { x: [0, longest] as const, xTicks: partMarks(longest) } : {};
    lossPlot.update({ ...common, series: series('loss', LOSSES) });
    for (const { kind, plot } of metricPlots) {
      plot.root.hidden = found.every(({ record }) => record.loss !== kind);
      plot.update({ ...common, series: series('metric', [kind]) });
    }
    differences.replaceChildren(...(chosen.length > 1 ? [differenceTable(chosen)] : []));
  };
  const recordOf = async ({ id, end: ended }: RunSummary) => {
    const known = records.get(id);
    if (known) return known;
    const record = await client.send('getRun', { id });
    const found = { record, curves: curvesOf(record) };
    if (ended) records.set(id, found);
    return found;
  };

  body.append(section(text.list, [text.compareHelp], none, list), ...work.elements.slice(1), comparison);
  parent.append(root);
  showList();
  return destroyAll(root, [
    end,
    work.end,
    store.on(['runs', 'role'], showList),
    () => lossPlot.destroy(),
    () => {
      for (const { plot } of metricPlots) plot.destroy();
    },
  ]);
}

/** How a run ended, and its best validation. */
function outcome({ end, epochs, loss }: RunSummary): string {
  const text = messages.views.runs;
  const { ends, metrics } = messages.trainingPanel;
  const ended = end ? ends[end] : text.underWay;
  const validations = validated(epochs);
  if (validations.length === 0) return `${ended}, ${text.noValidation}`;
  const best = validations.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  const metric = best.validationMetric;
  const shown = loss === 'crossEntropy' ? messages.panels.probability(metric) : `${metrics[loss]} ${fixed(metric, 3)}`;
  return `${ended}, ${text.best(shown, decimal(best.validationLoss.toPrecision(2)))}`;
}

/** A run's curves over its epochs: training is dashed and smoothed, validation (if there was any) has dots. */
export function linesOf(
  name: string,
  { epochs, stepsPerEpoch }: Pick<RunRecord, 'epochs' | 'stepsPerEpoch'>,
  curves: Curves,
  position: number,
  pick: 'loss' | 'metric',
): Series[] {
  const text = messages.views.runs;
  const look = `run-${position + 1}` as Look;
  const validations = validated(epochs);
  return [
    {
      id: `${position}-training`,
      name: text.training(name),
      look,
      dashed: true,
      x: curves.step.map(step => step / stepsPerEpoch),
      y: pick === 'loss' ? curves.meanLoss : curves.meanMetric,
    },
    // Without validation there is no such line, and none in the legend.
    ...(validations.length > 0
      ? [
          {
            id: `${position}-validation`,
            name: text.validation(name),
            look,
            dots: true,
            x: validations.map(({ step }) => step / stepsPerEpoch),
            y: validations.map(each => (pick === 'loss' ? each.validationLoss : each.validationMetric)),
          },
        ]
      : []),
  ];
}

function differenceTable(runs: readonly RunSummary[]): HTMLElement {
  const text = messages.views.runs;
  const rows = differingSettings(runs);
  if (rows.length === 0) return section(text.differences, [], element('p', { class: 'help' }, text.same));
  return section(
    text.differences,
    [],
    element(
      'table',
      { class: 'numbers differences' },
      element('caption', { class: 'unseen' }, text.differences),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, text.setting),
          ...runs.map(({ name }) => element('th', { scope: 'col', title: name }, name)),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(({ name, values }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, name),
            ...values.map(value => element('td', { title: value }, value)),
          ),
        ),
      ),
    ),
  );
}
