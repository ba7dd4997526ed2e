import { messages } from '../shared/messages.ts';
import type { TensorId } from '../shared/network.ts';
import type { Sheet } from '../shared/sheet.ts';
import type { Command } from '../shared/workbook.ts';
import type { Client } from './client.ts';
import type { Store } from './store.ts';

/** An image as it goes into the network: bytes [height, width, channels] of the input's shape, and its class where it has exactly one. */
export type ShownImage = { name: string; pixels: Uint8Array; class?: number };

/** What puts an image into the input cells and its class into the expected one; undefined where it has another shape than the input. Pixels become multiples of 1/256 with white = 1, as
 *  those of the digits are, so that sums of them are exact in float32 and equal cells stay exactly equal. */
export function imageCommand({ network, tensors }: Sheet, image: ShownImage): Command | undefined {
  const input = tensors.get(`${network.layers[0].id}/output`);
  if (input?.size !== image.pixels.length) return undefined;
  const whole = (tensor: TensorId, values: Float32Array) => ({
    tensor,
    indices: Uint32Array.from(values.keys()),
    values,
  });
  const edits = [
    whole(
      input.id,
      Float32Array.from(image.pixels, byte => Math.round((byte / 255) * 256) / 256),
    ),
  ];
  const actual = [...tensors.values()].find(({ role }) => role === 'actual');
  if (actual) {
    const known = image.class !== undefined && image.class < actual.size;
    const values = new Float32Array(actual.size).fill(known ? 0 : Number.NaN);
    if (known) values[image.class!] = 1;
    edits.push(whole(actual.id, values));
  }
  const name = image.name.slice(-150);
  return {
    label: messages.views.showImage(name),
    edits,
    source: { kind: 'image', name: image.name.slice(-1000) },
    mergeKey: 'showImage',
  };
}

/** Sends an image through the sheet. Rejects with a sentence where the network can't take it. */
export async function showImage(store: Store, client: Client, image: ShownImage): Promise<void> {
  const command = imageCommand(store.get().sheet, image);
  if (!command) {
    store.set({ notice: { tone: 'warning', sentence: messages.views.otherShape(image.name) } });
    return;
  }
  await client.send('edit', command);
}
