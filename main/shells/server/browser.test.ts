import { expect, test } from 'vitest';
import { findBrowser, findHeadlessShell, hasDisplay, type Machine } from './browser.ts';

const machine = (platform: NodeJS.Platform, files: string[], environment = {}): Machine => ({
  platform,
  environment,
  home: platform === 'win32' ? 'C:\\Users\\ada' : '/Users/ada',
  exists: path => files.includes(path),
});

test('Browsers are found where each operating system has them', () => {
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const own = '/Users/ada/Applications/Chromium.app/Contents/MacOS/Chromium';
  const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
  const windows = { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)', PROGRAMFILES: 'C:\\Program Files' };
  expect([
    findBrowser(machine('linux', ['/usr/bin/chromium', '/usr/bin/google-chrome'])),
    findBrowser(machine('linux', ['/opt/tools/google-chrome'], { PATH: 'relative:/opt/tools' })),
    findBrowser(machine('linux', ['relative/chromium'], { PATH: 'relative' })),
    findBrowser(machine('darwin', [own, mac])),
    findBrowser(machine('darwin', [own])),
    findBrowser(machine('win32', [edge], windows)),
    findBrowser(machine('win32', [], {})),
  ]).toEqual(['/usr/bin/chromium', '/opt/tools/google-chrome', undefined, mac, own, edge, undefined]);
});

test('CHROME_PATH names the browser, or none where it is wrong', () => {
  const files = ['/usr/bin/chromium', '/my/chrome'];
  expect(findBrowser(machine('linux', files, { CHROME_PATH: '/my/chrome' }))).toBe('/my/chrome');
  expect(findBrowser(machine('linux', files, { CHROME_PATH: '/wrong' }))).toBeUndefined();
});

test('Stories take a browser without windows if there is one, unless CHROME_PATH names another', () => {
  const files = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'];
  expect(findHeadlessShell(machine('linux', files))).toBe('/usr/bin/chromium-headless-shell');
  expect(findHeadlessShell(machine('linux', files, { CHROME_PATH: '/usr/bin/chromium' }))).toBeUndefined();
  expect(findHeadlessShell(machine('linux', ['/usr/bin/chromium']))).toBeUndefined();
});

test('Only Linux can be without a display', () => {
  expect([
    hasDisplay(machine('linux', [])),
    hasDisplay(machine('linux', [], { DISPLAY: '' })),
    hasDisplay(machine('linux', [], { DISPLAY: ':0' })),
    hasDisplay(machine('linux', [], { DISPLAY: '', WAYLAND_DISPLAY: 'wayland-0' })),
    hasDisplay(machine('darwin', [])),
    hasDisplay(machine('win32', [])),
  ]).toEqual([false, false, true, true, true, true]);
});
