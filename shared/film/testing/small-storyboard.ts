/** Storyboards for tests. */
import { AT_REST, EMPTY_STORYBOARD, type FilmScene, type Narration, type Storyboard } from '../storyboard.ts';

/** A scene that rests for four seconds before the whole network. */
export const sceneOf = (id: string, more: Partial<FilmScene> = {}): FilmScene => ({
  id,
  title: id,
  ...AT_REST,
  duration: 4,
  before: 1,
  after: 1,
  ...more,
});

/** A narration that one scene of the same id speaks. */
export const narrationOf = (id: string, more: Partial<Narration> = {}): Narration => ({
  id,
  type: 'audio/wav',
  seconds: 1.5,
  gain: -2,
  peaks: [0, 0.5, 1],
  ...more,
});

/** A storyboard with a spoken scene for each of these ids. */
export const spokenBoard = (...ids: string[]): Storyboard => ({
  ...EMPTY_STORYBOARD,
  scenes: ids.map(id => sceneOf(id, { narration: id, duration: 'narration' })),
  narrations: ids.map(id => narrationOf(id)),
});
