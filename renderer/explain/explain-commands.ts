import { messages } from '../../shared/messages.ts';
import { scanLayer, walkNetwork } from '../../shared/scene/scan.ts';
import type { Command, Telling } from '../core/commands.ts';
import { layerOfCell } from '../core/layer-places.ts';
import type { Store } from '../core/store.ts';
import { beginScan } from './scan-bar.ts';

/** The commands of the Explain menu. */
export function createExplainCommands({ store, refuse }: { store: Store } & Pick<Telling, 'refuse'>): Command[] {
  const text = messages.explain;
  return [
    {
      id: 'explain.cell',
      label: () => text.cell,
      key: 'Shift+F1',
      checked: () => store.get().side === 'explain',
      run: () => store.set({ side: store.get().side === 'explain' ? undefined : 'explain' }),
    },
    {
      id: 'explain.scan',
      label: () => text.scan.layer,
      key: 'CmdOrCtrl+Shift+P',
      run() {
        const { sheet, active } = store.get();
        const layer = active.sheet === sheet.id ? layerOfCell(sheet, active) : undefined;
        const plan = layer === undefined ? { chapters: [] } : scanLayer(sheet, layer);
        if (plan.chapters.length > 0) beginScan(store, plan, true);
        else refuse(text.scan.none);
      },
    },
    {
      id: 'explain.walk',
      label: () => text.scan.network,
      run: () => beginScan(store, walkNetwork(store.get().sheet), false),
    },
  ];
}
