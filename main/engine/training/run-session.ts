/** The open workbook while a run is under way: undo stays within the run, whose effect becomes one step in the end. */
import {
  applyChange,
  changesBetween,
  type Content,
  type Made,
  isWritten,
  tensorsApart,
} from '../../../shared/change.ts';
import type { Fit } from '../../../shared/data.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Source } from '../../../shared/workbook.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { changedElements, type Section, stepWithout } from '../workbook/history.ts';
import type { Changed, Session, TensorValues } from '../workbook/session.ts';

/** Some elements of a tensor with their values. */
export type Elements = { tensor: TensorId; indices: Uint32Array; values: Float32Array };

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
  made?: Made;
  source: Source;
  values: TensorValues;
  steps: Section;
};

export type RunSession = {
  begin(): void;
  readonly isOpen: boolean;
  /** Counts a command of the open run, before it is done; whatever becomes of it. */
  countCommand(): void;
  commands(): number;
  /** The workbook becomes another network, or gets other class names. Parameters that weren't there, or had another
   *  shape, get their values from `parameters`, or 0; what commands of the run wrote into tensors like that is
   *  forgotten. At most once in a run. */
  become(made: Made, parameters?: TensorValues): void;
  /** What `become` made of it in the open run. */
  made(): Made | undefined;
  /** The elements of parameters that commands of the open run wrote, the first so many commands left out, with their
   *  values now. */
  editedSince(commands: number): Elements[];
  section(): RunSection;
  /** Brings the open run, just begun, to where another engine's was when it took this section and had these
   *  parameters. */
  restore(section: RunSection, parameters: TensorValues): Changed;
  /** Closes the run: what it made of the parameters, the network and the class names becomes one step, which absorbs
   *  what commands wrote into parameters meanwhile (commands the result doesn't know of stay valid in it), and into
   *  other tensors that the network before doesn't have alike. */
  end(label: Sentence, result: RunResult): Changed;
  /** Gives the run up: the commands that came during it stay, each as a step of its own. Where the run had changed the
   *  network, the network before comes back. What was written into a tensor is then lost if the network before has no
   *  tensor of that name and shape. */
  abandon(): void;
};

export function createRunSession(session: Session): RunSession {
  const { content, history, write, follow, recalculate, record, onStep } = session.unrecorded;
  /** The open run: the workbook it began with, how many commands it has seen, and which elements of parameters they
   *  wrote. */
  let run:
    | { initial: Content; commands: number; made?: Made; written: (Omit<Elements, 'values'> & { command: number })[] }
    | undefined;

  const isParameter = (tensor: TensorId) => session.sheet.tensors.get(tensor)?.role === 'parameter';

  onStep(step => {
    if (!run) return;
    for (const [tensor, indices] of changedElements(step))
      if (isParameter(tensor)) run.written.push({ command: run.commands, tensor, indices });
  });

  function become(made: Made, parameters: TensorValues = new Map()): void {
    const own = [...parameters].map(([tensor, values]) => ({ tensor, values }));
    write(made.changes.map(change => (change.kind === 'network' ? { ...change, values: own } : change)));
    const { initial, written } = run!;
    const apart = tensorsApart(initial, content);
    Object.assign(run!, { made, written: written.filter(({ tensor }) => !apart.has(tensor)) });
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
    begin() {
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
        step.changes.filter(each => each.kind === 'run' || isWritten(each)),
      );
      for (const change of kept) applyChange(content, change);
      applyChange(content, { kind: 'source', source });
      return recalculate(false);
    },
    end(label, { parameters, commands, fit = content.fit }) {
      const { initial } = run!;
      const later = editedSince(commands);
      const apart = tensorsApart(initial, content);
      history.closeSection(step => stepWithout(step, tensor => isParameter(tensor) || apart.has(tensor)));
      run = undefined;
      follow(parameters);
      applyChange(content, { kind: 'values', edits: later });
      applyChange(content, { kind: 'fit', fit });
      return record({
        label,
        changes: changesBetween(initial, content, isParameter),
        inverse: changesBetween(content, initial, isParameter),
      });
    },
    abandon() {
      const { initial, made } = run!;
      const apart = tensorsApart(initial, content);
      history.closeSection(step => stepWithout(step, tensor => apart.has(tensor)));
      run = undefined;
      if (!made) return;
      const { network, classes, values } = initial;
      write(changesBetween(content, { ...content, network, classes, values }, () => false));
    },
  };
}

function copyOf(content: Content): Content {
  return { ...content, values: valuesOf(content, () => true) };
}

/** Copies of some stored tensors. */
function valuesOf({ values }: Content, wanted: (tensor: TensorId) => boolean): Map<TensorId, Float32Array> {
  return new Map([...values].filter(([tensor]) => wanted(tensor)).map(([tensor, own]) => [tensor, own.slice()]));
}

/** Copies of those tensors in which something was edited, with the edits in them. */
export function overlaid(parameters: TensorValues, edits: readonly Elements[]): TensorValues {
  return new Map(
    edits.map(({ tensor, indices, values }) => {
      const whole = parameters.get(tensor)!.slice();
      for (let i = 0; i < indices.length; i++) whole[indices[i]] = values[i];
      return [tensor, whole];
    }),
  );
}
