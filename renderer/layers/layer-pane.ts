/** The panel on the right of the sheet in which layers are edited. Nothing changes before "Apply". */
import { addedKinds, type AddedKind } from '../../shared/layer-edits/defaults.ts';
import { type Beginning, beginnings } from '../../shared/layer-edits/kept.ts';
import { messages } from '../../shared/messages.ts';
import { whole } from '../../shared/messages/format.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import { formatShape, type LayerId } from '../../shared/tensor.ts';
import { destroyAll, element } from '../core/element.ts';
import { isUnderWay } from '../core/run-view.ts';
import type { Store, View } from '../core/store.ts';
import { createSide, section } from '../parts/sides.ts';
import { bytesOf, consequencesOf } from './layer-draft.ts';
import { editsKey, type LayerEditing } from './layer-editing.ts';
import { createLayerFields } from './layer-fields.ts';

export function createLayerPane(parent: Element, store: Store, editing: LayerEditing): View {
  const text = messages.layerEdits;
  const { root, body, end } = createSide(store, 'layers', text.title);
  root.classList.add('layer-pane');

  const problem = element('p', { class: 'problem', role: 'alert' });
  const choice = element('select', { class: 'field small' });
  const fields = createLayerFields(editing);
  const kinds = element('select', { class: 'field small' });
  const begin = element(
    'select',
    { class: 'field small' },
    ...beginnings.map(name => element('option', { value: name }, text.beginnings[name])),
  );
  const table = element('table', { class: 'numbers consequences' });
  const notes = element('ul', { class: 'consequence-notes' });
  const press = (label: string, action: () => void, kind = 'outlined small') => {
    const made = element('button', { type: 'button', class: `button ${kind}` }, label);
    made.addEventListener('click', action);
    return made;
  };
  const row = element(
    'div',
    { class: 'layer-buttons' },
    ...(['duplicate', 'up', 'down', 'remove'] as const).map(name => press(text[name], () => editing.edit(name))),
  );
  const adding = element(
    'div',
    { class: 'layer-adding' },
    kinds,
    press(text.addButton, () => editing.add(kinds.value as AddedKind)),
  );
  const apply = press(text.apply, () => void editing.apply(), 'primary');
  const cancel = press(text.cancel, () => editing.reset(), 'outlined');
  const state = element('small', {});
  kinds.setAttribute('aria-label', text.kind);
  body.append(
    element('label', { class: 'labelled' }, text.layer, choice),
    fields.root,
    row,
    section(text.add, [], adding, element('label', { class: 'labelled' }, text.beginning, begin)),
    problem,
    section(text.consequences, [state], element('div', { class: 'table-box', tabindex: 0 }, table), notes),
    element('div', { class: 'layer-apply' }, cancel, apply),
  );
  for (const kind of addedKinds) kinds.append(element('option', { value: kind }, text.kinds[kind]));

  function show(): void {
    if (root.hidden) return;
    const { from, draft, chosen, beginning, problem: why } = editing.get();
    const layer = layerIn(draft, chosen)!;
    choice.replaceChildren(...draft.layers.map(({ id, name }) => element('option', { value: id }, name)));
    choice.value = chosen;
    fields.show(layer, layerIn(from, chosen), draft);
    begin.value = beginning;
    // An alert is read out whenever it is written.
    if (problem.textContent !== why) problem.textContent = why;
    const changed = draft !== from;
    apply.disabled = !changed || store.get().role === 'viewer';
    cancel.disabled = !changed;
    state.textContent = changed ? '' : text.nothing;
    showConsequences();
  }

  function showConsequences(): void {
    const { from, draft, chosen } = editing.get();
    const rows = consequencesOf(from, draft);
    const sum = (side: 'before' | 'after') => rows.reduce((total, each) => total + (each[side]?.parameters ?? 0), 0);
    const arrow = (before: string | undefined, after: string | undefined) =>
      before === after ? [before ?? ''] : [`${before ?? '–'} → `, element('b', {}, after ?? text.gone)];
    const shape = (of: readonly number[] | undefined) => of && shapeText(of);
    const count = (of: number | undefined) => (of === undefined ? undefined : of === 0 ? '–' : whole(of));
    table.replaceChildren(
      element(
        'thead',
        {},
        element('tr', {}, ...Object.values(text.columns).map(name => element('th', { scope: 'col' }, name))),
      ),
      element(
        'tbody',
        {},
        ...rows.map(({ name, before, after, layer }) =>
          element(
            'tr',
            { class: layer === chosen ? 'chosen' : undefined },
            element('th', { scope: 'row' }, name),
            element('td', {}, ...arrow(shape(before?.shape), shape(after?.shape))),
            element('td', {}, ...arrow(count(before?.parameters), count(after?.parameters))),
          ),
        ),
      ),
      element(
        'tfoot',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, text.all),
          element('td', {}),
          element('td', {}, ...arrow(whole(sum('before')), whole(sum('after')))),
        ),
      ),
    );
    const { written, run } = store.get();
    const kept = new Set(draft.layers.map(({ id }) => id));
    const lost = [...written.formulas].filter(([tensor]) => !kept.has(tensor.slice(0, tensor.indexOf('/'))));
    const formulas = lost.reduce((total, [, own]) => total + own.size, 0);
    const told = [
      ...(draft === from ? [] : [text.memory(memoryText(bytesOf(from)), memoryText(bytesOf(draft)))]),
      ...(formulas > 0 ? [text.overridesGo(formulas)] : []),
      ...(draft !== from && run && isUnderWay(run.state)
        ? [run.state.status === 'paused' ? text.runEnds : text.duringRun]
        : []),
    ];
    notes.replaceChildren(...told.map(sentence => element('li', {}, sentence)));
  }

  choice.addEventListener('change', () => editing.choose(choice.value));
  begin.addEventListener('change', () => editing.begin(begin.value as Beginning));
  body.addEventListener('keydown', event => void editsKey(event, editing));
  parent.append(root);
  return destroyAll(root, [end, editing.onChange(show), store.on(['side', 'run', 'role', 'written'], show)]);
}

const layerIn = ({ layers }: NetworkSpec, id: LayerId) => layers.find(layer => layer.id === id);

/** Maps with their channels first, as they are below each other. */
function shapeText(shape: readonly number[]): string {
  const [height, width, channels] = shape;
  return shape.length === 3 ? formatShape([...(channels === 1 ? [] : [channels]), height, width]) : formatShape(shape);
}

function memoryText(bytes: number): string {
  return bytes < 1e6 ? `${whole(Math.ceil(bytes / 1000))} KB` : `${whole(Math.round(bytes / 1e6))} MB`;
}
