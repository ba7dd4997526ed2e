import type { MenuRole } from '../../shared/menu.ts';

/** Something the user can have done: from the menu, by its key, or by a button. It stands in its feature's file. */
export type Command = {
  id: string;
  /** Its name in the menu. Commands that stand in no menu have none. */
  label?: () => string;
  /** Its name where `label` says more, as "Undo" does beside "Undo Edit AH3". */
  plainLabel?: () => string;
  /** As Electron writes keys: "CmdOrCtrl+Shift+S". */
  key?: string;
  /** The key is only shown: the sheet, or the text field that has the focus, answers it itself. */
  keyElsewhere?: true;
  /** What Electron calls the same thing, where the operating system does it best. */
  role?: MenuRole;
  run: (argument: string) => unknown;
  /** Whether it can be chosen now; always where this is left out. */
  enabled?: (argument: string) => boolean;
  /** Whether it is ticked; it has no tick where this is left out. */
  checked?: (argument: string) => boolean;
  /** What it can be run with. The menu then shows a submenu of these, in which '-' is a line. */
  choices?: () => readonly (Choice | '-')[];
  /** What that submenu says where there are no choices. */
  noChoices?: () => string;
};
export type Choice = { argument: string; label: string; key?: string };

/** How commands tell the user that something didn't work. */
export type Telling = {
  /** Why nothing was done, as a line in the status bar. */
  refuse: (sentence: string) => void;
  /** For small things like undo: a failure is a line in the status bar. */
  quietly: (work: Promise<unknown>) => void;
  /** A failure is a dialog; false then. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>;
};

/** What a view may ask of the app's commands. */
export type Commands = {
  /** Runs a command by its id; problems are told to the user. */
  run: (id: string, argument?: string) => void;
  /** Whether a command can be chosen now. */
  enabled: (id: string, argument?: string) => boolean;
  /** Shows what a text of the name box means; returns why it means nothing. */
  goTo: (text: string) => string | undefined;
  refuse: (sentence: string) => void;
};
