/** An open workbook: its values, kept calculated, and the commands that change them. */
import type { CellRange } from '../../../shared/address.ts';
import type { Fit } from '../../../shared/data.ts';
import { checkEdit } from '../../../shared/edit-check.ts';
import { UserError } from '../../../shared/errors.ts';
import { trainedFit } from '../../../shared/data-meaning.ts';
import { messages } from '../../../shared/messages.ts';
import { describeTensors, type TensorId, type TensorInfo } from '../../../shared/network.ts';
import type { WorkbookState } from '../../../shared/protocol.ts';
import { buildSheet, type Sheet } from '../../../shared/layout/sheet.ts';
import type { KeptSetup, RunRecord } from '../../../shared/training.ts';
import type { Command, Restructuring, Source, TensorEdit, TrainingMemory, Workbook } from '../../../shared/workbook.ts';
import { argMax } from '../show/arg-max.ts';
import { difference, differences, rangeAround, sameSource, stepWithout, write } from './edits.ts';
import { createForward, type Forward } from '../show/forward.ts';
import {
  createHistory,
  type Entry,
  type KeyedStep,
  type RunChange,
  type Section,
  type Step,
  type Structure,
} from './history.ts';

/** The tensors whose values a command changed, stored and computed. */
export type Changed = ReadonlySet<TensorId>;
/** Values of whole tensors. */
export type TensorValues = ReadonlyMap<TensorId, Float32Array>;
/** Where a workbook stands between its changes. */
export type Position = { step: symbol; kept: number };

/** What a run leaves in the workbook. */
export type RunResult = {
  parameters: TensorValues;
  /** How many of the commands since the run began these parameters know of. */
  commands: number;
  /** How the images it was trained with were fitted. */
  fit?: Fit;
};

/** What commands since a run began made of everything but the parameters: the session's part of the run's
 *  checkpoint. */
export type RunSection = {
  commands: number;
  restructured?: Restructuring;
  source: Source;
  values: TensorValues;
  steps: Section;
};

export type Session = {
  /** Another one after `restructure`, and when that is undone or done again. */
  readonly sheet: Sheet;
  /** Does what the command says, as one undoable step. Throws UserError where a part of it can't be done, and then
   *  nothing is done. */
  edit(command: Command): Changed;
  /** Takes the last step back; nothing where there is none. Throws UserError where that came before the open run. */
  undo(): Changed;
  /** Does again what was last undone; nothing where there is none. */
  redo(): Changed;
  /** The cells around those that the last undo or redo wrote; undefined where it did nothing, or changed a stroke of
   *  the brush or the whole digit. */
  revisited(): CellRange | undefined;
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
  /** Makes another one of a kept run, or with undefined forgets it and what it left an optimizer, as one undoable step.
   *  Throws UserError where it is not kept. */
  changeRun(id: string, label: string, change: (run: RunRecord) => RunRecord | undefined): Changed;
  /** How the next run is set up. Keeping it is no change of the workbook: it goes into the file when that is saved. */
  setup(): KeptSetup | undefined;
  keepSetup(setup: KeptSetup): void;
  /** Both no undoable step. */
  keepRuns(runs: readonly RunRecord[]): void;
  memory(): TrainingMemory | undefined;
  remember(memory: TrainingMemory | undefined): void;
  /** How the images the parameters were trained with were fitted, where that is known. */
  fit(): Fit | undefined;

  // While a run is open, undo stays within it and the workbook counts as modified.
  beginRun(): void;
  readonly inRun: boolean;
  /** Counts a command of the open run, before it is done; whatever becomes of it. */
  countCommand(): void;
  commands(): number;
  /** Takes over what training made of parameters, without a step (the values are copied). What follows from them is
   *  calculated with the next command, or by `recalculate`. */
  follow(parameters: TensorValues): void;
  /** Calculates what `follow` left. With `settled`, predictions made before no longer hold. */
  recalculate(settled: boolean): Changed;
  /** The workbook becomes another network, or gets other class names, without a step: `endRun` makes one of it.
   *  Parameters that weren't there, or had another shape, get their values from `parameters`, or 0; what commands of
   *  the run wrote into tensors like that is forgotten. At most once in a run. */
  restructure(made: Restructuring, parameters: TensorValues): void;
  /** What `restructure` made of it in the open run. */
  restructured(): Restructuring | undefined;
  /** The elements of parameters that commands of the open run wrote, the first so many commands left out, with their
   *  values now. */
  editedSince(commands: number): TensorEdit[];
  section(): RunSection;
  /** Brings the open run, just begun, to where another engine's was when it took this section and had these
   *  parameters. */
  restoreSection(section: RunSection, parameters: TensorValues): Changed;
  /** Closes the run: what it made of the parameters, the network and the class names becomes one step, which absorbs
   *  what commands wrote into parameters meanwhile (commands the result doesn't know of stay valid in it), and into
   *  other tensors that the network before doesn't have alike. */
  endRun(label: string, result: RunResult): Changed;
  /** Closes the run as if it hadn't been one: its commands are steps like others. A restructured workbook becomes again
   *  what it was, without what was written into tensors that it doesn't have alike. */
  abandonRun(): void;

  dispose: () => void;
};

/** Opens a copy of the workbook and calculates it. The backend has to be started. Throws UserError where the network
 *  can't be shown or calculated. */
export function createSession(workbook: Workbook): Session {
  let { sheet, stored, forward } = createCore(workbook);
  const history = createHistory();
  let runs: readonly RunRecord[] = workbook.runs ?? [];
  let memory = workbook.memory;
  let { setup } = workbook;
  /** Counts the changes of `runs` and `memory`. */
  let kept = 0;
  /** The open run: the stored values it began with, how many commands it has seen, and which elements of parameters
   *  they wrote. `before`: what `restructure` has replaced. */
  let run:
    | {
        initial: TensorValues;
        commands: number;
        written: { command: number; tensor: TensorId; indices: Uint32Array }[];
        before?: Omit<Structure, 'own'>;
        restructured?: Restructuring;
      }
    | undefined;
  /** Parameters that changed without anything being calculated from them yet. */
  const stale = new Set<TensorId>();

  let source: Source = workbook.source;
  let fit = trainedFit(workbook);
  let saved: Position | undefined = { step: history.position(), kept };
  let revision = 0;
  let parameterRevision = 0;
  let milliseconds = 0;
  let revisited: CellRange | undefined;
  recalculate(stored.keys());

  /** Returns what changed: the tensors given, those left stale, and all that was calculated from them. */
  function recalculate(changed: Iterable<TensorId>): Set<TensorId> {
    const start = performance.now();
    const given = new Set([...changed, ...stale]);
    stale.clear();
    const all = forward.update(given);
    milliseconds = performance.now() - start;
    for (const tensor of given) all.add(tensor);
    return all;
  }

  const isParameter = (tensor: TensorId) => sheet.tensors.get(tensor)?.role === 'parameter';

  /** Stored tensors that the workbook and the one the open run began with don't have alike; where the classes are
   *  others, the expected class is among them. */
  const reshaped = (): Set<TensorId> => {
    const { initial, before = sheet } = run!;
    const renamed = before.classes.join('\n') !== sheet.classes.join('\n');
    const isOther = (tensor: TensorId) =>
      initial.get(tensor)?.length !== stored.get(tensor)?.length ||
      (renamed && sheet.tensors.get(tensor)?.role === 'actual');
    return new Set([...initial.keys(), ...stored.keys()].filter(isOther));
  };

  function restructure(made: Restructuring, parameters: TensorValues): void {
    const { network, classes } = sheet;
    Object.assign(run!, { before: { network, classes }, restructured: made });
    const fresh = describeTensors(made.network).filter(
      ({ id, role, size }) => role === 'parameter' && stored.get(id)?.length !== size,
    );
    const own = new Map(fresh.map(({ id, size }) => [id, parameters.get(id) ?? new Float32Array(size)]));
    rebuild({ network: made.network, classes: made.classes, own });
    const others = reshaped();
    // Class 7 of the digits is no sneaker.
    for (const tensor of others) {
      if (sheet.tensors.get(tensor)?.role !== 'actual') continue;
      stored.get(tensor)!.fill(Number.NaN);
      stale.add(tensor);
    }
    run!.written = run!.written.filter(({ tensor }) => !others.has(tensor));
    const keep = (keyed: KeyedStep) => {
      const step = stepWithout(keyed.step, tensor => others.has(tensor));
      return step ? [{ ...keyed, step }] : [];
    };
    const { done, undone } = history.section();
    history.restoreSection({ done: done.flatMap(keep), undone: undone.flatMap(keep) });
    revision++;
    parameterRevision++;
  }

  /** Builds everything anew; values of tensors that both structures have alike stay. */
  function rebuild({ network, classes, own }: Structure): void {
    const next = createCore({ network, classes, source, values: new Map([...stored, ...own]) });
    forward.dispose();
    ({ sheet, stored, forward } = next);
    recalculate(stored.keys());
  }

  /** Writes the values of a step before or after it, and calculates what follows from them. */
  function apply(step: Step, side: 'before' | 'after'): Changed {
    if (step.structure) rebuild(step.structure[side]);
    for (const { tensor, indices, [side]: values } of step.edits) {
      write(stored.get(tensor)!, indices, values);
      if (run && isParameter(tensor)) run.written.push({ command: run.commands, tensor, indices });
    }
    if (step.run) putRun(step.run, side);
    source = step.source[side];
    if (step.fit) fit = step.fit[side];
    revision++;
    const changed = step.edits.map(({ tensor }) => tensor);
    if (step.structure || changed.some(isParameter)) parameterRevision++;
    return recalculate(changed);
  }

  /** The kept run as it was before or after its change; where it comes back, so does its memory, unless a later run has
   *  left one. */
  function putRun({ id, at, memory: own, ...sides }: RunChange, side: 'before' | 'after'): void {
    const record = sides[side];
    const others = runs.filter(run => run.id !== id);
    const place = runs.findIndex(run => run.id === id);
    // One that was renamed and then forgotten, as there are too many, doesn't come back.
    if (record && (place >= 0 || !sides.before || !sides.after))
      runs = others.toSpliced(place >= 0 ? place : Math.min(at, others.length), 0, record);
    else runs = others;
    if (own && side === 'before') memory ??= own;
    else if (!record && memory?.run === id) memory = undefined;
  }

  function revisit(step: Entry | undefined, side: 'before' | 'after'): Changed {
    revisited = step && step.mergeKey === undefined ? rangeAround(sheet, step.edits) : undefined;
    return step ? apply(step, side) : new Set();
  }

  function editedSince(commands: number): TensorEdit[] {
    const tensors = new Map<TensorId, Set<number>>();
    for (const { command, tensor, indices } of run!.written) {
      if (command <= commands) continue;
      const elements = tensors.get(tensor) ?? new Set<number>();
      tensors.set(tensor, elements);
      for (const index of indices) elements.add(index);
    }
    return [...tensors].map(([tensor, elements]) => {
      const indices = Uint32Array.from(elements);
      return { tensor, indices, values: Float32Array.from(indices, index => stored.get(tensor)![index]) };
    });
  }

  function follow(parameters: TensorValues): void {
    for (const [tensor, values] of parameters) {
      stored.get(tensor)!.set(values);
      stale.add(tensor);
    }
  }

  return {
    get sheet() {
      return sheet;
    },
    edit(command) {
      for (const edit of command.edits) checkEdit({ tensors: sheet.tensors, sheet: () => sheet }, edit);
      const edits = differences(stored, command.edits);
      const drawn = edits.some(({ tensor }) => sheet.tensors.get(tensor)!.role === 'pixels');
      const next = command.source ?? (drawn ? { kind: 'typed' as const } : source);
      if (edits.length === 0 && sameSource(next, source)) return new Set();
      const shows = command.source?.kind === 'digit' || command.source?.kind === 'image';
      const looks = shows && edits.every(({ tensor }) => !isParameter(tensor));
      const step: Step = {
        label: command.label,
        edits,
        source: { before: source, after: next },
        ...(looks && { looks }),
      };
      history.push(step, command.mergeKey);
      return apply(step, 'after');
    },
    undo() {
      if (history.atSection()) throw new UserError(messages.runs.undoBeforeRun);
      return revisit(history.undo(), 'before');
    },
    redo: () => revisit(history.redo(), 'after'),
    revisited: () => revisited,
    value: tensor => forward.value(tensor),
    parameters: () => new Map([...stored].filter(([tensor]) => isParameter(tensor))),
    state() {
      const last = sheet.network.layers.at(-1)!;
      const probabilities = last.kind === 'softmax' ? forward.value(`${last.id}/output`) : undefined;
      const predicted = probabilities && argMax(probabilities);
      return {
        revision,
        parameterRevision,
        ...history.labels(),
        modified: run !== undefined || saved?.step !== history.position() || saved.kept !== kept,
        source,
        fit,
        predicted:
          probabilities && predicted !== undefined
            ? { class: predicted, probability: probabilities[predicted] }
            : undefined,
        actual: last.kind === 'softmax' ? expectedClass(stored.get(`${last.id}/actual`)!) : undefined,
        milliseconds,
      };
    },
    workbook: () => ({
      network: sheet.network,
      classes: sheet.classes,
      source,
      values: copyOf(stored, () => true),
      runs,
      memory,
      ...(setup && { setup }),
      fit,
    }),
    position: () => ({ step: history.position(), kept }),
    markSaved(position) {
      saved = position;
    },
    parameterRevision: () => parameterRevision,
    predict: (images, count) => forward.predict(images, count),

    runs: () => runs,
    changeRun(id, label, change) {
      const at = runs.findIndex(run => run.id === id);
      if (at < 0) throw new UserError(messages.runs.unknownRun);
      const after = change(runs[at]);
      const own = !after && memory?.run === id ? memory : undefined;
      const run: RunChange = { id, at, before: runs[at], after, memory: own };
      const step: Step = { label, edits: [], source: { before: source, after: source }, run };
      history.push(step, undefined);
      return apply(step, 'after');
    },
    setup: () => setup,
    keepSetup(next) {
      setup = next;
    },
    keepRuns(next) {
      runs = next;
      kept++;
    },
    memory: () => memory,
    remember(next) {
      memory = next;
      kept++;
    },

    fit: () => fit,

    beginRun() {
      run = { initial: copyOf(stored, () => true), commands: 0, written: [] };
      history.openSection();
    },
    get inRun() {
      return run !== undefined;
    },
    countCommand() {
      if (run) run.commands++;
    },
    commands: () => run?.commands ?? 0,
    follow,
    recalculate(settled) {
      revision++;
      if (settled) parameterRevision++;
      return recalculate([]);
    },
    restructure,
    restructured: () => run?.restructured,
    editedSince,
    section: () => ({
      commands: run!.commands,
      restructured: run!.restructured,
      source,
      values: copyOf(stored, tensor => !isParameter(tensor)),
      steps: history.section(),
    }),
    restoreSection(section, parameters) {
      if (section.restructured) restructure(section.restructured, parameters);
      run!.commands = section.commands;
      source = section.source;
      follow(parameters);
      follow(section.values);
      history.restoreSection(section.steps);
      for (const { step } of section.steps.done) if (step.run) putRun(step.run, 'after');
      revision++;
      return recalculate([]);
    },
    endRun(label, { parameters, commands, fit: trained = fit }) {
      const { before, initial } = run!;
      const later = editedSince(commands);
      const others = reshaped();
      history.closeSection(step => stepWithout(step, tensor => isParameter(tensor) || others.has(tensor)));
      run = undefined;
      follow(parameters);
      for (const { tensor, indices, values } of later) write(stored.get(tensor)!, indices, values);
      const edits = [...initial]
        .filter(([tensor]) => isParameter(tensor) && !others.has(tensor))
        .flatMap(([tensor, values]) => difference(tensor, values, stored.get(tensor)!));
      const { network, classes } = sheet;
      const step: Step = {
        label,
        edits,
        source: { before: source, after: source },
        ...(trained !== fit && { fit: { before: fit, after: trained } }),
        structure: before && {
          before: { ...before, own: copyOf(initial, tensor => others.has(tensor)) },
          after: { network, classes, own: copyOf(stored, tensor => others.has(tensor)) },
        },
      };
      if (edits.length > 0 || before || step.fit) history.push(step, undefined);
      return apply(step, 'after');
    },
    abandonRun() {
      const { before, initial } = run!;
      const others = reshaped();
      history.closeSection(step => stepWithout(step, tensor => others.has(tensor)));
      run = undefined;
      if (before) rebuild({ ...before, own: copyOf(initial, tensor => others.has(tensor)) });
    },

    dispose: () => forward.dispose(),
  };
}

type Core = { sheet: Sheet; stored: Map<TensorId, Float32Array>; forward: Forward };

function createCore(workbook: Workbook): Core {
  const sheet = buildSheet(workbook.network, workbook.classes);
  const tensors = [...sheet.tensors.values()];
  const stored = new Map(
    tensors.filter(({ role }) => role !== 'computed').map(info => [info.id, storedValues(workbook, info)]),
  );
  return { sheet, stored, forward: createForward(workbook.network, stored) };
}

function copyOf(values: TensorValues, wanted: (tensor: TensorId) => boolean): Map<TensorId, Float32Array> {
  return new Map([...values].filter(([tensor]) => wanted(tensor)).map(([tensor, own]) => [tensor, own.slice()]));
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
