/** The network as a graph, in a drawer under the sheet. Its edits wait for "Apply" in the panel of layers. */
import { addedKinds, type AddedKind } from '../../shared/layer-edits/defaults.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import type { MenuNode } from '../../shared/menu.ts';
import { messages } from '../../shared/messages.ts';
import type { Layer } from '../../shared/network.ts';
import type { LayerId } from '../../shared/tensor.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element, FOCUS_SHEET, icon, iconButton, type IconName } from '../core/element.ts';
import { inOwnFrame } from '../core/frames.ts';
import { pointerAt } from '../core/magnified.ts';
import { shownFor } from '../core/layer-places.ts';
import type { Store, View } from '../core/store.ts';
import { openMenu } from '../parts/menu.ts';
import type { Advice } from './advice.ts';
import { createAdviceList } from './advice-list.ts';
import { boxTexts } from './graph-boxes.ts';
import { createDrags } from './graph-drag.ts';
import { neighbourOf } from './graph-keys.ts';
import { createGraphList } from './graph-list.ts';
import { createGraphView } from './graph-view.ts';
import { editsKey, type LayerEditing } from './layer-editing.ts';

export function createGraph(
  parent: Element,
  store: Store,
  { editing, advice }: { editing: LayerEditing; advice: Advice },
  commands: Commands,
): View {
  const text = messages.graph;
  const { platform } = store.get().capabilities;
  const view = createGraphView();
  const list = createGraphList();
  const legend = element('small', { role: 'status' });
  const add = element(
    'button',
    { type: 'button', class: 'button outlined small', 'aria-haspopup': 'menu', title: text.addHelp },
    messages.layerEdits.add,
    icon('down'),
  );
  const tool = (label: string, name: IconName, to: 'in' | 'out' | 'fit') =>
    iconButton(name, label, () => view.zoom(to));
  /** Whether the layers are boxes with wires, or a table. */
  let mode: 'graph' | 'list' = 'graph';
  const modes = (['graph', 'list'] as const).map(name => {
    const button = element('button', { type: 'button', 'aria-pressed': name === mode }, text.modes[name]);
    button.addEventListener('click', () => turnTo(name));
    return [name, button] as const;
  });
  const turnTo = (next: typeof mode) => {
    mode = next;
    for (const [name, button] of modes) button.setAttribute('aria-pressed', String(name === mode));
    zooms.hidden = mode === 'list';
    view.root.hidden = mode === 'list';
    list.root.hidden = mode === 'graph';
    show();
  };
  const zooms = element(
    'span',
    { class: 'graph-zooms' },
    tool(text.zoomOut, 'minus', 'out'),
    tool(text.fit, 'fit', 'fit'),
    tool(text.zoomIn, 'plus', 'in'),
  );
  const advices = createAdviceList(store, advice);
  advices.root.classList.add('graph-advice');
  const focusSheet = () => document.querySelector('.sheet-host')?.dispatchEvent(new Event(FOCUS_SHEET));
  const close = iconButton('close', text.close, () => {
    store.set({ graph: false });
    focusSheet();
  });
  const root = element(
    'section',
    { class: 'graph', 'aria-label': text.title, hidden: true },
    element(
      'h2',
      {},
      text.title,
      legend,
      element(
        'span',
        { class: 'graph-tools' },
        add,
        zooms,
        element(
          'span',
          { class: 'segmented', role: 'group', 'aria-label': text.mode },
          ...modes.map(([, each]) => each),
        ),
        close,
      ),
    ),
    view.root,
    list.root,
    advices.root,
  );
  /** What stands for a layer in the drawer and takes the keyboard. */
  const partOf = (id: LayerId) =>
    mode === 'graph' ? view.boxOf(id) : (list.rowOf(id)?.querySelector<HTMLElement>('button') ?? undefined);

  const mayEdit = () => store.get().role !== 'viewer';
  const layerIn = (id: LayerId): Layer | undefined => editing.get().draft.layers.find(layer => layer.id === id);
  /** Chooses a layer everywhere. One that isn't in the sheet yet is chosen in panel and graph. */
  const choose = (id: LayerId) => {
    editing.choose(id);
    const shown = shownFor(store.get().sheet, id);
    if (shown !== undefined) commands.run('network.showLayer', shown);
    partOf(id)?.focus({ preventScroll: true });
  };
  /** Edits wait in the panel, so it is opened. The keyboard stays here. */
  const edit = (make: () => boolean) => {
    if (!mayEdit()) return;
    store.set({ side: 'layers' });
    make();
  };
  const drags = createDrags(view, (from, to) => edit(() => editing.shortcut(from, to)));

  /** The menu of the kinds of layers, at a button or box. An entry can also be dragged onto a wire. */
  const chooseKind = (anchor: HTMLElement, focus: 'first' | 'none') => {
    if (!mayEdit()) return;
    const menu = openMenu(
      addedKinds.map(kind => ({
        kind: 'command',
        id: 'add',
        argument: kind,
        label: messages.layerEdits.kinds[kind],
        enabled: true,
      })),
      anchor,
      {
        label: messages.layerEdits.add,
        platform,
        side: 'below',
        focus,
        run: ({ argument }) => edit(() => editing.add(argument as AddedKind)),
      },
    );
    for (const [i, item] of [...menu.root.querySelectorAll<HTMLElement>('[role="menuitem"]')].entries()) {
      const kind = addedKinds[i];
      item.addEventListener('pointerdown', event => {
        const label = messages.layerEdits.kinds[kind];
        const drop = ({ from, to }: { from: LayerId; to: LayerId }) => edit(() => editing.add(kind, from, to));
        drags.begin(event, { kind: 'layer', label, drop }, () => menu.close());
      });
    }
  };
  const layerMenu = (layer: Layer, event: MouseEvent) => {
    const { x, y } = pointerAt(event);
    const anchor = element('div', { class: 'sheet-menu-anchor' });
    anchor.style.transform = `translate(${x}px, ${y}px)`;
    document.body.append(anchor);
    const words = messages.layerEdits;
    const item = (id: string, label: string, accelerator: string, enabled = mayEdit()): MenuNode => ({
      kind: 'command',
      id,
      argument: layer.id,
      label,
      accelerator,
      enabled,
    });
    const inner = layer.kind !== 'input' && mayEdit();
    const nodes: MenuNode[] = [
      item('network.editLayer', text.edit, 'Enter', true),
      item('add', words.add, 'Insert'),
      item('network.duplicateLayer', words.duplicate, '', inner),
      item('network.upLayer', words.up, 'Alt+Up', inner),
      item('network.downLayer', words.down, 'Alt+Down', inner),
      item('network.removeLayer', words.remove, 'Delete', inner),
    ];
    openMenu(nodes, anchor, {
      label: text.menu(layer.name),
      platform,
      side: 'below',
      focus: 'none',
      onClose: () => anchor.remove(),
      run({ id, argument }) {
        if (id === 'add') chooseKind(partOf(layer.id)!, 'first');
        else commands.run(id, argument);
      },
    });
  };

  const show = () => {
    root.hidden = !store.get().graph;
    if (root.hidden) return;
    const { from, draft, chosen, problem } = editing.get();
    const { sheet } = store.get();
    const { boxes, gone } = boxTexts(sheet.network === from ? sheet : buildSheet(from), draft);
    const before = new Map(from.layers.map(({ id, inputs }) => [id, inputs]));
    view.show({
      boxes,
      layers: draft.layers,
      chosen,
      isAdded: wire => !before.get(wire.to)?.includes(wire.from),
    });
    const told = [...(draft === from ? [] : [text.changes]), ...(gone.length > 0 ? [text.gone(gone)] : [])];
    legend.textContent = problem === '' ? told.join(' · ') : problem;
    legend.classList.toggle('problem', problem !== '');
    add.disabled = !mayEdit();
    if (mode === 'list') list.show(from, draft, boxes, chosen);
    else reveal(chosen);
    showAdvice();
  };
  const showAdvice = () => {
    if (root.hidden) return;
    const { from, draft, chosen } = editing.get();
    advices.show(chosen, draft !== from);
    advices.root.hidden = advice.findings().length + advice.hushed() === 0 && advice.problem() === '';
  };
  let revealed: LayerId | undefined;
  const reveal = (chosen: LayerId) => {
    if (chosen === revealed) return;
    revealed = chosen;
    view.scrollTo(chosen);
  };
  const later = inOwnFrame(show);

  add.addEventListener('click', ({ detail }) => chooseKind(add, detail === 0 ? 'first' : 'none'));
  const boxAt = (event: Event) => (event.target as Element).closest<HTMLElement>('[data-layer]');
  for (const part of [view.boxes, list.root]) {
    part.addEventListener('click', event => {
      const layer = boxAt(event)?.dataset.layer;
      if (layer !== undefined) choose(layer);
    });
    part.addEventListener('dblclick', event => {
      const layer = boxAt(event)?.dataset.layer;
      if (layer !== undefined) commands.run('network.editLayer', layer);
    });
    part.addEventListener('contextmenu', event => {
      const layer = layerIn(boxAt(event)?.dataset.layer ?? '');
      if (!layer) return;
      event.preventDefault();
      choose(layer.id);
      layerMenu(layer, event);
    });
    part.addEventListener('keydown', onKey);
  }
  view.boxes.addEventListener('pointerdown', event => {
    const layer = layerIn(boxAt(event)?.dataset.layer ?? '');
    if (!layer || !mayEdit()) return;
    const isPort = (event.target as Element).matches('.graph-port');
    if (isPort) drags.begin(event, { kind: 'wire', from: layer.id });
    else if (layer.kind !== 'input') {
      const drop = ({ from, to }: { from: LayerId; to: LayerId }) => edit(() => editing.moveTo(layer.id, from, to));
      drags.begin(event, { kind: 'layer', label: layer.name, layer: layer.id, drop });
    }
  });
  view.root.addEventListener(
    'wheel',
    event => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      view.zoom(event.deltaY < 0 ? 'in' : 'out');
    },
    { passive: false },
  );
  root.addEventListener('keydown', event => {
    if (editsKey(event, editing) || event.key !== 'Escape') return;
    event.stopPropagation();
    focusSheet();
  });
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey) return;
    const { chosen } = editing.get();
    const actions: Readonly<Record<string, (() => void) | undefined>> = {
      Enter: () => commands.run('network.editLayer', chosen),
      F2: () => commands.run('network.editLayer', chosen),
      Insert: () => chooseKind(partOf(chosen)!, 'first'),
      Delete: () => edit(() => editing.edit('remove')),
      'Alt+ArrowUp': () => edit(() => editing.edit('up')),
      'Alt+ArrowDown': () => edit(() => editing.edit('down')),
      'Alt+ArrowLeft': () => edit(() => editing.edit('up')),
      'Alt+ArrowRight': () => edit(() => editing.edit('down')),
      '+': () => view.zoom('in'),
      '-': () => view.zoom('out'),
      '0': () => view.zoom('fit'),
    };
    const action = actions[event.altKey ? `Alt+${event.key}` : event.key];
    const isMove = !action && !event.altKey;
    const next = () =>
      mode === 'graph' ? neighbourOf(view.picture(), chosen, event.key) : list.neighbourOf(chosen, event.key);
    const to = isMove ? next() : undefined;
    if (!action && to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (action) action();
    else choose(to!);
  }

  const resized = new ResizeObserver(() => {
    view.zoom('follow');
    view.scrollTo(editing.get().chosen);
  });
  resized.observe(view.root);
  parent.append(root);
  show();
  return destroyAll(root, [
    store.on(['graph', 'role'], show),
    editing.onChange(later.request),
    advice.onChange(showAdvice),
    later.cancel,
    () => resized.disconnect(),
  ]);
}
