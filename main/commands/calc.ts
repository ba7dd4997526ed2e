import { decimal } from '../../shared/messages/format.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import { basename } from 'node:path';
import { columnName, formatAddress, formatRange } from '../../shared/address.ts';
import { UserError } from '../../shared/errors.ts';
import { derive } from '../../shared/formula/derive.ts';
import { parseTarget, splitSheetName } from '../../shared/goto.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { readEntry } from '../../shared/cell-entry.ts';
import { formatShape, inferShapes, sourceOf, type TensorId } from '../../shared/network.ts';
import { formatFloat32 } from '../../shared/numbers.ts';
import { type CellContent, contentOf, contentText } from '../../shared/cell-content.ts';
import { only, type RangePlace, type SheetInfo, sheetNamed } from '../../shared/places.ts';
import { type Sheet, usedPart, usedRange } from '../../shared/layout/sheet.ts';
import type { Workbook } from '../../shared/workbook.ts';
import type { TensorEdit } from '../../shared/change.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { createSession, type Session } from '../engine/workbook/session.ts';
import { oneOperand, type Options, readArguments, UsageError } from './arguments.ts';
import { cellsIn } from './cells.ts';
import type { Output } from './output.ts';
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
    if (chosen.sheet !== undefined) checkSheet(session.sheets, '--sheet', chosen.sheet);
    const edits = chosen.set.map(text => parseSet(session, text));
    const ranges = chosen.cells.map(text => findCells(session, '--cells', text));
    if (edits.length > 0) session.change({ label: '--set', changes: [{ kind: 'values', edits }] });
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
  const { sheet } = session;
  const wanted = ranges.length > 0 ? ranges : [usedRange(sheet)];
  const valueOf = elementReader(session);
  const writeSheet = async (key: string, entries: Iterable<readonly [cell: string, json: string]>) => {
    await output.write(`${JSON.stringify(key)}:{${JSON.stringify(nameOf(session))}:{`);
    let separator = '';
    for (const [cell, json] of entries) {
      const full = output.write(`${separator}"${cell}":${json}`);
      if (full) await full;
      separator = ',';
    }
    await output.write('}}');
  };
  await output.write('{');
  await writeSheet('sheets', valueEntries(sheet, wanted, valueOf));
  if (chosen.formulas) {
    await output.write(',');
    await writeSheet('formulas', formulaEntries(sheet, wanted));
  }
  if (chosen.tensors) await writeTensors(session, output);
  await output.write('}\n');
}

function* valueEntries(sheet: Sheet, ranges: readonly RangePlace[], valueOf: ElementReader) {
  for (const cell of cellsIn(sheet, ranges)) {
    const json = toJson(cell.element ? valueOf(cell.element) : cell.label);
    if (json !== undefined) yield [formatAddress(cell), json] as const;
  }
}

function* formulaEntries(sheet: Sheet, ranges: readonly RangePlace[]) {
  for (const cell of cellsIn(sheet, ranges)) {
    const formula = cell.element && derive(sheet, cell.element);
    if (formula) yield [formatAddress(cell), JSON.stringify(formula.text)] as const;
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

/** The name of the network's sheet. */
const nameOf = ({ sheets, sheet }: Session) => sheets.find(({ id }) => id === sheet.id)!.name;

type ElementReader = (element: ElementIndex) => CellContent;

function elementReader(session: Session): ElementReader {
  const tensors = new Map<TensorId, Float32Array>();
  return ({ tensor, index }) => {
    const values = tensors.get(tensor) ?? session.value(tensor);
    tensors.set(tensor, values);
    return contentOf(session.sheet.tensors.get(tensor)!, values[index]);
  };
}

/** A number as the shortest decimal that gives the same float32. Undefined for a blank, which is left out. */
function toJson(content: CellContent): string | undefined {
  if (content === null) return undefined;
  return typeof content === 'number' ? formatFloat32(content) : JSON.stringify(content);
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
  const { sheet } = session;
  const valueOf = elementReader(session);
  for (const asked of ranges) {
    const range = usedPart(sheet, asked) ?? only(asked);
    const cells = range.height * range.width;
    if (cells > MAX_TABLE_CELLS) throw new UserError(messages.commandLine.tableTooLarge(formatRange(range), cells));
    const rows = Array.from({ length: range.height }, (_, y) => [String(range.row + y + 1), ...blank(range.width)]);
    const found: string[][] = [];
    for (const cell of cellsIn(sheet, [range])) {
      const text = contentText(cell.element ? valueOf(cell.element) : cell.label, written, messages.cells.errors);
      rows[cell.row - range.row][cell.column - range.column + 1] = text;
      const formula = formulas && cell.element && derive(sheet, cell.element);
      if (formula) found.push([formatAddress(cell), formula.text]);
    }
    const head = ['', ...blank(range.width).map((_, x) => columnName(range.column + x))];
    await output.write(`${nameOf(session)}!${formatRange(range)}\n${formatTable([head, ...rows], 'right')}`);
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

/** Reads TARGET=NUMBER. A layer's name has no equals sign, so the target ends at the first one. */
function parseSet(session: Session, text: string): TensorEdit {
  const equals = text.indexOf('=');
  const { setWithoutValue, setSeveral, setRefused, setEmpty } = sentences.commandLine;
  if (equals < 0) throw new UsageError(setWithoutValue(text));
  const target = text.slice(0, equals).trim();
  const range = findCells(session, '--set', target);
  if (range.height * range.width > 1) throw new UserError(setSeveral(target));
  const typed = text.slice(equals + 1);
  const read = readEntry(session.sheet, range, typed.trim() === '' ? '' : typed, {});
  if (!read) throw new UserError(setRefused(target, sentences.grid.notACell(target)));
  if ('refusal' in read) throw new UserError(setRefused(target, read.refusal));
  // On the sheet an empty cell becomes 0. Here an empty value is a slip.
  if (typed.trim() === '' && !Number.isNaN(read.value)) throw new UserError(setEmpty(target));
  const { element, value } = read;
  return { tensor: element.tensor, indices: Uint32Array.of(element.index), values: Float32Array.of(value) };
}

function findCells({ sheets, sheet }: Session, option: string, text: string): RangePlace {
  const [name] = splitSheetName(text);
  if (name !== undefined) checkSheet(sheets, option, name);
  const range = parseTarget({ sheets, sheet }, text);
  if (!range) throw new UserError(messages.commandLine.noCells(option, text));
  return range;
}

function checkSheet(sheets: readonly SheetInfo[], option: string, name: string): void {
  if (sheetNamed(sheets, name)) return;
  throw new UserError(messages.commandLine.noSheet(option, name.trim(), sheets[0].name));
}
