/** What the commands and the views of the storyboard share. */
import type { Client } from '../core/client.ts';
import type { Store, View } from '../core/store.ts';
import { type Board, createBoard } from './board.ts';
import { createLoadedScenes, type LoadedScenes } from './loaded-scenes.ts';
import { createOptions, type Options } from './options.ts';
import { createPainter, type Painter } from './painted.ts';
import { refusal } from '../core/notices.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import { createHeard } from './narration/heard.ts';
import { narrationOf } from './narration/narration-edits.ts';
import { createNarrating, type Narrating } from './narration/narrating.ts';
import { createSoundDesk } from './narration/sound-desk.ts';
import { createSounds } from './narration/sounds.ts';
import { createPlayer, type Player } from './player.ts';

export type FilmParts = View & {
  board: Board;
  films: LoadedScenes;
  player: Player;
  painter: Painter;
  options: Options;
  narrating: Narrating;
  /** Makes the chosen scene's title a field in the list. The list gives this. */
  rename: () => void;
};

export function createFilmParts(store: Store, client: Client): FilmParts {
  const board = createBoard(store, client);
  const films = createLoadedScenes(store, client, board);
  const isReady = (id: string) => {
    const scene = board.get().scenes.find(each => each.id === id);
    return scene !== undefined && films.isSettled(scene);
  };
  const player = createPlayer(board, isReady);
  const desk = createSoundDesk();
  const sounds = createSounds(client, desk);
  const refuse = (error: unknown) => store.set({ notice: refusal(sentenceOf(error), store.get()) });
  const narrating = createNarrating({ board, player, sounds, refuse, client, name: () => store.get().document.name });
  const heard = createHeard(sounds);
  const hear = () => {
    const scene = board.scene();
    if (scene && player.isPlaying()) heard.at(narrationOf(board.get(), scene), player.seconds() - scene.before);
    else heard.rest();
  };
  const ends = [player.onChange(hear)];
  return {
    board,
    films,
    player,
    painter: createPainter(store, board, films),
    options: createOptions(),
    narrating,
    rename: () => {},
    destroy() {
      for (const end of ends) end();
      for (const view of [narrating, heard, desk]) view.destroy();
      player.destroy();
      films.destroy();
      board.destroy();
    },
  };
}
