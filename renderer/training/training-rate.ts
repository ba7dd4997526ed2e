import { decimal } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import { phasesOf } from '../../shared/phases.ts';
import { learningRateAt, restartSteps } from '../../shared/schedule.ts';
import type { Schedule, TrainingConfig } from '../../shared/training.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element } from '../core/element.ts';
import { createLinePlot } from '../plots/lines.ts';
import type { State, Store, View } from '../core/store.ts';
import { configOf, setupProblems } from './setup.ts';
import { epochMarks } from '../plots/epoch-marks.ts';
import { type Fields, own, type Setting, withoutPhases } from './training-fields.ts';

/** The steps of an epoch in the preview while the data set isn't read. */
const UNKNOWN_STEPS = 100;
const PREVIEW_POINTS = 240;

export const scheduleDefaults: { readonly [K in Schedule['kind']]: Extract<Schedule, { kind: K }> } = {
  constant: { kind: 'constant' },
  step: { kind: 'step', every: 2, factor: 0.5 },
  cosine: { kind: 'cosine', cycle: 1, multiplier: 2 },
  oneCycle: { kind: 'oneCycle', rise: 0.3 },
};

/** The learning rate with its finder, its schedule with a preview, and the warm-up. */
export function createRateSettings(parent: Element, store: Store, fields: Fields, commands: Commands): View {
  const text = messages.trainingPanel;

  const find = element('button', { type: 'button', class: 'button outlined small' }, text.find);
  find.addEventListener('click', () => commands.run('train.findRate'));
  const finder = createFinder(store, commands);

  /** A number of the schedule. Hidden if the chosen schedule doesn't have it. */
  const ofSchedule = (key: 'every' | 'factor' | 'cycle' | 'multiplier' | 'rise') =>
    fields.number(text.scheduleSettings[key], `schedule.${key}`, scheduleNumber(key));
  const kinds = Object.keys(scheduleDefaults) as Schedule['kind'][];
  const kind: Setting<string> = {
    read: ({ phases, schedule }) => (phases ? undefined : schedule.kind),
    write: (setup, value) => ({ ...setup, schedule: scheduleDefaults[value as Schedule['kind']] }),
  };

  const root = element('section', { class: 'settings-group', 'aria-label': text.groups.rate });
  root.append(
    element('h3', {}, text.groups.rate),
    element(
      'div',
      { class: 'settings' },
      element(
        'div',
        { class: 'setting-with-button wide' },
        fields.number(text.learningRate, 'learningRate', withoutPhases(own('learningRate'))),
        find,
      ),
      finder.root,
      fields.choice(text.schedule, () => kinds.map(value => ({ value, label: text.scheduleKinds[value] })), kind, {
        wide: true,
      }),
      ofSchedule('every'),
      ofSchedule('factor'),
      ofSchedule('cycle'),
      ofSchedule('multiplier'),
      ofSchedule('rise'),
      fields.number(text.warmupSteps, 'warmupSteps', own('warmupSteps'), { note: text.zeroIsOff }),
    ),
  );
  const preview = createLinePlot(root, {
    title: text.schedulePreview,
    height: 68,
    x: { label: text.epochAxis, format: shortNumber },
    y: { format: shortNumber },
    fileName: 'schedule',
  });
  preview.root.classList.add('preview');

  const show = () => {
    const state = store.get();
    find.disabled = !commands.enabled('train.findRate');
    // The button with the keyboard is disabled or gone now, so the other one gets the keyboard.
    const focused = document.activeElement;
    if (focused === find && find.disabled) finder.cancel.focus();
    else if (finder.root.hidden && finder.root.contains(focused)) find.focus();
    if (setupProblems(state).size > 0) return preview.update({ series: [] });
    const config = configOf(state)!;
    const stepsPerEpoch = stepsOf(state);
    preview.update(planOf(config, stepsPerEpoch));
  };
  parent.append(root);
  show();
  return destroyAll(root, [
    store.on(['setup', 'dataChoice', 'dataSummary', 'run', 'role', 'finder'], show),
    () => preview.destroy(),
    () => finder.destroy(),
  ]);
}

/** The steps of an epoch, if the data set is known. */
function stepsOf({ dataSummary, setup }: Pick<State, 'dataSummary' | 'setup'>): number {
  return dataSummary ? Math.max(1, Math.ceil(dataSummary.totals.training / setup.batchSize)) : UNKNOWN_STEPS;
}

/** The whole schedule as a curve over epochs. */
function planOf(config: TrainingConfig, stepsPerEpoch: number) {
  const steps = config.epochs * stepsPerEpoch;
  const restarts = restartSteps(config, stepsPerEpoch);
  const places = new Set(
    Array.from({ length: PREVIEW_POINTS }, (_, i) => Math.round((i * (steps - 1)) / (PREVIEW_POINTS - 1))),
  );
  // Both sides of a restart, so that its line is vertical however long the run is.
  for (const step of restarts) places.add(step - 1).add(step);
  const x = [...places].sort((a, b) => a - b);
  return {
    series: [
      {
        id: 'plan',
        name: messages.trainingPanel.planned,
        look: 'training' as const,
        x: x.map(step => step / stepsPerEpoch),
        y: x.map(step => learningRateAt(config, step, stepsPerEpoch)),
      },
    ],
    markers: restarts.map(step => ({ x: step / stepsPerEpoch, kind: 'restart' as const })),
    x: [0, config.epochs] as const,
    xTicks: epochMarks(config.epochs),
    y: [0, Math.max(...phasesOf(config).map(({ learningRate }) => learningRate)) * 1.04] as const,
    note: '',
  };
}

function scheduleNumber(key: 'every' | 'factor' | 'cycle' | 'multiplier' | 'rise'): Setting<number> {
  return {
    read({ phases, schedule }) {
      if (phases) return undefined;
      const value: unknown = { ...schedule }[key as keyof Schedule];
      return typeof value === 'number' ? value : undefined;
    },
    write: (setup, value) => ({ ...setup, schedule: { ...setup.schedule, [key]: value } }),
  };
}

/** Three digits, without trailing zeros, and a real minus. Very small or large numbers have a power of ten. */
export function shortNumber(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  const text =
    size === 0 || (size >= 1e-3 && size < 1e5) ? String(rounded) : rounded.toExponential().replace('e+', 'e');
  return decimal(text).replaceAll('-', '−');
}

/** The finder's curve with its suggestion. It is shown from the start of the finder until a rate is chosen. */
function createFinder(store: Store, commands: Commands): View & { root: HTMLElement; cancel: HTMLElement } {
  const text = messages.trainingPanel;
  const status = element('p', { class: 'finder-status', role: 'status' });
  const use = element('button', { type: 'button', class: 'button primary small' });
  const cancel = element('button', { type: 'button', class: 'button outlined small' });
  const root = element('div', { class: 'finder wide', hidden: true });
  const plot = createLinePlot(root, {
    title: text.finderTitle,
    height: 120,
    x: { label: text.finderRate, scaling: 'log', format: shortNumber },
    y: { format: shortNumber },
    fileName: 'learning-rates',
    onPick: rate => {
      picked = rate;
      show();
    },
  });
  root.append(status, element('div', { class: 'finder-buttons' }, cancel, use));
  /** The rate that was pressed in the curve, instead of the suggestion. */
  let picked: number | undefined;
  const chosen = () => {
    const rate = picked ?? store.get().finder?.curve.suggestion;
    return rate === undefined ? undefined : Number(rate.toPrecision(2));
  };
  use.addEventListener('click', () => {
    const rate = chosen();
    if (rate === undefined) return;
    store.set({ setup: { ...store.get().setup, learningRate: rate }, finder: undefined });
  });
  cancel.addEventListener('click', () => {
    if (store.get().finder?.busy) commands.run('train.cancelFinding');
    else store.set({ finder: undefined });
  });
  const show = () => {
    const { finder } = store.get();
    root.hidden = !finder;
    if (!finder) {
      picked = undefined;
      return;
    }
    const { points, suggestion } = finder.curve;
    const rate = chosen();
    cancel.textContent = finder.busy ? text.cancelFinding : messages.shell.cancel;
    use.hidden = finder.busy || rate === undefined;
    if (rate !== undefined) use.textContent = text.useRate(shortNumber(rate));
    status.textContent = finder.busy
      ? text.finding
      : suggestion === undefined
        ? text.noSuggestion
        : text.suggestion(shortNumber(Number(suggestion.toPrecision(2))));
    plot.update({
      series: [
        {
          id: 'loss',
          name: text.finderLoss,
          look: 'training',
          x: points.map(each => each.learningRate),
          y: points.map(each => each.loss),
        },
      ],
      markers: rate === undefined || finder.busy ? [] : [{ x: rate, kind: 'pick' }],
      note: '',
    });
  };
  show();
  return { root, cancel, ...destroyAll(root, [store.on(['finder'], show), () => plot.destroy()]) };
}
