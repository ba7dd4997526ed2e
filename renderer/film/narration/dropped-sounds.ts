/** Sounds that are dropped on the storyboard become narrations of the scene that they fall on. */
import { extensionOf } from '../../../shared/image-extensions.ts';
import type { Board } from '../board.ts';
import type { Narrating } from './narrating.ts';

const ENDINGS = new Set(['.wav', '.mp3', '.m4a', '.mp4', '.ogg', '.oga', '.opus', '.webm', '.flac', '.aac']);

const isSound = ({ name, type }: File) => type.startsWith('audio/') || ENDINGS.has(extensionOf(name));

/** Takes sounds alone; the window takes other files. The first one is for the scene under the pointer, else for the
 *  chosen one, the others for those that follow. */
export function takeDroppedSounds(root: HTMLElement, board: Board, narrating: Narrating): () => void {
  const drop = (event: DragEvent) => {
    const files = [...(event.dataTransfer?.files ?? [])].filter(isSound);
    if (files.length === 0 || !board.mayEdit()) return;
    event.preventDefault();
    event.stopPropagation();
    // The window shows that something is dragged over it.
    document.querySelector('.dropping')?.classList.remove('dropping');
    const { scenes } = board.get();
    const under = (event.target as Element).closest<HTMLElement>('[data-scene], [data-id]');
    const id = under?.dataset.scene ?? under?.dataset.id ?? board.scene()?.id;
    const first = Math.max(
      0,
      scenes.findIndex(scene => scene.id === id),
    );
    void takeAll(files, first);
  };
  const takeAll = async (files: readonly File[], first: number) => {
    for (const [nth, file] of files.entries()) {
      const scene = board.get().scenes[first + nth];
      // oxlint-disable-next-line no-await-in-loop -- one file after the other
      if (scene) await narrating.takeFile(file, scene);
    }
  };
  root.addEventListener('drop', drop);
  return () => root.removeEventListener('drop', drop);
}
