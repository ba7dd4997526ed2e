import { formatAddress } from '../address.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { placeOf, type Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { trainedTensors } from '../network.ts';
import { optimizerDefaults } from '../training-defaults.ts';
import { across, bold, changeable, digits, down, type TaughtCells, type Teacher, wide } from './taught-sheet.ts';

/** The slopes of the loss in ten steps, as they may come from ten batches. They stand where no data set gives any. */
const GRADIENTS = [1, 0.8, 1.2, -0.3, 0.9, 0.1, 0.7, -0.2, 0.5, 0.3];
/** Where the weight begins in a network that has none. */
const WEIGHT = 0.5;
const RATE = 0.02;

/** The weight that the sheet is about; undefined in a network without weights. */
export function optimizedWeight(sheet: Sheet): ElementIndex | undefined {
  const [tensor] = trainedTensors(sheet.network);
  return tensor && { tensor: tensor.id, index: 0 };
}

/** One weight of the network and the same ten gradients, with four optimizers. A row is a step. The formulas are those
 *  of the engine (createOptimizer). */
export const optimizersSheet: Teacher = (sheet, network, gradients = GRADIENTS) => {
  const { yours, optimizers: text } = messages.teaching;
  const { headings } = text;
  const weight = optimizedWeight(sheet);
  const start = weight ? `=${network}${formatAddress(placeOf(sheet, weight.tensor, weight.index))}` : WEIGHT;
  const { momentum, rmsprop, adam } = optimizerDefaults;
  const last = 7 + gradients.length;
  const steps = (column: string, content: string, looks = digits(5)): TaughtCells => ({
    at: `${column}8:${column}${last}`,
    content,
    looks,
  });

  return {
    cells: [
      { at: 'A1', content: text.name, looks: bold },
      { at: 'A2', content: text.about },
      { at: 'A3', content: text.adam },
      { at: 'A4', content: `${gradients === GRADIENTS ? text.made : text.real} ${yours}` },
      { at: `A${last + 2}`, content: messages.teaching.step.how },
      ...down('A7', [text.weight, text.rate, text.momentum, 'rho', 'beta1', 'beta2', 'epsilon']),
      { at: 'B7', content: start, looks: changeable(5) },
      { at: 'B8', content: RATE, looks: changeable(3) },
      ...down('B9', [momentum.momentum, rmsprop.rho, adam.beta1, adam.beta2], changeable(3)),
      { at: 'B13', content: adam.epsilon, looks: { bold: true, number: { kind: 'scientific', digits: 0 } } },
      { at: 'F5', content: 'SGD', looks: bold },
      { at: 'G5', content: 'Momentum', looks: bold },
      { at: 'I5', content: 'RMSProp', looks: bold },
      { at: 'K5', content: 'Adam', looks: bold },
      ...across(
        'D6',
        [
          headings.step,
          headings.gradient,
          headings.weight,
          headings.move,
          headings.weight,
          headings.squares,
          headings.weight,
          headings.mean,
          headings.squares,
          headings.rate,
          headings.weight,
        ],
        bold,
      ),
      { at: 'D7', content: 0 },
      ...['F7', 'H7', 'J7', 'N7'].map((at): TaughtCells => ({ at, content: '=$B$7', looks: digits(5) })),
      ...['G7', 'I7', 'K7', 'L7'].map((at): TaughtCells => ({ at, content: 0, looks: digits(5) })),
      { at: `D8:D${last}`, content: '=D7+1' },
      ...down('E8', gradients, changeable(gradients === GRADIENTS ? 2 : 5)),
      steps('F', '=F7-$B$8*E8'),
      steps('G', '=$B$9*G7-$B$8*E8'),
      steps('H', '=H7+G8'),
      steps('I', '=$B$10*I7+(1-$B$10)*E8^2'),
      steps('J', '=J7-$B$8*E8/SQRT(I8+$B$13)'),
      steps('K', '=K7+(E8-K7)*(1-$B$11)'),
      steps('L', '=L7+(E8^2-L7)*(1-$B$12)'),
      steps('M', '=$B$8*SQRT(1-$B$12^D8)/(1-$B$11^D8)'),
      steps('N', '=N7-M8*K8/(SQRT(L8)+$B$13)'),
    ],
    widths: { A: 120, B: 80, C: 24, ...wide('D:E', 70), ...wide('F:N', 120) },
  };
};
