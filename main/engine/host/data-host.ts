/** The host's requests about data sets, and about how well the network does on them. They can take long, so they let
 *  other requests through. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataChoice, DataProblem, DataSet, DataSource, Fit, Split } from '../../../shared/data.ts';
import { fitRemarks } from '../../../shared/data-meaning.ts';
import { UserError } from '../../../shared/errors.ts';
import { looksInverted } from '../../../shared/inverted.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { TAUGHT_STEPS } from '../../../shared/teaching/optimizers.ts';
import type { Args, ReadImage, SamplePage } from '../../../shared/protocol.ts';
import { submissionOf } from '../../../shared/submission.ts';
import type { BackendName } from '../../../shared/training.ts';
import { argMax } from '../show/arg-max.ts';
import { type Between, type Model, predictImages, predictSplit } from '../evaluation/evaluate.ts';
import { classMeans } from '../evaluation/class-means.ts';
import { excitingImages } from '../evaluation/exciting.ts';
import { occlusion } from '../evaluation/occlusion.ts';
import { weightGradients } from '../evaluation/weight-gradients.ts';
import { lossSlope } from '../evaluation/loss-slope.ts';
import { saliency } from '../evaluation/saliency.ts';
import { scoreShares } from '../evaluation/shares.ts';
import { templatesRight } from '../evaluation/templates-right.ts';
import { fitForEvaluation, inputShape } from '../training/fit.ts';
import { judge } from '../evaluation/judge.ts';
import { evaluationOf, orNull, type Predictions, THRESHOLD } from '../evaluation/metrics.ts';
import { startChosen, startFastest } from '../backend/native.ts';
import type { Client, Context, Handlers } from './open.ts';
import { getImages, type Images, listSamples, showChanges, summarize } from '../data/samples.ts';
import { beginningOf } from '../training/start.ts';
import { beginWith, openWrittenWorkbook, tiesOf } from '../training/tied-weights.ts';
import { TURN_EVERY } from '../training/learner.ts';
import { createRateFinder } from '../training/rate-finder.ts';

export const dataKinds = [
  'describeData',
  'listSamples',
  'showChanges',
  'getImages',
  'findExciting',
  'findSaliency',
  'trySlope',
  'findOcclusion',
  'findShares',
  'classMeans',
  'weightGradients',
  'steepestWeights',
  'findLearningRate',
  'evaluate',
  'listConfused',
  'predictFiles',
  'getPredictedImages',
  'makeSubmission',
  'correctLabels',
  'readImage',
  'cancel',
] as const;

/** Reads image files as bytes of one shape, [count, height, width, channels]. */
export type ReadImages = (
  path: string,
  wanted: Pick<DataChoice, 'shape' | 'fit'>,
  options: { progress(fraction: number): void; signal: AbortSignal },
) => Promise<{ names: string[]; bytes: Uint8Array; problems: DataProblem[]; byRow: boolean }>;

/** Reads one image, given as a file or as the file's bytes (see the request `readImage`). */
export type ReadOneImage = (
  image: ImageSource,
  wanted: { shape: DataChoice['shape']; fit?: Fit },
  signal: AbortSignal,
) => Promise<ReadImage>;
type ImageSource = { from: 'file'; path: string } | { from: 'bytes'; name: string; bytes: Uint8Array };

/** Milliseconds between two progress messages about the same work. */
const REPORT_EVERY = 100;
/** The most images of one cell of the confusion matrix that are sent, and the most bytes of them. */
const MOST_CONFUSED = 2000;
const MOST_CONFUSED_BYTES = 64 * 2 ** 20;

/** Does long work for a client. `cancel` ends it. `between` reports progress and lets other requests through. */
export type Long = <T>(
  client: Client,
  task: Sentence,
  work: (signal: AbortSignal, between: Between) => Promise<T>,
) => Promise<T>;

/** Gives an image other labels in the list beside its data set; see the request `correctLabels`. */
export type CorrectLabels = (
  source: DataSource,
  name: string,
  labels: readonly string[] | undefined,
) => Promise<readonly string[] | undefined>;

/** What the host reads from files, and writes beside them. */
type DataFiles = {
  readImages: ReadImages;
  readImage: ReadOneImage;
  readSample: (path: string) => Promise<string>;
  correct: CorrectLabels;
};

type DataHandlers = {
  handlers: Handlers<(typeof dataKinds)[number]>;
  long: Long;
  /** Ends the long work of a client that is gone. */
  drop(client: Client): void;
  /** Ends all long work, because another workbook is open. */
  reset(): void;
};

export function createDataHandlers(
  context: Context,
  { readImages, readImage, readSample, correct }: DataFiles,
): DataHandlers {
  const { current, dataSets, emit, progress } = context;
  const { runs: text } = sentences;
  const underWay = new Map<Client, Set<AbortController>>();
  /** For each data set, the predictions on the split that was evaluated last. `revision` names the parameters they hold
   *  for. A WeakMap, so that they leave memory with the data set. */
  let evaluated = new WeakMap<
    DataSet,
    { split: Split; views: string | undefined; workbook: string; revision: number; predictions: Predictions }
  >();
  /** The images of each client's last `predictFiles`, and what was predicted for them. */
  const predicted = new Map<Client, { images: Images; told: Parameters<typeof submissionOf>[2] }>();

  /** Does long work for a client. `cancel` ends it. `between` reports progress and lets other requests through. */
  async function long<T>(
    client: Client,
    task: Sentence,
    work: (signal: AbortSignal, between: Between) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const mine = underWay.get(client) ?? new Set();
    underWay.set(client, mine.add(controller));
    const tell = progress(client, task);
    try {
      return await work(controller.signal, async fraction => {
        tell(fraction);
        await nextTurn();
        if (controller.signal.aborted) throw new UserError(text.cancelled);
      });
    } finally {
      tell(1);
      mine.delete(controller);
    }
  }

  /** Reads a data set, or takes the one in memory. With `asFilesAre` that one isn't taken if its files have changed. */
  const read = (client: Client, data: DataChoice, which: 'kept' | 'asFilesAre' = 'kept') =>
    long(client, text.reading, async (signal, between) => {
      const looking = which === 'asFilesAre' ? dataSets.forgetChanged(data, signal) : undefined;
      if (looking) await looking;
      return dataSets.get(data, fraction => void between(fraction).catch(() => {}), signal);
    });

  /** A copy of the network as it is now. Later commands and steps don't change it. */
  function model(backend: BackendName): Model {
    const { session, runs } = current();
    return { network: session.sheet.network, classes: session.sheet.classes, parameters: runs.parameters(), backend };
  }

  /** The network and the shown image, as they are now. */
  function shown() {
    const { session, runs } = current();
    const { network } = session.sheet;
    const image = session.value(`${network.layers[0].id}/output`).slice();
    return { known: { network, parameters: runs.parameters() }, image };
  }

  /** The network on the native engine if that is installed, else on wasm. Throws UserError if the work was cancelled,
   *  or another workbook opened, while the engine started. */
  async function fastestModel(between: Between): Promise<Model> {
    const backend = await startFastest();
    await between(0);
    return model(backend);
  }

  /** The predictions on a split. They are kept until a parameter changes. With `fresh` they are made again while a run
   *  is under way, because the run moves weights without counting each step as a change. */
  async function predictionsOf(
    client: Client,
    { data: choice, split, tta }: Omit<Args<'listConfused'>, 'actual' | 'predicted'>,
    fresh: boolean,
  ) {
    const data = await read(client, choice);
    const { id, session } = current();
    const revision = session.parameterRevision();
    const last = evaluated.get(data);
    const views = JSON.stringify(tta);
    const holds = last?.split === split && last.views === views && last.workbook === id && last.revision === revision;
    if (holds && !(fresh && current().runs.underWay)) return { data, predictions: last.predictions };
    const predictions = await long(client, text.evaluating, async (_signal, between) =>
      predictSplit(await fastestModel(between), data, split, between, tta),
    );
    evaluated.set(data, { split, views, workbook: id, revision, predictions });
    return { data, predictions };
  }

  const cancel = (client: Client) => underWay.get(client)?.forEach(controller => controller.abort());

  return {
    long,
    drop(client) {
      cancel(client);
      underWay.delete(client);
      predicted.delete(client);
    },
    reset() {
      for (const client of underWay.keys()) cancel(client);
      predicted.clear();
      evaluated = new WeakMap();
    },
    handlers: {
      async describeData({ data }, client) {
        // The user may have mended files since the last answer, so they are looked at again.
        return summarize(await read(client, data, 'asFilesAre'));
      },
      async listSamples({ data, ...request }, client) {
        return listSamples(await read(client, data), request);
      },
      async showChanges({ data, ...request }, client) {
        return showChanges(await read(client, data), request);
      },
      async getImages({ data, indices }, client) {
        return getImages(await read(client, data), indices);
      },
      async findExciting({ data, layer, channel }, client) {
        const images = await read(client, data);
        return long(client, sentences.explain.finding, (_signal, between) => {
          const { session, runs } = current();
          const known = { network: session.sheet.network, parameters: runs.parameters() };
          return excitingImages(known, images, { layer, channel }, between);
        });
      },
      findSaliency({ class: unit }, client) {
        return long(client, sentences.explain.onImage.finding, async (_signal, between) => {
          const { known, image } = shown();
          return { image, ...(await saliency(known, image, unit, between)) };
        });
      },
      trySlope({ tensor, index }, client) {
        return long(client, sentences.explain.gradients.trying, (_signal, between) =>
          lossSlope(current().session, { tensor, index }, between),
        );
      },
      findOcclusion({ class: unit, patch, stride }, client) {
        return long(client, sentences.explain.onImage.finding, async (_signal, between) => {
          const { known, image } = shown();
          return { image, ...(await occlusion(known, image, { unit, patch, stride }, between)) };
        });
      },
      findShares({ class: unit, against, layer }) {
        return scoreShares(current().session, { unit, against, from: layer });
      },
      async classMeans({ data, compared }, client) {
        const images = await read(client, data);
        return long(client, sentences.explain.means.finding, async (_signal, between) => {
          const { session, runs } = current();
          const { network, classes } = session.sheet;
          const known = { network, classes, parameters: runs.parameters() };
          const means = await classMeans(known, images, between);
          const split = (['test', 'validation'] as const).find(each => images.split[each].length > 0);
          if (!compared || !split) return means;
          const own = {
            kernel: known.parameters.get(`${means.layer}/kernel`)!,
            bias: known.parameters.get(`${means.layer}/bias`) ?? new Float32Array(means.bias.length),
          };
          const sets = { layer: means.layer, sets: [own, means], split };
          const { of, right } = await templatesRight(known, images, sets, between);
          return { ...means, right: { split, of, network: right[0], means: right[1] } };
        });
      },
      async weightGradients({ data, tensor, index }, client) {
        const images = await read(client, data);
        return long(client, sentences.teaching.optimizers.finding, async (_signal, between) => {
          const { network, classes, tensors } = current().session.sheet;
          const info = tensors.get(tensor);
          if (info?.role !== 'parameter' || index >= info.size) throw new UserError(sentences.teaching.step.noWeight);
          const known = { network, classes, parameters: current().runs.parameters() };
          const weight = known.parameters.get(tensor)![index];
          const of = { tensor, index, count: 10, ...TAUGHT_STEPS };
          return { weight, gradients: await weightGradients(known, images, of, between) };
        });
      },
      steepestWeights: () => ({ weights: current().gradients.steepest() }),
      async findLearningRate({ config, start }, client) {
        if (current().runs.underWay) throw new UserError(text.running);
        const images = await read(client, config.data);
        return long(client, text.finding, async (_signal, between) => {
          await startChosen(config.backend);
          await between(0);
          const { sheet } = current().session;
          const { parameters: values } = model(config.backend);
          const written = openWrittenWorkbook(current().session.workbook());
          const tie = (own: typeof values) => written && tiesOf(written, own, config);
          const workbook = { network: sheet.network, classes: sheet.classes, values, kept: tie(values)?.staying };
          const beginning = beginningOf(workbook, images, config, start ?? 'here');
          const { network, data, values: parameters } = beginning;
          if (written) beginWith(written, beginning);
          const finder = createRateFinder({ network, parameters, data, config, tie });
          let told = performance.now();
          try {
            while (finder.advance(performance.now() + TURN_EVERY)) {
              if (performance.now() - told > REPORT_EVERY) {
                emit('rateCurve', finder.curve(), client);
                told = performance.now();
              }
              // oxlint-disable-next-line no-await-in-loop -- so that other requests get through
              await between(finder.fraction);
            }
            return finder.curve();
          } finally {
            finder.dispose();
            written?.dispose();
          }
        });
      },
      async evaluate({ topLosses, judging, ...asked }, client) {
        const { predictions } = await predictionsOf(client, asked, true);
        const evaluation = evaluationOf(predictions);
        const notes = [...fitRemarks(asked.data.fit, current().session.fit()), ...evaluation.notes];
        const judged = await long(client, text.evaluating, (_signal, between) =>
          judge(predictions, judging, () => between(1)),
        );
        return { ...evaluation, notes, topLosses: evaluation.topLosses.slice(0, topLosses), judged };
      },
      async listConfused({ actual, predicted: taken, ...asked }, client) {
        const { data, predictions } = await predictionsOf(client, asked, false);
        if (actual >= predictions.classes.length) throw new UserError(text.noClass(data.name, actual));
        const { network, classes } = current().session.sheet;
        const known = fitForEvaluation(network, classes, data, asked.split).data;
        const indices = confused(predictions, actual, taken);
        const size = data.bytes.length / data.count;
        const most = Math.min(MOST_CONFUSED, Math.floor(MOST_CONFUSED_BYTES / size));
        return { ...getImages(known, indices.slice(0, most)), total: indices.length };
      },
      async predictFiles({ path, fit, invert, tta }, client) {
        const { sheet } = current().session;
        const shape = inputShape(sheet.network);
        const { names, bytes, problems, byRow } = await long(client, text.reading, (signal, between) =>
          readImages(path, { shape, fit }, { progress: fraction => void between(fraction).catch(() => {}), signal }),
        );
        if (invert) for (let i = 0; i < bytes.length; i++) bytes[i] = 255 - bytes[i];
        const found = await long(client, text.predicting, async (_signal, between) =>
          predictImages(await fastestModel(between), bytes, between, tta),
        );
        const noLabels = { classes: [], severalLabels: true, labels: new Uint8Array() };
        const files = names.map((name, i) => ({ name, probabilities: Array.from(found[i], orNull) }));
        const images = { shape, bytes, count: names.length, nameOf: (index: number) => names[index], ...noLabels };
        const classes = Array.from(found[0], (_, n) => sheet.classes[n] ?? String(n));
        const several = sheet.network.layers.at(-1)!.kind === 'sigmoid';
        const kept = current().session.setup()?.judging?.thresholds;
        const own = kept?.length === classes.length ? kept : undefined;
        const thresholds = several ? classes.map((_, n) => own?.[n] ?? THRESHOLD) : undefined;
        predicted.set(client, { images, told: { classes, files, thresholds, byRow } });
        const size = shape[0] * shape[1] * shape[2];
        const looks = (_name: string, i: number) => looksInverted(bytes.subarray(i * size, (i + 1) * size), shape, 255);
        const inverted = shape[2] === 1 ? names.filter(looks).length : 0;
        return { classes: sheet.classes, files, problems, inverted };
      },
      getPredictedImages({ indices }, client): SamplePage {
        const last = predicted.get(client)?.images;
        const missing = !last || indices.some(index => index >= last.count);
        if (missing) throw new UserError(text.noPredictions);
        return { ...getImages(last, indices), total: last.count };
      },
      async makeSubmission({ sample }, client) {
        const last = predicted.get(client);
        if (!last) throw new UserError(text.noPredictions);
        return submissionOf(await readSample(sample), sample, last.told);
      },
      async correctLabels({ data: { source }, name, labels }) {
        const before = await correct(source, name, labels);
        return before ? { before } : {};
      },
      async readImage({ fit, ...image }, client) {
        const shape = inputShape(current().session.sheet.network);
        return long(client, text.reading, signal => readImage(image, { shape, fit }, signal));
      },
      cancel(_args, client) {
        cancel(client);
        return {};
      },
    },
  };
}

/** The indices of the images of class `actual` that the network took for class `taken`. */
function confused({ probabilities, targets, indices, classes }: Predictions, actual: number, taken: number): number[] {
  return Array.from(indices).filter((_, row) => {
    const first = row * classes.length;
    return targets[first + actual] === 1 && argMax(probabilities, first, classes.length) === taken;
  });
}
