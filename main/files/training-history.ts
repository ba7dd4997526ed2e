/** The training data in a .convsheet file besides the weights: the runs with their histories (runs.json), the weights
 *  that they have kept on the way (runs/N.bin), and the memory of the last optimizer (memory/N.bin). A workbook that
 *  was never trained has none of them. Earlier versions leave the kept weights out. */
import * as v from 'valibot';
import { networkSchema } from '../../shared/network-schema.ts';
import { FIRST_FAULT, list } from '../../shared/list-schema.ts';
import { type Sentence, sentenceSchema } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { describeTensors, type NetworkSpec, type TensorId, trainedTensors } from '../../shared/network.ts';
import { type RunRecord, type RunWeights, starts, trainingConfigSchema } from '../../shared/training.ts';
import type { TrainingMemory, Workbook } from '../../shared/workbook.ts';
import { type Archive, areFinite, asFloats } from './archive.ts';
import { parseModestJson } from './modest-json.ts';

const RUNS = 'runs.json';
/** The largest runs.json. If it would be larger, the oldest runs are left out. */
const MOST_RUNS_BYTES = 64 * 2 ** 20;

/** How often a run may have kept its weights, and the most bytes of all that were kept. */
const MOST_KEPT_TIMES = 100;
const MOST_KEPT_BYTES = 64 * 2 ** 20;
/** About what an array takes besides its numbers, in bytes of memory and in its line of runs.json. */
const ARRAY_BYTES = 400;

/** How many numbers an optimizer remembers for each weight. Adam has two: a mean and a mean of squares. */
const MOST_SLOTS = 2;
/** The most JSON values: two million points with their records, which is more than fits. */
const MOST_VALUES = 12_000_000;

/** The longest names of runs and data sets. */
const LONGEST_TITLE = 200;
const LONGEST_NAME = 1000;
const LONGEST_SENTENCE = 2000;

const text = (length: number) => v.pipe(v.string(), v.maxLength(length));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const number = v.pipe(v.number(), v.finite());
/** The schema of a list of rows of numbers. A file may have a million rows, and a schema for each would take
 *  seconds. */
function rows<Field extends string, Optional extends Field = never>(
  fields: Record<Field, 'whole' | 'number'>,
  optional: readonly Optional[],
  most: number,
) {
  type Row = { [F in Exclude<Field, Optional>]: number } & { [F in Optional]?: number };
  const all = Object.entries(fields) as [Field, 'whole' | 'number'][];
  /** The first faulty field of a row; '' if it isn't a row at all. */
  const wrongIn = (value: unknown): string | undefined => {
    if (typeof value !== 'object' || value === null) return '';
    return all.find(([field, kind]) => {
      const found = (value as Record<string, unknown>)[field];
      if (found === undefined) return !(optional as readonly string[]).includes(field);
      return !(kind === 'whole' ? Number.isSafeInteger(found) && (found as number) >= 0 : Number.isFinite(found));
    })?.[0];
  };
  const known = (value: Record<string, unknown>) =>
    Object.fromEntries(all.filter(([field]) => value[field] !== undefined).map(([field]) => [field, value[field]]));
  return v.pipe(
    v.array(v.any()),
    v.maxLength(most),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const at = dataset.value.findIndex(value => wrongIn(value) !== undefined);
      if (at < 0) return;
      const input: unknown[] = dataset.value;
      const field = wrongIn(input[at])!;
      const row = { type: 'array', origin: 'value', input, key: at, value: input[at] } as const;
      const inRow = { type: 'object', origin: 'value', input: {}, key: field, value: undefined } as const;
      addIssue({ path: field === '' ? [row] : [row, inRow] });
    }),
    v.transform(values => values.map(known) as Row[]),
  );
}

/** The schema of a list of short texts. */
function texts(longest: number, most: number) {
  return v.pipe(
    v.array(v.any()),
    v.maxLength(most),
    v.check(values => values.every(value => typeof value === 'string' && value.length <= longest)),
    v.transform(values => values as string[]),
  );
}

const runSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  name: text(LONGEST_TITLE),
  started: v.pipe(v.string(), v.isoTimestamp()),
  config: trainingConfigSchema,
  start: v.picklist(starts),
  dataName: text(LONGEST_NAME),
  classes: texts(LONGEST_NAME, 65_536),
  loss: v.picklist(['crossEntropy', 'binaryCrossEntropy']),
  stepsPerEpoch: whole,
  points: rows({ step: 'whole', loss: 'number', metric: 'number', learningRate: 'number' }, [], 100_000),
  epochs: rows(
    {
      epoch: 'whole',
      step: 'whole',
      loss: 'number',
      metric: 'number',
      validationLoss: 'number',
      validationMetric: 'number',
      seconds: 'number',
    },
    ['validationLoss', 'validationMetric'],
    10_000,
  ),
  notes: list(v.object({ step: whole, sentence: sentenceSchema }), 10_000),
  seconds: number,
  end: v.optional(v.picklist(['finished', 'stopped', 'early', 'failed'])),
  sentence: v.optional(sentenceSchema),
});
/** The kept weights: all tensors of the first step, then those of the second one, and so on. */
const keptSchema = v.object({
  file: text(200),
  steps: list(whole, MOST_KEPT_TIMES),
  tensors: list(v.object({ tensor: text(200), size: whole }), 10_000),
  /** The layers that the run trained. Files of earlier versions don't tell them. */
  layers: v.optional(networkSchema.entries.layers),
});
type StoredWeights = v.InferOutput<typeof keptSchema>;
const runsSchema = list(v.object({ ...runSchema.entries, weights: v.optional(keptSchema) }), 1000);
/** The schema without points. There are many of them, and `storable` only leaves those that can be read. */
const withoutPoints = v.omit(runSchema, ['points']);

const stored = { size: whole, file: text(200) };
const storedParameters = list(v.object({ tensor: text(200), ...stored }), 10_000);
/** The header's part about the optimizer's memory. Files of earlier versions have neither run nor place. */
export const memorySchema = v.object({
  run: v.optional(runSchema.entries.id),
  optimizer: v.picklist(['sgd', 'momentum', 'rmsprop', 'adam', 'adamw']),
  step: whole,
  epochs: whole,
  slots: list(v.object({ slot: text(200), ...stored }), 10_000),
  place: v.optional(
    v.object({
      step: whole,
      epoch: whole,
      position: whole,
      validating: v.boolean(),
      samples: whole,
      firstEpoch: whole,
      fused: v.optional(v.boolean()),
      epochTotals: v.object({ count: whole, loss: number, metric: number, seconds: number }),
      best: v.optional(
        v.object({
          epoch: whole,
          loss: number,
          parameters: v.optional(storedParameters),
        }),
      ),
      mean: v.optional(v.object({ count: whole, parameters: storedParameters })),
      images: v.object({ training: whole, validation: whole, digest: v.optional(text(64)) }),
    }),
  ),
});
export type StoredMemory = v.InferOutput<typeof memorySchema>;

/** The files for an archive by name, and what the header has to say about them. */
export type HistoryFiles = {
  json?: Uint8Array;
  jsonName: string;
  memory?: StoredMemory;
  tensors: ReadonlyMap<string, Uint8Array>;
  /** Whether the memory was left out for lack of room. */
  memoryLeftOut: boolean;
};

/** The training files of a workbook. `room`: how many bytes they may take together. The memory is left out if it needs
 *  more, isn't all finite, or belongs to another network (one that a run made, and undo took back). The run then can't
 *  be continued. */
export function historyFiles({ network, runs = [], memory }: Workbook, room: number): HistoryFiles {
  const kept = memory && isReadable(memory, network) ? memoryFiles(memory) : undefined;
  const bare = runs.map(({ weights: _weights, layers: _layers, ...run }) => run);
  const json = runsJson(bare, Math.min(MOST_RUNS_BYTES, room));
  const bytes = [...(kept?.tensors.values() ?? [])].reduce((sum, { length }) => sum + length, json?.length ?? 0);
  const remembered = kept && bytes <= room && v.is(memorySchema, kept.memory) ? kept : undefined;
  const all = {
    json,
    jsonName: RUNS,
    memoryLeftOut: kept !== undefined && bytes > room,
    ...(remembered ?? { tensors: new Map<string, Uint8Array>() }),
  };
  return withWeights(all, runs, room - (remembered ? bytes : (json?.length ?? 0)));
}

/** Adds the weights that runs have kept, as far as there is room: those of the latest runs first. */
function withWeights(files: HistoryFiles, runs: readonly RunRecord[], room: number): HistoryFiles {
  const tensors = new Map(files.tensors);
  let left = Math.min(room, MOST_KEPT_BYTES);
  const stored = runs
    .toReversed()
    .map(({ weights, layers, ...run }, at) => {
      if (!weights || !areKeepable(weights)) return run;
      const file = `runs/${runs.length - 1 - at}.bin`;
      const own = {
        file,
        steps: weights.map(({ step }) => step),
        tensors: sizesOf(weights[0]),
        ...(layers && { layers: [...layers] }),
      };
      const bytes = costOf(own);
      if (bytes > left) return run;
      left -= bytes;
      tensors.set(file, bytesOfWeights(weights));
      return { ...run, weights: own };
    })
    .reverse();
  if (tensors.size === files.tensors.size) return files;
  return { ...files, tensors, json: runsJson(stored, MOST_RUNS_BYTES) };
}

const sizesOf = ({ values }: RunWeights) => [...values].map(([tensor, { length }]) => ({ tensor, size: length }));

/** Whether a file can hold the weights: every time the same tensors, and only finite numbers. */
function areKeepable(weights: readonly RunWeights[]): boolean {
  if (weights.length === 0 || weights.length > MOST_KEPT_TIMES) return false;
  const sizes = JSON.stringify(sizesOf(weights[0]));
  return weights.every(each => JSON.stringify(sizesOf(each)) === sizes && [...each.values.values()].every(areFinite));
}

function bytesOfWeights(weights: readonly RunWeights[]): Uint8Array {
  const arrays = weights.flatMap(({ values }) => [...values.values()]);
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return new Uint8Array(all.buffer);
}

function memoryFiles({ run, optimizer, step, epochs, slots, place }: TrainingMemory) {
  const tensors = new Map<string, Uint8Array>();
  const keep = (values: Float32Array) => {
    const file = `memory/${tensors.size}.bin`;
    tensors.set(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return { size: values.length, file };
  };
  const keepAll = (all: ReadonlyMap<TensorId, Float32Array>) =>
    Array.from(all, ([tensor, own]) => ({ tensor, ...keep(own) }));
  const { best, mean } = place ?? {};
  const memory: StoredMemory = {
    run,
    optimizer,
    step,
    epochs,
    slots: Array.from(slots, ([slot, values]) => ({ slot, ...keep(values) })),
    place: place && {
      ...place,
      best: best && { ...best, parameters: best.parameters && keepAll(best.parameters) },
      mean: mean && { ...mean, parameters: keepAll(mean.parameters) },
    },
  };
  return { memory, tensors };
}

function isReadable({ slots, place }: TrainingMemory, network: NetworkSpec): boolean {
  const [trained, parameters] = [trainedSizes(network), parameterSizes(network)];
  const fits = (values: Float32Array, size: number | undefined) => values.length === size && areFinite(values);
  return (
    [...slots].every(([slot, values]) => fits(values, trained.get(tensorOf(slot)))) &&
    [place?.best?.parameters, place?.mean?.parameters].every(
      own => !own || (own.size === parameters.size && [...own].every(([id, each]) => fits(each, parameters.get(id)))),
    )
  );
}

const trainedSizes = (network: NetworkSpec) =>
  new Map<string, number>(trainedTensors(network).map(({ id, size }) => [id, size]));
const parameterSizes = (network: NetworkSpec) =>
  new Map<string, number>(
    describeTensors(network)
      .filter(({ role }) => role === 'parameter')
      .map(({ id, size }) => [id, size]),
  );
const tensorOf = (slot: string) => slot.slice(0, slot.lastIndexOf('/'));

/** A run as runs.json has it. */
type StoredRun = Omit<RunRecord, 'weights' | 'layers'> & { weights?: StoredWeights };

function runsJson(runs: readonly StoredRun[], most: number): Uint8Array | undefined {
  const each = runs
    .map(storable)
    .filter(run => v.is(withoutPoints, run))
    .map(run => JSON.stringify(run));
  let bytes = each.reduce((sum, json) => sum + 3 * json.length, 0);
  while (bytes > most && each.length > 0) bytes -= 3 * each.shift()!.length;
  return each.length === 0 ? undefined : new TextEncoder().encode(`[\n${each.join(',\n')}\n]\n`);
}

/** A run in a form that a file can hold: JSON has only finite numbers, and a sentence may have a very long path. If the
 *  run still can't be read again, it is left out. */
function storable(run: StoredRun): StoredRun {
  const { name, points, epochs, notes, sentence, dataName, classes } = run;
  const finite = (item: object) => Object.values(item).every(Number.isFinite);
  return {
    ...run,
    name: name.slice(0, LONGEST_TITLE),
    dataName: dataName.slice(0, LONGEST_NAME),
    classes: classes.map(each => each.slice(0, LONGEST_NAME)),
    points: points.filter(finite),
    epochs: epochs.filter(epoch =>
      finite(Object.fromEntries(Object.entries(epoch).filter(([, value]) => value !== undefined))),
    ),
    notes: notes.map(note => ({ ...note, sentence: shortened(note.sentence) })),
    sentence: sentence && shortened(sentence),
  };
}

const shortened = (sentence: Sentence) =>
  typeof sentence === 'string' ? sentence.slice(0, LONGEST_SENTENCE) : sentence;

/** Reads the kept runs. `damaged` makes the error for a faulty file. */
export function readRuns(archive: Archive, damaged: (what: Sentence) => Error): RunRecord[] {
  if (!archive.names.has(RUNS)) return [];
  if (archive.size(RUNS)! > MOST_RUNS_BYTES) throw damaged(sentences.files.damage.content(RUNS));
  const json = parseModestJson(archive.read(RUNS), MOST_VALUES);
  if (json === undefined) throw damaged(sentences.files.damage.content(RUNS));
  const runs = v.safeParse(runsSchema, json, FIRST_FAULT);
  if (!runs.success)
    throw damaged(sentences.files.damage.runs(v.getDotPath(runs.issues[0]) ?? sentences.files.damage.listOfRuns));
  let room = MOST_KEPT_BYTES;
  return runs.output.map(({ weights, ...run }) => {
    if (!weights) return run;
    room -= costOf(weights);
    if (room < 0) throw damaged(sentences.files.damage.runs('weights'));
    const { layers } = weights;
    return { ...run, ...(layers && { layers }), weights: readWeights(archive, weights, damaged) };
  });
}

const numbersIn = ({ steps, tensors }: StoredWeights) =>
  steps.length * tensors.reduce((sum, { size }) => sum + size, 0);

/** What kept weights take. Many empty arrays take room too. */
const costOf = (weights: StoredWeights) =>
  4 * numbersIn(weights) + ARRAY_BYTES * weights.steps.length * weights.tensors.length;

function readWeights(
  archive: Archive,
  stored: StoredWeights,
  damaged: (what: Sentence) => Error,
): readonly RunWeights[] {
  const { file, steps, tensors } = stored;
  const values = readFloats(archive, { name: file, file, size: numbersIn(stored) }, damaged);
  let at = 0;
  return steps.map(step => ({
    step,
    values: new Map(
      tensors.map(({ tensor, size }) => {
        at += size;
        return [tensor as TensorId, values.slice(at - size, at)];
      }),
    ),
  }));
}

/** Reads numbers, all of which are finite. */
function readFloats(
  archive: Archive,
  { name, file, size }: { name: string; file: string; size: number },
  damaged: (what: Sentence) => Error,
): Float32Array {
  const { damage } = sentences.files;
  const declared = archive.size(file);
  if (declared !== 4 * size) throw damaged(damage.size(file, declared ?? 0, 4 * size));
  const values = asFloats(archive.read(file));
  if (areFinite(values)) return values;
  const wrong = values.findIndex(value => !Number.isFinite(value));
  throw damaged(damage.value(name, wrong, String(values[wrong])));
}

/** Reads the optimizer's memory. Its slots must belong to trained tensors of the network and have their sizes. The best
 *  weights, if there are some, must have every parameter. */
export function readMemory(
  archive: Archive,
  { slots, place, ...rest }: StoredMemory,
  network: NetworkSpec,
  damaged: (what: Sentence) => Error,
): TrainingMemory {
  const { damage } = sentences.files;
  const readTensor = (name: string, size: number, file: string) => readFloats(archive, { name, file, size }, damaged);

  const trained = trainedSizes(network);
  // Checked before unpacking: no optimizer has more slots.
  if (slots.length > MOST_SLOTS * trained.size) throw damaged(damage.tensorUnknown(slots.at(-1)!.slot));
  const read = new Map<string, Float32Array>();
  for (const { slot, size, file } of slots) {
    if (trained.get(tensorOf(slot)) !== size || read.has(slot)) throw damaged(damage.tensorUnknown(slot));
    read.set(slot, readTensor(slot, size, file));
  }
  if (!place) return { ...rest, slots: read, place };
  const { best, mean } = place;
  const whole = {
    best: best && { ...best, parameters: best.parameters && readAll(best.parameters) },
    mean: mean && { ...mean, parameters: readAll(mean.parameters) },
  };
  return { ...rest, slots: read, place: { ...place, ...whole } };

  function readAll(list: { tensor: string; size: number; file: string }[]): Map<TensorId, Float32Array> {
    const sizes = parameterSizes(network);
    const found = list.map(({ tensor, size, file }) => {
      if (sizes.get(tensor) !== size) throw damaged(damage.tensorUnknown(tensor));
      sizes.delete(tensor);
      return [tensor as TensorId, readTensor(tensor, size, file)] as const;
    });
    const [missing] = sizes.keys();
    if (missing !== undefined) throw damaged(damage.tensorMissing(missing));
    return new Map(found);
  }
}
