import { messages } from '../../shared/messages.ts';
import { readable } from '../core/accelerators.ts';
import type { GridApi } from './api.ts';
import { type ClipboardFormats, openClipboard } from './clipboard.ts';
import type { Store } from '../core/store.ts';

/** The menu's commands for copying and pasting. They work on the sheet, or in the text field that has the focus. */
export function createClipboardActions(store: Store, grid: () => GridApi, refuse: (sentence: string) => void) {
  /** Copies or cuts. */
  const copy = (action: 'cut' | 'copy') => {
    if (inTextField(store)) {
      document.execCommand(action);
      return;
    }
    grid().focus();
    const isOpen = openClipboard(clipboard => grid().transfer.copy(clipboard, action === 'cut'));
    if (!isOpen) refuse(messages.grid.valuesMissing);
  };
  const paste = async (special: boolean) => {
    const typing = inTextField(store);
    if (!typing) grid().focus();
    const formats = await readFormats();
    const keys = readable(special ? 'CmdOrCtrl+Shift+V' : 'CmdOrCtrl+V', store.get().capabilities.platform);
    if (!formats) refuse(messages.clipboard.mayNotRead(keys));
    else if (typing) document.execCommand('insertText', false, formats.text);
    else grid().transfer.paste(formats, special);
  };
  return { copy, paste };
}

/** The contents of the clipboard. undefined if the page may not read it. */
async function readFormats(): Promise<ClipboardFormats | undefined> {
  try {
    const items = await navigator.clipboard.read();
    const read = async (type: string) => {
      const item = items.find(({ types }) => types.includes(type));
      return item && (await (await item.getType(type)).text());
    };
    return { text: (await read('text/plain')) ?? '', html: await read('text/html') };
  } catch {
    return undefined;
  }
}

/** Whether a text field has the focus. It then answers editing commands itself. */
export function inTextField(store: Store): boolean {
  return isTextField(document.activeElement, store.get().editing !== undefined);
}

/** Whether undo and redo belong to the text field with the focus. Where nothing typed waits ([data-settled]),
 *  they are the workbook's. */
export function undoesText(store: Store): boolean {
  return inTextField(store) && !document.activeElement?.closest('[data-settled]');
}

function isTextField(target: Element | null, typing: boolean): boolean {
  // The sheet's own hidden field counts only while something is typed in it.
  if (target?.closest('.sheet-host')) return typing && target instanceof HTMLTextAreaElement;
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === 'text');
}
