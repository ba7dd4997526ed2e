/** Calculates every cell of a workbook from nothing but its formula, the simple way: a tree is walked, and what it
 *  reads is calculated first. It shares no code with the engine's calculation. For tests. */
import { type CellAddress, type CellRange, intersect } from '../../../shared/address.ts';
import { isFormula, sheetOf, type Written } from '../../../shared/cells.ts';
import { expressionOf } from '../../../shared/formula/derive.ts';
import { type Expression, isReference } from '../../../shared/formula/expression.ts';
import { cellsOf, formulaOfCell, formulaOfElement } from '../../../shared/formula/placed.ts';
import { rangeOf } from '../../../shared/formula/ranges.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import { canHold, type TensorId, type TensorInfo } from '../../../shared/network.ts';
import type { CellPlace, SheetId } from '../../../shared/places.ts';
import { type Approximate, BLANK, exact, failed, failing, number, UNSURE } from './approximate.ts';
import { type Area, evaluate } from './oracle-functions.ts';

export type Oracle = {
  element(tensor: TensorId, index: number): Approximate;
  cell(place: CellPlace): Approximate;
  /** The formula of a place as it is calculated: without names. undefined where there is none. */
  formula(place: CellPlace): Expression | undefined;
};

type Contents = { sheet: Sheet; written: Written; stored: ReadonlyMap<TensorId, Float32Array> };
/** `truthsAreNumbers`: TRUE counts as 1 everywhere, as in LibreOffice. There, a loop through IF or IFERROR may have a
 *  value, too, and few functions take several ranges, such as those of a tensor. */
type Rules = { truthsAreNumbers: boolean };

type Vertex = {
  /** The sheet that its formula stands on. */
  on: SheetId;
  expression?: Expression;
  /** The element that it gives its value to. */
  info?: TensorInfo;
  constant?: Approximate;
  found?: Approximate;
  /** For Tarjan's algorithm. */
  number: number;
  lowest: number;
  waits: boolean;
};

const FLOAT32 = 2 ** -22;
const LAZY: ReadonlySet<string> = new Set([
  'IF',
  'IFERROR',
  'ISERROR',
  'ISNUMBER',
  'AND',
  'OR',
  'COUNT',
  'COUNTA',
  'COUNTIF',
  'SUMIF',
]);
/** The derived formulas of the elements of the last few networks, by what these are. */
const derived = new Map<string, Map<TensorId, (Expression | undefined)[]>>();
const MOST_DERIVED = 8;

function derivedIn(network: Sheet['network']): Map<TensorId, (Expression | undefined)[]> {
  const key = JSON.stringify(network);
  const known = derived.get(key) ?? new Map<TensorId, (Expression | undefined)[]>();
  derived.delete(key);
  derived.set(key, known);
  if (derived.size > MOST_DERIVED) derived.delete(derived.keys().next().value!);
  return known;
}

export function createOracle(contents: Contents, { truthsAreNumbers }: Rules): Oracle {
  const { sheet, written, stored } = contents;
  const { layout } = sheet;
  const elements = new Map<TensorId, Vertex[]>();
  const cells = new Map<string, Vertex>();
  const areas = new Map<string, Area>();
  /** The same by reference, for each sheet that a formula with it stands on. */
  const areasOn = new Map<SheetId, WeakMap<object, Area | undefined>>();
  const derivedHere = derivedIn(sheet.network);
  let counter = 0;
  const stack: Vertex[] = [];
  const constant = (value: number | string | boolean) =>
    exact(truthsAreNumbers && typeof value === 'boolean' ? Number(value) : value);

  function vertexOf(place: CellPlace): Vertex | undefined {
    const element = place.sheet === sheet.id ? layout.elementAt(place.row, place.column) : undefined;
    if (element) return elementVertex(element.tensor, element.index);
    const key = `${place.sheet} ${place.row} ${place.column}`;
    let vertex = cells.get(key);
    if (!vertex) {
      const made = cellVertex(place);
      if (!made) return undefined;
      cells.set(key, (vertex = made));
    }
    return vertex;
  }

  function elementVertex(tensor: TensorId, index: number): Vertex {
    let own = elements.get(tensor);
    if (!own) elements.set(tensor, (own = []));
    return (own[index] ??= makeElement(tensor, index));
  }

  function makeElement(tensor: TensorId, index: number): Vertex {
    const info = sheet.tensors.get(tensor)!;
    const vertex: Vertex = { on: sheet.id, info, number: 0, lowest: 0, waits: false };
    const content = written.formulas.get(tensor)?.get(index);
    if (typeof content === 'number') vertex.constant = exact(Math.fround(content));
    else if (content) vertex.expression = withoutNames(formulaOfElement(sheet, tensor, index, content));
    else if (info.role === 'computed') vertex.expression = derivedOf(tensor, index);
    else {
      const value = stored.get(tensor)![index];
      const other = info.role === 'actual' ? BLANK : failed('#NUM!');
      vertex.constant = Number.isFinite(value) ? exact(value) : other;
    }
    return vertex;
  }

  function derivedOf(tensor: TensorId, index: number): Expression {
    let own = derivedHere.get(tensor);
    if (!own) derivedHere.set(tensor, (own = []));
    return (own[index] ??= expressionOf(sheet, { tensor, index })!);
  }

  function cellVertex({ sheet: on, row, column }: CellPlace): Vertex | undefined {
    const vertex: Vertex = { on, number: 0, lowest: 0, waits: false };
    const label = on === sheet.id ? layout.labelAt(row, column) : undefined;
    const content = label?.text ?? sheetOf(written.sheets, on)?.cells.get(row)?.get(column)?.content;
    if (content === undefined) return undefined;
    if (isFormula<CellAddress>(content)) {
      vertex.expression = withoutNames(formulaOfCell(sheet, { row, column }, content, on === sheet.id));
    } else vertex.constant = constant(content);
    return vertex;
  }

  function withoutNames(expression: Expression, depth = 0): Expression {
    if (typeof expression !== 'object' || isReference(expression)) return expression;
    const inner = (each: Expression) => withoutNames(each, depth);
    if (expression.kind === 'call') return { ...expression, arguments: expression.arguments.map(inner) };
    if (expression.kind === 'operation') return { ...expression, operands: expression.operands.map(inner) };
    if (expression.kind !== 'name') return expression;
    const named = written.names.get(expression.name.toLowerCase());
    return named && depth < 30 ? withoutNames(named.formula, depth + 1) : { kind: 'error', name: '#NAME?' };
  }

  /** The cells of a reference that aren't blank; undefined if it is #REF!. */
  function areaOf(reference: Expression, on: SheetId): Area | undefined {
    if (typeof reference !== 'object') return undefined;
    let known = areasOn.get(on);
    if (!known) areasOn.set(on, (known = new WeakMap()));
    if (!known.has(reference)) known.set(reference, newAreaOf(reference, on));
    return known.get(reference);
  }

  function newAreaOf(reference: Expression, on: SheetId): Area | undefined {
    if (typeof reference !== 'object') return undefined;
    if (reference.kind === 'tensor') return tensorArea(reference.tensor);
    if (!isReference(reference)) return undefined;
    const found = cellsOf(sheet, reference, on === sheet.id);
    const own = found && (found.sheet ?? on);
    if (!found || !sheetOf(written.sheets, own!)) return undefined;
    const range = rangeOf(found);
    const key = `${own} ${range.row} ${range.column} ${range.height} ${range.width}`;
    let area = areas.get(key);
    if (!area) areas.set(key, (area = makeArea(own!, range)));
    return area;
  }

  function makeArea(on: SheetId, range: CellRange): Area {
    const found: Area = { height: range.height, width: range.width, cells: [] };
    const add = (row: number, column: number) => {
      const vertex = vertexOf({ sheet: on, row, column });
      if (vertex) found.cells.push({ row: row - range.row, column: column - range.column, read: () => vertex.found! });
      if (vertex) found.vertices = [...(found.vertices ?? []), vertex];
    };
    const used = on === sheet.id ? intersect(range, whole) : undefined;
    const { row: top, height } = used ?? { row: 0, height: 0 };
    for (let row = top; row < top + height; row++)
      for (let column = used!.column; column < used!.column + used!.width; column++) add(row, column);
    for (const [row, line] of [...sheetOf(written.sheets, on)!.cells].sort(([a], [b]) => a - b)) {
      if (row < range.row || row >= range.row + range.height) continue;
      for (const column of [...line.keys()].sort((a, b) => a - b)) {
        const isIn = column >= range.column && column < range.column + range.width;
        const isKnown = used && row < used.row + used.height && column < used.column + used.width;
        if (isIn && !isKnown) add(row, column);
      }
    }
    return found;
  }
  const whole = { row: 0, column: 0, height: layout.rows, width: layout.columns };

  function tensorArea(tensor: TensorId): Area | undefined {
    const info = sheet.tensors.get(tensor);
    if (!info) return undefined;
    const width = info.shape.at(-1) ?? 1;
    const vertices = Array.from({ length: info.size }, (_, index) => elementVertex(tensor, index));
    const isOneBlock = layout.blocksIn(whole).filter(({ region }) => region.tensor === tensor).length === 1;
    if (truthsAreNumbers && !isOneBlock)
      return { height: 1, width: 1, cells: [{ row: 0, column: 0, read: () => UNSURE }], vertices };
    const read = (vertex: Vertex, index: number) => ({
      row: Math.floor(index / width),
      column: index % width,
      read: () => vertex.found!,
    });
    return { height: info.size / width, width, cells: vertices.map(read), vertices };
  }

  function precedentsOf({ expression, on }: Vertex): Vertex[] {
    const found: Vertex[] = [];
    const look = (each: Expression): void => {
      if (typeof each !== 'object') return;
      if (isReference(each) || each.kind === 'tensor') found.push(...((areaOf(each, on)?.vertices ?? []) as Vertex[]));
      else if (each.kind === 'call') each.arguments.forEach(look);
      else if (each.kind === 'operation') each.operands.forEach(look);
    };
    if (expression !== undefined) look(expression);
    return found;
  }

  /** Tarjan's algorithm: gives every vertex its value after those that it reads. */
  function visit(vertex: Vertex): void {
    vertex.number = vertex.lowest = ++counter;
    vertex.waits = true;
    stack.push(vertex);
    let readsItself = false;
    for (const precedent of precedentsOf(vertex)) {
      if (precedent === vertex) readsItself = true;
      if (precedent.number === 0) visit(precedent);
      if (precedent.waits) vertex.lowest = Math.min(vertex.lowest, precedent.lowest);
    }
    if (vertex.lowest < vertex.number) return;
    const loop = stack.splice(stack.indexOf(vertex));
    for (const each of loop) each.waits = false;
    if (loop.length > 1 || readsItself) {
      // Where the loop reads another error, either may be shown.
      const others = loop.flatMap(each => precedentsOf(each).flatMap(({ found }) => found ?? []));
      const found = failing([failed('#CYCLE!'), ...others])!;
      const isLoopThere = !truthsAreNumbers || loop.every(({ expression }) => !isLazy(expression));
      // A cross-entropy is 0 where the class isn't expected, even if its other terms depend on themselves.
      for (const each of loop)
        each.found = { ...found, unsure: found.unsure || !isLoopThere || each.info?.name === 'crossEntropy' };
    } else vertex.found = vertex.constant ?? calculate(vertex);
  }

  function calculate({ expression, on, info }: Vertex): Approximate {
    const area = (reference: Expression) => areaOf(reference, on);
    const result = evaluate(expression!, { area, truthsAreNumbers });
    const found = result.value === null && result.errors === 0 && !result.unsure ? exact(0) : result;
    if (!info) return found;
    // In LibreOffice, a text may stand over an element.
    return truthsAreNumbers && typeof found.value === 'string' ? UNSURE : asElement(found, info);
  }

  const read = (vertex: Vertex | undefined): Approximate => {
    if (!vertex) return BLANK;
    if (vertex.number === 0) visit(vertex);
    return vertex.found!;
  };
  return {
    element: (tensor, index) => read(elementVertex(tensor, index)),
    cell: place => read(vertexOf(place)),
    formula: place => vertexOf(place)?.expression,
  };
}

function isLazy(expression: Expression | undefined): boolean {
  if (typeof expression !== 'object') return false;
  if (expression.kind === 'operation') return expression.operands.some(isLazy);
  return expression.kind === 'call' && (LAZY.has(expression.name) || expression.arguments.some(isLazy));
}

/** A float32 number, with the error of a sum in float32. */
function asElement(found: Approximate, { name }: TensorInfo): Approximate {
  if (found.errors !== 0 || found.unsure) return found;
  if (typeof found.value === 'string') return failed('#VALUE!');
  const value = Math.fround(Number(found.value));
  const { off } = found;
  if (!Number.isFinite(value)) return { ...failed('#NUM!'), unsure: true };
  if (canHold(name, value - off) !== canHold(name, value + off)) return UNSURE;
  if (!canHold(name, value)) return failed('#NUM!');
  return { ...number(value, off + FLOAT32 * found.size), size: found.size };
}
