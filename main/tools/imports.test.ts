import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Who may import whom. The first rule whose folder holds the importing file counts; `own` are folders and files of the
 *  project, `packages` what comes from outside. */
type Rule = { folder: string; own: string[]; packages: string[] };
const RULES: Rule[] = [
  { folder: 'shared', own: ['shared'], packages: ['valibot'] },
  { folder: 'main/engine', own: ['shared', 'main/engine'], packages: ['node:', '@tensorflow/', 'hyperformula'] },
  { folder: 'main/files', own: ['shared', 'main/files'], packages: ['node:', 'fflate', 'valibot', 'sharp'] },
  {
    folder: 'main/shells/electron',
    own: ['shared', 'main/shells', 'main/files/atomic.ts'],
    packages: ['node:', 'electron'],
  },
  {
    folder: 'main/shells/server',
    own: ['shared', 'main/shells', 'main/files/atomic.ts'],
    packages: ['node:', 'ws'],
  },
  // electron: for types only, which the compiler checks by verbatimModuleSyntax. esbuild: makes the stand-in engine of
  // the tests.
  {
    folder: 'main/shells',
    own: ['shared', 'main/shells', 'main/files/atomic.ts'],
    packages: ['node:', 'valibot', 'electron', 'esbuild'],
  },
  { folder: 'renderer/grid', own: ['shared', 'renderer'], packages: ['handsontable', 'd3'] },
  { folder: 'renderer/plots', own: ['shared', 'renderer'], packages: ['d3'] },
  { folder: 'renderer/vite.config.ts', own: [], packages: ['node:', 'vite'] },
  { folder: 'renderer', own: ['shared', 'renderer'], packages: [] },
];

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Sources of a folder, tests aside: those may look anywhere. */
function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
    .map(name => `${folder}/${name.split(sep).join('/')}`);
}

/** What a file imports, types included; of the project's own files the path. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const named = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm),
  ];
  return named
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic)
    .map(name => (name.startsWith('.') ? posix.normalize(posix.join(dirname(path), name)) : name));
}

const within = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

function mayImport(rule: Rule, imported: string): boolean {
  if (rule.packages.some(name => imported.startsWith(name))) return true;
  return rule.own.some(place => within(imported, place));
}

test('Every folder imports only what the architecture lets it', () => {
  const sources = ['shared', 'main/engine', 'main/files', 'main/shells', 'renderer'].flatMap(sourcesOf);
  const broken = sources.flatMap(path => {
    const rule = RULES.find(({ folder }) => within(path, folder))!;
    return importsOf(path)
      .filter(imported => !mayImport(rule, imported))
      .map(imported => `${path} imports ${imported}`);
  });
  expect(broken).toEqual([]);
  // The search itself finds something: every folder imports from shared.
  expect(
    new Set(
      sources.filter(path => importsOf(path).some(name => within(name, 'shared'))).map(path => path.split('/')[0]),
    ),
  ).toEqual(new Set(['shared', 'main', 'renderer']));
});

test('The reference loops know neither the geometry nor the formulas they are held against', () => {
  const imported = importsOf('main/engine/oracle/reference.ts');
  expect(imported.filter(name => /geometry|formula|layout|lattice|forward|backend/.test(name))).toEqual([]);
});
