import { followsGradients, hasLoss } from '../../shared/backprop/gradients.ts';
import { untilNextCommand } from '../core/notices.ts';
import { editCommand } from '../../shared/change.ts';
import { comparisonIn } from '../../shared/explain/comparison.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { scoresLayer } from '../../shared/network.ts';
import { scanLayer, type ScanPlan, walkNetwork } from '../../shared/scene/scan.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import { layerOfCell } from '../core/layer-places.ts';
import type { Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { beginScan } from './scan-bar.ts';

/** The commands of the Explain menu. */
export function createExplainCommands({
  store,
  client,
  grid,
  refuse,
  quietly,
}: { store: Store; client: Client; grid: () => GridApi } & Pick<Telling, 'refuse' | 'quietly'>): Command[] {
  const text = messages.explain;
  /** Puts means in the place of the weights that give the scores, as one step of undo. */
  const takeMeans = async () => {
    const { dataChoice: data, workbookId, structure } = store.get();
    if (!data) return refuse(text.noData);
    const { layer, kernel, bias } = await client.send('classMeans', { data });
    const { sheet } = store.get();
    // Meanwhile another workbook was opened, or the network changed: the means are no longer meant.
    if (store.get().workbookId !== workbookId || store.get().structure !== structure) return undefined;
    const hasBias = sheet.tensors.has(`${layer}/bias`);
    const edits = [
      { tensor: `${layer}/kernel` as const, values: kernel },
      ...(hasBias ? [{ tensor: `${layer}/bias` as const, values: bias }] : []),
    ];
    const holds = untilNextCommand(store.get());
    if (!grid().run({ command: editCommand(sentences.explain.means.label, edits) })) return undefined;
    const units = sheet.tensors.get(`${layer}/kernel`)!.shape[1];
    const sentence = text.means.done(units, sheet.layers.get(layer)!.name);
    return store.set({ notice: { tone: 'info', sentence, holds } });
  };
  const scan = (plan: ScanPlan, fromActive: boolean) => {
    if (plan.chapters.length > 0) beginScan(store, plan, fromActive);
    else refuse(text.scan.none);
  };
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
        scan(layer === undefined ? { chapters: [] } : scanLayer(sheet, layer), true);
      },
    },
    {
      id: 'explain.walk',
      label: () => text.scan.network,
      run: () => scan(walkNetwork(store.get().sheet), false),
    },
    {
      id: 'explain.stage',
      label: () => text.stage.title,
      checked: () => store.get().stage === true,
      run() {
        const { stage, sheet } = store.get();
        if (!stage && !comparisonIn(sheet)) return refuse(text.stage.none);
        if (!grid().leaveEditing()) return undefined;
        return store.set({ stage: !stage });
      },
    },
    {
      id: 'explain.gradients',
      label: () => text.gradients.title,
      checked: () => store.get().gradients === true,
      run() {
        const { gradients, sheet } = store.get();
        if (gradients) return store.set({ gradients: false });
        if (!hasLoss(sheet.network)) return refuse(text.gradients.noLoss);
        if (!followsGradients(sheet.network)) return refuse(text.gradients.tooLarge);
        store.set({ gradients: true });
        return grid().turnTo(sheet.id, 'gradient');
      },
    },
    {
      id: 'explain.means',
      label: () => text.means.title,
      enabled: () => store.get().role !== 'viewer' && scoresLayer(store.get().sheet.network)?.kind === 'dense',
      run: () => quietly(takeMeans()),
    },
  ];
}
