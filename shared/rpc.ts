/** Frames and calls. They are the same over every transport (WebSocket, Electron's message ports, process messages). A
 *  frame has: the header's length (u32); the header, UTF-8 JSON padded with spaces to a multiple of 8; then raw arrays,
 *  each aligned to 8 bytes. In the JSON an array is {"$array": [type, byteOffset, length]}, and the tree of a formula
 *  is {"$formula": list} (see formula/flat.ts). Little-endian. */
import * as v from 'valibot';
import { UserError } from './errors.ts';
import type { Expression } from './formula/expression.ts';
import { flattened, unflattened } from './formula/flat.ts';
import { isModestJson, type JsonLimits } from './json.ts';
import { FORMULA_LEVELS } from './layers/layer-formula.ts';
import { FIRST_FAULT } from './list-schema.ts';
import { english } from './messages/render.ts';
import { type Sentence, sentenceOfIssue, sentenceSchema } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import type { Args, Events, Kind, Message, Replies, WorkbookInfo } from './protocol.ts';

const ARRAY_TYPES = { f32: Float32Array, u8: Uint8Array, u32: Uint32Array } as const;
type RawArray = Float32Array | Uint8Array | Uint32Array;

/** Without bit operators, which have only 32 bits: a frame can be larger than 4 GiB. */
const align = (n: number) => 8 * Math.ceil(n / 8);
/** The longest header of a frame. A message carries its large data in arrays. */
const MAX_HEADER = 16 * 2 ** 20;
/** A header up to this length can't hold so many values that reading it takes long. */
const SMALL_HEADER = 8192;
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

/** A message as the bytes of a frame. `room`: memory to write the frame into, such as the buffer of the frame before.
 *  Fresh memory would cost more time than the writing itself. Where `room` is too small, the frame gets new memory, a
 *  quarter larger than it needs, which can be the room of the next frame. */
export function encodeFrame(message: Message, room?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { header, start, arrays, length } = partsOf(message);
  const frame = spaceFor(length, room);
  writeHead(frame, header, start);
  let at = start;
  for (const array of arrays) {
    frame.set(bytesOf(array), at);
    at = align(at + array.byteLength);
  }
  return frame;
}

/** The frame in pieces: its header, then its arrays, which are not copied. */
export function framePieces(message: Message): Uint8Array[] {
  const { header, start, arrays } = partsOf(message);
  const head = new Uint8Array(start);
  writeHead(head, header, start);
  const pieces = [head];
  for (const array of arrays) {
    pieces.push(bytesOf(array));
    const padding = align(array.byteLength) - array.byteLength;
    if (padding > 0) pieces.push(new Uint8Array(padding));
  }
  return pieces;
}

/** A message's header and arrays, where the arrays start in its frame, and the length of the frame. */
function partsOf(message: Message) {
  const arrays: RawArray[] = [];
  let offset = 0;
  const plain = replaced(message, (type, array) => {
    const reference = { $array: [type, offset, array.length] };
    arrays.push(array);
    offset = align(offset + array.byteLength);
    return reference;
  });
  const header = utf8.encode(JSON.stringify(plain));
  const start = align(4 + header.length);
  return { header, start, arrays, length: start + offset };
}

/** The value with references in place of its arrays, and lists in place of its formulas' trees. What holds neither is
 *  not copied. (JSON.stringify with a function of ours would take twice as long.) */
function replaced(value: unknown, referTo: (type: keyof typeof ARRAY_TYPES, array: RawArray) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const type = typeOf(value);
  if (type) return referTo(type, value as RawArray);
  const items = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(items)) {
    const item = items[key];
    if (typeof item !== 'object' && key !== 'formula') continue;
    const isFormula = key === 'formula' && item !== undefined;
    const other = isFormula ? { $formula: flattened(item as Expression) } : replaced(item, referTo);
    if (other === item) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[key] = other;
  }
  return copy ?? value;
}

function writeHead(frame: Uint8Array<ArrayBuffer>, header: Uint8Array, start: number): void {
  frame.fill(0x20, 4 + header.length, start);
  new DataView(frame.buffer, frame.byteOffset).setUint32(0, start - 4, true);
  frame.set(header, 4);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: RawArray) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

function spaceFor(length: number, room: Uint8Array<ArrayBuffer> | undefined): Uint8Array<ArrayBuffer> {
  if (!room) return new Uint8Array(length);
  const enough = room.length < length ? new Uint8Array(Math.ceil(1.25 * length)) : room;
  return enough.subarray(0, length);
}

function typeOf(value: object): keyof typeof ARRAY_TYPES | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  if (value instanceof Float32Array) return 'f32';
  if (value instanceof Uint8Array) return 'u8';
  if (value instanceof Uint32Array) return 'u32';
  return undefined;
}

/** The limits of a request's header. The longest real request pastes 100,000 formulas. Replies come from our own engine
 *  and may be longer. */
export const REQUEST_LIMITS: JsonLimits = { depth: 32 + FORMULA_LEVELS, values: 2_000_000 };
const LIMITS: JsonLimits = { depth: 64 + FORMULA_LEVELS, values: 8_000_000 };

/** Throws UserError if the bytes are no frame, or the header is beyond the limits. Arrays in the result are views of
 *  the frame, or of a copy of it. */
export function decodeFrame(bytes: Uint8Array, limits = LIMITS): Message {
  const message = decodeOne(bytes, limits);
  if (message.type !== 'forward') return message;
  const { frame, id, client } = message;
  const within = decodeOne(frame, limits);
  if (within.type === 'reply') return { ...within, id };
  if (within.type === 'request') return { ...within, id, client, checked: true };
  throw new UserError(sentences.rpc.damaged);
}

function decodeOne(bytes: Uint8Array, limits: JsonLimits): Message {
  // Not slice(): it copies nothing if the bytes are one of Node's Buffers.
  const frame = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const bad = () => new UserError(sentences.rpc.damaged);
  if (frame.length < 4) throw bad();
  const headerLength = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  const start = 4 + headerLength;
  if (headerLength > MAX_HEADER || start > frame.length || start % 8 !== 0) throw bad();
  const header = frame.subarray(4, start);
  if (header.length > SMALL_HEADER && !isModestJson(header, limits)) throw bad();
  let room = frame.length - start;
  const arrayOf = (reference: unknown) => {
    if (!isArrayReference(reference)) throw bad();
    const [type, offset, length] = reference;
    const constructor = ARRAY_TYPES[type];
    const size = length * constructor.BYTES_PER_ELEMENT;
    // Arrays don't overlap, so together they can't be longer than the frame.
    room -= size;
    if (room < 0 || start + offset + size > frame.length) throw bad();
    return new constructor(frame.buffer as ArrayBuffer, frame.byteOffset + start + offset, length);
  };
  try {
    const message: unknown = withArrays(JSON.parse(fromUtf8.decode(header)), arrayOf, limits.depth);
    return v.parse(envelope, message) as Message;
  } catch {
    throw bad();
  }
}

/** The value with its arrays and the trees of its formulas. Throws if it is deeper than this. */
function withArrays(value: object, arrayOf: (reference: unknown) => RawArray, depth: number): unknown {
  if ('$array' in value) return arrayOf(value.$array);
  if ('$formula' in value) return formulaIn(value.$formula);
  if (depth === 0) throw new UserError(sentences.rpc.damaged);
  const items = value as Record<string, unknown>;
  for (const key of Object.keys(items)) {
    const item = items[key];
    if (typeof item === 'object' && item !== null) items[key] = withArrays(item, arrayOf, depth - 1);
  }
  return value;
}

type ArrayReference = [type: keyof typeof ARRAY_TYPES, offset: number, length: number];

function isArrayReference(value: unknown): value is ArrayReference {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [type, offset, length] = value as unknown[];
  return Object.hasOwn(ARRAY_TYPES, type as string) && isWhole(offset) && offset % 8 === 0 && isWhole(length);
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function formulaIn(flat: unknown): Expression {
  const expression = unflattened(flat);
  if (expression === undefined) throw new UserError(sentences.rpc.damaged);
  return expression;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const envelope = v.variant('type', [
  v.object({
    type: v.literal('request'),
    id: whole,
    kind: v.string(),
    args: v.unknown(),
    workbook: v.optional(v.pipe(v.string(), v.maxLength(100))),
    client: v.optional(whole),
  }),
  v.object({
    type: v.literal('forward'),
    id: whole,
    client: v.optional(whole),
    frame: v.instance(Uint8Array<ArrayBufferLike>),
  }),
  v.object({ type: v.literal('reply'), id: whole, result: v.unknown() }),
  v.object({ type: v.literal('error'), id: whole, sentence: sentenceSchema, expected: v.boolean() }),
  v.object({ type: v.literal('event'), event: v.string(), data: v.unknown(), client: v.optional(whole) }),
]);

/** Wraps a request or reply that the shell passes on: the frame stays as its sender encoded it, and gets another
 *  number. It tells the engine that the shell has checked the arguments. */
export function forwardFrame(frame: Uint8Array, to: { id: number; client?: number }): Uint8Array<ArrayBuffer> {
  return encodeFrame({ type: 'forward', frame, ...to });
}

/** The asking end of a connection: it sends requests, resolves their replies and hands on events. */
export type Caller = {
  /** Sends a request and resolves with its reply. Each request names the workbook that is open as far as this end
   *  knows, so that it can't change another one. */
  send<K extends Kind & keyof Replies>(kind: K, args: Args<K>, client?: number, workbook?: string): Promise<Replies[K]>;
  /** Sends a request, or passes one on in the frame it came in. `answered` gets the reply and the reply's frame. */
  ask(request: Asked, answered: Answered): void;
  /** The open workbook, as far as this end knows. */
  readonly workbook: string | undefined;
  /** The structure of that workbook. Changes name it. */
  readonly structure: string | undefined;
  /** Takes every frame that arrives. */
  receive(frame: Uint8Array): void;
  /** Fails every open request with this sentence, because the connection is gone. */
  close(sentence: Sentence): void;
};

type Asked = { kind: Kind; args: unknown; client?: number; workbook?: string; frame?: Uint8Array };
type Answered = {
  resolve: (result: unknown, frame: Uint8Array) => void;
  reject: (error: Error) => void;
};

/** Makes a caller. `onEvent` also gets the event's frame, so that it can pass the frame on as it is. */
export function createCaller(
  post: (frame: Uint8Array<ArrayBuffer>) => void,
  onEvent: <E extends keyof Events>(event: E, data: Events[E], client: number | undefined, frame: Uint8Array) => void,
): Caller {
  const open = new Map<number, Answered & { kind: Kind }>();
  let next = 1;
  let known: Pick<WorkbookInfo, 'id' | 'structure'> | undefined;

  function ask({ kind, args, client, workbook, frame }: Asked, answered: Answered): void {
    const id = next++;
    open.set(id, { kind, ...answered });
    if (frame) post(forwardFrame(frame, { id, client }));
    else post(encodeFrame({ type: 'request', id, kind, args, workbook, client }));
  }

  return {
    send(kind, args, client, workbook = known?.id) {
      let answered: Answered | undefined;
      const reply = new Promise((resolve, reject) => (answered = { resolve, reject }));
      ask({ kind, args, client, workbook }, answered!);
      return reply as Promise<never>;
    },
    ask,
    get workbook() {
      return known?.id;
    },
    get structure() {
      return known?.structure;
    },
    receive(frame) {
      const message = decodeFrame(frame);
      if (message.type === 'event') {
        if (message.event === 'workbook') known = message.data;
        return onEvent(message.event, message.data as never, message.client, frame);
      }
      if (message.type === 'request' || message.type === 'forward') return;
      const waiting = open.get(message.id);
      open.delete(message.id);
      if (message.type === 'reply' && waiting?.kind === 'hello') known = (message.result as Replies['hello']).workbook;
      if (message.type === 'reply') waiting?.resolve(message.result, frame);
      else waiting?.reject(message.expected ? new UserError(message.sentence) : new Error(english(message.sentence)));
    },
    close(sentence) {
      for (const { reject } of open.values()) reject(new UserError(sentence));
      open.clear();
    },
  };
}

/** Checks a request's arguments. Throws UserError if they don't fit. */
export function parseArgs<K extends Kind>(schema: v.GenericSchema<unknown, Args<K>>, kind: K, args: unknown): Args<K> {
  const result = v.safeParse(schema, args, FIRST_FAULT);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  const where = path === null ? sentences.rpc.theArguments : cut(path);
  throw new UserError(sentences.rpc.malformed(kind, where, sentenceOfIssue(cut(issue.message))));
}

/** A sentence may quote the faulty value, which can be of any length. */
function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
