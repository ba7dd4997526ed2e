import { type Command, editCommand, type TensorEdit } from '../../shared/change.ts';
import { matchNames } from '../../shared/data-meaning.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { Client } from '../core/client.ts';
import { refusal } from '../core/notices.ts';
import type { Store } from '../core/store.ts';

/** An image as it goes into the network: bytes [height, width, channels] of the input's shape, and the name of its
 *  class where it has exactly one. */
export type ShownImage = { name: string; pixels: Uint8Array; class?: string };
/** An image of a data set, its labels as indices into the data set's classes. */
export type DataImage = { name: string; pixels: Uint8Array; labels: readonly number[] };

/** Characters of an image's name that the workbook keeps: the last ones, which tell images apart. */
const KEPT_NAME = 1000;

/** What puts an image into the input cells and its class into the expected one; undefined where it has another shape
 *  than the input. Pixels become multiples of 1/256 with white = 1, as those of the digits are, so that sums of them
 *  are exact in float32 and equal cells stay exactly equal. */
export function imageCommand({ network, tensors, classes }: Sheet, image: ShownImage): Command | undefined {
  const input = tensors.get(`${network.layers[0].id}/output`);
  if (input?.size !== image.pixels.length) return undefined;
  const pixels = Float32Array.from(image.pixels, byte => Math.round((byte / 255) * 256) / 256);
  const edits: TensorEdit[] = [{ tensor: input.id, values: pixels }];
  const actual = [...tensors.values()].find(({ role }) => role === 'actual');
  if (actual) {
    // By its name: the network may have been trained on a data set of other classes, or of these in another order.
    const names = Array.from({ length: actual.size }, (_, unit) => messages.views.classOrNumber(unit, classes[unit]));
    const [known] = image.class === undefined ? [] : matchNames([image.class], names);
    const values = new Float32Array(actual.size).fill(known === undefined ? Number.NaN : 0);
    if (known !== undefined) values[known] = 1;
    edits.push({ tensor: actual.id, values });
  }
  return editCommand(sentences.views.showImage(image.name.slice(-150)), edits, {
    source: { kind: 'image', name: image.name.slice(-KEPT_NAME) },
    mergeKey: 'showImage',
  });
}

/** Sends an image through the sheet. Tells in the status bar where it was made for another input; rejects with a
 *  sentence where the edit is refused. */
export async function showImage(store: Store, client: Client, image: ShownImage): Promise<void> {
  const command = imageCommand(store.get().sheet, image);
  if (!command) {
    store.set({ notice: refusal(messages.views.otherShape(image.name), store.get()) });
    return;
  }
  await client.send('change', { structure: store.get().structure, ...command });
}

/** Sends an image of a data set with these classes through the sheet, as showImage does. */
export function showDataImage(
  store: Store,
  client: Client,
  { name, pixels, labels }: DataImage,
  classes: readonly string[],
): Promise<void> {
  const only = labels.length === 1 ? messages.views.classOrNumber(labels[0], classes[labels[0]]) : undefined;
  return showImage(store, client, { name, pixels, class: only });
}

/** Whether the image of this name is the one in the sheet. */
export function isShown(store: Store, name: string): boolean {
  const { source } = store.get().workbook;
  return source.kind === 'image' && source.name === name.slice(-KEPT_NAME);
}
