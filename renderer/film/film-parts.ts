/** What the commands and the views of the storyboard share. */
import type { Client } from '../core/client.ts';
import type { Store, View } from '../core/store.ts';
import { type Board, createBoard } from './board.ts';
import { createLoadedScenes, type LoadedScenes } from './loaded-scenes.ts';
import { createOptions, type Options } from './options.ts';
import { createPainter, type Painter } from './painted.ts';
import { createPlayer, type Player } from './player.ts';

export type FilmParts = View & {
  board: Board;
  films: LoadedScenes;
  player: Player;
  painter: Painter;
  options: Options;
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
  return {
    board,
    films,
    player,
    painter: createPainter(store, board, films),
    options: createOptions(),
    rename: () => {},
    destroy() {
      player.destroy();
      films.destroy();
      board.destroy();
    },
  };
}
