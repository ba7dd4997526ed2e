/** What the cells of an earlier layer add to the difference of two class scores, for what the sheet shows. */
import { UserError } from '../../../shared/errors.ts';
import { parameterNames } from '../../../shared/layers/parameters.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { type LayerId, type ParameterName, sourceOf, workOfLayers } from '../../../shared/network.ts';
import type { Replies } from '../../../shared/protocol.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import type { Session } from '../workbook/session.ts';
import { ownedIn } from './cell-gradients.ts';
import { classesOf } from './scores.ts';

/** So many multiplications forward, and twice as many back, take about two seconds. */
const MOST_WORK = 6e8;
/** The weights of the layers gone through are copied. */
const MOST_WEIGHTS = 5e7;

/** Goes back from the scores as far as the layer `from`: each cell that is reached there, and each shortcut's earlier
 *  cell, adds its number times the slope of the difference, which follows from the layers gone through. What those add
 *  by themselves (their biases, or what a curve isn't a multiple of its slope) is told for each. Throws UserError if
 *  the network has no such scores or layer, or if the way back is too long. */
export function scoreShares(
  session: Pick<Session, 'sheet' | 'value' | 'written'>,
  { unit, against, from }: { unit: number; against: number; from: LayerId },
): Replies['findShares'] {
  const { sheet, value } = session;
  const { network, tensors, layers } = sheet;
  const owned = ownedIn(session);
  const text = sentences.explain.why;
  const classes = classesOf(network);
  const place = network.layers.findIndex(({ id }) => id === from);
  if (Math.max(unit, against) >= classes || !tensors.has(`${from}/output`)) throw new UserError(text.noLayer);
  const passed = new Set(network.layers.slice(place + 1).map(({ id }) => id));
  const stored = [...tensors.values()].filter(
    ({ name, layer }) => passed.has(layer) && parameterNames.includes(name as ParameterName),
  );
  const work = sumOf(workOfLayers(network).slice(place + 1));
  if (work > MOST_WORK || sumOf(stored.map(({ size }) => size)) > MOST_WEIGHTS) throw new UserError(text.tooLarge);
  const weights = new Float32Array(classes);
  weights[unit]++;
  weights[against]--;
  const isEnd = (id: LayerId) => !passed.has(id) && tensors.has(`${id}/output`);
  const ends = new Set(network.layers.map(({ id }) => id).filter(isEnd));
  const batches = createBatchNetwork(network, 'wasm');
  try {
    batches.setParameters(new Map(stored.map(({ id }) => [id, value(id)])));
    const own: Replies['findShares']['own'] = [];
    const slopes = batches.cellGradients({
      shown: value,
      loss: weights,
      owned,
      ends,
      handed(layer, output, inputs) {
        const read = inputs.map((input, position) =>
          dot(input, value(`${sourceOf(layers, layer, position).id}/output`)),
        );
        const sum = dot(output, value(`${layer.id}/output`)) - sumOf(read);
        own.push({ layer: layer.id, sum, typed: owned.has(`${layer.id}/output`) });
      },
    });
    const reached = [...ends].flatMap(layer => {
      const found = slopes.get(`${layer}/output`);
      return found ? [{ layer, numbers: value(`${layer}/output`).slice(), slopes: found }] : [];
    });
    const scores = value(`${sourceOf(layers, network.layers.at(-1)!).id}/output`);
    const difference = scores[unit] - scores[against];
    const sums = reached.flatMap(each => [...each.numbers, ...each.slopes]);
    if (![difference, ...sums, ...own.map(({ sum }) => sum)].every(Number.isFinite))
      throw new UserError(sentences.explain.onImage.notFinite);
    return { difference, reached, own };
  } finally {
    batches.dispose();
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
  return sum;
}
