import { element } from '../core/element.ts';

/** Radio buttons. `initial`, or else the first, is chosen at the beginning. */
export function radios<T>(
  legend: string,
  choices: readonly T[],
  label: (each: T) => string,
  chosen: (each: T) => void,
  initial: T = choices[0],
): HTMLElement {
  const group = element('fieldset', {}, element('legend', {}, legend));
  for (const each of choices) {
    const input = element('input', { type: 'radio', name: legend, checked: each === initial });
    input.addEventListener('change', () => chosen(each));
    group.append(element('label', { class: 'source' }, input, element('span', {}, label(each))));
  }
  return group;
}
