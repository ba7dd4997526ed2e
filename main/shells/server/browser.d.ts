import { type ChildProcess } from 'node:child_process';
/** What the search for a browser depends on. */
export type Machine = {
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
  home: string;
  exists: (path: string) => boolean;
};
export declare const thisMachine: Machine;
/** The program of an installed Chromium, Chrome or Edge; undefined where there is none. CHROME_PATH goes first. */
export declare function findBrowser({ platform, environment, home, exists }?: Machine): string | undefined;
/** Whether a window can be shown at all. */
export declare function hasDisplay({ platform, environment }?: Machine): boolean;
/** Opens an address as a window of its own, without tabs or address bar. The profile is ours alone: cookies know no ports, and the process then lives as long as the window. */
export declare function openAppWindow(browser: string, url: string, profile: string): ChildProcess;
