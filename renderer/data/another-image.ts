import { type DataChoice, DIGIT_NAMES, splits } from '../../shared/data.ts';
import { matchNames } from '../../shared/data-meaning.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { Store } from '../core/store.ts';
import { showsDigits } from './data-choice.ts';
import { samplesOf } from './sample-view.ts';
import { showDataImage } from './show-image.ts';

/** Shows an image of the chosen data set that is drawn by lot: one of the network's class `unit`, or of any class. If
 *  the data set isn't read yet, it is. Resolves with false if there is no such image. */
export async function anotherImage(
  store: Store,
  client: Client,
  data: DataChoice,
  unit: number | undefined,
): Promise<boolean> {
  const { sheet, classes, workbook, workbookId } = store.get();
  const name = unit === undefined ? undefined : messages.views.classOrNumber(unit, classes[unit]);
  const isDigits = showsDigits(sheet.network, data);
  const { classes: known, totals } = isDigits
    ? { classes: DIGIT_NAMES, totals: undefined }
    : await client.send('describeData', { data });
  const [wanted] = name === undefined ? [undefined] : matchNames([name], known);
  if (name !== undefined && wanted === undefined) return false;
  const ofClass = wanted === undefined ? {} : { class: wanted };
  if (!totals) {
    const { source } = workbook;
    const index = source.kind === 'digit' ? source.index : -1;
    const found = await client.send('findDigit', { filter: ofClass, index, direction: 'random' });
    if (found.index === undefined) return false;
    await client.send('showDigit', { index: found.index }, workbookId);
    return true;
  }
  const split = splits.toReversed().find(each => totals[each] > 0);
  if (split === undefined) return false;
  const ask = (from: number) => client.send('listSamples', { data, split, ...ofClass, from, count: 1 });
  const { total } = await ask(0);
  const [sample] = total > 0 ? samplesOf(await ask(Math.floor(Math.random() * total))) : [];
  // Meanwhile another workbook was opened.
  if (!sample || store.get().workbookId !== workbookId) return false;
  await showDataImage(store, client, sample, known);
  return true;
}
