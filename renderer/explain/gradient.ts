/** What the panel tells of a cell of the gradient plane besides its formula. */
import { gradientOf } from '../../shared/backprop/gradients.ts';
import type { Expression } from '../../shared/formula/expression.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { readable } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import type { Replies } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import { element } from '../core/element.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { State, Store } from '../core/store.ts';
import { hasLiveGradient } from '../grid/over-elements.ts';
import { section } from '../parts/sides.ts';
import { valueText } from './number-grid.ts';

/** The chain rule of an element, if it has a gradient and a formula can hold it. */
export function gradientShown(state: Readonly<State>, found: ElementIndex): Expression | undefined {
  return hasLiveGradient(state, found) ? gradientOf(state.sheet, found) : undefined;
}

/** Gradients are often small, so they are told with their first digits. */
export function exactly(value: Value): string {
  return typeof value === 'number' ? readable(value, 4) : valueText(value);
}

/** Why an element has no gradient, or no formula for it. */
export function whyNoGradient(state: Readonly<State>, found: ElementIndex): string {
  const { gradients: text } = messages.explain;
  if (hasLiveGradient(state, found)) return text.long;
  const { role } = state.sheet.tensors.get(found.tensor)!;
  return role === 'computed' && state.written.formulas.get(found.tensor)?.has(found.index) ? text.own : text.none;
}

/** What the gradient means: what a little more of the number does to the loss. */
export function drawWords({ sheet }: Readonly<State>, { tensor }: ElementIndex, gradient: number | null): Node[] {
  if (gradient === null) return [];
  const { gradients: text } = messages.explain;
  const isLearned = sheet.tensors.get(tensor)!.role === 'parameter' && gradient !== 0;
  const words = [text.claim(MORE, MORE * gradient), ...(isLearned ? [text.downhill(gradient < 0)] : [])];
  return [element('p', { class: 'explain-words' }, words.join(' '))];
}
const MORE = 0.01;

/** The slope of the loss by a pixel or a weight, found by trying, beside the gradient. */
export function createSlope(store: Store, client: Client, changed: () => void) {
  const text = messages.explain.gradients;
  let asked: string | undefined;
  let answer: Replies['trySlope'] | string | undefined;

  const ask = async (key: string, found: ElementIndex) => {
    asked = key;
    const reply = await client.send('trySlope', found).catch((error: unknown) => sentenceOf(error));
    // Meanwhile another cell was selected, or a number edited.
    if (asked !== key) return;
    answer = reply;
    changed();
  };

  return {
    /** The section for an element. Empty for activations, which can't be tried. */
    section(found: ElementIndex, gradient: number | null): Node[] {
      const { sheet, workbookId, structure, workbook } = store.get();
      if (gradient === null || sheet.tensors.get(found.tensor)!.role === 'computed') return [];
      const key = JSON.stringify([workbookId, structure, workbook.revision, found]);
      if (asked !== key) void ask(key, found);
      if (answer === undefined) return [];
      if (typeof answer === 'string') return [section(text.tried, [], element('p', { class: 'remark' }, answer))];
      const { slope, step, kink } = answer;
      const row = (name: string, value: number) =>
        element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, exactly(value)));
      return [
        section(
          text.tried,
          [],
          element(
            'table',
            { class: 'explain-list' },
            element(
              'tbody',
              {},
              row(text.byRule, gradient),
              row(text.byTrying, slope),
              row(text.off, slope - gradient),
            ),
          ),
          element('p', { class: 'remark' }, text.how(step)),
          ...(kink ? [element('p', { class: 'remark' }, text.kink)] : []),
        ),
      ];
    },
  };
}
