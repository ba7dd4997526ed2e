import { type Command, editCommand, type TensorEdit } from '../../shared/change.ts';
import { matchNames } from '../../shared/data-meaning.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { Client } from '../core/client.ts';
import { refusal } from '../core/notices.ts';
import type { Store } from '../core/store.ts';

/** An image for the network: bytes [height, width, channels] in the input's shape, and the name of its class if it has
 *  exactly one. */
export type ShownImage = { name: string; pixels: Uint8Array; classes?: readonly string[] };
/** An image of a data set. Its labels are indices into the data set's classes. */
export type DataImage = { name: string; pixels: Uint8Array; labels: readonly number[] };

/** How many characters of an image's name the workbook keeps. It keeps the last ones, because names differ there. */
const KEPT_NAME = 1000;

/** The command that puts an image into the input cells and its class into `actual`. undefined if it has another shape
 *  than the input. Pixels become multiples of 1/256 with white = 1, like the digits'. Sums of them are exact in
 *  float32, so equal cells stay exactly equal. */
export function imageCommand({ network, tensors, classes }: Sheet, image: ShownImage): Command | undefined {
  const input = tensors.get(`${network.layers[0].id}/output`);
  if (input?.size !== image.pixels.length) return undefined;
  const pixels = Float32Array.from(image.pixels, byte => Math.round((byte / 255) * 256) / 256);
  const edits: TensorEdit[] = [{ tensor: input.id, values: pixels }];
  const actual = [...tensors.values()].find(({ role }) => role === 'actual');
  if (actual) {
    // By its name, because the network's classes may be others, or in another order.
    const names = Array.from({ length: actual.size }, (_, unit) => messages.views.classOrNumber(unit, classes[unit]));
    const known = matchNames(image.classes ?? [], names).filter(unit => unit !== undefined);
    // A softmax gives each image one class. Behind a sigmoid it may have several labels.
    const isTold = network.layers.at(-1)!.kind === 'softmax' ? image.classes?.length === 1 : true;
    const values = new Float32Array(actual.size).fill(isTold && known.length > 0 ? 0 : Number.NaN);
    if (isTold) for (const unit of known) values[unit] = 1;
    edits.push({ tensor: actual.id, values });
  }
  return editCommand(sentences.views.showImage(image.name.slice(-150)), edits, {
    source: { kind: 'image', name: image.name.slice(-KEPT_NAME) },
    mergeKey: 'showImage',
  });
}

/** Puts an image into the sheet. If it was made for another input, the status bar says so. Rejects with a sentence if
 *  the edit is refused. */
export async function showImage(store: Store, client: Client, image: ShownImage): Promise<void> {
  const command = imageCommand(store.get().sheet, image);
  if (!command) {
    store.set({ notice: refusal(messages.views.otherShape(image.name), store.get()) });
    return;
  }
  await client.send('change', { structure: store.get().structure, ...command });
}

/** Puts an image of a data set with these classes into the sheet, like `showImage`. */
export function showDataImage(
  store: Store,
  client: Client,
  { name, pixels, labels }: DataImage,
  classes: readonly string[],
): Promise<void> {
  const names = labels.map(label => messages.views.classOrNumber(label, classes[label]));
  return showImage(store, client, { name, pixels, classes: names });
}

/** Whether the image in the sheet has this name. */
export function isShown(store: Store, name: string): boolean {
  const { source } = store.get().workbook;
  return source.kind === 'image' && source.name === name.slice(-KEPT_NAME);
}
