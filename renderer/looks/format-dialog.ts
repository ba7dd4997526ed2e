import { formatRange } from '../../shared/address.ts';
import { CELL_LIMITS, type CellFormat } from '../../shared/cells.ts';
import type { Value } from '../../shared/formula/value.ts';
import { messages } from '../../shared/messages.ts';
import type { RangePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import { merged } from '../grid/cell-formats.ts';
import { cellShown } from '../grid/written-cell.ts';
import { button, buttons, type Dialogs } from '../parts/dialogs.ts';
import { ALIGNS, NUMBER_NAMES, NUMBERS, type NumberName, numberName } from './number-formats.ts';

/** What the example shows where the cell holds no number. */
const EXAMPLE = 1234.5;

/** Asks for everything that can be told about the looks of cells. undefined if the user cancels. */
export async function askFormat(
  dialogs: Pick<Dialogs, 'show'>,
  ranges: readonly RangePlace[],
  before: CellFormat,
  value: Value,
): Promise<CellFormat | undefined> {
  const text = messages.looks;
  const asked = text.question;
  const kind = selectOf(
    NUMBER_NAMES.filter(name => name !== 'thousands').map(name => [
      name,
      name === 'fixed' ? asked.fixed : text.numbers[name],
    ]),
    before.number?.kind ?? 'general',
  );
  const digits = element('input', {
    type: 'number',
    class: 'field',
    min: 0,
    max: CELL_LIMITS.digits,
    step: 1,
    value: before.number && before.number.kind !== 'text' ? before.number.digits : 2,
  });
  const thousands = checkbox(numberName(before.number) === 'thousands');
  const align = selectOf(
    ALIGNS.map(name => [name, text.aligns[name]]),
    before.align ?? 'general',
  );
  const bold = checkbox(before.bold === true);
  const wrap = checkbox(before.wrap === true);
  const example = element('output', { class: 'format-example' });
  const problem = element('p', { class: 'problem', role: 'alert', id: 'format-problem' });
  digits.setAttribute('aria-describedby', problem.id);

  const isValid = () => /^\d+$/.test(digits.value) && Number(digits.value) <= CELL_LIMITS.digits;
  const chosen = (): CellFormat => {
    const name = kind.value as NumberName;
    const first = NUMBERS[name];
    const count = isValid() ? Number(digits.value) : 0;
    const number =
      first === undefined || first.kind === 'text'
        ? first
        : first.kind === 'fixed'
          ? { kind: first.kind, digits: count, ...(thousands.checked && { thousands: true as const }) }
          : { kind: first.kind, digits: count };
    return merged(
      {},
      {
        number,
        bold: bold.checked || undefined,
        align: align.value === 'general' ? undefined : (align.value as CellFormat['align']),
        wrap: wrap.checked || undefined,
      },
    );
  };
  const show = () => {
    const name = kind.value as NumberName;
    digits.disabled = name === 'general' || name === 'text';
    thousands.disabled = name !== 'fixed';
    const format = chosen();
    example.textContent = cellShown(typeof value === 'number' ? value : EXAMPLE, format.number, () => true) ?? '';
    example.classList.toggle('bold', format.bold === true);
  };
  const answer = await dialogs.show<'apply'>(asked.title(ranges.map(range => formatRange(range)).join(', ')), close => {
    const submit = () => {
      const wrong = !digits.disabled && !isValid();
      problem.textContent = wrong ? asked.digitsRange(CELL_LIMITS.digits) : '';
      digits.setAttribute('aria-invalid', String(wrong));
      if (wrong) digits.focus();
      else close('apply');
    };
    kind.setAttribute('autofocus', '');
    const between = checked(asked.thousands, thousands);
    between.classList.add('thousands');
    const form = element(
      'div',
      { class: 'format-form' },
      labelled(asked.kind, kind),
      labelled(asked.digits, digits),
      between,
      labelled(asked.align, align),
      element('div', { class: 'labelled' }, asked.example, example),
      checked(text.bold, bold),
      checked(text.wrap, wrap),
    );
    form.addEventListener('input', show);
    form.addEventListener('keydown', event => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      submit();
    });
    show();
    return [
      form,
      problem,
      buttons(
        button(messages.shell.cancel, 'plain', () => close(undefined)),
        button(asked.button, 'primary', submit),
      ),
    ];
  });
  return answer && chosen();
}

function selectOf(options: readonly (readonly [value: string, label: string])[], chosen: string): HTMLSelectElement {
  return element(
    'select',
    { class: 'field' },
    ...options.map(([value, label]) => element('option', { value, selected: value === chosen }, label)),
  );
}

const checkbox = (checked: boolean) => element('input', { type: 'checkbox', checked });
const labelled = (label: string, field: HTMLElement) => element('label', { class: 'labelled' }, label, field);
const checked = (label: string, box: HTMLElement) => element('label', { class: 'check-row' }, box, label);
