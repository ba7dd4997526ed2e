import { DIGIT_NAMES } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import type { Browsing } from '../core/browsing.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import type { Store } from '../core/store.ts';
import type { Drawing } from '../grid/drawing.ts';

type Browsed = {
  store: Store;
  client: Client;
  browsing: Browsing;
  drawing: Drawing;
  openImage: () => Promise<void>;
} & Pick<Telling, 'refuse' | 'quietly'>;

/** The commands that put an image into the network's input: from browsing, drawing, or a file. */
export function createImageCommands(needs: Browsed): Command[] {
  const { store, client, browsing, drawing, openImage, refuse, quietly } = needs;
  const mayEdit = () => store.get().role !== 'viewer';
  const browse = async (direction: 'next' | 'previous' | 'random') => {
    const { workbookId } = store.get();
    const { source } = store.get().workbook;
    const { filter, walkSamples } = browsing.get();
    if (walkSamples) return walkSamples(direction);
    const { index } = await client.send('findDigit', {
      filter,
      index: source.kind === 'digit' ? source.index : -1,
      direction,
    });
    if (index === undefined) refuse(messages.panels.noSuchDigit);
    else await client.send('showDigit', { index }, workbookId);
  };

  return [
    {
      id: 'file.openImage',
      label: () => messages.ownImages.menu,
      enabled: mayEdit,
      run: () => quietly(openImage()),
    },
    {
      id: 'network.nextDigit',
      label: () => messages.menu.nextDigit,
      key: 'Alt+Right',
      enabled: mayEdit,
      run: () => quietly(browse('next')),
    },
    {
      id: 'network.previousDigit',
      label: () => messages.menu.previousDigit,
      key: 'Alt+Left',
      enabled: mayEdit,
      run: () => quietly(browse('previous')),
    },
    {
      id: 'network.randomDigit',
      label: () => messages.menu.randomDigit,
      key: 'Alt+Shift+Right',
      enabled: mayEdit,
      run: () => quietly(browse('random')),
    },
    {
      id: 'network.class',
      label: () => messages.menu.onlyClass,
      choices: () => [
        { argument: 'any', label: messages.menu.anyClass },
        '-',
        ...DIGIT_NAMES.map((name, index) => ({ argument: String(index), label: name })),
      ],
      checked: name => name === String(browsing.get().filter.class ?? 'any'),
      run: name => {
        const { wrong } = browsing.get().filter;
        browsing.set({ filter: { ...(wrong ? { wrong } : {}), ...(name === 'any' ? {} : { class: Number(name) }) } });
      },
    },
    {
      id: 'network.onlyWrong',
      label: () => messages.menu.onlyWrong,
      checked: () => browsing.get().filter.wrong === true,
      run: () => {
        const { wrong, ...rest } = browsing.get().filter;
        browsing.set({ filter: wrong ? rest : { ...rest, wrong: true } });
      },
    },
    {
      id: 'network.draw',
      label: () => messages.menu.draw,
      key: 'CmdOrCtrl+Shift+D',
      enabled: mayEdit,
      checked: () => store.get().tool !== 'select',
      run: () => {
        const drawn = store.get().tool === 'select';
        store.set({ tool: drawn ? 'brush' : 'select' });
        if (drawn) browsing.set({ panel: true });
      },
    },
    {
      id: 'network.clearDrawing',
      label: () => messages.menu.clearDrawing,
      enabled: mayEdit,
      run: () => drawing.clear(),
    },
  ];
}
