import { formatAddress } from '../address.ts';
import { describeElement } from '../describe.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { placeOf, type Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { trainedTensors } from '../network.ts';
import type { OptimizerSettings } from '../training.ts';
import { optimizerDefaults } from '../training-defaults.ts';
import { across, bold, changeable, digits, down, type TaughtCells, type Teacher, wide } from './taught-sheet.ts';

/** The slopes of the loss in ten steps, as they may come from ten batches. They stand where no data set gives any. */
const GRADIENTS = [1, 0.8, 1.2, -0.3, 0.9, 0.1, 0.7, -0.2, 0.5, 0.3];
/** Where the weight begins in a network that has none. */
const WEIGHT = 0.5;
const RATE = 0.02;

/** The optimizers in the order of the sheet, and its learning rate. */
export type TaughtSteps = { optimizers: readonly OptimizerSettings[]; rate: number };
const { sgd, momentum, rmsprop, adam } = optimizerDefaults;
export const TAUGHT_STEPS: TaughtSteps = { optimizers: [sgd, momentum, rmsprop, adam], rate: RATE };

/** The weight that the sheet is about: the selected one, else the first. undefined in a network without weights. */
export function optimizedWeight(sheet: Sheet, selected?: ElementIndex): ElementIndex | undefined {
  const trained = trainedTensors(sheet.network);
  if (selected && trained.some(({ id }) => id === selected.tensor)) return selected;
  return trained.length > 0 ? { tensor: trained[0].id, index: 0 } : undefined;
}

/** One weight of the network with four optimizers, which take ten steps each. A row is a step. The formulas are those
 *  of the engine (createOptimizer). The gradients are those of the data set along each optimizer's own way. Without a
 *  data set all have the same ones, which are made up. */
export const optimizersSheet: Teacher = (sheet, network, { selected, steps }) => {
  const { yours, optimizers: text } = messages.teaching;
  const { headings } = text;
  const weight = optimizedWeight(sheet, selected);
  const live = weight ? `=${network}${formatAddress(placeOf(sheet, weight.tensor, weight.index))}` : WEIGHT;
  const [made, ...others] = steps?.gradients ?? [GRADIENTS];
  const last = 7 + made.length;
  const all = (column: string, content: string, looks = digits(5)): TaughtCells => ({
    at: `${column}8:${column}${last}`,
    content,
    looks,
  });
  const given = changeable(steps ? 5 : 2);

  return {
    cells: [
      { at: 'A1', content: text.name, looks: bold },
      ...down('A2', [text.about, ...(steps ? text.real : text.made)]),
      ...down(`A${last + 2}`, [text.adam, yours, messages.teaching.step.how]),
      ...down('A7', [text.weight, text.rate, text.momentum, 'rho', 'beta1', 'beta2', 'epsilon']),
      // Where steps are real, they begin where the network was. Its weight may move on meanwhile.
      { at: 'B7', content: steps?.weight ?? live, looks: changeable(5) },
      { at: 'B8', content: RATE, looks: changeable(3) },
      ...down('B9', [momentum.momentum, rmsprop.rho, adam.beta1, adam.beta2], changeable(3)),
      { at: 'B13', content: adam.epsilon, looks: { bold: true, number: { kind: 'scientific', digits: 0 } } },
      ...(steps && weight
        ? [
            { at: 'A14', content: text.now },
            { at: 'B14', content: live, looks: digits(5) },
            { at: 'A15', content: describeElement(sheet, weight) },
          ]
        : []),
      { at: 'E5', content: 'SGD', looks: bold },
      { at: 'G5', content: 'Momentum', looks: bold },
      { at: 'J5', content: 'RMSProp', looks: bold },
      { at: 'M5', content: 'Adam', looks: bold },
      ...across(
        'D6',
        [
          headings.step,
          headings.gradient,
          headings.weight,
          headings.gradient,
          headings.move,
          headings.weight,
          headings.gradient,
          headings.squares,
          headings.weight,
          headings.gradient,
          headings.mean,
          headings.squares,
          headings.rate,
          headings.weight,
        ],
        bold,
      ),
      { at: 'D7', content: 0 },
      ...['F7', 'I7', 'L7', 'Q7'].map((at): TaughtCells => ({ at, content: '=$B$7', looks: digits(5) })),
      ...['H7', 'K7', 'N7', 'O7'].map((at): TaughtCells => ({ at, content: 0, looks: digits(5) })),
      { at: `D8:D${last}`, content: '=D7+1' },
      ...down('E8', made, given),
      ...['G', 'J', 'M'].flatMap((column, i) => (steps ? down(`${column}8`, others[i], given) : [all(column, '=$E8')])),
      all('F', '=F7-$B$8*E8'),
      all('H', '=$B$9*H7-$B$8*G8'),
      all('I', '=I7+H8'),
      all('K', '=$B$10*K7+(1-$B$10)*J8^2'),
      all('L', '=L7-$B$8*J8/SQRT(K8+$B$13)'),
      all('N', '=N7+(M8-N7)*(1-$B$11)'),
      all('O', '=O7+(M8^2-O7)*(1-$B$12)'),
      all('P', '=$B$8*SQRT(1-$B$12^D8)/(1-$B$11^D8)'),
      all('Q', '=Q7-P8*N8/(SQRT(O8)+$B$13)'),
    ],
    widths: { A: 120, B: 80, C: 64, D: 50, ...wide('E:Q', 112) },
  };
};
