import { decimal, fixed } from './messages/format.ts';
import { messages } from './messages.ts';
import type { Judged } from './judging.ts';
import { ABSENT } from './numbers.ts';

/** A figure as its readers see it. `help` says what it means. */
export type ShownFigure = { name: string; value: string; help: string };

/** A figure with four decimals. */
export const decimals = (value: number | null): string => (value === null ? ABSENT : fixed(value, 4));

/** The figures of a whole split, the most asked for first. */
export function judgedFigures({ macro, beta, topK, calibration, kappa, ordered, own }: Judged): ShownFigure[] {
  const text = messages.judging;
  const percent = (value: number | null) => (value === null ? ABSENT : messages.panels.probability(value));
  const shown: ShownFigure[] = [
    { name: text.auc, value: decimals(macro.auc), help: text.aucHelp },
    { name: text.averagePrecision, value: decimals(macro.averagePrecision), help: text.averagePrecisionHelp },
  ];
  if (beta !== 1) shown.push({ name: text.macroFBeta(beta), value: decimals(macro.fBeta), help: text.fBetaHelp(beta) });
  for (const { k, share } of topK) shown.push({ name: text.topK(k), value: percent(share), help: text.topKHelp(k) });
  if (kappa !== undefined) shown.push({ name: text.kappa, value: decimals(kappa), help: text.kappaHelp });
  if (ordered) {
    const { kappa: quadratic, meanAbsoluteError, inNumbers } = ordered;
    shown.push(
      { name: text.quadraticKappa, value: decimals(quadratic), help: text.quadraticKappaHelp },
      {
        name: text.meanAbsoluteError,
        value: decimals(meanAbsoluteError),
        help: text.meanAbsoluteErrorHelp(inNumbers),
      },
    );
  }
  shown.push({
    name: text.calibrationError,
    value: percent(calibration.error),
    help: text.calibrationErrorHelp,
  });
  if (own && own.problem === undefined)
    shown.push({ name: text.own, value: decimal(String(Number(own.value.toPrecision(6)))), help: own.formula });
  return shown;
}
