import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'convsheet-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Package = {
  version?: string;
  optional?: boolean;
  devOptional?: boolean;
  optionalDependencies?: Record<string, string>;
};

/** Runs the script in a process of its own, on a folder with these lock files. */
function isInstalled(wanted: Record<string, Package>, installed: Record<string, Package>): boolean {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  const script = `import { isInstalled } from ${JSON.stringify(new URL('install.mjs', import.meta.url).href)};
    console.log(isInstalled(${JSON.stringify(`${folder}/`)}));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }) === 'true\n';
}

test('packages count as installed when each is there in the version wanted, those of other platforms aside', () => {
  const biome = { 'node_modules/biome': { version: '2.0.0' } };
  const other = { 'node_modules/biome-win32': { version: '2.0.0', optional: true } };
  expect(isInstalled(biome, biome)).toBe(true);
  expect(isInstalled({ ...biome, ...other }, biome)).toBe(true);
  expect(isInstalled(biome, {})).toBe(false);
  expect(isInstalled(biome, { 'node_modules/biome': { version: '1.9.0' } })).toBe(false);
  expect(isInstalled({ ...biome, ...other }, { ...biome, 'node_modules/biome-win32': { version: '1.0.0' } })).toBe(
    false,
  );
  // A package that both an optional one and a build tool need.
  const shared = { 'node_modules/wrappy': { version: '1.0.2', devOptional: true } };
  expect(isInstalled({ ...biome, ...shared }, biome)).toBe(false);
});

test('package-lock.json names every optional package too, without which npm ci refuses to install', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Package>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(name => {
      // Node looks for packages in the package's own folder first, then in the folders around it.
      const folders = path
        .split('/node_modules/')
        .map((_, depth, all) => all.slice(0, depth + 1).join('/node_modules/'));
      return ![...folders.map(folder => `${folder}/`), ''].some(folder => packages[`${folder}node_modules/${name}`]);
    }),
  );
  expect(missing).toEqual([]);
});
