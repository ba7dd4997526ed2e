/** What a .convsheet file keeps of what users wrote around the network: cells.json, the changes that write it into a
 *  workbook in which nothing is written. Places and elements are plain lists there, and the tree of a formula is the
 *  list of `flat.ts`. A file in which nothing is written doesn't have it. */
import * as v from 'valibot';
import { checkChanges, editable } from '../../shared/change-check.ts';
import type { Written } from '../../shared/cells.ts';
import { carriedOver } from '../../shared/changes/carry.ts';
import { checkWritten } from '../../shared/changes/check.ts';
import type { WrittenChange } from '../../shared/changes/kinds.ts';
import { writtenList } from '../../shared/changes/schema.ts';
import {
  applyWritten,
  canonicalChanges,
  flatFormula,
  isUnwritten,
  keptOf,
  nothingWritten,
  writtenFrom,
} from '../../shared/changes/written.ts';
import { UserError } from '../../shared/errors.ts';
import { unflattened } from '../../shared/formula/flat.ts';
import { buildSheet, type Sheet } from '../../shared/layout/sheet.ts';
import { FIRST_FAULT } from '../../shared/list-schema.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { type Archive, formatBytes } from './archive.ts';
import { parseModestJson } from './modest-json.ts';

export const CELLS = 'cells.json';
const MOST_BYTES = 64 * 2 ** 20;
const MOST_VALUES = 12_000_000;

/** The bytes of cells.json; undefined where nothing is written. Equal contents give equal bytes, whatever they were
 *  made by. Throws UserError where it would be too large to open again. */
export function writtenJson(workbook: Workbook): Uint8Array | undefined {
  const written = writtenFrom(workbook);
  if (isUnwritten(written)) return undefined;
  const json = JSON.stringify(canonicalChanges(written, workbook.network), (key, value: unknown) =>
    value instanceof Uint32Array ? [...value] : flatFormula(key, value),
  );
  const bytes = new TextEncoder().encode(`${json}\n`);
  if (bytes.length > MOST_BYTES) throw new UserError(sentences.files.cellsTooLarge(formatBytes(MOST_BYTES)));
  return bytes;
}

/** What is written in a file. `earlier`: the sheet that it was written around, if that lacks some of today's cells.
 *  `wrong` makes the error for a damaged file. */
export function readWritten(
  archive: Archive,
  { network, classes, earlier }: { network: NetworkSpec; classes: readonly string[]; earlier?: Sheet },
  name: string,
  wrong: (what: Sentence) => UserError,
): Partial<Written> {
  const { damage, large, tooLarge } = sentences.files;
  if (!archive.names.has(CELLS)) throw wrong(damage.missing(CELLS));
  if (archive.size(CELLS)! > MOST_BYTES) throw new UserError(tooLarge(name, large.cells, formatBytes(MOST_BYTES)));
  const json = parseModestJson(archive.read(CELLS), MOST_VALUES);
  const changes = json === undefined ? undefined : revived(json);
  if (changes === undefined) throw wrong(damage.cells);
  const parsed = v.safeParse(writtenList, changes, FIRST_FAULT);
  if (!parsed.success) throw wrong(damage.cellsField(v.getDotPath(parsed.issues[0]) ?? ''));
  try {
    const sheet = buildSheet(network, classes);
    const written = made(parsed.output, earlier ?? sheet);
    return keptOf(earlier ? carriedOver(written, earlier, sheet).written : written);
  } catch (error) {
    if (error instanceof UserError) throw wrong(damage.cellsRefused(error.sentence));
    throw error;
  }
}

/** Each change is checked as if a user made it. */
function made(changes: readonly WrittenChange[], sheet: Sheet): Written {
  const written = nothingWritten();
  checkChanges(editable(sheet.network, sheet.classes), changes);
  for (const change of changes) {
    checkWritten(written, change, () => sheet);
    applyWritten(written, change, () => sheet);
  }
  return written;
}

/** The value with lists of places and elements, and trees of formulas, as changes have them. undefined where one can't
 *  be one. */
function revived(value: unknown): unknown {
  let isFine = true;
  const inside = (item: unknown, key: string): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    if (key === 'formula') return unflattened(item) ?? fault();
    if (Array.isArray(item) && (key === 'at' || key === 'indices')) return wholeNumbers(item) ?? fault();
    if (Array.isArray(item)) return item.map(each => inside(each, ''));
    return Object.fromEntries(Object.entries(item).map(([name, each]) => [name, inside(each, name)]));
  };
  const fault = () => {
    isFine = false;
    return undefined;
  };
  const result = inside(value, '');
  return isFine ? result : undefined;
}

function wholeNumbers(items: readonly unknown[]): Uint32Array | undefined {
  const isWhole = (item: unknown) => Number.isInteger(item) && (item as number) >= 0 && (item as number) < 2 ** 32;
  return items.every(isWhole) ? Uint32Array.from(items as number[]) : undefined;
}
