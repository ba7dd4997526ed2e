import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DataSet, onlySplit, type Split, splits } from '../../shared/data.ts';
import { fitRemarks, trainedFit } from '../../shared/data-meaning.ts';
import { UserError } from '../../shared/errors.ts';
import { messages, said, say, sayName } from '../../shared/messages.ts';
import { number } from '../../shared/messages/format.ts';
import { decimals, judgedFigures } from '../../shared/judged-figures.ts';
import type { Judged } from '../../shared/judging.ts';
import { backends, type JudgedEvaluation } from '../../shared/training.ts';
import { predictSplit } from '../engine/evaluation/evaluate.ts';
import { inputShape } from '../engine/training/fit.ts';
import { judge } from '../engine/evaluation/judge.ts';
import { evaluationOf } from '../engine/evaluation/metrics.ts';
import { startChosen } from '../engine/backend/native.ts';
import { checkWritable, type Standing, standingAt, writeFileAtomically } from '../files/atomic.ts';
import { workbookPieces } from '../files/convsheet.ts';
import { oneOperand, type Options, readArguments } from './arguments.ts';
import { checkChoice, choiceOf, dataOptions, imagesOf, readData } from './data.ts';
import { judgingOf, judgingOptions, withJudging } from './judging.ts';
import type { Output } from './output.ts';
import { createProgress } from './progress.ts';
import { loadSource } from './source.ts';
import { formatTable } from './table.ts';
import { ttaOf } from './tta.ts';
import { choose } from './values.ts';

const options = {
  ...dataOptions,
  split: { type: 'string' },
  ...judgingOptions,
  output: { type: 'string', short: 'o' },
  force: { type: 'boolean' },
  tta: { type: 'string' },
  backend: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Options;

/** `evaluate FILE|TEMPLATE --data …`: how well a network does on images it wasn't trained with. */
export async function evaluate(args: string[], output: Output): Promise<void> {
  const { options: chosen, operands } = readArguments('evaluate', args, options);
  const source = oneOperand('evaluate', operands, messages.commandLine.fileOrTemplate);
  const backend = choose('--backend', chosen.backend ?? 'wasm', backends);
  const asked = chosen.split === undefined ? undefined : choose('--split', chosen.split, splits);
  const tta = ttaOf(chosen.tta);
  const workbook = await loadSource(source);
  const { network, classes, values, runs } = workbook;
  const judging = judgingOf(workbook, chosen);
  const kept = chosen.output === undefined ? undefined : await outputPath(source, chosen.output, chosen.force);
  const fit = trainedFit(workbook);
  const before = runs?.at(-1)?.config.data;
  const images = imagesOf('evaluate', chosen, before);
  const choice = choiceOf(images, chosen, inputShape(network), { data: before, fit });
  checkChoice(choice, chosen);
  await startChosen(backend);
  const progress = createProgress();
  try {
    const data = await readData(choice, progress, new AbortController().signal);
    const split = asked ?? defaultSplit(data);
    if (data.split[split].length === 0)
      throw new UserError(messages.trainCommand.emptySplit(split, sayName(data.name)));
    const model = { network, classes, parameters: values, backend };
    const between = async (fraction: number) => {
      progress.show(messages.trainCommand.evaluating(fraction));
      await nextTurn();
    };
    const predictions = await predictSplit(model, data, split, between, tta);
    progress.clear();
    const found = evaluationOf(predictions);
    const judged = await judge(predictions, judging, nextTurn);
    const thresholds = chosen.thresholds === 'found' && judged.thresholds?.found.thresholds;
    if (kept) {
      const chosenNow = { ...judging, ...(thresholds && { thresholds: [...thresholds] }) };
      await writeFileAtomically(kept.path, workbookPieces(withJudging(workbook, chosenNow, choice)), kept.standing);
    }
    const evaluation = { ...found, notes: [...fitRemarks(choice.fit, fit), ...found.notes], judged };
    await output.write(
      chosen.json ? `${JSON.stringify(evaluation, said)}\n` : describe(evaluation, onlySplit(totalsOf(data)) === split),
    );
  } finally {
    progress.clear();
  }
}

/** Where the workbook goes that keeps what is measured. Throws UserError if it can't be written there. */
async function outputPath(source: string, path: string, force: boolean): Promise<{ path: string; standing: Standing }> {
  if (!path.toLowerCase().endsWith('.convsheet')) throw new UserError(messages.judging.outputEnding(path));
  if (!force && existsSync(path) && resolve(path) !== resolve(source))
    throw new UserError(messages.commandLine.exists(path));
  await checkWritable(path);
  return { path, standing: await standingAt(path) };
}

function defaultSplit({ split }: DataSet): Split {
  if (split.test.length > 0) return 'test';
  return split.validation.length > 0 ? 'validation' : 'training';
}

const totalsOf = ({ split: { training, validation, test } }: DataSet) => ({
  training: training.length,
  validation: validation.length,
  test: test.length,
});

/** The result in sentences and tables. `all`: these are all images of the data set. */
function describe(
  {
    dataName,
    split,
    classes,
    notes,
    count,
    noNumbers,
    loss,
    accuracy,
    perClass,
    macro,
    severalLabels,
    judged,
  }: JudgedEvaluation,
  all: boolean,
): string {
  const { trainCommand: text } = messages;
  const { columns } = text;
  const figures = [text.accuracy(accuracy, Math.round(accuracy * count), count), text.loss(loss)];
  if (severalLabels) {
    const { f2, sweep, bestThreshold } = severalLabels;
    const best = sweep.find(({ threshold }) => threshold === bestThreshold)!;
    figures.push(text.severalLabels({ threshold: 0.5, f2 }, best));
  }
  const rows = [
    [columns.class, columns.precision, columns.recall, columns.f1, ...judgedColumns(judged), columns.images],
    ...perClass.map(({ precision, recall, f1, support }, n) => [
      classes[n],
      ...[precision, recall, f1].map(decimals),
      ...judgedCells(judged, n, support),
      String(support),
    ]),
    [columns.mean, ...[macro.precision, macro.recall, macro.f1].map(decimals), ...judgedMeans(judged), ''],
  ];
  const { noNumbers: sentence, countedWrong } = messages.training;
  const lost = noNumbers > 0 ? `${sentence(noNumbers, count)} ${countedWrong}\n` : '';
  const about = notes.map(note => `${say(note)}\n`).join('');
  const evaluated = text.evaluated(sayName(dataName), all ? undefined : split, count);
  const { figure, ownFigure } = messages.judging;
  const { own } = judged;
  const more = judgedFigures({ ...judged, own: undefined }).map(({ name, value }) => figure(name, value));
  const lines = [
    figures.join(' · '),
    more.join(' · '),
    ...(own ? [own.problem === undefined ? ownFigure(own.formula, number(own.value)) : say(own.problem)] : []),
  ];
  return `${evaluated}\n${about}${lost}${lines.join('\n')}\n${formatTable(rows, 'right')}`;
}

/** The columns of a table of classes: F-beta if beta isn't 1, AUC and average precision; with several labels, the
 *  thresholds and F-beta at them. */
function judgedColumns({ beta, thresholds }: Judged): string[] {
  const text = messages.judging;
  return [
    ...(beta === 1 ? [] : [text.fBeta(beta)]),
    text.auc,
    text.averagePrecisionShort,
    ...(thresholds ? [text.threshold, `${text.fBeta(beta)} ${text.atThreshold}`] : []),
  ];
}

/** A class that no image has shows no average precision; scikit-learn's would be 0. */
function judgedCells({ beta, perClass, thresholds }: Judged, label: number, support: number): string[] {
  const { auc, averagePrecision, fBeta } = perClass[label];
  const at = thresholds && (thresholds.chosen ?? thresholds.found);
  return [
    ...(beta === 1 ? [] : [decimals(fBeta)]),
    decimals(auc),
    decimals(support === 0 ? null : averagePrecision),
    ...(at ? [decimals(at.thresholds[label]), decimals(at.perClass[label])] : []),
  ];
}

function judgedMeans({ beta, macro, thresholds }: Judged): string[] {
  const at = thresholds && (thresholds.chosen ?? thresholds.found);
  return [
    ...(beta === 1 ? [] : [decimals(macro.fBeta)]),
    decimals(macro.auc),
    decimals(macro.averagePrecision),
    ...(at ? ['', decimals(at.macro)] : []),
  ];
}
