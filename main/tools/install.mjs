import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Whether node_modules has the versions of package-lock.json. It compares contents and not times, because a checkout
 *  gives package-lock.json a new time. Optional packages may be missing, such as those for other platforms. */
export function isInstalled(folder = root) {
  const installedPath = `${folder}node_modules/.package-lock.json`;
  if (!existsSync(installedPath)) return false;
  const installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(`${folder}package-lock.json`, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version : optional;
  });
}

/** Runs `npm ci` if packages are missing. Its output goes to stderr. Throws if it fails. */
export function ensureInstalled() {
  if (isInstalled()) return;
  process.stderr.write('Installing the packages ConvSheet is made of (npm ci)…\n');
  // On Windows npm is a .cmd file, which only a shell can run.
  const { status, error } = spawnSync('npm ci', { cwd: root, shell: true, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    throw new Error(
      `The packages could not be installed: npm ci ` +
        `${error ? `could not be started (${error.message})` : `ended with status ${status}`}. ` +
        'Check the connection to the npm registry and try again.',
    );
  }
}
