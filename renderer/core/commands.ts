import type { MenuRole } from '../../shared/menu.ts';

/** Something the user can start from the menu, by a key or by a button. A command stands in the file of its feature. */
export type Command = {
  id: string;
  /** Its name in the menu. Left out if it is in no menu. */
  label?: () => string;
  /** Its plain name, if `label` says more, as "Undo Edit AH3" does. */
  plainLabel?: () => string;
  /** As Electron writes keys: "CmdOrCtrl+Shift+S". */
  key?: string;
  /** The menu only shows this key. The sheet, or the text field with the focus, answers it. */
  keyElsewhere?: true;
  /** The page answers this key, also where the operating system has the menu. Then another command with the same key
   *  stands back while this one can be chosen. */
  keyInPage?: true;
  /** Electron's role for the command, if the operating system does it best. */
  role?: MenuRole;
  run: (argument: string) => unknown;
  /** Whether it can be chosen now. Always, if this is left out. */
  enabled?: (argument: string) => boolean;
  /** Whether what hasn't been answered yet may make it possible. Then its key is not lost, though it isn't enabled. */
  soon?: () => boolean;
  /** Whether it is ticked. Left out if it can't be. */
  checked?: (argument: string) => boolean;
  /** The arguments that the user can choose. The menu shows them as a submenu, in which '-' is a line. */
  choices?: () => readonly (Choice | '-')[];
  /** What the submenu says if there are no choices. */
  noChoices?: () => string;
};
export type Choice = { argument: string; label: string; key?: string };

/** How commands tell the user that something didn't work. */
export type Telling = {
  /** Shows in the status bar why nothing was done. */
  refuse: (sentence: string) => void;
  /** Runs something small, such as undo. A failure is shown in the status bar. */
  quietly: (work: Promise<unknown>) => void;
  /** Runs something and shows a failure in a dialog. Resolves with false then. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>;
};

/** What a view can ask of the app's commands. */
export type Commands = {
  /** Runs a command by its id. Problems are told to the user. */
  run: (id: string, argument?: string) => void;
  /** Whether there is a command of this id, and whether it can be chosen now. */
  has: (id: string) => boolean;
  enabled: (id: string, argument?: string) => boolean;
  /** Goes to the cells that a text of the name box names. If it names none and can be a name, the selected cells get
   *  it. Returns the reason if neither is possible. */
  goTo: (text: string) => string | undefined;
  refuse: (sentence: string) => void;
};
