/** How a program is let in as a window is: by the link, then with what that brings. For benchmarks and tests. */
import { SOCKET_PATH, SOCKET_PROTOCOL } from '../../../shared/protocol.ts';

/** What a window has after it opened its link. */
export type Admission = {
  origin: string;
  /** Path of the page's folder, with slashes around it. */
  home: string;
  /** Name and value, as requests carry it. */
  cookie: string;
  /** For the connection: its address, and the protocols to ask for. */
  socket: { url: string; protocols: string[] };
};

/** Uses the link up. Rejects where it isn't good. */
export async function admit(link: string): Promise<Admission> {
  const { origin, host } = new URL(link);
  const { status, headers } = await fetch(link, { redirect: 'manual' });
  const cookie = headers.get('set-cookie')?.split(';')[0];
  const [home, key] = headers.get('location')?.split('#') ?? [];
  if (!cookie || !home || !key) throw new Error(`The server let nobody in: status ${status}.`);
  const socket = { url: `ws://${host}${home}${SOCKET_PATH}`, protocols: [SOCKET_PROTOCOL, key] };
  return { origin, home, cookie, socket };
}
