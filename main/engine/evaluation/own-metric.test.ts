import { expect, test } from 'vitest';
import { formulasIn } from '../../../shared/formula/language.ts';
import { english } from '../../../shared/messages/render.ts';
import { printMetric, readMetric } from '../../../shared/own-metric.ts';
import { type MetricRows, ownFigure } from './own-metric.ts';

const column = (...values: number[]) => values.map(value => [value]);
const rows: MetricRows = {
  actual: () => column(1, 2, 3, 0),
  predicted: () => column(1, 4, 2, 0),
  truth: () => [
    [1, 0],
    [0, 1],
    [0, 1],
    [1, 0],
  ],
  probability: () => [
    [0.75, 0.25],
    [0.5, 0.5],
    [0.25, 0.75],
    [1, 0],
  ],
};

test.each([
  ['=AVERAGE(ABS(actual-predicted))', 0.75],
  ['AVERAGE(ABS(Actual-PREDICTED))', 0.75],
  ['=SUM((truth-probability)^2)/ROWS(actual)', 0.1875],
  ['=SUMPRODUCT(--(actual=predicted))/COUNT(actual)', 0.5],
  ['=IF(TRUE,MAX(predicted),0)', 4],
  ['=MAX(actual)>2', 1],
  ['=SQRT(SUMSQ(actual-predicted)/COUNT(actual))', Math.sqrt(5 / 4)],
])('%s gives %d', (formula, value) => {
  expect(ownFigure(formula, rows)).toMatchObject({ value });
});

test.each([
  ['=AVERAGE(ABS(actual-predicted)', /./],
  ['=AVERAGE(ABS(wanted-predicted))', /“wanted” at position 14 .* A metric reads the columns actual, predicted/],
  ['=SUM(A1:B2)', /^A metric reads no cells of the sheet/],
  ['=1+1', /^The formula reads none of the columns/],
  ['=ABS(actual-predicted)', /^The formula gives 4 values\. Make one of them with AVERAGE or SUM\.$/],
  ['=SUM(actual)/0', /^The formula gives #DIV\/0!, which is no number\.$/],
  ['=NOSUCH(actual)', /NOSUCH/],
  ['', /./],
])('%s is refused with a sentence', (formula, sentence) => {
  const { problem } = ownFigure(formula, rows);
  expect(problem).toBeDefined();
  expect(english(problem!)).toMatch(sentence);
});

test('without images there is nothing to read, and too many numbers are refused', () => {
  const none = { ...rows, actual: () => [] };
  expect(english(ownFigure('=SUM(actual)', none).problem!)).toBe(
    'No image has scores, so the metric has nothing to read.',
  );
  const many = { ...rows, truth: () => Array.from({ length: 1001 }, () => Array.from({ length: 1000 }, () => 0)) };
  expect(english(ownFigure('=SUM(truth)', many).problem!)).toMatch(/reads 1,001,000 numbers; at most 250,000/);
});

test('a formula is read in German and kept in English', () => {
  const read = readMetric('=MITTELWERT(ABS(actual-predicted))*0,5', formulasIn('de', ','));
  expect(read.problem).toBeUndefined();
  if (read.problem === undefined) expect(printMetric(read.expression)).toBe('=AVERAGE(ABS(actual-predicted))*0.5');
});
