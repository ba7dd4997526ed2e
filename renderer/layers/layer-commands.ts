import { addedKinds, type AddedKind } from '../../shared/layer-edits/defaults.ts';
import { messages } from '../../shared/messages.ts';
import type { LayerId } from '../../shared/tensor.ts';
import type { Command } from '../core/commands.ts';
import { layerOfCell, shownFor } from '../core/layer-places.ts';
import { FOCUS_SHEET } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import { focusSide } from '../parts/sides.ts';
import type { LayerEditing } from './layer-editing.ts';

/** The commands that edit layers. They open the panel in which the edits wait for "Apply". */
export function createLayerCommands(store: Store, editing: LayerEditing): Command[] {
  const text = messages.layerEdits;
  const mayEdit = () => store.get().role !== 'viewer';
  const open = (layer: LayerId) => {
    store.set({ side: 'layers' });
    editing.choose(layer === '' ? editing.get().chosen : layer);
  };
  return [
    {
      id: 'network.editLayers',
      label: () => text.edit,
      key: 'CmdOrCtrl+Shift+Y',
      checked: () => store.get().side === 'layers',
      run() {
        const { sheet, active } = store.get();
        const layer = layerOfCell(sheet, active);
        // A layer without columns of its own stays chosen at those of its input.
        const isChosen = layer === undefined || shownFor(sheet, editing.get().chosen) === layer;
        open(isChosen ? '' : layer);
        focusSide();
      },
    },
    {
      id: 'network.graph',
      label: () => messages.graph.title,
      key: 'CmdOrCtrl+Shift+G',
      checked: () => store.get().graph,
      run() {
        const inside = document.activeElement?.closest('.graph');
        store.set({ graph: !store.get().graph });
        if (store.get().graph) document.querySelector<HTMLElement>('.graph-box.chosen')?.focus();
        else if (inside) document.querySelector('.sheet-host')?.dispatchEvent(new Event(FOCUS_SHEET));
      },
    },
    {
      id: 'network.editLayer',
      run(layer) {
        open(layer);
        focusSide();
      },
    },
    ...(['duplicate', 'remove', 'up', 'down'] as const).map(
      (action): Command => ({
        id: `network.${action}Layer`,
        enabled: mayEdit,
        run(layer) {
          open(layer);
          editing.edit(action);
        },
      }),
    ),
    {
      id: 'network.addLayer',
      label: () => text.add,
      enabled: mayEdit,
      choices: () => addedKinds.map(kind => ({ argument: kind, label: text.kinds[kind] })),
      run(kind) {
        open('');
        editing.add(kind as AddedKind);
        focusSide();
      },
    },
  ];
}
