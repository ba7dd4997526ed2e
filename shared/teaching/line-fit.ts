import { messages } from '../messages.ts';
import { across, bold, changeable, digits, down, type Teacher, wide } from './taught-sheet.ts';

/** Points near the line y = 2x + 1. */
const X = [0.1, 0.4, 0.7, 1, 1.3, 1.6, 1.9, 2.2];
const Y = [1.25, 1.7, 2.48, 2.96, 3.7, 4.14, 4.83, 5.35];
/** How many times each point is used. */
const ROUNDS = 5;

/** A line a·x + b through some points: a and b begin at random numbers, and each row is a step of SGD with one point.
 *  It is the same for every network. */
export const lineSheet: Teacher = () => {
  const { yours, line } = messages.teaching;
  const { headings } = line;
  const lastPoint = 6 + X.length;
  const [xs, ys] = [`$A$7:$A$${lastPoint}`, `$B$7:$B$${lastPoint}`];
  const last = 7 + ROUNDS * X.length;
  const steps = (column: string, from = 7) => `${column}${from}:${column}${last}`;
  const lossWith = (a: string) => `((${a})*H7+K7-I7)^2`;

  return {
    cells: [
      { at: 'A1', content: line.name, looks: bold },
      { at: 'A2', content: line.about },
      { at: 'A3', content: line.start },
      { at: 'A4', content: yours },
      ...across('A6', ['x', 'y'], bold),
      ...down('A7', X, changeable(2)),
      ...down('B7', Y, changeable(2)),
      ...down('D7', [line.rate, line.a, line.b]),
      { at: 'E7', content: 0.1, looks: changeable(3) },
      { at: 'E8', content: '=RAND()*4-2', looks: changeable(4) },
      { at: 'E9', content: '=RAND()*4-2', looks: changeable(4) },
      ...down('D11', [line.lastA, line.lastB, line.lastLoss]),
      ...down('E11', [`=J${last}`, `=K${last}`, `=R${last}`], digits(4)),
      ...across(
        'G6',
        [
          headings.step,
          'x',
          'y',
          'a',
          'b',
          'a · x + b',
          headings.error,
          headings.loss,
          headings.gradientA,
          headings.gradientB,
          headings.tried,
          headings.all,
        ],
        bold,
      ),
      { at: 'G7', content: 0 },
      { at: steps('G', 8), content: '=G7+1' },
      { at: `H7:H${lastPoint}`, content: '=A7', looks: digits(2) },
      { at: steps('H', lastPoint + 1), content: '=H7', looks: digits(2) },
      { at: `I7:I${lastPoint}`, content: '=B7', looks: digits(2) },
      { at: steps('I', lastPoint + 1), content: '=I7', looks: digits(2) },
      { at: 'J7', content: '=E8', looks: digits(4) },
      { at: steps('J', 8), content: '=J7-$E$7*O7', looks: digits(4) },
      { at: 'K7', content: '=E9', looks: digits(4) },
      { at: steps('K', 8), content: '=K7-$E$7*P7', looks: digits(4) },
      { at: steps('L'), content: '=J7*H7+K7', looks: digits(4) },
      { at: steps('M'), content: '=L7-I7', looks: digits(4) },
      { at: steps('N'), content: '=M7^2', looks: digits(4) },
      { at: steps('O'), content: '=2*M7*H7', looks: digits(4) },
      { at: steps('P'), content: '=2*M7', looks: digits(4) },
      { at: steps('Q'), content: `=(${lossWith('J7+0.001')}-${lossWith('J7-0.001')})/0.002`, looks: digits(4) },
      { at: steps('R'), content: `=SUMPRODUCT((J7*${xs}+K7-${ys})^2)/${X.length}`, looks: digits(4) },
    ],
    widths: {
      ...wide('A:B', 60),
      C: 24,
      D: 150,
      E: 80,
      F: 24,
      ...wide('G:I', 60),
      ...wide('J:N', 84),
      ...wide('O:R', 130),
    },
    draws: true,
  };
};
