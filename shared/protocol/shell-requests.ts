/** The requests that the shell answers itself, and what it tells its windows. */
import * as v from 'valibot';
import { type DataChoice, dataChoiceSchema } from '../data.ts';
import { menuSchema } from '../menu.ts';
import { type LanguageChoice, startLanguages } from '../messages/languages.ts';
import type { Sentence } from '../messages/sentence.ts';
import { shownViewSchema } from '../shown-view.ts';
import { bytes, imageShape, path, text } from './schemas.ts';

const panelWidth = v.optional(v.pipe(v.number(), v.integer(), v.minValue(50), v.maxValue(4000)));
export const widthsSchema = v.strictObject({ left: panelWidth, side: panelWidth, graph: panelWidth });

/** How large everything in the window is shown: as it is, or 1.25 or 1.5 times as large. */
export const textSizes = ['normal', 'large', 'larger'] as const;
export type TextSize = (typeof textSizes)[number];
/** Requests the shell answers itself. */
export const shellRequests = {
  /** The first message of a client. The reply has the workbook and what the shell can do. */
  hello: { args: v.strictObject({}) },
  /** Opens a template, or an empty network for images of this size. */
  newWorkbook: { args: v.union([v.strictObject({ template: text(100) }), v.strictObject({ images: imageShape })]) },
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
  /** Opens a native dialog; the reply's path is undefined if the user cancels. Refused if `capabilities.nativeDialogs`
   *  is false. */
  chooseFile: {
    args: v.strictObject({ mode: v.picklist(['open', 'save', 'openData', 'openFolder']), suggestion: text(1000) }),
  },
  /** The folders and files in a folder, for the in-page dialog. Without `path`, the folder that was last used. `show`:
   *  only .convsheet files (default), or only data sets and images. */
  listFolder: { args: v.strictObject({ path: v.optional(path), show: v.optional(v.picklist(['workbooks', 'data'])) }) },
  clearRecent: { args: v.strictObject({}) },
  setSettings: {
    args: v.strictObject({
      theme: v.optional(v.picklist(['system', 'light', 'dark'])),
      palette: v.optional(v.picklist(['greenRed', 'orangeBlue'])),
      textSize: v.optional(v.picklist(textSizes)),
      data: v.optional(dataChoiceSchema),
      widths: v.optional(widthsSchema),
      language: v.optional(v.picklist(startLanguages)),
    }),
  },
  /** Keeps the window's view of the workbook for its next opening. This doesn't count as a change of the workbook. */
  keepView: { args: v.strictObject({ view: shownViewSchema }) },
  /** The window's current menu, for a native menu. */
  setMenu: { args: v.strictObject({ menu: menuSchema }) },
  /** Drops recovered or unsaved work and its autosave, before the window closes. */
  discard: { args: v.strictObject({}) },
  quit: { args: v.strictObject({}) },
  openLink: { args: v.strictObject({ url: v.pipe(v.string(), v.url(), v.maxLength(2000)) }) },
} as const;

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
