import { formatAddress } from '../address.ts';
import { placeOf } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { sentences } from '../messages/sentences.ts';
import { sourceOf, type TensorId } from '../network.ts';
import { across, bold, changeable, digits, down, type TaughtCells, type Teacher, wide } from './taught-sheet.ts';

/** The first row of the classes, and the one with the headings above it. */
const [HEADINGS, FIRST] = [6, 7];
/** Probabilities whose losses are shown beside them. */
const PROBABILITIES = [0.99, 0.9, 0.5, 0.1, 0.01];

/** The network's outputs on their way to probabilities and to the loss, with outputs that one may change, and the rules
 *  of the logarithm. */
export const softmaxSheet: Teacher = (sheet, network) => {
  const layer = sheet.network.layers.at(-1)!;
  if (layer.kind !== 'softmax') return { refusal: sentences.teaching.softmax.none };
  const text = messages.teaching;
  const { headings, whatIf } = text.softmax;
  const scores: TensorId = `${sourceOf(sheet.layers, layer).id}/output`;
  const expected: TensorId = `${layer.id}/actual`;
  const { size } = sheet.tensors.get(scores)!;
  const last = FIRST + size - 1;
  const [largest, sum] = [last + 1, last + 2];
  const rows = (column: string) => `${column}${FIRST}:${column}${last}`;
  const cellsOf = (tensor: TensorId) =>
    Array.from({ length: size }, (_, i) => `=${network}${formatAddress(placeOf(sheet, tensor, i))}`);
  const classes = Array.from({ length: size }, (_, i) => sheet.classes[i] ?? String(i));

  return {
    cells: [
      { at: 'A1', content: text.softmax.name, looks: bold },
      { at: 'A2', content: text.softmax.about },
      { at: 'A3', content: text.softmax.why },
      { at: 'A4', content: text.yours },
      ...across(
        `A${HEADINGS}`,
        [
          headings.class,
          headings.output,
          headings.shifted,
          headings.exp,
          headings.softmax,
          headings.expected,
          headings.loss,
          headings.sigmoid,
        ],
        bold,
      ),
      ...down(`A${FIRST}`, classes),
      ...down(`B${FIRST}`, cellsOf(scores), digits(4)),
      { at: rows('C'), content: `=B${FIRST}-$B$${largest}`, looks: digits(4) },
      { at: rows('D'), content: `=EXP(C${FIRST})`, looks: digits(4) },
      { at: rows('E'), content: `=D${FIRST}/$D$${sum}`, looks: digits(4) },
      ...down(`F${FIRST}`, cellsOf(expected), digits(2)),
      { at: rows('G'), content: `=IF(F${FIRST}=0,0,-F${FIRST}*LN(E${FIRST}))`, looks: digits(4) },
      { at: rows('H'), content: `=1/(1+EXP(-B${FIRST}))`, looks: digits(4) },
      { at: `A${largest}`, content: text.softmax.largest },
      { at: `B${largest}`, content: `=MAX(${rows('B')})`, looks: digits(4) },
      { at: `A${sum}`, content: text.softmax.sum },
      ...['D', 'E', 'G'].map(
        (column): TaughtCells => ({ at: `${column}${sum}`, content: `=SUM(${rows(column)})`, looks: digits(4) }),
      ),
      { at: `A${sum + 2}`, content: text.softmax.loss },
      { at: `A${sum + 3}`, content: text.softmax.sigmoid },

      { at: `J${HEADINGS - 1}`, content: whatIf.title, looks: bold },
      ...across(
        `J${HEADINGS}`,
        [headings.class, whatIf.change, whatIf.output, headings.exp, headings.softmax, whatIf.before],
        bold,
      ),
      { at: rows('J'), content: `=A${FIRST}` },
      { at: rows('K'), content: 0, looks: changeable(2) },
      { at: rows('L'), content: `=B${FIRST}+K${FIRST}`, looks: digits(4) },
      { at: rows('M'), content: `=EXP(L${FIRST}-$L$${largest})`, looks: digits(4) },
      { at: rows('N'), content: `=M${FIRST}/$M$${sum}`, looks: digits(4) },
      { at: rows('O'), content: `=N${FIRST}-E${FIRST}`, looks: digits(4) },
      { at: `J${largest}`, content: text.softmax.largest },
      { at: `L${largest}`, content: `=MAX(${rows('L')})`, looks: digits(4) },
      { at: `J${sum}`, content: text.softmax.sum },
      { at: `M${sum}`, content: `=SUM(${rows('M')})`, looks: digits(4) },
      { at: `N${sum}`, content: `=SUM(${rows('N')})`, looks: digits(4) },
      ...logarithm(),
    ],
    widths: {
      A: 72,
      ...wide('B:F', 92),
      C: 118,
      G: 118,
      H: 84,
      I: 24,
      J: 72,
      ...wide('K:N', 88),
      L: 112,
      O: 112,
      P: 24,
      Q: 136,
      ...wide('R:S', 76),
      T: 112,
    },
  };
};

/** The rules of the logarithm with two numbers, and what a loss says of a probability. */
function logarithm(): TaughtCells[] {
  const { rules, losses } = messages.teaching.softmax;
  const pairs = [
    ['ln(x · y)', '=LN(R7*R8)', '=LN(R7)+LN(R8)', 'ln x + ln y'],
    ['ln(x / y)', '=LN(R7/R8)', '=LN(R7)-LN(R8)', 'ln x − ln y'],
    ['ln(x ^ y)', '=LN(R7^R8)', '=R8*LN(R7)', 'y · ln x'],
    ['exp(ln x)', '=EXP(LN(R7))', '=R7', 'x'],
    ['ln(exp x)', '=LN(EXP(R7))', '=R7', 'x'],
    ['exp(x + y)', '=EXP(R7+R8)', '=EXP(R7)*EXP(R8)', 'exp x · exp y'],
  ];
  return [
    { at: 'Q5', content: rules, looks: bold },
    ...down('Q7', ['x', 'y']),
    ...down('R7', [3, 2], changeable(2)),
    ...pairs.flatMap(([left, one, other, right], i): TaughtCells[] => [
      { at: `Q${10 + i}`, content: left },
      ...across(`R${10 + i}`, [one, other], digits(4)),
      { at: `T${10 + i}`, content: right },
    ]),
    { at: 'Q17', content: losses.title, looks: bold },
    ...across('Q18', [losses.probability, losses.loss], bold),
    ...down('Q19', PROBABILITIES, changeable(2)),
    { at: `R19:R${18 + PROBABILITIES.length}`, content: '=-LN(Q19)', looks: digits(4) },
  ];
}
