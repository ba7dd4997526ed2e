/** Recordings under way, kept by the browser as they come, so that a window that ends loses at most the last second. */

/** `scene`: the id of the scene that it is for. */
export type Unfinished = { take: string; scene: string; bytes: Uint8Array<ArrayBuffer> };

type Piece = { take: string; scene: string; number: number; piece: Blob };

/** Undefined where the browser keeps nothing; then nothing is kept, and recording works all the same. */
function open(): Promise<IDBDatabase | undefined> {
  return new Promise(resolve => {
    try {
      const request = indexedDB.open('takes', 1);
      request.addEventListener('upgradeneeded', () =>
        request.result.createObjectStore('pieces', { keyPath: ['take', 'number'] }),
      );
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => resolve(undefined));
      request.addEventListener('blocked', () => resolve(undefined));
    } catch {
      resolve(undefined);
    }
  });
}

let opened: Promise<IDBDatabase | undefined> | undefined;

async function pieces<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  const database = await (opened ??= open());
  if (!database) return undefined;
  return new Promise(resolve => {
    const request = work(database.transaction('pieces', mode).objectStore('pieces'));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => resolve(undefined));
  });
}

const lockOf = (take: string) => `take ${take}`;

/** Keeps the pieces of a recording until it is dropped. */
export function keepTake(take: string, scene: string): { add(piece: Blob): void; drop(): void } {
  let number = 0;
  let end = () => {};
  // Other windows can tell that it goes on.
  void navigator.locks.request(lockOf(take), () => new Promise<void>(resolve => (end = resolve)));
  return {
    add: piece =>
      void pieces('readwrite', store => store.put({ take, scene, number: number++, piece } satisfies Piece)),
    drop() {
      end();
      void dropTake(take);
    },
  };
}

export const dropTake = (take: string): Promise<unknown> =>
  pieces('readwrite', store => store.delete(IDBKeyRange.bound([take, 0], [take, Infinity])));

/** Recordings that a window left behind, of scenes that are wanted. */
export async function unfinishedTakes(scenes: ReadonlySet<string>): Promise<Unfinished[]> {
  const all = ((await pieces('readonly', store => store.getAll())) ?? []) as Piece[];
  const held = new Set((await navigator.locks.query()).held?.map(({ name }) => name));
  const wanted = all.filter(({ take, scene }) => scenes.has(scene) && !held.has(lockOf(take)));
  return Promise.all(
    [...new Set(wanted.map(({ take }) => take))].map(async take => {
      const own = wanted.filter(each => each.take === take);
      const bytes = await new Blob(own.map(({ piece }) => piece)).arrayBuffer();
      return { take, scene: own[0].scene, bytes: new Uint8Array(bytes) };
    }),
  );
}
