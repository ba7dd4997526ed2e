import { type Fit, MOST_IMAGE_BYTES } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { imageShape, inputSize, trainedFit } from './data-choice.ts';
import type { FitQuestion } from './fit-dialog.ts';
import { imageCommand, isShown } from './show-image.ts';
import type { Store } from '../core/store.ts';

/** An image file of one's own: one of this computer by its path, or one that was dropped, of which a window knows only
 *  name and bytes. */
export type OwnImage = { from: 'file'; path: string } | { from: 'bytes'; file: File };
/** Puts an image into the network's input as one step to undo, after a question how to fit it where it has another
 *  size. `left`: so many files beside it were dropped and are left out. Rejects with a sentence where that can't be
 *  done. */
export async function putIntoInput(
  store: Store,
  client: Client,
  image: OwnImage,
  askFit: (...question: FitQuestion) => Promise<Fit | undefined>,
  left = 0,
): Promise<void> {
  const text = messages.ownImages;
  const { workbookId, sheet } = store.get();
  const shape = imageShape(sheet.network);
  if (!shape) throw new UserError(messages.views.data.noImages(inputSize(sheet.network)));
  const source = image.from === 'file' ? image : await bytesOf(image.file);
  let read = await client.send('readImage', source);
  if (!read.pixels) {
    // Where it has the input's proportions, all ways to fit it come to the same.
    const fit =
      read.height * shape[1] === read.width * shape[0]
        ? 'stretch'
        : await askFit(read, [shape[0], shape[1]], trainedFit(store.get()), store.get().workbook.fit);
    if (!fit) return;
    read = await client.send('readImage', { ...source, fit });
  }
  // Meanwhile another workbook may have been opened.
  if (store.get().workbookId !== workbookId) return;
  const { name } = read;
  const command = imageCommand(store.get().sheet, { name, pixels: read.pixels! });
  if (!command) throw new UserError(messages.views.otherShape(name));
  // Not like images that are browsed: each is a step of its own.
  const { mergeKey: _, ...alone } = command;
  await client.send('change', { structure: store.get().structure, ...alone }, workbookId);
  store.set({
    notice: {
      tone: 'info',
      sentence: left === 0 ? text.shown(name) : text.shownFirst(name, left),
      holds: now => now.workbookId === workbookId && isShown(store, name),
    },
  });
}

/** A dropped file's bytes. Throws a sentence where it is too large for an image, which is known before it is read, or
 *  is gone. */
async function bytesOf(file: File) {
  const text = messages.ownImages;
  const name = file.name.slice(-1000);
  if (file.size > MOST_IMAGE_BYTES) throw new UserError(text.tooLarge(name, `${MOST_IMAGE_BYTES / 2 ** 20} MiB`));
  try {
    return { from: 'bytes', name, bytes: new Uint8Array(await file.arrayBuffer()) } as const;
  } catch (error) {
    throw new UserError(text.unreadable(name, messages.data.reasons.closed((error as Error).name)), { cause: error });
  }
}
