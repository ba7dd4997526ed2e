/** What a window and the worker that makes forms tell each other. Everything is plain data. */
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import type { PlainSheet } from '../plain-sheet.ts';
import type { Setting } from '../setting.ts';
import type { Loaded } from './loaded.ts';
import type { Work, Works } from './works.ts';

export type FormsBeginning = Omit<Loaded, 'films'> & { setting: Setting; sheet: PlainSheet };

/** Scenes come in their order, then what is wanted. `written`: another piece is on the disk. */
export type ToForms =
  | { kind: 'begin'; beginning: FormsBeginning }
  | { kind: 'scene'; film: Omit<SceneFilm, 'sheet'> }
  | { kind: 'work'; work: Work; how: Parameters<Works[Work]>[1] }
  | { kind: 'written' };

/** `name`: of a file of its own; other pieces belong to the only file. `failed`: with a sentence for the user, or with
 *  what a defect says. */
export type FromForms =
  | { kind: 'write'; bytes: Uint8Array<ArrayBuffer>; name?: string }
  | { kind: 'progress'; share: number }
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; sentence: Sentence; isDefect: boolean };
