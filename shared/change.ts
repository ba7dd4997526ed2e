/** What can change about a workbook, as plain data. `applyChange` makes a change, and `inverseOf` gives the change that
 *  takes it back. One after the other they restore every bit. */
import type { FormulaEdit, Written } from './cells.ts';
import { type Carried, carriedOver } from './changes/carry.ts';
import { type KeptRunChange, putRun, runBack } from './changes/kept-run.ts';
import type { CellsChange, LayersChange, SimpleChange, WrittenChange } from './changes/kinds.ts';
import {
  applyStoryboard,
  composedStoryboards,
  narrowedStoryboard,
  storyboardBack,
  type StoryboardChange,
} from './changes/storyboard.ts';
import { changesBack } from './changes/written-back.ts';
import { applyWritten, copyOfWritten, isUnwritten, narrowedWritten, writtenBack } from './changes/written.ts';
import type { Fit } from './data.ts';
import { keptValues } from './layer-edits/kept.ts';
import { learnsIn, type Lift, type Lifted, liftedFrom, releasedCells } from './layer-edits/lift.ts';
import { buildSheet, type Sheet } from './layout/sheet.ts';
import { describeTensors, inferShapes, type NetworkSpec, type TensorId, type TensorInfo } from './network.ts';
import type { Source, TrainingMemory, Workbook } from './workbook.ts';
import type { Sentence } from './messages/sentence.ts';

/** New values of a stored tensor. `indices` are the flat, row-major places of the changed elements; where they are left
 *  out, `values` has all elements. */
export type TensorEdit = { tensor: TensorId; indices?: Uint32Array; values: Float32Array };

/** All values of a stored tensor. */
export type WholeTensor = { tensor: TensorId; values: Float32Array };

export type Change =
  | { kind: 'values'; edits: readonly TensorEdit[] }
  /** The workbook gets this network. A tensor keeps its values where both networks have it with the same shape and
   *  role. `values` has other tensors, whole. A new tensor that `values` leaves out is 0, and the expected class
   *  blank. What users wrote is carried over. */
  | {
      kind: 'network';
      network: NetworkSpec;
      values: readonly WholeTensor[];
      /** Where the change takes another one back: what carrying over wrote (see `carriedOver`). */
      written?: readonly SimpleChange[];
    }
  /** The classes get these names. The old expected class means nothing under new names, so it becomes `values`, or
   *  blank. */
  | { kind: 'classes'; classes: readonly string[]; values?: Float32Array }
  | { kind: 'source'; source: Source }
  | { kind: 'fit'; fit: Fit | undefined }
  /** Findings that aren't told again, in place of those before. */
  | { kind: 'hush'; keys: readonly string[] }
  | KeptRunChange
  | StoryboardChange
  | WrittenChange;

/** A change as somebody asks for it. What an edit of layers changes, only the workbook can tell. */
export type AskedChange = Change | LayersChange;

/** Changes that are made and undone together. Consecutive commands with the same `mergeKey` are undone together too: a
 *  brush stroke, or browsing through the digits. */
export type Command = { label: Sentence; changes: readonly AskedChange[]; mergeKey?: string };

/** The command that gives elements new values. It also says where the shown example comes from, if that changes. */
export function editCommand(
  label: Sentence,
  edits: readonly TensorEdit[],
  { source, mergeKey }: { source?: Source; mergeKey?: string } = {},
): Command & { changes: readonly Change[] } {
  const changes: Change[] = [{ kind: 'values', edits }, ...(source ? [{ kind: 'source' as const, source }] : [])];
  return { label, changes, ...(mergeKey !== undefined && { mergeKey }) };
}

/** What a run changes in a workbook besides its weights. `commands` says how many commands had been made since the
 *  run's start when it made these changes. */
export type Made = { changes: readonly Change[]; commands: number };

/** The parts of a workbook that changes are about. `values` has the stored tensors; changes write into its arrays, and
 *  into the maps of what users wrote. */
export type Content = Written &
  Omit<Required<Workbook>, keyof Written | 'setup' | 'fit' | 'hushed' | 'memory'> & {
    fit: Fit | undefined;
    hushed?: readonly string[] | undefined;
    memory: TrainingMemory | undefined;
  };

/** Makes the change. It writes into the arrays that `content` has, and copies the arrays of the change. */
export function applyChange(content: Content, change: Change): void {
  switch (change.kind) {
    case 'values':
      for (const edit of change.edits) write(content.values.get(edit.tensor)!, edit);
      break;
    case 'network': {
      const carried = change.written ?? carriedBy(content, change)?.written;
      content.values = valuesIn(content, change.network, change.values);
      content.network = change.network;
      if (Array.isArray(carried)) for (const each of carried as readonly SimpleChange[]) applyChange(content, each);
      else Object.assign(content, carried);
      break;
    }
    case 'classes': {
      const actual = actualOf(content);
      content.classes = change.classes;
      if (actual) content.values.get(actual)!.set(change.values ?? blank(content.values.get(actual)!.length));
      break;
    }
    case 'source':
      content.source = change.source;
      break;
    case 'fit':
      content.fit = change.fit;
      break;
    case 'hush':
      content.hushed = change.keys.length > 0 ? change.keys : undefined;
      break;
    case 'run':
      putRun(content, change);
      break;
    case 'storyboard':
      applyStoryboard(content, change);
      break;
    default:
      applyWritten(content, change, () => sheetIn(content));
  }
}

/** The change that takes this one back when it is made afterwards. */
export function inverseOf(content: Content, change: Change): Change {
  switch (change.kind) {
    case 'values':
      return { kind: 'values', edits: change.edits.map(edit => readBack(content.values.get(edit.tensor)!, edit)) };
    case 'network': {
      const values = ownValues(content, change.network);
      const carried = carriedBy(content, change);
      const written = carried && changesBack(content, carried.written);
      return { kind: 'network', network: content.network, values, ...(written && { written }) };
    }
    case 'classes': {
      const actual = actualOf(content);
      const values = actual && content.values.get(actual)!.slice();
      return { kind: 'classes', classes: content.classes, ...(values && { values }) };
    }
    case 'source':
      return { kind: 'source', source: content.source };
    case 'fit':
      return { kind: 'fit', fit: content.fit };
    case 'hush':
      return { kind: 'hush', keys: content.hushed ?? [] };
    case 'run':
      return runBack(content, change);
    case 'storyboard':
      return storyboardBack(content, change);
    default:
      return writtenBack(content, change, () => sheetIn(content));
  }
}

/** The change without the parts that would leave everything as it is, bit for bit. undefined where nothing is left.
 *  Where an element is named twice, its last value counts. */
export function narrowed(content: Content, change: Change): Change | undefined {
  switch (change.kind) {
    case 'values': {
      const edits = differences(content.values, change.edits);
      return edits.length > 0 ? { kind: 'values', edits } : undefined;
    }
    case 'network':
      return change.network === content.network ? undefined : change;
    case 'classes':
      return sameNames(change.classes, content.classes) ? undefined : change;
    case 'source':
      return sameSource(change.source, content.source) ? undefined : change;
    case 'fit':
      return change.fit === content.fit ? undefined : change;
    case 'hush':
      return sameNames(change.keys, content.hushed ?? []) ? undefined : change;
    case 'run':
      return change;
    case 'storyboard':
      return narrowedStoryboard(content, change);
    default:
      return narrowedWritten(content, change);
  }
}

/** What becomes of what users wrote when a change gives the workbook another network. undefined where nothing is
 *  written, or the change says itself what becomes of it. */
export function carriedBy(content: Content, change: Change): Carried | undefined {
  if (change.kind !== 'network' || change.written || isUnwritten(content)) return undefined;
  return carriedOver(content, sheetIn(content), buildSheet(change.network, content.classes));
}

/** Whether a change is about what users write around the network. */
export function isWritten(change: AskedChange): change is WrittenChange {
  return !OTHER_KINDS.has(change.kind);
}
const OTHER_KINDS: ReadonlySet<AskedChange['kind']> = new Set([
  'values',
  'network',
  'classes',
  'source',
  'fit',
  'hush',
  'run',
  'storyboard',
  'layers',
]);

/** The sheets of networks that were asked for lately. */
const built = new WeakMap<NetworkSpec, Sheet>();

/** The network's sheet. */
export function sheetIn({ network, classes }: Pick<Content, 'network' | 'classes'>): Sheet {
  const known = built.get(network);
  if (known?.classes === classes) return known;
  const sheet = buildSheet(network, classes);
  built.set(network, sheet);
  return sheet;
}

/** What an asked change changes. `lifting`: formulas that complete a pattern become layers, which are added to its
 *  list. All changes of a command have the same `lifting`. */
export function changesFor(content: Content, asked: AskedChange, lifting?: Lifting): Change[] {
  if (lifting && asked.kind === 'formulas') return liftedChanges(content, asked.edits, lifting);
  if (lifting && asked.kind === 'cells' && learnsIn(asked)) return [asked, ...learnedChanges(content, asked, lifting)];
  if (asked.kind !== 'layers') return [asked];
  const { network, ...options } = asked;
  const values = keptValues(content, network, options);
  const { classes } = content;
  const count = (of: NetworkSpec) => inferShapes(of).get(of.layers.at(-1)!.id)!.at(-1)!;
  const scores = count(network);
  // Class names stand for the numbers of the last layer.
  const fits = classes.length === 0 || scores === count(content.network);
  const added = Array.from({ length: Math.max(0, scores - classes.length) }, (_, i) => `${classes.length + i}`);
  const renamed = apartFrom(classes.slice(0, scores), added);
  return [
    ...networkChanges(content, network, values),
    ...(fits ? [] : [{ kind: 'classes' as const, classes: renamed }]),
  ];
}

/** The changes to a network with these values. Cells that show weights which it doesn't have keep their numbers. */
function networkChanges(content: Content, network: NetworkSpec, values: readonly WholeTensor[]): Change[] {
  // A tensor that keeps its shape keeps its values, until its channels are put in another order.
  const [before, after] = [storedTensors(content.network), storedTensors(network)];
  const edits = values.filter(({ tensor }) => areAlike(before.get(tensor), after.get(tensor)));
  return [
    ...releasedCells(content, network),
    { kind: 'network', network, values: values.filter(each => !edits.includes(each)) },
    ...(edits.length > 0 ? [{ kind: 'values' as const, edits }] : []),
  ];
}

/** `sheet`: of the network with the layers that have been made so far. */
type Lifting = { sheet: Sheet; lifted: Lifted[] };

function liftedChanges(content: Content, edits: readonly FormulaEdit[], lifting: Lifting): Change[] {
  return changesOfLift(content, liftedFrom({ ...content, sheet: lifting.sheet }, edits), lifting);
}

/** What becomes of formulas that read cells which learn from now on. */
function learnedChanges(content: Content, change: CellsChange, lifting: Lifting): Change[] {
  const { sheet } = lifting;
  const after = copyOfWritten(content);
  applyWritten(after, change, () => sheet);
  const lift = liftedFrom({ ...content, sheets: after.sheets, sheet }, [], new Set(content.formulas.keys()));
  return changesOfLift(content, lift, lifting);
}

function changesOfLift(content: Content, lift: Lift, lifting: Lifting): Change[] {
  const { formulas, network, values, written } = lift;
  lifting.lifted.push(...lift.lifted);
  if (network) lifting.sheet = sheetIn({ network, classes: content.classes });
  return [
    ...(formulas.length > 0 ? [{ kind: 'formulas' as const, edits: formulas }] : []),
    ...(network ? networkChanges(content, network, values) : []),
    ...written,
  ];
}

/** Both lists of names. An added name that is taken gets a sign. */
function apartFrom(names: readonly string[], added: readonly string[]): string[] {
  const all = [...names];
  for (const name of added) {
    let free = name;
    while (all.includes(free)) free += '*';
    all.push(free);
  }
  return all;
}

/** The changes that turn one workbook into another: its network, classes, fit and the values of the wanted tensors. A
 *  tensor that differs in shape or role is always included. */
export function changesBetween(before: Content, after: Content, wanted: (tensor: TensorId) => boolean): Change[] {
  const changes: Change[] = [];
  const apart = tensorsApart(before, after);
  if (before.network !== after.network)
    changes.push({ kind: 'network', network: after.network, values: ownValues(after, before.network) });
  if (!sameNames(before.classes, after.classes)) {
    const actual = actualOf(after);
    const values = actual && after.values.get(actual)!.slice();
    changes.push({ kind: 'classes', classes: after.classes, ...(values && { values }) });
  }
  const edits = [...after.values].flatMap(([tensor, values]) =>
    wanted(tensor) && !apart.has(tensor) ? difference(tensor, before.values.get(tensor)!, values) : [],
  );
  if (edits.length > 0) changes.push({ kind: 'values', edits });
  if (before.fit !== after.fit) changes.push({ kind: 'fit', fit: after.fit });
  return changes;
}

/** The stored tensors that differ in shape or role between two workbooks. If the class names differ, the expected class
 *  is one of them. */
export function tensorsApart(one: Content, other: Content): Set<TensorId> {
  const apart = new Set<TensorId>();
  if (one.network !== other.network) {
    const [mine, theirs] = [storedTensors(one.network), storedTensors(other.network)];
    for (const id of [...mine.keys(), ...theirs.keys()]) if (!areAlike(mine.get(id), theirs.get(id))) apart.add(id);
  }
  if (!sameNames(one.classes, other.classes))
    for (const actual of [actualOf(one), actualOf(other)]) if (actual) apart.add(actual);
  return apart;
}

/** Both lists as one list with the same effect. It is short where the changes only write values, tell their source and
 *  change the storyboard. */
export function composed(first: readonly Change[], second: readonly Change[]): Change[] {
  const all = [...first, ...second];
  const values = all.filter(change => change.kind === 'values');
  const source = sourceIn(all);
  const boards = all.filter(change => change.kind === 'storyboard');
  if (all.some(({ kind }) => kind !== 'values' && kind !== 'source' && kind !== 'storyboard')) return all;
  const edits = composedEdits(values.flatMap(change => change.edits));
  return [
    ...(edits.length > 0 ? [{ kind: 'values' as const, edits }] : []),
    ...(source ? [{ kind: 'source' as const, source }] : []),
    ...(boards.length > 0 ? [composedStoryboards(boards)] : []),
  ];
}

function composedEdits(edits: readonly TensorEdit[]): TensorEdit[] {
  const whole = new Map<TensorId, Float32Array>();
  const elements = new Map<TensorId, Map<number, number>>();
  for (const edit of edits) {
    const { tensor, indices, values } = edit;
    const known = whole.get(tensor);
    if (!indices) {
      elements.delete(tensor);
      whole.set(tensor, values.slice());
    } else if (known) write(known, edit);
    else {
      const own = elements.get(tensor) ?? new Map<number, number>();
      elements.set(tensor, own);
      for (const [i, index] of indices.entries()) own.set(index, values[i]);
    }
  }
  const some = [...elements].map(([tensor, own]) => ({
    tensor,
    indices: Uint32Array.from(own.keys()),
    values: Float32Array.from(own.values()),
  }));
  return [...some, ...[...whole].map(([tensor, values]) => ({ tensor, values }))];
}

/** All the edits of values in these changes. */
export function editsOf(changes: readonly AskedChange[] = []): TensorEdit[] {
  return changes.flatMap(change => (change.kind === 'values' ? change.edits : []));
}

/** Where the shown example comes from after these changes. undefined where they don't say. */
export function sourceIn(changes: readonly AskedChange[] = []): Source | undefined {
  return changes.findLast(change => change.kind === 'source')?.source;
}

/** The elements that an edit names. */
export function indicesOf({ indices, values }: TensorEdit): Iterable<number> {
  return indices ?? values.keys();
}

/** Writes an edit's values into its tensor. */
export function write(target: Float32Array, { indices, values }: TensorEdit): void {
  if (!indices) target.set(values);
  else for (let i = 0; i < indices.length; i++) target[indices[i]] = values[i];
}

/** The edit that turns one version of a tensor into the other, bit for bit. undefined where the versions are the same.
 *  The edit names single elements where that is smaller than the whole tensor. */
function difference(tensor: TensorId, before: Float32Array, after: Float32Array): TensorEdit[] {
  let count = 0;
  for (let i = 0; i < before.length; i++) if (!Object.is(before[i], after[i])) count++;
  if (count === 0) return [];
  if (isDense(count, before.length)) return [{ tensor, values: after.slice() }];
  const indices = new Uint32Array(count);
  count = 0;
  for (let i = 0; i < before.length; i++) if (!Object.is(before[i], after[i])) indices[count++] = i;
  return [{ tensor, indices, values: taken(after, indices) }];
}

export function sameSource(a: Source, b: Source): boolean {
  if (a.kind === 'digit' && b.kind === 'digit') return a.index === b.index;
  if (a.kind === 'image' && b.kind === 'image') return a.name === b.name;
  return a.kind === b.kind;
}

/** The tensors of a network whose values a workbook keeps. */
function storedTensors(network: NetworkSpec): Map<TensorId, TensorInfo> {
  const stored = describeTensors(network).filter(({ role }) => role !== 'computed');
  return new Map(stored.map(info => [info.id, info]));
}

function areAlike(one: TensorInfo | undefined, other: TensorInfo | undefined): boolean {
  return one?.role === other?.role && one?.shape.join() === other?.shape.join();
}

/** Whether a whole tensor takes less memory than its changed elements. A changed element takes 12 bytes (its index, and
 *  its values before and after); in a whole tensor each element takes 8. */
const isDense = (count: number, size: number) => 12 * count > 8 * size;

function readBack(current: Float32Array, { tensor, indices }: TensorEdit): TensorEdit {
  return { tensor, ...(indices && { indices }), values: indices ? taken(current, indices) : current.slice() };
}

/** The elements at these indices. (An array's `from` takes ten times as long.) */
function taken(whole: Float32Array, indices: Uint32Array): Float32Array {
  const values = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i++) values[i] = whole[indices[i]];
  return values;
}

/** If an edit names more than one in so many elements of a tensor, the whole tensor is compared. */
const FEW = 16;

function differences(stored: ReadonlyMap<TensorId, Float32Array>, edits: readonly TensorEdit[]): TensorEdit[] {
  const byTensor = new Map<TensorId, TensorEdit[]>();
  for (const edit of edits) byTensor.set(edit.tensor, [...(byTensor.get(edit.tensor) ?? []), edit]);
  return [...byTensor].flatMap(([tensor, own]) => {
    const current = stored.get(tensor)!;
    const named = own.reduce((sum, { values }) => sum + values.length, 0);
    if (named * FEW < current.length) return fewDifferences(tensor, current, own);
    const after = current.slice();
    for (const edit of own) write(after, edit);
    return difference(tensor, current, after);
  });
}

function fewDifferences(tensor: TensorId, current: Float32Array, edits: readonly TensorEdit[]): TensorEdit[] {
  const elements = new Map<number, number>();
  for (const edit of edits) {
    let i = 0;
    for (const index of indicesOf(edit)) elements.set(index, edit.values[i++]);
  }
  const changed = [...elements].filter(([index, value]) => !Object.is(current[index], value));
  if (changed.length === 0) return [];
  const indices = Uint32Array.from(changed, ([index]) => index);
  return [{ tensor, indices, values: Float32Array.from(changed, ([, value]) => value) }];
}

/** Copies of the stored tensors that another network lacks, or has with another shape or role. */
function ownValues({ network, values }: Content, other: NetworkSpec): WholeTensor[] {
  const theirs = storedTensors(other);
  return [...storedTensors(network)]
    .filter(([id, info]) => !areAlike(info, theirs.get(id)))
    .map(([tensor]) => ({ tensor, values: values.get(tensor)!.slice() }));
}

/** The stored values of the next network, in its order. */
function valuesIn({ network, values }: Content, next: NetworkSpec, given: readonly WholeTensor[]): Content['values'] {
  const before = storedTensors(network);
  const own = new Map(given.map(edit => [edit.tensor, edit.values]));
  return new Map(
    [...storedTensors(next)].map(([id, info]) => {
      if (areAlike(before.get(id), info)) return [id, values.get(id)!];
      return [id, own.get(id)?.slice() ?? (info.role === 'actual' ? blank(info.size) : new Float32Array(info.size))];
    }),
  );
}

const blank = (size: number) => new Float32Array(size).fill(Number.NaN);

/** The tensor of the expected class, where the network has one: the last layer's. */
function actualOf({ network, values }: Content): TensorId | undefined {
  const actual: TensorId = `${network.layers.at(-1)!.id}/actual`;
  return values.has(actual) ? actual : undefined;
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, i) => name === other[i]);
}
