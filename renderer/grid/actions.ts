import type { Command } from '../../shared/change.ts';
import type { Expression } from '../../shared/formula/expression.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { MenuItem } from '../../shared/menu.ts';
import type { CellPlace } from '../../shared/places.ts';
import type { PasteChoice, PasteQuestion } from './paste.ts';

/** A point on one channel of the input, in cells. {x: 0, y: 0} is the top left corner of the first pixel, so x goes
 *  from 0 to the width. */
export type StrokePoint = { x: number; y: number; channel: number };

/** What the grid asks the rest of the app to do. */
export type GridActions = {
  /** Sends an edit to the engine. */
  edit(command: Command): void;
  /** Resolves when the last edit is answered, also if it is refused. undefined if all are. */
  unanswered(): Promise<void> | undefined;
  /** What a formula would give in a cell. undefined if that isn't known before it is entered. */
  tryOut: (place: CellPlace, formula: Expression) => Promise<Value | undefined>;
  /** Tells the user why nothing was changed. */
  refuse(sentence: string): void;
  /** Asks the user how to paste. undefined if the user cancels. */
  choosePaste(question: PasteQuestion): Promise<PasteChoice | undefined>;
  /** Runs a command of the menu by its id. */
  runCommand(id: string, argument?: string): void;
  /** The items of these menu commands; '-' gives a line. A command with choices gives all its choices, not a
   *  submenu. */
  menuItems(ids: readonly string[]): MenuItem[];
  /** A brush or eraser (the store's `tool`) touches the input, moves over it, and is lifted. */
  strokeStart(point: StrokePoint): void;
  strokeMove(point: StrokePoint): void;
  strokeEnd(): void;
};
