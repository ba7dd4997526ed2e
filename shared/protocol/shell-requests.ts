/** The requests that the shell answers itself, and what it tells its windows. */
import * as v from 'valibot';
import { type DataChoice, dataChoiceSchema } from '../data.ts';
import { MOST_LESSON } from '../lessons/limits.ts';
import { list } from '../list-schema.ts';
import { menuSchema } from '../menu.ts';
import { type LanguageChoice, startLanguages } from '../messages/languages.ts';
import type { Sentence } from '../messages/sentence.ts';
import { shownViewSchema } from '../shown-view.ts';
import { bytes, freshTemplate, imageShape, index, path, text } from './schemas.ts';

const panelWidth = v.optional(v.pipe(v.number(), v.integer(), v.minValue(50), v.maxValue(4000)));
export const widthsSchema = v.strictObject({
  left: panelWidth,
  side: panelWidth,
  graph: panelWidth,
  lesson: panelWidth,
});

/** How large everything in the window is shown: as it is, or 1.25 or 1.5 times as large. */
export const textSizes = ['normal', 'large', 'larger'] as const;
export type TextSize = (typeof textSizes)[number];

/** What a file dialog asks for. */
export const chooseModes = ['open', 'save', 'openData', 'openFolder', 'openLesson', 'saveLesson', 'export'] as const;
export const shownFiles = ['workbooks', 'data', 'lessons', 'openable', 'exports'] as const;
/** What may be written besides workbooks and lessons, by the ending of its name. */
export const exportEndings = [
  'mp4',
  'webm',
  'gif',
  'zip',
  'png',
  'svg',
  'pdf',
  'html',
  'srt',
  'vtt',
  'txt',
  'md',
  'json',
] as const;
export const OUTPUT_LIMITS = {
  /** Outputs that are open at once, in all windows. */
  open: 8,
  /** Bytes of one piece. With more, a window that sends it would miss frames. */
  piece: 2 ** 18,
  /** A piece may begin so many bytes after the end of those before it. */
  gap: 64 * 2 ** 20,
} as const;

/** Cuts bytes into pieces that a shell takes. `at`: where each begins. */
export function* outputPieces<B extends ArrayBufferLike>(
  bytes: Uint8Array<B>,
): Generator<{ at: number; bytes: Uint8Array<B> }> {
  for (let at = 0; at < bytes.length; at += OUTPUT_LIMITS.piece)
    yield { at, bytes: bytes.subarray(at, at + OUTPUT_LIMITS.piece) };
}
const output = index;
/** What a browser records, and the ending of its file. Each can be played although its end is missing. */
export const recordingKinds = {
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  mp4: 'video/mp4',
  ogg: 'audio/ogg',
} as const;
export type RecordingKind = keyof typeof recordingKinds;
/** The name of a recording's file, which is the time of its beginning. */
const recording = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d \d\d-\d\d-\d\d(?:-\d{1,3})?\.(?:mkv|webm|mp4|ogg)$/));
export const MOST_MARKERS = 250;
const seconds = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e6));
/** An own lesson's file in the state folder, without its ending. */
const lessonName = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/));
const lessonText = text(MOST_LESSON);

/** How far the user has come, lesson by lesson, the last one first: the step that was shown last, and the steps whose
 *  tasks are done. */
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000));
export const lessonProgressSchema = list(
  v.strictObject({ id: text(100), step: count, done: list(count, 100), finished: v.optional(v.boolean()) }),
  1000,
);
export type LessonProgress = v.InferOutput<typeof lessonProgressSchema>;

/** Requests the shell answers itself. */
export const shellRequests = {
  /** The first message of a client. The reply has the workbook and what the shell can do. */
  hello: { args: v.strictObject({}) },
  /** Opens a template, or an empty network for images of this size. */
  newWorkbook: {
    args: v.union([
      v.strictObject({ template: text(100) }),
      v.strictObject({ images: imageShape }),
      v.strictObject(freshTemplate),
    ]),
  },
  openFile: { args: v.strictObject({ path }) },
  /** Opens a file that was dropped on the window or chosen for upload. It goes through the shell's memory, so it may
   *  have MOST_FILE_BYTES at most. (Files opened or saved by their path don't.) */
  openBytes: { args: v.strictObject({ name: text(1000), bytes }) },
  /** Saves to `path`, or to the workbook's own file. It is first refused with a sentence if it would replace another
   *  existing file, or a file that another program wrote meanwhile. It is done with `overwrite`, or if the same request
   *  comes a second time. */
  save: { args: v.strictObject({ path: v.optional(path), overwrite: v.optional(v.boolean()) }) },
  /** The file's bytes, for a download. Refused if there are more than MOST_FILE_BYTES. */
  fileBytes: { args: v.strictObject({}) },
  /** Begins a file of another kind, such as a film. It is written beside its place and gets its name at the end.
   *  Refused with a sentence if there is a file of this name, except with `overwrite`. */
  beginOutput: { args: v.strictObject({ path, overwrite: v.optional(v.boolean()) }) },
  /** Writes bytes at a place of the file, in any order. */
  writeOutput: {
    args: v.strictObject({ output, at: index, bytes: v.pipe(bytes, v.maxLength(OUTPUT_LIMITS.piece)) }),
  },
  /** Gives the file its name. The reply has its path: another one if another program took the name meanwhile. If this
   *  is refused, it may be tried again. */
  endOutput: { args: v.strictObject({ output }) },
  /** Removes what was written. This also happens when the window goes. */
  dropOutput: { args: v.strictObject({ output }) },
  /** Begins a recording of the window, or of what is spoken for a scene of the storyboard. It stays in the state folder
   *  until it is removed. `name`: the workbook's. */
  beginRecording: {
    args: v.strictObject({
      kind: v.picklist(['mkv', 'webm', 'mp4', 'ogg']),
      name: text(1000),
      scene: v.optional(text(64)),
    }),
  },
  /** Writes the next bytes to the disk, and the markers so far. */
  writeRecording: {
    args: v.strictObject({
      recording,
      bytes: v.pipe(bytes, v.maxLength(OUTPUT_LIMITS.piece)),
      markers: list(seconds, MOST_MARKERS),
    }),
  },
  /** Nothing more will come. This also happens when the window goes. */
  endRecording: { args: v.strictObject({ recording }) },
  /** The recordings that have ended, the oldest first. */
  listRecordings: { args: v.strictObject({}) },
  readRecording: {
    args: v.strictObject({ recording, at: index, length: v.pipe(index, v.maxValue(OUTPUT_LIMITS.piece)) }),
  },
  dropRecording: { args: v.strictObject({ recording }) },
  /** Tells the shell how far an export has come: so many of its frames or parts. At its end: where it is and what there
   *  is to say of it, or why there is none. */
  tellExport: {
    args: v.strictObject({
      done: index,
      of: index,
      secondsLeft: v.optional(v.number()),
      path: v.optional(path),
      note: v.optional(text(4000)),
      problem: v.optional(text(4000)),
    }),
  },
  /** Opens a native dialog; the reply's path is undefined if the user cancels. Refused if `capabilities.nativeDialogs`
   *  is false. */
  chooseFile: {
    args: v.strictObject({ mode: v.picklist(chooseModes), suggestion: text(1000) }),
  },
  /** The folders and files in a folder, for the in-page dialog. Without `path`, the folder that was last used. `show`:
   *  only .convsheet files (default), only data sets and images, only lessons, or workbooks and lessons. */
  listFolder: { args: v.strictObject({ path: v.optional(path), show: v.optional(v.picklist(shownFiles)) }) },
  clearRecent: { args: v.strictObject({}) },
  setSettings: {
    args: v.strictObject({
      theme: v.optional(v.picklist(['system', 'light', 'dark'])),
      palette: v.optional(v.picklist(['greenRed', 'orangeBlue'])),
      textSize: v.optional(v.picklist(textSizes)),
      data: v.optional(dataChoiceSchema),
      widths: v.optional(widthsSchema),
      language: v.optional(v.picklist(startLanguages)),
      lessons: v.optional(lessonProgressSchema),
    }),
  },
  /** The lessons that come along, and the user's own. */
  listLessons: { args: v.strictObject({}) },
  /** The text of a lesson's file. */
  openLesson: { args: v.strictObject({ path }) },
  /** Writes a lesson to a file. Refused with a sentence if the file exists, except with `overwrite`. */
  saveLesson: { args: v.strictObject({ path, text: lessonText, overwrite: v.optional(v.boolean()) }) },
  /** Keeps a lesson among the user's own, under a name that stays. */
  keepLesson: { args: v.strictObject({ name: lessonName, text: lessonText }) },
  dropLesson: { args: v.strictObject({ name: lessonName }) },
  /** Keeps the window's view of the workbook for its next opening. This doesn't count as a change of the workbook. */
  keepView: { args: v.strictObject({ view: shownViewSchema }) },
  /** The window's current menu, for a native menu. */
  setMenu: { args: v.strictObject({ menu: menuSchema }) },
  /** Drops recovered or unsaved work and its autosave, before the window closes. */
  discard: { args: v.strictObject({}) },
  quit: { args: v.strictObject({}) },
  openLink: { args: v.strictObject({ url: v.pipe(v.string(), v.url(), v.maxLength(2000)) }) },
} as const;

/** `name`: of the workbook. `scene`: which one is spoken for; left out for what a window shows. `begun`: in
 *  milliseconds since 1970. `markers`: in seconds. `path`: of its file. */
export type LeftRecording = {
  recording: string;
  name: string;
  scene?: string;
  begun: number;
  size: number;
  markers: number[];
  path: string;
};
/** `name`: its file's, without the ending. `own`: it is the user's, not one that comes along. */
export type LessonFile = { name: string; text: string; own: boolean };
export type FolderEntry = { name: string; path: string; kind: 'folder' | 'file'; modified?: number; size?: number };
/** `more`: how many entries are not listed. */
export type Folder = { path: string; parent?: string; entries: FolderEntry[]; more: number };
/** `data`: the last used data set. `widths`: of the panels beside the sheet, in CSS pixels; of the graph
 *  under it, the height. */
export type Settings = {
  theme: 'system' | 'light' | 'dark';
  palette: 'greenRed' | 'orangeBlue';
  /** Left out where nobody has chosen one; it is then normal. */
  textSize?: TextSize;
  data?: DataChoice;
  widths?: v.InferOutput<typeof widthsSchema>;
  /** Left out if nobody has chosen a language. It is then English. */
  language?: LanguageChoice;
  /** Left out before the first lesson. */
  lessons?: LessonProgress;
};
/** What a client may do. An editor changes the workbook; a viewer (a second window on the same work) only looks. */
export type ClientRole = 'editor' | 'viewer';
export type Capabilities = {
  shell: 'electron' | 'server';
  nativeMenu: boolean;
  nativeDialogs: boolean;
  platform: 'mac' | 'windows' | 'linux';
};

/** The workbook's file, as the shell knows it. */
export type DocumentInfo = {
  name: string;
  path?: string;
  recent: { name: string; path: string }[];
  recovered: boolean;
  /** Why changes aren't being kept safe. Left out while they are. */
  unkept?: Sentence;
};
