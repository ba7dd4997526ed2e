import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** The files of the page, and what the page may do. This is the same in both shells. */

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.pdf': 'application/pdf',
};

export type RendererFile = { bytes: Buffer<ArrayBuffer>; type: string };

/** The file of the built renderer at a URL's path ('/' is index.html). undefined for folders, for unknown types, and
 *  for everything outside (by '..', an encoded separator or a link). */
export async function readRendererFile(
  folder: string,
  urlPath: string,
  language?: string,
): Promise<RendererFile | undefined> {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
  if (!path.startsWith('/') || /[\0\\:]/.test(path)) return undefined;
  if (path.split('/').some(part => part.startsWith('.'))) return undefined;
  const type = TYPES[path === '/' ? '.html' : extname(path)];
  if (!type) return undefined;
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, path === '/' ? 'index.html' : path));
    if (!file.startsWith(root + sep) || !(await stat(file)).isFile()) return undefined;
    const bytes = await readFile(file);
    if (language === undefined || type !== TYPES['.html']) return { bytes, type };
    // The page must know its language before it shows anything.
    const page = bytes.toString('utf8').replace('<html lang="en">', `<html lang="en" data-language="${language}">`);
    return { bytes: Buffer.from(page), type };
  } catch {
    return undefined;
  }
}

/** The security headers of every answer. `connect`: what the page may connect to besides its own origin. */
export function securityHeaders(connect = ''): Record<string, string> {
  const policy = [
    "default-src 'none'",
    // An encoder of sound is WebAssembly. Texts still can't be run as code.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    `connect-src 'self'${connect && ` ${connect}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    // The page alone may record: the voice, and its own picture.
    'Permissions-Policy':
      'microphone=(self), display-capture=(self), camera=(), geolocation=(), hid=(), serial=(), usb=()',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  };
}
