import { fixed } from '../../shared/messages/format.ts';
import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fits } from '../../shared/data.ts';
import { fitRemarks, trainedFit } from '../../shared/data-meaning.ts';
import { UserError } from '../../shared/errors.ts';
import { messages, said, say } from '../../shared/messages.ts';
import { NOT_A_NUMBER } from '../../shared/numbers.ts';
import { predictionsCsv } from '../../shared/predictions-csv.ts';
import { predictedLabels, submissionOf } from '../../shared/submission.ts';
import { backends, type FilePrediction, isLost } from '../../shared/training.ts';
import { viewCount } from '../../shared/tta.ts';
import { predictImages } from '../engine/evaluation/evaluate.ts';
import { inputShape } from '../engine/training/fit.ts';
import { orNull, THRESHOLD } from '../engine/evaluation/metrics.ts';
import { startChosen } from '../engine/backend/native.ts';
import { type Standing, standingAt, writeFileAtomically } from '../files/atomic.ts';
import { readImages } from '../files/data/files.ts';
import { readSample } from '../files/data/sample.ts';
import { oneOperand, type Options, readArguments, UsageError } from './arguments.ts';
import { tellSkipped } from './data.ts';
import { judgingOf } from './judging.ts';
import type { Output } from './output.ts';
import { createProgress } from './progress.ts';
import { loadSource } from './source.ts';
import { formatTable } from './table.ts';
import { ttaOf } from './tta.ts';
import { choose } from './values.ts';

const options = {
  images: { type: 'string' },
  fit: { type: 'string' },
  csv: { type: 'string' },
  sample: { type: 'string' },
  output: { type: 'string', short: 'o' },
  thresholds: { type: 'string' },
  backend: { type: 'string' },
  tta: { type: 'string' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies Options;

/** `predict FILE|TEMPLATE --images FOLDER|FILE`: prints a network's predictions for image files. */
export async function predict(args: string[], output: Output): Promise<void> {
  const { options: chosen, operands } = readArguments('predict', args, options);
  const source = oneOperand('predict', operands, messages.commandLine.fileOrTemplate);
  const { images, csv, sample, output: submission } = chosen;
  if (images === undefined) throw new UsageError(messages.commandLine.optionMissing('predict', '--images'));
  const backend = choose('--backend', chosen.backend ?? 'wasm', backends);
  const asked = chosen.fit === undefined ? undefined : choose('--fit', chosen.fit, fits);
  if ((sample === undefined) !== (submission === undefined))
    throw new UsageError(messages.trainCommand.sampleAndOutput);
  const tta = ttaOf(chosen.tta);
  const standing = csv === undefined ? undefined : await checkCsv(csv, chosen.force);
  const standingSubmission = submission === undefined ? undefined : await checkCsv(submission, chosen.force);
  const form = sample === undefined ? undefined : await readSample(sample);
  const workbook = await loadSource(source);
  const { network, values, classes } = workbook;
  const thresholds = judgingOf(workbook, { thresholds: chosen.thresholds, ordered: false }).thresholds;
  const trained = trainedFit(workbook);
  const wanted = { shape: inputShape(network), fit: asked ?? trained ?? 'stretch' };
  await startChosen(backend);
  const progress = createProgress();
  try {
    const { names, bytes, problems, byRow } = await readImages(images, wanted, {
      progress: fraction => progress.show(messages.trainCommand.reading(fraction)),
      signal: new AbortController().signal,
    });
    const between = async (fraction: number) => {
      progress.show(messages.trainCommand.predicting(fraction));
      await nextTurn();
    };
    const found = await predictImages({ network, classes, parameters: values, backend }, bytes, between, tta);
    tellSkipped(problems, progress);
    if (viewCount(tta) > 1) progress.say(messages.data.views(viewCount(tta)));
    for (const remark of fitRemarks(wanted.fit, trained)) progress.say(say(remark));
    const named = Array.from(found[0], (_, n) => classes[n] ?? String(n));
    const files = names.map((name, n) => ({ name, probabilities: Array.from(found[n], orNull) }));
    const noNumbers = files.filter(isLost).length;
    if (csv !== undefined)
      await writeFileAtomically(csv, new TextEncoder().encode(predictionsCsv(named, files)), standing);
    const several = network.layers.at(-1)!.kind === 'sigmoid';
    const above = several ? named.map((_, n) => thresholds?.[n] ?? THRESHOLD) : undefined;
    const told = files.map(file => ({
      ...file,
      predicted: predictedLabels(file, named, above),
    }));
    if (form !== undefined) {
      const { text, remarks } = submissionOf(form, sample!, { classes: named, files, thresholds: above, byRow });
      for (const remark of remarks) progress.say(say(remark));
      await writeFileAtomically(submission!, new TextEncoder().encode(text), standingSubmission);
    }
    progress.clear();
    if (chosen.json)
      await output.write(`${JSON.stringify({ classes: named, noNumbers, files: told, problems }, said)}\n`);
    else await output.write(describe(told, named));
    if (noNumbers > 0 && !chosen.json) await output.write(`${messages.training.noNumbers(noNumbers, files.length)}\n`);
    for (const path of [csv, submission])
      if (path !== undefined && !chosen.json)
        await output.write(`${messages.trainCommand.written(path, files.length)}\n`);
  } finally {
    progress.clear();
  }
}

/** What is at the path where the table will be written. */
async function checkCsv(path: string, force: boolean): Promise<Standing> {
  if (!path.toLowerCase().endsWith('.csv')) throw new UserError(messages.trainCommand.notCsv(path));
  if (!force && existsSync(path)) throw new UserError(messages.commandLine.exists(path));
  return standingAt(path);
}

function describe(files: readonly (FilePrediction & { predicted: string[] })[], classes: readonly string[]): string {
  const { columns, none } = messages.trainCommand;
  const rows = files.map(file => [
    file.name,
    isLost(file) ? messages.cells.errors[NOT_A_NUMBER] : file.predicted.join(', ') || none,
    file.predicted.map(label => fixed(file.probabilities[classes.indexOf(label)]!, 4)).join(', '),
  ]);
  return formatTable([[columns.file, columns.predicted, columns.probability], ...rows], 'left');
}
