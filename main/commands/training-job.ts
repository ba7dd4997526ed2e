/** What a training command works on, put together from its arguments: the workbook, its images and the set-up. */
import type { DataChoice, DataSet } from '../../shared/data.ts';
import { keptName, trainedFit } from '../../shared/data-meaning.ts';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { describeTensors, formatShape, type NetworkSpec, type TensorId } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import { networkTemplates, type TemplateName, templateParameters, templateSize } from '../../shared/templates.ts';
import { type Start, starts, type TrainingConfig } from '../../shared/training.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { createBatches } from '../engine/data/batches.ts';
import { digestOf } from '../engine/data/data-digest.ts';
import { inputShape, otherImages } from '../engine/training/fit.ts';
import { type Interrupted, runToGoOn } from '../engine/training/interrupted.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { startChosen } from '../engine/backend/native.ts';
import { beginningOf } from '../engine/training/start.ts';
import { beginWith, openWrittenWorkbook, tiesOf } from '../engine/training/tied-weights.ts';
import type { Session } from '../engine/workbook/session.ts';
import { isTemplate, readTemplate } from '../files/templates.ts';
import { type Arguments, type Options, UsageError } from './arguments.ts';
import { checkChoice, choiceOf, dataOptions, imagesOf, readData } from './data.ts';
import type { Progress } from './progress.ts';
import { loadSource } from './source.ts';
import { configOf, trainingOptions } from './training-options.ts';
import { choose } from './values.ts';

type TensorValues = ReadonlyMap<TensorId, Float32Array>;

export const jobOptions = {
  ...dataOptions,
  ...trainingOptions,
  size: { type: 'string' },
  start: { type: 'string' },
} as const satisfies Options;
type Chosen = Arguments<typeof jobOptions>['options'];

export type Job = {
  /** The workbook with the network as it will be trained, and the weights the run begins with. */
  workbook: Workbook;
  data: DataSet;
  config: TrainingConfig;
  start: Start;
  /** The last run and the place where it stopped, if this job goes on with it. */
  interrupted?: Interrupted;
  notices: readonly Sentence[];
  /** The workbook, open, if users have written anything around its network. */
  session?: Session;
};

/** Starts the engine and reads the images. Throws UserError naming the option or file that is wrong. Everything that
 *  can be checked without the images is checked before they are read. */
export async function prepareJob(
  source: string,
  chosen: Chosen,
  progress: Progress,
  signal: AbortSignal,
): Promise<Job> {
  const asked = chosen.start === undefined ? undefined : choose('--start', chosen.start, starts);
  return isTemplate(source)
    ? templateJob(source, chosen, asked ?? 'initial', progress, signal)
    : fileJob(source, chosen, asked ?? 'here', progress, signal);
}

async function templateJob(
  name: TemplateName,
  chosen: Chosen,
  start: Start,
  progress: Progress,
  signal: AbortSignal,
): Promise<Job> {
  if (start === 'continue') throw new UserError(messages.trainCommand.continueTemplate);
  const shape: DataChoice['shape'] = chosen.size === undefined ? ownShape(name) : parseSize(chosen.size);
  const choice = choiceOf(imagesOf('train', chosen, undefined), chosen, shape, {});
  checkChoice(choice, chosen);
  // The ids of the layers are the same for every number of classes.
  const config = configOf(chosen, choice, networkTemplates[name](shape, 2));
  await startChosen(config.backend);
  const data = await readData(choice, progress, signal);
  const made = await templateFor(name, shape, data, start, config.seed);
  // Some first weights of a template are fixed, so they are not drawn anew.
  const job = jobOf({ ...made, source: { kind: 'typed' } }, 'here', data, { config, start });
  const example = exampleOf(job.data, job.workbook.network);
  // The test digits can be browsed, starting at the one that is shown.
  const isDigit = choice.source.kind === 'named' && choice.source.name === 'digits';
  const source: Workbook['source'] = isDigit ? { kind: 'digit', index: 0 } : example.source;
  return {
    ...job,
    workbook: { ...job.workbook, source, values: new Map([...job.workbook.values, ...example.values]) },
  };
}

/** A template made for these images and classes, or as it comes if it is not begun anew. */
async function templateFor(
  name: TemplateName,
  shape: DataChoice['shape'],
  { classes }: DataSet,
  start: Start,
  seed: number,
): Promise<Pick<Workbook, 'network' | 'classes' | 'values'>> {
  const network = networkTemplates[name](shape, classes.length);
  if (start === 'initial') {
    const values = new Map(templateParameters(name, network, createRandom(seed)));
    return { network, classes: classes.map(keptName), values };
  }
  const shipped = await readTemplate(name);
  if (JSON.stringify(shipped.network) !== JSON.stringify(network))
    throw new UserError(messages.trainCommand.startTemplate(name));
  return { network, classes: shipped.classes, values: shipped.values };
}

async function fileJob(
  path: string,
  chosen: Chosen,
  start: Start,
  progress: Progress,
  signal: AbortSignal,
): Promise<Job> {
  const workbook = await loadSource(path);
  const last = workbook.runs?.at(-1);
  if (start === 'continue' && !workbook.memory) throw new UserError(messages.runs.noMemory);
  const shape = inputShape(workbook.network);
  if (chosen.size !== undefined && parseSize(chosen.size).join() !== shape.join())
    throw new UserError(messages.trainCommand.sizeOfFile(chosen.size, formatShape(shape)));
  const own = { data: last?.config.data, fit: trainedFit(workbook), sameImages: start === 'continue' };
  const choice = choiceOf(imagesOf('train', chosen, own.data), chosen, shape, own);
  checkChoice(choice, chosen);
  const before = start === 'continue' ? last?.config : undefined;
  const config = configOf(chosen, choice, workbook.network, before);
  await startChosen(config.backend);
  // What users have written is calculated as on the sheet.
  if (workbook.sheets) await startBackend();
  const data = await readData(choice, progress, signal);
  const job = jobOf(workbook, start, data, { config, start });
  if (start !== 'continue') return job;
  const interrupted = cutShort(workbook, config, job.data);
  const others = last && !interrupted ? otherImages(last, config, data.name) : [];
  return { ...job, interrupted, notices: [...job.notices, ...others] };
}

/** The run that was cut short and can go on. Its images may have moved. */
function cutShort(workbook: Workbook, config: TrainingConfig, data: DataSet): Interrupted | undefined {
  const source = workbook.runs?.at(-1)?.config.data.source ?? config.data.source;
  const found = runToGoOn(workbook, { ...config, data: { ...config.data, source } });
  const moved = JSON.stringify(config.data.source) !== JSON.stringify(source);
  return moved && found?.place.images.digest !== digestOf(data) ? undefined : found;
}

/** The workbook as it will be trained on these images. `from` says which of its values it keeps. */
function jobOf(
  workbook: Workbook,
  from: Start,
  data: DataSet,
  rest: Pick<Job, 'config' | 'start' | 'interrupted'>,
): Job {
  const session = openWrittenWorkbook(workbook);
  const kept = session && tiesOf(session, session.parameters(), rest.config)?.staying;
  const shown = new Map([...workbook.values, ...(session?.parameters() ?? [])]);
  const before = { ...workbook, values: shown, fit: trainedFit(workbook), kept };
  const { values: known, ...beginning } = beginningOf(before, data, rest.config, from);
  const { network, classes, notices, remarks } = beginning;
  const stored = describeTensors(network).filter(({ role }) => role !== 'computed');
  const values = new Map(
    stored.map(({ id, size }) => {
      const value = known.get(id);
      // The class of the shown image was one of other classes.
      return [id, value?.length === size ? value : new Float32Array(size).fill(Number.NaN)];
    }),
  );
  if (session) beginWith(session, { network, classes, values });
  return {
    workbook: { ...workbook, network, classes, values },
    data: beginning.data,
    notices: [...notices, ...remarks],
    session,
    ...rest,
  };
}

/** What a new workbook shows: the first image for test (else validation, else training) and its class. */
function exampleOf(data: DataSet, network: NetworkSpec): { source: Workbook['source']; values: TensorValues } {
  const split = (['test', 'validation', 'training'] as const).find(each => data.split[each].length > 0)!;
  const { images, targets } = createBatches(data, { indices: data.split[split].subarray(0, 1), batchSize: 1 }).at(0, 0);
  const values = new Map<TensorId, Float32Array>();
  for (const { id, role } of describeTensors(network)) {
    if (role === 'pixels') values.set(id, images);
    if (role === 'actual') values.set(id, targets);
  }
  return { source: { kind: 'image', name: data.nameOf(data.split[split][0]) }, values };
}

/** The images that a template takes if nothing else is asked for. */
function ownShape(name: TemplateName): DataChoice['shape'] {
  const [height, width, channels] = templateSize(name).images;
  return [height, width, channels as 1 | 3];
}

/** Reads 64x64 or 64x64x3. */
function parseSize(text: string): DataChoice['shape'] {
  const found = /^(\d+)[x×](\d+)(?:[x×]([134]))?$/.exec(text);
  if (!found) throw new UsageError(messages.trainCommand.badValue('--size', text, messages.trainCommand.expectedSize));
  return [Number(found[1]), Number(found[2]), Number(found[3] ?? 1) as 1 | 3 | 4];
}
