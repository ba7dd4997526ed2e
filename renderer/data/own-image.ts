import { type Fit, imageShape } from '../../shared/data.ts';
import { MOST_IMAGE_BYTES } from '../../shared/file-limits.ts';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { inputSize, trainedFit } from './data-choice.ts';
import type { FitQuestion } from './fit-dialog.ts';
import { imageCommand, isShown } from './show-image.ts';
import type { Store } from '../core/store.ts';

/** The user's own image file: on this computer (by its path), or dropped on the window, which only has its name and
 *  bytes. */
export type OwnImage = { from: 'file'; path: string } | { from: 'bytes'; file: File };
/** Puts an image into the network's input, as one step to undo. If it has another size, the user is asked how to fit
 *  it. `left`: how many other dropped files are ignored. Rejects with a sentence if it isn't possible. */
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
    // If its proportions are those of the input, all ways give the same image, so nothing is asked.
    const fit =
      read.height * shape[1] === read.width * shape[0]
        ? 'stretch'
        : await askFit(read, [shape[0], shape[1]], trainedFit(store.get()), store.get().workbook.fit);
    if (!fit) return;
    read = await client.send('readImage', { ...source, fit });
  }
  // Another workbook may have been opened meanwhile.
  if (store.get().workbookId !== workbookId) return;
  const { name } = read;
  const command = imageCommand(store.get().sheet, { name, pixels: read.pixels! });
  if (!command) throw new UserError(messages.views.otherShape(name));
  // Browsed images share one step of undo, but each own image is a step of its own.
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

/** The bytes of a dropped file. Throws a sentence if the file is gone, or is too large (checked before reading). */
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
