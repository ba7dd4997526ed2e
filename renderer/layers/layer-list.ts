import { whole } from '../../shared/messages/format.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { countFormulas, shortFormulaText } from '../../shared/formula/layer-text.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import { messages, say } from '../../shared/messages.ts';
import type { Layer } from '../../shared/network.ts';
import type { Commands } from '../core/commands.ts';
import { foldedInto } from '../core/foldable.ts';
import { layerOfCell, shownFor } from '../core/layer-places.ts';
import { destroyAll, element, icon } from '../core/element.ts';
import type { State, Store, View } from '../core/store.ts';
import { moveInMenu } from '../parts/menu.ts';
import type { Advice } from './advice.ts';
import { editsKey, type LayerEditing } from './layer-editing.ts';

/** The network's layers with their shapes and numbers of parameters. The layer of the selected cell is marked. Pressing
 *  a layer goes there. */
export function createLayerList(
  parent: Element,
  store: Store,
  commands: Commands,
  { editing, advice }: { editing: LayerEditing; advice: Advice },
): View {
  const text = messages.panels;
  const total = element('small', {});
  const list = element('ul', { class: 'layers' });
  const root = element(
    'nav',
    { class: 'layers-panel', 'aria-label': text.layers },
    element('h2', {}, text.network, total),
    list,
  );
  let buttons: HTMLButtonElement[] = [];

  const build = () => {
    const { sheet, foldedLayers } = store.get();
    total.textContent = text.parameters(parametersOf(store.get()));
    const focused = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons = sheet.network.layers.map(layer => {
      const folded = foldedInto(layer, foldedLayers);
      const into = folded !== undefined && sheet.layers.get(folded)!;
      const count = parametersOf(store.get(), layer);
      const shape = into ? text.foldedIn(into.name) : shapeText(store.get(), layer);
      const button = element(
        'button',
        { type: 'button', class: into ? 'layer folded' : 'layer', tabindex: -1, 'data-layer': layer.id },
        element('span', { class: 'name', title: layer.name }, layer.name, ...(layer.kind === 'formula' ? fx() : [])),
        !into && layer.kind === 'formula' ? formulaOf(layer, shape) : element('span', { class: 'shape' }, shape),
        !into &&
          element(
            'span',
            { class: count ? 'count' : 'count none', 'aria-hidden': !count },
            count ? whole(count) : '–',
            count > 0 && element('span', { class: 'unseen' }, text.parametersOf),
          ),
      );
      button.addEventListener('click', () => {
        // A layer without columns of its own is chosen in the panel, though the sheet shows its input's.
        editing.choose(layer.id);
        commands.run('network.goToLayer', shownFor(store.get().sheet, layer.id));
      });
      button.addEventListener('dblclick', () => commands.run('network.editLayer', layer.id));
      return button;
    });
    list.replaceChildren(...buttons.map(button => element('li', {}, button)));
    mark();
    markAdvice();
    if (focused >= 0) buttons[focused]?.focus();
  };
  const fx = () => [
    element('i', { class: 'fx', 'aria-hidden': true }, messages.formulaLayers.mark),
    element('span', { class: 'unseen' }, `, ${messages.formulaLayers.spoken}`),
  ];
  /** In place of its shape, a formula layer shows its formula. */
  const formulaOf = (layer: Layer, shape: string) => {
    const formula = shortFormulaText(store.get().sheet, layer, 0, spokenFormulas())?.slice(1) ?? '';
    const told = messages.formulaLayers.ofLayer(formula, countFormulas(layer));
    return element('span', { class: 'shape formula', title: `${told} · ${shape}` }, told);
  };
  const mark = () => {
    const { sheet, active } = store.get();
    const layer = layerOfCell(sheet, active);
    const current = buttons.findIndex(button => button.dataset.layer === layer);
    for (const [i, button] of buttons.entries()) {
      if (i === current) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
      button.tabIndex = i === Math.max(0, current) ? 0 : -1;
    }
  };
  /** Puts a mark beside the layers that there is advice about. */
  const markAdvice = () => {
    const found = advice.findings();
    for (const button of buttons) {
      const own = found.filter(({ layer }) => layer === button.dataset.layer);
      const mark = button.querySelector('.advice');
      if (own.length === 0) mark?.remove();
      const title = own.map(({ what }) => say(what)).join('\n');
      if (own.length === 0 || mark?.getAttribute('title') === title) continue;
      mark?.remove();
      const unseen = element('span', { class: 'unseen' }, messages.lint.mark(own.length));
      button.querySelector('.shape')!.prepend(element('span', { class: 'advice', title }, icon('advice'), unseen));
    }
  };
  list.addEventListener('keydown', event => {
    const index = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (index >= 0 && editsKey(event, editing)) return;
    if (index < 0 || event.ctrlKey || event.metaKey) return;
    const command = editKeys[event.altKey ? `Alt+${event.key}` : event.key];
    if (command !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      commands.run(command, buttons[index].dataset.layer);
    }
    if (command !== undefined || event.altKey) return;
    const to = moveInMenu(
      event.key,
      index,
      buttons.map(button => button.firstChild?.textContent ?? ''),
    );
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    buttons[to].focus();
  });

  parent.append(root);
  build();
  return destroyAll(root, [
    store.on(['sheet', 'foldedLayers'], build),
    store.on(['active'], mark),
    advice.onChange(markAdvice),
  ]);
}

/** The keys that edit the layer with the focus. */
const editKeys: Readonly<Record<string, string>> = {
  F2: 'network.editLayer',
  Delete: 'network.removeLayer',
  'Alt+ArrowUp': 'network.upLayer',
  'Alt+ArrowDown': 'network.downLayer',
};

/** A shape as text: 28×28, 2×26×26 (channels first, as they are below each other), 10. */
function shapeText({ sheet }: State, layer: Layer): string {
  const { id, inputs } = layer;
  const info = sheet.tensors.get(`${id}/output`) ?? sheet.tensors.get(`${inputs[0]}/output`);
  if (!info) return '';
  if (kindOf(layer).reshapes && layer.kind !== 'reshape') return whole(info.size);
  const [height, width, channels] = layer.kind === 'reshape' ? layer.targetShape : info.shape;
  if (width === undefined) return whole(height);
  return [...(channels === 1 ? [] : [channels]), height, width].join('×');
}

/** The number of parameters of the network, or of one layer. */
function parametersOf({ sheet }: State, layer?: Layer): number {
  let sum = 0;
  for (const info of sheet.tensors.values()) {
    if (info.role === 'parameter' && (!layer || info.layer === layer.id)) sum += info.size;
  }
  return sum;
}
