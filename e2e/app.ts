import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type BrowserContext, expect, type Page, test as base } from '@playwright/test';
import { killProcess, type Shell, startShell } from './shell.ts';
import { SheetPage } from './sheet-page.ts';

export { expect } from '@playwright/test';

/** The running app of a story, and the user's folders. Every problem that a window reports fails the story at its
 *  end. */
type App = {
  /** The user's home folder, where file dialogs begin. */
  readonly home: string;
  readonly shell: Shell;
  /** Starts the app with a file or template (or without), and opens its window. */
  start(target?: string, options?: readonly string[]): Promise<SheetPage>;
  /** Opens another window of the running app. */
  openWindow(): Promise<SheetPage>;
  /** Kills the engine process. */
  killEngine(): void;
  /** Allows problems that belong to the story, such as the browser's report that a server is gone. */
  expectProblems(matching: RegExp): void;
};

type Fixtures = {
  /** What the app is started with for `sheet`. */
  target: string;
  app: App;
  /** The window of an app that was just started. */
  sheet: SheetPage;
};

/** Milliseconds by which answers come late at most, each by a random time, in their order. With it (STORIES_LATE=1500
 *  npm run stories), stories and app show what they do wrongly when something is done before an answer has come. */
const LATE = Number(process.env.STORIES_LATE ?? 0);

export const test = base.extend<Fixtures>({
  target: ['lesson3', { option: true }],
  app: async ({ context }, use) => {
    if (LATE > 0) await answerLate(context);
    const folder = await mkdtemp(join(tmpdir(), 'convsheet-story-'));
    const home = join(folder, 'home');
    await mkdir(home);
    // As long as one page stays, the next story's windows need no new process of the browser.
    const blank = context.pages()[0] ?? (await context.newPage());
    const problems = await listenForProblems(context);
    const expected: RegExp[] = [];
    let shell: Shell | undefined;
    const running = () => {
      if (!shell) throw new Error('The app is not running.');
      return shell;
    };
    const openWindow = async () => {
      const page = await context.newPage();
      await page.goto(await running().link());
      const sheet = new SheetPage(page);
      await sheet.ready();
      return sheet;
    };
    await use({
      home,
      get shell() {
        return running();
      },
      async start(target, options = []) {
        await shell?.stop();
        shell = await startShell([...(target === undefined ? [] : [target]), ...options], join(folder, 'state'), home);
        return openWindow();
      },
      openWindow,
      killEngine() {
        const pid = running().enginePid();
        if (pid === undefined) throw new Error('There is no engine process.');
        killProcess(pid);
      },
      expectProblems: matching => void expected.push(matching),
    });
    await Promise.all(context.pages().flatMap(page => (page === blank ? [] : page.close())));
    await context.clearPermissions();
    await shell?.stop();
    await rm(folder, { recursive: true, force: true });
    expect(problems().filter(problem => !expected.some(each => each.test(problem)))).toEqual([]);
  },
  sheet: async ({ app, target }, use) => {
    await use(await app.start(target));
  },
});

async function answerLate(context: BrowserContext): Promise<void> {
  await context.routeWebSocket('**/socket', window => {
    const shell = window.connectToServer();
    window.onMessage(frame => shell.send(frame));
    let before = Promise.resolve();
    shell.onMessage(frame => {
      const late = setTimeout(Math.random() * LATE);
      before = before.then(() => late).then(() => window.send(frame));
    });
  });
}

/** Collects the problems of all pages: console errors, uncaught errors, violations of the content security policy,
 *  crashes. */
async function listenForProblems(context: BrowserContext): Promise<() => string[]> {
  const problems: string[] = [];
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`CSP violation: ${violatedDirective} ${blockedURI}`),
    );
  });
  context.on('console', message => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', error => problems.push(`uncaught: ${error.error().stack ?? error.error().message}`));
  context.on('page', (page: Page) => page.on('crash', () => problems.push('the page crashed')));
  return () => problems;
}
