/** Files of other kinds that a window writes piece by piece, such as films: each one beside its place, until it is
 *  whole. */
import { basename, extname, isAbsolute, join } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { type Args, exportEndings, OUTPUT_LIMITS, type Replies } from '../../shared/protocol.ts';
import { beginFile, type FileInProgress } from '../files/atomic.ts';
import type { Host } from './host.ts';
import { createRecordings, type Recordings } from './recordings.ts';
import { stampOf } from './workbook-files.ts';

type Kind = 'beginOutput' | 'writeOutput' | 'endOutput' | 'dropOutput' | 'tellExport';
/** `length`: where the bytes end so far. `last`: settles when everything that was asked for is done. */
type Output = { client: number; file: FileInProgress; length: number; last: Promise<unknown> };

export type Outputs = {
  handlers: { [K in Kind]: (args: Args<K>, client: { id: number }) => Promise<Replies[K]> } & Recordings['handlers'];
  /** Removes what a window has begun and not ended. Its recordings stay. */
  dropOf(client: number): Promise<void>;
  dropAll(): Promise<void>;
};

/** `folder`: the state folder. `isHere`: whether a window is still there. Others write no files. */
export function createOutputs(host: Host, folder: string, isHere: (client: number) => boolean): Outputs {
  const outputs = new Map<number, Output>();
  let begun = 0;
  /** Files that are just being begun. */
  let beginning = 0;
  /** How often a window's page has gone. One that was loaded again is another page in the same window. */
  const gone = new Map<number, number>();
  const pageOf = (client: number) => {
    const before = gone.get(client);
    return { isHere: () => isHere(client) && gone.get(client) === before };
  };
  const recordings = createRecordings(join(folder, 'recordings'), pageOf);

  /** Does something with an output of this window, after everything that was asked for before. */
  function inTurn<T>(id: number, client: number, work: (output: Output) => Promise<T>): Promise<T> {
    const output = outputs.get(id);
    // An output of another window is none of this one.
    if (output?.client !== client) throw new UserError(sentences.filmExport.notOpen);
    const done = output.last.then(() => {
      if (!outputs.has(id)) throw new UserError(sentences.filmExport.notOpen);
      return work(output);
    });
    output.last = done.catch(() => undefined);
    return done;
  }

  async function drop(id: number, { file, last }: Output) {
    outputs.delete(id);
    await last;
    await file.drop();
  }

  async function dropWhere(isMeant: (output: Output) => boolean) {
    await Promise.all([...outputs].filter(([, output]) => isMeant(output)).map(([id, output]) => drop(id, output)));
  }

  return {
    handlers: {
      ...recordings.handlers,
      async beginOutput({ path, overwrite }, { id: client }) {
        checkExportPath(path);
        if (outputs.size + beginning >= OUTPUT_LIMITS.open)
          throw new UserError(sentences.filmExport.manyOpen(OUTPUT_LIMITS.open));
        beginning++;
        const page = pageOf(client);
        try {
          if ((await stampOf(path)) && !overwrite) throw new UserError(sentences.shell.exists(basename(path)));
          const file = await beginFile(path);
          const output = { client, file, length: 0, last: Promise.resolve() };
          const id = ++begun;
          outputs.set(id, output);
          if (!page.isHere()) await drop(id, output);
          return { output: id };
        } finally {
          beginning--;
        }
      },
      async writeOutput({ output: id, at, bytes }, { id: client }) {
        await inTurn(id, client, async output => {
          if (at > output.length + OUTPUT_LIMITS.gap) throw new UserError(sentences.filmExport.gap);
          await output.file.write(at, bytes);
          output.length = Math.max(output.length, at + bytes.length);
        });
        return {};
      },
      endOutput: async ({ output: id }, { id: client }) =>
        inTurn(id, client, async ({ file }) => {
          const path = await file.finish();
          outputs.delete(id);
          return { path };
        }),
      async dropOutput({ output: id }, { id: client }) {
        const output = outputs.get(id);
        if (output?.client === client) await drop(id, output);
        return {};
      },
      async tellExport(told) {
        host.exportTold?.(told);
        return {};
      },
    },
    async dropOf(client) {
      gone.set(client, (gone.get(client) ?? 0) + 1);
      await Promise.all([dropWhere(output => output.client === client), recordings.endOf(client)]);
    },
    dropAll: () => dropWhere(() => true),
  };
}

function checkExportPath(path: string): void {
  if (!isAbsolute(path) || path.includes('\0')) throw new UserError(sentences.shell.pathNotAbsolute(path));
  const ending = extname(path).toLowerCase().slice(1);
  if (!exportEndings.some(each => each === ending))
    throw new UserError(sentences.filmExport.notExport(basename(path), `.${exportEndings.join(', .')}`));
}
