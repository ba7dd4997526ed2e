import { decimal } from '../../shared/messages/format.ts';
import { decimals } from '../../shared/judged-figures.ts';
import type { Curve, ReliabilityBin } from '../../shared/judging.ts';
import { messages } from '../../shared/messages.ts';
import type { JudgedEvaluation } from '../../shared/training.ts';
import { destroyAll, element } from '../core/element.ts';
import type { View } from '../core/store.ts';
import { createLinePlot } from '../plots/lines.ts';
import type { Series } from '../plots/series.ts';

const HEIGHT = 150;
const share = (value: number) => decimal(String(Number(value.toFixed(3))));
/** The least distance of two points, so that each has its own place under the cursor. It can't be seen. */
const APART = 1e-6;

/** The ROC curve, precision by recall, and reliability of one class, which can be chosen. The first one is the class
 *  with the smallest AUC. */
export function createCurves({ classes, judged, severalLabels }: JudgedEvaluation): View & { root: HTMLElement } {
  const text = messages.judging;
  const curves = judged.curves ?? [];
  const worst = judged.perClass.reduce(
    (least, { auc }, label) => ((auc ?? Infinity) < (judged.perClass[least].auc ?? Infinity) ? label : least),
    0,
  );
  const choice = element(
    'select',
    { class: 'field small', 'aria-label': text.curvesOf },
    ...classes.map((name, label) => element('option', { value: String(label), selected: label === worst }, name)),
  );
  const none = element('p', { class: 'help', hidden: true });
  const root = element('div', { class: 'judged-curves' }, choice, none);
  const plotOf = (title: string, x: string, fileName: string) =>
    createLinePlot(root, { title, height: HEIGHT, fileName, x: { label: x, format: share }, y: { format: share } });
  const roc = plotOf(text.roc, text.falseAlarms, text.rocFile);
  const precision = plotOf(text.precisionRecall, text.recall, text.precisionRecallFile);
  const reliability = plotOf(text.reliability, text.probability, text.reliabilityFile);
  const diagonal = (name: string): Series => ({ id: 'diagonal', name, look: 'planned', x: [0, 1], y: [0, 1] });
  const range = { x: [0, 1], y: [0, 1] } as const;
  const show = () => {
    const label = Number(choice.value);
    const { auc, averagePrecision } = judged.perClass[label];
    const own = curves[label];
    none.hidden = own.roc !== undefined;
    none.textContent = text.noCurve(classes[label]);
    roc.root.hidden = !own.roc;
    precision.root.hidden = !own.precisionRecall;
    if (own.roc)
      roc.update({
        series: [diagonal(text.chance), { id: 'roc', name: text.found, look: 'validation', ...ascending(own.roc) }],
        ...range,
        note: text.areaOf(decimals(auc)),
      });
    if (own.precisionRecall)
      precision.update({
        series: [{ id: 'precision', name: text.precision, look: 'validation', ...ascending(own.precisionRecall) }],
        ...range,
        note: text.precisionOf(decimals(averagePrecision)),
      });
    reliability.update({
      series: [
        diagonal(text.ideal),
        binsOf('all', severalLabels ? text.allLabels : text.allClasses, 'training', judged.calibration.bins),
        binsOf('class', classes[label], 'validation', own.reliability),
      ],
      ...range,
    });
  };
  choice.addEventListener('change', show);
  show();
  return { root, ...destroyAll(root, [() => roc.destroy(), () => precision.destroy(), () => reliability.destroy()]) };
}

function binsOf(id: string, name: string, look: Series['look'], bins: readonly ReliabilityBin[]): Series {
  return {
    id,
    name,
    look,
    dots: true,
    x: bins.map(({ probability }) => probability),
    y: bins.map(({ right }) => right),
  };
}

/** The points from left to right. Those above each other are moved apart by less than can be seen. */
function ascending({ x, y }: Curve): { x: number[]; y: number[] } {
  const turned = x.length > 0 && x[0] > x.at(-1)!;
  const [xs, ys] = turned ? [x.toReversed(), y.toReversed()] : [[...x], [...y]];
  for (let i = 1; i < xs.length; i++) if (xs[i] <= xs[i - 1]) xs[i] = Number((xs[i - 1] + APART).toFixed(9));
  return { x: xs, y: ys };
}
