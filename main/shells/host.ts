import type { Args, Capabilities, Settings } from '../../shared/protocol.ts';
import type { RunState } from '../../shared/training.ts';

/** What a native dialog asks for. */
export type ChooseMode = Args<'chooseFile'>['mode'];
/** Whether it asks for the name of a file that will be written. */
export const isSaving = (mode: ChooseMode): boolean => ['save', 'saveLesson', 'export'].includes(mode);

/** Everything in which the two shells differ. */
export type Host = {
  capabilities: Capabilities;
  /** Opens a native dialog at a folder (or, for saving, at a file). undefined if the user cancels. */
  chooseFile?(mode: ChooseMode, beginAt: string): Promise<string | undefined>;
  /** Opens a web page in the user's browser. The address was checked. */
  openLink?(url: string): Promise<void>;
  /** An export has come so far, or has ended. */
  exportTold?(told: Args<'tellExport'>): void;
  /** Shows the window's menu as a native menu. */
  setMenu?(menu: Args<'setMenu'>['menu']): void;
  /** The document, the workbook or its state has changed, so the title may change. */
  changed?(): void;
  /** The run under way has progressed or ended. undefined if another workbook was opened that has none. */
  runChanged?(run: RunState | undefined): void;
  settingsChanged?(settings: Settings): void;
  /** The editing window wants to end the app. */
  quit(): void;
};
