/** The host's requests about data sets, and about how the network does on them: long work that lets other requests
 *  through. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataChoice, DataProblem, DataSet, Fit, Split } from '../../../shared/data.ts';
import { fitRemarks } from '../../../shared/data-meaning.ts';
import { UserError } from '../../../shared/errors.ts';
import { looksInverted } from '../../../shared/inverted.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { ReadImage, SamplePage } from '../../../shared/protocol.ts';
import type { BackendName } from '../../../shared/training.ts';
import { argMax } from '../show/arg-max.ts';
import { type Between, type Model, predictImages, predictSplit } from '../evaluation/evaluate.ts';
import { fitForEvaluation, inputShape } from '../training/fit.ts';
import { evaluationOf, orNull, type Predictions } from '../evaluation/metrics.ts';
import { startChosen, startFastest } from '../backend/native.ts';
import type { Client, Context, Handlers } from './open.ts';
import { getImages, type Images, listSamples, summarize } from '../data/samples.ts';
import { beginningOf } from '../training/start.ts';
import { createRateFinder } from '../training/trainer.ts';

export const dataKinds = [
  'describeData',
  'listSamples',
  'getImages',
  'findLearningRate',
  'evaluate',
  'listConfused',
  'predictFiles',
  'getPredictedImages',
  'readImage',
  'cancel',
] as const;

/** Image files as bytes of one shape, [count, height, width, channels]. */
export type ReadImages = (
  path: string,
  wanted: Pick<DataChoice, 'shape' | 'fit'>,
  options: { progress(fraction: number): void; signal: AbortSignal },
) => Promise<{ names: string[]; bytes: Uint8Array; problems: DataProblem[] }>;

/** One image, by its file or as the bytes of it (see the request `readImage`). */
export type ReadOneImage = (
  image: ImageSource,
  wanted: { shape: DataChoice['shape']; fit?: Fit },
  signal: AbortSignal,
) => Promise<ReadImage>;
type ImageSource = { from: 'file'; path: string } | { from: 'bytes'; name: string; bytes: Uint8Array };

/** Milliseconds between two messages about the same work. */
const REPORT_EVERY = 100;
/** Images of a cell of the confusion matrix that are sent at most, and their bytes. */
const MOST_CONFUSED = 2000;
const MOST_CONFUSED_BYTES = 64 * 2 ** 20;

type DataHandlers = {
  handlers: Handlers<(typeof dataKinds)[number]>;
  /** A client is gone: its long work ends. */
  drop(client: Client): void;
  /** Another workbook is open: everybody's long work ends. */
  reset(): void;
};

export function createDataHandlers(
  context: Context,
  { readImages, readImage }: { readImages: ReadImages; readImage: ReadOneImage },
): DataHandlers {
  const { current, dataSets, emit, progress } = context;
  const { runs: text } = sentences;
  const underWay = new Map<Client, Set<AbortController>>();
  /** What the network made of the split of a data set last evaluated, under the parameters of a revision; kept no
   *  longer than the data set is. */
  let evaluated = new WeakMap<
    DataSet,
    { split: Split; workbook: string; revision: number; predictions: Predictions }
  >();
  /** The images of each client's last `predictFiles`. */
  const predicted = new Map<Client, Images>();

  /** Long work of a client, which `cancel` ends: `between` lets other requests through and tells how far it is. */
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

  /** asFilesAre: not the data set that was kept, where its files have changed meanwhile. */
  const read = (client: Client, data: DataChoice, which: 'kept' | 'asFilesAre' = 'kept') =>
    long(client, text.reading, async (signal, between) => {
      const looking = which === 'asFilesAre' ? dataSets.forgetChanged(data, signal) : undefined;
      if (looking) await looking;
      return dataSets.get(data, fraction => void between(fraction).catch(() => {}), signal);
    });

  /** The network as it stands, which later commands and steps don't change. */
  function model(backend: BackendName): Model {
    const { session, runs } = current();
    return { network: session.sheet.network, classes: session.sheet.classes, parameters: runs.parameters(), backend };
  }

  /** On the native engine where it is there, else on wasm. Ends where the work was cancelled, or another workbook
   *  opened, while that started. */
  async function fastestModel(between: Between): Promise<Model> {
    const backend = await startFastest();
    await between(0);
    return model(backend);
  }

  /** What the network makes of a split; kept until a parameter changes. `fresh`: of the weights as they are, even where
   *  a run has moved them since they were last settled. */
  async function predictionsOf(client: Client, choice: DataChoice, split: Split, fresh: boolean) {
    const data = await read(client, choice);
    const { id, session } = current();
    const revision = session.parameterRevision();
    const last = evaluated.get(data);
    const holds = last?.split === split && last.workbook === id && last.revision === revision;
    if (holds && !(fresh && current().runs.underWay)) return { data, predictions: last.predictions };
    const predictions = await long(client, text.evaluating, async (_signal, between) =>
      predictSplit(await fastestModel(between), data, split, between),
    );
    evaluated.set(data, { split, workbook: id, revision, predictions });
    return { data, predictions };
  }

  const cancel = (client: Client) => underWay.get(client)?.forEach(controller => controller.abort());

  return {
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
        // Who asks for its problems may have mended those told before.
        return summarize(await read(client, data, 'asFilesAre'));
      },
      async listSamples({ data, ...request }, client) {
        return listSamples(await read(client, data), request);
      },
      async getImages({ data, indices }, client) {
        return getImages(await read(client, data), indices);
      },
      async findLearningRate({ config, start }, client) {
        if (current().runs.underWay) throw new UserError(text.running);
        const images = await read(client, config.data);
        return long(client, text.finding, async (_signal, between) => {
          await startChosen(config.backend);
          await between(0);
          const { sheet } = current().session;
          const { parameters: values } = model(config.backend);
          const workbook = { network: sheet.network, classes: sheet.classes, values };
          const beginning = beginningOf(workbook, images, config, start ?? 'here');
          const { network, data, values: parameters } = beginning;
          const finder = createRateFinder({ network, parameters, data, config });
          let told = performance.now();
          try {
            while (finder.advance()) {
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
          }
        });
      },
      async evaluate({ data: choice, split, topLosses }, client) {
        const { predictions } = await predictionsOf(client, choice, split, true);
        const evaluation = evaluationOf(predictions);
        const notes = [...fitRemarks(choice.fit, current().session.fit()), ...evaluation.notes];
        return { ...evaluation, notes, topLosses: evaluation.topLosses.slice(0, topLosses) };
      },
      async listConfused({ data: choice, split, actual, predicted: taken }, client) {
        const { data, predictions } = await predictionsOf(client, choice, split, false);
        if (actual >= predictions.classes.length) throw new UserError(text.noClass(data.name, actual));
        const { network, classes } = current().session.sheet;
        const known = fitForEvaluation(network, classes, data, split).data;
        const indices = confused(predictions, actual, taken);
        const size = data.bytes.length / data.count;
        const most = Math.min(MOST_CONFUSED, Math.floor(MOST_CONFUSED_BYTES / size));
        return { ...getImages(known, indices.slice(0, most)), total: indices.length };
      },
      async predictFiles({ path, fit, invert }, client) {
        const { sheet } = current().session;
        const shape = inputShape(sheet.network);
        const { names, bytes, problems } = await long(client, text.reading, (signal, between) =>
          readImages(path, { shape, fit }, { progress: fraction => void between(fraction).catch(() => {}), signal }),
        );
        if (invert) for (let i = 0; i < bytes.length; i++) bytes[i] = 255 - bytes[i];
        const found = await long(client, text.predicting, async (_signal, between) =>
          predictImages(await fastestModel(between), bytes, between),
        );
        const noLabels = { classes: [], severalLabels: true, labels: new Uint8Array() };
        predicted.set(client, { shape, bytes, count: names.length, nameOf: index => names[index], ...noLabels });
        const files = names.map((name, i) => ({ name, probabilities: Array.from(found[i], orNull) }));
        const size = shape[0] * shape[1] * shape[2];
        const looks = (_name: string, i: number) => looksInverted(bytes.subarray(i * size, (i + 1) * size), shape, 255);
        const inverted = shape[2] === 1 ? names.filter(looks).length : 0;
        return { classes: sheet.classes, files, problems, inverted };
      },
      getPredictedImages({ indices }, client): SamplePage {
        const last = predicted.get(client);
        const missing = !last || indices.some(index => index >= last.count);
        if (missing) throw new UserError(text.noPredictions);
        return { ...getImages(last, indices), total: last.count };
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

/** The images of one actual class that were taken for another (or the same) one, by their indices in the data set. */
function confused({ probabilities, targets, indices, classes }: Predictions, actual: number, taken: number): number[] {
  return Array.from(indices).filter((_, row) => {
    const first = row * classes.length;
    return targets[first + actual] === 1 && argMax(probabilities, first, classes.length) === taken;
  });
}
