import { describe, expect, test } from 'vitest';
import { type CellAddress, formatAddress } from '../address.ts';
import { type Cell, isFormula, type SheetCells } from '../cells.ts';
import { applyChange, type Change, type Content, inverseOf, narrowed, sheetIn } from '../change.ts';
import { english } from '../messages/render.ts';
import { describeTensors, type NetworkSpec, parseNetwork } from '../network.ts';
import { createRandom, type Random } from '../random.ts';
import { UserError } from '../errors.ts';
import { cellsOf, formulaOfCell, formulaOfElement } from '../formula/placed.ts';
import { referencesOf } from '../formula/expression.ts';
import { readFormula, writeFormula } from '../formula/typed.ts';
import { buildSheet } from '../layout/sheet.ts';
import { randomExample, randomNetwork } from '../testing/random-network.ts';
import { formulasOn, randomWritten } from '../testing/random-written.ts';
import { carriedOver } from './carry.ts';
import { checkWritten } from './check.ts';
import type { WrittenChange } from './kinds.ts';
import { NOTHING_FILMED } from './storyboard.ts';
import { changesOf, copyOfWritten, nothingWritten } from './written.ts';

const blankValues = (network: NetworkSpec) =>
  new Map(
    describeTensors(network)
      .filter(({ role }) => role !== 'computed')
      .map(({ id, size }) => [id, new Float32Array(size)]),
  );

function contentOf(network: NetworkSpec): Content {
  const rest = {
    classes: [],
    source: { kind: 'typed' as const },
    values: blankValues(network),
    runs: [],
    memory: undefined,
  };
  return { network, ...rest, fit: undefined, ...nothingWritten(), ...NOTHING_FILMED };
}
const snapshot = ({ network, sheets, formulas, names, comments }: Content) =>
  structuredClone({ network, sheets, formulas, names, comments });

/** Makes random changes; every few of them the network becomes another. */
function randomHistory(seed: number, steps: number) {
  const { sheet, random } = randomExample(seed, 'plain');
  const content = contentOf(sheet.network);
  const others = [sheet.network, parseNetwork(randomNetwork(createRandom(seed + 1))), grown(sheet.network)];
  const states = [snapshot(content)];
  const done: { change: Change; inverse: Change }[] = [];
  for (let step = 0; step < steps; step++) {
    const network = others[random.integer(others.length)];
    const change: Change =
      random.integer(12) === 0 ? { kind: 'network', network, values: [] } : randomWritten(content, random);
    const narrow = narrowed(content, change);
    if (!narrow) continue;
    done.push({ change: narrow, inverse: inverseOf(content, narrow) });
    applyChange(content, narrow);
    states.push(snapshot(content));
  }
  return { content, states, done };
}

/** The same network with more filters and units, where it can have them. */
function grown(network: NetworkSpec): NetworkSpec {
  const layers = network.layers.map(layer => {
    if (layer.kind === 'conv2d') return { ...layer, filters: layer.filters + 1 };
    return layer.kind === 'dense' ? { ...layer, units: layer.units + 2 } : layer;
  });
  try {
    const other = { ...network, layers };
    buildSheet(other);
    return other;
  } catch {
    return network;
  }
}

test('any changes and their inverses give the same workbook back; done again, the same again', () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 30; seed++) {
    const { content, states, done } = randomHistory(seed, 25);
    for (const { change } of done) kinds.add(change.kind);
    for (const [i, { inverse }] of [...done.entries()].reverse()) {
      applyChange(content, inverse);
      expect(snapshot(content), `seed ${seed}, step ${i}: ${done[i].change.kind}`).toEqual(states[i]);
    }
    for (const [i, { change }] of done.entries()) {
      applyChange(content, change);
      expect(snapshot(content), `seed ${seed}, again ${i}`).toEqual(states[i + 1]);
    }
  }
  expect(kinds.size).toBe(10);
});

test('the inverse of an inverse does the same as the change', () => {
  for (let seed = 0; seed < 30; seed++) {
    const { content, states, done } = randomHistory(seed + 500, 12);
    for (const [i, { inverse }] of [...done.entries()].reverse()) {
      const again = inverseOf(content, inverse);
      applyChange(content, inverse);
      applyChange(content, again);
      expect(snapshot(content)).toEqual(states[i + 1]);
      applyChange(content, inverse);
    }
  }
});

test('all of it can be written again from nothing, and a copy stays as it is', () => {
  for (let seed = 0; seed < 30; seed++) {
    const { content } = randomHistory(seed + 900, 20);
    const again = contentOf(content.network);
    for (const change of changesOf(content)) applyChange(again, change);
    expect(snapshot(again)).toEqual(snapshot(content));
    const copy = copyOfWritten(content);
    const before = structuredClone(copy);
    for (const sheet of content.sheets) sheet.cells.clear();
    content.formulas.clear();
    expect(copy).toEqual(before);
  }
});

/** Cells with a number of their own, and formulas that read one cell each. */
function tagged(random: Random): Content {
  const content = contentOf(parseNetwork(randomNetwork(random)));
  for (const [at, id] of ['a', 'b'].entries()) {
    const edits = Array.from({ length: 60 }, (_, i) => {
      const [row, column] = [random.integer(15), random.integer(8)];
      return { at: Uint32Array.of(row, column), cell: { content: 1000 * at + i } };
    });
    applyChange(content, { kind: 'addSheet', sheet: { id, name: id, cells: edits, widths: [] }, at: at + 1 });
  }
  for (const id of ['a', 'b'])
    for (let i = 0; i < 12; i++) {
      const flag = () => random.integer(2) === 0;
      const anchor = { row: flag(), column: flag() };
      const cell = { row: random.integer(15), column: random.integer(8) };
      const to = ['a', 'b'][random.integer(2)];
      const formula = {
        kind: 'cells' as const,
        ...(to !== id && { sheet: to }),
        first: cell,
        last: cell,
        anchors: { first: anchor, last: anchor },
      };
      const from = { row: random.integer(15), column: 9 + random.integer(4) };
      const shared = { formula, from };
      const edits = [0, 1, 2].map(copy => ({
        at: Uint32Array.of(from.row + 2 * copy, from.column + copy),
        cell: { content: shared, comment: `${id}${i}.${copy}` },
      }));
      applyChange(content, { kind: 'cells', sheet: id, edits });
    }
  return content;
}

type Read = { by: string; at: CellAddress; on: string; content: Cell['content'] };

/** What each formula reads: a number that only one cell has. */
function readsOf(content: Content): Read[] {
  const sheet = sheetIn(content);
  const cellsOn = (id: string): SheetCells => content.sheets.find(own => own.id === id)!.cells;
  return ['a', 'b'].flatMap(id =>
    formulasOn(content, id).map(([at, formula]): Read => {
      const by = cellsOn(id).get(at.row)!.get(at.column)!.comment!;
      const [reference] = referencesOf(formulaOfCell(sheet, at, formula, false));
      if (!reference) return { by, at, on: id, content: 'gone' };
      const cells = cellsOf(sheet, reference, false)!;
      const own = cellsOn(cells.sheet ?? id)
        .get(cells.first.row)
        ?.get(cells.first.column)?.content;
      return { by, at, on: id, content: isFormula(own) ? undefined : own };
    }),
  );
}

test('after rows and columns were inserted or deleted, or cells moved, every formula reads the cell it read', () => {
  let [followed, gone] = [0, 0];
  for (let seed = 0; seed < 150; seed++) {
    const random = createRandom(seed);
    const content = tagged(random);
    const before = readsOf(content);
    const id = ['a', 'b'][random.integer(2)];
    const axis = random.integer(2) === 0 ? 'rows' : 'columns';
    const place = () => ({ row: random.integer(15), column: random.integer(8) });
    const range = { ...place(), height: 1 + random.integer(4), width: 1 + random.integer(3) };
    const changes: WrittenChange[] = [
      { kind: 'lines', sheet: id, axis, action: 'insert', at: random.integer(12), count: 1 + random.integer(3) },
      { kind: 'lines', sheet: id, axis, action: 'delete', at: random.integer(12), count: 1 + random.integer(3) },
      // To where nothing is, so that nothing is replaced.
      { kind: 'move', sheet: id, range, to: { sheet: ['a', 'b'][random.integer(2)], row: 30, column: 2 } },
    ];
    const change = changes[random.integer(3)];
    // What was there and is deleted is read by nobody afterwards.
    const left = new Set<unknown>();
    applyChange(content, change);
    for (const own of content.sheets)
      for (const line of own.cells.values()) for (const cell of line.values()) left.add(cell.content);
    const after = readsOf(content);
    for (const read of before) {
      const now = after.find(({ by }) => by === read.by);
      if (read.content === undefined || read.content === 'gone' || !now) continue;
      const stays = left.has(read.content);
      const where = `seed ${seed}: ${read.by} at ${read.on}!${formatAddress(read.at)}, ${JSON.stringify(change)}`;
      expect(now.content, where).toBe(stays ? read.content : 'gone');
      if (stays) followed++;
      else gone++;
    }
  }
  expect(followed).toBeGreaterThan(1000);
  expect(gone).toBeGreaterThan(20);
});

describe('on a small network', () => {
  const network = (filters: number, more: NetworkSpec['layers'] = []): NetworkSpec =>
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'in', kind: 'input', inputs: [], shape: [4, 4, 1] },
        {
          id: 'c',
          name: 'conv',
          kind: 'conv2d',
          inputs: ['in'],
          filters,
          kernelSize: [2, 2],
          strides: [1, 1],
          padding: 'valid',
          useBias: true,
        },
        ...more,
      ],
    });
  const notes = { id: 'n', name: 'Notes', cells: [], widths: [] };
  function workbook(): Content {
    const content = contentOf(network(2));
    applyChange(content, { kind: 'addSheet', sheet: notes, at: 1 });
    return content;
  }
  function typed(content: Content, on: string, text: string) {
    const read = readFormula(text, { sheet: sheetIn(content), sheets: content.sheets, names: content.names, on });
    if (read.problem !== undefined) throw new UserError(read.problem);
    return read.expression;
  }
  function enter(content: Content, on: string, row: number, column: number, text: string): void {
    const cell = { content: { formula: typed(content, on, text), from: { row, column } } };
    applyChange(content, { kind: 'cells', sheet: on, edits: [{ at: Uint32Array.of(row, column), cell }] });
  }
  function textAt(content: Content, on: string, row: number, column: number): string {
    const { content: formula } = content.sheets
      .find(({ id }) => id === on)!
      .cells.get(row)!
      .get(column)!;
    if (!isFormula<CellAddress>(formula)) return String(formula);
    const sheet = sheetIn(content);
    const expression = formulaOfCell(sheet, { row, column }, formula, on === sheet.id);
    return writeFormula(expression, { sheet, sheets: content.sheets, names: content.names, on }).text;
  }

  test('formulas name sheets as they are called now, and elements where they stand now', () => {
    const content = workbook();
    const kernel = formatAddress(sheetIn(content).layout.cellOf('c/kernel', 0));
    enter(content, 'n', 0, 0, `=Network!${kernel}*2+SUM(conv_kernel)+B1`);
    expect(textAt(content, 'n', 0, 0)).toBe(`=Network!${kernel}*2+SUM(conv_kernel)+B1`);
    applyChange(content, { kind: 'sheet', sheet: 'network', name: 'My net' });
    expect(textAt(content, 'n', 0, 0)).toBe(`='My net'!${kernel}*2+SUM(conv_kernel)+B1`);
    enter(content, 'network', 40, 0, `=${kernel}+Notes!A1`);
    applyChange(content, { kind: 'removeSheet', sheet: 'n' });
    expect(textAt(content, 'network', 40, 0)).toBe(`=${kernel}+#REF!`);
    applyChange(content, { kind: 'addSheet', sheet: notes, at: 0 });
    expect(textAt(content, 'network', 40, 0)).toBe(`=${kernel}+Notes!A1`);
  });

  test('ranges grow and shrink with the rows in them; whole columns stay', () => {
    const content = workbook();
    enter(content, 'n', 0, 5, '=SUM(A2:A5)+A2+$A$5+SUM(A:A)+Network!A1');
    applyChange(content, { kind: 'lines', sheet: 'n', axis: 'rows', action: 'insert', at: 2, count: 2 });
    expect(textAt(content, 'n', 0, 5)).toBe('=SUM(A2:A7)+A2+$A$7+SUM(A:A)+Network!A1');
    applyChange(content, { kind: 'lines', sheet: 'n', axis: 'rows', action: 'delete', at: 1, count: 1 });
    expect(textAt(content, 'n', 0, 5)).toBe('=SUM(A2:A6)+#REF!+$A$6+SUM(A:A)+Network!A1');
    applyChange(content, { kind: 'lines', sheet: 'n', axis: 'columns', action: 'insert', at: 0, count: 1 });
    expect(textAt(content, 'n', 0, 6)).toBe('=SUM(B2:B6)+#REF!+$B$6+SUM(B:B)+Network!A1');
  });

  test('a network with more filters keeps formulas by their coordinates, and says what it dropped', () => {
    const content = workbook();
    const formula = typed(content, 'network', '=1+2');
    const second = [0, 1, 2, 3].map(at => 2 * at + 1);
    applyChange(content, {
      kind: 'formulas',
      edits: [{ tensor: 'c/kernel', indices: Uint32Array.from(second), content: { formula, from: 1 } }],
    });
    const reads = sheetIn(content).layout.cellOf('c/kernel', 3);
    enter(content, 'n', 0, 0, `=Network!${formatAddress(reads)}`);
    const more = carriedOver(content, sheetIn(content), buildSheet(network(3)));
    expect([...more.written.formulas.get('c/kernel')!.keys()]).toEqual([1, 4, 7, 10]);
    expect(more.dropped).toEqual([]);
    applyChange(content, {
      kind: 'comments',
      edits: [0, 3].map(index => ({ tensor: 'c/kernel', index, text: 'why' })),
    });
    expect(more.broken).toEqual({ elements: [], cells: [], names: [] });
    enter(content, 'n', 1, 0, `=SUM(Network!${formatAddress(reads)},#REF!)`);
    enter(content, 'n', 2, 0, '=#REF!+conv_kernel');
    enter(content, 'network', 60, 0, `=${formatAddress(reads)}`);
    const named = typed(content, 'n', `=Network!${formatAddress(reads)}*2`);
    applyChange(content, { kind: 'names', edits: [{ name: 'Twice', formula: named }] });
    const bias = { formula: typed(content, 'network', `=${formatAddress(reads)}`), from: 0 };
    applyChange(content, {
      kind: 'formulas',
      edits: [{ tensor: 'c/bias', indices: Uint32Array.of(0), content: bias }],
    });
    const less = carriedOver(content, sheetIn(content), buildSheet(network(1)));
    expect(less.broken).toEqual({
      elements: [{ tensor: 'c/bias', index: 0 }],
      cells: [
        { sheet: 'network', row: 60, column: 0 },
        { sheet: 'n', row: 0, column: 0 },
        { sheet: 'n', row: 1, column: 0 },
      ],
      names: ['Twice'],
    });
    expect(less.uncommented).toEqual([{ tensor: 'c/kernel', index: 3 }]);
    expect(less.written.formulas.has('c/kernel')).toBe(false);
    expect(less.dropped).toHaveLength(4);
    const change: Change = { kind: 'network', network: network(1), values: [] };
    const before = snapshot(content);
    const back = inverseOf(content, change);
    applyChange(content, change);
    expect(textAt(content, 'n', 0, 0)).toBe('=#REF!');
    applyChange(content, back);
    expect(snapshot(content)).toEqual(before);
  });

  test('a free cell that the network covers moves to the nearest free place, and formulas that read it follow', () => {
    const content = workbook();
    const { layout } = sheetIn(content);
    const column = layout.columns + 2;
    enter(content, 'network', 2, column, '=5');
    enter(content, 'n', 0, 0, `=Network!${formatAddress({ row: 2, column })}`);
    const next = network(2, [{ id: 'r', name: 'relu', kind: 'relu', inputs: ['c'] }]);
    const { moved } = carriedOver(content, sheetIn(content), buildSheet(next));
    expect(moved).toHaveLength(1);
    const [{ to }] = moved;
    expect(Math.abs(to.row - 2) + Math.abs(to.column - column)).toBeLessThanOrEqual(2);
    applyChange(content, { kind: 'network', network: next, values: [] });
    expect(textAt(content, 'n', 0, 0)).toBe(`=Network!${formatAddress(to)}`);
    expect(textAt(content, 'network', to.row, to.column)).toBe('=5');
  });

  test('a formula filled over a band reads what lies as far away from each of its cells', () => {
    const content = workbook();
    const sheet = sheetIn(content);
    const cellOf = (index: number) => formatAddress(sheet.layout.cellOf('c/output', index));
    const pixel = (index: number) => formatAddress(sheet.layout.cellOf('in/output', index));
    const formula = typed(content, 'network', `=${pixel(0)}*2`);
    const text = (index: number) => {
      const copy = formulaOfElement(sheet, 'c/output', index, { formula, from: 0 });
      return writeFormula(copy, { sheet, sheets: content.sheets, names: content.names, on: sheet.id }).text;
    };
    expect(text(0)).toBe(`=${pixel(0)}*2`);
    // The next row and the next column of the same map.
    expect(text(2)).toBe(`=${pixel(1)}*2`);
    expect(text(2 * 3)).toBe(`=${pixel(4)}*2`);
    expect(cellOf(0)).not.toBe(cellOf(1));
  });

  test.each<[string, WrittenChange, RegExp]>([
    ['a sheet that is not there', { kind: 'cells', sheet: 'x', edits: [] }, /no sheet x/],
    [
      'a pixel',
      { kind: 'cells', sheet: 'network', edits: [{ at: Uint32Array.of(4, 0), cell: { content: 1 } }] },
      /A5 belongs to the network/,
    ],
    ['a taken name', { kind: 'sheet', sheet: 'n', name: 'network' }, /network already/],
    ['a plane’s name', { kind: 'sheet', sheet: 'n', name: 'gradient' }, /gradient already/],
    ['a name with a sign', { kind: 'sheet', sheet: 'n', name: 'a/b' }, /called “a\/b”/],
    ['no name', { kind: 'sheet', sheet: 'n', name: ' ' }, /needs a name/],
    ['a long name', { kind: 'sheet', sheet: 'n', name: 'a'.repeat(32) }, /at most 31 characters/],
    ['a second sheet of that id', { kind: 'addSheet', sheet: { ...notes, name: 'Other' }, at: 0 }, /already/],
    ['the network’s sheet', { kind: 'removeSheet', sheet: 'network' }, /can't be deleted/],
    [
      'rows of the network',
      { kind: 'lines', sheet: 'network', axis: 'rows', action: 'insert', at: 0, count: 1 },
      /follow from the network/,
    ],
    ['widths of the network', { kind: 'sheet', sheet: 'network', widths: [{ column: 0, width: 99 }] }, /one width/],
    [
      'a kernel that is moved',
      {
        kind: 'move',
        sheet: 'network',
        range: { row: 0, column: 0, height: 3, width: 3 },
        to: { sheet: 'n', row: 0, column: 0 },
      },
      /A1:C3 belongs/,
    ],
    ['a name that is an address', { kind: 'names', edits: [{ name: 'A1', formula: 1 }] }, /“A1” can't be a name/],
    ['the name of a tensor', { kind: 'names', edits: [{ name: 'CONV_kernel', formula: 1 }] }, /name of a tensor/],
  ])('%s is refused with a sentence', (_what, change, sentence) => {
    const content = workbook();
    const before = snapshot(content);
    let refusal: unknown;
    try {
      checkWritten(content, change, () => sheetIn(content));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(UserError);
    expect(english((refusal as UserError).sentence)).toMatch(sentence);
    expect(snapshot(content)).toEqual(before);
  });
});
