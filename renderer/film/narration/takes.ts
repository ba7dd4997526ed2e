/** Takes under way. The shell has them on the disk as they come, so that a window or an app that ends loses at most the
 *  last moment. */
import { OUTPUT_LIMITS, type LeftRecording, type RecordingKind } from '../../../shared/protocol.ts';
import type { Client } from '../../core/client.ts';

/** Where takes are kept. `name`: of the workbook. */
export type TakeNeeds = { client: Client; name: () => string };

/** Keeps the pieces of a recording. Where that fails, nothing is kept, and recording works all the same. */
export function keepTake(
  { client, name }: TakeNeeds,
  kind: RecordingKind,
  scene: string,
): { add(piece: Blob): void; end(isKept: boolean): void } {
  /** The file's name. undefined once something couldn't be written. */
  let written = client
    .send('beginRecording', { kind, name: name(), scene })
    .then(({ recording }): string | undefined => recording)
    .catch(() => undefined);
  const then = (work: (recording: string) => Promise<unknown>) => {
    written = written.then(async recording => {
      if (recording === undefined) return undefined;
      return work(recording).then(
        () => recording,
        () => undefined,
      );
    });
  };
  return {
    add: piece =>
      then(async recording => {
        const bytes = new Uint8Array(await piece.arrayBuffer());
        await client.send('writeRecording', { recording, bytes, markers: [] });
      }),
    // What is a part of the workbook isn't needed here any more; all else is offered the next time.
    end: isKept => then(async recording => client.send(isKept ? 'dropRecording' : 'endRecording', { recording })),
  };
}

/** The oldest take that was left behind, of the scenes that are wanted. */
export async function leftTake(client: Client, scenes: ReadonlySet<string>): Promise<LeftRecording | undefined> {
  const { recordings } = await client.send('listRecordings', {});
  return recordings.find(({ scene, size }) => scene !== undefined && scenes.has(scene) && size > 0);
}

export async function readTake(client: Client, { recording, size }: LeftRecording): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Uint8Array(size);
  for (let at = 0; at < size; at += OUTPUT_LIMITS.piece) {
    const length = Math.min(OUTPUT_LIMITS.piece, size - at);
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    const { bytes } = await client.send('readRecording', { recording, at, length });
    all.set(bytes, at);
  }
  return all;
}
