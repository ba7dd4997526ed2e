import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from './app.ts';

/** Sends a request that no browser would send. Returns everything that comes back until the server closes. */
async function ask(port: number, path: string, headers: Record<string, string>): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const lines = Object.entries({ Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  let answer = '';
  socket.on('data', chunk => (answer += chunk.toString('latin1')));
  await once(socket, 'close');
  return answer;
}

test('forged requests are refused while the page goes on working; a link works once', async ({
  app,
  sheet,
  context,
  browser,
}) => {
  const { host, port: portText, origin, pathname: home, hash } = new URL(sheet.page.url());
  // The window's key isn't in the address bar any more.
  expect(hash).toBe('');
  const port = Number(portText);
  const cookie = (await context.cookies(sheet.page.url())).map(({ name, value }) => `${name}=${value}`).join('; ');
  expect(cookie).not.toBe('');
  // Servers at other ports of this computer don't get the cookie.
  expect(await context.cookies(`http://127.0.0.1:${port + 1}/`)).toEqual([]);
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const forged: [what: string, path: string, headers: Record<string, string>, status: number][] = [
    ['the name of another host', home, { Host: `localhost:${port}`, Cookie: cookie }, 421],
    ['a name that leads here', home, { Host: `evil.example:${port}`, Cookie: cookie }, 421],
    ['a foreign origin', home, { Host: host, Cookie: cookie, Origin: 'https://evil.example' }, 403],
    ['another site', home, { Host: host, Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['no cookie', home, { Host: host }, 403],
    ['a wrong cookie', home, { Host: host, Cookie: cookie.slice(0, -4) }, 403],
    ['a made-up key', '/start?k=0123456789abcdef0123456789abcdef0123456789a', { Host: host }, 403],
    ['a file outside', `${home}..%2f..%2fpackage.json`, { Host: host, Cookie: cookie }, 404],
    [
      'a socket from elsewhere',
      `${home}socket`,
      { Host: host, Cookie: cookie, Origin: 'https://evil.example', ...upgrade },
      403,
    ],
    ['a socket without an origin', `${home}socket`, { Host: host, Cookie: cookie, ...upgrade }, 403],
    ['a socket without the cookie', `${home}socket`, { Host: host, Origin: origin, ...upgrade }, 403],
    ['a socket without its key', `${home}socket`, { Host: host, Cookie: cookie, Origin: origin, ...upgrade }, 403],
  ];
  for (const [what, path, headers, status] of forged) {
    expect((await ask(port, path, headers)).split(' ')[1], what).toBe(String(status));
  }
  const welcome = await ask(port, home, { Host: host, Cookie: cookie });
  expect(welcome).toContain('200 OK');
  expect(welcome.toLowerCase()).toContain("content-security-policy: default-src 'none'");

  expect(await sheet.page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  await sheet.typeIntoCell('AD11', '2');
  await sheet.expectValue('AD11', 2);
  expect(app.shell.output()).not.toContain('    at ');

  const { pathname, search } = new URL(await app.shell.link());
  const first = await ask(port, pathname + search, { Host: host });
  expect(first).toContain('303 See Other');
  expect(first).toContain('HttpOnly; SameSite=Strict');
  const second = await ask(port, pathname + search, { Host: host });
  expect(second).toContain('403');
  expect(second).not.toContain('Set-Cookie');

  // Somebody who has only seen the address bar gets a sentence.
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  await page.goto(sheet.page.url());
  await expect(page.locator('body')).toContainText('ConvSheet opens by the link it prints where it was started.');
  await stranger.close();
});
