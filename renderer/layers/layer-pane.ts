/** The panel on the right of the sheet in which layers are edited. Nothing changes before "Apply". */
import type { Command } from '../../shared/change.ts';
import { addedKinds, type AddedKind } from '../../shared/layer-edits/defaults.ts';
import { type Beginning, beginnings, type Begun, begunWith } from '../../shared/layer-edits/kept.ts';
import { messages } from '../../shared/messages.ts';
import { memorySize, whole } from '../../shared/messages/format.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { LayerId } from '../../shared/tensor.ts';
import type { Client } from '../core/client.ts';
import { destroyAll, element } from '../core/element.ts';
import { foldable } from '../core/foldable.ts';
import { isUnderWay } from '../core/run-view.ts';
import type { Store, View } from '../core/store.ts';
import { createSide, section } from '../parts/sides.ts';
import type { Advice } from './advice.ts';
import { createAdviceList } from './advice-list.ts';
import { shapeText } from './graph-boxes.ts';
import { bytesOf, consequencesOf } from './layer-draft.ts';
import { editsKey, type LayerEditing } from './layer-editing.ts';
import { createFormulaFields } from './formula-fields.ts';
import { createLayerFields } from './layer-fields.ts';
import { answerText, followPreview, toldOf } from './layer-preview.ts';
import { trainable } from '../training/setup.ts';

/** `run` makes a change of cells. */
export function createLayerPane(
  parent: Element,
  store: Store,
  client: Client,
  { editing, advice, run }: { editing: LayerEditing; advice: Advice; run: (command: Command) => void },
): View {
  const text = messages.layerEdits;
  const { root, body, end } = createSide(store, 'layers', text.title);
  root.classList.add('layer-pane');

  const problem = element('p', { class: 'problem', role: 'alert' });
  const choice = element('select', { class: 'field small' });
  const fields = createLayerFields(editing);
  const advices = createAdviceList(store, advice);
  const formulas = createFormulaFields(store, editing, run);
  const kinds = element('select', { class: 'field small' });
  const begin = element(
    'select',
    { class: 'field small' },
    ...beginnings.map(name => element('option', { value: name }, text.beginnings[name])),
  );
  const table = element('table', { class: 'numbers consequences' });
  const facts = element('dl', { class: 'consequence-facts' });
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
  kinds.setAttribute('aria-label', text.newKind);
  body.append(
    element('label', { class: 'labelled' }, text.layer, choice),
    fields.root,
    formulas.root,
    row,
    advices.root,
    section(text.add, [], adding, element('label', { class: 'labelled' }, text.beginning, begin)),
    problem,
    section(text.consequences, [state], facts, notes, element('div', { class: 'table-box', tabindex: 0 }, table)),
    element('div', { class: 'layer-apply' }, cancel, apply),
  );
  for (const kind of addedKinds) kinds.append(element('option', { value: kind }, text.kinds[kind]));

  function show(): void {
    if (root.hidden) return;
    const { from, draft, chosen, beginning, problem: why } = editing.get();
    const layer = layerIn(draft, chosen)!;
    choice.replaceChildren(...draft.layers.map(({ id, name }) => element('option', { value: id }, name)));
    choice.value = chosen;
    fields.show(layer, layerIn(from, chosen), draft, why !== '');
    formulas.show();
    begin.value = beginning;
    // An alert is read out whenever it is written.
    if (problem.textContent !== why) problem.textContent = why;
    const changed = draft !== from;
    // Nothing typed waits here, so undo is the workbook's again.
    fields.root.toggleAttribute('data-settled', !changed && why === '');
    apply.disabled = !changed || store.get().role === 'viewer';
    cancel.disabled = !changed;
    state.textContent = changed ? '' : text.nothing;
    // Where the graph is open, advice stands under it.
    advices.root.hidden = store.get().graph;
    if (!store.get().graph) advices.show(chosen, changed);
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
    showFacts();
    showNotes();
  }

  /** What users wrote or chose that the edits change, and the run that they end. */
  function showNotes(): void {
    if (root.hidden) return;
    const { from, draft } = editing.get();
    const { run, setup, foldedLayers } = store.get();
    const told = [
      ...toldOf(preview.get()),
      ...lostWith(draft, from, setup.layerRates, foldedLayers),
      ...(draft !== from && run && isUnderWay(run.state)
        ? [run.state.status === 'paused' ? text.runEnds : text.duringRun]
        : []),
    ];
    notes.replaceChildren(...told.map(sentence => element('li', {}, sentence)));
  }

  choice.addEventListener('change', () => editing.choose(choice.value));
  begin.addEventListener('change', () => editing.begin(begin.value as Beginning));
  body.addEventListener('keydown', event => void editsKey(event, editing));
  /** What is kept and new, the answer, and the memory. They stay below each other while one types. */
  function showFacts(): void {
    const { from, draft, copies, beginning } = editing.get();
    facts.hidden = draft === from;
    if (draft === from) return;
    const { layers, lost } = begunWith(from, draft, { beginning, copies });
    const found = preview.get();
    const rows: [label: string, ...content: (Node | string)[]][] = [
      [text.kept, ...keptParts(layers, lost)],
      [text.fresh, freshText(layers, draft)],
      ...(found ? [[text.answer, answerText(found, store.get().classes)] as [string, string]] : []),
      [text.memoryName, text.becomes(memorySize(bytesOf(from)), memorySize(bytesOf(draft)))],
    ];
    facts.replaceChildren(
      ...rows.flatMap(([label, ...content]) => [element('dt', {}, label), element('dd', {}, ...content)]),
    );
  }

  const preview = followPreview(store, client, editing, show);
  parent.append(root);
  const ends = [
    end,
    editing.onChange(show),
    advice.onChange(show),
    store.on(['side', 'role', 'written', 'setup', 'foldedLayers', 'sheet', 'graph'], show),
    // Only these, because the pressed or focused buttons of the others would go with every progress of a run.
    store.on(['run'], showNotes),
  ];
  return destroyAll(root, [...ends, () => preview.destroy()]);
}

const layerIn = ({ layers }: NetworkSpec, id: LayerId) => layers.find(layer => layer.id === id);

/** How many parameters keep their values, and a bar with their share of all that there will be. */
function keptParts(layers: ReadonlyMap<LayerId, Begun>, lost: number): (Node | string)[] {
  const text = messages.layerEdits;
  const sum = (part: 'kept' | 'zeros' | 'fresh') => [...layers.values()].reduce((all, own) => all + own[part], 0);
  const kept = sum('kept');
  const all = kept + sum('zeros') + sum('fresh');
  const bar = element('span', { class: 'kept-bar', 'aria-hidden': true }, element('span', {}));
  (bar.firstChild as HTMLElement).style.width = `${all === 0 ? 100 : (100 * kept) / all}%`;
  return [lost === 0 ? text.keptAll(kept) : text.keptSome(kept, kept + lost), bar];
}

/** How many parameters are new, and where. */
function freshText(layers: ReadonlyMap<LayerId, Begun>, { layers: all }: NetworkSpec): string {
  const text = messages.layerEdits;
  const parts = all.flatMap(({ id, name }) => {
    const own = layers.get(id);
    if (!own) return [];
    return [
      ...(own.fresh > 0 ? [own.passesOn ? text.freshPassing(own.fresh, name) : text.freshIn(own.fresh, name)] : []),
      ...(own.zeros > 0 ? [text.freshZeros(own.zeros, name)] : []),
    ];
  });
  return parts.length === 0 ? text.freshNone : parts.join(', ');
}

/** What goes with layers: learning rates of their own, and folding. */
function lostWith(
  draft: NetworkSpec,
  from: NetworkSpec,
  rates: Readonly<Record<LayerId, number>>,
  folded: ReadonlySet<LayerId>,
): string[] {
  const text = messages.layerEdits;
  const [trained, foldables] = [new Set(trainable(draft).map(({ id }) => id)), new Set(foldable(draft))];
  const named = (ids: readonly LayerId[]) => from.layers.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  const withRates = named(Object.keys(rates).filter(id => !trained.has(id)));
  const unfolded = named([...folded].filter(id => !foldables.has(id) && layerIn(draft, id)));
  return [
    ...(withRates.length > 0 ? [text.ratesGo(withRates)] : []),
    ...(unfolded.length > 0 ? [text.foldsGo(unfolded)] : []),
  ];
}
