import { messages } from '../shared/messages.ts';
import type { Events } from '../shared/protocol.ts';
import type { Notice, State, Store } from './store.ts';

/** Says why something was refused. It is old news after the next command, and in another workbook. */
export function refusal(sentence: string, { workbookId, workbook }: Readonly<State>): Notice {
  return {
    tone: 'warning',
    sentence,
    holds: now => now.workbookId === workbookId && (isTraining(now) || now.workbook.revision === workbook.revision),
  };
}

/** Says at the active cell, or at the one that is typed into, why something was refused. It goes as soon as the user goes on: selects, types, leaves. */
export function refusalAtCell(sentence: string, state: Readonly<State>): Notice {
  const { active, selection, editing } = state;
  const { holds, ...notice } = refusal(sentence, state);
  return {
    ...notice,
    at: editing?.cell ?? active,
    holds: now => now.selection === selection && now.editing?.text === editing?.text && holds!(now),
  };
}

/** What the shell or the engine says. */
export function noticeOf({ tone, sentence }: Events['notice']): Notice {
  const { viewer, promoted } = messages.shell;
  const roles = new Map<string, State['role']>([
    [viewer, 'viewer'],
    [promoted, 'editor'],
  ]);
  const role = roles.get(sentence);
  return role ? { tone, sentence, holds: now => now.role === role } : { tone, sentence };
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
