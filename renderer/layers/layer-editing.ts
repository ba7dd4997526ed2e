/** The edits of layers that wait for "Apply". The panel, the list and the graph show them and make them. */
import type { LayersChange } from '../../shared/changes/kinds.ts';
import { UserError } from '../../shared/errors.ts';
import {
  type Activation,
  type AddedKind,
  gatheringKinds,
  NEW_RATE,
  newLayers,
} from '../../shared/layer-edits/defaults.ts';
import {
  addLayer,
  addShortcut,
  builtInAgain,
  changeKind,
  connectLayer,
  duplicateLayer,
  type Edited,
  moveLayer,
  readersOf,
  removeLayer,
  renameLayer,
  setActivation,
  setLayer,
} from '../../shared/layer-edits/edits.ts';
import type { Beginning } from '../../shared/layer-edits/kept.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { inferShapes, type Layer, type NetworkSpec } from '../../shared/network.ts';
import type { LayerId, TensorId } from '../../shared/tensor.ts';
import type { Client } from '../core/client.ts';
import { giveFocusBack } from '../core/element.ts';
import { layerOfCell, shownFor } from '../core/layer-places.ts';
import { isUnderWay } from '../core/run-view.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store, Values, View } from '../core/store.ts';
import { changesIn } from './layer-draft.ts';
import { problemOf } from './setting-words.ts';

/** What is being edited. `from`: the network as it was when the edits began; `draft`: as they make it, the same object
 *  where there are none. */
type Edits = {
  from: NetworkSpec;
  draft: NetworkSpec;
  /** Layers that begin with the parameters of others. */
  copies: readonly (readonly [copy: LayerId, of: LayerId])[];
  beginning: Beginning;
  /** Rates of dropout layers. */
  rates: ReadonlyMap<LayerId, number>;
  /** The layer that is edited. */
  chosen: LayerId;
  /** Why the last edit can't be made. Empty if it could. */
  problem: string;
};
export type LayerAction = 'duplicate' | 'remove' | 'up' | 'down';

export type LayerEditing = View & {
  get(): Readonly<Edits>;
  /** Calls back after every change of what `get` gives. */
  onChange(callback: () => void): () => void;
  choose(layer: LayerId): void;
  /** Makes an edit. Returns whether it could be made; if not, `problem` says why. */
  edit(action: LayerAction, layer?: LayerId): boolean;
  /** Adds a layer after another one, on the wire to `reader` if that is given. */
  add(kind: AddedKind, after?: LayerId, reader?: LayerId): boolean;
  /** Moves a layer onto a wire. */
  moveTo(layer: LayerId, after: LayerId, reader: LayerId): boolean;
  /** Lets a layer also read an earlier one; see `addShortcut`. */
  shortcut(from: LayerId, to: LayerId): boolean;
  /** Puts the built-in layer in the place of the chosen formula layer. */
  builtIn(): boolean;
  set(setting: string, value: unknown): boolean;
  rename(name: string): boolean;
  connect(inputs: readonly LayerId[]): boolean;
  /** Puts a layer of another kind in the chosen one's place. */
  changeKind(kind: AddedKind): boolean;
  /** Lets this activation come after the chosen layer, or none. */
  activate(kind: Activation | undefined): boolean;
  /** What share of numbers a dropout layer drops. It is a parameter, so it isn't in the network. */
  rateOf(layer: LayerId): number;
  setRate(rate: number): boolean;
  begin(beginning: Beginning): void;
  /** Forgets the edits. */
  reset(): void;
  /** Makes the edits, as one step to undo. */
  apply(): Promise<void>;
};

export function createLayerEditing(store: Store, values: Values, client: Client): LayerEditing {
  const { sheet, active } = store.get();
  const { network } = sheet;
  let state: Edits = {
    from: network,
    draft: network,
    copies: [],
    beginning: 'identity',
    rates: new Map(),
    chosen: layerOfCell(sheet, active) ?? network.layers[0].id,
    problem: '',
  };
  let applying = false;
  const listeners = new Set<() => void>();
  const put = (patch: Partial<Edits>) => {
    state = { ...state, ...patch };
    for (const callback of listeners) callback();
  };

  /** Makes an edit, or shows why it can't be made. */
  function attempt(next: () => NetworkSpec | Edited, patch: Partial<Edits> = {}): boolean {
    try {
      const made = next();
      const [draft, chosen] = 'layer' in made ? [made.network, made.layer] : [made, state.chosen];
      const rates = patch.rates ?? state.rates;
      const isSame = rates.size === 0 && changesIn(state.from, draft) === 0;
      put({ chosen, problem: '', ...patch, draft: isSame ? state.from : draft });
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      put({ problem: problemOf(error) });
      return false;
    }
  }

  function duplicate(layer: LayerId): boolean {
    return attempt(() => {
      const copy = duplicateLayer(state.draft, layer);
      const origin = state.copies.find(([other]) => other === layer)?.[1] ?? layer;
      state = { ...state, copies: [...state.copies, [copy.layer, origin]] };
      return copy;
    });
  }

  function edit(action: LayerAction, id = state.chosen): boolean {
    const { draft } = state;
    const layer = layerIn(draft, id);
    if (!layer) return false;
    if (action === 'duplicate') return duplicate(id);
    if (action === 'remove') return attempt(() => removeLayer(draft, id), { chosen: layer.inputs[0] });
    const to = action === 'up' ? layerIn(draft, layer.inputs[0])?.inputs[0] : readersOf(draft, id)[0]?.id;
    return attempt(() => {
      if (to === undefined) throw new UserError(sentences.layerEdits.noPlace(layer.name));
      return { network: moveLayer(draft, id, to), layer: id };
    });
  }

  function reset(): void {
    const { network } = store.get().sheet;
    // In the place of a layer that isn't there (any more), the one that it came after is chosen.
    let layer = layerIn(state.draft, state.chosen);
    while (layer && !layerIn(network, layer.id)) layer = layerIn(state.draft, layer.inputs[0]);
    const chosen = (layer ?? network.layers[0]).id;
    put({ from: network, draft: network, copies: [], rates: new Map(), chosen, problem: '' });
  }

  async function apply(): Promise<void> {
    const { from, draft, copies, beginning, rates } = state;
    if (applying || draft === from) return;
    applying = true;
    const focused = document.activeElement;
    try {
      await endPausedRun(store, client);
      const { structure } = store.get();
      const change: LayersChange = { kind: 'layers', network: draft, beginning, seed: SEED, copies };
      const layers = changesIn(from, draft);
      const edits = [...rates].flatMap(([id, rate]) =>
        layerIn(draft, id) ? [{ tensor: `${id}/rate` as const, values: Float32Array.of(rate) }] : [],
      );
      const label = sentences.layerEdits.label(Math.max(1, layers));
      const changes = [
        ...(layers > 0 ? [change] : []),
        ...(edits.length > 0 ? [{ kind: 'values' as const, edits }] : []),
      ];
      await client.send('change', { structure, label, changes });
      reset();
    } catch (error) {
      put({ problem: sentenceOf(error) });
    } finally {
      applying = false;
      requestAnimationFrame(() => requestAnimationFrame(() => keepFocus(focused)));
    }
  }

  /** Keeps the rates of dropout layers at hand. */
  const watchRates = () => {
    const { layout, network, tensors } = store.get().sheet;
    const rates = network.layers.map(({ id }): TensorId => `${id}/rate`).filter(id => tensors.has(id));
    const cells = rates.map(id => ({ ...layout.cellOf(id, 0), height: 1, width: 1 }));
    values.show(
      'layers',
      cells.flatMap(cell => layout.blocksIn(cell)),
    );
  };
  watchRates();
  const rateOf = (id: LayerId): number => {
    const known = state.rates.get(id);
    if (known !== undefined) return known;
    const origin = state.copies.find(([copy]) => copy === id)?.[1] ?? id;
    const shown = values.element(`${origin}/rate`, 0);
    return typeof shown === 'number' ? shown : NEW_RATE;
  };
  const setRate = (rate: number) => {
    const { draft, chosen, rates } = state;
    return attempt(
      () => {
        if (!(rate >= 0 && rate < 1)) throw new UserError(sentences.layerEdits.badRate);
        return { network: { ...draft }, layer: chosen };
      },
      { rates: new Map([...rates, [chosen, Math.fround(rate)]]) },
    );
  };

  /** The sheet in which the active cell was last. */
  let chosenIn = sheet;
  const ends = [
    () => values.show('layers', []),
    store.on(['sheet'], watchRates),
    store.on(['sheet'], ({ sheet }) => {
      // Another network: what was being edited isn't there any more, or is applied. From then on, and not only from
      // the engine's answer on, undo is the workbook's.
      const { from, draft } = state;
      if (sheet.network !== from && (!applying || isSame(sheet.network, draft))) reset();
    }),
    // The layer of the active cell is chosen, as long as nothing is being edited. With another network the cell only
    // follows its element, and the chosen layer stays.
    store.on(['active'], ({ sheet, active }) => {
      const isOther = sheet !== chosenIn;
      chosenIn = sheet;
      if (isOther || state.draft !== state.from) return;
      const layer = layerOfCell(sheet, active);
      if (layer !== undefined && layer !== shownFor(sheet, state.chosen)) put({ chosen: layer, problem: '' });
    }),
  ];
  return {
    get: () => state,
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    choose(layer) {
      if (layer !== state.chosen && layerIn(state.draft, layer)) put({ chosen: layer, problem: '' });
    },
    edit,
    add: (kind, after = state.chosen, reader) =>
      attempt(() => added(state.draft, layerIn(state.draft, after)!, kind, reader)),
    moveTo: (layer, after, reader) => attempt(() => ({ network: moveLayer(state.draft, layer, after, reader), layer })),
    shortcut: (from, to) => attempt(() => addShortcut(state.draft, from, to)),
    builtIn: () => attempt(() => builtInAgain(state.draft, state.chosen)),
    set: (setting, value) => attempt(() => setLayer(state.draft, state.chosen, { [setting]: value })),
    rename: name => attempt(() => renameLayer(state.draft, state.chosen, name)),
    connect: inputs => attempt(() => connectLayer(state.draft, state.chosen, inputs)),
    changeKind: kind => attempt(() => changeKind(state.draft, state.chosen, kind)),
    activate: kind => attempt(() => setActivation(state.draft, state.chosen, kind)),
    rateOf,
    setRate,
    begin: beginning => put({ beginning }),
    reset,
    apply,
    destroy() {
      for (const end of ends) end();
    },
  };
}

const isSame = (one: NetworkSpec, other: NetworkSpec): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Ctrl+Enter applies edits that wait, and Escape forgets them, or one that was refused. Returns whether it was one of
 *  these keys. */
export function editsKey(event: KeyboardEvent, editing: LayerEditing): boolean {
  const applies = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
  const { draft, from, problem } = editing.get();
  const forgets = event.key === 'Escape' && problem !== '';
  if (!forgets && (draft === from || !(applies || event.key === 'Escape'))) return false;
  event.preventDefault();
  event.stopPropagation();
  if (applies) void editing.apply();
  else editing.reset();
  return true;
}

/** Gives the keyboard back to a control, if the sheet took it when it was built for another network. */
function keepFocus(focused: Element | null): void {
  const now = document.activeElement;
  const isTaken = now === document.body || now?.closest('.sheet-host');
  if (isTaken && focused instanceof HTMLElement && focused.isConnected) giveFocusBack(focused);
}

/** New values follow from this. They are the same each time an edit is tried. */
export const SEED = 1;

const layerIn = ({ layers }: NetworkSpec, id: LayerId | undefined) => layers.find(layer => layer.id === id);

/** A new layer of a kind after another one. A kind that gathers several layers also reads what the other one reads. */
function added(network: NetworkSpec, after: Layer, kind: AddedKind, reader?: LayerId): Edited {
  const shape = inferShapes(network).get(after.id)!;
  const others = gatheringKinds.has(kind) ? [after.inputs[0] ?? after.id] : [];
  return addLayer(network, after.id, newLayers[kind](shape), others, reader);
}

/** Ends a paused run and waits until its weights are in the workbook. Throws UserError while a run trains. */
export async function endPausedRun(store: Store, client: Client): Promise<void> {
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
