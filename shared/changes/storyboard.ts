/** The change of a workbook's storyboard. The bytes of a narration come once, with the change that brings it, and stay
 *  as they are while the storyboard has it. */
import { UserError } from '../errors.ts';
import { EMPTY_STORYBOARD, FILM_LIMITS, type Storyboard } from '../film/storyboard.ts';
import { sentences } from '../messages/sentences.ts';

/** `narrations`: the bytes of those that the workbook doesn't have yet. */
export type StoryboardChange = {
  kind: 'storyboard';
  storyboard: Storyboard;
  narrations?: readonly { id: string; bytes: Uint8Array }[];
};

/** A workbook's storyboard, and the bytes of its narrations by their ids. */
export type Filmed = { storyboard: Storyboard; narrations: ReadonlyMap<string, Uint8Array> };

export const NOTHING_FILMED: Filmed = { storyboard: EMPTY_STORYBOARD, narrations: new Map() };

const MiB = 2 ** 20;
const { refusals: say } = sentences.scenes;

/** Throws UserError where no workbook can take the change. */
export function checkStoryboard({ storyboard, narrations = [] }: StoryboardChange): void {
  const known = idsOf(storyboard.narrations);
  idsOf(storyboard.scenes);
  idsOf(narrations);
  for (const { title, narration } of storyboard.scenes)
    if (narration !== undefined && !known.has(narration)) throw new UserError(say.unknownNarration(title));
  for (const { id, bytes } of narrations) {
    if (!known.has(id)) throw new UserError(say.foreignSound(id));
    if (bytes.length > FILM_LIMITS.narration) throw new UserError(say.narrationTooLarge(FILM_LIMITS.narration / MiB));
  }
  if (JSON.stringify(storyboard).length > FILM_LIMITS.json) throw new UserError(say.tooLong(FILM_LIMITS.json / MiB));
}

function idsOf(items: readonly { id: string }[]): Set<string> {
  const ids = new Set<string>();
  for (const { id } of items) {
    if (ids.has(id)) throw new UserError(say.twice(id));
    ids.add(id);
  }
  return ids;
}

/** Throws UserError where bytes of a narration would be missing, or all of them were too many. */
export function checkNarrations(before: Filmed, change: StoryboardChange): void {
  const sounds = soundsAfter(before, change);
  const missing = change.storyboard.narrations.find(({ id }) => !sounds.has(id));
  if (missing) throw new UserError(say.soundMissing(missing.id));
  const all = [...sounds.values()].reduce((sum, { length }) => sum + length, 0);
  if (all > FILM_LIMITS.narrations) throw new UserError(say.narrationsTooLarge(FILM_LIMITS.narrations / MiB));
}

/** The bytes of all narrations that the storyboard has after the change. */
function soundsAfter(before: Filmed, { storyboard, narrations = [] }: StoryboardChange): Map<string, Uint8Array> {
  const brought = new Map(narrations.map(({ id, bytes }) => [id, bytes]));
  return new Map(
    storyboard.narrations.flatMap(({ id }) => {
      const bytes = brought.get(id) ?? before.narrations.get(id);
      return bytes ? [[id, bytes] as const] : [];
    }),
  );
}

export function applyStoryboard(content: Filmed, change: StoryboardChange): void {
  content.narrations = soundsAfter(content, change);
  content.storyboard = change.storyboard;
}

/** The change that takes this one back. It brings back the bytes that get lost. */
export function storyboardBack(content: Filmed, change: StoryboardChange): StoryboardChange {
  const after = soundsAfter(content, change);
  const lost = [...content.narrations].filter(([id, bytes]) => after.get(id) !== bytes);
  return changeOf(content.storyboard, lost);
}

/** The change without bytes that the workbook has already. undefined where nothing changes. */
export function narrowedStoryboard(content: Filmed, change: StoryboardChange): StoryboardChange | undefined {
  const { storyboard, narrations = [] } = change;
  const added = narrations.filter(({ id, bytes }) => !sameBytes(bytes, content.narrations.get(id)));
  const same = JSON.stringify(storyboard) === JSON.stringify(content.storyboard);
  if (same && added.length === 0) return undefined;
  return changeOf(
    storyboard,
    added.map(({ id, bytes }) => [id, bytes]),
  );
}

/** One change with the effect of these, one after the other. */
export function composedStoryboards(changes: readonly StoryboardChange[]): StoryboardChange {
  const { storyboard } = changes.at(-1)!;
  const brought = new Map(changes.flatMap(({ narrations = [] }) => narrations.map(({ id, bytes }) => [id, bytes])));
  return changeOf(
    storyboard,
    storyboard.narrations.flatMap(({ id }) => (brought.has(id) ? [[id, brought.get(id)!] as const] : [])),
  );
}

/** About how many bytes the change takes. */
export function sizeOfStoryboard({ storyboard, narrations = [] }: StoryboardChange): number {
  return narrations.reduce((sum, { bytes }) => sum + bytes.length, JSON.stringify(storyboard).length);
}

/** The parts that a workbook has if somebody has made a storyboard. */
export function keptFilm({ storyboard, narrations }: Filmed): Partial<Filmed> {
  const { look, scenes, narrations: spoken } = storyboard;
  const isEmpty = look === EMPTY_STORYBOARD.look && scenes.length + spoken.length === 0;
  return isEmpty ? {} : { storyboard, ...(narrations.size > 0 && { narrations }) };
}

function changeOf(storyboard: Storyboard, sounds: readonly (readonly [string, Uint8Array])[]): StoryboardChange {
  const narrations = sounds.map(([id, bytes]) => ({ id, bytes }));
  return { kind: 'storyboard', storyboard, ...(narrations.length > 0 && { narrations }) };
}

function sameBytes(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return one === other || (one.length === other?.length && one.every((byte, at) => byte === other[at]));
}
