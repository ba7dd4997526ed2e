import { messages } from '../../shared/messages.ts';
import type { Command } from '../core/commands.ts';
import type { Store } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { keysOf } from './menu.ts';

/** The commands of the Help menu. `all`: every command, so that the list of keys is complete. */
export function createHelpCommands(store: Store, dialogs: Dialogs, all: () => ReadonlyMap<string, Command>): Command[] {
  return [
    {
      id: 'help.keyboard',
      label: () => messages.menu.keyboard,
      key: 'F1',
      run: () => dialogs.keyboard(keysOf(all()), store.get().capabilities.platform),
    },
    { id: 'help.about', label: () => messages.menu.about, run: () => dialogs.about(store.get().backend) },
  ];
}
