/** An open workbook: its values, which are always calculated, and the commands that change it. */
import {
  applyChange,
  carriedBy,
  type AskedChange,
  type Change,
  changesFor,
  type Command,
  type Content,
  editsOf,
  inverseOf,
  isWritten,
  narrowed,
  sheetIn,
  type TensorEdit,
} from '../../../shared/change.ts';
import type { WorkbookSheet, Written } from '../../../shared/cells.ts';
import { checkWritten } from '../../../shared/changes/check.ts';
import type { WrittenChange } from '../../../shared/changes/kinds.ts';
import { checkNarrations } from '../../../shared/changes/storyboard.ts';
import { checkChanges } from '../../../shared/change-check.ts';
import type { Fit } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import type { Storyboard } from '../../../shared/film/storyboard.ts';
import type { Lifted } from '../../../shared/layer-edits/lift.ts';
import { buildSheet, type Sheet } from '../../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace, SheetId } from '../../../shared/places.ts';
import { type Other, otherOf } from '../../../shared/cell-content.ts';
import type { Expression } from '../../../shared/formula/expression.ts';
import type { Value } from '../../../shared/formula/value.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { LayerId, TensorId } from '../../../shared/network.ts';
import type { WorkbookState } from '../../../shared/protocol.ts';
import { structureName } from '../../../shared/structure.ts';
import type { KeptSetup, RunRecord } from '../../../shared/training.ts';
import type { TrainingMemory, Workbook } from '../../../shared/workbook.ts';
import { type Calculation, createCalculation } from '../formulas/calculation.ts';
import { createKeptCopies } from '../formulas/kept-copies.ts';
import { createForward, type OnPass } from '../show/forward.ts';
import { contentOf, isEmpty, workbookOf } from './content.ts';
import { elementsOf, pixelsOf, withoutFormulas } from './entered.ts';
import { createHistory, type History, type Step } from './history.ts';
import { type Alone, calculateAlone } from './alone.ts';
import { expectedClass, predictedBy } from './predicted.ts';
import { rangeOfStep } from './range-around.ts';
import { begunAnew, saidOf } from './written-said.ts';

/** The tensors that a command changed, stored and computed. */
export type Changed = ReadonlySet<TensorId>;
/** Values of whole tensors. */
export type TensorValues = ReadonlyMap<TensorId, Float32Array>;
/** Names a state of the workbook. `kept` counts the changes of kept runs that are no undoable steps. */
type Position = { step: symbol; kept: number };
type Meant = { structure?: string; checked?: boolean; lifts?: boolean; running?: boolean };

export type Session = {
  /** The workbook's sheets, in the order of their tabs. */
  readonly sheets: readonly WorkbookSheet[];
  /** The sheet of the network. It is replaced when the network or the class names change. */
  readonly sheet: Sheet;
  /** Names the network and the classes; see `structureName`. A change says for which structure it is meant. */
  readonly structure: string;
  /** Makes the changes of a command as one undoable step. `structure` is the structure they are meant for; `checked`
   *  says that `checkChanges` has checked them for it. With `lifts`, formulas that complete a pattern become layers;
   *  `running` refuses that. Throws UserError if a change can't be made; then nothing is changed. */
  change(command: Command, meant?: Meant): Changed;
  /** What has become of the formulas of the last command with `lifts`. */
  lifted(): readonly Lifted[];
  /** Takes back the last step, if there is one. Throws UserError if that step came before the open run. */
  undo(): Changed;
  /** Does again the step that was undone last, if there is one. */
  redo(): Changed;
  /** The range of cells that the last undo or redo changed. Undefined if it changed nothing, a brush stroke, a whole
   *  digit, very many cells or several layers. */
  revisited(): RangePlace | undefined;
  /** The changes of what users write that were made since this was last asked, in their order, and what is to be told
   *  of them. */
  takeWritten(): { changes: readonly WrittenChange[]; told: readonly Sentence[] };
  /** What users wrote. Only read it. */
  readonly written: Written;
  readonly storyboard: Storyboard;
  /** The bytes of a narration of the storyboard. */
  narration(id: string): Uint8Array | undefined;
  /** What stands in a cell that is no element: a number, text, truth value or error, or null for a blank. */
  contentAt(place: CellPlace): Value;
  /** The cells that arrays fill beside the formulas that give them. */
  filledCells(): Iterable<CellPlace>;
  /** What an element holds whose number is NaN: an error by its name, or null for a blank. */
  otherAt(tensor: TensorId, index: number): Other;
  /** The cells of the loop that a formula is in which depends on itself: it, what it reads, and so on back to it. Only
   *  the cell itself if the network is too large to look for it. Empty if there is no loop. */
  loopAt(place: CellPlace): CellPlace[];
  /** What a formula would give in a cell now. undefined if only the library can calculate it. */
  tryOut(formula: Expression, place: CellPlace): Value | undefined;
  /** The value that the network itself gives an element with something typed over it. */
  derivedAt(tensor: TensorId, index: number): number | undefined;
  /** The network without what is typed over computed elements. It calculates the whole network. */
  alone: () => Alone;
  /** The sheets on which cells have other contents since this was called last. */
  takeChangedSheets(): ReadonlySet<SheetId>;
  /** The current values of a tensor, stored or computed. Read them before the next command. */
  value(tensor: TensorId): Float32Array;
  /** The current values of all parameters. Read them before the next command. */
  parameters(): TensorValues;
  state(): WorkbookState;
  /** A copy of the workbook, as a file would hold it. */
  workbook(): Workbook;
  /** The state of the workbook now. With it, `markSaved` can later say that this state was saved. */
  position(): Position;
  /** Counts the state at this position as saved, or none if it is undefined. */
  markSaved(position: Position | undefined): void;
  /** A number that grows with every command that changes a parameter, and when a run settles. Predictions hold as long
   *  as it stays the same. */
  parameterRevision(): number;
  /** See Forward.predict. */
  predict: (images: Float32Array, count: number) => (number | undefined)[];

  /** The kept runs, the oldest first. `memory` is what the last run left for an optimizer to go on with. */
  runs(): readonly RunRecord[];
  memory(): TrainingMemory | undefined;
  /** These two make no undoable step. */
  keepRuns(runs: readonly RunRecord[]): void;
  remember(memory: TrainingMemory | undefined): void;
  /** How the next run is set up. Keeping it doesn't count as a change, but a saved file has it. */
  setup(): KeptSetup | undefined;
  keepSetup(setup: KeptSetup): void;
  /** How the images that the parameters were trained with were fitted to the input. Undefined if that isn't known. */
  fit(): Fit | undefined;

  /** For a run under way, whose changes become one step when it ends (`training/run-session.ts`). */
  readonly unrecorded: Unrecorded;
  dispose: () => void;
};

/** Changes the workbook without making undoable steps. */
type Unrecorded = {
  /** The workbook as it is now. Only read it. */
  readonly content: Content;
  readonly history: History;
  /** Makes changes and calculates what depends on them. */
  write: (changes: readonly Change[]) => Changed;
  /** Copies parameters that training has changed. Nothing is calculated until the next command or `recalculate`. */
  follow: (values: TensorValues) => void;
  /** Calculates what depends on the values given to `follow`, and on changes that were applied to `content`. With
   *  `settled`, earlier predictions no longer hold. */
  recalculate: (settled: boolean, changes?: readonly Change[]) => Changed;
  /** Holds formulas that a run can't follow, or lets them go; see Calculation. Calculate afterwards. */
  hold: Calculation['hold'];
  /** See Calculation. */
  ties: Calculation['ties'];
  /** Adds a step for changes that have been written already, and calculates what depends on them. Without changes no
   *  step is added. */
  record: (step: Step) => Changed;
  /** `callback` gets every step that is done, undone or done again. */
  onStep: (callback: (step: Step) => void) => void;
};

/** Opens a copy of the workbook and calculates it. The backend has to be started. `onPass` gets the progress of each
 *  calculation. Throws UserError if the network can't be shown or calculated. */
export function createSession(workbook: Workbook, onPass?: OnPass): Session {
  let sheet = buildSheet(workbook.network, workbook.classes);
  let structure = structureName(workbook.network, workbook.classes);
  const content = contentOf(workbook, sheet);
  /** Given where there are formulas, formula layers or other contents of cells. */
  let calculation: Calculation | undefined = isEmpty(content) ? undefined : createCalculation(sheet, content.values);
  /** While a run holds formulas: the layers that it doesn't train. */
  let frozen: ReadonlySet<LayerId> | undefined;
  calculation?.read(content);
  let forward = createForward(content.network, content.values, { onPass, formulas: calculation });
  /** The values that `forward` reads. A new network has a new map. */
  let read = content.values;
  const history = createHistory();
  let { setup } = workbook;
  /** For formulas that are tried where nothing is written. */
  const tried = createKeptCopies();
  /** Counts the changes of kept runs and of the memory that are no undoable steps. */
  let kept = 0;
  /** Parameters that changed, but nothing was calculated from them yet. */
  const stale = new Set<TensorId>();
  let saved: Position | undefined = { step: history.position(), kept };
  let [revision, contentRevision] = [0, 0];
  let parameterRevision = 0;
  let milliseconds = 0;
  let revisited: RangePlace | undefined;
  const changedSheets = new Set<SheetId>();
  /** What happened to what users wrote, until somebody asks. */
  let [written, told]: [WrittenChange[], Sentence[]] = [[], []];
  let lifted: Lifted[] = [];
  let onStep: (step: Step) => void = () => {};
  const start = performance.now();
  forward.update(content.values.keys());
  milliseconds = performance.now() - start;

  const isParameter = (tensor: TensorId) => sheet.tensors.get(tensor)?.role === 'parameter';

  /** Calculates what depends on changes that were just made, and on the stale parameters. Returns all tensors that
   *  changed. */
  function calculate(changes: readonly Change[]): Set<TensorId> {
    const { network, classes, values } = content;
    revision++;
    if (changes.length > 0 && changes.every(({ kind }) => kind === 'storyboard')) return new Set();
    contentRevision = revision;
    const restructured = values !== read || classes !== sheet.classes;
    if (restructured) {
      const nextSheet = buildSheet(network, classes);
      const formulas = isEmpty(content) ? undefined : createCalculation(nextSheet, values);
      formulas?.hold(frozen);
      formulas?.read(content);
      const next = createForward(network, values, { onPass, formulas });
      forward.dispose();
      [sheet, calculation, forward] = [nextSheet, formulas, next];
      read = values;
      structure = structureName(network, classes);
    } else if (changes.some(isWritten)) {
      if (!calculation && !isEmpty(content)) {
        calculation = createCalculation(sheet, values, tensor => forward.value(tensor));
        calculation.hold(frozen);
        forward.attach(calculation);
        calculation.read(content);
      } else calculation?.read(content, changes);
    }
    const edits = restructured ? [] : editsOf(changes);
    if (restructured || edits.some(({ tensor }) => isParameter(tensor))) parameterRevision++;
    const given = new Set([...(restructured ? content.values.keys() : edits.map(({ tensor }) => tensor)), ...stale]);
    const elements = elementsOf(edits);
    for (const tensor of stale) elements.delete(tensor);
    stale.clear();
    const start = performance.now();
    const all = forward.update(given, elements);
    milliseconds = performance.now() - start;
    if (calculation) {
      if (!restructured && [...all].some(tensor => isParameter(tensor) && !given.has(tensor))) parameterRevision++;
      for (const id of calculation.takeChangedSheets()) changedSheets.add(id);
      if (isEmpty(content)) forward.attach((calculation = undefined));
    }
    for (const tensor of given) all.add(tensor);
    return all;
  }

  function write(changes: readonly Change[]): Changed {
    for (const change of changes) apply(change);
    return calculate(changes);
  }

  function apply(change: Change): void {
    const carried = carriedBy(content, change);
    if (carried) told.push(...saidOf(carried, sheetIn(content), content.sheets));
    applyChange(content, change);
    if (isWritten(change)) written.push(change);
  }

  /** Makes those changes that make a difference. Adds them to `done`, and the changes that take them back to
   *  `inverse`. */
  function perform(changes: readonly Change[], done: Change[], inverse: Change[]): void {
    for (const each of changes) {
      if (isWritten(each)) checkWritten(content, each, () => sheetIn(content));
      if (each.kind === 'storyboard') checkNarrations(content, each);
      const change = narrowed(content, each);
      if (!change) continue;
      const back = inverseOf(content, change);
      if (change.kind === 'network') told.push(...begunAnew(content.network, change.network));
      apply(change);
      done.push(change);
      inverse.unshift(back);
    }
  }

  /** The present values of stored elements that have formulas. */
  function formulaValues(): TensorEdit[] {
    const formulas = [...content.formulas].filter(([tensor]) => content.values.has(tensor));
    return formulas.map(([tensor, own]) => {
      const indices = Uint32Array.from(own.keys());
      return { tensor, indices, values: Float32Array.from(indices, index => content.values.get(tensor)![index]) };
    });
  }

  /** Makes what formulas wrote into stored tensors a part of the command, so that undo brings back every bit. */
  function addFormulaValues(before: readonly TensorEdit[], done: Change[], inverse: Change[]): void {
    const back = narrowed(content, { kind: 'values', edits: before });
    if (!back) return;
    done.push(inverseOf(content, back));
    inverse.unshift(back);
  }

  function change({ label, changes, mergeKey }: Command, meant: Meant = {}): Changed {
    if (meant.structure !== undefined && meant.structure !== structure)
      throw new UserError(sentences.engine.otherStructure);
    // A change that was checked for this structure, in whatever process, fits it here.
    if (!meant.checked || meant.structure === undefined)
      checkChanges({ tensors: sheet.tensors, sheet: () => sheet }, changes);
    for (const each of changes)
      if (each.kind === 'run' && content.runs.every(({ id }) => id !== each.id))
        throw new UserError(sentences.runs.unknownRun);
    const [done, inverse]: [Change[], Change[]] = [[], []];
    const step: Step = { label, changes: done, inverse };
    lifted = [];
    const lifting = meant.lifts ? { sheet, lifted } : undefined;
    const wanted = changes.flatMap(each => changesFor(content, each, lifting));
    const made = meant.running ? lifted.find(({ kind }) => kind === 'layer') : undefined;
    if (made?.kind === 'layer')
      throw new UserError(sentences.formulaLayers.duringRun(sheet.layers.get(made.layer)!.name));
    const isDrawn = ({ tensor }: { tensor: TensorId }) => tensor === pixelsOf(content);
    const formsPixels = (each: Change) => each.kind === 'formulas' && each.edits.some(isDrawn);
    let changed: Changed;
    try {
      perform(withoutFormulas(content, wanted), done, inverse);
      if ((editsOf(done).some(isDrawn) || done.some(formsPixels)) && changes.every(({ kind }) => kind !== 'source'))
        perform([{ kind: 'source', source: { kind: 'typed' } }], done, inverse);
      if (done.length === 0) return new Set();
      const before = formulaValues();
      changed = calculate(done);
      addFormulaValues(before, done, inverse);
    } catch (error) {
      // The new network can't be shown or calculated, so the changes are taken back.
      write(inverse);
      throw error;
    }
    if (onlyLooks(changes, step)) step.looks = true;
    history.push(step, mergeKey);
    onStep(step);
    return changed;
  }

  /** Whether a step shows another image and changes nothing else. */
  function onlyLooks(changes: readonly AskedChange[], { changes: done }: Step): boolean {
    const shows = changes.some(each => each.kind === 'source' && SHOWN.has(each.source.kind));
    return shows && done.every(({ kind }) => LOOKS.has(kind)) && !editsOf(done).some(edit => isParameter(edit.tensor));
  }

  function revisit(step: Step & { mergeKey?: string }, changes: readonly Change[]): Changed {
    const changed = write(changes);
    const same = changes.every(({ kind }) => kind !== 'network' && kind !== 'classes');
    revisited = same && step.mergeKey === undefined ? rangeOfStep(sheet, step) : undefined;
    onStep(step);
    return changed;
  }

  return {
    get sheets() {
      return content.sheets;
    },
    get sheet() {
      return sheet;
    },
    get structure() {
      return structure;
    },
    change,
    lifted: () => lifted,
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
    takeWritten() {
      const taken = { changes: written, told };
      [written, told] = [[], []];
      return taken;
    },
    written: content,
    get storyboard() {
      return content.storyboard;
    },
    narration: id => content.narrations.get(id),
    contentAt: place => calculation?.contentAt(place) ?? null,
    filledCells: () => calculation?.filledCells() ?? [],
    otherAt: (tensor, index) =>
      calculation ? calculation.otherAt(tensor, index) : otherOf(sheet.tensors.get(tensor)!, 'value'),
    loopAt: place => calculation?.loopAt(place) ?? [],
    tryOut(formula, place) {
      if (calculation) return calculation.tryOut(formula, place, content.names);
      const own = createCalculation(sheet, content.values, tensor => forward.value(tensor), tried.take());
      own.read(content);
      return own.tryOut(formula, place, content.names);
    },
    derivedAt: (tensor, index) => calculation?.derivedAt(tensor, index),
    takeChangedSheets() {
      const taken = new Set(changedSheets);
      changedSheets.clear();
      return taken;
    },
    value: tensor => forward.value(tensor),
    parameters: () => new Map([...content.values].filter(([tensor]) => isParameter(tensor))),
    alone: () => calculateAlone(sheet, content, tensor => forward.value(tensor)),
    state() {
      const last = sheet.network.layers.at(-1)!;
      return {
        revision,
        contentRevision,
        parameterRevision,
        ...history.labels(),
        modified: history.inSection || saved?.step !== history.position() || saved.kept !== kept,
        source: content.source,
        fit: content.fit,
        hushed: content.hushed,
        predicted: predictedBy(forward, sheet),
        actual: last.kind === 'softmax' ? expectedClass(content.values.get(`${last.id}/actual`)!) : undefined,
        milliseconds,
      };
    },
    workbook: () => ({ ...workbookOf(content), ...(setup && { setup }) }),
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
      recalculate(settled, changes = []) {
        if (settled) parameterRevision++;
        return calculate(changes);
      },
      hold(next) {
        frozen = next;
        calculation?.hold(next);
      },
      ties: (parameters, untrained) => calculation?.ties(parameters, untrained),
      record(step) {
        if (step.changes.length > 0) history.push(step, undefined);
        return calculate(step.changes);
      },
      onStep(callback) {
        onStep = callback;
      },
    },
    dispose() {
      forward.dispose();
      tried.drop();
    },
  };
}

/** Sources of an image that the user only looks at, and the kinds of changes that showing it makes. */
const SHOWN: ReadonlySet<string> = new Set(['digit', 'image']);
const LOOKS: ReadonlySet<Change['kind']> = new Set(['values', 'source']);
