import type { Client } from './open.ts';

/** Milliseconds between two measurements. */
const LOOK_EVERY = 1000;
/** Smaller changes, as a share of the whole, aren't told. */
const SMALLEST_CHANGE = 0.01;

/** Tells each client how many bytes of memory the process takes: first what it is, then what it becomes. The process
 *  may end meanwhile. */
export function tellMemory(
  measure: () => number,
  clients: ReadonlySet<Client>,
  tell: (bytes: number, client: Client) => void,
): void {
  const told = new Map<Client, number>();
  setInterval(() => {
    for (const client of told.keys()) if (!clients.has(client)) told.delete(client);
    const bytes = measure();
    for (const client of clients) {
      if (Math.abs(bytes - (told.get(client) ?? 0)) < bytes * SMALLEST_CHANGE) continue;
      told.set(client, bytes);
      tell(bytes, client);
    }
  }, LOOK_EVERY).unref();
}
