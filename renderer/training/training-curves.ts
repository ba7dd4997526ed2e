import { whole } from '../../shared/messages/format.ts';
import { messages, say } from '../../shared/messages.ts';
import { phaseAt, type PhaseSpan, phasesOf } from '../../shared/phases.ts';
import { learningRateAt, restartSteps } from '../../shared/schedule.ts';
import type { TrainingConfig } from '../../shared/training.ts';
import { destroyAll, element } from '../core/element.ts';
import { createLinePlot, type Marker, PERCENT } from '../plots/lines.ts';
import { extentOf } from '../plots/series.ts';
import { epochOf, type RunView, validated } from '../core/run-view.ts';
import type { View } from '../core/store.ts';
import { epochMarks } from '../plots/epoch-marks.ts';
import { shortNumber } from './training-rate.ts';

/** The share of the first steps that the metric's scale may cut off. They would flatten all later ones. */
const START = 0.2;
const PLANNED_POINTS = 160;
/** The most cycles of a schedule that are named. */
const MOST_CYCLES = 4;
/** At first, the axis holds at most so many times the steps done, rounded up. */
const BEGINNING = 10;

/** Loss, metric and learning rate over the steps of a run. */
export function createTrainingCurves(parent: Element): View & { show(run: RunView): void } {
  const text = messages.trainingPanel;
  const root = element('div', { class: 'training-curves' });
  const step = (value: number) => whole(Math.round(value));
  const loss = createLinePlot(root, {
    title: text.lossCurve,
    height: 142,
    x: { label: text.stepLabel, axis: false, format: step },
    y: { scaling: 'log', switchable: true, format: shortNumber },
    fileName: 'loss',
  });
  let metricTitle = '';
  let metric: ReturnType<typeof createLinePlot> | undefined;
  const rate = createLinePlot(root, {
    title: text.rateCurve,
    height: 74,
    x: { label: text.stepLabel, format: step },
    y: { format: shortNumber },
    fileName: 'learning-rate',
  });

  parent.append(root);
  return {
    ...destroyAll(root, [() => loss.destroy(), () => metric?.destroy(), () => rate.destroy()]),
    show({ state, curves, record }) {
      const kind = record?.loss ?? 'crossEntropy';
      const title = text.metricCurves[kind];
      if (title !== metricTitle) {
        metric?.destroy();
        metricTitle = title;
        metric = createLinePlot(root, {
          title,
          height: 98,
          x: { label: text.stepLabel, axis: false, format: step },
          y: PERCENT,
          fileName: text.metricFiles[kind],
        });
        root.insertBefore(metric.root, rate.root);
      }
      const validations = validated(curves.epochs);
      // A run that couldn't start has nothing to show.
      root.hidden = state.steps === 0;
      const end = shownEnd(state);
      const x = [0, Math.max(1, end)] as const;
      const config = record?.config;
      const restarts = config ? restartSteps(config, state.stepsPerEpoch) : [];
      const markers: Marker[] = [
        ...restarts.filter(at => at <= end).map(at => ({ x: at, kind: 'restart' as const, label: text.restartMarker })),
        ...curves.notes.map(note => ({ x: note.step, kind: 'note' as const, label: say(note.sentence) })),
        { x: state.step, kind: 'now' },
      ];
      const common = { x, markers, xTicks: epochMarks(end / state.stepsPerEpoch, state.stepsPerEpoch) };
      const line = (id: string, name: string, look: 'faint' | 'training', y: number[]) => ({
        id,
        name,
        look,
        x: curves.step,
        y,
      });
      const dots = (y: number[]) => ({
        id: 'validation',
        name: text.validation,
        look: 'validation' as const,
        dots: true,
        x: validations.map(each => each.step),
        y,
      });
      loss.update({
        ...common,
        series: [
          line('batch', text.batch, 'faint', curves.loss),
          line('training', text.training, 'training', curves.meanLoss),
          ...(validations.length > 0 ? [dots(validations.map(each => each.validationLoss))] : []),
        ],
      });
      const validationMetric = validations.map(each => each.validationMetric);
      const best = extentOf([validationMetric])?.[1];
      metric!.update({
        ...common,
        y: metricDomain(curves.meanMetric, validationMetric),
        note: best === undefined ? '' : text.best(text.percent(best)),
        series: [
          line('training', text.training, 'training', curves.meanMetric),
          ...(validations.length > 0 ? [dots(validationMetric)] : []),
        ],
      });
      const planned = config ? plan(config, state.step, end, state.stepsPerEpoch) : { x: [], y: [] };
      rate.update({
        ...common,
        markers: markers.filter(({ kind }) => kind !== 'note'),
        y: [0, 1.04 * Math.max(config?.learningRate ?? 0, extentOf([curves.learningRate])?.[1] ?? 0, 1e-12)],
        note: text.rateNow(
          shortNumber(state.learningRate),
          config ? scheduleText(phaseNow(config, epochOf(state) - 1)) : '',
        ),
        series: [
          { id: 'past', name: text.past, look: 'training', x: curves.step, y: curves.learningRate },
          { id: 'planned', name: text.planned, look: 'planned', ...planned },
        ],
      });
    },
  };
}

/** The scale of the metric: from the lowest value after the first steps, rounded down, to 1. */
function metricDomain(means: readonly number[], validation: readonly number[]): [number, number] {
  const late = means.slice(Math.floor(START * means.length));
  const low = extentOf([late, validation.slice(Math.floor(START * validation.length))])?.[0] ?? 0;
  const grain = low > 0.9 ? 0.02 : low > 0.8 ? 0.05 : 0.1;
  return [Math.min(0.95, Math.max(0, Math.floor((low - 0.005) / grain) * grain)), 1.002];
}

/** The planned rates from here to the end. The schedule is a factor of the rate that was set, so this includes a rate
 *  that was changed during the run. */
function plan(config: TrainingConfig, step: number, steps: number, stepsPerEpoch: number) {
  const places = new Set<number>();
  for (let i = 0; i <= PLANNED_POINTS; i++)
    places.add(Math.min(steps - 1, Math.round(step + (i * (steps - 1 - step)) / PLANNED_POINTS)));
  for (const restart of restartSteps(config, stepsPerEpoch)) {
    if (restart > step) places.add(restart - 1).add(restart);
  }
  const x = step < steps - 1 ? [...places].sort((a, b) => a - b) : [];
  return { x, y: x.map(at => learningRateAt(config, at, stepsPerEpoch)) };
}

/** The step at the right end of the curves: the run's last step, or the step where it ended early. At the beginning of
 *  a long run it is an earlier one, so that the curves aren't just a line at the left. */
export function shownEnd({
  status,
  step,
  steps,
  stepsPerEpoch,
}: Pick<RunView['state'], 'status' | 'step' | 'steps' | 'stepsPerEpoch'>): number {
  if (status === 'ended') return step === 0 ? steps : step;
  const epochs = (BEGINNING * Math.max(step, stepsPerEpoch)) / stepsPerEpoch;
  const power = 10 ** Math.floor(Math.log10(epochs));
  const round = [1, 2, 5, 10].map(digit => digit * power).find(each => each >= epochs)!;
  return Math.min(steps, round * stepsPerEpoch);
}

/** The phase that an epoch (from 0) belongs to. */
function phaseNow(config: TrainingConfig, epoch: number): PhaseSpan {
  const spans = phasesOf(config);
  return spans[phaseAt(spans, epoch)];
}

/** A schedule over so many epochs in a few words: "warm restarts 1, 2, 4". */
function scheduleText({ schedule, epochs }: Pick<TrainingConfig, 'schedule' | 'epochs'>): string {
  const text = messages.trainingPanel.schedules;
  switch (schedule.kind) {
    case 'step':
      return text.step(shortNumber(schedule.factor), shortNumber(schedule.every));
    case 'oneCycle':
      return text.oneCycle;
    case 'cosine': {
      const cycles: string[] = [];
      let at = 0;
      for (let length = schedule.cycle; at < epochs && cycles.length < MOST_CYCLES; length *= schedule.multiplier) {
        cycles.push(shortNumber(length));
        at += length;
      }
      if (at < epochs) cycles.push('…');
      return cycles.length > 1 ? text.cosine(cycles) : text.cosineOnce;
    }
    default:
      return text.constant;
  }
}
