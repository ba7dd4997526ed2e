import * as electron from 'electron';
import { fileURLToPath } from 'node:url';
import { stateFolderPath } from '../state.ts';
import { createShell } from './shell.ts';

const built = (path: string) => fileURLToPath(new URL(path, import.meta.url));

createShell(electron, {
  folder: stateFolderPath(),
  renderer: built('../renderer/'),
  preload: built('preload.cjs'),
  engine: built('engine-process.mjs'),
  // In a checkout, the first argument is the app's folder.
  args: process.argv.slice(electron.app.isPackaged ? 1 : 2),
  workingFolder: process.cwd(),
}).catch((error: Error) => {
  electron.dialog.showErrorBox('ConvSheet', error.message);
  electron.app.exit(1);
});
