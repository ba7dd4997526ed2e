/** Documents on a stand-in engine with a folder of their own, for tests. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserError } from '../../../shared/errors.ts';
import type { Args, Events, Kind, Replies } from '../../../shared/protocol.ts';
import { createCaller } from '../../../shared/rpc.ts';
import { createDocuments, type Documents } from '../documents.ts';
import { nodeEngine } from '../engine-link.ts';
import type { Host } from '../host.ts';
import { makeStateFolder, openMemory } from '../state.ts';
import { buildStandIn, type StandIn } from './stand-in.ts';

let engine: StandIn;
/** The state folder of the current test. */
export let folder: string;
/** A folder for the user's files. */
export let files: string;
const open = new Set<Documents>();

export async function buildEngine(): Promise<void> {
  engine = await buildStandIn();
}
export function removeEngine(): void {
  engine.remove();
}
export function makeFolder(): void {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-documents-'));
  makeStateFolder(folder);
  files = join(folder, 'files');
  mkdirSync(files);
}
/** Ends the app, as its last window does. */
export function end(documents: Documents): ReturnType<Documents['close']> {
  open.delete(documents);
  return documents.close();
}
/** Ends every app that is left and removes the folder. */
export async function removeFolder(): Promise<void> {
  for (const documents of open) await end(documents);
  rmSync(folder, { recursive: true });
}

/** Opens the documents of the folder, as a start of the app does. */
export function start(host: Partial<Host> = {}): Documents {
  const documents = createDocuments({
    folder,
    memory: openMemory(folder),
    startEngine: nodeEngine(engine.path),
    promoteAfter: 20,
    host: {
      capabilities: { shell: 'server', nativeMenu: false, nativeDialogs: false, platform: 'linux' },
      quit: () => {},
      ...host,
    },
  });
  open.add(documents);
  return documents;
}

type Event = { event: keyof Events; data: Events[keyof Events] };
/** A window of a test: sends requests, and collects events. */
type Window = {
  send<K extends Kind & keyof Replies>(kind: K, args: Args<K>): Promise<Replies[K]>;
  events: Event[];
  last<E extends keyof Events>(event: E): Events[E] | undefined;
  wait<E extends keyof Events>(event: E): Promise<Events[E]>;
  close(): void;
};

/** Opens a window on the documents. */
export function connect(documents: Documents): Window {
  const events: Event[] = [];
  const caller = createCaller(
    frame => connection.receive(frame),
    (event, data) => events.push({ event, data }),
  );
  const connection = documents.connect(
    frame => caller.receive(frame),
    reason => events.push({ event: 'notice', data: { tone: 'error', sentence: reason } }),
  );
  const last = <E extends keyof Events>(event: E) =>
    events.findLast(each => each.event === event)?.data as Events[E] | undefined;
  return {
    send: (kind, args) => caller.send(kind, args),
    events,
    last,
    async wait(event) {
      for (;;) {
        const found = last(event);
        if (found) return found;
        await new Promise(resolve => setTimeout(resolve, 5));
      }
    },
    close: () => connection.close(),
  };
}

export const edit = (value: number): Args<'change'> => ({
  structure: 'stand-in',
  label: `Type ${value}`,
  changes: [
    { kind: 'values', edits: [{ tensor: 'conv1/kernel', indices: Uint32Array.of(0), values: Float32Array.of(value) }] },
  ],
});
export const content = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as number[];
export const sentenceOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing was refused',
    (error: UserError) => error.message,
  );
/** Puts the file's time elsewhere, as another program's writing does. */
export const touch = (path: string) => utimesSync(path, 1_000_000, 1_000_000);

/** The open work of a new start, and a window that has said hello. */
export async function openWindow() {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  return { documents, window };
}
