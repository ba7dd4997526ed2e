import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { describeTensors } from '../../shared/network.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { snapshotOf } from '../engine/training/interrupted.ts';
import { keepRun } from '../engine/training/keep-run.ts';
import { endedRecord, endingOf, headOf, type RunHead } from '../engine/training/run-record.ts';
import { createRateFinder } from '../engine/training/rate-finder.ts';
import { stayingIn, tiesOf } from '../engine/training/tied-weights.ts';
import { createTrainer, type Trainer } from '../engine/training/trainer.ts';
import type { Session, TensorValues } from '../engine/workbook/session.ts';
import { checkWritable, FileTakenError, type Standing, standingAt, writeFileAtomically } from '../files/atomic.ts';
import { workbookPieces } from '../files/convsheet.ts';
import { type Arguments, oneOperand, type Options, readArguments, UsageError } from './arguments.ts';
import { watchInterrupts } from './interrupts.ts';
import type { Output } from './output.ts';
import { createProgress, type Progress } from './progress.ts';
import { formatTable } from './table.ts';
import { sizedConfig } from './training-options.ts';
import { type Job, jobOptions, prepareJob } from './training-job.ts';
import { jsonReport, textReport, type TrainingReport } from './training-report.ts';
import { toNumber } from './values.ts';

const options = {
  ...jobOptions,
  'find-rate': { type: 'boolean' },
  every: { type: 'string' },
  'weights-only': { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies Options;
type Chosen = Arguments<typeof options>['options'];

/** `train FILE|TEMPLATE --data … -o FILE`: trains, and writes a workbook with the trained weights and the run. */
export async function train(args: string[], output: Output): Promise<void> {
  const { options: chosen, operands } = readArguments('train', args, options);
  const source = oneOperand('train', operands, messages.commandLine.fileOrTemplate);
  const progress = createProgress();
  const interrupts = watchInterrupts(progress);
  try {
    if (chosen['find-rate']) {
      const job = sizedJob(await prepareJob(source, chosen, progress, interrupts.signal), chosen);
      return await findRate(job, chosen.json, progress, interrupts.signal, output);
    }
    const { path, standing } = await outputPath(source, chosen);
    const every = parseEvery(chosen.every);
    const job = sizedJob(await prepareJob(source, chosen, progress, interrupts.signal), chosen);
    interrupts.signal.throwIfAborted();
    interrupts.stopping = messages.trainCommand.stopping;
    let unread: NodeJS.ErrnoException | undefined;
    output.outliveReader(error => {
      unread = error;
      progress.say(messages.trainCommand.unread);
    }, interrupts.signal);
    const report = chosen.json ? jsonReport(output) : textReport(progress, output);
    const trainer = startTrainer(job);
    const head = headOfJob(job, trainer);
    await report.start(job, trainer);
    // Without the optimizer's memory a run can't go on, so it ends like any other stopped run.
    const interrupt = () => (chosen['weights-only'] ? trainer.stop('stopped') : trainer.interrupt());
    await drive(trainer, every, report, () => interrupts.signal.aborted && interrupt());
    const result = resultOf(job, head, trainer, chosen['weights-only']);
    const written = await writeSomewhere(path, () => workbookPieces(result), standing);
    const canGoOn = result.memory?.place !== undefined;
    await report.end(trainer, { path: written.path, bytes: written.size, canGoOn });
    if (trainer.end === 'stopped') process.exitCode = interrupts.status;
    if (written.failure !== undefined) throw new UserError(written.failure);
    if (trainer.end === 'failed') throw new UserError(trainer.sentence!);
    // A pipe that its reader closed early, such as `head`, is no failure.
    if (unread && unread.code !== 'EPIPE')
      throw new UserError(messages.commandLine.stdoutFailed(unread.code ?? unread.message));
  } catch (error) {
    if (error !== interrupts.signal.reason) throw error;
    process.exitCode = interrupts.status;
  } finally {
    progress.clear();
    interrupts.dispose();
  }
}

/** The set-up with suitable numbers of epochs and images in a batch. A run that goes on keeps those it had. */
function sizedJob(job: Job, chosen: Chosen): Job {
  if (job.start === 'continue') return job;
  const { config, notices } = sizedConfig(job.config, chosen, job.data.split.training.length);
  return { ...job, config, notices: [...job.notices, ...notices] };
}

/** Where the result will be written, and what is there now. Checked before the training, which may take hours. */
async function outputPath(
  source: string,
  { output: path, force }: Chosen,
): Promise<{ path: string; standing: Standing }> {
  const { optionMissing, exists } = messages.commandLine;
  if (path === undefined) throw new UsageError(optionMissing('train', '-o FILE'));
  if (!path.toLowerCase().endsWith('.convsheet')) throw new UserError(messages.trainCommand.notConvsheet(path));
  if (!force && existsSync(path) && resolve(path) !== resolve(source)) throw new UserError(exists(path));
  await checkWritable(path);
  return { path, standing: await standingAt(path) };
}

/** Writes the trained workbook, even if its place is taken. If another program has written the file meanwhile, it is
 *  written beside it; if that fails, into the folder for temporary files. `failure` then says so. Throws UserError
 *  naming both places if it can't be written anywhere. */
async function writeSomewhere(
  path: string,
  pieces: () => Iterable<Uint8Array>,
  standing: Standing,
): Promise<{ path: string; size: number; failure?: Sentence }> {
  const { writtenElsewhere, writtenNowhere } = sentences.trainCommand;
  const first = await orRefusal(writeFileAtomically(path, pieces(), standing));
  if (!(first instanceof UserError)) return { path, size: first.size };
  const folder = first instanceof FileTakenError ? dirname(path) : tmpdir();
  const name = basename(path, extname(path)).slice(0, 100);
  const other = join(folder, `${name}-${randomUUID().slice(0, 8)}.convsheet`);
  const second = await orRefusal(writeFileAtomically(other, pieces()));
  if (second instanceof UserError) throw new UserError(writtenNowhere(first.sentence, second.sentence));
  return { path: other, size: second.size, failure: writtenElsewhere(first.sentence, other) };
}

/** The result of a promise, or the UserError that it was rejected with. */
async function orRefusal<T>(asked: Promise<T>): Promise<T | UserError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function parseEvery(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const every = toNumber(text);
  const { badValue, expectedEvery } = messages.trainCommand;
  if (!(Number.isInteger(every) && every > 0)) throw new UsageError(badValue('--every', text, expectedEvery));
  return every;
}

/** A trainer at the beginning of a run, or where the interrupted run stopped, with the formulas over parameters. */
function startTrainer(job: Job): Trainer {
  const trainer = trainerOf(job);
  const { session, config } = job;
  const ties = trainer.tie(session && (parameters => tiesOf(session, parameters, config)));
  if (ties) for (const sentence of stayingIn(ties)) trainer.history.note({ step: trainer.step, sentence });
  return trainer;
}

function trainerOf({ workbook, data, config, start, interrupted }: Job): Trainer {
  const { network } = workbook;
  const memory = start === 'continue' ? workbook.memory : undefined;
  const parameters = parametersOf(workbook);
  if (!interrupted) return createTrainer({ network, parameters, data, config, memory });
  const from = snapshotOf(interrupted, memory!, parameters);
  const { place } = interrupted;
  const trainer = createTrainer({ network, parameters, data, config, from });
  trainer.history.note({ step: place.step, sentence: sentences.runs.notes.resumed });
  return trainer;
}

function parametersOf({ network, values }: Workbook): TensorValues {
  const parameters = describeTensors(network).filter(({ role }) => role === 'parameter');
  return new Map(parameters.map(({ id }) => [id, values.get(id)!]));
}

/** The head of the run that begins or goes on. */
function headOfJob({ workbook, data, config, start, interrupted }: Job, trainer: Trainer): RunHead {
  if (interrupted) return interrupted.run;
  const { network, classes, runs = [] } = workbook;
  const { loss, stepsPerEpoch } = trainer;
  const asked = { id: randomUUID(), name: messages.trainingPanel.runName(runs.length + 1), config, start };
  return headOf(asked, { dataName: data.name, classes, stepsPerEpoch, loss, layers: network.layers });
}

/** Milliseconds between two reports, if no number of steps was asked for. */
const REPORT_EVERY = 250;

/** Trains until the run ends. `afterEach` may end it. */
async function drive(
  trainer: Trainer,
  every: number | undefined,
  report: TrainingReport,
  afterEach: () => void,
): Promise<void> {
  const { history } = trainer;
  const begun = { time: performance.now(), step: trainer.step, seconds: trainer.seconds, samples: trainer.samples };
  let told = trainer.step;
  let due = begun.time;
  for (const note of history.notes) await report.note(note);

  const tell = async () => {
    const { step, steps, learningRate } = trainer;
    let first = history.points.length;
    while (first > 0 && history.points[first - 1].step > told) first--;
    const points = history.points.slice(first);
    if (points.length === 0) return;
    const spent = trainer.seconds - begun.seconds;
    await report.step({
      step,
      loss: points.reduce((sum, { loss }) => sum + loss, 0) / points.length,
      metric: points.reduce((sum, { metric }) => sum + metric, 0) / points.length,
      learningRate,
      samplesPerSecond: (trainer.samples - begun.samples) / spent,
      secondsLeft: ((performance.now() - begun.time) / 1000 / (step - begun.step)) * (steps - step),
    });
    told = step;
    due = performance.now() + REPORT_EVERY;
  };

  while (!trainer.end) {
    const epochs = history.epochs.length;
    trainer.advance();
    const isDue = every ? trainer.step >= told + every : performance.now() > due;
    if (trainer.step > told && (isDue || trainer.end)) await tell();
    if (history.epochs.length > epochs) await report.epoch(history.epochs[epochs]);
    afterEach();
    // So that signals are received.
    await nextTurn();
  }
}

/** The workbook with the trained weights and, unless `weightsOnly`, the run. */
function resultOf({ workbook, session }: Job, head: RunHead, trainer: Trainer, weightsOnly: boolean): Workbook {
  const { runs = [], memory: _, ...kept } = session ? followed(session, trainer) : workbook;
  const values = new Map([...kept.values, ...trainer.parameters()]);
  const trained = { ...kept, values, fit: trainer.config.data.fit };
  if (weightsOnly) return trained;
  const { end, sentence } = trainer;
  const left = endingOf(trainer, head.id);
  const record = endedRecord(head, left, { end, sentence });
  return { ...trained, runs: keepRun(runs, record), memory: left.memory };
}

/** The open workbook as the trainer leaves it, with what formulas make of that. */
function followed(session: Session, trainer: Trainer): Workbook {
  session.unrecorded.follow(trainer.parameters());
  session.unrecorded.recalculate(true);
  return session.workbook();
}

/** `--find-rate`: prints the loss at growing learning rates, from the weights that the run would begin with. If a
 *  signal ends it, the signal's reason is thrown. */
async function findRate(
  job: Job,
  json: boolean,
  progress: Progress,
  signal: AbortSignal,
  output: Output,
): Promise<void> {
  const { workbook, data, config, session } = job;
  const { network } = workbook;
  const parameters = parametersOf(workbook);
  const tie = (own: TensorValues) => session && tiesOf(session, own, config);
  const finder = createRateFinder({ network, parameters, data, config, tie });
  while (finder.advance()) {
    progress.show(messages.trainCommand.finding(finder.fraction));
    await nextTurn();
    signal.throwIfAborted();
  }
  finder.dispose();
  progress.clear();
  const { points, suggestion } = finder.curve();
  if (json) {
    await output.write(`${JSON.stringify({ points, suggestion })}\n`);
    return;
  }
  const { columns, suggestion: suggested, noSuggestion } = messages.trainCommand;
  const rows = points.filter((_, n) => n % 10 === 0).map(point => [rate(point.learningRate), point.loss.toFixed(4)]);
  await output.write(formatTable([[columns.learningRate, columns.loss], ...rows], 'right'));
  await output.write(`${suggestion === undefined ? noSuggestion : suggested(rate(suggestion))}\n`);
}

const rate = (value: number) => String(Number(value.toPrecision(2)));
