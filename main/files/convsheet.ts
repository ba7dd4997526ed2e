/** The .convsheet format: a zip with workbook.json, which says what the workbook is, and tensors/N.bin, the stored
 *  tensors as little-endian float32; where it was trained, what training-history.ts keeps. */
import * as v from 'valibot';
import { fits } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { ARCHIVE_LIMITS } from '../../shared/file-limits.ts';
import { FIRST_FAULT, list } from '../../shared/list-schema.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { NetworkSpec, TensorInfo } from '../../shared/network.ts';
import { canHold, describeTensors, inferShapes, parseNetwork } from '../../shared/network.ts';
import { setupSchema } from '../../shared/training.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { type Archive, asFloats, bytesAt, formatBytes, openArchive, type Source, sourceOf } from './archive.ts';
import { type ArchiveEntry, archivePieces, overheadOf } from './archive-pieces.ts';
import { parseModestJson } from './modest-json.ts';
import { historyFiles, memorySchema, readMemory, readRuns } from './training-history.ts';

const FORMAT = 'convsheet';
const VERSION = 1;
const HEADER = 'workbook.json';
const MAX_HEADER_BYTES = 16 * 2 ** 20;
/** A thousand layers and ten thousand tensors have a few hundred thousand. */
const MAX_HEADER_VALUES = 3_000_000;
/** Bytes of a file for what its archive says of entries that are no tensors of the workbook's own. */
const ROOM_FOR_NAMES = 2 ** 20;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
/** Longest names of classes and tensors, and of what is shown. */
const LONGEST = { name: 200, source: 1000 };
const shortText = v.pipe(v.string(), v.maxLength(LONGEST.name));
const identity = v.object({ format: v.literal(FORMAT), version: v.pipe(v.number(), v.integer(), v.minValue(1)) });
const headerSchema = v.object({
  network: v.unknown(),
  classes: list(shortText, 65_536),
  source: v.variant('kind', [
    v.object({ kind: v.literal('digit'), index: whole }),
    v.object({ kind: v.literal('drawing') }),
    v.object({ kind: v.literal('typed') }),
    v.object({ kind: v.literal('image'), name: v.pipe(v.string(), v.maxLength(LONGEST.source)) }),
  ]),
  tensors: list(
    v.object({ tensor: shortText, shape: list(whole, 4), type: v.literal('float32'), file: shortText }),
    ARCHIVE_LIMITS.entries,
  ),
  fit: v.optional(v.picklist(fits)),
  memory: v.optional(memorySchema),
  // Another version's is left out: a run can be set up again.
  setup: v.optional(v.fallback(v.optional(setupSchema), undefined)),
});
type Header = v.InferOutput<typeof headerSchema>;

/** The workbook in a .convsheet file, or in the bytes of one; `name` is the file's name for messages. All or nothing:
 *  throws UserError where anything is missing, damaged, foreign, newer or too large. Values are bit for bit those
 *  that were written. */
export function readWorkbook(file: Source | Uint8Array, name: string): Workbook {
  const source = file instanceof Uint8Array ? sourceOf(file) : file;
  refuseForeign(source, name);
  const archive = openArchive(source, name);
  const header = readHeader(archive, name);
  const network = readNetwork(header.network, name);
  const stored = storedTensors(network);
  checkClasses(header.classes, network, name);
  checkTensorList(header.tensors, stored, name);
  const files = new Map(header.tensors.map(({ tensor, file }) => [tensor, file]));
  const values = new Map(stored.map(tensor => [tensor.id, readTensor(archive, files.get(tensor.id)!, tensor, name)]));
  const wrong = (what: Sentence) => damaged(name, what);
  const runs = readRuns(archive, wrong);
  return {
    network,
    classes: header.classes,
    source: header.source,
    values,
    ...(runs.length > 0 && { runs }),
    ...(header.fit && { fit: header.fit }),
    ...(header.setup && { setup: header.setup }),
    ...(header.memory && { memory: readMemory(archive, header.memory, network, wrong) }),
  };
}

/** The bytes of a .convsheet file. Equal workbooks give equal bytes. Throws UserError where it would be too large to
 *  open again. `tell` hears what the file has no room for. */
export function writeWorkbook(workbook: Workbook, tell?: (sentence: Sentence) => void): Uint8Array<ArrayBuffer> {
  const pieces = [...workbookPieces(workbook, tell)];
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The same in pieces, which are made of the workbook's numbers as they are asked for. */
export function workbookPieces(workbook: Workbook, tell?: (sentence: Sentence) => void): Generator<Uint8Array> {
  const { network, classes, source, values, fit, setup } = workbook;
  const stored = storedTensors(network);
  const tensors = stored.map(({ id, shape }, n) => ({ tensor: id, shape, type: 'float32', file: `tensors/${n}.bin` }));
  const content = stored.reduce((sum, { size }) => sum + 4 * size, MAX_HEADER_BYTES);
  const room = ARCHIVE_LIMITS.fileBytes - content - overheadOf(tensors.map(({ file }) => file)) - ROOM_FOR_NAMES;
  if (room < 0) throw new UserError(sentences.files.workbookTooLarge(formatBytes(ARCHIVE_LIMITS.fileBytes)));
  const history = historyFiles(workbook, room);
  const { memory } = history;
  if (history.memoryLeftOut) tell?.(sentences.files.memoryLeftOut);
  const header = {
    format: FORMAT,
    version: VERSION,
    network,
    classes: classes.map(name => name.slice(0, LONGEST.name)),
    source: source.kind === 'image' ? { ...source, name: source.name.slice(0, LONGEST.source) } : source,
    tensors,
    fit,
    memory,
    setup,
  };
  const entry = (name: string, bytes: Uint8Array, level: number): ArchiveEntry => ({ name, content: bytes, level });
  // Trained weights hardly shrink, and stored ones load faster; the header shrinks to a third.
  const entries = [entry(HEADER, new TextEncoder().encode(`${JSON.stringify(header, null, 1)}\n`), 9)];
  for (const [n, { id, size }] of stored.entries()) {
    const tensor = values.get(id);
    if (tensor?.length !== size)
      throw new Error(`The workbook holds ${tensor?.length ?? 'no'} values of ${id}, not ${size}`);
    entries.push(entry(tensors[n].file, new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength), 0));
  }
  if (history.json) entries.push(entry(history.jsonName, history.json, 6));
  for (const [file, bytes] of history.tensors) entries.push(entry(file, bytes, 0));
  return archivePieces(entries);
}

function storedTensors(network: NetworkSpec): TensorInfo[] {
  return describeTensors(network).filter(({ role }) => role !== 'computed');
}

/** Says what a file is that begins otherwise than a zip; a zip goes on to be opened. */
function refuseForeign(source: Source, name: string): void {
  const bytes = bytesAt(source, 0, 1024);
  if (bytes.length === 0) throw new UserError(sentences.files.empty(name));
  const { kinds } = sentences.files;
  const begins = (...start: number[]) => start.every((byte, n) => bytes[n] === byte);
  if (begins(0x50, 0x4b)) return;
  if (begins(0x89, 0x50, 0x4e, 0x47) || begins(0xff, 0xd8, 0xff) || begins(0x47, 0x49, 0x46, 0x38)) {
    throw new UserError(sentences.files.foreign(name, kinds.picture));
  }
  if (begins(0x25, 0x50, 0x44, 0x46)) throw new UserError(sentences.files.foreign(name, kinds.pdf));
  const isText = bytes.every(byte => byte >= 32 || (byte >= 9 && byte <= 13));
  throw new UserError(sentences.files.foreign(name, isText ? kinds.text : kinds.unknown));
}

function readHeader(archive: Archive, name: string): Header {
  if (!archive.names.has(HEADER)) {
    const { archive: other, spreadsheet } = sentences.files.kinds;
    const isSpreadsheet = archive.names.has('xl/workbook.xml') || archive.names.has('xl/workbook.bin');
    throw new UserError(sentences.files.foreign(name, isSpreadsheet ? spreadsheet : other));
  }
  if (archive.size(HEADER)! > MAX_HEADER_BYTES) {
    throw new UserError(sentences.files.tooLarge(name, sentences.files.large.header, formatBytes(MAX_HEADER_BYTES)));
  }
  const json = parseModestJson(archive.read(HEADER), MAX_HEADER_VALUES);
  if (json === undefined) throw damaged(name, sentences.files.damage.json);
  const known = v.safeParse(identity, json);
  if (!known.success) {
    const isOurs = v.is(v.object({ format: v.literal(FORMAT) }), json);
    if (!isOurs) throw new UserError(sentences.files.foreign(name, sentences.files.kinds.archive));
    throw damaged(name, sentences.files.damage.field('version', 'a whole number from 1'));
  }
  if (known.output.version > VERSION) throw new UserError(sentences.files.newer(name, known.output.version));
  const header = v.safeParse(headerSchema, json, FIRST_FAULT);
  if (header.success) return header.output;
  const [{ received, expected }] = header.issues;
  const field = v.getDotPath(header.issues[0]) ?? '';
  const { fieldMissing, field: fieldWrong } = sentences.files.damage;
  throw damaged(name, received === 'undefined' ? fieldMissing(field) : fieldWrong(field, expected ?? 'something else'));
}

function readNetwork(network: unknown, name: string): NetworkSpec {
  try {
    return parseNetwork(network);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(sentences.files.network(name, error.sentence));
    throw error;
  }
}

/** Classes name the scores the network ends in; a network may also have none. */
function checkClasses(classes: readonly string[], network: NetworkSpec, name: string): void {
  const scores = [...inferShapes(network).values()].at(-1)!;
  const wanted = scores.length === 1 ? scores[0] : 0;
  if (classes.length === 0 || classes.length === wanted) return;
  throw damaged(name, sentences.files.damage.classes(classes.length, wanted));
}

/** The list in the header names each stored tensor of the network once, with its shape and a file of its own, and
 *  nothing else. */
function checkTensorList(list: Header['tensors'], stored: readonly TensorInfo[], name: string): void {
  const { damage } = sentences.files;
  const wanted = new Map<string, TensorInfo>(stored.map(tensor => [tensor.id, tensor]));
  const seen = new Set<string>();
  for (const { tensor, shape, file } of list) {
    const info = wanted.get(tensor);
    if (!info) throw damaged(name, damage.tensorUnknown(tensor));
    for (const once of [tensor, file]) {
      if (seen.has(once)) throw damaged(name, damage.tensorTwice(once));
      seen.add(once);
    }
    const found = shape.join(' × ');
    const expected = info.shape.join(' × ');
    if (found !== expected) throw damaged(name, damage.shape(tensor, found, expected));
  }
  const missing = stored.find(({ id }) => !seen.has(id));
  if (missing) throw damaged(name, damage.tensorMissing(missing.id));
}

function readTensor(
  archive: Archive,
  file: string,
  { id, size, role, name: parameter }: TensorInfo,
  name: string,
): Float32Array {
  const { damage } = sentences.files;
  const declared = archive.size(file);
  // Before unpacking: a network decides how much memory its own tensors take, a file does not.
  if (declared !== undefined && declared !== 4 * size) throw damaged(name, damage.size(file, declared, 4 * size));
  const values = asFloats(archive.read(file));
  const wrong = indexOfWrong(values, parameter, role === 'actual');
  if (wrong >= 0) throw damaged(name, damage.value(id, wrong, String(values[wrong])));
  return values;
}

/** The first number that a cell of the tensor can't hold, or −1. A loop without a function of its own: there may be a
 *  hundred million. */
function indexOfWrong(values: Float32Array, parameter: TensorInfo['name'], mayBeBlank: boolean): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isFinite(value) ? !canHold(parameter, value) : !(mayBeBlank && Number.isNaN(value))) return i;
  }
  return -1;
}

function damaged(name: string, what: Sentence): UserError {
  return new UserError(sentences.files.damaged(name, what));
}
