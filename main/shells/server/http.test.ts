import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { english } from '../../../shared/messages/render.ts';
import { type Kind, type Message, TOO_MANY_WINDOWS } from '../../../shared/protocol.ts';
import { decodeFrame, encodeFrame } from '../../../shared/rpc.ts';
import { createDocuments, type Documents } from '../documents.ts';
import { nodeEngine } from '../engine-link.ts';
import { buildStandIn, type StandIn } from '../testing/stand-in.ts';
import { makeStateFolder, openMemory } from '../state.ts';
import { type Admission, admit } from './admission.ts';
import { CONTROL_HEADER, type LocalServer, startLocalServer } from './http.ts';

const MAX_PAYLOAD = 100_000;
let engine: StandIn;
let folder: string;
let renderer: string;
let documents: Documents;
let begun: Promise<unknown> | undefined;
let server: LocalServer;
let clock: number;

beforeAll(async () => {
  engine = await buildStandIn();
});
afterAll(() => engine.remove());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-server-'));
  makeStateFolder(folder);
  renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>ConvSheet</title>');
  writeFileSync(join(renderer, 'assets', 'kernel.wasm'), 'wasm');
  writeFileSync(join(renderer, 'assets', 'cells.woff2'), 'font');
  writeFileSync(join(renderer, 'assets', '.hidden.js'), 'secret');
  writeFileSync(join(renderer, 'assets', 'notes.exe'), 'secret');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  symlinkSync(join(folder, 'secret.js'), join(renderer, 'link.js'));
  clock = 0;
  documents = createDocuments({
    folder,
    memory: openMemory(folder),
    startEngine: nodeEngine(engine.path),
    host: {
      capabilities: { shell: 'server', nativeMenu: false, nativeDialogs: false, platform: 'linux' },
      quit: () => {},
    },
  });
  begun = undefined;
  server = await startLocalServer({
    port: 0,
    folder: renderer,
    connect: (post, refuse) => documents.connect(post, refuse),
    control: { key: 'the key of the lock', name: () => documents.document.name },
    maxPayload: MAX_PAYLOAD,
    now: () => clock,
  });
});
afterEach(async () => {
  await server.close();
  await documents.close();
  rmSync(folder, { recursive: true });
});

/** Starts the engine, which only some tests need, and opens the lesson. */
const begin = () => (begun ??= documents.begin({ template: 'lesson3' }));

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** Sends a request with exactly these headers. `path` is sent unchanged. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path, method, headers }, response => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

const pathOf = (link: string) => link.slice(link.indexOf('/start'));

/** What a window gets from a fresh link. */
const signIn = () => admit(server.link());

type Window = {
  send(data: Uint8Array | string): void;
  messages: Message[];
  closed: Promise<number>;
  socket: WebSocket;
};

/** Opens a window's WebSocket, perhaps with other headers. Rejects with the status that refused it. */
async function openSocket(
  { cookie, origin, socket: to }: Admission,
  headers: Record<string, string> = { cookie, origin },
  { url = to.url, protocols = to.protocols } = {},
): Promise<Window> {
  await begin();
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols, { headers });
    const messages: Message[] = [];
    const closed = new Promise<number>(done => socket.on('close', done));
    socket.on('message', (data: Buffer) => messages.push(decodeFrame(new Uint8Array(data))));
    socket.on('unexpected-response', (_request, { statusCode }) => reject(new Error(`status ${statusCode}`)));
    socket.on('error', reject);
    socket.on('open', () => resolve({ send: data => socket.send(data), messages, closed, socket }));
  });
}

const openWindow = async () => openSocket(await signIn());

async function until<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
async function call(window: Window, id: number, kind: string, args: unknown): Promise<Message> {
  window.send(encodeFrame({ type: 'request', id, kind: kind as Kind, args }));
  return until(() => window.messages.find(message => message.type !== 'event' && 'id' in message && message.id === id));
}

test('A fresh link opens the page, with a cookie no script and no other site gets', async () => {
  const { status, headers } = await ask(pathOf(server.link()));
  expect(status).toBe(303);
  const [home, key] = headers.location!.split('#');
  expect(home).toMatch(/^\/[\w-]{22}\/$/);
  expect(key).toMatch(/^[\w-]{43}$/);
  const [cookie, rest] = headers['set-cookie']![0].split(/; (.*)/);
  expect(cookie).toMatch(/^convsheet-\d+=[\w-]{43}$/);
  expect(rest).toBe(`HttpOnly; SameSite=Strict; Path=${home}`);
  const page = await ask(home, { cookie });
  expect(page.status).toBe(200);
  expect(page.body).toContain('<title>ConvSheet</title>');
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; ` +
      `img-src 'self' data: blob:; font-src 'self'; ` +
      `media-src 'self' blob:; ` +
      `worker-src 'self' blob:; connect-src 'self' ws://127.0.0.1:${server.port}; frame-ancestors 'none'; base-uri ` +
      `'none'; form-action 'none'`,
    'permissions-policy':
      'microphone=(self), display-capture=(self), camera=(), geolocation=(), hid=(), serial=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
});

test('A link works once', async () => {
  const path = pathOf(server.link());
  expect((await ask(path)).status).toBe(303);
  const again = await ask(path);
  expect(again.status).toBe(403);
  expect(again.headers['set-cookie']).toBeUndefined();
  expect(again.body).toContain('This link was used already or is older than 60 seconds.');
});

test('A link is worth nothing after 60 seconds, and looking ahead does not use it up', async () => {
  const path = pathOf(server.link());
  expect((await ask(path, { 'sec-purpose': 'prefetch' })).status).toBe(503);
  expect((await ask(path, {}, 'HEAD')).status).toBe(403);
  clock = 59_999;
  const late = pathOf(server.link());
  expect((await ask(path)).status).toBe(303);
  clock = 59_999 + 60_000;
  expect((await ask(late)).status).toBe(403);
});

const asRoot = process.platform === 'linux' && process.getuid!() === 0 ? test : test.skip;

asRoot(
  'A link that another user of the computer has seen is worth nothing to them, and still opens the page',
  async () => {
    const link = server.link();
    const fetching = 'fetch(process.argv[1], { redirect: "manual" }).then(({ status }) => console.log(status))';
    const asked = spawn(process.execPath, ['-e', fetching, link], {
      uid: 65_534,
      gid: 65_534,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(await text(asked.stdout)).toBe('403\n');
    expect((await ask(pathOf(link))).status).toBe(303);
  },
);

test.each(['', 'k=', 'k=wrong', `k=${'a'.repeat(43)}`, `k=${'a'.repeat(10_000)}`])(
  'The key "%.20s" is refused',
  async query => {
    server.link();
    expect((await ask(`/start?${query}`)).status).toBe(403);
  },
);

test('Every name but 127.0.0.1 with the port is refused, so that no other name can be made to lead here', async () => {
  const { cookie, home } = await signIn();
  const { port } = server;
  for (const host of [
    `localhost:${port}`,
    '127.0.0.1',
    `127.0.0.1:${port + 1}`,
    `evil.example:${port}`,
    `127.0.0.1:${port}.evil.example`,
  ])
    expect([host, (await ask(home, { host, cookie })).status]).toEqual([host, 421]);
});

test('Requests that another page causes are refused, even with the cookie', async () => {
  const { cookie, home } = await signIn();
  for (const from of [
    'https://evil.example',
    'null',
    `http://localhost:${server.port}`,
    `https://127.0.0.1:${server.port}`,
    'http://127.0.0.1:1',
  ])
    expect([from, (await ask(home, { origin: from, cookie })).status]).toEqual([from, 403]);
  for (const site of ['cross-site', 'same-site'])
    expect([site, (await ask(home, { 'sec-fetch-site': site, cookie })).status]).toEqual([site, 403]);
  for (const site of ['same-origin', 'none'])
    expect([site, (await ask(home, { 'sec-fetch-site': site, cookie })).status]).toEqual([site, 200]);
});

test('Without the cookie, or with a wrong one, no file is sent', async () => {
  const { cookie, home } = await signIn();
  for (const wrong of ['', 'convsheet=1', `${cookie}x`, cookie.replace('-', '_'), `convsheet-${server.port}=`])
    expect([wrong, (await ask(home, wrong ? { cookie: wrong } : {})).status]).toEqual([wrong, 403]);
  expect((await ask(home, { cookie: `other=1; ${cookie}; more=2` })).status).toBe(200);
  for (const elsewhere of ['/', '/index.html', '/assets/kernel.wasm', `/x${home}`])
    expect([elsewhere, (await ask(elsewhere, { cookie })).status]).toEqual([elsewhere, 403]);
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])('%s is not allowed', async method => {
  const { cookie, home } = await signIn();
  const { status, headers } = await ask(home, { cookie }, method);
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
});

test('Files come with their types, HEAD without the bytes', async () => {
  const { cookie, home } = await signIn();
  const types = await Promise.all(
    ['assets/kernel.wasm', 'assets/cells.woff2', 'index.html?query'].map(async path => {
      const { status, headers } = await ask(home + path, { cookie });
      return [status, headers['content-type']];
    }),
  );
  expect(types).toEqual([
    [200, 'application/wasm'],
    [200, 'font/woff2'],
    [200, 'text/html; charset=utf-8'],
  ]);
  const head = await ask(`${home}assets/kernel.wasm`, { cookie }, 'HEAD');
  expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '4', '']);
});

test.each([
  '../secret.js',
  'assets/../../secret.js',
  '%2e%2e/secret.js',
  '..%2fsecret.js',
  '%2e%2e%2fsecret.js',
  '..%5csecret.js',
  '/etc/passwd.txt',
  'assets',
  'assets/',
  'assets/.hidden.js',
  'assets/notes.exe',
  'link.js',
  'secret.js%00.html',
  '%',
  'instance.json',
])('Nothing outside the page is reachable: %s', async path => {
  const { cookie, home } = await signIn();
  const { status, body } = await ask(home + path, { cookie });
  expect([status, body]).toEqual([404, 'Not Found\n']);
});

test('Another start of the app gets a link for the key of the lock, and only for that', async () => {
  await begin();
  expect((await ask('/control')).status).toBe(403);
  expect((await ask('/control', { [CONTROL_HEADER]: 'wrong', cookie: (await signIn()).cookie })).status).toBe(403);
  const { status, body } = await ask('/control', { [CONTROL_HEADER]: 'the key of the lock' });
  expect(status).toBe(200);
  const { link, name } = JSON.parse(body) as { link: string; name: string };
  expect(name).toBe('lesson3');
  expect((await ask(pathOf(link))).status).toBe(303);
});

test('A window gets its connection only with the right host, origin, cookie, key and path (fault 37)', async () => {
  const window = await signIn();
  const { cookie, origin, home, socket: to } = window;
  const [name, key] = to.protocols;
  const at = (path: string) => ({ url: `ws://127.0.0.1:${server.port}${path}` });
  const cases: [status: number, headers: Record<string, string>, to?: { url?: string; protocols?: string[] }][] = [
    [403, { cookie }],
    [403, { origin }],
    [403, { cookie, origin: 'https://evil.example' }],
    [403, { cookie, origin: `http://localhost:${server.port}` }],
    [403, { cookie: 'convsheet-1=a', origin }],
    [421, { cookie, origin, host: `localhost:${server.port}` }],
    [403, { cookie, origin, 'sec-fetch-site': 'cross-site' }],
    [404, { cookie, origin }, at(`${home}other`)],
    [404, { cookie, origin }, at('/socket')],
    [403, { cookie, origin }, { protocols: [] }],
    [403, { cookie, origin }, { protocols: [name] }],
    [403, { cookie, origin }, { protocols: [key] }],
    [403, { cookie, origin }, { protocols: [name, `${key.slice(1)}x`] }],
    [403, { cookie, origin }, { protocols: [name, cookie.split('=')[1]] }],
    [403, { cookie, origin }, { protocols: [name, 'a', key] }],
  ];
  const refused = await Promise.all(
    cases.map(([, headers, other]) =>
      openSocket(window, headers, other).then(
        () => 'open',
        (error: Error) => error.message,
      ),
    ),
  );
  expect(refused).toEqual(cases.map(([status]) => `status ${status}`));
  const hello = await call(await openSocket(window), 1, 'hello', {});
  expect(hello).toMatchObject({ type: 'reply', result: { role: 'editor', document: { name: 'lesson3' } } });
});

test('No other server on this computer is sent the cookie, nor the key of the window (fault 37)', async () => {
  const { headers } = await ask(pathOf(server.link()));
  const [home, key] = headers.location!.split('#');
  // A browser sends the cookie only below this path, which nobody else knows. It never sends what is after the #.
  expect(headers['set-cookie']![0]).toContain(`; Path=${home}`);
  expect(headers['set-cookie']![0]).not.toContain(key);
  expect(home).not.toContain(key);
});

asRoot(
  'Another user of the computer gets no connection, nor a file, even with all a window has (fault 37)',
  async () => {
    const { cookie, origin, home, socket: to } = await signIn();
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol': to.protocols.join(', '),
      Origin: origin,
    };
    const statusOf = async (path: string, more: object, user: object) => {
      const options = JSON.stringify({ host: '127.0.0.1', port: server.port, path, headers: { cookie, ...more } });
      const asking = `const asked = require('node:http').request(${options}, ({ statusCode }) => told(statusCode));
      const told = status => { console.log(status); process.exit(); };
      asked.on('upgrade', () => told(101));
      asked.end();`;
      const asked = spawn(process.execPath, ['-e', asking], { ...user, stdio: ['ignore', 'pipe', 'inherit'] });
      return (await text(asked.stdout)).trim();
    };
    const other = { uid: 65_534, gid: 65_534 };
    const path = new URL(to.url).pathname;
    expect([await statusOf(path, upgrade, {}), await statusOf(home, {}, {})]).toEqual(['101', '200']);
    expect([await statusOf(path, upgrade, other), await statusOf(home, {}, other)]).toEqual(['403', '403']);
  },
);

test('The 17th window is told that there are too many, and gets in when one is closed (fault 39)', async () => {
  const admission = await signIn();
  const windows = await Promise.all(Array.from({ length: 16 }, () => openSocket(admission)));
  const late = await openSocket(admission);
  expect(await late.closed).toBe(TOO_MANY_WINDOWS);
  expect(await call(windows[15], 1, 'hello', {})).toMatchObject({ type: 'reply' });
  windows[0].socket.close();
  await windows[0].closed;
  expect(await call(await openSocket(admission), 1, 'hello', {})).toMatchObject({ type: 'reply' });
});

test('Upgrades that are denied leave no connection behind, and new windows get in (fault 38)', async () => {
  const admission = await signIn();
  const ends = Array.from({ length: 200 }, (_, i) => {
    // The other end stays open, as a refused program may do.
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    const path = i % 2 ? '/socket' : new URL(admission.socket.url).pathname;
    const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    const host = `Host: 127.0.0.1:${server.port}`;
    socket.write(`GET ${path} HTTP/1.1\r\n${[host, ...lines].join('\r\n')}\r\n\r\n`);
    socket.on('error', () => {});
    socket.resume();
    return new Promise(resolve => socket.once('end', resolve).once('close', resolve)).then(() => socket);
  });
  const sockets = await Promise.all(ends);
  const window = await openSocket(admission);
  expect(await call(window, 1, 'hello', {})).toMatchObject({ type: 'reply' });
  for (const socket of sockets) socket.destroy();
});

test('A message that is too large ends the connection, and the others go on', async () => {
  const other = await openWindow();
  await call(other, 1, 'hello', {});
  const window = await openWindow();
  window.send(new Uint8Array(MAX_PAYLOAD + 1));
  expect(await window.closed).toBe(1009);
  expect(await call(other, 2, 'getWorkbook', {})).toMatchObject({ type: 'reply' });
});

test.each([
  ['text instead of a frame', '{"type":"request"}', 1003],
  ['an empty frame', new Uint8Array(0), 1008],
  ['noise', Uint8Array.from({ length: 64 }, (_, i) => (i * 77) % 256), 1008],
  ['a header longer than the frame', Uint8Array.of(255, 255, 255, 127, 0, 0, 0, 0), 1008],
  ['a frame cut short', encodeFrame({ type: 'request', id: 1, kind: 'hello', args: {} }).slice(0, 20), 1008],
  ['a reply', encodeFrame({ type: 'reply', id: 1, result: {} }), 1008],
  ['an event', encodeFrame({ type: 'event', event: 'settings', data: { theme: 'dark', palette: 'greenRed' } }), 1008],
  [
    'an array beyond the frame',
    frameWithJson('{"type":"request","id":1,"kind":"hello","args":{"$array":["f32",0,1000]}}'),
    1008,
  ],
  [
    'an array at an odd place',
    frameWithJson('{"type":"request","id":1,"kind":"hello","args":{"$array":["f32",-8,1]}}'),
    1008,
  ],
])('A connection that sends %s is ended', async (_what, data, code) => {
  const window = await openWindow();
  window.send(data);
  expect(await window.closed).toBe(code);
});

function frameWithJson(json: string): Uint8Array {
  const padded = json.padEnd(Math.ceil((json.length + 4) / 8) * 8 - 4);
  const frame = new Uint8Array(4 + padded.length);
  new DataView(frame.buffer).setUint32(0, padded.length, true);
  frame.set(Buffer.from(padded), 4);
  return frame;
}

test.each([
  ['load', { from: 'template', template: 'lesson3' }],
  ['write', { path: '/tmp/written-by-a-window.convsheet' }],
  ['bytes', {}],
  ['setModified', { modified: false }],
  ['dropClient', {}],
  ['toString', {}],
  ['__proto__', {}],
  ['constructor', {}],
  ['nonsense', {}],
])('A window may not send "%s"', async (kind, args) => {
  const window = await openWindow();
  await call(window, 1, 'hello', {});
  expect(await call(window, 2, kind, args)).toEqual({
    type: 'error',
    id: 2,
    sentence: `The request "${kind}" was refused: a window may not send it.`,
    expected: true,
  });
});

test('Arguments that do not fit are refused and name what is wrong', async () => {
  const window = await openWindow();
  await call(window, 1, 'hello', {});
  const refused = await call(window, 2, 'change', {
    label: 'x',
    changes: [{ kind: 'values', edits: [{ tensor: 'conv1/kernel', indices: [0], values: [1] }] }],
  });
  expect(refused).toMatchObject({ type: 'error', expected: true });
  expect(english((refused as { sentence: Sentence }).sentence)).toContain(
    'The request "change" was refused: changes.0.edits.0.indices',
  );
  expect(await call(window, 3, 'openFile', { path: '../../etc/passwd' })).toMatchObject({
    sentence: '../../etc/passwd is not a whole path. Choose a file by its full path.',
  });
  expect(await call(window, 4, 'openFile', { path: '/etc/passwd' })).toMatchObject({
    sentence: 'passwd is not the name of a ConvSheet file. Choose a name that ends in .convsheet.',
  });
  expect(await call(window, 5, 'openLink', { url: 'https://evil.example/' })).toMatchObject({ type: 'error' });
  expect(await call(window, 6, 'openLink', { url: 'file:///etc/passwd' })).toMatchObject({ type: 'error' });
});

test('Bytes that are no HTTP do not disturb the server', async () => {
  const answer = await new Promise<string>(resolve => {
    let text = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write('\x16\x03\x01\x02\x00\x01\r\n\r\n'));
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.on('close', () => resolve(text));
  });
  expect(answer).toBe('');
  const { cookie, home } = await signIn();
  expect((await ask(home, { cookie })).status).toBe(200);
});
