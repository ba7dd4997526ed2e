/** Keeps the open work safe: its record with the journal, and its checkpoints. The engine writes the checkpoints, and
 *  the journal names them. */
import { randomUUID } from 'node:crypto';
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Args, Replies } from '../../shared/protocol.ts';
import { type Checkpoints, createCheckpoints, type Outcome } from './checkpoints.ts';
import { deleteFile, type WorkDocument } from './journal.ts';
import { modifiedMark, type Pending } from './pending.ts';
import { createWorkRecord, type WorkRecord } from './work-record.ts';

/** What restores a work just opened or saved. A file gets the stamp that it has now, so that no other file is taken for
 *  it later. */
export function stamped(load: Args<'load'>, { stamp }: WorkDocument): Args<'load'> {
  return load.from === 'file' ? { ...load, stamp } : load;
}

/** A checkpoint that the engine was asked for. `last`: the last change that had been sent to it by then. */
export type Asked = { last: Pending | undefined; reply: Promise<Replies['checkpoint']>; died: () => boolean };

export type KeptWork = { work: WorkRecord<Pending>; checkpoints: Checkpoints; wantIfTooLong: () => void };

export type KeptWorkOptions = {
  folder: string;
  /** Asks the engine for a checkpoint in a file of this name. undefined if that isn't possible now. */
  ask: (file: string) => Promise<Asked | undefined>;
  /** Whether so much has changed since the last checkpoint that another one is needed. */
  isTooLong: () => boolean;
  /** Called when a checkpoint has been made of changes: another engine can't undo those any more. */
  onCut: () => void;
  /** See SupervisorOptions. */
  onTrouble?: (error: Error | undefined, changes: boolean) => void;
  log: (line: string) => void;
};

export function createKeptWork({ folder, ask, isTooLong, onCut, onTrouble, log }: KeptWorkOptions): KeptWork {
  const troubles: { journal?: Error; checkpoint?: Error } = {};
  const note = (what: keyof typeof troubles) => (error: Error | undefined) => {
    log(error ? `${what} failed: ${error.message}` : `${what} works again`);
    troubles[what] = error;
    onTrouble?.(troubles.journal ?? troubles.checkpoint, troubles.journal !== undefined);
  };
  const onGone = () => checkpoints.want();
  const work = createWorkRecord<Pending>(folder, { onTrouble: note('journal'), onGone, log });
  const checkpoints = createCheckpoints({
    take,
    due: () => isTooLong() || work.isGone(),
    onTrouble: note('checkpoint'),
  });

  async function take(): Promise<Outcome> {
    const id = work.load?.id;
    const file = `${randomUUID()}.checkpoint`;
    const asked = await ask(file);
    if (!asked) return 'not now';
    try {
      const { modified, ...stored } = await asked.reply;
      const marks = modified ? [modifiedMark(true)] : [];
      if (work.load?.id !== id || !work.compact({ from: 'checkpoint', ...stored, id }, asked.last, marks))
        throw new UserError(sentences.shell.otherWorkbook);
      if (asked.last) onCut();
      return 'made';
    } catch (error) {
      deleteFile(folder, file, log);
      return { error: error as Error, harmful: asked.died() };
    }
  }

  const wantIfTooLong = () => {
    if (isTooLong()) void checkpoints.want();
  };
  return { work, checkpoints, wantIfTooLong };
}
