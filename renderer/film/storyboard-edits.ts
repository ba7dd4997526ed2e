/** Edits of a storyboard. Each gives another storyboard and leaves the old one as it is. */
import { AT_REST, FILM_LIMITS, type FilmScene, type Storyboard } from '../../shared/film/storyboard.ts';
import { lengthOf } from '../../shared/film/timeline.ts';

export type Mark = FilmScene['marks'][number];

/** An id that no scene has yet. */
export const freshId = (): string => `scene-${crypto.randomUUID()}`;

export const placeOf = ({ scenes }: Storyboard, id: string | undefined): number =>
  scenes.findIndex(scene => scene.id === id);

/** A scene of five seconds that rests before the whole network. */
export function plainScene(title: string, more: Partial<FilmScene> = {}): FilmScene {
  return {
    id: freshId(),
    title: title.slice(0, FILM_LIMITS.title),
    ...AT_REST,
    duration: 5,
    before: 0.5,
    after: 1,
    ...more,
  };
}

/** With scenes after another one; at the end if there is none of that id. As many as a storyboard may have. */
export function insertAfter(board: Storyboard, id: string | undefined, added: readonly FilmScene[]): Storyboard {
  const before = placeOf(board, id);
  const at = before < 0 ? board.scenes.length : before + 1;
  const room = FILM_LIMITS.scenes - board.scenes.length;
  return { ...board, scenes: board.scenes.toSpliced(at, 0, ...added.slice(0, room)) };
}

/** Without a scene, and without narrations that only it had. */
export function removeScene(board: Storyboard, id: string): Storyboard {
  const scenes = board.scenes.filter(scene => scene.id !== id);
  const spoken = new Set(scenes.map(({ narration }) => narration));
  const { narration } = board.scenes.find(scene => scene.id === id) ?? {};
  const narrations = board.narrations.filter(each => each.id !== narration || spoken.has(each.id));
  return { ...board, scenes, narrations };
}

/** A scene at another place: `to` counts in the list as it is then. */
export function moveScene(board: Storyboard, id: string, to: number): Storyboard {
  const from = placeOf(board, id);
  const at = Math.max(0, Math.min(board.scenes.length - 1, to));
  if (from < 0 || from === at) return board;
  return { ...board, scenes: board.scenes.toSpliced(from, 1).toSpliced(at, 0, board.scenes[from]) };
}

/** A copy of a scene, with another id. */
export function copyOf(board: Storyboard, id: string): FilmScene | undefined {
  const scene = board.scenes.find(each => each.id === id);
  return scene && { ...scene, id: freshId() };
}

/** What is undefined in the patch is left out of the scene. */
export function changeScene(board: Storyboard, id: string, patch: Partial<FilmScene>): Storyboard {
  return { ...board, scenes: board.scenes.map(scene => (scene.id === id ? patched(scene, patch) : scene)) };
}

function patched(scene: FilmScene, patch: Partial<FilmScene>): FilmScene {
  const entries = Object.entries({ ...scene, ...patch }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as FilmScene;
}

/** A scene of another length. One that is as long as its narration rests longer after it, or shorter. */
export function stretch(board: Storyboard, id: string, wanted: number): Storyboard {
  const scene = board.scenes.find(each => each.id === id);
  if (!scene) return board;
  const { least, most } = FILM_LIMITS.seconds;
  const seconds = tenths(Math.max(least, Math.min(most, wanted)));
  if (scene.duration !== 'narration') return changeScene(board, id, { duration: seconds });
  const spoken = lengthOf(board, scene) - scene.after;
  return changeScene(board, id, { after: tenths(Math.max(0, seconds - spoken)) });
}

/** Times that people set are in tenths of a second. */
export const tenths = (seconds: number): number => Math.round(seconds * 10) / 10;

/** With a mark of its own name, and its place among the marks. undefined if there is no room for one more. */
export function addMark(scene: FilmScene, at: number, nameOf: (number: number) => string): Mark | undefined {
  if (scene.marks.length >= FILM_LIMITS.marks) return undefined;
  const names = new Set(scene.marks.map(({ name }) => name));
  let number = scene.marks.length + 1;
  while (names.has(nameOf(number))) number++;
  return { at: tenths(at), name: nameOf(number) };
}

export const withMark = ({ marks }: FilmScene, mark: Mark): Partial<FilmScene> => ({
  marks: inOrder([...marks, mark]),
});

/** A mark with another time or name. The motion that begins at it begins at it still. */
export function changeMark(scene: FilmScene, name: string, next: Partial<Mark>): Partial<FilmScene> {
  const marks = scene.marks.map(mark => (mark.name === name ? { ...mark, ...next } : mark));
  const begins = scene.begins === name ? (next.name ?? name) : scene.begins;
  return { marks: inOrder(marks), ...(begins !== undefined && { begins }) };
}

export function removeMark(scene: FilmScene, name: string): Partial<FilmScene> {
  const marks = scene.marks.filter(mark => mark.name !== name);
  return { marks, ...(scene.begins === name && { begins: undefined }) };
}

const inOrder = (marks: readonly Mark[]): Mark[] => marks.toSorted((one, other) => one.at - other.at);
