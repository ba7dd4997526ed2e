/** What a training command prints while it trains: events as lines of JSON, or sentences for people. */
import type { EpochPoint, RunNote } from '../../shared/training.ts';
import { messages, said, say, sayName } from '../../shared/messages.ts';
import { summarize } from '../engine/data/samples.ts';
import type { Trainer } from '../engine/training/trainer.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';
import { formatTable } from './table.ts';
import type { Job } from './training-job.ts';

/** The steps since the last event: where the run is, and the means of loss and metric. */
type StepEvent = {
  step: number;
  loss: number;
  metric: number;
  learningRate: number;
  /** Measured since this process began the run. Undefined at first. */
  samplesPerSecond?: number;
  secondsLeft?: number;
};

type MaybePromise = void | Promise<void>;

export type TrainingReport = {
  start(job: Job, trainer: Trainer): MaybePromise;
  step(event: StepEvent): MaybePromise;
  epoch(point: EpochPoint): MaybePromise;
  note(note: RunNote): MaybePromise;
  /** The run has ended. `canGoOn`: the file has everything that is needed to continue it. */
  end(trainer: Trainer, written: { path: string; bytes: number; canGoOn: boolean }): MaybePromise;
};

export function jsonReport(output: Output): TrainingReport {
  const tell = async (event: string, data: object) => {
    await output.write(`${JSON.stringify({ event, ...data }, said)}\n`);
    await output.flush();
  };
  return {
    start({ workbook, data, config, start, notices }, { loss, steps, stepsPerEpoch, step }) {
      const { network } = workbook;
      const at = step > 0 ? { step } : {};
      return tell('start', {
        ...at,
        start,
        config,
        loss,
        steps,
        stepsPerEpoch,
        data: summarize(data),
        notices,
        network,
      });
    },
    step: event => tell('step', event),
    epoch: point => tell('epoch', point),
    note: note => tell('note', note),
    end: ({ end, sentence, step, seconds }, { path, bytes }) =>
      tell('end', { end, sentence, step, seconds, path, bytes }),
  };
}

export function textReport(progress: Progress, output: Output): TrainingReport {
  const { trainCommand: text } = messages;
  let job: Job;
  let run: Trainer;
  const metric = () => (job.data.severalLabels ? text.metric.several : text.metric.one);
  const shown = (value: number | undefined) => (value === undefined ? '' : value.toFixed(4));

  return {
    start(of, trainer) {
      [job, run] = [of, trainer];
      const { data, config } = job;
      const { training, validation, test } = data.split;
      progress.say(
        text.counts(sayName(data.name), data.classes.length, training.length, validation.length, test.length),
      );
      for (const notice of job.notices) progress.say(say(notice));
      progress.say(text.setUp(config, trainer.stepsPerEpoch));
    },
    step({ step, loss, metric: value, samplesPerSecond, secondsLeft }) {
      progress.show(
        text.line({
          epoch: Math.min(run.config.epochs, Math.floor(step / run.stepsPerEpoch) + 1),
          epochs: run.config.epochs,
          share: step / run.steps,
          loss,
          metric: `${metric()} ${shown(value)}`,
          samplesPerSecond,
          secondsLeft,
        }),
      );
    },
    epoch({ epoch, loss, metric: value, validationLoss, validationMetric, seconds }) {
      const parts = [
        `${text.columns.loss} ${shown(loss)}`,
        `${metric()} ${shown(value)}`,
        validationLoss === undefined ? '' : `${text.columns.validationLoss} ${shown(validationLoss)}`,
        validationMetric === undefined ? '' : `${text.columns.validation(metric())} ${shown(validationMetric)}`,
        text.seconds(seconds),
      ];
      progress.say(text.epoch(epoch, run.config.epochs, parts.filter(Boolean).join(' · ')));
    },
    note({ sentence }) {
      progress.say(say(sentence));
    },
    async end({ end, sentence, history, seconds }, { path, bytes, canGoOn }) {
      const { columns } = text;
      const table: readonly [head: string, cell: (point: EpochPoint) => string][] = [
        [columns.epoch, ({ epoch }) => String(epoch)],
        [columns.loss, ({ loss }) => shown(loss)],
        [metric(), ({ metric: value }) => shown(value)],
        [columns.validationLoss, ({ validationLoss }) => shown(validationLoss)],
        [columns.validation(metric()), ({ validationMetric }) => shown(validationMetric)],
        [columns.seconds, point => point.seconds.toFixed(1)],
      ];
      const used = table.filter(([, cell]) => history.epochs.some(point => cell(point) !== ''));
      const rows = history.epochs.map(point => used.map(([, cell]) => cell(point)));
      progress.clear();
      if (rows.length > 0) await output.write(formatTable([used.map(([head]) => head), ...rows], 'right'));
      const told = [text.ends[end!], canGoOn && text.goOn(path), say(sentence)].filter(Boolean).join(' ');
      await output.write(`${told}\n${text.saved(path, bytes, seconds)}\n`);
    },
  };
}
