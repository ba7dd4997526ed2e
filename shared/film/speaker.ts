/** What the presented window and the speaker's window tell each other. Both check what they get. */
import * as v from 'valibot';
import { list } from '../list-schema.ts';
import { index, text } from '../protocol/schemas.ts';
import { FILM_LIMITS } from './storyboard.ts';

const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));

/** Each presentation has a channel of its own, which only these two windows know. */
export const speakerChannel = (id: string): string => `convsheet-speaker-${id}`;
/** The address of the speaker's page, beside the window's own. The id after the # is never sent anywhere. */
export const SPEAKER_PAGE = 'speaker.html';
export const speakerAddress = (id: string): string => `${SPEAKER_PAGE}#${id}`;
export const speakerId = (hash: string): string | undefined => /^#([\da-f-]{36})$/.exec(hash)?.[1];

const step = v.union([
  v.picklist(['next', 'back', 'first', 'last', 'again', 'pause', 'black', 'white']),
  v.strictObject({ go: index }),
]);

/** What the speaker's window says: that it is there, a step, or that the presentation begins or ends. */
const fromSpeaker = v.variant('kind', [
  v.strictObject({ kind: v.literal('hello') }),
  v.strictObject({ kind: v.literal('step'), step }),
  v.strictObject({ kind: v.literal('begin') }),
  v.strictObject({ kind: v.literal('end') }),
]);

/** What the presented window says. `picture`, `value`: an ImageBitmap, which only windows know. */
const toSpeaker = v.variant('kind', [
  v.strictObject({
    kind: v.literal('scenes'),
    name: text(1000),
    theme: v.picklist(['light', 'dark']),
    scenes: list(
      v.strictObject({ title: text(FILM_LIMITS.title), notes: text(FILM_LIMITS.notes), seconds }),
      FILM_LIMITS.scenes,
    ),
  }),
  v.strictObject({
    kind: v.literal('at'),
    what: v.picklist(['nothing', 'scenes', 'sheet']),
    place: index,
    seconds,
    rest: seconds,
    moves: v.boolean(),
    cover: v.optional(v.picklist(['black', 'white'])),
  }),
  v.strictObject({ kind: v.literal('picture'), of: v.picklist(['now', 'next']), place: index, picture: v.unknown() }),
  v.strictObject({ kind: v.literal('close') }),
]);

export type FromSpeaker = v.InferOutput<typeof fromSpeaker>;
export type ToSpeaker = v.InferOutput<typeof toSpeaker>;
export type Told = Extract<ToSpeaker, { kind: 'at' }>;

/** A message of the speaker's window. undefined if it is none. */
export const readFromSpeaker = (message: unknown): FromSpeaker | undefined => read(fromSpeaker, message);
/** A message to the speaker's window. undefined if it is none. */
export const readToSpeaker = (message: unknown): ToSpeaker | undefined => read(toSpeaker, message);

function read<S extends v.GenericSchema>(schema: S, message: unknown): v.InferOutput<S> | undefined {
  const parsed = v.safeParse(schema, message);
  return parsed.success ? parsed.output : undefined;
}
