import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import { all, input, own, reference, rule, same } from '../formula/reads.ts';
import type { LayerKindOf } from './kind.ts';
import { requireVector } from './kind.ts';
import { checkSections, placeColumns } from '../layout/placing.ts';
import { messages } from '../messages.ts';
import { sentences } from '../messages/sentences.ts';

const COLUMNS = ['shifted', 'exp', 'output', 'actual', 'crossEntropy'] as const;

/** e^x / Σe^x of a vector, with the columns of its intermediate steps. At the end of a network, the expected class and
 *  the cross-entropy are beside it. */
export const softmax: LayerKindOf<{ kind: 'softmax' }> = {
  kind: 'softmax',
  settings: {},
  ...elementwise(x => x),
  negative: 'none',
  shapeOf(layer, [input]) {
    requireVector(layer, input, sentences.network.softmaxNeedsVector);
    return input.shape;
  },
  tensorsOf: (_layer, _input, output, last) =>
    COLUMNS.slice(0, last ? COLUMNS.length : 3).map(name => [name, name === 'actual' ? 'actual' : 'computed', output]),
  // −actual·ln(output) is computed from the shifted scores, so that it stays finite if the output is 0.
  cells: (_layer, { output: [size] }) => ({
    shifted: rule({ score: input([same(0)]), scores: input([all(size)]) }, ({ score, scores }, runs) =>
      operation('-', reference(score), call('MAX', ...runs(scores).flat())),
    ),
    exp: rule({ shifted: own('shifted', same(0)) }, ({ shifted }) => call('EXP', reference(shifted))),
    output: rule({ exp: own('exp', same(0)), exps: own('exp', all(size)) }, ({ exp, exps }, runs) =>
      operation('/', reference(exp), call('SUM', ...runs(exps).flat())),
    ),
    crossEntropy: rule(
      { actual: own('actual', same(0)), exps: own('exp', all(size)), shifted: own('shifted', same(0)) },
      ({ actual, exps, shifted }, runs) => {
        const probability = reference(actual);
        const logarithm = call('LN', call('SUM', ...runs(exps).flat()));
        const loss = operation('*', probability, operation('-', logarithm, reference(shifted)));
        return call('IF', operation('=', probability, 0), 0, loss);
      },
    ),
  }),
  // Through logarithm, sum and exponentials together: probability · Σ expected − expected.
  lossGradient([unit], cells, { output: [size] }) {
    const expected = cells.runs(cells.of('actual', { start: 0, end: size })).flat();
    const share = operation('*', reference(cells.of('output', unit)), call('SUM', ...expected));
    return operation('-', share, reference(cells.of('actual', unit)));
  },
  place(_layer, placing) {
    checkSections(placing);
    placeColumns(placing, COLUMNS, messages.cells.softmaxHeadings);
  },
};
