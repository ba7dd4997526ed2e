/** The open workbook during a run. Undo stays within the run, and the run becomes one step when it ends. */
import {
  applyChange,
  carriedBy,
  type Change,
  changesBetween,
  type Content,
  isWritten,
  type Made,
  tensorsApart,
} from '../../../shared/change.ts';
import type { SimpleChange } from '../../../shared/changes/kinds.ts';
import { changesBack } from '../../../shared/changes/written-back.ts';
import type { Fit } from '../../../shared/data.ts';
import type { LayerId, TensorId } from '../../../shared/network.ts';
import type { Source } from '../../../shared/workbook.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { changedElements, type Section, stepWithout } from '../workbook/history.ts';
import type { Changed, Session, TensorValues } from '../workbook/session.ts';

/** Some elements of a tensor with their values. */
export type Elements = { tensor: TensorId; indices: Uint32Array; values: Float32Array };

/** What a run leaves in the workbook. */
export type RunResult = {
  parameters: TensorValues;
  /** How many commands since the run's start these parameters include. */
  commands: number;
  /** How the images it was trained with were fitted to the input. */
  fit?: Fit;
};

/** What commands since the run's start have changed besides the parameters. It is the session's part of the run's
 *  checkpoint. */
export type RunSection = {
  commands: number;
  made?: Made;
  source: Source;
  values: TensorValues;
  steps: Section;
};

type RunSession = {
  /** From now on formulas that a run can't follow keep their values. `frozen` are the layers that it doesn't train. In
   *  a replay, where nothing trains, there are none. */
  begin(frozen?: ReadonlySet<LayerId>): void;
  readonly isOpen: boolean;
  /** Counts a command of the open run. Call it before the command is done. */
  countCommand(): void;
  commands(): number;
  /** Gives the workbook another network or other class names, at most once in a run. New parameters, and those with
   *  another shape, get their values from `parameters`, or 0. What commands of the run wrote into them before is
   *  forgotten. */
  become(made: Made, parameters?: TensorValues): void;
  /** What `become` was called with in the open run. */
  made(): Made | undefined;
  /** The elements of parameters that commands of the open run wrote, with their values now. The first `commands`
   *  commands are left out. */
  editedSince(commands: number): Elements[];
  /** Whether commands have changed what users write since this was asked last. */
  takeRewritten(): boolean;
  section(): RunSection;
  /** Brings the open run, just begun, to the state in which another engine took this section. `parameters` are those of
   *  that state. */
  restore(section: RunSection, parameters: TensorValues): Changed;
  /** Ends the run as one undoable step: what it made of the parameters, the network and the class names. The step
   *  includes what commands wrote into parameters during the run, and into tensors that the network before didn't have.
   *  Commands that the result doesn't include keep their effect. */
  end(label: Sentence, result: RunResult): Changed;
  /** Gives the run up. The commands that came during it stay, each as its own step. If the run had changed the network,
   *  the old network comes back. What was written into tensors that it doesn't have is lost. */
  abandon(): Changed;
};

export function createRunSession(session: Session): RunSession {
  const { content, history, write, follow, recalculate, record, onStep, hold } = session.unrecorded;
  /** The open run: the workbook it began with, how many commands it has seen, and which elements of parameters they
   *  wrote. */
  let run:
    | {
        initial: Content;
        commands: number;
        made?: Made;
        /** What brings back what users wrote, as it was before the run's network carried it over. */
        back?: readonly SimpleChange[];
        written: (Omit<Elements, 'values'> & { command: number })[];
      }
    | undefined;

  let rewritten = false;

  const isParameter = (tensor: TensorId) => session.sheet.tensors.get(tensor)?.role === 'parameter';

  onStep(step => {
    if (!run) return;
    rewritten ||= step.changes.some(isWritten);
    for (const [tensor, indices] of changedElements(step))
      if (isParameter(tensor)) run.written.push({ command: run.commands, tensor, indices });
  });

  function become(made: Made, parameters: TensorValues = new Map()): void {
    const own = [...parameters].map(([tensor, values]) => ({ tensor, values }));
    const changes = made.changes.map(change => (change.kind === 'network' ? { ...change, values: own } : change));
    const network = changes.find(({ kind }) => kind === 'network');
    const carried = network && carriedBy(content, network);
    const back = carried && changesBack(content, carried.written);
    write(changes);
    const { initial, written } = run!;
    const apart = tensorsApart(initial, content);
    Object.assign(run!, { made, back, written: written.filter(({ tensor }) => !apart.has(tensor)) });
    const { done, undone } = history.section();
    const keep = (keyed: Section['done'][number]) => {
      const step = stepWithout(keyed.step, tensor => apart.has(tensor));
      return step ? [{ ...keyed, step }] : [];
    };
    history.restoreSection({ done: done.flatMap(keep), undone: undone.flatMap(keep) });
  }

  function editedSince(commands: number): Elements[] {
    const tensors = new Map<TensorId, Set<number>>();
    for (const { command, tensor, indices } of run!.written) {
      if (command <= commands) continue;
      const elements = tensors.get(tensor) ?? new Set<number>();
      tensors.set(tensor, elements);
      for (const index of indices) elements.add(index);
    }
    return [...tensors].map(([tensor, elements]) => {
      const indices = Uint32Array.from(elements);
      const values = content.values.get(tensor)!;
      return { tensor, indices, values: Float32Array.from(indices, index => values[index]) };
    });
  }

  return {
    begin(frozen) {
      hold(frozen);
      rewritten = false;
      run = { initial: copyOf(content), commands: 0, written: [] };
      history.openSection();
    },
    get isOpen() {
      return run !== undefined;
    },
    countCommand() {
      if (run) run.commands++;
    },
    commands: () => run?.commands ?? 0,
    become,
    made: () => run?.made,
    editedSince,
    takeRewritten() {
      const taken = rewritten;
      rewritten = false;
      return taken;
    },
    section: () => ({
      commands: run!.commands,
      made: run!.made,
      source: content.source,
      values: valuesOf(content, tensor => !isParameter(tensor)),
      steps: history.section(),
    }),
    restore({ commands, made, source, values, steps }, parameters) {
      if (made) become(made, parameters);
      run!.commands = commands;
      follow(parameters);
      follow(values);
      history.restoreSection(steps);
      const kept = steps.done.flatMap(({ step }) =>
        step.changes.filter(each => each.kind === 'run' || each.kind === 'storyboard' || isWritten(each)),
      );
      for (const change of kept) applyChange(content, change);
      applyChange(content, { kind: 'source', source });
      return recalculate(false, kept);
    },
    end(label, { parameters, commands, fit = content.fit }) {
      const { initial, back } = run!;
      const later = editedSince(commands);
      const apart = tensorsApart(initial, content);
      const isApart = (tensor: TensorId) => apart.has(tensor);
      history.closeSection(step => stepWithout(step, tensor => isParameter(tensor) || isApart(tensor), isApart));
      run = undefined;
      hold(undefined);
      follow(parameters);
      applyChange(content, { kind: 'values', edits: later });
      applyChange(content, { kind: 'fit', fit });
      return record({
        label,
        changes: changesBetween(initial, content, isParameter),
        inverse: withWritten(changesBetween(content, initial, isParameter), back),
      });
    },
    abandon() {
      const { initial, made, back } = run!;
      const apart = tensorsApart(initial, content);
      history.closeSection(step => stepWithout(step, tensor => apart.has(tensor)));
      run = undefined;
      hold(undefined);
      if (!made) return recalculate(false);
      const { network, classes, values } = initial;
      return write(
        withWritten(
          changesBetween(content, { ...content, network, classes, values }, () => false),
          back,
        ),
      );
    },
  };
}

/** The changes to the network before, which then brings back what users wrote. */
function withWritten(changes: readonly Change[], back: readonly SimpleChange[] | undefined): Change[] {
  return changes.map(change => (change.kind === 'network' && back ? { ...change, written: back } : change));
}

function copyOf(content: Content): Content {
  return { ...content, values: valuesOf(content, () => true) };
}

/** Copies of some stored tensors. */
function valuesOf({ values }: Content, wanted: (tensor: TensorId) => boolean): Map<TensorId, Float32Array> {
  return new Map([...values].filter(([tensor]) => wanted(tensor)).map(([tensor, own]) => [tensor, own.slice()]));
}

/** Copies of the tensors in which something was edited, with the edits, of which later ones win. */
export function overlaid(parameters: TensorValues, edits: readonly Elements[]): TensorValues {
  const found = new Map<TensorId, Float32Array>();
  for (const { tensor, indices, values } of edits) {
    const whole = found.get(tensor) ?? parameters.get(tensor)!.slice();
    for (let i = 0; i < indices.length; i++) whole[indices[i]] = values[i];
    found.set(tensor, whole);
  }
  return found;
}
