/** `npm start [-- [FILE|TEMPLATE] [--shell=electron|server] [--no-open] [--port N] [--lang=system|en|de]]`: installs
 *  what is missing, builds what is stale and opens the app: in Electron if its program is there, else in a browser of
 *  this computer. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { refuseOldNode } from './node-version.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

refuseOldNode();
try {
  const { shell, args } = parse(process.argv.slice(2));
  ensureInstalled();
  // Imported only now, because a fresh clone has no esbuild before the line above.
  const { ensureBuilt } = await import('./build.mjs');
  const electron = await chooseElectron(shell, args);
  await ensureBuilt(['engine', electron ? 'electron' : 'server', 'renderer']);
  if (electron) runElectron(electron, args);
  else await runServer(args);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function parse(given) {
  const shells = given.filter(arg => arg.startsWith('--shell='));
  const shell = shells.at(-1)?.slice('--shell='.length);
  if (shell !== undefined && shell !== 'electron' && shell !== 'server')
    throw new Error(`There is no shell "${shell}"; choose --shell=electron or --shell=server.`);
  // npm runs this in the project's folder, but a file is relative to the user's folder.
  const from = process.env.INIT_CWD ?? process.cwd();
  const whole = arg => (!arg.startsWith('-') && existsSync(resolve(from, arg)) ? resolve(from, arg) : arg);
  return { shell, args: given.filter(arg => !shells.includes(arg)).map(whole) };
}

/** Electron's program, or undefined for the server shell. */
async function chooseElectron(shell, args) {
  if (shell === 'server') return undefined;
  const { findElectron, installElectron } = await import('./electron-binary.mjs');
  const found = findElectron();
  if (shell === 'electron') {
    const program = found ?? installElectron(true);
    if (!program) throw new Error('Electron is not there. Start with --shell=server, or without --shell.');
    return program;
  }
  // Only the server can do these, or no window can be opened anyway.
  const forServer = args.includes('--no-open') || args.includes('--port');
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const display = process.platform === 'win32' || process.platform === 'darwin' || DISPLAY || WAYLAND_DISPLAY;
  return forServer || !display ? undefined : (found ?? installElectron(false));
}

function runElectron(program, args) {
  const environment = { ...process.env };
  delete environment.ELECTRON_RUN_AS_NODE;
  // Chromium's sandbox refuses to run as root.
  const asRoot = process.platform === 'linux' && process.getuid() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(program, [...asRoot, root, ...args], { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', error => {
    process.stderr.write(`Electron could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
    process.exit();
  });
}

/** Runs the server in this process, so that signals and exit status are its own. */
async function runServer(args) {
  const built = `${root}.build/main/server.mjs`;
  process.argv = [process.argv[0], built, ...args];
  await import(pathToFileURL(built).href);
}
