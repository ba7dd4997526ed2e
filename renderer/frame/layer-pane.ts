/** The panel on the right of the sheet in which layers are edited. Nothing changes before "Apply". */
import type { LayersChange } from '../../shared/changes/kinds.ts';
import { UserError } from '../../shared/errors.ts';
import { addedKinds, type AddedKind, gatheringKinds, newLayers } from '../../shared/layer-edits/defaults.ts';
import {
  addLayer,
  connectLayer,
  duplicateLayer,
  moveLayer,
  readersOf,
  removeLayer,
  renameLayer,
  setLayer,
} from '../../shared/layer-edits/edits.ts';
import { type Beginning, beginnings } from '../../shared/layer-edits/kept.ts';
import { messages } from '../../shared/messages.ts';
import { whole } from '../../shared/messages/format.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { inferShapes, type Layer, type NetworkSpec } from '../../shared/network.ts';
import { formatShape, type LayerId } from '../../shared/tensor.ts';
import type { Client } from '../core/client.ts';
import { destroyAll, element } from '../core/element.ts';
import { isUnderWay } from '../core/run-view.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store, View } from '../core/store.ts';
import { createSide, focusSide, section } from '../parts/sides.ts';
import { createLayerFields } from './layer-fields.ts';
import { bytesOf, changesIn, consequencesOf } from './layer-draft.ts';

/** Where layers are edited, for the commands and the list of layers. */
export type LayerEditing = {
  /** Opens the panel for a layer: the one of the active cell, if none is named. */
  open(layer?: LayerId): void;
  /** Makes an edit in the panel, which is applied later. */
  edit(action: LayerAction, layer?: LayerId, kind?: AddedKind): void;
};
export type LayerAction = 'add' | 'duplicate' | 'remove' | 'up' | 'down';

export function createLayerPane(parent: Element, store: Store, client: Client): View & LayerEditing {
  const text = messages.layerEdits;
  const { root, body, end } = createSide(store, 'layers', text.title);
  root.classList.add('layer-pane');
  /** The network as it was when the edits began, and as they make it. */
  let from = store.get().sheet.network;
  let draft = from;
  /** Layers that begin with the parameters of others. */
  let copies: [copy: LayerId, of: LayerId][] = [];
  let chosen: LayerId = from.layers[0].id;
  let beginning: Beginning = 'identity';
  let applying = false;

  const layerIn = (network: NetworkSpec, id: LayerId) => network.layers.find(layer => layer.id === id);
  const problem = element('p', { class: 'problem', role: 'alert' });
  const choice = element('select', { class: 'field small' });
  const fields = createLayerFields({
    set: (setting, value) => attempt(() => setLayer(draft, chosen, { [setting]: value })),
    rename: name => attempt(() => renameLayer(draft, chosen, name)),
    connect: inputs => attempt(() => connectLayer(draft, chosen, inputs)),
  });
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
    ...(['duplicate', 'up', 'down', 'remove'] as const).map(name => press(text[name], () => edit(name))),
  );
  const adding = element(
    'div',
    { class: 'layer-adding' },
    kinds,
    press(text.addButton, () => edit('add')),
  );
  const apply = press(text.apply, () => void send(), 'primary');
  const cancel = press(text.cancel, () => reset(), 'outlined');
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

  /** Makes an edit, or shows why it can't be made. */
  function attempt(next: () => NetworkSpec): boolean {
    try {
      const made = next();
      draft = changesIn(from, made) === 0 ? from : made;
      problem.textContent = '';
      show();
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problem.textContent = sentenceOf(error);
      return false;
    }
  }

  function edit(action: LayerAction, kind = kinds.value as AddedKind): void {
    const layer = layerIn(draft, chosen)!;
    attempt(() => {
      if (action === 'add') return choose(added(draft, layer, kind));
      if (action === 'duplicate') {
        const copy = duplicateLayer(draft, chosen);
        const origin = copies.find(([other]) => other === layer.id)?.[1] ?? layer.id;
        copies.push([copy.layer, origin]);
        return choose(copy);
      }
      if (action === 'remove') {
        const network = removeLayer(draft, chosen);
        chosen = layer.inputs[0];
        return network;
      }
      const to = action === 'up' ? layerIn(draft, layer.inputs[0])?.inputs[0] : readersOf(draft, chosen)[0]?.id;
      if (to === undefined) throw new UserError(sentences.layerEdits.noPlace(layer.name));
      return moveLayer(draft, chosen, to);
    });
  }
  function choose({ network, layer }: { network: NetworkSpec; layer: LayerId }): NetworkSpec {
    chosen = layer;
    return network;
  }

  function reset(): void {
    from = store.get().sheet.network;
    [draft, copies] = [from, []];
    if (!layerIn(draft, chosen)) chosen = draft.layers[0].id;
    problem.textContent = '';
    show();
  }

  async function send(): Promise<void> {
    if (applying || draft === from) return;
    applying = true;
    try {
      await endPausedRun(store, client);
      const { structure } = store.get();
      const change: LayersChange = { kind: 'layers', network: draft, beginning, seed: SEED, copies };
      const label = sentences.layerEdits.label(changesIn(from, draft));
      await client.send('change', { structure, label, changes: [change] });
      applying = false;
      reset();
    } catch (error) {
      problem.textContent = sentenceOf(error);
    } finally {
      applying = false;
    }
  }

  function show(): void {
    if (root.hidden) return;
    const { role } = store.get();
    const layer = layerIn(draft, chosen)!;
    choice.replaceChildren(...draft.layers.map(({ id, name }) => element('option', { value: id }, name)));
    choice.value = chosen;
    fields.show(layer, layerIn(from, chosen), draft);
    begin.value = beginning;
    const changed = draft !== from;
    apply.disabled = !changed || role === 'viewer';
    cancel.disabled = !changed;
    state.textContent = changed ? '' : text.nothing;
    showConsequences();
  }

  function showConsequences(): void {
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

  choice.addEventListener('change', () => {
    chosen = choice.value;
    show();
  });
  begin.addEventListener('change', () => {
    beginning = begin.value as Beginning;
  });
  body.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void send();
  });
  const follow = () => {
    // Another network: what was being edited isn't there any more.
    if (store.get().sheet.network !== from && !applying) reset();
    else show();
  };
  /** The layer of the active cell, as long as nothing is being edited. */
  const followCell = () => {
    if (draft !== from || root.hidden) return;
    const { sheet, active } = store.get();
    const band = sheet.layout.bands.findLast(({ column }) => column <= active.column);
    if (band && band.layer !== chosen) {
      chosen = band.layer;
      show();
    }
  };
  parent.append(root);
  const open = (layer?: LayerId) => {
    store.set({ side: 'layers' });
    if (layer !== undefined && layerIn(draft, layer)) chosen = layer;
    else followCell();
    show();
    focusSide();
  };
  return {
    open,
    edit(action, layer, kind) {
      open(layer);
      edit(action, kind);
    },
    ...destroyAll(root, [
      end,
      store.on(['sheet'], follow),
      store.on(['side', 'run', 'role', 'written'], show),
      store.on(['active'], followCell),
    ]),
  };
}

/** New values follow from this. They are the same each time an edit is tried. */
const SEED = 1;

/** A new layer of a kind after another one. A kind that gathers several layers also reads what the other one reads. */
function added(network: NetworkSpec, after: Layer, kind: AddedKind) {
  const shape = inferShapes(network).get(after.id)!;
  const others = gatheringKinds.has(kind) ? [after.inputs[0] ?? after.id] : [];
  return addLayer(network, after.id, newLayers[kind](shape), others);
}

/** Ends a paused run and waits until its weights are in the workbook. Throws UserError while a run trains. */
async function endPausedRun(store: Store, client: Client): Promise<void> {
  const { run } = store.get();
  if (!run || !isUnderWay(run.state)) return;
  if (run.state.status !== 'paused') throw new UserError(sentences.layerEdits.duringRun);
  const ended = new Promise<void>(resolve => {
    const stop = store.on(['run'], ({ run: now }) => {
      if (now && isUnderWay(now.state)) return;
      stop();
      resolve();
    });
  });
  await client.send('controlRun', { action: 'stop' });
  await ended;
}

/** Maps with their channels first, as they are below each other. */
function shapeText(shape: readonly number[]): string {
  const [height, width, channels] = shape;
  return shape.length === 3 ? formatShape([...(channels === 1 ? [] : [channels]), height, width]) : formatShape(shape);
}

function memoryText(bytes: number): string {
  return bytes < 1e6 ? `${whole(Math.ceil(bytes / 1000))} KB` : `${whole(Math.round(bytes / 1e6))} MB`;
}
