import { spokenFormulas } from '../../shared/formula/language.ts';
import type { Judging } from '../../shared/judging.ts';
import { number } from '../../shared/messages/format.ts';
import { messages, say } from '../../shared/messages.ts';
import { readNumber } from '../../shared/numbers.ts';
import { printMetric, readMetric } from '../../shared/own-metric.ts';
import { defaultBeta } from '../../shared/judging.ts';
import { destroyAll, element, setAttributes } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { decimalComma } from '../grid/entry.ts';

/** What is measured, as the workbook keeps it. */
export const judgingIn = (store: Store): Judging => store.get().setup.judging ?? {};

/** Changes what is measured. What is undefined is as by default again. */
export function chooseJudging(store: Store, change: Judging): void {
  const { setup } = store.get();
  const all = Object.entries({ ...setup.judging, ...change }).filter(([, value]) => value !== undefined);
  const judging: Judging | undefined = all.length > 0 ? Object.fromEntries(all) : undefined;
  store.set({ setup: { ...setup, judging } });
}

/** Whether an image may have several labels. */
export const givesSeveralLabels = (store: Store): boolean =>
  store.get().sheet.network.layers.at(-1)!.kind === 'sigmoid';

/** Fields for what is measured: beta, whether the classes are in an order, and a metric of the user's own. */
export function createChoices(store: Store): View & { root: HTMLElement } {
  const text = messages.judging;
  const beta = element('input', {
    type: 'text',
    inputmode: 'decimal',
    class: 'field small number',
    autocomplete: 'off',
  });
  const badBeta = element('p', { class: 'problem', 'aria-live': 'polite', id: 'judging-beta-problem' });
  beta.setAttribute('aria-describedby', badBeta.id);
  const ordered = element('input', { type: 'checkbox' });
  const formula = element('input', {
    type: 'text',
    class: 'field small formula',
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-label': text.formula,
    'aria-describedby': 'judging-formula-help judging-formula-problem',
  });
  const badFormula = element('p', { class: 'problem', 'aria-live': 'polite', id: 'judging-formula-problem' });
  const orderedLine = element('label', { class: 'setting-check', title: text.orderedHelp }, ordered, text.ordered);
  const root = element(
    'details',
    { class: 'judging-choices' },
    element('summary', {}, text.choices),
    element('label', { class: 'judging-beta', title: text.betaHelp }, text.beta, beta),
    badBeta,
    orderedLine,
    element('label', { class: 'judging-formula' }, text.formula, formula),
    element('p', { class: 'help', id: 'judging-formula-help' }, text.formulaHelp),
    badFormula,
  );

  beta.addEventListener('change', () => {
    const typed = beta.value.trim();
    const { value } = readNumber(typed, { decimalComma });
    const wrong = typed !== '' && !(value !== undefined && value > 0 && value <= 100);
    badBeta.textContent = wrong ? text.badBeta : '';
    setAttributes(beta, { 'aria-invalid': wrong ? 'true' : undefined });
    if (!wrong) chooseJudging(store, { beta: typed === '' ? undefined : value });
  });
  ordered.addEventListener('change', () => chooseJudging(store, { ordered: ordered.checked || undefined }));
  formula.addEventListener('change', () => {
    const typed = formula.value.trim();
    const read = typed === '' ? undefined : readMetric(typed, spokenFormulas());
    const problem = read?.problem;
    badFormula.textContent = say(problem) ?? '';
    setAttributes(formula, { 'aria-invalid': problem === undefined ? undefined : 'true' });
    if (problem === undefined)
      chooseJudging(store, { metric: read && read.problem === undefined ? printMetric(read.expression) : undefined });
  });

  const show = () => {
    const judging = judgingIn(store);
    const several = givesSeveralLabels(store);
    orderedLine.hidden = several;
    ordered.checked = judging.ordered === true;
    beta.value = number(judging.beta ?? defaultBeta(several));
    const read = judging.metric === undefined ? undefined : readMetric(judging.metric);
    if (formula.getAttribute('aria-invalid') !== 'true')
      formula.value = read && read.problem === undefined ? printMetric(read.expression, spokenFormulas()) : '';
  };
  show();
  return { root, ...destroyAll(root, [store.on(['setup', 'sheet', 'workbookId'], show)]) };
}
