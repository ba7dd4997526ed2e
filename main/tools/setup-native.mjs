/** `npm run setup:native [-- --within=SECONDS]`: makes @tensorflow/tfjs-node work, a second engine for training. If it
 *  works already, nothing happens. It first tries the vendor's own way. If that host doesn't answer, it compiles the
 *  package against the TensorFlow inside the Python package tensorflow-cpu (Linux only; 853 MB in node_modules). */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { refuseOldNode } from './node-version.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TENSORFLOW = 'tensorflow-cpu==2.21.0';
/** Only the C library is used, so any Python can fetch it. TensorFlow 2.21 was published for this version, among
 *  others. */
const PUBLISHED_FOR_PYTHON = '3.11';
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** How many milliseconds the vendor's host has to answer. */
const ANSWER_WITHIN = 5_000;
/** When to give up: `--within=SECONDS` after the start, else after half an hour, which a slow connection may need. */
const within = process.argv[2]?.match(/^--within=(\d+)$/)?.[1] ?? 1800;
const deadline = Date.now() + within * 1000;

/** Extracts the library and the headers of its C interface from a wheel: WHEEL FOLDER. */
const UNPACK = `
import sys, zipfile
wanted = (${LIBRARIES.map(name => `'${name}'`).join(', ')}, 'include/tensorflow/c/', 'include/xla/tsl/c/',
          'include/tensorflow/core/platform/ctstring', 'include/tsl/platform/ctstring')
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in wheel.namelist():
        if name.startswith(tuple('tensorflow/' + each for each in wanted)):
            wheel.extract(name, sys.argv[2])
`;

refuseOldNode();
try {
  ensureInstalled();
  const version = await setUp(findPackage());
  process.stderr.write(`The native engine is ready: TensorFlow ${version}.\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Where the package is, and where it looks for its binding. npm leaves an optional package out if it is told to, or if
 *  the package's own install program failed. */
function findPackage() {
  try {
    const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json');
    const { binary } = JSON.parse(readFileSync(manifest, 'utf8'));
    const napi = Math.max(...binary.napi_versions.filter(version => version <= Number(process.versions.napi)));
    const folder = dirname(manifest);
    return { folder, napi, binding: join(folder, 'lib', `napi-v${napi}`, 'tfjs_binding.node'), vendor: binary.host };
  } catch {
    throw new Error(
      'The package @tensorflow/tfjs-node is not in node_modules. Run npm ci --include=optional, then this again.',
    );
  }
}

/** Sets the engine up and returns its version of TensorFlow. Throws a sentence that says what prevents it. */
async function setUp(target) {
  const present = loadedVersion(target);
  if (present) return present;
  const reasons = [];
  for (const attempt of [setUpByVendor, setUpFromWheel]) {
    try {
      await attempt(target);
      const version = loadedVersion(target);
      if (version) return version;
      reasons.push('What was built does not load on this computer.');
    } catch (error) {
      reasons.push(error.message);
    }
  }
  throw new Error(
    `The native engine could not be set up. ${reasons.join(' ')} Everything works without it; only training may be ` +
      'slower.',
  );
}

/** The version that loads, found in a process of its own, because a wrong library may end the process. */
function loadedVersion({ binding }) {
  if (!existsSync(binding)) return undefined;
  const script = 'process.stdout.write(require(process.argv[1]).TF_Version)';
  const { status, stdout } = spawnSync(process.execPath, ['-e', script, binding], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

/** Runs the program that npm would have run at installation. */
async function setUpByVendor({ folder, vendor }) {
  const { host } = new URL(vendor);
  try {
    await fetch(vendor, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_WITHIN) });
  } catch {
    throw new Error(`${host}, from where it is downloaded, can't be reached.`);
  }
  process.stderr.write(`Downloading TensorFlow from ${host}…\n`);
  const programs = join(root, 'node_modules', '.bin');
  run(`It can't be installed from ${host}`, process.execPath, ['scripts/install.js'], {
    cwd: folder,
    env: { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH}` },
  });
}

/** Compiles the package's binding against the TensorFlow of a wheel. */
function setUpFromWheel({ folder, napi, binding }) {
  if (process.platform !== 'linux') throw new Error('From a Python package it can be built on Linux only.');
  const compiler = process.env.CXX || 'g++';
  const headers = join(dirname(realpathSync(process.execPath)), '..', 'include', 'node');
  const missing = [
    [starts('python3', '-m', 'pip', '--version'), 'Python with pip (Debian: python3-pip)'],
    [starts(compiler, '--version'), 'a C++ compiler (Debian: g++)'],
    [existsSync(join(headers, 'node_api.h')), `Node's header ${join(headers, 'node_api.h')}`],
  ].flatMap(([present, what]) => (present ? [] : [what]));
  if (missing.length > 0) throw new Error(`To build it from a Python package, this is missing: ${missing.join(', ')}.`);

  // In the package's own folder, because the temporary one may be too small, or on another disk.
  const deps = join(folder, 'deps');
  const work = join(deps, 'wheel');
  const libraries = join(deps, 'lib');
  for (const each of [deps, binding]) rmSync(each, { recursive: true, force: true });
  for (const each of [work, libraries, dirname(binding)]) mkdirSync(each, { recursive: true });
  try {
    process.stderr.write(`Downloading ${TENSORFLOW} with pip (about 270 MB)…\n`);
    const only = ['--no-deps', '--only-binary=:all:', `--python-version=${PUBLISHED_FOR_PYTHON}`];
    const patience = ['--retries=0', '--timeout=15', '--disable-pip-version-check'];
    const download = ['-m', 'pip', 'download', '--quiet', ...patience, ...only, `--dest=${work}`, TENSORFLOW];
    run(`pip can't get ${TENSORFLOW}`, 'python3', download);

    process.stderr.write('Unpacking…\n');
    const wheel = readdirSync(work).find(name => name.endsWith('.whl'));
    run("The Python package can't be unpacked", 'python3', ['-c', UNPACK, join(work, wheel), work]);
    for (const name of LIBRARIES) renameSync(join(work, 'tensorflow', name), join(libraries, name));

    process.stderr.write('Compiling…\n');
    // The file that is checked for comes last and complete, so that an interrupted run doesn't look finished.
    const unfinished = join(work, 'tfjs_binding.node');
    const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map(name => join(folder, 'binding', name));
    const language = ['-std=c++17', '-O2', `-DNAPI_VERSION=${napi}`];
    const included = [`-I${join(work, 'tensorflow', 'include')}`, `-I${headers}`];
    const linked = [`-L${libraries}`, ...LIBRARIES.map(name => `-l:${name}`), '-Wl,-rpath,$ORIGIN/../../deps/lib'];
    const output = ['-shared', '-fPIC', '-o', unfinished];
    run("It can't be compiled", compiler, [...language, ...included, ...sources, ...linked, ...output]);
    renameSync(unfinished, binding);
  } finally {
    rmSync(existsSync(binding) ? work : deps, { recursive: true, force: true });
  }
}

function starts(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Runs a program silently. If it fails, throws a sentence from `otherwise` with the last line of its output. */
function run(otherwise, program, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    ...options,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: Math.max(1, deadline - Date.now()),
    killSignal: 'SIGKILL',
  });
  if (status === 0) return;
  if (error?.code === 'ETIMEDOUT') throw new Error(`${otherwise} (it took too long).`);
  const last = `${stdout}\n${stderr}`.trim().split('\n').at(-1);
  throw new Error(`${otherwise} (${error?.message ?? (last || `status ${status}`)}).`);
}
