import { type DataChoice, type DataSummary, splits } from '../../shared/data.ts';
import { keptName } from '../../shared/data-meaning.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Client } from '../core/client.ts';
import type { Store } from '../core/store.ts';
import { chooseData } from './data-choice.ts';
import { type ChosenNetwork, withInput } from './network-fields.ts';
import { samplesOf } from './sample-view.ts';
import { showDataImage } from './show-image.ts';

/** Opens another workbook after the user has agreed to close this one. Returns false if that is refused or fails. */
export type OpenInstead = (work: () => Promise<unknown>) => Promise<boolean>;

/** Chooses a data set for the open network, which gets another input where the images have another shape, as one step
 *  of undo; or for a fresh network in a new workbook, which shows the first image. Returns false if the user keeps the
 *  open workbook. Rejects with a sentence if the network can't be made. */
export async function useData(
  store: Store,
  client: Client,
  { data, summary, network }: { data: DataChoice; summary: DataSummary; network: ChosenNetwork },
  openInstead: OpenInstead,
): Promise<boolean> {
  if (network === 'open') {
    const { sheet, structure } = store.get();
    const [input] = sheet.network.layers;
    if (input.kind === 'input' && input.shape.join() !== data.shape.join()) {
      const resized = withInput(sheet.network, data.shape);
      const change = { kind: 'layers', network: resized, beginning: 'identity', seed: 1 } as const;
      await client.send('change', { structure, label: sentences.layerEdits.label(1), changes: [change] });
    }
    await chooseData(store, client, data, summary);
    return true;
  }
  const classes = summary.classes.map(keptName);
  const opened = await openInstead(async () => {
    await client.send('newWorkbook', { template: network, images: data.shape, classes });
    await chooseData(store, client, data, summary);
    store.set({ side: 'training' });
  });
  if (opened) await showFirst(store, client, data, summary);
  return opened;
}

/** Puts the first image into the sheet: one for test, else for validation, else for training. */
async function showFirst(store: Store, client: Client, data: DataChoice, { totals, classes }: DataSummary) {
  const split = splits.toReversed().find(each => totals[each] > 0)!;
  const [sample] = samplesOf(await client.send('listSamples', { data, split, from: 0, count: 1 }));
  if (store.get().dataChoice === data) await showDataImage(store, client, sample, classes);
}
