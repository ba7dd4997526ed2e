import { say } from '../../shared/messages.ts';
import { sameSentence } from '../../shared/messages/render.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Events } from '../../shared/protocol.ts';
import type { RunState } from '../../shared/training.ts';
import { isUnderWay } from './run-view.ts';
import type { Notice, State, Store } from './store.ts';

/** Shows why something was refused. The notice disappears with the next command, or when another workbook is opened. */
export function refusal(sentence: string, { workbookId, workbook }: Readonly<State>): Notice {
  return {
    tone: 'warning',
    sentence,
    holds: now => now.workbookId === workbookId && (isTraining(now) || now.workbook.revision === workbook.revision),
  };
}

/** Shows why something was refused, at the active cell or the cell of the typing. The notice disappears as soon as the
 *  user selects, types or leaves. */
export function refusalAtCell(sentence: string, state: Readonly<State>): Notice {
  const { active, selection, editing } = state;
  const { holds, ...notice } = refusal(sentence, state);
  return {
    ...notice,
    at: editing?.place ?? active,
    holds: now => now.selection === selection && now.editing?.text === editing?.text && holds!(now),
  };
}

/** What a notice about a run depends on: it stays until undo takes the run back, or another run begins. A short run may
 *  end before anybody could read it otherwise. */
export function ofRun({ id, name }: RunState): Notice['holds'] {
  const taken = sentences.runs.label(name);
  return ({ run, workbook }) => run?.state.id === id && !sameSentence(workbook.redo, taken);
}

/** For a notice about a command that was just sent: it stays when the engine has done that command, until the next one,
 *  or until another workbook is opened. */
export function untilNextCommand({ workbookId, workbook }: Pick<State, 'workbookId' | 'workbook'>) {
  return (now: Readonly<State>): boolean =>
    now.workbookId === workbookId && (isTraining(now) || now.workbook.revision <= workbook.revision + 1);
}

/** Shows a notice of the shell or the engine. While a run is under way, it counts as a notice about that run. */
export function noticeOf({ tone, sentence: told }: Events['notice'], { run }: Pick<State, 'run'>): Notice {
  const sentence = say(told);
  const roles = [
    [sentences.shell.viewer, 'viewer'],
    [sentences.shell.promoted, 'editor'],
  ] as const;
  const role = roles.find(([tells]) => sameSentence(told, tells))?.[1];
  if (role) return { tone, sentence, holds: now => now.role === role };
  return isUnderWay(run?.state) ? { tone, sentence, holds: ofRun(run!.state) } : { tone, sentence };
}

/** Removes the notice when it is no longer true: see Notice. */
export function followNotices(store: Store): void {
  let { notice, workbook } = store.get();
  const keys: (keyof State)[] = [
    'notice',
    'workbook',
    'workbookId',
    'active',
    'selection',
    'editing',
    'trace',
    'stepsBack',
    'sheet',
    'role',
    'connection',
    'run',
    'setup',
  ];
  store.on(keys, now => {
    if (now.notice !== notice) ({ notice, workbook } = now);
    // A restarted engine counts its commands from 0 again. The steps of a run aren't commands.
    const commanded = now.workbook.revision > workbook.revision && !isTraining(now);
    workbook = now.workbook;
    if (notice && !(notice.holds ? notice.holds(now) : !commanded)) store.set({ notice: undefined });
  });
}

const isTraining = ({ run }: Readonly<State>) => run?.state.status === 'running';
