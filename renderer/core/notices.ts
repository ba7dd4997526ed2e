import { messages, say } from '../../shared/messages.ts';
import type { Events } from '../../shared/protocol.ts';
import type { RunState } from '../../shared/training.ts';
import { isUnderWay } from './run-view.ts';
import type { Notice, State, Store } from './store.ts';

/** Says why something was refused. It is old news after the next command, and in another workbook. */
export function refusal(sentence: string, { workbookId, workbook }: Readonly<State>): Notice {
  return {
    tone: 'warning',
    sentence,
    holds: now => now.workbookId === workbookId && (isTraining(now) || now.workbook.revision === workbook.revision),
  };
}

/** Says at the active cell, or at the one that is typed into, why something was refused. It goes as soon as the user
 *  goes on: selects, types, leaves. */
export function refusalAtCell(sentence: string, state: Readonly<State>): Notice {
  const { active, selection, editing } = state;
  const { holds, ...notice } = refusal(sentence, state);
  return {
    ...notice,
    at: editing?.place ?? active,
    holds: now => now.selection === selection && now.editing?.text === editing?.text && holds!(now),
  };
}

/** Says something of a run. It holds until undo takes the run back or another one begins: a short run has ended before
 *  anybody could read it. */
export function ofRun({ id, name }: RunState): Notice['holds'] {
  const taken = messages.runs.label(name);
  return ({ run, workbook }) => run?.state.id === id && say(workbook.redo) !== taken;
}

/** What the shell or the engine says; while a run is under way, it is said of that. */
export function noticeOf({ tone, sentence: told }: Events['notice'], { run }: Pick<State, 'run'>): Notice {
  const sentence = say(told);
  const { viewer, promoted } = messages.shell;
  const roles = new Map<string, State['role']>([
    [viewer, 'viewer'],
    [promoted, 'editor'],
  ]);
  const role = roles.get(sentence);
  if (role) return { tone, sentence, holds: now => now.role === role };
  return isUnderWay(run?.state) ? { tone, sentence, holds: ofRun(run!.state) } : { tone, sentence };
}

/** Takes the notice away when it is no longer true: see Notice. */
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
    // The engine counts commands from anew when it was restarted; the steps of a run are none.
    const commanded = now.workbook.revision > workbook.revision && !isTraining(now);
    workbook = now.workbook;
    if (notice && !(notice.holds ? notice.holds(now) : !commanded)) store.set({ notice: undefined });
  });
}

const isTraining = ({ run }: Readonly<State>) => run?.state.status === 'running';
