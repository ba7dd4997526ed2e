/** What a view may ask of the app's commands. */
export type Commands = {
  /** Runs a command of the menu; problems are told to the user. */
  run: (id: string, argument?: string) => void;
  /** Which commands can't be chosen now, and which are ticked (see commandKey). */
  flags: () => { disabled: string[]; checked: string[] };
  /** Shows what a text of the name box means; returns why it means nothing. */
  goTo: (text: string) => string | undefined;
  refuse: (sentence: string) => void;
};
