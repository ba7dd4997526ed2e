/** The host's requests about training runs. */
import { UserError } from '../../../shared/errors.ts';
import { initialValues } from '../../../shared/initial-values.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { Events } from '../../../shared/protocol.ts';
import { createRandom } from '../../../shared/random.ts';
import type { RunRecord } from '../../../shared/training.ts';
import { interruptedRun } from '../training/interrupted.ts';
import { keptIn } from '../training/kept-weights.ts';
import type { Context, Handlers } from './open.ts';
import type { Changed, Session } from '../workbook/session.ts';

type TrainingKind =
  | 'train'
  | 'controlRun'
  | 'setLearningRate'
  | 'resetParameters'
  | 'deleteRun'
  | 'renameRun'
  | 'keepSetup'
  | 'getRun'
  | 'giveUpRun'
  | 'openRun'
  | 'beginRun'
  | 'finishRun';

export function trainingHandlers({ current, emit, announce, command, progress }: Context): Handlers<TrainingKind> {
  const { runs: text } = sentences;

  const find = (id: string) =>
    current()
      .session.runs()
      .find(run => run.id === id);
  const kept = (id: string) => {
    const run = find(id);
    if (!run) throw new UserError(text.unknownRun);
    return run;
  };

  function changeRun(
    { id, undoable }: { id: string; undoable?: true },
    label: (name: string) => Sentence,
    change: (run: RunRecord) => RunRecord | undefined,
  ): Record<string, never> {
    if (undoable) {
      // In a replay the run may be gone already, if the checkpoint was made after it was deleted.
      const said = label(find(id)?.name ?? '');
      const done = (): Changed =>
        current().session.change({ label: said, changes: [{ kind: 'run', id, record: change(kept(id)) }] });
      command(done, text.notes.edited, said);
    } else changeForGood(id, change(kept(id)));
    return {};
  }

  function changeForGood(id: string, changed: RunRecord | undefined): void {
    const work = current();
    const { session } = work;
    session.keepRuns(session.runs().flatMap(run => (run.id === id ? (changed ?? []) : run)));
    if (!changed && session.memory()?.run === id) session.remember(undefined);
    announce(work, new Set());
    emit('runs', keptRuns(session), undefined);
  }

  return {
    train: (args, client) => current().runs.start(args, progress(client, text.reading)),
    controlRun({ action }) {
      current().runs.control(action);
      return {};
    },
    setLearningRate({ learningRate }) {
      current().runs.setLearningRate(learningRate);
      return {};
    },
    resetParameters({ seed }) {
      const { session, runs } = current();
      if (runs.underWay) throw new UserError(text.resetWhileRunning);
      const values = initialValues(session.sheet.network, createRandom(seed));
      const edits = [...values].map(([tensor, whole]) => ({ tensor, values: whole }));
      const label = text.resetLabel;
      const changes = [{ kind: 'values' as const, edits }];
      return command(() => session.change({ label, changes }), text.notes.edited, label);
    },
    deleteRun: args => changeRun(args, text.deleteLabel, () => undefined),
    renameRun: args => changeRun(args, text.renameLabel, run => ({ ...run, name: args.name })),
    keepSetup({ setup }) {
      current().session.keepSetup(setup);
      return {};
    },
    getRun({ id }) {
      const { runs } = current();
      const record = runs.record();
      const { weights: _, ...told } = record?.id === id ? record : kept(id);
      return told;
    },
    giveUpRun({ id }) {
      current().runs.giveUp(id);
      return {};
    },
    openRun(args) {
      const { runs, session } = current();
      runs.open(args);
      return { structure: session.structure };
    },
    beginRun({ made }) {
      current().runs.begin(made);
      return {};
    },
    async finishRun({ result, state }) {
      const work = current();
      announce(work, await work.runs.finish(result ?? state));
      emit('runs', keptRuns(work.session), undefined);
      return {};
    },
  };
}

/** The kept runs for the lists in the app: without their curves and notes. */
export function keptRuns(session: Session): Events['runs'] {
  return {
    runs: session.runs().map(({ points: _points, notes: _notes, weights, layers, ...summary }) => {
      const kept = keptIn(weights);
      return { ...summary, ...(kept && { kept, ...(layers && { layers }) }) };
    }),
    canContinue: session.memory() !== undefined,
    goesOn: interruptedRun({ runs: session.runs(), memory: session.memory() })?.run.id,
  };
}
