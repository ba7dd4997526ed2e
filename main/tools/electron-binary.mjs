/** Finds Electron's program by its files. `require('electron')` would start a download, which can hang in some
 *  networks. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
/** How many milliseconds the one try to download it may take. */
const INSTALL_WITHIN = 60_000;

/** The path of the Electron program of the installed package. undefined if there is none. A folder in
 *  ELECTRON_OVERRIDE_DIST_PATH comes first. */
export function findElectron(
  environment = process.env,
  platform = process.platform,
  packageFolder = join(modules, 'electron'),
) {
  const usual = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[platform] ?? 'electron';
  const override = environment.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const program = join(override, usual);
    return existsSync(program) ? program : undefined;
  }
  const read = name => {
    const path = join(packageFolder, name);
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
  };
  const installed = read('dist/version')?.replace(/^v/, '');
  if (installed === undefined || installed !== JSON.parse(read('package.json') ?? '{}').version) return undefined;
  const program = join(packageFolder, 'dist', read('path.txt') ?? usual);
  return existsSync(program) ? program : undefined;
}

/** Downloads Electron's program, once. A failure is remembered beside the packages, so that the next start doesn't wait
 *  again. `again`: try even so. */
export function installElectron(again) {
  const { version } = JSON.parse(readFileSync(join(modules, 'electron', 'package.json'), 'utf8'));
  const folder = join(modules, '.cache', 'convsheet');
  const remembered = join(folder, `electron-${version}-failed`);
  if (existsSync(remembered) && !again) return undefined;
  process.stderr.write('Downloading Electron (at most a minute)…\n');
  spawnSync(process.execPath, [join(modules, 'electron', 'install.js')], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: INSTALL_WITHIN,
    killSignal: 'SIGKILL',
  });
  const program = findElectron({});
  if (program) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(remembered, '');
  const instead = again ? '' : ' ConvSheet opens in a browser of this computer instead.';
  process.stderr.write(`Electron could not be downloaded.${instead}\n`);
  return undefined;
}
