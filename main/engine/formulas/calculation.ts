/** Calculates what users have written: formulas over elements, in free cells and on own sheets. It takes part in the
 *  forward pass, and calculates only what depends on a change. */
import type { Change } from '../../../shared/change.ts';
import type { Drawn, Names, Written } from '../../../shared/cells.ts';
import { type CellError, isError } from '../../../shared/cell-content.ts';
import type { Expression } from '../../../shared/formula/expression.ts';
import { ERRORS, type Value } from '../../../shared/formula/value.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { LayerId, TensorId } from '../../../shared/network.ts';
import type { CellPlace, SheetId } from '../../../shared/places.ts';
import { differ } from '../show/channels.ts';
import type { Formulas } from '../show/formulas.ts';
import type { Cells } from './cells.ts';
import { type Beside, createBeside } from './beside.ts';
import { dependingOnThemselves, loopOf } from './cycles.ts';
import { createErrors } from './errors.ts';
import { type Copies, createLibrary, type Result } from './library.ts';
import { asElement, createNode, type Node } from './nodes.ts';
import { shared } from './references.ts';
import type { Source } from './readers.ts';
import { eachReader, eachReaderOfCells, loopThrough, needsLibrary, type Schedule, schedule } from './schedule.ts';
import { endOf, BEFORE, type Tensor, tensorsOf } from './tensors.ts';
import { createArrays } from './arrays.ts';
import { createTies, type Ties } from './ties.ts';
import { findTrainable } from './trainable.ts';
import { createWritten, touchedBy } from './written.ts';

export type Calculation = Formulas & {
  /** To be called when what users have written has changed, before the pass. `changes`: all that were made since it
   *  was called last; left out where that isn't known. */
  read(written: Written, changes?: readonly Change[]): void;
  /** What stands in a cell that is no element; null if it is blank. */
  contentAt(place: CellPlace): Value;
  /** The cells that arrays fill beside the formulas that give them. */
  filledCells(): Iterable<CellPlace>;
  /** What an element holds whose number is NaN: an error, or null for a blank. */
  otherAt(tensor: TensorId, index: number): CellError | null;
  /** The value that the network itself gives an element with something over it. */
  derivedAt(tensor: TensorId, index: number): number | undefined;
  /** The cells of the loop that a formula is in which depends on itself: it, what it reads, and so on back to it. Only
   *  the cell itself if the network is too large to look for it. Empty if there is no loop. */
  loopAt(place: CellPlace): CellPlace[];
  /** What a formula would give in a cell now; of an array, its first value. undefined if the library would have to
   *  read too many cells for it. */
  tryOut(formula: Expression, place: CellPlace, names: Names): Value | undefined;
  /** The sheets on which cells have other contents since this was called last. */
  takeChangedSheets(): Set<SheetId>;
  /** While a run trains, formulas that it can't follow (see `findTrainable`) keep their values; the run writes the
   *  others' sources. `frozen` are the layers that don't learn. Without it, no formula is held. */
  hold(frozen: ReadonlySet<LayerId> | undefined): void;
  /** The formulas over parameters, for a run with parameters of its own. undefined if there are none. */
  ties(parameters: ReadonlyMap<TensorId, Float32Array>, frozen: ReadonlySet<LayerId>): Ties | undefined;
  /** How many formulas there are. */
  readonly size: number;
};

const placeOf = ({ cell: { sheet, row, column } }: Node): CellPlace => ({ sheet, row, column });

/** If it takes more looks than this to find the formulas that read changed cells, all are calculated. */
const MOST_LOOKS = 1_000_000;
/** The most cells that the library reads for a formula that is only tried. It takes some milliseconds for them. */
const MOST_TRIED = 20_000;

/** `stored` holds the pixels, parameters and the expected class of the network. Formulas over them are written there,
 *  unless they give an error. `computed` gives the values of computed tensors, if there are any yet. `copies` are left
 *  out where formulas of the library need not go on with those of a calculation before. */
export function createCalculation(
  sheet: Sheet,
  stored: ReadonlyMap<TensorId, Float32Array>,
  computed?: (tensor: TensorId) => Float32Array,
  copies?: Copies,
): Calculation {
  const tensors = tensorsOf(sheet, stored, computed);
  const cells: Cells = new Map();
  const errors = createErrors(sheet, tensors, () => source);
  const source: Source = { sheet, tensors, cells, sheets: [], otherAt: (tensor, index) => errors.at(tensor, index) };
  const written = createWritten(source);
  const beside: Beside = createBeside(source);
  const library = createLibrary(source, copies);
  const arrays = createArrays(source, written);
  const positions = new Map(sheet.network.layers.map(({ id }, position) => [id, position]));

  let nodes: readonly Node[] = [];
  let plan: Schedule = schedule([], tensors);
  /** The sets of formulas whose readers are known to be dirty. */
  let passed = new Uint8Array(0);
  /** The formulas over each tensor. */
  const over = written.over();
  /** The derived values of elements with something over them. */
  const derived = new Map<TensorId, Map<number, number>>();
  /** Computed tensors that have to be written. */
  const due = new Set<TensorId>();
  const changedSheets = new Set<SheetId>();
  /** What random numbers and the time follow from. */
  let drawn: Drawn | undefined;
  /** Arrays with NaN where a formula over a stored element has an error. */
  const shown = new Map<TensorId, Float32Array>();
  /** The numbers under formulas before this update, or as somebody else has just written them, such as undo. A formula
   *  that ends with an error keeps them. */
  const given = new Map<Node, number>();

  /** An element has another error than before the update. Others may show it without other numbers: NaN stays NaN. */
  let renamed = false;

  /** How far the pass has come in the order. */
  let next = 0;
  /** The stored elements that formulas have changed for this pass, and for the next one. */
  let changed = new Map<TensorId, Set<number>>();
  let changedLate = new Map<TensorId, Set<number>>();
  let again = false;
  /** An array has another size, so that other cells belong to its formula. */
  let relinks = false;
  let passes = 0;
  /** The layers that don't learn in the run that trains, and the formulas that keep their values meanwhile. */
  let frozen: ReadonlySet<LayerId> | undefined;
  let held: ReadonlySet<Node> = new Set();
  /** The tensor that is being written. */
  let writing: { tensor: Tensor; values: Float32Array } | undefined;

  const valuesOf = (id: TensorId) => shown.get(id) ?? stored.get(id)!;

  function markReaders(id: TensorId): void {
    for (const node of plan.readers.get(id) ?? []) node.dirty = true;
  }

  const mark = (index: number) => {
    nodes[index].dirty = true;
  };

  function read(all: Written, changes?: readonly Change[]): void {
    const found = written.read(all, changes && touchedBy(changes));
    const draws = all.drawn !== drawn;
    if (draws) library.draw((drawn = all.drawn));
    for (const { sheet } of found.changed) changedSheets.add(sheet);
    const restructured = found.added.length + found.removed.length > 0;
    const touched = restructured || found.changed.length > 0;
    for (const node of found.removed) arrays.clear(node);
    if (touched) for (const node of arrays.all()) node.dirty = true;
    if (restructured) link();
    for (const node of found.removed) remove(node);
    eachReaderOfCells(plan.graph, arrays.takeResized(), mark);
    const looks = found.changed.length * plan.graph.ranges.length;
    if (found.everything || looks > MOST_LOOKS) for (const node of nodes) node.dirty = true;
    else eachReaderOfCells(plan.graph, found.changed, mark);
    if (draws) for (const node of nodes) if (node.shared?.volatile) node.dirty = true;
    for (const { target } of found.added) if (target?.tensor.info.role === 'computed') due.add(target.tensor.info.id);
  }

  /** Finds the order of the formulas again. */
  function link(): void {
    nodes = written.nodes();
    plan = schedule(nodes, tensors);
    passed = new Uint8Array(plan.graph.inCycle.length);
    if (nodes.some(node => node.late)) {
      for (const node of dependingOnThemselves(source, nodes, plan.graph, over)) node.cyclic = true;
    }
    for (const node of nodes) {
      const isCycle = node.value !== undefined && isError(node.value) && node.value.error === '#CYCLE!';
      if (node.cyclic !== isCycle) node.dirty = true;
    }
    beside.forget();
    findHeld();
  }

  function findHeld(): void {
    const found = frozen && findTrainable(source, nodes, plan, frozen).stays;
    const before = held;
    held = new Set(found?.keys());
    for (const node of before) if (!held.has(node)) node.dirty = true;
  }

  /** An error isn't held: it shows until it is mended. */
  const isHeld = (node: Node) => held.has(node) && typeof node.value === 'number';

  function remove({ target, slot, cell }: Node): void {
    if (slot) changedSheets.add(cell.sheet);
    if (!target) return;
    const { info } = target.tensor;
    if (info.role === 'computed') due.add(info.id);
    if (!over.get(info.id)?.has(target.index) && setError(target, undefined)) {
      if (info.role !== 'computed') putStored(target.tensor, target.index, stored.get(info.id)![target.index], true);
    }
  }

  function setError({ tensor, index }: NonNullable<Node['target']>, error: CellError | undefined): boolean {
    const isOther = errors.set(tensor.info.id, index, error);
    renamed ||= isOther;
    return isOther;
  }

  /** Takes over a value that a formula gives to a stored element. With an error, the element keeps its number, but NaN
   *  is shown and calculated with. */
  function putStored(tensor: Tensor, index: number, value: number | CellError, late: boolean): void {
    const { id } = tensor.info;
    const error = isError(value) ? value : undefined;
    setError({ tensor, index }, error);
    if (!isError(value)) stored.get(id)![index] = value;
    if (error && !shown.has(id)) shown.set(id, stored.get(id)!.slice());
    const own = shown.get(id);
    if (own && [...errors.failing(id)].length === 0) shown.delete(id);
    else if (own) own[index] = isError(value) ? Number.NaN : value;
    tensor.values = valuesOf(id);
    const into = late ? changedLate : changed;
    const indices = into.get(id);
    if (indices) indices.add(index);
    else into.set(id, new Set([index]));
    markReaders(id);
  }

  function setValue(node: Node, value: Value): void {
    const { target, slot } = node;
    if (slot) {
      node.value = value;
      if (Object.is(slot.content, value)) return;
      slot.content = value;
      changedSheets.add(node.cell.sheet);
    } else {
      const { tensor, index } = target!;
      const number = asElement(value, tensor);
      if (Object.is(node.value, number)) return;
      node.value = number;
      if (tensor.info.role !== 'computed') {
        const own = stored.get(tensor.info.id)!;
        if (!given.has(node)) given.set(node, own[index]);
        if (isError(number)) own[index] = given.get(node)!;
        putStored(tensor, index, number, node.late);
      } else {
        setError(target!, isError(number) ? number : undefined);
        if (writing?.tensor === tensor) writing.values[index] = isError(number) ? Number.NaN : number;
        else due.add(tensor.info.id);
      }
      if (node.late) again = true;
    }
    eachReader(plan.graph, nodes.length, node.index, passed, mark);
  }

  function calculate(node: Node): void {
    node.dirty = false;
    if (isHeld(node)) return;
    if (node.cyclic) setValue(node, ERRORS['#CYCLE!']);
    else if (typeof node.content === 'number') setValue(node, node.content);
    else setValue(node, node.shared!.program!.run(node.readers));
  }

  /** Calculates formulas of the library. An array fills the cells beside its formula, if they are free. */
  function calculateAll(together: readonly Node[]): void {
    const asked = together.filter(node => !isHeld(node));
    for (const node of together) node.dirty = false;
    const results: Result[] = asked.length > 0 ? library.calculate(asked) : [];
    for (const [i, node] of asked.entries()) {
      const { value, changed, resized } = arrays.spread(node, results[i]);
      setValue(node, value);
      if (changed) {
        changedSheets.add(node.cell.sheet);
        eachReader(plan.graph, nodes.length, node.index, passed, mark);
      }
      if (resized) again = relinks = true;
    }
  }

  /** Calculates the formulas whose precedents are all there at this time. */
  function advance(time: number): void {
    const { order } = plan;
    for (; next < order.length && order[next].time <= time; next++) {
      const node = order[next];
      if (!isDirty(node)) continue;
      if (!needsLibrary(node)) {
        calculate(node);
        continue;
      }
      // Formulas of the same time and depth don't read one another.
      const together = [node];
      for (let other = order[next + 1]; isBeside(node, other); other = order[next + 1]) {
        next++;
        if (isDirty(other)) together.push(other);
      }
      calculateAll(together);
    }
  }

  const isDirty = ({ dirty, tensors: read }: Node) => dirty || (renamed && read.length > 0);
  const isBeside = (node: Node, other: Node | undefined) =>
    other?.time === node.time && other.depth === node.depth && needsLibrary(other);

  /** A tensor has these values now. */
  function put(tensor: Tensor, values: Float32Array): void {
    const same = tensor.values.length === values.length && !differ(tensor.values, values);
    tensor.values = values;
    if (!same) markReaders(tensor.info.id);
  }

  return {
    read,
    get size() {
      return nodes.length;
    },
    contentAt: ({ sheet, row, column }) => cells.get(sheet)?.contentAt(row, column) ?? null,
    *filledCells() {
      for (const { cell } of arrays.all())
        for (let y = 0; y < cell.height; y++)
          for (let x = 0; x < cell.width; x++)
            if (y > 0 || x > 0) yield { sheet: cell.sheet, row: cell.row + y, column: cell.column + x };
    },
    otherAt: source.otherAt,
    derivedAt: (tensor, index) => derived.get(tensor)?.get(index),
    loopAt({ sheet, row, column }) {
      const isHere = ({ cell }: Node) => cell.sheet === sheet && cell.row === row && cell.column === column;
      const node = nodes.find(each => each.cyclic && isHere(each));
      if (!node) return [];
      const loop = loopThrough(plan.graph, nodes.length, node.index).map(index => placeOf(nodes[index]));
      if (loop.length > 0) return loop;
      const long = loopOf(source, nodes, plan.graph, over, node);
      return long.length > 0 ? long : [placeOf(node)];
    },
    tryOut(formula, { sheet: on, row, column }, names) {
      const all = shared(sheet, names, formula, on);
      if (!cells.has(on)) return undefined;
      const cell = { sheet: on, row, column, height: 1, width: 1 };
      const node = createNode(source, cell, { formula, from: cell }, {}, { shared: all, from: cell });
      if (all.program) return all.program.run(node.readers);
      const read = node.reads.reduce((sum, { height, width }) => sum + height * width, 0);
      if (read > MOST_TRIED) return undefined;
      const [result] = library.calculate([node]);
      return Array.isArray(result) ? result[0][0] : result;
    },
    takeChangedSheets() {
      const all = new Set(changedSheets);
      changedSheets.clear();
      return all;
    },

    begin(changedTensors) {
      next = 0;
      changed = changedLate;
      changedLate = new Map();
      passed.fill(0);
      errors.forget();
      for (const id of changedTensors) {
        const tensor = tensors.get(id)!;
        shown.get(id)?.set(stored.get(id)!);
        for (const [index, node] of over.get(id) ?? []) {
          const { value } = node;
          if (value === undefined || valuesOf(id)[index] === value) continue;
          // Somebody else has written over what a formula gives: a run that holds it, or a change that means others.
          if (isHeld(node)) node.value = valuesOf(id)[index];
          else {
            given.set(node, stored.get(id)![index]);
            putStored(tensor, index, value as number, false);
          }
        }
        tensor.values = valuesOf(id);
        markReaders(id);
      }
      advance(BEFORE);
    },
    hold(next) {
      frozen = next;
      findHeld();
    },
    ties: (parameters, untrained) => createTies(source, { nodes, plan }, parameters, untrained),
    changed: tensor => changed.get(tensor),
    shown: tensor => shown.get(tensor),
    failing: tensor => errors.failing(tensor),
    overrides: tensor => over.has(tensor) || derived.has(tensor),
    isDue(id) {
      if (due.has(id)) return true;
      if (!plan.within.has(id)) return false;
      const { time } = tensors.get(id)!;
      const { order } = plan;
      for (let at = next; at < order.length && order[at].time <= time; at++) if (isDirty(order[at])) return true;
      return false;
    },
    restore(id, values) {
      derived.get(id)?.forEach((value, index) => (values[index] = value));
    },
    write(id, values) {
      const tensor = tensors.get(id)!;
      advance(tensor.time - 1);
      beside.rederive(tensor, over, values);
      const own = over.get(id);
      if (!own) derived.delete(id);
      else {
        const before = derived.get(id) ?? new Map<number, number>();
        derived.set(id, before);
        // Not with `of`, which makes a pair for each of what may be a million.
        own.forEach(({ value }, index) => {
          before.set(index, values[index]);
          if (value !== undefined) values[index] = isError(value) ? Number.NaN : (value as number);
        });
        if (before.size > own.size) for (const index of before.keys()) if (!own.has(index)) before.delete(index);
      }
      put(tensor, values);
      due.delete(id);
      if (!plan.within.has(id)) return;
      writing = { tensor, values };
      advance(tensor.time);
      writing = undefined;
    },
    after(layer: LayerId, values, beforeCrossEntropy) {
      for (const [id, own] of values) {
        const tensor = tensors.get(id);
        if (tensor && tensor.values !== own) put(tensor, own);
      }
      advance(endOf(positions.get(layer)!) - (beforeCrossEntropy ? 1 : 0));
    },
    takeRenamed() {
      const taken = renamed;
      renamed = false;
      return taken;
    },
    end() {
      if (relinks) {
        relinks = false;
        link();
        eachReaderOfCells(plan.graph, arrays.takeResized(), mark);
      }
      const more = again && passes++ < nodes.length + 2;
      again = false;
      if (!more) {
        passes = 0;
        given.clear();
      }
      return more;
    },
  };
}
