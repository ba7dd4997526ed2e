import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import {
  type Args,
  type Bridge,
  type ClientKind,
  type Events,
  type Replies,
  SOCKET_PATH,
  SOCKET_PROTOCOL,
  TOO_MANY_WINDOWS,
} from '../../shared/protocol.ts';
import { createCaller } from '../../shared/rpc.ts';

declare global {
  interface Window {
    convsheet?: Bridge;
  }
}

/** The renderer's end of the connection to the shell. */
export type Client = {
  /** Resolves with the reply. Rejects with a UserError, whose sentence can be shown; it also rejects while there is no
   *  connection. `workbook`: the workbook that the message is meant for, if the user began with one that is no longer
   *  open. */
  send<K extends ClientKind>(kind: K, args: Args<K>, workbook?: string): Promise<Replies[K]>;
  on<E extends keyof Events>(event: E, callback: (data: Events[E]) => void): void;
  /** Calls back when the connection changes: with undefined if it is open, else with the reason why it isn't. It calls
   *  back at once if the connection is already open or can't be opened. */
  onConnection(callback: (closed: string | undefined) => void): void;
  /** Says that ConvSheet has ended. The client doesn't connect again. */
  end(): void;
};

/** Milliseconds to wait before each new try to connect. The last one is repeated. */
const RETRY = [100, 250, 500, 1000, 2000] as const;

/** Connects through Electron's bridge if there is one, else to the server of this page. It connects again if the
 *  connection is lost. */
export function connect(): Client {
  const listeners = new Map<keyof Events, ((data: never) => void)[]>();
  const watchers: ((closed: string | undefined) => void)[] = [];
  let open = false;
  /** Why the connection isn't open, if there is a reason. */
  let reason: string | undefined;
  let ended = false;
  /** What sends frames to the shell at the moment. */
  let line: { send(frame: Uint8Array<ArrayBuffer>): void } | undefined;
  const caller = createCaller(
    frame => line?.send(frame),
    (event, data) => {
      for (const callback of listeners.get(event) ?? []) callback(data as never);
    },
  );
  const changed = (closed: string | undefined) => {
    open = closed === undefined;
    reason = closed;
    if (!open) caller.close(messages.panels.notConnected);
    for (const watcher of watchers) watcher(closed);
  };

  if (window.convsheet) {
    const bridge = window.convsheet;
    line = { send: frame => bridge.post(frame) };
    bridge.onFrame(frame => caller.receive(frame));
    open = true;
  } else {
    let tries = 0;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let socket: WebSocket | undefined;
    /** A browser may keep a page that was left, with its connection. The shell would then still count this page as an
     *  editor, so the page disconnects. */
    let away = false;
    const key = windowKey();
    const start = () => {
      const url = new URL(SOCKET_PATH, location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      const own = new WebSocket(url, [SOCKET_PROTOCOL, key]);
      socket = own;
      own.binaryType = 'arraybuffer';
      line = own;
      own.addEventListener('open', () => {
        tries = 0;
        changed(undefined);
      });
      own.addEventListener('message', ({ data }) => {
        if (data instanceof ArrayBuffer) caller.receive(new Uint8Array(data));
      });
      // A refused connection ends with 'close' as well, so this one handler sees every end.
      own.addEventListener('close', ({ code }) => {
        if (ended || away || own !== socket) return;
        const full = code === TOO_MANY_WINDOWS;
        if (full) tries = RETRY.length;
        if (open || tries === 0) changed(full ? messages.panels.tooManyWindows : messages.panels.connectionLost);
        retry = setTimeout(start, RETRY[Math.min(tries++, RETRY.length - 1)]);
      });
    };
    // Without the key every try would be refused.
    if (key === '') changed(messages.shell.linkNeeded);
    else start();
    window.addEventListener('pagehide', () => {
      away = true;
      clearTimeout(retry);
      socket?.close();
      if (!ended && key !== '') changed(messages.panels.connectionLost);
    });
    window.addEventListener('pageshow', () => {
      if (!away || ended) return;
      away = false;
      if (key !== '') start();
    });
  }

  return {
    send(kind, args, workbook) {
      if (!open) return Promise.reject(new UserError(messages.panels.notConnected));
      return caller.send(kind, args, undefined, workbook);
    },
    on(event, callback) {
      const list = listeners.get(event) ?? [];
      list.push(callback);
      listeners.set(event, list);
    },
    end() {
      ended = true;
      open = false;
    },
    onConnection(callback) {
      watchers.push(callback);
      if (open || reason !== undefined) callback(reason);
    },
  };
}

/** The window's key; empty if there is none. A link to the window has the key after the #. The tab then keeps it, also
 *  when it is reloaded, and the address bar no longer shows it. */
function windowKey(): string {
  const name = `convsheet ${location.pathname}`;
  const brought = location.hash.slice(1);
  if (brought !== '') {
    sessionStorage.setItem(name, brought);
    history.replaceState(undefined, '', location.pathname);
  }
  return sessionStorage.getItem(name) ?? '';
}
