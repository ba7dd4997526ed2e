import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The tool, copied to a project of its own with a package whose vendor can't be reached. */
const tools = fileURLToPath(new URL('.', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'convsheet-native-'));
const native = join(project, 'node_modules', '@tensorflow', 'tfjs-node');
const programs = join(project, 'programs');
afterAll(() => rmSync(project, { recursive: true }));

beforeAll(() => {
  write('package-lock.json', '{"packages":{}}');
  write('node_modules/.package-lock.json', '{"packages":{}}');
  for (const name of ['setup-native.mjs', 'install.mjs', 'node-version.mjs']) {
    write(join('main', 'tools', name), '');
    copyFileSync(join(tools, name), join(project, 'main', 'tools', name));
  }
  const binary = { host: 'http://127.0.0.1:1/', napi_versions: [7, 8] };
  write(join(native, 'package.json'), JSON.stringify({ version: '0.0.0', binary }));
});

function write(path: string, content: string): void {
  const whole = path.startsWith(project) ? path : join(project, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
}

function program(name: string, script: string): void {
  write(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

function setUp(path: string) {
  const { CXX: _, ...environment } = process.env;
  const env = { ...environment, PATH: path };
  const { status, stderr, stdout } = spawnSync(process.execPath, ['main/tools/setup-native.mjs'], {
    cwd: project,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, said: stderr };
}

test.runIf(process.platform === 'linux')(
  'where neither the vendor nor a Python package can be had, a sentence says what is missing',
  () => {
    const { status, stdout, said } = setUp(programs);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(said).toMatch(
      /^The native engine could not be set up\. 127\.0\.0\.1:1, from where it is downloaded, can't be reached\./,
    );
    expect(said).toContain('this is missing: Python with pip (Debian: python3-pip), a C++ compiler (Debian: g++)');
    expect(said).toContain('Everything works without it');
  },
);

test.runIf(process.platform === 'linux')(
  'where pip has no such package, what pip says is passed on, and no half of it is left behind',
  () => {
    program('g++', 'exit 0');
    program('python3', 'case "$*" in *--version*) exit 0;; esac\necho "ERROR: No matching distribution" >&2\nexit 1');
    // Node's own header may be somewhere else, which gives another sentence.
    const { status, said } = setUp(`${programs}${delimiter}${process.env.PATH}`);
    expect(status).toBe(1);
    expect(said).toMatch(/pip can't get tensorflow-cpu==[\d.]+ \(ERROR: No matching distribution\)\.|Node's header/);
    expect(existsSync(join(native, 'deps'))).toBe(false);
  },
);

test('without the package, the sentence says how to install it', () => {
  rmSync(native, { recursive: true });
  const { status, said } = setUp(programs);
  expect(status).toBe(1);
  expect(said).toBe(
    'The package @tensorflow/tfjs-node is not in node_modules. Run npm ci --include=optional, then this again.\n',
  );
});
