/** Lets a program in as a window is let in: with the link, then with what the link gives. For benchmarks and tests. */
import { SOCKET_PATH, SOCKET_PROTOCOL } from '../../../shared/protocol.ts';

/** What a window has after it has opened its link. */
export type Admission = {
  origin: string;
  /** The path of the page's folder, with a slash at both ends. */
  home: string;
  /** The cookie's name and value, as in a request. */
  cookie: string;
  /** The address of the connection and the protocols to ask for. */
  socket: { url: string; protocols: string[] };
};

/** Uses the link. Rejects if it isn't valid. */
export async function admit(link: string): Promise<Admission> {
  const { origin, host } = new URL(link);
  const { status, headers } = await fetch(link, { redirect: 'manual' });
  const cookie = headers.get('set-cookie')?.split(';')[0];
  const [home, key] = headers.get('location')?.split('#') ?? [];
  if (!cookie || !home || !key) throw new Error(`The server let nobody in: status ${status}.`);
  const socket = { url: `ws://${host}${home}${SOCKET_PATH}`, protocols: [SOCKET_PROTOCOL, key] };
  return { origin, home, cookie, socket };
}
