import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MOST_FRAME_BYTES } from '../../../shared/file-limits.ts';
import type { LanguageChoice } from '../../../shared/messages/languages.ts';
import { messages } from '../../../shared/messages.ts';
import { SOCKET_PATH, SOCKET_PROTOCOL, TOO_MANY_WINDOWS } from '../../../shared/protocol.ts';
import type { Connection } from '../documents.ts';
import { readRendererFile, securityHeaders } from '../renderer-files.ts';

/** Serves the page and its connection over HTTP, only to windows of this computer's user. Others are kept out like
 *  this:
 *  - Other computers: it listens on the loopback interface only.
 *  - Other web pages: Host, Origin and Sec-Fetch-Site are checked, and the cookie is SameSite=Strict.
 *  - Other users: a window needs a one-time key, and on Linux the owner of each connection is checked.
 *  - Other servers on this computer, which see what a browser sends to any port of 127.0.0.1: the page's folder has a
 *    secret name, the cookie is only for that folder, and a connection needs the window's key. That key is in the
 *    address after the #, which is never sent. */
export type LocalServer = {
  readonly port: number;
  /** An address that opens the app once, within `KEY_LIFE`. */
  link(): string;
  close(): Promise<void>;
};

export type LocalServerOptions = {
  /** 0: any free port. Rejects with the system's error if the port is taken. */
  port: number;
  /** The folder of the built renderer. */
  folder: string;
  connect(post: (frame: Uint8Array) => void, refuse: (reason: string) => void): Connection;
  /** What another start of the app gets if it has the lock's key: the name of the open work. */
  control: { key: string; name(): string };
  /** The page's chosen language. */
  language?: () => LanguageChoice | undefined;
  /** The most bytes of a message. */
  maxPayload?: number;
  /** The time in milliseconds, for the life of keys. */
  now?: () => number;
  log?: (line: string) => void;
};

const KEY_LIFE = 60_000;
const MAX_KEYS = 16;
const MAX_WINDOWS = 16;
const MAX_CONNECTIONS = 128;
/** How many milliseconds a window has to answer the goodbye. */
const GOODBYE_WITHIN = 500;
/** If so many bytes wait for a window that doesn't read, it is disconnected. */
const MAX_WAITING = 512 * 2 ** 20;
export const CONTROL_PATH = '/control';
export const CONTROL_HEADER = 'x-convsheet-key';

export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const { folder, now = () => performance.now(), log = () => {}, maxPayload = MOST_FRAME_BYTES } = options;
  const session = newKey();
  const windowKey = newKey();
  const home = `/${randomBytes(16).toString('base64url')}/`;
  let keys: { key: string; until: number }[] = [];
  let port = 0;
  const host = () => `127.0.0.1:${port}`;
  const origin = () => `http://${host()}`;
  // Cookies don't distinguish ports, so the cookie's name does.
  const cookieName = () => `convsheet-${port}`;

  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 });
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload,
    perMessageDeflate: false,
    handleProtocols: () => SOCKET_PROTOCOL,
  });
  const windows = new Set<WebSocket>();

  /** Why this request is refused, whatever it asks for: status and reason. undefined if it isn't. */
  function refusal(request: IncomingMessage): [status: number, reason: string] | undefined {
    const { host: asked, origin: from, 'sec-fetch-site': site } = request.headers;
    // A foreign name that leads here: DNS rebinding.
    if (asked !== host()) return [421, 'Misdirected Request'];
    if (from !== undefined && from !== origin()) return [403, 'Forbidden: another origin'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return [403, 'Forbidden: another site'];
    if (isAnotherUser(request.socket)) return [403, 'Forbidden: another user'];
    return undefined;
  }

  function hasCookie(request: IncomingMessage): boolean {
    const wanted = `${cookieName()}=`;
    const cookies = (request.headers.cookie ?? '').split(';').map(cookie => cookie.trim());
    return cookies.some(cookie => cookie.startsWith(wanted) && sameSecret(cookie.slice(wanted.length), session));
  }

  function hasWindowKey({ headers }: IncomingMessage): boolean {
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map(protocol => protocol.trim());
    return offered.length === 2 && offered[0] === SOCKET_PROTOCOL && sameSecret(offered[1], windowKey);
  }

  /** Uses a key. Returns whether it was valid. */
  function redeem(offered: string): boolean {
    keys = keys.filter(({ until }) => until > now());
    const found = keys.find(({ key }) => sameSecret(key, offered));
    keys = keys.filter(each => each !== found);
    return found !== undefined;
  }

  function respond(response: ServerResponse, status: number, type: string, body: string | Buffer, more = {}) {
    const bytes = Buffer.from(body);
    const headers = {
      ...securityHeaders(`ws://${host()}`),
      'Content-Type': type,
      'Content-Length': bytes.length,
      ...more,
    };
    response.writeHead(status, headers);
    response.end(response.req.method === 'HEAD' ? undefined : bytes);
  }
  const refuse = (response: ServerResponse, status: number, reason: string, more = {}) =>
    respond(response, status, 'text/plain; charset=utf-8', `${reason}\n`, more);

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const refused = refusal(request);
    // The connection is closed, because only so many are allowed.
    if (refused) return refuse(response, ...refused, { Connection: 'close' });
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'Method Not Allowed', { Allow: 'GET, HEAD' });
    // A browser that prefetches must not use up the key.
    if (request.headers['sec-purpose'] !== undefined) return refuse(response, 503, 'Not in advance');
    // Not new URL(), which would resolve '..' before it is checked.
    const [path, query = ''] = (request.url ?? '').split('?', 2);
    if (path === CONTROL_PATH) {
      const offered = request.headers[CONTROL_HEADER];
      if (typeof offered !== 'string' || !sameSecret(offered, options.control.key))
        return refuse(response, 403, 'Forbidden');
      const reply = { link: link(), name: options.control.name() };
      return respond(response, 200, 'application/json', JSON.stringify(reply), { 'Cache-Control': 'no-store' });
    }
    if (path === '/start') {
      const offered = new URLSearchParams(query).get('k') ?? '';
      if (request.method !== 'GET' || !redeem(offered)) return refuse(response, 403, messages.shell.linkUsed);
      const cookie = `${cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=${home}`;
      const welcome = { Location: `${home}#${windowKey}`, 'Set-Cookie': cookie, 'Cache-Control': 'no-store' };
      return refuse(response, 303, 'See Other', welcome);
    }
    if (!path.startsWith(home) || !hasCookie(request)) return refuse(response, 403, messages.shell.linkNeeded);
    const file = await readRendererFile(folder, path.slice(home.length - 1), options.language?.());
    if (!file) return refuse(response, 404, 'Not Found');
    respond(response, 200, file.type, file.bytes);
  }

  server.on('request', (request, response) => {
    answer(request, response).catch((error: Error) => {
      log(error.stack ?? error.message);
      response.destroy();
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const deny = (status: number, reason: string): void => {
      // Otherwise the connection could stay half open forever.
      socket.once('finish', () => socket.destroy());
      socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    socket.on('error', () => socket.destroy());
    const refused = refusal(request);
    if (refused) return deny(...refused);
    // Every browser names the origin of a WebSocket, unlike that of a file.
    if (request.headers.origin !== origin()) return deny(403, 'Forbidden');
    if (request.url !== `${home}${SOCKET_PATH}`) return deny(404, 'Not Found');
    if (!hasCookie(request) || !hasWindowKey(request)) return deny(403, 'Forbidden');
    sockets.handleUpgrade(request, socket, head, window => {
      if (windows.size < MAX_WINDOWS) return join(window);
      // The page learns the reason only over an open connection. Browsers tell it nothing about a refused one.
      window.on('error', () => window.terminate());
      window.close(TOO_MANY_WINDOWS);
      setTimeout(() => window.terminate(), GOODBYE_WITHIN).unref();
    });
  });

  function join(socket: WebSocket) {
    windows.add(socket);
    const post = (frame: Uint8Array) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_WAITING) return socket.terminate();
      socket.send(frame);
    };
    const connection = options.connect(post, reason => {
      log(`a window was cut off: ${reason}`);
      // The reason in a close frame has at most 123 bytes.
      socket.close(1008, reason.slice(0, 100));
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return socket.close(1003);
      // A copy, so that a request in the journal doesn't keep the network's much larger buffer.
      connection.receive(new Uint8Array(data));
    });
    socket.on('error', error => log(`a window was cut off: ${error.message}`));
    socket.on('close', () => {
      windows.delete(socket);
      connection.close();
    });
  }

  function link(): string {
    const key = newKey();
    keys = [...keys.slice(1 - MAX_KEYS), { key, until: now() + KEY_LIFE }];
    return `${origin()}/start?k=${key}`;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  ({ port } = server.address() as AddressInfo);

  return {
    port,
    link,
    async close() {
      for (const socket of sockets.clients) socket.close(1001);
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      // A window that doesn't answer isn't waited for.
      const hurry = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        server.closeAllConnections();
      }, GOODBYE_WITHIN);
      server.closeIdleConnections();
      await closed;
      clearTimeout(hurry);
    },
  };
}

/** Whether the other end of a connection is known to be another user's program. The browser gets its key on its command
 *  line, which everybody can read on Linux. But there the system also tells the owner of a connection. Root is let in,
 *  because root can do anything anyway, and under WSL the connections of the Windows browser are root's. */
function isAnotherUser({ localPort, remotePort }: Socket): boolean {
  if (process.platform !== 'linux') return false;
  const end = (port = 0) => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let connections: string;
  try {
    connections = readFileSync('/proc/net/tcp', 'utf8');
  } catch {
    return false;
  }
  // Fields: sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid, from the other end's view.
  // Source: proc(5)
  const fields = connections
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .find(([, local, remote]) => local === end(remotePort) && remote === end(localPort));
  const user = fields && Number(fields[7]);
  return user !== undefined && user !== 0 && user !== process.getuid!();
}

/** A key of 256 random bits. */
const newKey = () => randomBytes(32).toString('base64url');

/** Compares in constant time, so that the time tells nothing about the difference or the length. */
function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
