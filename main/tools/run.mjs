/** `node main/tools/run.mjs NAME ARGUMENT…`: installs what is missing, builds what is stale (with messages on stderr),
 *  and runs .build/main/NAME.mjs in this process, so that exit status and signals are the command's own. */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { refuseOldNode } from './node-version.mjs';

const [name, ...args] = process.argv.slice(2);
const built = fileURLToPath(new URL(`../../.build/main/${name}.mjs`, import.meta.url));

const runnable = { cli: 'cli', fuzz: 'fuzz', server: 'server', electron: 'electron', 'engine-process': 'engine' };
refuseOldNode();
try {
  if (!runnable[name])
    throw new Error(`Nothing is called "${name}"; choose among ${Object.keys(runnable).join(', ')}.`);
  ensureInstalled();
  // Imported only now, because a fresh clone has no esbuild before the line above.
  const { ensureBuilt, targetNames } = await import('./build.mjs');
  // Benchmarks and films run the whole app; everything else needs one bundle.
  const isWhole = name === 'cli' && args.some(word => word === 'bench' || word === 'export');
  const needed = isWhole ? targetNames.filter(target => target !== 'electron') : [runnable[name]];
  await ensureBuilt(needed);
  if (!existsSync(built)) throw new Error(`The build made no ${built}.`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
// npm runs scripts in the project's folder, but paths are relative to the user's folder.
const { INIT_CWD, npm_lifecycle_script: script } = process.env;
if (INIT_CWD && script?.includes('run.mjs')) process.chdir(INIT_CWD);
process.argv = [process.argv[0], built, ...args];
await import(pathToFileURL(built).href);
