/** An open workbook: its values, kept calculated, and the changes of it. */
import {
  applyChange,
  type Change,
  type Command,
  type Content,
  editsOf,
  inverseOf,
  narrowed,
  type TensorEdit,
} from '../../../shared/change.ts';
import { checkChanges } from '../../../shared/change-check.ts';
import type { Fit } from '../../../shared/data.ts';
import { trainedFit } from '../../../shared/data-meaning.ts';
import { UserError } from '../../../shared/errors.ts';
import { buildSheet, type Sheet } from '../../../shared/layout/sheet.ts';
import { firstSheets, type RangePlace, type SheetInfo } from '../../../shared/places.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { TensorId, TensorInfo } from '../../../shared/network.ts';
import type { WorkbookState } from '../../../shared/protocol.ts';
import { structureName } from '../../../shared/structure.ts';
import type { KeptSetup, RunRecord } from '../../../shared/training.ts';
import type { TrainingMemory, Workbook } from '../../../shared/workbook.ts';
import { argMax } from '../show/arg-max.ts';
import { createForward, type OnPass } from '../show/forward.ts';
import { changedElements, createHistory, type History, type Step } from './history.ts';
import { rangeAround } from './range-around.ts';

/** The tensors whose values a command changed, stored and computed. */
export type Changed = ReadonlySet<TensorId>;
/** Values of whole tensors. */
export type TensorValues = ReadonlyMap<TensorId, Float32Array>;
/** Where a workbook stands between its changes. */
type Position = { step: symbol; kept: number };

export type Session = {
  /** The workbook's, in the order of their tabs. */
  readonly sheets: readonly SheetInfo[];
  /** Another one after a change of the network or of the classes' names. */
  readonly sheet: Sheet;
  /** What a change has to be meant for, see `structureName`. */
  readonly structure: string;
  /** Does the changes of a command, as one undoable step. `structure`: the one they are meant for; `checked`: they have
   *  been, by `checkChanges`, for that. Throws UserError where one of them can't be done, and then
   *  nothing is done. */
  change(command: Command, meant?: { structure?: string; checked?: boolean }): Changed;
  /** Takes the last step back; nothing where there is none. Throws UserError where that came before the open run. */
  undo(): Changed;
  /** Does again what was last undone; nothing where there is none. */
  redo(): Changed;
  /** The cells around those that the last undo or redo wrote; undefined where it did nothing, or changed a stroke of
   *  the brush or the whole digit. */
  revisited(): RangePlace | undefined;
  /** The current values of a tensor, stored or computed; to be read before the next command. */
  value(tensor: TensorId): Float32Array;
  /** The current values of all parameters; to be read before the next command. */
  parameters(): TensorValues;
  state(): WorkbookState;
  /** A copy of what a file holds. */
  workbook(): Workbook;
  /** `markSaved` with it later counts what stood here then as saved. */
  position(): Position;
  /** What stands at this position counts as saved; undefined: nothing does. */
  markSaved(position: Position | undefined): void;
  /** A number that differs after every change of a parameter by a command, and where a run settles: predictions hold as
   *  long as it stays. */
  parameterRevision(): number;
  /** See Forward.predict. */
  predict: (images: Float32Array, count: number) => (number | undefined)[];

  /** The kept runs, the oldest first, and what the last one leaves an optimizer to go on with. */
  runs(): readonly RunRecord[];
  memory(): TrainingMemory | undefined;
  /** Both no undoable step. */
  keepRuns(runs: readonly RunRecord[]): void;
  remember(memory: TrainingMemory | undefined): void;
  /** How the next run is set up. Keeping it is no change of the workbook: it goes into the file when that is saved. */
  setup(): KeptSetup | undefined;
  keepSetup(setup: KeptSetup): void;
  /** How the images the parameters were trained with were fitted, where that is known. */
  fit(): Fit | undefined;

  /** For a run under way, which becomes one step when it ends (`training/run-session.ts`). */
  readonly unrecorded: Unrecorded;
  dispose: () => void;
};

/** Changes that are no step. */
type Unrecorded = {
  /** The workbook as it is: to be read. */
  readonly content: Content;
  readonly history: History;
  /** Does changes. */
  write: (changes: readonly Change[]) => Changed;
  /** Takes over what training made of parameters (the values are copied). What follows from them is calculated with
   *  the next command, or by `recalculate`. */
  follow: (values: TensorValues) => void;
  /** Calculates what `follow` left. With `settled`, predictions made before no longer hold. */
  recalculate: (settled: boolean) => Changed;
  /** Makes a step of what was written already, where that is anything, and calculates what it left. */
  record: (step: Step) => Changed;
  /** Calls back with every step that is done, undone or done again. */
  onStep: (callback: (step: Step) => void) => void;
};

/** Opens a copy of the workbook and calculates it. The backend has to be started. `onPass` hears how each calculation
 *  goes on. Throws UserError where the network can't be shown or calculated. */
export function createSession(workbook: Workbook, onPass?: OnPass): Session {
  let sheet = buildSheet(workbook.network, workbook.classes);
  let structure = structureName(workbook.network, workbook.classes);
  const content = contentOf(workbook, sheet);
  let forward = createForward(content.network, content.values, { onPass });
  /** The arrays that `forward` reads. Another network has others. */
  let read = content.values;
  const history = createHistory();
  let { setup } = workbook;
  /** Counts the changes of the kept runs and of what they leave that are no steps. */
  let kept = 0;
  /** Parameters that changed without anything being calculated from them yet. */
  const stale = new Set<TensorId>();
  let saved: Position | undefined = { step: history.position(), kept };
  let revision = 0;
  let parameterRevision = 0;
  let milliseconds = 0;
  let revisited: RangePlace | undefined;
  let onStep: (step: Step) => void = () => {};
  const start = performance.now();
  forward.update(content.values.keys());
  milliseconds = performance.now() - start;

  const isParameter = (tensor: TensorId) => sheet.tensors.get(tensor)?.role === 'parameter';

  /** Calculates what follows from changes that were just made of the content, and from what was left stale. Returns
   *  what changed: all of that, and all that was calculated from it. */
  function calculate(changes: readonly Change[]): Set<TensorId> {
    const { network, classes, values } = content;
    const restructured = values !== read || classes !== sheet.classes;
    if (restructured) {
      const next = { sheet: buildSheet(network, classes), forward: createForward(network, values, { onPass }) };
      forward.dispose();
      ({ sheet, forward } = next);
      read = values;
      structure = structureName(network, classes);
    }
    const edits = restructured ? [] : editsOf(changes);
    revision++;
    if (restructured || edits.some(({ tensor }) => isParameter(tensor))) parameterRevision++;
    const given = new Set([...(restructured ? content.values.keys() : edits.map(({ tensor }) => tensor)), ...stale]);
    const elements = elementsOf(edits);
    for (const tensor of stale) elements.delete(tensor);
    stale.clear();
    const start = performance.now();
    const all = forward.update(given, elements);
    milliseconds = performance.now() - start;
    for (const tensor of given) all.add(tensor);
    return all;
  }

  function write(changes: readonly Change[]): Changed {
    for (const change of changes) applyChange(content, change);
    return calculate(changes);
  }

  /** Does what of the changes makes a difference, and adds it to what was done. */
  function perform(changes: readonly Change[], done: Change[], inverse: Change[]): void {
    for (const each of changes) {
      const change = narrowed(content, each);
      if (!change) continue;
      const back = inverseOf(content, change);
      applyChange(content, change);
      done.push(change);
      inverse.unshift(back);
    }
  }

  function change({ label, changes, mergeKey }: Command, meant: Parameters<Session['change']>[1] = {}): Changed {
    if (meant.structure !== undefined && meant.structure !== structure)
      throw new UserError(sentences.engine.otherStructure);
    // What was checked for a structure fits it in every process.
    if (!meant.checked || meant.structure === undefined)
      checkChanges({ tensors: sheet.tensors, sheet: () => sheet }, changes);
    for (const each of changes)
      if (each.kind === 'run' && content.runs.every(({ id }) => id !== each.id))
        throw new UserError(sentences.runs.unknownRun);
    const [done, inverse]: [Change[], Change[]] = [[], []];
    const step: Step = { label, changes: done, inverse };
    const isDrawn = ({ tensor }: TensorEdit) => tensor === pixelsOf(content);
    let changed: Changed;
    try {
      perform(changes, done, inverse);
      if (editsOf(done).some(isDrawn) && changes.every(({ kind }) => kind !== 'source'))
        perform([{ kind: 'source', source: { kind: 'typed' } }], done, inverse);
      if (done.length === 0) return new Set();
      changed = calculate(done);
    } catch (error) {
      // It can't be made, shown or calculated.
      write(inverse);
      throw error;
    }
    if (onlyLooks(changes, step)) step.looks = true;
    history.push(step, mergeKey);
    onStep(step);
    return changed;
  }

  /** Whether the step shows another image, and changes nothing else. */
  function onlyLooks(changes: readonly Change[], { changes: done }: Step): boolean {
    const shows = changes.some(each => each.kind === 'source' && SHOWN.has(each.source.kind));
    return shows && done.every(({ kind }) => LOOKS.has(kind)) && !editsOf(done).some(edit => isParameter(edit.tensor));
  }

  function revisit(step: Step & { mergeKey?: string }, changes: readonly Change[]): Changed {
    const changed = write(changes);
    const same = changes.every(({ kind }) => kind !== 'network' && kind !== 'classes');
    revisited = same && step.mergeKey === undefined ? rangeAround(sheet, changedElements(step)) : undefined;
    onStep(step);
    return changed;
  }

  return {
    sheets: workbook.sheets ?? firstSheets,
    get sheet() {
      return sheet;
    },
    get structure() {
      return structure;
    },
    change,
    undo() {
      if (history.atSection()) throw new UserError(sentences.runs.undoBeforeRun);
      const step = history.undo();
      revisited = undefined;
      return step ? revisit(step, step.inverse) : new Set();
    },
    redo() {
      const step = history.redo();
      revisited = undefined;
      return step ? revisit(step, step.changes) : new Set();
    },
    revisited: () => revisited,
    value: tensor => forward.value(tensor),
    parameters: () => new Map([...content.values].filter(([tensor]) => isParameter(tensor))),
    state() {
      const last = sheet.network.layers.at(-1)!;
      const probabilities = last.kind === 'softmax' ? forward.value(`${last.id}/output`) : undefined;
      const predicted = probabilities && argMax(probabilities);
      return {
        revision,
        parameterRevision,
        ...history.labels(),
        modified: history.inSection || saved?.step !== history.position() || saved.kept !== kept,
        source: content.source,
        fit: content.fit,
        predicted:
          probabilities && predicted !== undefined
            ? { class: predicted, probability: probabilities[predicted] }
            : undefined,
        actual: last.kind === 'softmax' ? expectedClass(content.values.get(`${last.id}/actual`)!) : undefined,
        milliseconds,
      };
    },
    workbook: () => ({
      ...content,
      values: new Map([...content.values].map(([tensor, values]) => [tensor, values.slice()])),
      ...(workbook.sheets && { sheets: workbook.sheets }),
      ...(setup && { setup }),
    }),
    position: () => ({ step: history.position(), kept }),
    markSaved(position) {
      saved = position;
    },
    parameterRevision: () => parameterRevision,
    predict: (images, count) => forward.predict(images, count),

    runs: () => content.runs,
    memory: () => content.memory,
    keepRuns(runs) {
      content.runs = runs;
      kept++;
    },
    remember(memory) {
      content.memory = memory;
      kept++;
    },
    setup: () => setup,
    keepSetup(next) {
      setup = next;
    },
    fit: () => content.fit,

    unrecorded: {
      content,
      history,
      write,
      follow(values) {
        for (const [tensor, own] of values) {
          content.values.get(tensor)!.set(own);
          stale.add(tensor);
        }
      },
      recalculate(settled) {
        if (settled) parameterRevision++;
        return calculate([]);
      },
      record(step) {
        if (step.changes.length > 0) history.push(step, undefined);
        return calculate(step.changes);
      },
      onStep(callback) {
        onStep = callback;
      },
    },
    dispose: () => forward.dispose(),
  };
}

/** The elements that edits write, by tensor; without tensors that they write all of. */
function elementsOf(edits: readonly TensorEdit[]): Map<TensorId, ArrayLike<number>> {
  const elements = new Map<TensorId, ArrayLike<number>>();
  for (const { tensor, indices } of edits) {
    const before = elements.get(tensor);
    if (indices) elements.set(tensor, before ? [...Array.from(before), ...indices] : indices);
  }
  for (const { tensor, indices } of edits) if (!indices) elements.delete(tensor);
  return elements;
}

/** Where an image that is only looked at comes from, and what changes with it. */
const SHOWN: ReadonlySet<string> = new Set(['digit', 'image']);
const LOOKS: ReadonlySet<Change['kind']> = new Set(['values', 'source']);

const pixelsOf = ({ network }: Content): TensorId => `${network.layers[0].id}/output`;

function contentOf(workbook: Workbook, { tensors }: Sheet): Content {
  const { network, classes, source, runs = [], memory } = workbook;
  const stored = [...tensors.values()].filter(({ role }) => role !== 'computed');
  const values = new Map(stored.map(info => [info.id, storedValues(workbook, info)]));
  return { network, classes, source, values, runs, memory, fit: trainedFit(workbook) };
}

function storedValues({ values }: Workbook, { id, role, size }: TensorInfo): Float32Array {
  const given = values.get(id);
  if (given?.length === size) return given.slice();
  // The class of what is shown is not known, or one of other classes.
  if (role === 'actual') return new Float32Array(size).fill(Number.NaN);
  throw new Error(`The workbook has ${given?.length ?? 'no'} values of ${id}, which has ${size}.`);
}

/** The class with the largest expected value above 0; undefined where there is none. */
function expectedClass(actual: Float32Array): number | undefined {
  let best: number | undefined;
  for (let unit = 0; unit < actual.length; unit++) {
    if (actual[unit] > (best === undefined ? 0 : actual[best])) best = unit;
  }
  return best;
}
