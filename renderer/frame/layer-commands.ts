import { addedKinds, type AddedKind } from '../../shared/layer-edits/defaults.ts';
import { messages } from '../../shared/messages.ts';
import type { Command } from '../core/commands.ts';
import type { Store } from '../core/store.ts';
import type { LayerEditing } from './layer-pane.ts';

/** The commands that edit layers. */
export function createLayerCommands(store: Store, pane: () => LayerEditing): Command[] {
  const text = messages.layerEdits;
  const mayEdit = () => store.get().role !== 'viewer';
  return [
    {
      id: 'network.editLayers',
      label: () => text.edit,
      key: 'CmdOrCtrl+Shift+Y',
      checked: () => store.get().side === 'layers',
      run: () => pane().open(),
    },
    {
      id: 'network.editLayer',
      run: layer => pane().open(layer === '' ? undefined : layer),
    },
    ...(['duplicate', 'remove', 'up', 'down'] as const).map(
      (action): Command => ({
        id: `network.${action}Layer`,
        enabled: mayEdit,
        run: layer => pane().edit(action, layer === '' ? undefined : layer),
      }),
    ),
    {
      id: 'network.addLayer',
      label: () => text.add,
      enabled: mayEdit,
      choices: () => addedKinds.map(kind => ({ argument: kind, label: text.kinds[kind] })),
      run: kind => pane().edit('add', undefined, kind as AddedKind),
    },
  ];
}
