/** The .convsheet format: a zip with workbook.json, which describes the workbook, and tensors/N.bin, the stored tensors
 *  as little-endian float32. A trained workbook also has the files of training-history.ts, one in which users wrote
 *  that of written-file.ts, and one with a storyboard those of film-file.ts. */
import * as v from 'valibot';
import { fits } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { ARCHIVE_LIMITS } from '../../shared/file-limits.ts';
import { FIRST_FAULT, list } from '../../shared/list-schema.ts';
import { MOST_HUSHED, MOST_KEY } from '../../shared/lint-keys.ts';
import { buildSheet, type Sheet } from '../../shared/layout/sheet.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { NetworkSpec, TensorInfo } from '../../shared/network.ts';
import { canHold, describeTensors, inferShapes, parseNetwork } from '../../shared/network.ts';
import { setupSchema } from '../../shared/training.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { type Archive, asFloats, bytesAt, formatBytes, openArchive, type Source, sourceOf } from './archive.ts';
import { type ArchiveEntry, archivePieces, overheadOf } from './archive-pieces.ts';
import { filmEntries, readFilm } from './film-file.ts';
import { parseModestJson } from './modest-json.ts';
import { historyFiles, memorySchema, readMemory, readRuns } from './training-history.ts';
import { CELLS, readWritten, writtenJson } from './written-file.ts';

const FORMAT = 'convsheet';
/** The versions of files with a storyboard and with cells.json. Those with neither are of version 1, as ever. An
 *  earlier ConvSheet refuses what it doesn't know, because it would lose it with the next save. */
const VERSION = { film: 3, cells: 2, least: 1 };
const HEADER = 'workbook.json';
const MAX_HEADER_BYTES = 16 * 2 ** 20;
/** The most values in the header. A thousand layers and ten thousand tensors take a few hundred thousand. */
const MAX_HEADER_VALUES = 3_000_000;
/** The bytes that the archive's own records may take, besides those of the tensors. */
const ROOM_FOR_NAMES = 2 ** 20;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
/** The longest names of classes and tensors, and of the shown example. */
const LONGEST = { name: 200, source: 1000 };
const shortText = v.pipe(v.string(), v.maxLength(LONGEST.name));
const identity = v.object({ format: v.literal(FORMAT), version: v.pipe(v.number(), v.integer(), v.minValue(1)) });
const headerSchema = v.object({
  ...identity.entries,
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
  hushed: v.optional(list(v.pipe(v.string(), v.maxLength(MOST_KEY)), MOST_HUSHED)),
  memory: v.optional(memorySchema),
  // A set-up of another version is left out, because somebody can set it up again.
  setup: v.optional(v.fallback(v.optional(setupSchema), undefined)),
});
type Header = v.InferOutput<typeof headerSchema>;

/** Reads the workbook in a .convsheet file, or in its bytes. `name`: the file's name for messages. Throws UserError if
 *  anything is missing, damaged, unknown, newer or too large. Values have the same bits as when they were written. */
export function readWorkbook(file: Source | Uint8Array, name: string): Workbook {
  const source = file instanceof Uint8Array ? sourceOf(file) : file;
  refuseForeign(source, name);
  const archive = openArchive(source, name);
  const header = readHeader(archive, name);
  const network = readNetwork(header.network, name);
  const stored = storedTensors(network);
  checkClasses(header.classes, network, name);
  const earlier = earlierSheet(network, header);
  const kept = earlier ? stored.filter(({ id }) => earlier.tensors.has(id)) : stored;
  checkTensorList(header.tensors, kept, name);
  const files = new Map(header.tensors.map(({ tensor, file }) => [tensor, file]));
  const values = new Map(kept.map(tensor => [tensor.id, readTensor(archive, files.get(tensor.id)!, tensor, name)]));
  for (const { id, size } of stored) if (!values.has(id)) values.set(id, new Float32Array(size).fill(Number.NaN));
  const wrong = (what: Sentence) => damaged(name, what);
  const runs = readRuns(archive, wrong);
  const classes = header.classes;
  return {
    ...(hasCells(header, archive) && readWritten(archive, { network, classes, earlier }, name, wrong)),
    ...(header.version >= VERSION.film && readFilm(archive, name, wrong)),
    network,
    classes,
    source: header.source,
    values,
    ...(runs.length > 0 && { runs }),
    ...(header.fit && { fit: header.fit }),
    ...(header.hushed && { hushed: header.hushed }),
    ...(header.setup && { setup: header.setup }),
    ...(header.memory && { memory: readMemory(archive, header.memory, network, wrong) }),
  };
}

/** The bytes of a .convsheet file. Equal workbooks give equal bytes. Throws UserError if the file would be too large to
 *  open again. */
export function writeWorkbook(workbook: Workbook): Uint8Array<ArrayBuffer> {
  const pieces = [...workbookPieces(workbook)];
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** `writeWorkbook` in pieces, which are made when they are asked for. `tell` is called with a sentence about what was
 *  left out for lack of room. */
export function workbookPieces(workbook: Workbook, tell?: (sentence: Sentence) => void): Generator<Uint8Array> {
  const { network, classes, source, values, fit, hushed, setup } = workbook;
  const stored = storedTensors(network);
  const tensors = stored.map(({ id, shape }, n) => ({ tensor: id, shape, type: 'float32', file: `tensors/${n}.bin` }));
  const content = stored.reduce((sum, { size }) => sum + 4 * size, MAX_HEADER_BYTES);
  const room = ARCHIVE_LIMITS.fileBytes - content - overheadOf(tensors.map(({ file }) => file)) - ROOM_FOR_NAMES;
  const cells = writtenJson(workbook);
  const film = filmEntries(workbook);
  const around = film.reduce((sum, { content }) => sum + content.length, cells?.length ?? 0);
  if (room < around) throw new UserError(sentences.files.workbookTooLarge(formatBytes(ARCHIVE_LIMITS.fileBytes)));
  const history = historyFiles(workbook, room - around);
  const { memory } = history;
  if (history.memoryLeftOut) tell?.(sentences.files.memoryLeftOut);
  const header = {
    format: FORMAT,
    version: film.length > 0 ? VERSION.film : cells ? VERSION.cells : VERSION.least,
    network,
    classes: classes.map(name => name.slice(0, LONGEST.name)),
    source: source.kind === 'image' ? { ...source, name: source.name.slice(0, LONGEST.source) } : source,
    tensors,
    fit,
    hushed,
    memory,
    setup,
  };
  const entry = (name: string, bytes: Uint8Array, level: number): ArchiveEntry => ({ name, content: bytes, level });
  // Tensors are stored unpacked: trained weights hardly shrink, and load faster that way. The header shrinks to a
  // third.
  const entries = [entry(HEADER, new TextEncoder().encode(`${JSON.stringify(header, null, 1)}\n`), 9)];
  for (const [n, { id, size }] of stored.entries()) {
    const tensor = values.get(id);
    if (tensor?.length !== size)
      throw new Error(`The workbook holds ${tensor?.length ?? 'no'} values of ${id}, not ${size}`);
    entries.push(entry(tensors[n].file, new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength), 0));
  }
  if (cells) entries.push(entry(CELLS, cells, 6));
  if (history.json) entries.push(entry(history.jsonName, history.json, 6));
  entries.push(...film);
  for (const [file, bytes] of history.tensors) entries.push(entry(file, bytes, 0));
  return archivePieces(entries);
}

/** A file with a storyboard may have no cells. */
function hasCells({ version }: Header, { names }: Archive): boolean {
  return version === VERSION.cells || (version > VERSION.cells && names.has(CELLS));
}

function storedTensors(network: NetworkSpec): TensorInfo[] {
  return describeTensors(network).filter(({ role }) => role !== 'computed');
}

/** Refuses a file that doesn't begin as a zip, and says what it is. */
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
    throw damaged(name, sentences.files.damage.field('version', sentences.files.damage.versionNumber));
  }
  if (known.output.version > VERSION.film) throw new UserError(sentences.files.newer(name, known.output.version));
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

/** Checks the names of classes: one for each score of the network, or none at all. */
function checkClasses(classes: readonly string[], network: NetworkSpec, name: string): void {
  const scores = [...inferShapes(network).values()].at(-1)!;
  const wanted = scores.length === 1 ? scores[0] : 0;
  if (classes.length === 0 || classes.length === wanted) return;
  throw damaged(name, sentences.files.damage.classes(classes.length, wanted));
}

/** The sheet that an earlier file was written around: a sigmoid at the end had no expected labels beside it. undefined
 *  for any other file. */
function earlierSheet(network: NetworkSpec, { classes, tensors }: Header): Sheet | undefined {
  const { id, kind } = network.layers.at(-1)!;
  const all = describeTensors(network);
  const labels = all.find(({ role }) => role === 'actual');
  if (kind !== 'sigmoid' || !labels || tensors.some(({ tensor }) => tensor === labels.id)) return undefined;
  return buildSheet(
    network,
    classes,
    all.filter(({ layer, name }) => layer !== id || name === 'output'),
  );
}

/** Checks that the header's list names each stored tensor of the network exactly once, with its shape and its own file,
 *  and nothing else. */
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
  // Checked before unpacking: the network decides how much memory a tensor takes, not the file.
  if (declared !== undefined && declared !== 4 * size) throw damaged(name, damage.size(file, declared, 4 * size));
  const values = asFloats(archive.read(file));
  const wrong = indexOfWrong(values, parameter, role === 'actual');
  if (wrong >= 0) throw damaged(name, damage.value(id, wrong, String(values[wrong])));
  return values;
}

/** The index of the first number that a cell of the tensor can't hold, or −1. It is a plain loop without callbacks,
 *  because there may be a hundred million numbers. */
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
