import { defineConfig } from '@playwright/test';
import { findBrowser, findHeadlessShell } from '../main/shells/server/browser.ts';

// Without the frame of a window, the same browser takes a quarter less of the processor.
const executablePath = findHeadlessShell() ?? findBrowser();
if (!executablePath)
  throw new Error(
    'No Chromium, Chrome or Edge was found. Install one (Debian: apt-get install chromium), or name it in CHROME_PATH.',
  );

export default defineConfig({
  testDir: '.',
  testMatch: '*.story.ts',
  outputDir: '../.build/playwright',
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // A generous limit: a slow machine may need it, and a fast one doesn't wait.
  timeout: 600_000,
  expect: { timeout: 90_000, toPass: { timeout: 120_000 } },
  projects: [{ name: 'browser' }],
  use: {
    // Between two stories, what the browser remembers is deleted.
    reuseContext: true,
    viewport: { width: 1600, height: 1000 },
    colorScheme: 'light',
    locale: 'en-US',
    actionTimeout: 90_000,
    launchOptions: {
      executablePath,
      args: ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    },
  },
});
