/** `npm test`: installs what is missing, builds, checks types, lint and format, and runs the unit tests and the browser
 *  stories. Its last line is "N passed, N failed". Every check and every test counts as one; a runner that crashed
 *  counts as one failure. The numbers come from the runners' own reports. */
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { ensureInstalled } from './install.mjs';
import { refuseOldNode } from './node-version.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const reports = join(root, '.build', 'reports');
/** Milliseconds after which a step counts as hung. */
const STEP_WITHIN = 50 * 60_000;
/** How many seconds the set-up of the native engine may take. */
const NATIVE_WITHIN = 300;

refuseOldNode();
const programs = installPrograms();
try {
  ensureInstalled();
} catch (error) {
  process.stderr.write(`${error.message}\n0 passed, 1 failed\n`);
  process.exit(1);
}
const native = setUpNative();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const total = { passed: 0, failed: 0, skipped: 0 };
/** The names of what failed. They are printed again at the end. */
const failures = [];
const add = ({ passed, failed, skipped = 0, names = [] }) => {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  failures.push(...names);
};

await check('build', 'main/tools/build.mjs');
await programs;
// Stories run beside the rest, so that one has the cores while the other waits. What they print is shown afterwards.
const turn = new EventEmitter();
const stories = tests(
  'stories',
  storyCounts,
  ['node_modules/@playwright/test/cli.js', 'test', '--config=e2e/playwright.config.ts', '--reporter=list,json'],
  once(turn, 'stories'),
);
await check('types', 'node_modules/typescript/bin/tsc', '-b');
await check('lint', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings');
await check('format', 'node_modules/@biomejs/biome/bin/biome', 'format', '.');
await native;
await tests('unit', unitCounts, [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config=main/tools/vitest.config.ts',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${join(reports, 'unit.json')}`,
]);
turn.emit('stories');
await stories;

for (const name of failures) console.log(`failed: ${name}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`Done after ${seconds()} s.`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** A step that passes or fails as a whole. */
async function check(name, script, ...args) {
  heading(name);
  const reason = await run([script, ...args]);
  add(reason ? { passed: 0, failed: 1, names: [`${name}: ${reason}`] } : { passed: 1, failed: 0 });
}

/** A runner that reports each test. It also counts as failed if it ended with an error but without a failed test. What
 *  it prints is shown from `turn` on, or at once without one. */
async function tests(name, count, command, turn) {
  const begun = seconds();
  const output = turn && heldOutput();
  const ended = run(command, output?.write);
  await turn;
  heading(name, begun);
  output?.show();
  const reason = await ended;
  let counts;
  try {
    counts = count(JSON.parse(readFileSync(join(reports, `${name}.json`), 'utf8')));
  } catch (error) {
    counts = { passed: 0, failed: 0, names: [`${name}: the runner left no report (${error.message})`] };
  }
  if (counts.failed === 0 && (reason || counts.passed === 0))
    counts = { ...counts, failed: 1, names: [...counts.names, `${name}: ${reason ?? 'no test ran'}`] };
  add(counts);
}

/** Vitest's counts. A file that couldn't be loaded has no tests, but counts as a failure. */
function unitCounts({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + numTodoTests,
    names: testResults.flatMap(({ name, assertionResults }) => {
      const file = relative(root, name);
      if (broken.some(each => each.name === name)) return [file];
      return assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${file} › ${fullName}: ${firstLine(failureMessages[0])}`);
    }),
  };
}

/** Playwright's counts. A story that passed only at the second try counts as failed. */
function storyCounts({ stats, errors, suites }) {
  const names = [];
  const visit = suite => {
    for (const { title, file, line, tests: runs } of suite.specs ?? [])
      for (const { status, results } of runs)
        if (status === 'unexpected' || status === 'flaky')
          names.push(`${file}:${line} › ${title}: ${firstLine(results.find(({ error }) => error)?.error.message)}`);
    suite.suites?.forEach(visit);
  };
  suites.forEach(visit);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
    names: [...names, ...errors.map(({ message }) => firstLine(message))],
  };
}

/** The first line of a failure, without terminal colours. */
function firstLine(message = 'no message') {
  return stripVTControlCharacters(message).split('\n')[0];
}

/** Since the start. */
function seconds() {
  return Math.round(performance.now() / 1000);
}

function heading(name, begun = seconds()) {
  console.log(`\n── ${name}, after ${begun} s`);
}

/** Text that is kept until it is to be shown. What is written later is shown at once. */
function heldOutput() {
  const kept = [];
  let write = text => kept.push(text);
  return {
    write: text => write(text),
    show() {
      write = text => process.stdout.write(text);
      kept.forEach(write);
    },
  };
}

/** Runs a script with Node. Shows its output, or gives it to `output`. Returns the reason if it failed. */
function run([script, ...args], output) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: output ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, 'stories.json') },
    });
    child.stdout?.on('data', output);
    child.stderr?.on('data', output);
    const timer = setTimeout(() => child.kill('SIGKILL'), STEP_WITHIN);
    child.on('error', error => resolve(error.message));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : signal ? `ended by ${signal}` : `exit status ${code}`);
    });
  });
}

/** Sets up the native engine, so that the tests cover it too, if programs may be installed. Most of it is a download,
 *  so the checks run meanwhile. */
async function setUpNative() {
  if (!mayInstall()) return;
  const setUp = spawn(process.execPath, ['main/tools/setup-native.mjs', `--within=${NATIVE_WITHIN}`], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(setUp, 'exit');
  if (status !== 0) console.log('The tests of the native engine are skipped.');
}

/** Installs browsers for the tests, LibreOffice for a test of formulas and FFmpeg for a test of films, from Debian's
 *  packages if that is allowed. The packages from npm are installed meanwhile. What is missing in the end is told. */
async function installPrograms() {
  const missing = [
    ...(hasBrowser() ? [] : ['chromium']),
    ...(hasShell() ? [] : ['chromium-headless-shell']),
    ...(hasOffice() ? [] : ['libreoffice-calc']),
    ...(findProgram('ffprobe') ? [] : ['ffmpeg']),
  ];
  if (missing.length > 0 && mayInstall()) {
    console.log(`Installing ${missing.join(' and ')} from Debian's packages…`);
    const install = name => `apt-get install -y --no-install-recommends ${name}`;
    // One process for all: this one is busy with npm. A package that isn't there doesn't keep the others away.
    const apt = spawn('sh', ['-c', ['apt-get update', ...missing.map(install)].join('; ')], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    await once(apt, 'exit');
  }
  if (!hasShell() && !hasBrowser())
    console.log(
      'Chromium was not found: the browser stories will fail. Install it (Debian: apt-get install chromium), or name ' +
        'one in CHROME_PATH.',
    );
  if (!hasOffice())
    console.log(
      'LibreOffice was not found: the test that recalculates the sheet with it is skipped. Install it (Debian: ' +
        'apt-get install libreoffice-calc).',
    );
  if (!findProgram('ffprobe'))
    console.log('FFmpeg was not found: no film is decoded. Install it (Debian: apt-get install ffmpeg).');
}

function hasBrowser() {
  if (process.env.CHROME_PATH) return existsSync(process.env.CHROME_PATH);
  return findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
}

/** Chromium without windows takes less of the processor than Chromium does. */
function hasShell() {
  return process.env.CHROME_PATH || findProgram('chromium-headless-shell', 'chrome-headless-shell');
}

function hasOffice() {
  return findProgram('soffice', 'libreoffice');
}

/** Whether programs may be installed: as root on Debian, which is a machine for tests and not somebody's own. */
function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && findProgram('apt-get');
}

function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.some(name => folders.some(folder => folder && existsSync(join(folder, name))));
}
