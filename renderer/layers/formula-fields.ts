/** The formulas of a layer as text fields, in the panel of layers. */
import type { Command } from '../../shared/change.ts';
import { filledOver } from '../../shared/formula/fill.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { countFormulas, layerFormulaText } from '../../shared/formula/layer-text.ts';
import { readTyped } from '../../shared/formula/typed.ts';
import { liftedFrom } from '../../shared/layer-edits/lift.ts';
import { isReplaceable } from '../../shared/layers/formula.ts';
import { messages, say } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Layer } from '../../shared/network.ts';
import type { TensorId } from '../../shared/tensor.ts';
import { element } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import type { LayerEditing } from './layer-editing.ts';

/** The most formulas that have a field. */
const MOST_FIELDS = 12;

/** Enter fills a formula over the cells of the layer, or of a map. `run` makes that change. Nothing is filled that
 *  doesn't become a layer. */
export function createFormulaFields(store: Store, editing: LayerEditing, run: (command: Command) => void) {
  const text = messages.formulaLayers;
  const root = element('div', { class: 'layer-fields' });
  const problem = element('p', { class: 'problem', role: 'alert' });
  const back = element('button', { type: 'button', class: 'button outlined small' }, text.builtIn);
  back.addEventListener('click', () => editing.builtIn());

  function enter(layer: Layer, map: number | undefined, typed: string): string {
    const { sheet, written } = store.get();
    const tensor: TensorId = `${layer.id}/output`;
    const { shape, size } = sheet.tensors.get(tensor)!;
    const sign = typed.trimStart().startsWith('=') ? '' : '=';
    const read = readTyped(sign + typed.trimStart(), { sheet, ...written, on: sheet.id }, spokenFormulas());
    if (read.problem !== undefined) return say(read.problem);
    const channels = shape.at(-1)!;
    const all = Array.from({ length: size }, (_, index) => index);
    const over = map === undefined ? all : all.filter(index => index % channels === map);
    const edits = filledOver(sheet, tensor, over[0], read.expression, over);
    // What weights begin with makes no difference here.
    const values = { get: (id: TensorId) => new Float32Array(sheet.tensors.get(id)?.size ?? 0) };
    const found = liftedFrom({ ...written, sheet, values }, edits).lifted.at(-1);
    if (found?.kind === 'overrides') return say(found.reason);
    if (found?.kind !== 'layer') return say(text.uneven);
    run({ label: sentences.formulaLayers.fillLabel(layer.name), changes: [{ kind: 'formulas', edits }] });
    return '';
  }

  function field(layer: Layer, map: number | undefined, shown: string): HTMLElement {
    const { draft, from } = editing.get();
    const label = map === undefined ? text.formula : text.formulaOf(map + 1);
    const input = element('input', {
      type: 'text',
      class: 'field small formula',
      'aria-label': label,
      title: text.formulaHelp,
      spellcheck: 'false',
      autocomplete: 'off',
      disabled: draft !== from || store.get().role === 'viewer',
    });
    /** Undo is the text's while it waits for Enter, and else the workbook's. */
    const settle = () => input.toggleAttribute('data-settled', input.value === shown);
    input.value = shown;
    settle();
    input.addEventListener('input', settle);
    input.addEventListener('keydown', event => {
      if (event.key === 'Escape' && input.value !== shown) {
        input.value = shown;
        settle();
        event.stopPropagation();
      }
      if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || input.value === shown) return;
      event.preventDefault();
      problem.textContent = enter(layer, map, input.value);
      input.setAttribute('aria-invalid', String(problem.textContent !== ''));
    });
    return element('div', { class: 'layer-field' }, element('span', {}, label), input);
  }

  let shown = '';
  return {
    root,
    show(): void {
      const { draft, from, chosen } = editing.get();
      const { sheet, role } = store.get();
      const layer = sheet.layers.get(chosen);
      const now = draft.layers.find(({ id }) => id === chosen);
      const isFormula = layer?.kind === 'formula';
      const may = layer && now?.kind === layer.kind && (isFormula || isReplaceable(layer));
      const count = may ? countFormulas(layer) : 0;
      const texts = Array.from({ length: Math.min(count, MOST_FIELDS) }, (_, map) =>
        may ? (layerFormulaText(sheet, layer.id, map, spokenFormulas()) ?? '') : '',
      );
      const next = JSON.stringify([chosen, texts, draft !== from, role]);
      // What is being typed stays.
      if (next === shown) return;
      shown = next;
      problem.textContent = draft !== from && isFormula ? text.applyFirst : '';
      root.replaceChildren(
        ...texts.map((each, map) => field(layer!, count > 1 ? map : undefined, each)),
        problem,
        ...(may && isFormula ? [element('div', { class: 'layer-buttons' }, back)] : []),
      );
    },
  };
}
