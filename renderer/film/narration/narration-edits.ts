/** Edits of what is spoken in a storyboard. Each gives another storyboard and leaves the old one as it is. */
import { FILM_LIMITS, type FilmScene, type Narration, type Storyboard } from '../../../shared/film/storyboard.ts';
import { lengthOf } from '../../../shared/film/timeline.ts';
import { changeScene, type Mark, tenths } from '../storyboard-edits.ts';

export const narrationOf = ({ narrations }: Storyboard, scene: FilmScene | undefined): Narration | undefined =>
  narrations.find(({ id }) => id === scene?.narration);

/** A scene with another narration, and with marks that were set while it was recorded, in seconds of it. A scene that
 *  is too short for it becomes as long as it. */
export function withNarration(
  board: Storyboard,
  scene: FilmScene,
  spoken: Narration,
  marks: readonly Mark[] = [],
): Storyboard {
  const own = board.scenes.find(({ id }) => id === scene.id);
  if (!own) return board;
  const { before } = own;
  const added = marks
    .map(({ at, name }) => ({ name, at: tenths(Math.max(0, before + at)) }))
    .filter(({ name }) => own.marks.every(mark => mark.name !== name))
    .slice(0, FILM_LIMITS.marks - own.marks.length);
  const isShort = lengthOf(board, own) < before + spoken.seconds;
  const changed = changeScene(board, own.id, {
    narration: spoken.id,
    marks: [...own.marks, ...added].toSorted((one, other) => one.at - other.at),
    ...(isShort && asLongAsSpoken(own)),
  });
  return withoutUnspoken({ ...changed, narrations: [...changed.narrations, spoken] }, own.narration);
}

/** What makes a scene as long as its narration. A scene that rests for long after it doesn't so any more. */
export const asLongAsSpoken = ({ after }: FilmScene): Partial<FilmScene> => ({
  duration: 'narration',
  after: Math.min(after, MOST_AFTER),
});
const MOST_AFTER = 2;

/** A scene without its narration. It stays as long as it is. */
export function withoutNarration(board: Storyboard, id: string): Storyboard {
  const scene = board.scenes.find(each => each.id === id);
  if (scene?.narration === undefined) return board;
  const seconds = Math.round(100 * lengthOf(board, scene)) / 100;
  const { least } = FILM_LIMITS.seconds;
  const changed = changeScene(board, id, { narration: undefined, duration: Math.max(least, seconds) });
  return withoutUnspoken(changed, scene.narration);
}

/** Without a narration that no scene has any more. */
function withoutUnspoken(board: Storyboard, old: string | undefined): Storyboard {
  const isSpoken = board.scenes.some(({ narration }) => narration === old);
  return isSpoken ? board : { ...board, narrations: board.narrations.filter(({ id }) => id !== old) };
}

/** A narration of which another part is heard. Marks of its scenes stay at their words. */
export function trimmed(board: Storyboard, changed: Narration): Storyboard {
  const old = board.narrations.find(({ id }) => id === changed.id);
  if (!old) return board;
  const later = (changed.skip ?? 0) - (old.skip ?? 0);
  return {
    ...board,
    narrations: board.narrations.map(each => (each.id === changed.id ? changed : each)),
    scenes: board.scenes.map(scene =>
      scene.narration === changed.id
        ? { ...scene, marks: scene.marks.map(({ at, name }) => ({ name, at: tenths(Math.max(0, at - later)) })) }
        : scene,
    ),
  };
}
