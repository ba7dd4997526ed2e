import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Args, EngineKind, FileStamp, StoredFile } from '../../shared/protocol.ts';
import { decodeFrame, encodeFrame } from '../../shared/rpc.ts';
import { TEMPORARY } from '../files/atomic.ts';
import { asToday } from './earlier-requests.ts';

/** A request to the engine, which a replay sends again. `frame`: the frame it came in. */
export type JournalledRequest = { kind: EngineKind; args: unknown; frame?: Uint8Array };
/** The file of a work. It has no path if it was never saved. */
export type WorkDocument = { name: string; path?: string; stamp?: FileStamp };

/** What a journal holds: the work since its checkpoint. The first request is the `load` that restores the
 *  checkpoint. */
export type JournalContent = { document: WorkDocument; requests: JournalledRequest[] };

/** Reads a journal. If it was cut off, everything before that counts: a record is valid only if its checksum fits. A
 *  later `load` takes the place of all requests before it. undefined if not even the checkpoint is complete. */
export function readJournal(path: string): JournalContent | undefined {
  const bytes = readFileSync(path);
  let document: WorkDocument | undefined;
  const requests: JournalledRequest[] = [];
  for (let at = 0; at + RECORD_HEAD <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    // After a power cut a file may end in zeros that nobody wrote; their checksum fits, but no record is empty.
    if (length === 0) break;
    const payload = bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length);
    if (payload.length < length || crc32(payload) !== bytes.readUInt32LE(at + 4)) break;
    // A copy, so that its arrays are aligned, and the whole file needn't stay in memory.
    const message = decodeFrame(new Uint8Array(payload));
    if (message.type === 'request') {
      if (message.kind === 'load') requests.length = 0;
      requests.push(asToday({ kind: message.kind as EngineKind, args: message.args }));
    } else if (message.type === 'reply') document = message.result as WorkDocument;
    at += RECORD_HEAD + length;
  }
  return document && requests[0]?.kind === 'load' ? { document, requests } : undefined;
}

/** The journals of unsaved work in this folder, newest first. Unreadable ones have no content. */
export function unsavedWorks(folder: string): { path: string; content: JournalContent | undefined }[] {
  const paths = readdirSync(folder)
    .filter(name => name.endsWith('.journal'))
    .map(name => join(folder, name))
    .map(path => ({ path, time: statSync(path).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  return paths.flatMap(({ path }) => {
    const content = contentOf(path);
    return !content || isUnsaved(content) ? { path, content } : [];
  });
}

/** The name of a run's checkpoint, which the engine writes beside the journal. */
export const runFile = (run: string) => `${run}.run`;

/** The engine's files that these requests name: the workbook to begin with, and results of runs. */
export function filesOf(requests: readonly JournalledRequest[]): StoredFile[] {
  return requests.flatMap(({ kind, args }) => {
    const load = args as Args<'load'>;
    if (kind === 'load') return load.from === 'checkpoint' ? [load] : [];
    return kind === 'finishRun' ? ((args as Args<'finishRun'>).result ?? []) : [];
  });
}

/** Deletes one of the engine's files. If the system refuses, the next start tries again. */
export function deleteFile(folder: string, file: string, log: (line: string) => void): void {
  try {
    rmSync(join(folder, file), { force: true });
  } catch (error) {
    log(`${file} not removed: ${(error as Error).message}`);
  }
}

/** Deletes the file of a run's result. */
export function deleteResult(folder: string, { result }: Args<'finishRun'>, log: (line: string) => void): void {
  if (result) deleteFile(folder, result.file, log);
}

/** Deletes everything that no unsaved work needs: journals of saved works, files of the engine, and temporary files of
 *  processes that died. Call it before anything is written here. The holder of the folder's lock is its only writer. */
export function removeLeftovers(
  folder: string,
  works: readonly { path: string; content: JournalContent | undefined }[],
): void {
  const names = readdirSync(folder);
  const setAside = names.filter(name => name.endsWith('.unreadable')).map(name => join(folder, name));
  const all = [...works, ...setAside.map(path => ({ path, content: contentOf(path) }))];
  const requests = all.map(({ content }) => content?.requests ?? []);
  const runs = requests.flatMap(each => openRun(each) ?? []).map(runFile);
  const used = new Set([...runs, ...requests.flatMap(filesOf).map(({ file }) => file)]);
  for (const { path } of works) used.add(basename(path));
  // Nobody knows which files an unreadable journal names, but they were written before it.
  const unread = all.filter(({ content }) => !content).map(({ path }) => statSync(path).mtimeMs + CLOCKS_DIFFER);
  const isUnknown = (name: string) => unread.some(time => statSync(join(folder, name)).mtimeMs <= time);
  for (const name of names) {
    const isOld = /\.(run|checkpoint|result)$/.test(name) && !used.has(name) && !isUnknown(name);
    const isSaved = name.endsWith('.journal') && !used.has(name);
    if (isOld || isSaved || name.endsWith('.copy') || isHalf(name)) rmSync(join(folder, name), { force: true });
  }
}

/** How many milliseconds the times of two files may be wrong. */
const CLOCKS_DIFFER = 60_000;
/** Whether a file is what a crash has left while another file was being replaced. That other file is complete. */
const isHalf = (name: string) => name.endsWith('.new') || TEMPORARY.test(name);

/** The content of a journal. undefined if it can't be read. */
function contentOf(path: string): JournalContent | undefined {
  try {
    return readJournal(path);
  } catch {
    // The checksum fits, but the frame is damaged: the file is another program's or another version's.
    return undefined;
  }
}

/** The run that has begun and not ended. */
function openRun(requests: readonly JournalledRequest[]): string | undefined {
  const idOf = ({ args }: JournalledRequest) => (args as { id: string }).id;
  const ended = new Set(requests.filter(({ kind }) => kind === 'finishRun').map(idOf));
  const open = requests.find(request => request.kind === 'train' && !ended.has(idOf(request)));
  return open && idOf(open);
}

/** Whether anything came after the last save, or a run hasn't ended. Undone changes count, because undo may have been a
 *  mistake. */
function isUnsaved({ requests }: JournalContent): boolean {
  if (openRun(requests) !== undefined) return true;
  // The set-up of the next run is no change.
  const changes = requests.filter(({ kind }) => kind !== 'keepSetup');
  const last = changes.at(-1)!;
  return last.kind === 'setModified' ? (last.args as Args<'setModified'>).modified : changes.length > 1;
}

/** The head of a record: u32 length of the payload, u32 CRC-32 of it. The payload is a frame of shared/rpc.ts: a
 *  request as it was sent, or the document as a reply. */
const RECORD_HEAD = 8;

export const requestRecord = ({ kind, args, frame }: JournalledRequest) =>
  record(frame ?? encodeFrame({ type: 'request', id: 0, kind, args }));
export const documentRecord = (document: WorkDocument) =>
  record(encodeFrame({ type: 'reply', id: 0, result: document }));

function record(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(RECORD_HEAD + payload.length);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, payload.length, true);
  head.setUint32(4, crc32(payload), true);
  bytes.set(payload, RECORD_HEAD);
  return bytes;
}
