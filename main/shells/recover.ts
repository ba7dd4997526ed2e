/** Opens unsaved work that an earlier start of the app has left. */
import { renameSync } from 'node:fs';
import { UserError } from '../../shared/errors.ts';
import { sentences, together } from '../../shared/messages/sentences.ts';
import type { Events, WorkbookInfo } from '../../shared/protocol.ts';
import { removeLeftovers, unsavedWorks } from './journal.ts';
import type { Supervisor } from './supervisor.ts';

/** Opens the newest work in the folder `works`, or the newest of `file`. `info` is left out if there is none. `notices`
 *  tell of work that can't be read. */
export async function recoverWork(
  supervisor: Pick<Supervisor, 'recover'>,
  works: string,
  file: string | undefined,
  log: (line: string) => void,
): Promise<{ info?: WorkbookInfo; notices: Events['notice'][] }> {
  const notices: Events['notice'][] = [];
  const unsaved = unsavedWorks(works);
  removeLeftovers(works, unsaved);
  for (const { path, content } of unsaved) {
    if (file !== undefined && content?.document.path !== file) continue;
    try {
      if (!content) throw new UserError(sentences.shell.notRecovered(path));
      // oxlint-disable-next-line no-await-in-loop -- the next one only if this one can't be read
      return { info: await supervisor.recover(path, content), notices };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      log(`not recovered: ${error.message}`);
      // An unreadable journal would fail at every start, so it is renamed. Somebody may still need it.
      const kept = `${path}.unreadable`;
      renameSync(path, kept);
      const told = sentences.shell.notRecovered(kept);
      notices.push({ tone: 'warning', sentence: content ? together([error.sentence, told]) : told });
    }
  }
  return { notices };
}
