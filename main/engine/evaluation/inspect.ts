/** Looks at the numbers of a network for what advice can be given about it. */
import type { DataSet } from '../../../shared/data.ts';
import { DIGIT_NAMES } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { kindOf } from '../../../shared/layers/kinds.ts';
import type { Facts } from '../../../shared/lint.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import {
  describeTensors,
  inferShapes,
  type LayerId,
  type LayerOf,
  type NetworkSpec,
  type TensorId,
} from '../../../shared/network.ts';
import { createBatches } from '../data/batches.ts';
import { DIGIT_SIZE, pixelsOf, testDigits } from '../data/digits.ts';
import { createForward } from '../show/forward.ts';
import type { Session } from '../workbook/session.ts';

/** How many images say whether a ReLU is dead. Fewer than `least` say nothing. */
const IMAGES = { most: 32, least: 8 };
/** The most multiplications for all of them: about a second. */
const MOST_WORK = 2e9;
/** Milliseconds of work without a pause. */
const TURN = 8;

/** `data`: the data set in memory, if there is one. `between` lets other requests through. Throws UserError if the
 *  parameters change meanwhile. Overrides don't count. */
export async function inspect(
  session: Session,
  data: DataSet | undefined,
  between: (fraction: number) => Promise<void>,
): Promise<Facts> {
  const { network, classes } = session.sheet;
  const fitting = data && fits(network, data) ? data : undefined;
  const values = session.parameters();
  const isDigits = classes.join() === DIGIT_NAMES.join();
  const count = sampleSize(network);
  const unlooked = count < IMAGES.least && network.layers.some(({ kind }) => kind === 'relu');
  const exclusive = fitting ? !fitting.severalLabels : isDigits ? true : undefined;
  return {
    dead: await deadLayers(session, imagesFor(network, fitting, count), between),
    ...(unlooked && { unlooked }),
    zeros: zeroFilters(network, values),
    vectors: vectorsOf(network, values),
    ...(exclusive !== undefined && { exclusive }),
  };
}

type Values = ReadonlyMap<TensorId, Float32Array>;

function inputOf({ layers }: NetworkSpec): LayerOf<'input'> {
  return layers[0] as LayerOf<'input'>;
}

function fits(network: NetworkSpec, { shape }: DataSet): boolean {
  return inputOf(network).shape.join() === shape.join();
}

/** How many images can run through the network in passing. */
function sampleSize(network: NetworkSpec): number {
  const shapes = inferShapes(network);
  const work = network.layers.reduce(
    (sum, layer) => sum + kindOf(layer).workOf(layer, shapes.get(layer.inputs[0]) ?? [], shapes.get(layer.id)!),
    1,
  );
  return Math.min(IMAGES.most, Math.floor(MOST_WORK / work));
}

/** The pixels of so many images, one image after the other: of the data set, or of the test digits if they fit. Empty
 *  if there are none, or too few. */
function imagesFor(network: NetworkSpec, data: DataSet | undefined, count: number): Float32Array {
  if (count < IMAGES.least) return new Float32Array();
  if (data) {
    const { test, validation, training } = data.split;
    const indices = [training, validation, test].find(each => each.length >= IMAGES.least)?.subarray(0, count);
    return indices ? createBatches(data, { indices, batchSize: indices.length }).at(0, 0).images : new Float32Array();
  }
  const [height, width, channels] = inputOf(network).shape;
  if (height !== DIGIT_SIZE || width !== DIGIT_SIZE || channels !== 1) return new Float32Array();
  try {
    return pixelsOf(
      testDigits(),
      Array.from({ length: count }, (_, index) => index),
    );
  } catch (error) {
    // Without the digits nothing can be said.
    if (error instanceof UserError) return new Float32Array();
    throw error;
  }
}

/** For each ReLU how many of its maps or units are 0 for all of these images. */
async function deadLayers(
  session: Session,
  images: Float32Array,
  between: (fraction: number) => Promise<void>,
): Promise<Facts['dead']> {
  const { network } = session.sheet;
  const revision = session.parameterRevision();
  const shapes = inferShapes(network);
  const alive = new Map<LayerId, Uint8Array>();
  for (const { id, kind } of network.layers)
    if (kind === 'relu') alive.set(id, new Uint8Array(shapes.get(id)!.at(-1)!));
  if (alive.size === 0 || images.length === 0) return [];
  const pixels: TensorId = `${inputOf(network).id}/output`;
  const size = inputOf(network).shape.reduce((product, side) => product * side, 1);
  const shown = new Float32Array(size);
  const stored = new Map([...session.unrecorded.content.values, [pixels, shown]]);
  const forward = createForward(network, stored);
  try {
    let paused = performance.now();
    for (let at = 0; at < images.length; at += size) {
      shown.set(images.subarray(at, at + size));
      for (const done of forward.inSteps(at === 0 ? stored.keys() : [pixels])) {
        if (performance.now() - paused < TURN) continue;
        await between((at + done * size) / images.length);
        if (session.parameterRevision() !== revision) throw new UserError(sentences.runs.cancelled);
        paused = performance.now();
      }
      for (const [id, channels] of alive) {
        const output = forward.value(`${id}/output`);
        for (let i = 0; i < output.length; i++) if (output[i] !== 0) channels[i % channels.length] = 1;
      }
    }
  } finally {
    forward.dispose();
  }
  return [...alive].flatMap(([layer, channels]) => {
    const count = channels.filter(lives => lives === 0).length;
    return count > 0 ? [{ layer, count, of: channels.length }] : [];
  });
}

/** The filters whose weights are all 0. Of a dense layer only if all its weights are: single units are pruned so. */
function zeroFilters(network: NetworkSpec, values: Values): Facts['zeros'] {
  return describeTensors(network).flatMap(({ id, layer, name, shape }) => {
    if (name !== 'kernel') return [];
    const kernel = values.get(id)!;
    const count = shape.at(-1)!;
    const lives = new Uint8Array(count);
    let left = count;
    for (let i = 0; i < kernel.length && left > 0; i++)
      if (kernel[i] !== 0 && lives[i % count] === 0) {
        lives[i % count] = 1;
        left--;
      }
    if (left === 0 || (shape.length === 2 && left < count)) return [];
    return [{ layer, filters: Array.from(lives.keys()).filter(filter => lives[filter] === 0) }];
  });
}

/** The biases that batch normalisations take away, and the moving means of these. */
function vectorsOf({ layers }: NetworkSpec, values: Values): Facts['vectors'] {
  const biased = new Set(layers.filter(layer => 'useBias' in layer && layer.useBias).map(({ id }) => id));
  return layers.flatMap(({ id, kind, inputs: [read] }) => {
    if (kind !== 'batchNorm' || !biased.has(read)) return [];
    return ([`${read}/bias`, `${id}/movingMean`] as const).map(tensor => ({
      tensor,
      values: values.get(tensor)!.slice(),
    }));
  });
}
