/** Recognises one pattern in the formulas that stand over a tensor: the same formula everywhere, whose references move
 *  evenly with the cell. */
import { type ElementContent, isFormula } from '../cells.ts';
import type { Walk } from '../layers/layer-formula.ts';
import type { Sheet } from '../layout/sheet.ts';
import { coordinatesOf, type Shape, type TensorId } from '../tensor.ts';
import { expressionOf } from './derive.ts';
import type { Expression, Reference } from './expression.ts';
import { alike, boxOfReference, groupsIn, type ReadBox } from './pattern-reads.ts';
import { fitted, startOf } from './pattern-walks.ts';
import { formulaOfElement } from './placed.ts';

/** What one reference of a pattern reads: elements of a tensor, with a walk along each of its axes, or always the same
 *  cells. */
export type PatternRead = { tensor: TensorId; walks: readonly Walk[] } | { cells: Reference };
/** A formula of one of the cells, and what each of its references reads, in the order of its text. */
export type Pattern = { formula: Expression; reads: readonly PatternRead[] };

/** What the formulas over a tensor are.
 *  - pattern: one for the whole tensor, or one for each map (in their order). `maps`: those whose cells all have a
 *    formula of it.
 *  - almost: at least nine in ten cells of a map (or of a vector) have one pattern. `differing`: the others. */
export type Recognised =
  | { kind: 'pattern'; patterns: Pattern | readonly Pattern[]; maps: readonly number[] }
  | { kind: 'almost'; differing: readonly number[]; of: number }
  | { kind: 'unknown'; maps: readonly number[] };

/** How many of the cells must agree before the others are told. */
const MOST_DIFFER = 0.1;

/** Finds the pattern of the formulas over a tensor. `contents`: what stands over its elements. `touched`: those that
 *  were just written; only their maps are looked at. undefined where no map is nearly full of formulas. */
export function patternOver(
  sheet: Sheet,
  tensor: TensorId,
  contents: ReadonlyMap<number, ElementContent>,
  touched: readonly Iterable<number>[],
): Recognised | undefined {
  const { shape, size } = sheet.tensors.get(tensor)!;
  const channels = shape.length === 3 ? shape[2] : 1;
  const inMap = size / channels;
  // Nearly all edits end here: no map can be nearly full of so few formulas.
  if (contents.size < inMap * (1 - MOST_DIFFER)) return undefined;
  const asked = new Set<number>();
  for (const indices of touched) for (const index of indices) asked.add(index % channels);
  const missing = new Map<number, number[]>();
  for (let channel = 0; channel < channels; channel++) {
    const own = missingIn(contents, channel, channels, size, asked.has(channel) ? inMap * MOST_DIFFER : 0);
    if (own) missing.set(channel, own);
  }
  if (![...asked].some(channel => missing.has(channel))) return undefined;
  const region = { sheet, tensor, shape, channels, contents };
  const full = [...missing].filter(([, cells]) => cells.length === 0).map(([channel]) => channel);
  const all = Array.from({ length: channels }, (_, channel) => channel);
  if (full.length > 0) {
    const pattern = patternIn(region, all, new Set(full));
    if (pattern && pattern.differing.length === 0) return { kind: 'pattern', patterns: pattern.pattern, maps: full };
  }
  const one = [...asked].filter(channel => missing.has(channel));
  const found = new Map(one.map(channel => [channel, patternIn(region, [channel], new Set([channel]))]));
  for (const [channel, own] of found) {
    const differing = [...(own?.differing ?? []), ...missing.get(channel)!];
    if (own && differing.length > 0 && differing.length <= inMap * MOST_DIFFER)
      return { kind: 'almost', differing: differing.sort((a, b) => a - b), of: inMap };
  }
  const whole = one.filter(channel => found.get(channel)?.differing.length === 0 && missing.get(channel)!.length === 0);
  if (whole.length === 0) {
    return full.some(channel => asked.has(channel)) ? { kind: 'unknown', maps: full } : undefined;
  }
  const patterns: Pattern[] = [];
  const maps: number[] = [];
  for (const channel of all) {
    const isFull = full.includes(channel);
    const own = found.get(channel) ?? patternIn(region, [channel], new Set(isFull ? [channel] : []));
    const derived = own?.differing.length === 0 ? own : patternIn(region, [channel], new Set());
    if (!derived || derived.differing.length > 0) return { kind: 'unknown', maps: whole };
    if (isFull && derived === own) maps.push(channel);
    patterns.push(derived.pattern);
  }
  return { kind: 'pattern', patterns: channels === 1 ? patterns[0] : patterns, maps };
}

/** The cells of a map without a formula. undefined if there are more than `most`. */
function missingIn(
  contents: ReadonlyMap<number, ElementContent>,
  channel: number,
  channels: number,
  size: number,
  most: number,
): number[] | undefined {
  const missing: number[] = [];
  for (let index = channel; index < size; index += channels) {
    if (isFormula(contents.get(index))) continue;
    missing.push(index);
    if (missing.length > most) return undefined;
  }
  return missing;
}

type Region = {
  sheet: Sheet;
  tensor: TensorId;
  shape: Shape;
  channels: number;
  contents: ReadonlyMap<number, ElementContent>;
};

/** The pattern that most cells of these maps have, and the cells that have another formula. `written`: the maps whose
 *  cells have typed formulas; the others have those of the layer, of which only some are compared. */
function patternIn(
  region: Region,
  maps: readonly number[],
  written: ReadonlySet<number>,
): { pattern: Pattern; differing: number[] } | undefined {
  const { shape } = region;
  const [height, width] = shape.length === 3 ? shape : [shape[0], 1];
  let best: { pattern: Pattern; differing: number[] } | undefined;
  const first = maps.find(map => written.has(map)) ?? maps[0];
  const pieces = piecesIn(region, written);
  for (const [y, x] of STARTS) {
    const base = indexAt(region, Math.floor((height - 1) * y), Math.floor((width - 1) * x), first);
    const pattern = patternAt(region, maps, written, base);
    if (!pattern) continue;
    const differing = pieces.flatMap(piece => differingIn(region, pattern, piece));
    for (const map of maps) {
      if (written.has(map)) continue;
      for (const [row, column] of [...STARTS, ...CORNERS]) {
        const index = indexAt(region, Math.round((height - 1) * row), Math.round((width - 1) * column), map);
        const piece = { origin: index, indices: [index], formula: formulaAt(region, written, index)! };
        differing.push(...differingIn(region, pattern, piece));
      }
    }
    if (!best || differing.length < best.differing.length) best = { pattern, differing };
    if (differing.length === 0) break;
  }
  return best;
}

/** Where a pattern is looked for first, as shares of a map's height and width: not all of these can be among the few
 *  cells that differ. */
const STARTS: readonly (readonly [number, number])[] = [
  [0.5, 0.5],
  [0.3, 0.3],
  [0.7, 0.4],
];
const CORNERS: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

function indexAt({ shape, channels }: Region, row: number, column: number, channel: number): number {
  return shape.length === 3 ? (row * shape[1] + column) * channels + channel : row;
}

/** The formula of an element: the typed one, or the layer's own. */
function formulaAt(
  { sheet, tensor, channels, contents }: Region,
  written: ReadonlySet<number>,
  index: number,
): Expression | undefined {
  if (!written.has(index % channels)) return expressionOf(sheet, { tensor, index });
  const content = contents.get(index);
  return isFormula<number>(content) ? formulaOfElement(sheet, tensor, index, content) : undefined;
}

/** The most cells of a line that are looked at. A window is cut only near the ends. */
const NEAR_END = 16;

/** The pattern that the formula of element `base` has, as its row, its column and the maps tell. undefined if its
 *  references don't move evenly. */
function patternAt(
  region: Region,
  maps: readonly number[],
  written: ReadonlySet<number>,
  base: number,
): Pattern | undefined {
  const { sheet, shape } = region;
  const formula = formulaAt(region, written, base);
  if (formula === undefined) return undefined;
  const at = coordinatesOf(shape, base);
  const own = readsOf(sheet, formula, formula);
  if (!own) return undefined;
  const lines = shape.map((length, axis) => {
    const along = axis === 2 ? maps : placesNear(length, at[axis]);
    return along.flatMap(place => {
      const index = shape.length === 3 ? indexAt(region, ...placed(at, axis, place)) : place;
      const reads = readsOf(sheet, formula, formulaAt(region, written, index));
      return reads ? [{ place, reads }] : [];
    });
  });
  const uncut = uncutIn(sheet, formula, [own, ...lines.flat().map(({ reads }) => reads)]);
  const reads = own.map((read, i): PatternRead | undefined => {
    if (!('box' in read)) return { cells: read.cells };
    const walks = read.box.map((_, axis) => {
      const length = axis < 2 && uncut.has(i) ? Infinity : sheet.tensors.get(read.tensor)!.shape[axis];
      const line = (along: number) =>
        lines[along].flatMap(({ place, reads: others }) => {
          const other = others[i];
          return 'box' in other && other.tensor === read.tensor ? [{ place, ...other.box[axis] }] : [];
        });
      const all = lines.map((_line, along) => ({ base: at[along], points: line(along) }));
      return fitted(all, read.box[axis], length);
    });
    return walks.every(walk => walk !== undefined) ? { tensor: read.tensor, walks } : undefined;
  });
  return reads.every(read => read !== undefined) ? { formula, reads } : undefined;
}

/** At a border, SUMPRODUCT leaves out the part of the kernel that meets no cell. So the kernel shows how much of the
 *  window is cut. This gives both back what is cut, in all these reads of one formula. Returns the places of the
 *  references to which that was done. */
function uncutIn({ tensors }: Sheet, formula: Expression, all: readonly OwnRead[][]): Set<number> {
  const done = new Set<number>();
  for (const group of groupsIn(formula)) {
    const isParameter = (read: OwnRead) => 'box' in read && tensors.get(read.tensor)!.role === 'parameter';
    const kernel = group.find(i => isParameter(all[0][i]));
    if (group.length < 2 || kernel === undefined || all[0].some(read => !('box' in read))) continue;
    for (const axis of [0, 1]) {
      const spans = all.map(reads => (reads[kernel] as Boxed).box[axis]);
      if (spans.some(span => span === undefined)) continue;
      const start = Math.min(...spans.map(span => span.start));
      const end = Math.max(...spans.map(span => span.end));
      for (const [at, reads] of all.entries())
        for (const i of group) {
          const read = reads[i] as Boxed;
          const span = read.box[axis];
          if (!span) continue;
          const whole = { start: span.start - (spans[at].start - start), end: span.end + (end - spans[at].end) };
          reads[i] = { ...read, box: read.box.with(axis, whole) };
        }
    }
    for (const i of group) done.add(i);
  }
  return done;
}

const placed = (at: readonly number[], axis: number, place: number) =>
  at.with(axis, place) as [row: number, column: number, channel: number];

/** Places near both ends of a line, and around one of them. */
function placesNear(length: number, base: number): number[] {
  const places: number[] = [];
  for (let place = 0; place < length; place++)
    if (place < NEAR_END || place >= length - NEAR_END || Math.abs(place - base) <= 2) places.push(place);
  return places;
}

type Boxed = { tensor: TensorId; box: ReadBox; reference: Reference };
type OwnRead = Boxed | { cells: Reference };

/** What the references of a formula read, if it is like the pattern's. undefined if it isn't, or a reference is no box
 *  of elements. */
function readsOf(sheet: Sheet, like: Expression, formula: Expression | undefined): OwnRead[] | undefined {
  if (formula === undefined) return undefined;
  const reads: OwnRead[] = [];
  const isAlike = alike(like, formula, (_, reference) => {
    if (reference.kind === 'cells') {
      reads.push({ cells: reference });
      return true;
    }
    const box = boxOfReference(sheet, reference);
    if (box) reads.push({ tensor: reference.tensor, box, reference });
    return box !== undefined;
  });
  return isAlike ? reads : undefined;
}

/** Elements of one map that share a formula. It stands as written at the element `origin`. */
type Piece = { origin: number; indices: number[]; formula: Expression };

function piecesIn({ sheet, tensor, channels, contents, shape }: Region, maps: ReadonlySet<number>): Piece[] {
  const byContent = new Map<ElementContent, Map<number, Piece>>();
  const pieces: Piece[] = [];
  const plain = isPlain(sheet, tensor);
  for (const [index, content] of contents) {
    const channel = index % channels;
    if (!maps.has(channel) || !isFormula<number>(content)) continue;
    let own = byContent.get(content);
    if (!own) byContent.set(content, (own = new Map()));
    const known = plain ? own.get(channel) : undefined;
    if (known) {
      known.indices.push(index);
      continue;
    }
    const { from } = content;
    const stands = plain && from % channels === channel && from < shape.reduce((product, size) => product * size, 1);
    const piece = stands
      ? { origin: from, indices: [index], formula: content.formula }
      : { origin: index, indices: [index], formula: formulaOfElement(sheet, tensor, index, content) };
    own.set(channel, piece);
    pieces.push(piece);
  }
  return pieces;
}

/** Whether a tensor is on the sheet as in a matrix: maps row by row, a vector in one column. */
function isPlain({ layout, tensors }: Sheet, tensor: TensorId): boolean {
  const { shape, size } = tensors.get(tensor)!;
  const [first, last] = [
    layout.cellOf(tensor, 0),
    layout.cellOf(tensor, size - (shape.length > 2 ? shape.at(-1)! : 1)),
  ];
  const [height, width] = shape.length === 1 ? [shape[0], 1] : shape;
  return shape.length !== 2 && last.row - first.row === height - 1 && last.column - first.column === width - 1;
}

/** The elements of a piece whose formula isn't that of the pattern. */
function differingIn({ sheet, shape }: Region, { formula, reads }: Pattern, piece: Piece): number[] {
  const own = readsOf(sheet, formula, piece.formula);
  if (!own || own.length !== reads.length) return piece.indices;
  const origin = coordinatesOf(shape, piece.origin);
  const isCopied = piece.indices.length > 1;
  const checks: Check[] = [];
  for (const group of groupsIn(formula)) {
    const check = checkOf(
      sheet,
      group.map(i => ({ expected: reads[i], own: own[i] })),
      isCopied,
    );
    if (!check) return piece.indices;
    checks.push(check);
  }
  const [width, channels] = shape.length === 3 ? [shape[1], shape[2]] : [1, 1];
  const at = origin.slice();
  return piece.indices.filter(index => {
    at[0] = Math.floor(index / (width * channels));
    if (shape.length === 3) {
      at[1] = Math.floor(index / channels) % width;
      at[2] = index % channels;
    }
    const [rows, columns] = [at[0] - origin[0], shape.length === 3 ? at[1] - origin[1] : 0];
    return !checks.every(check => check(at, rows, columns));
  });
}

/** Whether a copy that stands so many rows and columns further reads what the pattern reads for the element `at`. */
type Check = (at: readonly number[], rows: number, columns: number) => boolean;
type Compared = { expected: PatternRead; own: OwnRead };

/** The check of references that are cut together. undefined if no copy can pass it. */
function checkOf({ tensors }: Sheet, group: readonly Compared[], isCopied: boolean): Check | undefined {
  if (group.length === 1) {
    const [{ expected, own }] = group;
    if ('cells' in expected || !('box' in own)) {
      if (!('cells' in expected) || 'box' in own || !sameCells(expected.cells, own.cells)) return undefined;
      const { first, last } = own.cells.anchors;
      const moves = { rows: !(first.row && last.row), columns: !(first.column && last.column) };
      return (_, rows, columns) => (rows === 0 || !moves.rows) && (columns === 0 || !moves.columns);
    }
  }
  const all = group.map(({ expected, own }) => {
    if ('cells' in expected || !('box' in own) || own.tensor !== expected.tensor) return undefined;
    const { first, last } = own.reference.anchors;
    // A range of which only one corner moves grows from cell to cell.
    const grows = first.row !== last.row || first.column !== last.column;
    if (isCopied && grows) return undefined;
    const { shape } = tensors.get(own.tensor)!;
    return { walks: expected.walks, box: own.box, shape, down: first.row ? 0 : 1, right: first.column ? 0 : 1 };
  });
  if (!all.every(each => each !== undefined)) return undefined;
  return (at, rows, columns) => {
    // Rows and columns that one read loses at a border, all of them lose.
    const before = [0, 0];
    const after = [0, 0];
    for (const { walks, shape } of all)
      for (let axis = 0; axis < Math.min(2, walks.length); axis++) {
        const from = startOf(walks[axis], at);
        before[axis] = Math.max(before[axis], -from);
        after[axis] = Math.max(after[axis], from + walks[axis].size - shape[axis]);
      }
    return all.every(({ walks, box, shape, down, right }) => {
      const moved = [rows * down, columns * right];
      if (shape.length === 1 ? moved[1] !== 0 : shape.length === 2 && moved.some(by => by !== 0)) return false;
      return walks.every((walk, axis) => {
        const from = startOf(walk, at);
        const [cut, left] = axis < 2 ? [before[axis], after[axis]] : [Math.max(0, -from), 0];
        const by = axis < 2 ? moved[axis] : 0;
        return box[axis].start + by === from + cut && box[axis].end + by === from + walk.size - left;
      });
    });
  };
}

function sameCells(one: Reference, other: Reference): boolean {
  if (one.kind !== 'cells' || other.kind !== 'cells' || one.sheet !== other.sheet) return false;
  const same = (a: { row: number; column: number }, b: { row: number; column: number }) =>
    a.row === b.row && a.column === b.column;
  return same(one.first, other.first) && same(one.last, other.last);
}
