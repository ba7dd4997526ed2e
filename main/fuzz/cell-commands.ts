/** Random commands as a user makes them in cells: typing, filling, clearing, moving, sheets, lines and names. */
import { type CellAddress, formatAddress } from '../../shared/address.ts';
import { type CellEdit, isFormula } from '../../shared/cells.ts';
import type { Change, Command } from '../../shared/change.ts';
import { isFree } from '../../shared/changes/check.ts';
import { UserError } from '../../shared/errors.ts';
import { copiedToSheet } from '../../shared/formula/elsewhere.ts';
import { filledOver } from '../../shared/formula/fill.ts';
import { sheetPrefix } from '../../shared/formula/notation.ts';
import { namesOfTensors, readFormula } from '../../shared/formula/typed.ts';
import { coordinatesOf, indexOf, type TensorInfo } from '../../shared/tensor.ts';
import type { CellPlace, SheetId } from '../../shared/places.ts';
import type { Random } from '../../shared/random.ts';
import { typedInto } from '../../shared/typed-entry.ts';
import type { Session } from '../engine/workbook/session.ts';

/** Own cells stand in the first rows and columns of a sheet. */
const [ROWS, COLUMNS] = [12, 5];
/** Most formulas read a few cells, so tensors that are read whole are small. */
const MOST_READ = 3000;
/** Not all numbers are allowed in a rate and a variance. */
const LEFT_OUT: ReadonlySet<string> = new Set(['rate', 'movingVariance', 'crossEntropy', 'mask']);

/** Does something at random, and says what. A refused command changes nothing. */
export function doAtRandom(session: Session, random: Random): string {
  const kind = random.integer(20);
  if (kind === 0) return told('undo', () => session.undo());
  if (kind === 1) return told('redo', () => session.redo());
  const { label, changes } = commandOf(kind, createMaker(session, random));
  const command: Command = { label: { id: 'grid.paste' }, changes };
  return told(label, () => changes.length > 0 && session.change(command));
}

function told(what: string, act: () => unknown): string {
  try {
    act();
    return what;
  } catch (error) {
    if (error instanceof UserError) return `${what} (refused)`;
    throw error;
  }
}

type Made = { label: string; changes: readonly Change[] };
type Maker = ReturnType<typeof createMaker>;

function commandOf(kind: number, make: Maker): Made {
  if (kind < 4) return make.values();
  if (kind < 6) return make.fill();
  if (kind === 6) return make.clear();
  if (kind === 7) return make.sheet();
  if (kind === 8) return make.lines();
  if (kind === 9) return make.move();
  if (kind === 10) return make.name();
  if (kind < 13) return make.paste();
  return make.typed();
}

function createMaker(session: Session, random: Random) {
  const { sheet, sheets, written } = session;
  const own = sheets.filter(({ id }) => id !== sheet.id);
  const one = <T>(items: readonly T[]): T => items[random.integer(items.length)];
  const typing = { sheet, sheets, names: written.names };
  const all = [...sheet.tensors.values()].filter(({ name }) => !LEFT_OUT.has(name));
  const ownPlace = (id: SheetId = one(own).id): CellPlace => ({
    sheet: id,
    row: random.integer(ROWS),
    column: random.integer(COLUMNS),
  });
  const elementIn = ({ id, size }: TensorInfo): CellPlace => ({
    sheet: sheet.id,
    ...sheet.layout.cellOf(id, random.integer(size)),
  });

  function freePlace(): CellPlace {
    const { rows, columns } = sheet.layout;
    for (let tries = 0; tries < 20; tries++) {
      const place = { sheet: sheet.id, row: random.integer(rows + 4), column: random.integer(columns + 4) };
      if (isFree(sheet, place.row, place.column)) return place;
    }
    return { sheet: sheet.id, row: rows + 1 + random.integer(3), column: random.integer(4) };
  }

  /** An element, an own cell or a free one. */
  function anyPlace(): CellPlace {
    const kind = random.integer(10);
    if (kind === 0) return freePlace();
    return kind < 5 && own.length > 0 ? ownPlace() : elementIn(one(all));
  }

  const addressOf = ({ sheet: on, row, column }: CellPlace, from: SheetId) => {
    const { name } = sheets.find(({ id }) => id === on)!;
    const dollar = () => (random.integer(5) === 0 ? '$' : '');
    const plain = formatAddress({ row, column });
    const [, letters, digits] = /^([A-Z]+)(\d+)$/.exec(plain)!;
    return `${on === from ? '' : sheetPrefix(name)}${dollar()}${letters}${dollar()}${digits}`;
  };

  /** What a formula in a cell may read. Mostly what is calculated before it, or else nearly everything would soon
   *  depend on itself. */
  function sourceFor(target: CellPlace): CellPlace {
    const element = target.sheet === sheet.id ? sheet.layout.elementAt(target.row, target.column) : undefined;
    if (random.integer(3) === 0 && own.length > 0) return ownPlace();
    if (random.integer(12) === 0) return freePlace();
    const at = element ? all.findIndex(({ id }) => id === element.tensor) : -1;
    const isAny = at <= 0 || random.integer(8) === 0;
    return elementIn(isAny ? one(all) : all[random.integer(at)]);
  }

  const digits = () => one(['0', '1', '2', '-1', '0.5', '3', '0.1', '1.25', '-2.5', '10']);

  function operand(target: CellPlace): string {
    const kind = random.integer(12);
    if (kind < 3) return digits();
    if (kind === 3 && written.names.size > 0) return one([...written.names.values()]).name;
    if (kind === 4 && target.sheet !== sheet.id) {
      const near = { ...target, row: Math.max(0, target.row - random.integer(3)), column: random.integer(COLUMNS) };
      return addressOf(near, target.sheet);
    }
    return addressOf(sourceFor(target), target.sheet);
  }

  function range(target: CellPlace): string {
    const first = sourceFor(target);
    const small = all.filter(({ size }) => size <= MOST_READ);
    if (random.integer(10) === 0) return namesOfTensors(sheet).byTensor.get(one(small).id)!;
    const last = { ...first, row: first.row + random.integer(4), column: first.column + random.integer(3) };
    const to = formatAddress(last);
    return `${addressOf(first, target.sheet)}:${random.integer(6) === 0 ? to.replace(/(\d+)/, '$$$1') : to}`;
  }

  function formulaText(target: CellPlace): string {
    const [a, b, c] = [operand(target), operand(target), operand(target)];
    const [r, s] = [range(target), range(target)];
    const forms = [
      `${a}+${b}*${c}`,
      `${a}-${b}`,
      `(${a}+1)/${b}`,
      `-${a}*2%`,
      a,
      `${a}^2+${b}`,
      `SUM(${r},${a})`,
      `SUM(${r},${s})`,
      `MAX(${r})-${a}`,
      `MIN(${r},${b},1)`,
      `AVERAGE(${r},${b})`,
      `SUMPRODUCT(${r},${r})`,
      `IF(${a}>${b},${b},${c})`,
      `IF(${a}<0.25,SUM(${r}),${c}/2)`,
      `IF(AND(${a}>0,${b}<=1),1,-1)`,
      `IFERROR(${a}/${b},${c})`,
      `ISERROR(${a})`,
      `ROUND(${a}*10,1)`,
      `INT(${a}*3)`,
      `MOD(${a},3)`,
      `ABS(${a})+SIGN(${b})`,
      `EXP(${a}/4)+TANH(${b})`,
      `SQRT(${a})+LN(${b})`,
      `SIN(${a})*COS(${b})`,
      `COUNT(${r})+COUNTA(${r})`,
      `MEDIAN(${r})+${a}`,
      `STDEV(${r})`,
      `LARGE(${r},2)`,
      `COUNTIF(${r},">0")`,
      `SUMIF(${r},"<1")`,
      `"n"&${a}`,
      `LEN(${a})`,
      `ISNUMBER(${a})`,
      `PRODUCT(${r})`,
      `NOT(${a}>${b})`,
      `POWER(${a},2)`,
    ];
    return `=${one(forms)}`;
  }

  function contentText(target: CellPlace): string {
    const kind = random.integer(12);
    if (kind === 0) return '';
    if (kind < 3) return one(['0', '1', '-2', '0.5', '0.1', '3.25', '1e-3', '50%', '100', '-7']);
    if (kind === 3) return one(['note', "'3", 'TRUE', 'false', '3 apples', ' ', '#N/A', 'x', "'=1"]);
    return formulaText(target);
  }

  return {
    /** Into up to four cells at once, as when a block of text is pasted. */
    typed(): Made {
      const labels: string[] = [];
      const changes = Array.from({ length: 1 + random.integer(4) }, () => {
        const place = anyPlace();
        const text = contentText(place);
        const read = typedInto(typing, place, text);
        labels.push(`${place.sheet}!${formatAddress(place)} ${text}${read.refusal ? ' (no)' : ''}`);
        return read.refusal === undefined ? read.changes : [];
      });
      return { label: labels.join(', '), changes: changes.flat() };
    },
    values(): Made {
      const edits = Array.from({ length: 1 + random.integer(2) }, () => {
        const { id, size } = one(all.filter(({ role }) => role === 'parameter' || role === 'pixels'));
        const indices = Uint32Array.of(random.integer(size));
        return { tensor: id, indices, values: Float32Array.of(random.normal()) };
      });
      return {
        label: edits.map(({ tensor, indices: [at], values: [to] }) => `${tensor}[${at}]=${to}`).join(', '),
        changes: [{ kind: 'values', edits }],
      };
    },
    /** A formula over a rectangle. */
    fill(): Made {
      const isOwn = own.length > 0 && random.integer(2) === 0;
      const info = one(all);
      const from = isOwn ? ownPlace() : elementIn(info);
      const text = formulaText(from);
      const read = readFormula(text, { ...typing, on: from.sheet });
      const label = `fill ${from.sheet}!${formatAddress(from)} ${text}`;
      if (read.problem !== undefined) return { label: `${label} (no)`, changes: [] };
      const [height, width] = [1 + random.integer(5), 1 + random.integer(4)];
      if (isOwn) {
        const places = Array.from({ length: height * width }, (_, n) => [
          from.row + Math.floor(n / width),
          from.column + (n % width),
        ]);
        const cell = { content: { formula: read.expression, from: { row: from.row, column: from.column } } };
        const edits: CellEdit[] = [{ at: Uint32Array.from(places.flat()), cell }];
        return { label: `${label} ${height}×${width}`, changes: [{ kind: 'cells', sheet: from.sheet, edits }] };
      }
      const { shape, id } = info;
      const start = sheet.layout.elementAt(from.row, from.column)!.index;
      const at = coordinatesOf(shape, start);
      const indices = Array.from({ length: height * width }, (_, n) =>
        indexOf(
          shape,
          at.map((each, axis) => each + (axis === 0 ? Math.floor(n / width) : axis === 1 ? n % width : 0)),
        ),
      ).filter(index => index !== undefined);
      const edits = filledOver(sheet, id, start, read.expression, indices);
      return { label: `${label} over ${indices.join(' ')}`, changes: [{ kind: 'formulas', edits }] };
    },
    /** Delete over a few cells, mostly over ones that hold something. */
    clear(): Made {
      const formulas = [...written.formulas].flatMap(([tensor, over]) =>
        [...over.keys()].map(index => ({ tensor, indices: Uint32Array.of(index) })),
      );
      const cells = sheets.flatMap(({ id, cells: rows }) =>
        [...rows].flatMap(([row, line]) => [...line.keys()].map(column => ({ id, row, column }))),
      );
      const changes: Change[] = [];
      if (formulas.length > 0) changes.push({ kind: 'formulas', edits: [one(formulas), one(formulas)] });
      if (cells.length > 0) {
        const { id, row, column } = one(cells);
        changes.push({ kind: 'cells', sheet: id, edits: [{ at: Uint32Array.of(row, column) }] });
      }
      return { label: `clear ${JSON.stringify(changes)}`, changes };
    },
    sheet(): Made {
      const kind = random.integer(6);
      const id = `s${random.integer(2 ** 30)}`;
      const name = `${one(['Notes', 'My table', 'Größe', 'A1'])}${random.integer(3) || ''}`;
      if (kind < 2 || own.length === 0) {
        const change: Change = { kind: 'addSheet', sheet: { id, name, cells: [], widths: [] }, at: sheets.length };
        return { label: `add ${name} ${id}`, changes: [change] };
      }
      const some = one(own);
      if (kind === 2) return { label: `remove ${some.id}`, changes: [{ kind: 'removeSheet', sheet: some.id }] };
      if (kind === 3) {
        const cells = [...some.cells].flatMap(([row, line]) =>
          [...line].map(([column, cell]) => ({ at: Uint32Array.of(row, column), cell })),
        );
        const change: Change = { kind: 'addSheet', sheet: { id, name, cells, widths: [] }, at: 0 };
        return { label: `duplicate ${some.id} as ${name} ${id}`, changes: [change] };
      }
      const which = one(sheets).id;
      if (kind === 4) return { label: `rename ${which} ${name}`, changes: [{ kind: 'sheet', sheet: which, name }] };
      return {
        label: `reorder ${which}`,
        changes: [{ kind: 'sheet', sheet: which, at: random.integer(sheets.length) }],
      };
    },
    lines(): Made {
      if (own.length === 0) return { label: 'no lines', changes: [] };
      const axis = one(['rows', 'columns'] as const);
      const action = one(['insert', 'delete'] as const);
      const at = random.integer(axis === 'rows' ? ROWS : COLUMNS);
      const change = { kind: 'lines', sheet: one(own).id, axis, action, at, count: 1 + random.integer(2) } as const;
      return { label: JSON.stringify(change), changes: [change] };
    },
    move(): Made {
      if (own.length === 0) return { label: 'no move', changes: [] };
      const [from, to] = [ownPlace(), random.integer(3) === 0 ? freePlace() : ownPlace()];
      const range = { row: from.row, column: from.column, height: 1 + random.integer(2), width: 1 + random.integer(2) };
      const change: Change = { kind: 'move', sheet: from.sheet, range, to };
      return { label: JSON.stringify(change), changes: [change] };
    },
    /** Cells of an own sheet are copied, blanks too. Their formulas shift what they read. */
    paste(): Made {
      if (own.length === 0) return { label: 'no paste', changes: [] };
      const [from, to] = [ownPlace(), ownPlace()];
      const source = sheets.find(({ id }) => id === from.sheet)!;
      const [height, width] = [1 + random.integer(4), 1 + random.integer(3)];
      const edits = Array.from({ length: height * width }, (_, n): CellEdit => {
        const [down, across] = [Math.floor(n / width), n % width];
        const copied = source.cells.get(from.row + down)?.get(from.column + across);
        const content = copied?.content;
        const formula = isFormula<CellAddress>(content) && copiedToSheet(sheet, content, from.sheet, to.sheet);
        const cell = formula ? { ...copied, content: formula } : copied;
        return { at: Uint32Array.of(to.row + down, to.column + across), ...(cell && { cell }) };
      });
      return {
        label: `paste ${from.sheet}!${formatAddress(from)} ${height}×${width} into ${to.sheet}!${formatAddress(to)}`,
        changes: [{ kind: 'cells', sheet: to.sheet, edits }],
      };
    },
    name(): Made {
      const name = one(['rate', 'größe', '_x.1']);
      const target = one(sheets).id;
      const text = one(['=0.5', `=${sheetPrefix(one(sheets).name)}$B$3*2`, `=1-${sheetPrefix(one(sheets).name)}$A$2`]);
      const read = readFormula(text, { ...typing, on: undefined });
      const formula = random.integer(4) > 0 && read.problem === undefined ? read.expression : undefined;
      const edits = [{ name, ...(formula !== undefined && { formula }) }];
      return {
        label: `name ${name} ${formula === undefined ? '' : text} ${target}`,
        changes: [{ kind: 'names', edits }],
      };
    },
  };
}

/** How many formulas there are. */
export function countFormulas({ written, sheets }: Pick<Session, 'written' | 'sheets'>): number {
  const overElements = [...written.formulas.values()].flatMap(own => [...own.values()]);
  const inCells = sheets.flatMap(({ cells }) =>
    [...cells.values()].flatMap(line => [...line.values()].map(({ content }) => content)),
  );
  return [...overElements, ...inCells].filter(content => isFormula(content)).length;
}
