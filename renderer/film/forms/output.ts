/** Writes what was made into a file of the user's. It gets its name when it is whole. */
import { outputPieces } from '../../../shared/protocol.ts';
import type { Client } from '../../core/client.ts';
import type { ChosenFile } from '../../parts/file-dialog.ts';

/** Writes bytes at the end of a file, or at a place of it. */
export type Write = (bytes: Uint8Array, place?: number) => Promise<void>;

/** Resolves with the file's path. If `work` rejects, nothing of the file stays. */
export async function writeFile(
  client: Client,
  { path, replace }: ChosenFile,
  work: (write: Write) => Promise<void>,
): Promise<string> {
  const { output } = await client.send('beginOutput', { path, ...(replace && { overwrite: true }) });
  let end = 0;
  try {
    await work(async (bytes, place = end) => {
      // oxlint-disable-next-line no-await-in-loop -- pieces wait for each other, so that few are in memory
      for (const piece of outputPieces(bytes))
        await client.send('writeOutput', { output, at: place + piece.at, bytes: piece.bytes });
      end = Math.max(end, place + bytes.length);
    });
    return (await client.send('endOutput', { output })).path;
  } catch (error) {
    // Without a connection, the shell drops it itself.
    await client.send('dropOutput', { output }).catch(() => undefined);
    throw error;
  }
}
