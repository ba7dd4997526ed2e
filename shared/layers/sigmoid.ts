import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import { input, own, reference, rule, same, sameElement } from '../formula/reads.ts';
import type { LayerKindOf, OwnTensor } from './kind.ts';
import { outputAlone } from './kind.ts';
import { placeColumns } from '../layout/placing.ts';
import { messages } from '../messages.ts';

// EXP of a large number is an error in a spreadsheet. Here each branch of the IF keeps it at most 1.
const plain = elementwise(
  x => {
    const below = operation('/', call('EXP', x), operation('+', 1, call('EXP', x)));
    const above = operation('/', 1, operation('+', 1, call('EXP', operation('-', x))));
    return call('IF', operation('<', x, 0), below, above);
  },
  ({ y, dy }) => operation('*', dy, operation('*', y, operation('-', 1, y))),
);

/** 1 / (1 + e^−x). At the end of a network, over a vector, the expected labels and the binary cross-entropy are beside
 *  it. */
export const sigmoid: LayerKindOf<{ kind: 'sigmoid' }> = {
  kind: 'sigmoid',
  settings: {},
  ...plain,
  negative: 'none',
  tensorsOf: (layer, from, output, last) => [
    ...outputAlone(layer, from, output),
    ...(last && output.length === 1
      ? ([
          ['actual', 'actual', output],
          ['crossEntropy', 'computed', output],
        ] satisfies OwnTensor[])
      : []),
  ],
  cells: (layer, shapes) => ({
    ...plain.cells(layer, shapes),
    // −actual·ln(output) − (1 − actual)·ln(1 − output) is computed from the score, so that it stays finite if the
    // output is 0 or 1. The loss is the mean over the labels; one that isn't known doesn't count.
    crossEntropy: rule({ score: input(sameElement(shapes.output)), actual: own('actual', same(0)) }, parts => {
      const [score, expected] = [reference(parts.score), reference(parts.actual)];
      const above = operation('-', call('MAX', 0, score), operation('*', score, expected));
      const loss = operation(
        '+',
        above,
        call('LN', operation('+', 1, call('EXP', operation('-', call('ABS', score))))),
      );
      return call('IF', call('ISBLANK', expected), 0, operation('/', loss, shapes.output[0]));
    }),
  }),
  // Through logarithms and exponentials together: (probability − expected) / labels.
  lossGradient([unit], cells, { output: [size] }) {
    const expected = reference(cells.of('actual', unit));
    const apart = operation('-', reference(cells.of('output', unit)), expected);
    return call('IF', call('ISBLANK', expected), 0, operation('/', apart, size));
  },
  place(layer, placing) {
    if (placing.has('actual'))
      placeColumns(placing, ['output', 'actual', 'crossEntropy'], messages.cells.sigmoidHeadings);
    else plain.place(layer, placing);
  },
};
