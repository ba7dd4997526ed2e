/** The options with which commands choose their images, and the reading of the images. */
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import {
  type DataChoice,
  type DataReading,
  dataChoiceSchema,
  type DataSet,
  type DataSource,
  dataNames,
  type Fit,
  fits,
  labelSeparators,
} from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { messages, say } from '../../shared/messages.ts';
import { sentenceOfIssue } from '../../shared/messages/sentence.ts';
import { summarize } from '../engine/data/samples.ts';
import { readDataSet } from '../files/data/read.ts';
import { type Options, UsageError } from './arguments.ts';
import type { Progress } from './progress.ts';
import { choose, toNumber } from './values.ts';

export const dataOptions = {
  data: { type: 'string' },
  labels: { type: 'string' },
  fit: { type: 'string' },
  validation: { type: 'string' },
  test: { type: 'string' },
  'split-seed': { type: 'string' },
  'split-folders': { type: 'string' },
  header: { type: 'string' },
  'file-column': { type: 'string' },
  'label-column': { type: 'string' },
  'split-column': { type: 'string' },
  'labels-separator': { type: 'string' },
  'images-array': { type: 'string' },
  'labels-array': { type: 'string' },
} as const satisfies Options;

type Chosen = { [K in keyof typeof dataOptions]: string | undefined };

/** The options that set parts of a choice of data. */
const dataOptionOf: Readonly<Record<string, string>> = {
  validation: 'validation',
  test: 'test',
  seed: 'split-seed',
  shape: 'size',
  'reading.fileColumn': 'file-column',
  'reading.labelColumn': 'label-column',
  'reading.splitColumn': 'split-column',
  'reading.imagesArray': 'images-array',
  'reading.labelsArray': 'labels-array',
};

const TABLE = /\.(csv|tsv|txt)$/i;
const ARRAYS = /\.np[yz]$/i;

/** The source that --data and --labels name. A known name means that data set; ./digits means a folder of that name.
 *  Paths become absolute. */
function sourceOf(data: string, labels: string | undefined): DataSource {
  const { noData, labelsNeeded, labelsTooMany } = messages.trainCommand;
  const name = dataNames.find(known => known === data);
  if (name) {
    if (labels !== undefined) throw new UsageError(labelsTooMany(data));
    return { kind: 'named', name };
  }
  if (!existsSync(data)) throw new UserError(noData(data, dataNames.join(', ')));
  const path = resolve(data);
  if (statSync(path).isDirectory())
    return labels === undefined ? { kind: 'folders', path } : { kind: 'csv', images: path, labels: resolve(labels) };
  if (ARRAYS.test(path))
    return { kind: 'numpy', images: path, ...(labels !== undefined && { labels: resolve(labels) }) };
  // A table names images beside it, or contains them.
  if (labels === undefined && TABLE.test(path)) return { kind: 'csv', images: dirname(path), labels: path };
  if (labels === undefined) throw new UsageError(labelsNeeded(data));
  return { kind: 'idx', images: path, labels: resolve(labels) };
}

/** The images of a command: those of --data, or else of the file's last run. */
export function imagesOf(command: string, { data, labels }: Chosen, before: DataChoice | undefined): DataSource {
  if (data !== undefined) return sourceOf(data, labels);
  if (!before) throw new UsageError(messages.commandLine.optionMissing(command, '--data'));
  return before.source;
}

/** What a workbook file says about the images of its last run, and how they were fitted. `sameImages`: the images of
 *  this command are the same, even if they have moved. */
export type Known = { data?: DataChoice; fit?: Fit; sameImages?: boolean };

/** The whole choice of data. Images are fitted like those the network was trained with. Shares that are left out are
 *  those of the last run on the same images, so that a network isn't tested on images it was trained with. */
export function choiceOf(source: DataSource, chosen: Chosen, shape: DataChoice['shape'], known: Known): DataChoice {
  const { data: before, fit = 'stretch', sameImages } = known;
  const same = before && (sameImages || JSON.stringify(before.source) === JSON.stringify(source));
  const { validation, test, seed } = same ? before : DEFAULTS;
  return {
    source,
    shape,
    fit: chosen.fit === undefined ? fit : choose('--fit', chosen.fit, fits),
    validation: chosen.validation === undefined ? validation : toNumber(chosen.validation),
    test: chosen.test === undefined ? test : toNumber(chosen.test),
    seed: chosen['split-seed'] === undefined ? seed : toNumber(chosen['split-seed']),
    ...readingOf(chosen, source, same ? before.reading : undefined),
  };
}

/** The kind of images that each option is for. */
const FOR_KIND: Partial<Record<keyof Chosen, DataSource['kind']>> = {
  'split-folders': 'folders',
  header: 'csv',
  'file-column': 'csv',
  'label-column': 'csv',
  'split-column': 'csv',
  'labels-separator': 'csv',
  'images-array': 'numpy',
  'labels-array': 'numpy',
};

/** How folders, tables and arrays are read: as the options say, else as in the last run. Throws UsageError naming an
 *  option that doesn't apply to such images. */
function readingOf(chosen: Chosen, { kind }: DataSource, before: DataReading | undefined): { reading?: DataReading } {
  const foreign = (Object.keys(FOR_KIND) as (keyof Chosen)[]).find(
    option => chosen[option] !== undefined && FOR_KIND[option] !== kind,
  );
  if (foreign) throw new UsageError(messages.trainCommand.notForData(`--${foreign}`, FOR_KIND[foreign]!));
  const yesNo = (option: 'header' | 'split-folders') => {
    const text = chosen[option];
    return text === undefined ? undefined : choose(`--${option}`, text, ['yes', 'no'] as const) === 'yes';
  };
  const separator = chosen['labels-separator'];
  const asked = {
    splitFolders: yesNo('split-folders'),
    header: yesNo('header'),
    fileColumn: chosen['file-column'],
    labelColumn: chosen['label-column'],
    splitColumn: chosen['split-column'],
    imagesArray: chosen['images-array'],
    labelsArray: chosen['labels-array'],
    separator: separator === undefined ? undefined : choose('--labels-separator', separator, labelSeparators),
  };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const reading: DataReading = { ...before, ...given };
  return Object.keys(reading).length > 0 ? { reading } : {};
}

const DEFAULTS = { validation: 0, test: 0, seed: 1 } as const;

/** Throws UsageError naming the option if a value doesn't fit. */
export function checkChoice(choice: DataChoice, chosen: Readonly<Record<string, unknown>>): void {
  const { issues: [issue] = [] } = v.safeParse(dataChoiceSchema, choice);
  if (!issue) return;
  const path = v.getDotPath(issue) ?? '';
  const option = dataOptionOf[path] ?? dataOptionOf[path.split('.')[0]];
  const { badValue, expectedSize } = messages.trainCommand;
  const expected = option === 'size' ? expectedSize : say(sentenceOfIssue(issue.message));
  throw new UsageError(badValue(`--${option}`, String(chosen[option]), expected));
}

/** Reads the data set, and reports the progress and the images that were skipped. If `signal` ends it, the signal's
 *  reason is thrown. */
export async function readData(choice: DataChoice, progress: Progress, signal: AbortSignal): Promise<DataSet> {
  const data = await readDataSet(choice, {
    progress: fraction => progress.show(messages.trainCommand.reading(fraction)),
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  progress.clear();
  if (choice.source.kind !== 'named') tellReading(data, progress);
  tellSkipped(data.problems, progress);
  return data;
}

/** Prints how the data set was read: its classes with their images, and what the reader guessed, doubted or left
 *  out. */
function tellReading(data: DataSet, progress: Progress): void {
  const { classes, warning } = messages.trainCommand;
  const { counts } = summarize(data);
  for (const sentence of data.notes?.understood ?? []) progress.say(say(sentence));
  for (const sentence of data.notes?.warnings ?? []) progress.say(warning(say(sentence)));
  progress.say(classes(data.classes, counts));
}

/** Problems beyond this number are not printed one by one. */
const TOLD = 20;

export function tellSkipped(problems: DataSet['problems'], progress: Progress): void {
  const { skipped, skippedMore } = messages.trainCommand;
  for (const { name, reason } of problems.slice(0, TOLD)) progress.say(skipped(name, say(reason)));
  if (problems.length > TOLD) progress.say(skippedMore(problems.length - TOLD));
}
