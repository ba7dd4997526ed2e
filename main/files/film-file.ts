/** The storyboard in a .convsheet file: film/storyboard.json, and the sound of each narration as
 *  film/narrations/ID.EXT. A workbook without a storyboard has neither. */
import * as v from 'valibot';
import { checkNarrations, checkStoryboard, NOTHING_FILMED } from '../../shared/changes/storyboard.ts';
import { UserError } from '../../shared/errors.ts';
import { FILM_LIMITS, type Narration, storyboardSchema } from '../../shared/film/storyboard.ts';
import { FIRST_FAULT } from '../../shared/list-schema.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { type Archive, formatBytes } from './archive.ts';
import type { ArchiveEntry } from './archive-pieces.ts';
import { parseModestJson } from './modest-json.ts';

const STORYBOARD = 'film/storyboard.json';
/** A character takes at most three bytes. */
const MOST_BYTES = 3 * FILM_LIMITS.json;
const MOST_VALUES = 2_000_000;

const endings: Record<Narration['type'], string> = {
  'audio/webm': 'webm',
  'audio/mp4': 'm4a',
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/flac': 'flac',
};
const soundFile = ({ id, type }: Narration) => `film/narrations/${id}.${endings[type]}`;

/** The entries of a workbook's storyboard. Equal storyboards give equal bytes. */
export function filmEntries({ storyboard, narrations }: Workbook): ArchiveEntry[] {
  if (!storyboard) return [];
  // Parsed, so that the order of the fields doesn't depend on who made it.
  const json = JSON.stringify(v.parse(storyboardSchema, storyboard), null, 1);
  const sounds = storyboard.narrations.map(narration => {
    const content = narrations?.get(narration.id);
    if (!content) throw new Error(`The workbook has no sound of the narration ${narration.id}.`);
    return { name: soundFile(narration), content, level: 0 };
  });
  return [{ name: STORYBOARD, content: new TextEncoder().encode(`${json}\n`), level: 6 }, ...sounds];
}

/** The storyboard in a file. `wrong` makes the error for a damaged one. */
export function readFilm(
  archive: Archive,
  name: string,
  wrong: (what: Sentence) => UserError,
): Pick<Workbook, 'storyboard' | 'narrations'> {
  const { damage, large, tooLarge } = sentences.files;
  if (!archive.names.has(STORYBOARD)) throw wrong(damage.missing(STORYBOARD));
  if (archive.size(STORYBOARD)! > MOST_BYTES)
    throw new UserError(tooLarge(name, large.storyboard, formatBytes(MOST_BYTES)));
  const json = parseModestJson(archive.read(STORYBOARD), MOST_VALUES);
  if (json === undefined) throw wrong(damage.content(STORYBOARD));
  const parsed = v.safeParse(storyboardSchema, json, FIRST_FAULT);
  if (!parsed.success) throw wrong(damage.storyboard(v.getDotPath(parsed.issues[0]) ?? ''));
  const storyboard = parsed.output;
  let room: number = FILM_LIMITS.narrations;
  const narrations = storyboard.narrations.map(narration => {
    const file = soundFile(narration);
    // Checked before unpacking. What is missing, `read` says.
    const size = archive.size(file) ?? 0;
    room -= size;
    if (room < 0 || size > FILM_LIMITS.narration)
      throw new UserError(tooLarge(name, file, formatBytes(room < 0 ? FILM_LIMITS.narrations : FILM_LIMITS.narration)));
    return { id: narration.id, bytes: archive.read(file) };
  });
  const change = { kind: 'storyboard' as const, storyboard, narrations };
  try {
    checkStoryboard(change);
    checkNarrations(NOTHING_FILMED, change);
  } catch (error) {
    if (error instanceof UserError) throw wrong(damage.storyboardRefused(error.sentence));
    throw error;
  }
  return {
    storyboard,
    ...(narrations.length > 0 && { narrations: new Map(narrations.map(({ id, bytes }) => [id, bytes])) }),
  };
}
