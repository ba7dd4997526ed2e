/** Recordings of windows, and of what is spoken for scenes. Each is written to the disk as it comes, into a file that
 *  can be played at any time. It stays in the state folder until a window has made a film or a narration of it. So a
 *  crash loses no more than the last piece. */
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import * as v from 'valibot';
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import {
  type Args,
  type LeftRecording,
  type RecordingKind,
  recordingKinds,
  type Replies,
} from '../../shared/protocol.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { explainReadError, explainWriteError } from '../files/file-error.ts';

type Kind = 'beginRecording' | 'writeRecording' | 'endRecording' | 'listRecordings' | 'readRecording' | 'dropRecording';

export type Recordings = {
  handlers: { [K in Kind]: (args: Args<K>, client: { id: number }) => Promise<Replies[K]> };
  /** Ends the recordings of a window. They stay. */
  endOf(client: number): Promise<void>;
};

/** A recording that is under way. `last`: settles when everything that was asked for is done. */
type Writing = { client: number; file: FileHandle; markers: number; last: Promise<unknown> };

/** What stands beside a recording's file. */
const noteSchema = v.object({
  name: v.string(),
  scene: v.optional(v.string()),
  begun: v.number(),
  markers: v.array(v.number()),
});
type Note = v.InferOutput<typeof noteSchema>;
const NOTE = '.json';
/** So many windows record at once. */
const MOST = 4;

/** `folder`: is made with the first recording. `pageOf`: the page of a window; it tells whether it is still there. */
export function createRecordings(folder: string, pageOf: (client: number) => { isHere(): boolean }): Recordings {
  const writing = new Map<string, Writing>();
  const pathOf = (recording: string) => join(folder, recording);

  async function explained<T>(recording: string, work: () => Promise<T>, explain = explainWriteError): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explain(error, pathOf(recording));
    }
  }

  /** Does something with a recording of this window, after everything that was asked for before. */
  function inTurn<T>(recording: string, client: number, work: (own: Writing) => Promise<T>): Promise<T> {
    const own = writing.get(recording);
    if (own?.client !== client) throw new UserError(sentences.live.notOpen);
    const done = own.last.then(() => explained(recording, () => work(own)));
    own.last = done.catch(() => undefined);
    return done;
  }

  const note = (recording: string, content: Note) =>
    writeFileAtomically(pathOf(recording) + NOTE, Buffer.from(JSON.stringify(content)));

  async function noteOf(recording: string): Promise<Note | undefined> {
    try {
      const found = v.safeParse(noteSchema, JSON.parse(await readFile(pathOf(recording) + NOTE, 'utf8')));
      return found.success ? found.output : undefined;
    } catch {
      return undefined;
    }
  }

  async function end(recording: string, { file, last }: Writing) {
    writing.delete(recording);
    await last;
    await file.close().catch(() => undefined);
  }

  async function describe(recording: string): Promise<LeftRecording | undefined> {
    const path = pathOf(recording);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile() || writing.has(recording)) return undefined;
    const unknown: Note = { name: '', begun: found.mtimeMs, markers: [] };
    return { recording, ...((await noteOf(recording)) ?? unknown), size: found.size, path };
  }

  return {
    handlers: {
      async beginRecording({ kind, name, scene }, { id: client }) {
        const page = pageOf(client);
        if (writing.size >= MOST) throw new UserError(sentences.filmExport.manyOpen(MOST));
        await explained('', () => mkdir(folder, { recursive: true, mode: 0o700 }));
        const begun = Date.now();
        const { recording, file } = await create(folder, begun, kind, explained);
        const own = { client, file, markers: 0, last: Promise.resolve() };
        writing.set(recording, own);
        await note(recording, { name, ...(scene !== undefined && { scene }), begun, markers: [] });
        if (!page.isHere()) await end(recording, own);
        return { recording };
      },
      async writeRecording({ recording, bytes, markers }, { id: client }) {
        await inTurn(recording, client, async own => {
          await own.file.appendFile(bytes);
          // Not even a power failure takes more than what comes after this.
          await own.file.datasync();
          if (markers.length === own.markers) return;
          const before = await noteOf(recording);
          if (before) await note(recording, { ...before, markers });
          own.markers = markers.length;
        });
        return {};
      },
      async endRecording({ recording }, { id: client }) {
        const own = writing.get(recording);
        if (own?.client === client) await end(recording, own);
        return {};
      },
      async listRecordings() {
        const names = (await readdir(folder).catch(() => [])).filter(isRecording).sort();
        const found = await Promise.all(names.map(describe));
        return { recordings: found.filter(each => each !== undefined) };
      },
      async readRecording({ recording, at, length }) {
        return explained(
          recording,
          async () => {
            const file = await open(pathOf(recording), 'r');
            try {
              const bytes = new Uint8Array(length);
              const { bytesRead } = await file.read(bytes, 0, length, at);
              return { bytes: bytes.subarray(0, bytesRead) };
            } finally {
              await file.close();
            }
          },
          explainReadError,
        );
      },
      async dropRecording({ recording }, { id: client }) {
        const own = writing.get(recording);
        // Another window is just recording it.
        if (own && own.client !== client) throw new UserError(sentences.live.notOpen);
        if (own) await end(recording, own);
        await explained(recording, async () => {
          await rm(pathOf(recording), { force: true });
          await rm(pathOf(recording) + NOTE, { force: true });
        });
        return {};
      },
    },
    async endOf(client) {
      const own = [...writing].filter(([, each]) => each.client === client);
      await Promise.all(own.map(([recording, each]) => end(recording, each)));
    },
  };
}

const isRecording = (name: string): boolean => Object.hasOwn(recordingKinds, extname(name).slice(1));

/** Makes the file of a recording, which is named after the time. Two that begin in the same second get numbers. */
async function create(
  folder: string,
  begun: number,
  kind: RecordingKind,
  explained: <T>(recording: string, work: () => Promise<T>) => Promise<T>,
): Promise<{ recording: string; file: FileHandle }> {
  const local = new Date(begun - new Date(begun).getTimezoneOffset() * 60_000).toISOString();
  const time = local.slice(0, 19).replace('T', ' ').replaceAll(':', '-');
  for (let nth = 1; ; nth++) {
    const recording = `${time}${nth > 1 ? `-${nth}` : ''}.${kind}`;
    // oxlint-disable-next-line no-await-in-loop -- one name after the other
    const file = await explained(recording, () =>
      open(join(folder, recording), 'ax', 0o600).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST' || nth > MOST) throw error;
        return undefined;
      }),
    );
    if (file) return { recording, file };
  }
}
