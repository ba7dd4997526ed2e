import { extensionOf, isImageExtension } from '../../shared/image-extensions.ts';
import { messages } from '../../shared/messages.ts';

/** A file or folder that was dropped on the window, by its name. */
export type DroppedItem = { name: string; folder: boolean };
/** What to do with a drop. `at`: the index of the item that is used. */
export type Dropped =
  | { kind: 'workbook' | 'lesson' | 'image'; at: number }
  | { kind: 'data'; source: 'folders' | 'csv' | 'idx'; sentence: string }
  | { kind: 'refused'; sentence: string };

/** What a drop means. A workbook or a lesson is opened. Otherwise the first image goes into the input. Otherwise a
 *  folder or a list of labels opens the data set dialog. */
export function meaningOf(items: readonly DroppedItem[]): Dropped {
  const text = messages.ownImages;
  if (items.length === 0) return { kind: 'refused', sentence: text.nothing };
  const kinds = items.map(kindOf);
  const workbook = kinds.indexOf('workbook');
  if (workbook !== -1) return { kind: 'workbook', at: workbook };
  const lesson = kinds.indexOf('lesson');
  if (lesson !== -1) return { kind: 'lesson', at: lesson };
  const image = kinds.indexOf('image');
  if (image !== -1) return { kind: 'image', at: image };
  const data = kinds.findIndex(kind => kind !== undefined);
  if (data === -1) return { kind: 'refused', sentence: text.unknown(items[0].name) };
  const source = kinds[data] as 'folders' | 'csv' | 'idx';
  const { name } = items[data];
  return { kind: 'data', source, sentence: source === 'folders' ? text.chooseFolder(name) : text.chooseTable(name) };
}

function kindOf({
  name,
  folder,
}: DroppedItem): 'workbook' | 'lesson' | 'image' | 'folders' | 'csv' | 'idx' | undefined {
  if (folder) return 'folders';
  const extension = extensionOf(name);
  if (extension === '.convsheet') return 'workbook';
  if (extension === '.md') return 'lesson';
  if (extension === '.csv') return 'csv';
  if (/(\.idx|-ubyte)(\.gz)?$/i.test(name)) return 'idx';
  // A file without extension may be an image. Reading it will show that.
  return extension === '' || isImageExtension(extension) ? 'image' : undefined;
}
