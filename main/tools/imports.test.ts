import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What a folder may import. The first rule whose folder contains the importing file counts. `own`: folders and files
 *  of the project. `packages`: packages from outside. */
type Rule = { folder: string; own: string[]; packages: string[] };
/** Shells read and write files of their own. These say where the files that come along are, how a file is written
 *  whole, and why a disk refuses. */
const FILES_FOR_SHELLS = ['main/files/assets.ts', 'main/files/atomic.ts', 'main/files/file-error.ts'];
const RULES: Rule[] = [
  { folder: 'shared/lessons', own: ['shared'], packages: ['marked'] },
  { folder: 'shared', own: ['shared'], packages: ['valibot', '@borgar/fx'] },
  { folder: 'main/engine', own: ['shared', 'main/engine'], packages: ['node:', '@tensorflow/', 'hyperformula'] },
  { folder: 'main/files', own: ['shared', 'main/files'], packages: ['node:', 'fflate', 'valibot', 'sharp'] },
  {
    folder: 'main/shells/electron',
    own: ['shared', 'main/shells', ...FILES_FOR_SHELLS],
    packages: ['node:', 'electron'],
  },
  {
    folder: 'main/shells/server',
    own: ['shared', 'main/shells', ...FILES_FOR_SHELLS],
    packages: ['node:', 'ws'],
  },
  // electron: only types, which the compiler checks (verbatimModuleSyntax). esbuild: builds the stand-in engine of
  // tests.
  {
    folder: 'main/shells',
    own: ['shared', 'main/shells', ...FILES_FOR_SHELLS],
    packages: ['node:', 'valibot', 'electron', 'esbuild'],
  },
  { folder: 'renderer/grid', own: ['shared', 'renderer'], packages: ['handsontable'] },
  { folder: 'renderer/parts/colour.ts', own: ['shared', 'renderer'], packages: ['d3'] },
  { folder: 'renderer/plots', own: ['shared', 'renderer'], packages: ['d3'] },
  { folder: 'renderer/layers/graph-view.ts', own: ['shared', 'renderer'], packages: ['d3'] },
  { folder: 'renderer/film/export', own: ['shared', 'renderer'], packages: ['mediabunny', '@mediabunny/aac-encoder'] },
  { folder: 'renderer/film/narration', own: ['shared', 'renderer'], packages: ['mediabunny'] },
  // virtual: made by vite.config.ts.
  {
    folder: 'renderer/film/forms',
    own: ['shared', 'renderer'],
    packages: ['gifenc', 'fflate', 'pdfkit', 'fontkit', 'virtual:film-page'],
  },
  { folder: 'renderer/film/web-page.ts', own: ['shared', 'renderer'], packages: ['virtual:film-page'] },
  { folder: 'renderer/vite.config.ts', own: [], packages: ['node:', 'vite', 'esbuild'] },
  { folder: 'renderer', own: ['shared', 'renderer'], packages: [] },
];

/** The rooms of each folder in their order. A room may import from rooms in its own line or before it. */
const ROOMS: Record<string, readonly (readonly string[])[]> = {
  'main/engine': [
    ['backend', 'kernels'],
    ['layers', 'batch', 'show'],
    ['formulas'],
    ['workbook'],
    ['training', 'data', 'evaluation'],
    ['host'],
  ],
  renderer: [
    ['core'],
    ['parts'],
    ['plots'],
    ['grid'],
    ['looks'],
    ['data'],
    ['explain'],
    ['evaluation'],
    ['training'],
    ['layers'],
    ['lessons'],
    ['film'],
    ['frame'],
  ],
};

/** Whether a file is only for tests and measurements. No build of the app contains these. */
const isForTests = (path: string) =>
  /\.(test|story)\.ts$|\/testing\/|^main\/engine\/oracle\/|^main\/(bench|fuzz)\/|^main\/fuzz\.ts$|^e2e\//.test(path);

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every source of a folder. */
function allSourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map(name => `${folder}/${name.split(sep).join('/')}`);
}

/** Every source of a folder without its tests, which may import everything. */
const sourcesOf = (folder: string) => allSourcesOf(folder).filter(name => !name.endsWith('.test.ts'));

/** What a file imports, with types. The project's own files are given by their paths. */
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
  // Checks that the search works: every folder imports from shared.
  expect(
    new Set(
      sources.filter(path => importsOf(path).some(name => within(name, 'shared'))).map(path => path.split('/')[0]),
    ),
  ).toEqual(new Set(['shared', 'main', 'renderer']));
});

test('Rooms of the engine and of the window import only rooms before them', () => {
  const broken = Object.entries(ROOMS).flatMap(([folder, lines]) => {
    const placeOf = (path: string) =>
      within(path, folder) ? lines.findIndex(rooms => rooms.includes(path.split('/')[folder.split('/').length])) : -1;
    return sourcesOf(folder)
      .filter(path => !isForTests(path) && placeOf(path) >= 0)
      .flatMap(path =>
        importsOf(path)
          .filter(imported => placeOf(imported) > placeOf(path))
          .map(name => [path, name]),
      );
  });
  expect(broken).toEqual([]);
  // Checks that every room has a place in the order.
  for (const [folder, lines] of Object.entries(ROOMS)) {
    const rooms = sourcesOf(folder)
      .filter(path => !isForTests(path))
      .map(path => path.slice(folder.length + 1));
    const found = rooms.filter(path => path.includes('/')).map(path => path.split('/')[0]);
    expect(found.filter(room => !lines.flat().includes(room))).toEqual([]);
  }
});

test('The app imports nothing that is there for tests', () => {
  const app = ['shared', 'main', 'renderer'].flatMap(allSourcesOf).filter(path => !isForTests(path));
  const broken = app.flatMap(path =>
    importsOf(path)
      .filter(imported => isForTests(imported) && !/^main\/commands\/(bench|command-line)\.ts$/.test(path))
      .map(imported => `${path} imports ${imported}`),
  );
  expect(broken).toEqual([]);
});

test('No file imports itself by way of others, types included', () => {
  const files = ['shared', 'main', 'renderer', 'e2e'].flatMap(allSourcesOf);
  const imports = new Map(files.map(path => [path, importsOf(path)]));
  expect(circlesOf(imports)).toEqual([]);
  // Checks that the search finds circles.
  expect(circlesOf(new Map(Object.entries({ a: ['b'], b: ['c', 'd'], c: ['a'], d: [] })))).toEqual([
    ['a', 'b', 'c', 'a'],
  ]);
});

/** The circles of imports, each as the files along it. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file]);
    else if (!done.has(file)) for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

test('Engine and files say nothing in the reader’s language: what they tell is data', () => {
  const sources = ['main/engine', 'main/files'].flatMap(sourcesOf).filter(path => !isForTests(path));
  expect(sources.filter(path => importsOf(path).includes('shared/messages.ts'))).toEqual([]);
  // Checks that the search finds a file that does.
  expect(importsOf('main/cli.ts')).toContain('shared/messages.ts');
});

test('The reference loops know neither the geometry nor the formulas they are held against', () => {
  const imported = importsOf('main/engine/oracle/reference.ts');
  expect(imported.filter(name => /geometry|formula|layout|lattice|forward|backend/.test(name))).toEqual([]);
  const ofTrees = importsOf('main/engine/oracle/reference-trees.ts');
  expect(ofTrees.filter(name => /geometry|walks|formula-tree|elementwise|engine.layers/.test(name))).toEqual([]);
});
