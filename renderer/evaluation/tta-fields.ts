import { messages, say } from '../../shared/messages.ts';
import { noTta, type Tta, ttaProblems, viewCount } from '../../shared/tta.ts';
import { destroyAll, element, setAttributes } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { numberAsTyped, typedNumber } from '../grid/typed-number.ts';

export type TtaFields = View & {
  root: HTMLElement;
  /** The chosen views; none for the image alone. If a field is faulty, `false` is returned, and it has the keyboard. */
  chosen(): { tta?: Tta } | false;
};

const amounts = ['shift', 'crop', 'rotate'] as const;
const switches = ['flip', 'symmetries'] as const;

/** The choice of views for test-time augmentation. Evaluation and prediction share it. */
export function createTtaFields(store: Store): TtaFields {
  const text = messages.views.tta;
  const count = element('small', {});
  const read = (): Tta => store.get().tta ?? noTta;
  const change = (part: Partial<Tta>) => store.set({ tta: { ...read(), ...part } });

  const boxes = switches.map(key => {
    const box = element('input', { type: 'checkbox' });
    box.addEventListener('change', () => change({ [key]: box.checked }));
    return { key, box, root: element('label', { class: 'setting-check' }, box, text.names[key]) };
  });
  const fields = amounts.map(key => {
    const input = element('input', {
      type: 'text',
      inputmode: 'decimal',
      class: 'field small number',
      spellcheck: 'false',
      autocomplete: 'off',
    });
    const problem = element('p', { class: 'problem', 'aria-live': 'polite' });
    input.addEventListener('input', () => change({ [key]: typedNumber(input.value) }));
    const label = element('label', {}, element('span', {}, text.names[key]), input);
    return { key, input, problem, root: element('div', { class: 'setting' }, label, problem) };
  });
  const root = element(
    'details',
    { class: 'settings-more tta' },
    element('summary', {}, text.title, ' ', count),
    element('p', { class: 'help' }, text.help),
    element('div', { class: 'settings' }, ...boxes.map(each => each.root), ...fields.map(each => each.root)),
  );

  const show = () => {
    const tta = read();
    const problems = ttaProblems(tta);
    count.textContent = problems.size === 0 && viewCount(tta) > 1 ? text.views(viewCount(tta)) : '';
    for (const { key, box } of boxes) box.checked = tta[key];
    for (const { key, input, problem } of fields) {
      const expected = problems.get(key);
      setAttributes(input, { 'aria-invalid': expected === undefined ? undefined : 'true' });
      problem.textContent = expected === undefined ? '' : messages.trainingPanel.expected(say(expected));
      // The text that is being typed stays.
      if (!Number.isNaN(tta[key]) && typedNumber(input.value) !== tta[key]) input.value = numberAsTyped(tta[key]);
    }
  };
  show();
  return {
    ...destroyAll(root, [store.on(['tta'], show)]),
    root,
    chosen() {
      const tta = read();
      if (ttaProblems(tta).size === 0) return viewCount(tta) > 1 ? { tta } : {};
      root.open = true;
      fields.find(({ input }) => input.getAttribute('aria-invalid') === 'true')?.input.focus();
      return false;
    },
  };
}
