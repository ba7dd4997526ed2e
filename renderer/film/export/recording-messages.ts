/** What a window and the worker that makes a film of a recording tell each other. Everything is plain data. */
import type { Chapter } from './chapters.ts';

/** `size`: of the recording, in bytes. `bytes`, `written`: the answers to `read` and `write` of this number. */
export type ToRecordingWorker =
  | { kind: 'begin'; size: number; isMp4: boolean; chapters: readonly Chapter[] }
  | { kind: 'bytes'; id: number; bytes: Uint8Array }
  | { kind: 'written'; id: number };

/** `seconds`: how long the film is. `empty`: the recording has no picture. */
export type FromRecordingWorker =
  | { kind: 'read'; id: number; at: number; length: number }
  | { kind: 'write'; id: number; at: number; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'end'; seconds: number }
  | { kind: 'empty' }
  | { kind: 'failed'; message: string };
