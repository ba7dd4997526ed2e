/** Presents the storyboard or the sheet, with the speaker's window beside it. */
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { Command } from '../core/commands.ts';
import type { Store, View } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { createPresentation } from './presentation.ts';
import type { Sounds } from './narration/sounds.ts';
import { createVoice } from './narration/voice.ts';
import { presentScenes } from './presented-scenes.ts';
import { presentSheet } from './presented-sheet.ts';
import { createSpeakerLink } from './speaker-link.ts';

export type Presenter = View & { commands: readonly Command[] };

type Needs = {
  store: Store;
  client: Client;
  sounds: Sounds;
  grid: () => GridApi;
  refuse: (sentence: string) => void;
  /** Something begins to be presented, over whatever is there. */
  begins: () => void;
};

export function createPresenter({ store, client, sounds, grid, refuse, begins }: Needs): Presenter {
  const text = messages.present;
  const presentation = createPresentation(store, client);
  const voice = createVoice(store, presentation, sounds);
  let shown: (View & { beforeFold?(): void }) | undefined;
  const speaker = createSpeakerLink(store, presentation, { begin: () => begin(0), end: () => end() });
  const notes = () => speaker.open();

  const end = () => {
    if (presentation.what() !== 'nothing') presentation.end();
  };
  /** The presentation has ended, by whatever. */
  const follow = () => {
    if (presentation.what() !== 'nothing') return;
    shown?.destroy();
    shown = undefined;
  };
  const isFree = () => presentation.what() === 'nothing' && !document.querySelector('dialog[open]');
  const beginSheet = (words: string) => {
    if (!isFree() || !grid().leaveEditing()) return;
    begins();
    presentation.begin('sheet');
    const root = document.querySelector<HTMLElement>('.window')!;
    shown = presentSheet(root, words, { store, presentation, grid, notes, leave: end });
  };
  const begin = (place: number) => {
    if (!isFree() || !grid().leaveEditing()) return;
    begins();
    presentation.begin('scenes', place);
    shown = presentScenes(document.body, { store, presentation, voice, notes, leave: end });
  };
  const scenes = () => store.get().storyboard.scenes;
  // The sheet is made after this, so it still stands as before.
  const ends = [presentation.onChange(follow), store.on(['foldedLayers'], () => shown?.beforeFold?.())];
  const command = (id: string, label: () => string, run: () => void, key?: string): Command => ({
    id,
    label,
    ...(key !== undefined && { key, keyInPage: true }),
    run,
  });
  return {
    commands: [
      command(
        'present.start',
        () => text.menu.start,
        () => (scenes().length > 0 ? begin(0) : beginSheet(text.noStoryboard)),
        'F6',
      ),
      command(
        'present.here',
        () => text.menu.here,
        () => {
          if (scenes().length === 0) return beginSheet(text.sheetBegins);
          const { filmScene } = store.get();
          return begin(
            Math.max(
              0,
              scenes().findIndex(({ id }) => id === filmScene),
            ),
          );
        },
        'Shift+F6',
      ),
      command(
        'present.sheet',
        () => text.menu.sheet,
        () => beginSheet(text.sheetBegins),
      ),
      command(
        'present.speaker',
        () => text.menu.speaker,
        () => {
          if (!speaker.open()) refuse(text.popupRefused);
        },
      ),
    ],
    destroy() {
      for (const each of ends) each();
      shown?.destroy();
      voice.destroy();
      speaker.destroy();
      presentation.destroy();
    },
  };
}
