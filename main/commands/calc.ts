import { decimal } from '../../shared/messages/format.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import { basename } from 'node:path';
import { columnName, formatAddress, formatRange, intersect } from '../../shared/address.ts';
import { sheetOf } from '../../shared/cells.ts';
import { UserError } from '../../shared/errors.ts';
import { sheetPrefix } from '../../shared/formula/notation.ts';
import type { Value } from '../../shared/formula/value.ts';
import { parseTarget, splitSheetName } from '../../shared/goto.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { formatShape, inferShapes, sourceOf, type TensorId } from '../../shared/network.ts';
import { formatFloat32 } from '../../shared/numbers.ts';
import { contentText } from '../../shared/cell-content.ts';
import { only, type RangePlace, type SheetId, type SheetInfo, sheetNamed } from '../../shared/places.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { createSession, type Session } from '../engine/workbook/session.ts';
import { oneOperand, type Options, readArguments, UsageError } from './arguments.ts';
import { setCells } from './calc-set.ts';
import { cellsIn, type ShownCell, usedOf } from './cells.ts';
import type { Output } from './output.ts';
import { formulaIn, valueReader } from './shown-cells.ts';
import { loadSource } from './source.ts';
import { formatTable, printable } from './table.ts';

/** A number in the reader's language. JSON doesn't use this: it has a point in every language. */
const written = (value: number) => decimal(formatFloat32(value));

const options = {
  set: { type: 'string', multiple: true },
  cells: { type: 'string', multiple: true },
  sheet: { type: 'string' },
  formulas: { type: 'boolean' },
  tensors: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies Options;

/** `calc FILE|TEMPLATE …`: prints values after recalculation. It doesn't change the file. */
export async function calc(args: string[], output: Output): Promise<void> {
  const { options: chosen, operands } = readArguments('calc', args, options);
  const source = oneOperand('calc', operands, messages.commandLine.fileOrTemplate);
  if (chosen.tensors && !chosen.json)
    throw new UsageError(messages.commandLine.optionNeedsOption('--tensors', '--json'));
  const workbook = await loadSource(source);
  await startBackend();
  const session = openSession(workbook, basename(source));
  try {
    const asked = chosen.set.map(text => splitSheetName(text.split('=')[0])[0]?.toLowerCase());
    if (chosen.sheet !== undefined && !asked.includes(chosen.sheet.trim().toLowerCase()))
      checkSheet(session.sheets, '--sheet', chosen.sheet);
    setCells(session, chosen.set, target => findCells(session, '--set', target));
    const sheet = chosen.sheet === undefined ? undefined : sheetNamed(session.sheets, chosen.sheet)!;
    const ranges = chosen.cells.map(text => findCells(session, '--cells', text, sheet));
    if (ranges.length === 0 && sheet) ranges.push(...wholeSheet(session, sheet.id));
    if (chosen.json) await writeJson(session, ranges, chosen, output);
    else if (ranges.length > 0) await writeTables(session, ranges, chosen.formulas, output);
    else await output.write(describe(session, workbook, basename(source)));
  } finally {
    session.dispose();
  }
}

/** A network may turn out to be too large for the sheet or for memory only when it is opened. */
function openSession(workbook: Workbook, name: string): Session {
  try {
    return createSession(workbook);
  } catch (error) {
    throw error instanceof UserError ? new UserError(sentences.files.network(name, error.sentence)) : error;
  }
}

type Chosen = { formulas: boolean; tensors: boolean };

/** Writes {"sheets":{"Network":{"A2":0.5,…}}} and whatever else was asked for, cell by cell. */
async function writeJson(
  session: Session,
  ranges: readonly RangePlace[],
  chosen: Chosen,
  output: Output,
): Promise<void> {
  const all = session.sheets.flatMap(({ id }) => wholeSheet(session, id));
  const wanted = bySheet(session, ranges.length > 0 ? ranges : all);
  const valueOf = valueReader(session);
  const writeSheets = async (key: string, entriesOf: (ranges: readonly RangePlace[]) => Iterable<Entry>) => {
    await output.write(`${JSON.stringify(key)}:{`);
    for (const [at, [name, own]] of wanted.entries()) {
      await output.write(`${at === 0 ? '' : ','}${JSON.stringify(name)}:{`);
      let separator = '';
      for (const [cell, json] of entriesOf(own)) {
        const full = output.write(`${separator}"${cell}":${json}`);
        if (full) await full;
        separator = ',';
      }
      await output.write('}');
    }
    await output.write('}');
  };
  await output.write('{');
  await writeSheets('sheets', own => valueEntries(session, own, valueOf));
  if (chosen.formulas) {
    await output.write(',');
    await writeSheets('formulas', own => formulaEntries(session, own));
  }
  if (chosen.tensors) await writeTensors(session, output);
  await output.write('}\n');
}

type Entry = readonly [cell: string, json: string];

/** The used cells of a sheet, if it has any. */
function wholeSheet(session: Session, id: SheetId): RangePlace[] {
  const used = usedOf(session, id);
  return used ? [used] : [];
}

/** The ranges of each sheet, in the order of the tabs, by the sheet's name. */
function bySheet({ sheets }: Session, ranges: readonly RangePlace[]): (readonly [string, RangePlace[]])[] {
  return sheets.flatMap(({ id, name }) => {
    const own = ranges.filter(range => range.sheet === id);
    return own.length > 0 ? [[name, own] as const] : [];
  });
}

function* valueEntries(
  session: Session,
  ranges: readonly RangePlace[],
  valueOf: (cell: ShownCell) => Value,
): Generator<Entry> {
  for (const cell of cellsIn(session, ranges)) {
    const json = toJson(valueOf(cell), cell.element !== undefined);
    if (json !== undefined) yield [formatAddress(cell), json];
  }
}

function* formulaEntries(session: Session, ranges: readonly RangePlace[]): Generator<Entry> {
  for (const cell of cellsIn(session, ranges)) {
    const text = formulaIn(session, cell);
    if (text !== undefined) yield [formatAddress(cell), JSON.stringify(text)];
  }
}

/** Writes ,"network":…,"tensors":{…}: all parameters and the output of every layer, including flatten layers, by the
 *  names that the user sees. */
async function writeTensors(session: Session, output: Output): Promise<void> {
  const { sheet } = session;
  await output.write(`,"network":${JSON.stringify(sheet.network)},"tensors":{`);
  let separator = '';
  for (const [id, layer] of sheet.layers) {
    const stored = [...sheet.tensors.values()].filter(
      ({ layer, name, role }) => layer === id && (role === 'parameter' || name === 'output'),
    );
    const shown = kindOf(layer).reshapes
      ? [
          {
            id: `${sourceOf(sheet.layers, layer).id}/output` as TensorId,
            name: 'output',
            shape: inferShapes(sheet.network).get(id)!,
          },
        ]
      : stored;
    for (const { id, name, shape } of shown) {
      await output.write(
        `${separator}${JSON.stringify(`${layer.name}/${name}`)}:{"shape":${JSON.stringify(shape)},"values":[`,
      );
      separator = '';
      for (const number of session.value(id)) {
        const full = output.write(separator + (Number.isFinite(number) ? formatFloat32(number) : 'null'));
        if (full) await full;
        separator = ',';
      }
      await output.write(']}');
      separator = ',';
    }
  }
  await output.write('}');
}

/** An element's number as the shortest decimal that gives the same float32, any other number in full. Undefined for a
 *  blank, which is left out. */
function toJson(value: Value, isElement: boolean): string | undefined {
  if (value === null) return undefined;
  return typeof value === 'number' && isElement ? formatFloat32(value) : JSON.stringify(value);
}

/** Digits of a number that isn't an element's, as spreadsheets show them. */
const DIGITS = 15;

/** The same for readers. */
function toText(value: Value, isElement: boolean): string {
  if (typeof value === 'boolean') return messages.cells.truth[value ? 'true' : 'false'];
  return contentText(
    value,
    isElement ? written : number => decimal(String(Number(number.toPrecision(DIGITS)))),
    messages.cells.errors,
  );
}

/** The most cells of a printed table. It is laid out before its first line is printed, so it has to fit into memory;
 *  JSON doesn't. */
const MAX_TABLE_CELLS = 1_000_000;

async function writeTables(
  session: Session,
  ranges: readonly RangePlace[],
  formulas: boolean,
  output: Output,
): Promise<void> {
  const { sheets } = session;
  const valueOf = valueReader(session);
  for (const asked of ranges) {
    const used = usedOf(session, asked.sheet);
    const part = used && intersect(asked, used);
    const range = part ? { ...part, sheet: asked.sheet } : only(asked);
    const cells = range.height * range.width;
    if (cells > MAX_TABLE_CELLS) throw new UserError(messages.commandLine.tableTooLarge(formatRange(range), cells));
    const rows = Array.from({ length: range.height }, (_, y) => [String(range.row + y + 1), ...blank(range.width)]);
    const found: string[][] = [];
    for (const cell of cellsIn(session, [range])) {
      const text = printable(toText(valueOf(cell), cell.element !== undefined));
      rows[cell.row - range.row][cell.column - range.column + 1] = text;
      const formula = formulas ? formulaIn(session, cell) : undefined;
      if (formula !== undefined) found.push([formatAddress(cell), formula]);
    }
    const head = ['', ...blank(range.width).map((_, x) => columnName(range.column + x))];
    const { name } = sheetOf(sheets, range.sheet)!;
    await output.write(`${sheetPrefix(name)}${formatRange(range)}\n${formatTable([head, ...rows], 'right')}`);
    await output.write(formatTable(found, 'left'));
  }
}

const blank = (width: number) => Array.from({ length: width }, () => '');

/** Describes the network layer by layer, where it is on the sheet, and its prediction for the shown example. */
function describe(session: Session, { classes }: Workbook, name: string): string {
  const { sheet } = session;
  const { columns, predicted: predictedLine, expected: expectedLine, seeMore } = messages.commandLine;
  const shapes = inferShapes(sheet.network);
  const rows = sheet.network.layers.map(layer => {
    const bands = sheet.layout.bands.filter(band => band.layer === layer.id);
    const first = Math.min(...bands.map(({ column }) => column));
    const last = Math.max(...bands.map(({ column, width }) => column + width - 1));
    const parameters = [...sheet.tensors.values()]
      .filter(tensor => tensor.layer === layer.id && tensor.role === 'parameter')
      .reduce((sum, { size }) => sum + size, 0);
    const place = bands.length > 0 ? `${columnName(first)}:${columnName(last)}` : '';
    return [
      layer.name,
      layer.kind,
      formatShape(shapes.get(layer.id)!),
      place,
      parameters > 0 ? String(parameters) : '',
    ];
  });
  const head = [columns.layer, columns.kind, columns.output, columns.columns, columns.parameters];
  const { predicted, actual } = session.state();
  const nameOf = (index: number) => printable(classes[index] ?? String(index));
  const lines = [
    predicted && predictedLine(nameOf(predicted.class), written(predicted.probability)),
    actual !== undefined && expectedLine(nameOf(actual)),
    seeMore,
  ];
  return `${printable(name)}\n${formatTable([head, ...rows], 'left')}${lines.filter(Boolean).join('\n')}\n`;
}

/** The cells that a text names. An address without a sheet is on the sheet `on`, if that is given. */
function findCells({ sheets, sheet, written }: Session, option: string, text: string, on?: SheetInfo): RangePlace {
  const [name] = splitSheetName(text);
  if (name !== undefined) checkSheet(sheets, option, name);
  const range = name === undefined && on ? parseTarget({ sheets, sheet }, sheetPrefix(on.name) + text) : undefined;
  const found = range ?? parseTarget({ sheets, sheet, names: written.names }, text);
  if (!found) throw new UserError(messages.commandLine.noCells(option, text));
  return found;
}

function checkSheet(sheets: readonly SheetInfo[], option: string, name: string): void {
  if (sheetNamed(sheets, name)) return;
  const all = sheets.map(each => each.name).join(', ');
  throw new UserError(messages.commandLine.noSheet(option, name.trim(), all));
}
