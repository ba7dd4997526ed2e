import type { SimpleChange } from '../../../shared/changes/kinds.ts';
import { sizeOfStoryboard } from '../../../shared/changes/storyboard.ts';
import { type Cell, type CellEdit, type ElementContent, isFormula } from '../../../shared/cells.ts';
import type { Expression } from '../../../shared/formula/expression.ts';
import { type Change, composed, editsOf, type TensorEdit } from '../../../shared/change.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';

/** One step of undo: the changes in their order, and the changes that take them back. */
export type Step = {
  label: Sentence;
  changes: readonly Change[];
  inverse: readonly Change[];
  /** The step only shows another image. There is nothing to save then. */
  looks?: boolean;
};

/** The steps that can be undone and redone. The history only keeps the steps; its owner applies them. */
export type History = {
  /** Adds a step that was done. If the last step was added with the same key and nothing was undone since, the two
   *  become one. */
  push(step: Step, mergeKey: string | undefined): void;
  /** Removes the last step and returns it, so that the owner can take it back. Undefined if there is none. */
  undo(): Entry | undefined;
  /** Returns the step that was undone last, so that the owner can do it again. Undefined if there is none. */
  redo(): Entry | undefined;
  /** The labels of the steps that undo and redo would return. */
  labels(): { undo?: Sentence; redo?: Sentence };
  /** Names the state that the workbook is in. Undo and redo come back to the same position. A merge makes a new
   *  position; a step that only shows another image doesn't. */
  position: () => symbol;
  /** Opens a section, such as a run. Undo goes back to its start and no further. Steps that were undone are
   *  forgotten. */
  openSection(): void;
  /** Whether a section is open. */
  readonly inSection: boolean;
  /** Whether undo is at the start of the open section and there are older steps. */
  atSection(): boolean;
  /** The steps of the open section, for `restoreSection`. */
  section(): Section;
  /** Replaces the steps of the open section. */
  restoreSection(section: Section): void;
  /** Closes the section. Each of its steps is replaced by what `keep` returns, or removed if that is undefined. */
  closeSection(keep: (step: Step) => Step | undefined): void;
};
/** The steps of a section with their merge keys, the oldest first. In `undone`, the step that was undone last comes
 *  last. */
export type Section = { done: KeyedStep[]; undone: KeyedStep[] };
type KeyedStep = { step: Step; mergeKey?: string };

/** The most bytes of all steps together. Beyond it the oldest steps are forgotten. */
const MAX_BYTES = 256 * 2 ** 20;

/** A step in the history. With a mergeKey it may hold several commands. */
type Entry = Step & { position: symbol; mergeKey: string | undefined };

export function createHistory(maxBytes = MAX_BYTES): History {
  let start = Symbol('start');
  const done: Entry[] = [];
  let undone: Entry[] = [];
  let mergeable = false;
  let bytes = 0;
  /** How many of the done steps came before the open section. */
  let older: number | undefined;

  const add = (entry: Entry) => {
    done.push(entry);
    bytes += sizeOf(entry);
    while (bytes > maxBytes && done.length > 1) {
      const oldest = done.shift()!;
      if (older) older--;
      bytes -= sizeOf(oldest);
      start = oldest.position;
    }
  };
  const remove = () => {
    const entry = done.pop();
    if (entry) bytes -= sizeOf(entry);
    return entry;
  };
  const position = () => done.at(-1)?.position ?? start;
  const positionAfter = (step: Step) => (step.looks ? position() : Symbol());
  const entryOf = ({ step, mergeKey }: KeyedStep): Entry => ({ ...step, position: positionAfter(step), mergeKey });
  const stepOf = ({ position: _position, mergeKey, ...step }: Entry): KeyedStep => ({ step, mergeKey });
  const takeSection = (): Entry[] => {
    const taken: Entry[] = [];
    while (done.length > older!) taken.unshift(remove()!);
    return taken;
  };

  return {
    push(step, mergeKey) {
      undone = [];
      const last = done.at(-1);
      const merges = mergeable && mergeKey !== undefined && last?.mergeKey === mergeKey;
      if (merges) remove();
      add(entryOf({ step: merges ? merge(last, step) : step, mergeKey }));
      mergeable = true;
    },
    undo() {
      const entry = done.length > (older ?? 0) ? remove() : undefined;
      if (entry) undone.push(entry);
      mergeable = false;
      return entry;
    },
    redo() {
      const entry = undone.pop();
      if (entry) add(entry.looks ? { ...entry, position: position() } : entry);
      mergeable = false;
      return entry;
    },
    labels: () => ({
      undo: done.length > (older ?? 0) ? done.at(-1)!.label : undefined,
      redo: undone.at(-1)?.label,
    }),
    position,
    openSection() {
      older = done.length;
      undone = [];
      mergeable = false;
    },
    get inSection() {
      return older !== undefined;
    },
    atSection: () => done.length === older && older > 0,
    section: () => ({ done: done.slice(older).map(stepOf), undone: undone.map(stepOf) }),
    restoreSection(section) {
      takeSection();
      for (const each of section.done) add(entryOf(each));
      undone = section.undone.map(entryOf);
      mergeable = false;
    },
    closeSection(keep) {
      for (const { position, mergeKey, ...step } of takeSection()) {
        const kept = keep(step);
        if (kept) add({ ...kept, position, mergeKey });
      }
      older = undefined;
      undone = [];
      mergeable = false;
    },
  };
}

/** Joins two steps into one. */
function merge(first: Step, second: Step): Step {
  return {
    label: second.label,
    ...(first.looks && second.looks && { looks: true }),
    changes: composed(first.changes, second.changes),
    inverse: composed(second.inverse, first.inverse),
  };
}

/** The step without the values of the tensors for which `leaves` is true, and without what was typed over those for
 *  which `isGone` is true. Undefined if nothing is left. */
export function stepWithout(
  step: Step,
  leaves: (tensor: TensorId) => boolean,
  isGone: (tensor: TensorId) => boolean = leaves,
): Step | undefined {
  const without = (changes: readonly Change[]): Change[] =>
    changes.flatMap((change): Change[] => {
      if (change.kind === 'values') return left(change, leaves);
      if (change.kind === 'formulas' || change.kind === 'comments') return left(change, isGone);
      if (change.kind !== 'restore') return [change];
      const simple = change.changes.flatMap((each): SimpleChange[] =>
        each.kind === 'formulas' || each.kind === 'comments' ? left(each, isGone) : [each],
      );
      return simple.length > 0 ? [{ ...change, changes: simple }] : [];
    });
  const changes = without(step.changes);
  return changes.length > 0 ? { ...step, changes, inverse: without(step.inverse) } : undefined;
}

/** The change without its edits of some tensors. */
function left<T extends { edits: readonly { tensor: TensorId }[] }>(
  change: T,
  isLeft: (tensor: TensorId) => boolean,
): T[] {
  const edits = change.edits.filter(({ tensor }) => !isLeft(tensor));
  return edits.length > 0 ? [{ ...change, edits }] : [];
}

/** The elements whose values a step changes, by their tensors. */
export function changedElements({ changes, inverse }: Step): Map<TensorId, Uint32Array> {
  const elements = new Map<TensorId, Uint32Array>();
  // The last inverse of a tensor has what its first whole edit replaced.
  const whole = editsOf(inverse).filter(edit => !edit.indices);
  const before = new Map(whole.map(edit => [edit.tensor, edit.values]));
  for (const { tensor, indices, values } of editsOf(changes)) {
    const old = before.get(tensor);
    const all = () => Uint32Array.from(values.keys());
    const own = indices ?? all().filter(index => !Object.is(values[index], old?.[index]));
    const others = elements.get(tensor);
    elements.set(tensor, others ? Uint32Array.from(new Set([...others, ...own])) : own);
  }
  return elements;
}

/** Bytes of a point of a run's curve. */
const POINT = 32;
/** Bytes that are counted for every step besides its arrays. */
const ROOM = 200;

function sizeOf({ changes, inverse }: Step): number {
  const arrays = new Set<ArrayBufferView>();
  let size = ROOM;
  const add = (array: ArrayBufferView | undefined) => {
    if (!array || arrays.has(array)) return;
    arrays.add(array);
    size += array.byteLength;
  };
  for (const change of [...changes, ...inverse]) {
    const edits: readonly TensorEdit[] =
      change.kind === 'values' ? change.edits : change.kind === 'network' ? change.values : [];
    for (const { indices, values } of edits) {
      add(indices);
      add(values);
    }
    if (change.kind === 'classes') add(change.values);
    size += sizeOfWritten(change);
    if (change.kind === 'storyboard') {
      size += sizeOfStoryboard({ ...change, narrations: [] });
      for (const { bytes } of change.narrations ?? []) add(bytes);
    }
    if (change.kind !== 'run') continue;
    size += POINT * (change.record?.points.length ?? 0);
    for (const { values } of change.record?.weights ?? []) for (const own of values.values()) add(own);
    for (const slot of change.memory?.slots.values() ?? []) add(slot);
    for (const values of change.memory?.place?.best?.parameters?.values() ?? []) add(values);
  }
  return size;
}

/** Bytes that are counted for a cell or a formula, and for each part of a formula. */
const CELL = 120;
const NODE = 60;

/** Roughly the bytes of what a change has of formulas and cells. */
function sizeOfWritten(change: Change): number {
  const sumOf = <T>(items: readonly T[], sizeOfItem: (item: T) => number) =>
    items.reduce((sum, item) => sum + sizeOfItem(item), 0);
  const cells = (edits: readonly CellEdit[]) => sumOf(edits, ({ at, cell }) => at.byteLength + sizeOfCell(cell));
  switch (change.kind) {
    case 'formulas':
      return sumOf(change.edits, ({ indices, content }) => indices.byteLength + sizeOfContent(content));
    case 'cells':
      return cells(change.edits);
    case 'addSheet':
      return cells(change.sheet.cells);
    case 'restore':
      return sumOf(change.changes, sizeOfWritten);
    case 'network':
      return sumOf(change.written ?? [], sizeOfWritten);
    case 'names':
    case 'comments':
      return CELL * change.edits.length;
    default:
      return 0;
  }
}

const sizeOfCell = (cell: Cell | undefined) => sizeOfContent(cell?.content) + 2 * (cell?.comment?.length ?? 0);

function sizeOfContent(content: Cell['content'] | ElementContent): number {
  if (typeof content === 'string') return CELL + 2 * content.length;
  return isFormula<unknown>(content) ? CELL + NODE * countNodes(content.formula) : CELL;
}

function countNodes(expression: Expression): number {
  let count = 0;
  const waiting = [expression];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    count++;
    if (typeof node !== 'object') continue;
    if (node.kind === 'operation') waiting.push(...node.operands);
    else if (node.kind === 'call') waiting.push(...node.arguments);
  }
  return count;
}
