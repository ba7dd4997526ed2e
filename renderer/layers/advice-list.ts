/** The part of the layer panel that gives advice: first about the chosen layer, then about the others. */
import type { Finding } from '../../shared/lint.ts';
import { messages, say } from '../../shared/messages.ts';
import type { LayerId } from '../../shared/tensor.ts';
import { element, icon } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import { section } from '../parts/sides.ts';
import type { Advice } from './advice.ts';

export function createAdviceList(store: Store, advice: Advice) {
  const text = messages.lint;
  const count = element('small', {});
  const list = element('ul', { class: 'advice-list' });
  const unlooked = element('p', { class: 'unlooked' }, text.unlooked);
  const again = element('button', { type: 'button', class: 'button quiet small' });
  const problem = element('p', { class: 'problem', role: 'alert' });
  again.addEventListener('click', () => void advice.hush());

  function item(finding: Finding, isWaiting: boolean): HTMLElement {
    const press = (label: string, act: () => void, isEnabled: boolean) => {
      const button = element('button', { type: 'button', class: 'button outlined small' }, label);
      button.disabled = !isEnabled;
      button.addEventListener('click', act);
      return button;
    };
    const mayEdit = store.get().role !== 'viewer';
    const { remedy } = finding;
    return element(
      'li',
      { 'data-advice': `${finding.kind} ${finding.layer}` },
      icon('advice'),
      element('p', {}, element('b', {}, say(finding.what)), ` ${say(finding.why)}`),
      element(
        'div',
        { class: 'advice-buttons' },
        remedy && press(say(remedy.label), () => void advice.take(finding), mayEdit && !isWaiting),
        press(text.hush, () => void advice.hush(finding), mayEdit),
      ),
    );
  }

  const root = section(text.title, [count], list, unlooked, problem, again);
  return {
    root,
    /** `isWaiting`: edits wait for "Apply", so that no other edit can be made. */
    show(chosen: LayerId, isWaiting: boolean): void {
      const found = advice.findings();
      const own = found.filter(({ layer }) => layer === chosen);
      const others = found.filter(({ layer }) => layer !== chosen);
      count.textContent = found.length === 0 ? text.none : isWaiting ? text.waiting : '';
      const had = root.contains(document.activeElement);
      list.replaceChildren(...[...own, ...others].map(finding => item(finding, isWaiting)));
      unlooked.hidden = !advice.unlooked();
      const hushed = advice.hushed();
      again.hidden = hushed === 0;
      again.textContent = text.tellAgain(hushed);
      // The pressed button is gone. The keyboard goes on to the next advice.
      if (had && !root.contains(document.activeElement))
        (
          root.querySelector<HTMLElement>('button:not([hidden], :disabled)') ?? root.closest<HTMLElement>('.side-body')
        )?.focus();
      const why = advice.problem();
      if (problem.textContent !== why) problem.textContent = why;
    },
  };
}
