/** An open workbook: its values, kept calculated, and the commands that change them. */
import { type CellRange, formatAddress } from '../../shared/address.ts';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { TensorId, TensorInfo } from '../../shared/network.ts';
import type { WorkbookState } from '../../shared/protocol.ts';
import { buildSheet, type Sheet } from '../../shared/sheet.ts';
import type { Command, Source, TensorEdit, Workbook } from '../../shared/workbook.ts';
import { createForward, mostProbable } from './forward.ts';
import { createHistory, type Entry, type Step } from './history.ts';

/** The tensors whose values a command changed, stored and computed. */
export type Changed = ReadonlySet<TensorId>;

export type Session = {
  readonly sheet: Sheet;
  /** Does what the command says, as one undoable step. Throws UserError where a part of it can't be done, and then nothing is done. */
  edit(command: Command): Changed;
  /** Takes the last step back; nothing where there is none. */
  undo(): Changed;
  /** Does again what was last undone; nothing where there is none. */
  redo(): Changed;
  /** The cells around those that the last undo or redo wrote; undefined where it did nothing, or changed a stroke of the brush or the whole digit. */
  revisited(): CellRange | undefined;
  /** The current values of a tensor, stored or computed; to be read before the next command. */
  value(tensor: TensorId): Float32Array;
  state(): WorkbookState;
  /** A copy of what a file holds. */
  workbook(): Workbook;
  /** Where the workbook stands between its changes: `markSaved` with it later counts what stood here then as saved. */
  position(): symbol;
  /** What stands at this position counts as saved; undefined: nothing does. */
  markSaved(position: symbol | undefined): void;
  /** A number that differs after every change of a parameter: predictions hold as long as it stays. */
  parameterRevision(): number;
  /** See Forward.predict. */
  predict: (images: Float32Array, count: number) => (number | undefined)[];
  dispose: () => void;
};

/** Most numbers all tensors of a network may have together: 800 MB here, and the activations once more in the wasm heap. */
const MAX_ELEMENTS = 200_000_000;

/** Opens a copy of the workbook and calculates it. The backend has to be started. Throws UserError where the network can't be shown or calculated. */
export function createSession(workbook: Workbook): Session {
  const sheet = buildSheet(workbook.network, workbook.classes);
  const tensors = [...sheet.tensors.values()];
  const elements = tensors.reduce((sum, { size }) => sum + size, 0);
  if (elements > MAX_ELEMENTS) throw new UserError(messages.engine.tooLarge(elements));
  const stored = new Map(
    tensors.filter(({ role }) => role !== 'computed').map(info => [info.id, storedValues(workbook, info)]),
  );
  const last = workbook.network.layers.at(-1)!;
  const history = createHistory();
  const forward = createForward(workbook.network, stored);

  let source: Source = workbook.source;
  let saved: symbol | undefined = history.position();
  let revision = 0;
  let parameterRevision = 0;
  let milliseconds = 0;
  let revisited: CellRange | undefined;
  recalculate(stored.keys());

  function recalculate(changed: Iterable<TensorId>): Set<TensorId> {
    const start = performance.now();
    const calculated = forward.update(changed);
    milliseconds = performance.now() - start;
    return calculated;
  }

  /** Writes the values of a step before or after it, and calculates what follows from them. */
  function apply(step: Step, side: 'before' | 'after'): Changed {
    for (const { tensor, indices, [side]: values } of step.edits) write(stored.get(tensor)!, indices, values);
    source = step.source[side];
    revision++;
    const changed = step.edits.map(({ tensor }) => tensor);
    if (changed.some(tensor => sheet.tensors.get(tensor)!.role === 'parameter')) parameterRevision++;
    const all = recalculate(changed);
    for (const tensor of changed) all.add(tensor);
    return all;
  }

  function revisit(step: Entry | undefined, side: 'before' | 'after'): Changed {
    revisited = step && step.mergeKey === undefined ? rangeAround(sheet, step.edits) : undefined;
    return step ? apply(step, side) : new Set();
  }

  return {
    sheet,
    edit(command) {
      for (const edit of command.edits) check(sheet, edit);
      const edits = differences(stored, command.edits);
      const drawn = edits.some(({ tensor }) => sheet.tensors.get(tensor)!.role === 'pixels');
      const next = command.source ?? (drawn ? { kind: 'typed' as const } : source);
      if (edits.length === 0 && sameSource(next, source)) return new Set();
      const step: Step = { label: command.label, edits, source: { before: source, after: next } };
      history.push(step, command.mergeKey);
      return apply(step, 'after');
    },
    undo: () => revisit(history.undo(), 'before'),
    redo: () => revisit(history.redo(), 'after'),
    revisited: () => revisited,
    value: forward.value,
    state() {
      const probabilities = last.kind === 'softmax' ? forward.value(`${last.id}/output`) : undefined;
      const predicted = probabilities && mostProbable(probabilities);
      return {
        revision,
        parameterRevision,
        ...history.labels(),
        modified: history.position() !== saved,
        source,
        predicted:
          probabilities && predicted !== undefined
            ? { class: predicted, probability: probabilities[predicted] }
            : undefined,
        actual: last.kind === 'softmax' ? expectedClass(stored.get(`${last.id}/actual`)!) : undefined,
        milliseconds,
      };
    },
    workbook: () => ({
      network: workbook.network,
      classes: workbook.classes,
      source,
      values: new Map([...stored].map(([tensor, values]) => [tensor, values.slice()])),
    }),
    position: history.position,
    markSaved(position) {
      saved = position;
    },
    parameterRevision: () => parameterRevision,
    predict: forward.predict,
    dispose: forward.dispose,
  };
}

function storedValues({ values }: Workbook, { id, role, size }: TensorInfo): Float32Array {
  const given = values.get(id);
  if (given?.length === size) return given.slice();
  if (!given && role === 'actual') return new Float32Array(size).fill(Number.NaN);
  throw new Error(`The workbook has ${given?.length ?? 'no'} values of ${id}, which has ${size}.`);
}

/** Throws UserError naming the cell that can't be edited this way. */
function check(sheet: Sheet, { tensor, indices, values }: TensorEdit): void {
  const info = sheet.tensors.get(tensor);
  if (!info) throw new UserError(messages.engine.unknownTensor(tensor));
  const name = `${sheet.layers.get(info.layer)!.name}/${info.name}`;
  if (indices.length !== values.length)
    throw new UserError(messages.engine.valuesMissing(name, indices.length, values.length));
  for (const [i, index] of indices.entries()) {
    if (index >= info.size) throw new UserError(messages.engine.unknownElement(name, index, info.size));
    const cell = () => formatAddress(sheet.layout.cellOf(tensor, index));
    if (info.role === 'computed') throw new UserError(messages.engine.computedCell(cell()));
    const blank = info.role === 'actual' && Number.isNaN(values[i]);
    if (!Number.isFinite(values[i]) && !blank) throw new UserError(messages.engine.notANumber(cell()));
  }
}

/** The edits with the values they replace, without those that change nothing, bit for bit. Of an element named twice the last value counts. */
function differences(stored: ReadonlyMap<TensorId, Float32Array>, edits: readonly TensorEdit[]): Step['edits'] {
  const wanted = new Map<TensorId, Map<number, number>>();
  for (const { tensor, indices, values } of edits) {
    const elements = wanted.get(tensor) ?? new Map<number, number>();
    wanted.set(tensor, elements);
    for (const [i, index] of indices.entries()) elements.set(index, values[i]);
  }
  return [...wanted].flatMap(([tensor, elements]) => {
    const current = stored.get(tensor)!;
    const changed = [...elements].filter(([index, value]) => !Object.is(current[index], value));
    if (changed.length === 0) return [];
    const indices = Uint32Array.from(changed, ([index]) => index);
    return [
      {
        tensor,
        indices,
        before: Float32Array.from(indices, index => current[index]),
        after: Float32Array.from(changed, ([, value]) => value),
      },
    ];
  });
}

function write(target: Float32Array, indices: Uint32Array, values: Float32Array): void {
  for (let i = 0; i < indices.length; i++) target[indices[i]] = values[i];
}

/** The smallest range that holds all these elements; undefined where there are none. */
function rangeAround({ layout }: Sheet, edits: Step['edits']): CellRange | undefined {
  let [top, left, bottom, right] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (const { tensor, indices } of edits) {
    for (const index of indices) {
      const { row, column } = layout.cellOf(tensor, index);
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
    }
  }
  return bottom < 0 ? undefined : { row: top, column: left, height: bottom - top + 1, width: right - left + 1 };
}

function sameSource(a: Source, b: Source): boolean {
  return a.kind === b.kind && (a.kind !== 'digit' || b.kind !== 'digit' || a.index === b.index);
}

/** The class with the largest expected value above 0; undefined where there is none. */
function expectedClass(actual: Float32Array): number | undefined {
  let best: number | undefined;
  for (let unit = 0; unit < actual.length; unit++) {
    if (actual[unit] > (best === undefined ? 0 : actual[best])) best = unit;
  }
  return best;
}
