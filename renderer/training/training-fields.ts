import type { Sentence } from '../../shared/messages/sentence.ts';
import { messages, say } from '../../shared/messages.ts';
import { element, setAttributes } from '../core/element.ts';
import { numberAsTyped, typedNumber } from '../grid/typed-number.ts';
import type { Store, Setup } from '../core/store.ts';
import { setupProblems } from './setup.ts';

/** A setting in the set-up. If `read` gives undefined, the setting has no meaning there, and its field is hidden. */
export type Setting<T> = { read(setup: Setup): T | undefined; write(setup: Setup, value: T): Setup };

/** Makes fields that show and change the set-up in the store. */
export type Fields = {
  /** `note`: a small text after the label. */
  number(label: string, path: string, setting: Setting<number>, more?: NumberOptions): HTMLElement;
  /** A number alone, for a cell of a table. */
  bareNumber(label: string, path: string, setting: Setting<number>): HTMLElement;
  choice(
    label: string,
    options: () => readonly Choice[],
    setting: Setting<string>,
    more?: { help?: () => string; wide?: boolean; spoken?: string },
  ): HTMLElement;
  check(label: string, setting: Setting<boolean>, more?: { help?: string; spoken?: string }): HTMLElement;
  /** Shows the current set-up. */
  refresh(): void;
};
type NumberOptions = { help?: string; note?: string; wide?: boolean };
type Choice = { value: string; label: string; disabled?: boolean };

/** A setting that is a direct property of the set-up. */
export function own<K extends keyof Setup>(key: K): Setting<Setup[K]> {
  return { read: setup => setup[key], write: (setup, value) => ({ ...setup, [key]: value }) };
}

/** A setting that the phases of a run have for themselves. */
export const withoutPhases = <T>(setting: Setting<T>): Setting<T> => ({
  read: setup => (setup.phases ? undefined : setting.read(setup)),
  write: (setup, value) => setting.write(setup, value),
});

let made = 0;

export function createFields(store: Store): Fields {
  const text = messages.trainingPanel;
  const refreshers: ((setup: Setup, problems: ReadonlyMap<string, Sentence>) => void)[] = [];
  const change = <T>(setting: Setting<T>, value: T) => store.set({ setup: setting.write(store.get().setup, value) });

  const numberInput = (path: string, setting: Setting<number>, problem: HTMLElement, whole: HTMLElement) => {
    const input = element('input', {
      type: 'text',
      inputmode: 'decimal',
      class: 'field small number',
      spellcheck: 'false',
      autocomplete: 'off',
      'aria-describedby': problem.id,
    });
    input.addEventListener('input', () => change(setting, typedNumber(input.value)));
    refreshers.push((setup, problems) => {
      const value = setting.read(setup);
      whole.hidden = value === undefined;
      const expected = value === undefined ? undefined : problems.get(path);
      setAttributes(input, { 'aria-invalid': expected === undefined ? undefined : 'true' });
      const sentence = expected === undefined ? '' : text.expected(say(expected));
      if (problem.textContent !== sentence) problem.textContent = sentence;
      if (value === undefined) return;
      // The text that is being typed stays: 0.10 doesn't become 0.1 under the cursor.
      if (!Object.is(typedNumber(input.value), value))
        input.value = Number.isNaN(value) ? input.value : numberAsTyped(value);
    });
    return input;
  };
  const problemLine = () => element('p', { class: 'problem', id: `setting-problem-${++made}`, 'aria-live': 'polite' });

  return {
    number(label, path, setting, { help, note, wide } = {}) {
      const problem = problemLine();
      const root = element('div', { class: wide ? 'setting wide' : 'setting', title: help });
      const input = numberInput(path, setting, problem, root);
      const name = element('span', {}, label, note !== undefined && element('small', {}, ` ${note}`));
      root.append(element('label', {}, name, input), problem);
      if (help !== undefined) input.setAttribute('aria-description', help);
      return root;
    },
    bareNumber(label, path, setting) {
      const problem = problemLine();
      const root = element('div', { class: 'setting bare' });
      const input = numberInput(path, setting, problem, root);
      input.setAttribute('aria-label', label);
      root.append(input, problem);
      return root;
    },
    choice(label, options, setting, { help, wide, spoken } = {}) {
      const select = element('select', { class: 'field small', 'aria-label': spoken });
      const root = element(
        'div',
        { class: wide ? 'setting wide' : 'setting' },
        element('label', {}, element('span', {}, label), select),
      );
      let shown = '';
      select.addEventListener('change', () => change(setting, select.value));
      refreshers.push(setup => {
        const value = setting.read(setup);
        root.hidden = value === undefined;
        if (value === undefined) return;
        const choices = options();
        const now = JSON.stringify(choices);
        if (now !== shown) {
          shown = now;
          select.replaceChildren(
            ...choices.map(each => element('option', { value: each.value, disabled: each.disabled }, each.label)),
          );
        }
        select.value = value;
        if (help) setAttributes(root, { title: help() || undefined });
      });
      return root;
    },
    check(label, setting, { help, spoken } = {}) {
      const box = element('input', { type: 'checkbox', 'aria-label': spoken });
      const root = element('label', { class: 'setting-check', title: help }, box, label);
      box.addEventListener('change', () => change(setting, box.checked));
      refreshers.push(setup => {
        const value = setting.read(setup);
        root.hidden = value === undefined;
        box.checked = value === true;
      });
      return root;
    },
    refresh() {
      const state = store.get();
      const problems = setupProblems(state);
      for (const refresh of refreshers) refresh(state.setup, problems);
    },
  };
}
