/** What a lesson can ask of the workbook. A check only looks: it is a formula over the sheet, or one of a few words. */
import { contains } from '../address.ts';
import { toBoolean, toNumber, type Value } from '../formula/value.ts';
import type { LayerKind } from '../layers/kinds.ts';
import { layerKinds } from '../layers/kinds.ts';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import type { CellPlace, RangePlace } from '../places.ts';

export type Check =
  /** A formula that gives TRUE. */
  | { kind: 'formula'; formula: string }
  /** A formula that gives another number, or a larger or smaller one, than when the step began. */
  | { kind: 'changes' | 'rises' | 'falls'; formula: string }
  /** The selected cell is one of these: an address, a layer or a tensor. */
  | { kind: 'selected'; place: string }
  /** A command of the menu was chosen since the step began. */
  | { kind: 'command'; command: string }
  /** A training run has ended since the step began, at least this accurate if that is asked for (0 to 1). */
  | { kind: 'trained'; accuracy?: number }
  /** The network has at least so many layers of a kind. */
  | { kind: 'layer'; layer: LayerKind; count: number };

/** What can be seen of the workbook. */
export type Facts = {
  /** What a formula gives now, and what it gave when the step began. undefined while that isn't known. */
  now: (formula: string) => Value | undefined;
  before: (formula: string) => Value | undefined;
  active: CellPlace;
  cells: (place: string) => RangePlace | undefined;
  /** The commands that were chosen since the step began. */
  commands: ReadonlySet<string>;
  /** The accuracies of runs that have ended since the step began; undefined where none was measured. */
  runs: readonly (number | undefined)[];
  layers: readonly { kind: string }[];
};

/** Reads a check. */
export function readCheck(text: string): Check | { problem: Sentence } {
  const [, word = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(text.trim())!;
  if (text.trim().startsWith('=')) return { kind: 'formula', formula: text.trim() };
  switch (word) {
    case 'changes':
    case 'rises':
    case 'falls':
      return rest.startsWith('=') ? { kind: word, formula: rest } : { problem: say.needsFormula(word) };
    case 'selected':
      return rest === '' ? { problem: say.needsPlace } : { kind: 'selected', place: rest };
    case 'command':
      return /^[a-z]+\.\w+$/i.test(rest) ? { kind: 'command', command: rest } : { problem: say.needsCommand };
    case 'trained': {
      const accuracy = /^to (0?\.\d+|[01])$/.exec(rest)?.[1];
      if (rest !== '' && accuracy === undefined) return { problem: say.trained };
      return { kind: 'trained', ...(accuracy !== undefined && { accuracy: Number(accuracy) }) };
    }
    case 'layer': {
      const [, kind, count = '1'] = /^(\w+)(?: (\d{1,3}))?$/.exec(rest) ?? [];
      if (kind === undefined || !Object.hasOwn(layerKinds, kind)) return { problem: say.layer(rest) };
      return { kind: 'layer', layer: kind as LayerKind, count: Number(count) };
    }
    default:
      return { problem: say.unknown(text.slice(0, 100)) };
  }
}

const say = sentences.lessons.checks;

/** The formula of a check; undefined if it has none. */
export const formulaOf = (check: Check): string | undefined => ('formula' in check ? check.formula : undefined);

/** Whether a check holds. undefined while what it asks about isn't known. */
export function holds(check: Check, facts: Facts): boolean | undefined {
  switch (check.kind) {
    case 'formula': {
      const value = facts.now(check.formula);
      return value === undefined ? undefined : toBoolean(value) === true;
    }
    case 'changes':
    case 'rises':
    case 'falls': {
      const [now, before] = [facts.now(check.formula), facts.before(check.formula)];
      return now === undefined || before === undefined ? undefined : hasMoved(check.kind, before, now);
    }
    case 'selected': {
      const cells = facts.cells(check.place);
      return cells && cells.sheet === facts.active.sheet && contains(cells, facts.active);
    }
    case 'command':
      return facts.commands.has(check.command);
    case 'trained':
      return facts.runs.some(reached => check.accuracy === undefined || (reached ?? 0) >= check.accuracy);
    default:
      return facts.layers.filter(({ kind }) => kind === check.layer).length >= check.count;
  }
}

/** A number that differs by less than what float32 can hold apart has not moved. */
function hasMoved(way: 'changes' | 'rises' | 'falls', before: Value, now: Value): boolean {
  const [from, to] = [toNumber(before), toNumber(now)];
  if (typeof from !== 'number' || typeof to !== 'number')
    return way === 'changes' && JSON.stringify(before) !== JSON.stringify(now);
  const least = 1e-6 * Math.max(Math.abs(from), Math.abs(to));
  if (way === 'changes') return Math.abs(to - from) > least;
  return way === 'rises' ? to - from > least : from - to > least;
}
