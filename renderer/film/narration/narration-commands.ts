/** The commands of narration: the sheet to record in, and sounds from files. */
import { messages } from '../../../shared/messages.ts';
import type { Command, Telling } from '../../core/commands.ts';
import { element } from '../../core/element.ts';
import { sentenceOf } from '../../core/sentence-of.ts';
import type { Store } from '../../core/store.ts';
import type { Dialogs } from '../../parts/dialogs.ts';
import type { Board } from '../board.ts';
import { askCuts } from './cut-dialog.ts';
import { readSoundFile } from './decode.ts';
import type { Narrating } from './narrating.ts';

type Needs = {
  store: Store;
  dialogs: Dialogs;
  board: Board;
  narrating: Narrating;
  /** Shows the storyboard, if it isn't shown. */
  open: () => void;
} & Pick<Telling, 'refuse'>;

/** What the browser's dialog offers. What it can't read says so. */
const ENDINGS = 'audio/*,.wav,.mp3,.m4a,.ogg,.oga,.opus,.webm,.flac,.aac';

export function createNarrationCommands({ store, dialogs, board, narrating, open, refuse }: Needs): Command[] {
  const text = () => messages.narration;
  const hasScene = () => board.mayEdit() && board.scene() !== undefined;
  const isShown = () => store.get().filming === true && store.get().filmSheet === 'narration';
  const show = () => {
    if (store.get().filming !== true) open();
    store.set({ filmSheet: 'narration' });
  };
  const choose = (take: (file: File) => void) => {
    const input = element('input', { type: 'file', accept: ENDINGS, hidden: true, class: 'film-sound' });
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      input.remove();
      if (file) take(file);
    });
    input.addEventListener('cancel', () => input.remove());
    document.querySelector('.film-sound')?.remove();
    document.body.append(input);
    input.click();
  };
  const layOver = async (file: File) => {
    try {
      const { sound } = await readSoundFile(file);
      const { scenes } = board.get();
      const parts = await askCuts(dialogs, narrating.sounds.desk, sound, scenes);
      if (parts) await narrating.takeParts(sound, parts);
    } catch (error) {
      refuse(sentenceOf(error));
    }
  };
  return [
    {
      id: 'film.narrate',
      label: () => text().menu.narrate,
      enabled: hasScene,
      checked: isShown,
      run: () => (isShown() ? store.set({ filmSheet: undefined }) : show()),
    },
    {
      id: 'film.narrationFile',
      label: () => text().menu.file,
      enabled: hasScene,
      run() {
        show();
        const scene = board.scene();
        if (scene) choose(file => void narrating.takeFile(file, scene));
      },
    },
    {
      id: 'film.narrationOver',
      label: () => text().menu.over,
      enabled: hasScene,
      run() {
        show();
        choose(file => void layOver(file));
      },
    },
  ];
}
