/** The results of runs, which leave the engine and come back as files that the journal names. */
import { randomUUID } from 'node:crypto';
import { UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { Events, StoredFile } from '../../../shared/protocol.ts';
import type { WorkFiles } from '../workbook/work-files.ts';
import { readResult, type Result, resultBytes, resultPieces } from './run-bytes.ts';

type RunResults = {
  /** Writes a run's result and says where it is. If the disk has no room, the bytes are returned instead, and stay in
   *  the shell's memory. */
  keep(result: Result): Promise<Pick<Events['runEnded'], 'result' | 'state'>>;
  /** The result of a run, or the reason why it can't be read. */
  read(from: StoredFile | Uint8Array | undefined): Promise<{ result?: Result; problem: Sentence }>;
};

/** `onError` gets the error of every result that can't be written. */
export function createRunResults(files: WorkFiles | undefined, onError: (error: Error) => void): RunResults {
  return {
    async keep(result) {
      try {
        // The same run may end differently in another engine, so the file's name is unique.
        if (files) return { result: await files.write(`${randomUUID()}.result`, resultPieces(result)) };
      } catch (error) {
        onError(error as Error);
      }
      return { state: resultBytes(result) };
    },
    async read(from) {
      const problem = sentences.runs.otherVersion;
      try {
        const bytes = from && 'file' in from ? await files?.read(from) : from;
        return { result: bytes && readResult(bytes), problem };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { problem: sentences.runs.resultLost(error.sentence) };
      }
    },
  };
}
