import type { Args, Capabilities, Settings } from '../../shared/protocol.ts';
import type { RunState } from '../../shared/training.ts';

/** What a native dialog is asked for. */
export type ChooseMode = Args<'chooseFile'>['mode'];

/** What differs between the two shells. */
export type Host = {
  capabilities: Capabilities;
  /** A native dialog, beginning at (mode save) or in this path; undefined where the user cancels. */
  chooseFile?(mode: ChooseMode, beginAt: string): Promise<string | undefined>;
  /** Opens a page of the web in the user's browser; the address was checked. */
  openLink?(url: string): Promise<void>;
  /** Shows the window's menu where the operating system shows menus. */
  setMenu?(menu: Args<'setMenu'>['menu']): void;
  /** The document, the workbook or its state changed: the title follows. */
  changed?(): void;
  /** The run under way has gone on or ended; undefined where another workbook has none. */
  runChanged?(run: RunState | undefined): void;
  settingsChanged?(settings: Settings): void;
  /** The editing window asks to end the app. */
  quit(): void;
};
