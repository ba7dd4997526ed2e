/** Fields over the storyboard. What is typed counts at once where it can be meant; else the field says what fits, and
 *  keeps what was typed. A field follows the storyboard, also when undo changes it. */
import { element } from '../core/element.ts';

export type Field = {
  root: HTMLElement;
  /** Shows what the storyboard has, if that has changed. */
  update(): void;
};

let made = 0;

/** `set`: takes a text; returns why it can't be meant. `wide`: several lines. `begin`: the field gets the keyboard,
 *  so what is typed from now on is another step of undo. */
export function textField(options: {
  label: string;
  get: () => string;
  set: (text: string) => string | undefined;
  rows?: number;
  unit?: string;
  most?: number;
  disabled?: boolean;
  placeholder?: string;
  begin?: () => void;
}): Field {
  const { label, get, set, rows, unit, most, disabled, placeholder, begin } = options;
  const problem = element('p', { class: 'problem', id: `film-problem-${++made}`, role: 'alert' });
  const shared = {
    class: 'field',
    'aria-label': label,
    'aria-describedby': problem.id,
    maxlength: most,
    disabled,
    placeholder,
  };
  const field =
    rows === undefined
      ? element('input', { type: 'text', ...shared, spellcheck: 'false', autocomplete: 'off' })
      : element('textarea', { ...shared, rows, spellcheck: 'true' });
  let known = get();
  /** While somebody types, what the storyboard makes of it doesn't replace what stands in the field. */
  let types = false;
  field.value = known;
  const tell = (reason: string | undefined) => {
    if (problem.textContent !== (reason ?? '')) problem.textContent = reason ?? '';
    field.setAttribute('aria-invalid', String(reason !== undefined));
  };
  const grow = () => {
    if (!(field instanceof HTMLTextAreaElement)) return;
    field.style.height = 'auto';
    if (field.scrollHeight > 0) field.style.height = `${field.scrollHeight + 2}px`;
  };
  field.addEventListener('focus', () => begin?.());
  field.addEventListener('input', () => {
    types = true;
    tell(set(field.value));
    types = false;
    known = get();
    grow();
  });
  field.addEventListener('blur', () => {
    if (field.getAttribute('aria-invalid') !== 'true') field.value = known;
  });
  requestAnimationFrame(grow);
  return {
    root: element(
      'div',
      { class: unit === undefined ? 'film-field' : 'film-field united' },
      element(
        'div',
        { class: 'film-box' },
        field,
        unit !== undefined && element('small', { 'aria-hidden': true }, unit),
      ),
      problem,
    ),
    update() {
      const now = get();
      if (types || now === known) return;
      known = field.value = now;
      tell(undefined);
      grow();
    },
  };
}

export type Choice = { value: string; label: string };

export function selectField(options: {
  label: string;
  choices: () => readonly Choice[];
  get: () => string;
  set: (value: string) => void;
  disabled?: boolean;
}): Field {
  const { label, choices, get, set, disabled } = options;
  const field = element('select', { class: 'field', 'aria-label': label, disabled });
  let listed = '';
  const update = () => {
    const all = choices();
    const now = get();
    // What the network doesn't have any more stays in sight until something else is chosen.
    const shown = all.some(({ value }) => value === now) ? all : [{ value: now, label: now || '–' }, ...all];
    const key = JSON.stringify(shown);
    if (key !== listed) field.replaceChildren(...shown.map(({ value, label }) => element('option', { value }, label)));
    listed = key;
    if (field.value !== now) field.value = now;
    // A narrow list may cut what is chosen.
    field.title = field.selectedOptions[0]?.textContent ?? '';
  };
  field.addEventListener('change', () => set(field.value));
  update();
  return { root: field, update };
}

/** A switch. */
export function switchField(options: { label: string; get: () => boolean; set: (on: boolean) => void }): Field {
  const root = element('input', {
    type: 'checkbox',
    role: 'switch',
    class: 'film-switch',
    'aria-label': options.label,
  });
  root.addEventListener('change', () => options.set(root.checked));
  const update = () => {
    root.checked = options.get();
  };
  update();
  return { root, update };
}

/** A row with its name, as people see it. */
export function row(name: string, ...parts: (Node | string)[]): HTMLElement {
  return element(
    'div',
    { class: 'film-row' },
    element('span', { class: 'film-name' }, name),
    element('div', { class: 'film-parts' }, ...parts),
  );
}

/** Reads a number as people type it: 0.5, or 0,5 where that is the sign. undefined if it is none, or too small or
 *  large. */
export function readNumber(text: string, least: number, most: number, isWhole = false): number | undefined {
  const typed = text.trim().replace(',', '.').replace('−', '-');
  const value = /^-?(\d+\.?\d*|\.\d+)$/.test(typed) ? Number(typed) : Number.NaN;
  if (!(value >= least && value <= most) || (isWhole && !Number.isInteger(value))) return undefined;
  return value;
}
